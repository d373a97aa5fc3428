"""Time zones by residence, by phone, and both together, with the faults of phonenumbers' table."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

import phonenumbers
import polars as pl
import pytest
from babel.core import get_global
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers.geodata import GEOCODE_DATA
from phonenumbers.timezone import time_zones_for_number
from phonenumbers.tzdata import TIMEZONE_DATA

from acuerdo.portfolio.rules.phone_areas import AREAS, ONE_ZONE
from acuerdo.portfolio.rules.places import find_subdivision, list_zones
from acuerdo.portfolio.rules.subdivisions import MAIN_ZONES, list_subdivisions
from acuerdo.portfolio.rules.zones import find_candidates, list_phone_zones

COUNTRIES = sorted(MAIN_ZONES)
EXISTING = available_timezones()
# Both halves of the year, north and south, before and after each change of the clocks.
MOMENTS = [datetime(2027, month, 15, 12, tzinfo=UTC) for month in (1, 3, 4, 6, 9, 11)]


def clocks(zones: tuple[str, ...]) -> set[tuple[float, ...]]:
    """What the zones' clocks show over a year: names differ more than times do."""
    return {
        tuple(at.astimezone(ZoneInfo(zone)).utcoffset().total_seconds() / 3600 for at in MOMENTS)
        for zone in zones
    }


def by_library(e164: str) -> tuple[str, ...]:
    return tuple(time_zones_for_number(phonenumbers.parse(e164)))


# By residence


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_part_has_zones_that_exist(country: str) -> None:
    everywhere = list_zones(country)
    assert everywhere[0] == MAIN_ZONES[country]
    assert set(everywhere) <= EXISTING
    found = set()
    for part in list_subdivisions(country):
        zones = list_zones(country, f"{country}-{part.code}")
        assert zones == list_zones(country, part.code)
        assert zones
        found.update(zones)
    assert found | {MAIN_ZONES[country]} == set(everywhere)
    assert list_zones(country, f"{country}-???") == everywhere
    assert list_zones(country, "") == everywhere


@pytest.mark.parametrize("country", COUNTRIES)
def test_no_time_of_a_country_is_forgotten(country: str) -> None:
    """The time zone database lists the zones of each country: ours show all their times."""
    listed = tuple(
        zone
        for zone, territory in get_global("zone_territories").items()
        if territory == country and "/" in zone
    )
    assert clocks(listed) <= clocks(list_zones(country))


@pytest.mark.parametrize(
    ("part", "zones"),
    [
        ("CL-MA", "America/Punta_Arenas"),
        ("CL-AI", "America/Coyhaique"),
        ("CL-VS", "America/Santiago Pacific/Easter"),
        ("CL-RM", "America/Santiago"),
        ("EC-W", "Pacific/Galapagos"),
        ("EC-G", "America/Guayaquil"),
        ("PT-20", "Atlantic/Azores"),
        ("PT-30", "Atlantic/Madeira"),
        ("PT-11", "Europe/Lisbon"),
        ("ES-CN", "Atlantic/Canary"),
        ("ES-GC", "Atlantic/Canary"),
        ("ES-MD", "Europe/Madrid"),
        ("MX-BCN", "America/Tijuana"),
        ("MX-ROO", "America/Cancun"),
        ("MX-SON", "America/Hermosillo"),
        ("MX-CHH", "America/Chihuahua America/Ciudad_Juarez America/Ojinaga"),
        ("MX-TAM", "America/Monterrey America/Matamoros"),
        ("MX-CMX", "America/Mexico_City"),
        ("BR-AM", "America/Manaus America/Eirunepe"),
        ("BR-AC", "America/Rio_Branco"),
        ("BR-PE", "America/Recife America/Noronha"),
        ("US-IN", "America/New_York America/Chicago"),
        ("US-TN", "America/Chicago America/New_York"),
        ("US-FL", "America/New_York America/Chicago"),
        ("US-TX", "America/Chicago America/Denver"),
        ("US-AZ", "America/Phoenix America/Denver"),
        ("US-OR", "America/Los_Angeles America/Denver"),
        ("US-ID", "America/Denver America/Los_Angeles"),
        ("US-AK", "America/Anchorage America/Adak"),
        ("US-PR", "America/Puerto_Rico"),
        ("US-GU", "Pacific/Guam"),
        ("US-NY", "America/New_York"),
        ("AR-V", "America/Argentina/Ushuaia"),
        ("AR-C", "America/Argentina/Buenos_Aires"),
        ("CO-DC", "America/Bogota"),
        ("PE-LIM", "America/Lima"),
        ("CR-SJ", "America/Costa_Rica"),
        ("GB-SCT", "Europe/London"),
        ("ZA-KZN", "Africa/Johannesburg"),
    ],
)
def test_zones_of_parts(part: str, zones: str) -> None:
    assert list_zones(part[:2], part) == tuple(zones.split())


def test_split_states_of_the_united_states() -> None:
    """49 CFR part 71: the states a line between zones runs through, and no other."""
    split = {
        part.code
        for part in list_subdivisions("US")
        if len(clocks(list_zones("US", part.code))) > 1
    }
    assert split == set("AK AZ FL ID IN KS KY MI ND NE NV OR SD TN TX".split())


def test_other_countries_are_known_too() -> None:
    assert list_zones("DO") == ("America/Santo_Domingo",)
    assert len(list_zones("AU")) > 5
    assert list_zones("XX") == list_zones("") == ()


# By phone

FAULTS = [
    # number, the zones now, and what phonenumbers knows (its fault)
    ("+558133334444", "America/Recife America/Noronha", "America/Noronha"),
    ("+5581991112222", "America/Recife America/Noronha", "America/Noronha"),
    ("+5597981112222", "America/Manaus America/Eirunepe", "America/Manaus"),
    ("+56612221234", "America/Punta_Arenas America/Santiago", "America/Santiago"),
    ("+56672221234", "America/Coyhaique America/Santiago", "America/Santiago"),
    (
        "+56987654321",
        "America/Santiago America/Coyhaique America/Punta_Arenas Pacific/Easter",
        "America/Santiago",
    ),
    ("+56322221234", "America/Santiago Pacific/Easter", "America/Santiago"),
    ("+12704331234", "America/New_York America/Chicago", "America/New_York"),
    ("+13642345678", "America/New_York America/Chicago", "America/New_York"),
    ("+18122345678", "America/New_York America/Chicago", "America/New_York"),
    ("+19302345678", "America/New_York America/Chicago", "America/New_York"),
    ("+14482345678", "America/Chicago America/New_York", "America/New_York"),
    ("+14582345678", "America/Los_Angeles America/Denver", "America/Los_Angeles"),
    ("+16892345678", "America/New_York", "America/Chicago"),
    ("+526141234567", "America/Chihuahua", "America/Mazatlan"),
    ("+526561234567", "America/Ciudad_Juarez America/Chihuahua", "America/Ciudad_Juarez"),
    ("+526571234567", "America/Ciudad_Juarez America/Chihuahua", "America/Mazatlan"),
    ("+528681234567", "America/Matamoros America/Monterrey", "America/Mexico_City"),
    ("+528971234567", "America/Matamoros America/Monterrey", "America/Mexico_City"),
    ("+529971234567", "America/Merida America/Cancun", "America/Mexico_City"),
    ("+34827123456", "Europe/Madrid", "Atlantic/Canary"),
    ("+5491123456789", "America/Argentina/Buenos_Aires", "America/Buenos_Aires"),
]


@pytest.mark.parametrize(("number", "zones", "fault"), FAULTS)
def test_known_faults_of_prefixes(number: str, zones: str, fault: str) -> None:
    assert list_phone_zones(number) == tuple(zones.split())
    # Where the library no longer has the fault, the line in our table may go.
    assert by_library(number) == tuple(fault.split())


@pytest.mark.parametrize(
    ("number", "zones"),
    [
        ("+573001234567", "America/Bogota"),
        ("+51987654321", "America/Lima"),
        ("+50688881234", "America/Costa_Rica"),
        ("+27821234567", "Africa/Johannesburg"),
        ("+447911123456", "Europe/London"),
        ("+5592981112222", "America/Manaus"),
        ("+5587981112222", "America/Recife"),
        ("+5511987654321", "America/Sao_Paulo"),
        ("+5568981112222", "America/Rio_Branco"),
        ("+525512345678", "America/Mexico_City"),
        ("+526641234567", "America/Tijuana"),
        ("+529981234567", "America/Cancun"),
        ("+528112345678", "America/Monterrey"),
        ("+12125550123", "America/New_York"),
        ("+19075550123", "America/Anchorage America/Adak"),
        ("+19285550123", "America/Phoenix America/Denver"),
        ("+17875550123", "America/Puerto_Rico"),
        ("+16715550123", "Pacific/Guam"),
        ("+18085550123", "Pacific/Honolulu"),
        ("+34612345678", "Europe/Madrid Africa/Ceuta Atlantic/Canary"),
        ("+34928123456", "Atlantic/Canary"),
        ("+34912345678", "Europe/Madrid"),
        ("+351912345678", "Europe/Lisbon Atlantic/Azores Atlantic/Madeira"),
        ("+351296123456", "Atlantic/Azores"),
        ("+351291123456", "Atlantic/Madeira"),
        ("+351212345678", "Europe/Lisbon"),
        ("+593987654321", "America/Guayaquil Pacific/Galapagos"),
        ("+59352521234", "America/Guayaquil Pacific/Galapagos"),
        ("+59322345678", "America/Guayaquil"),
        ("+56222345678", "America/Santiago"),
        # Numbers of other countries than the thirteen.
        ("+4915112345678", "Europe/Berlin"),
        ("+14165550123", "America/Toronto"),
        ("+919876543210", "Asia/Kolkata"),
        # Nothing at all.
        ("+8821234567890", ""),
        ("+", ""),
        ("", ""),
        ("no tiene", ""),
        ("573001234567", ""),
        ("+999123", ""),
        ("+1' OR 1=1", "whole US"),
    ],
)
def test_zones_of_phones(number: str, zones: str) -> None:
    expected = list_zones("US") if zones == "whole US" else tuple(zones.split())
    assert list_phone_zones(number) == expected


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+18005550123", "US"),
        ("+18335550123", "US"),
        ("+19005550123", "US"),
        ("+15005550123", "US"),
        ("+528001234567", "MX"),
        ("+5508001234567", "BR"),
        ("+558001234567", "BR"),
        ("+56600123456", "CL"),
        ("+56800123456", "CL"),
        ("+34900123456", "ES"),
        ("+34700123456", "ES"),
        ("+351800123456", "PT"),
        ("+351301234567", "PT"),
        ("+5931800123456", "EC"),
    ],
)
def test_a_number_without_a_place_may_be_anywhere_in_its_country(number: str, country: str) -> None:
    assert set(list_phone_zones(number)) == set(list_zones(country))


def test_every_area_code_of_the_united_states_lies_in_its_state() -> None:
    """Where phonenumbers names a state for a code, our zones are among the state's; and we take
    all that it knows inside a code, but for its own faults."""
    faults = {"689": {"America/Chicago"}, "907": {"Pacific/Honolulu"}}
    checked = 0
    for area in range(200, 1000):
        inside = {
            zone
            for prefix, zones in TIMEZONE_DATA.items()
            if prefix.startswith(f"1{area}")
            for zone in zones
        }
        if not inside:
            continue
        ours = list_phone_zones(f"+1{area}2345678")
        assert clocks(tuple(inside - faults.get(str(area), set()))) <= clocks(ours), area
        name = GEOCODE_DATA.get(f"1{area}", {}).get("en", "").rpartition(", ")[2]
        if state := find_subdivision(name.replace("Washington D.C.", "DC"), "US"):
            assert clocks(ours) <= clocks(list_zones("US", state)), area
            checked += 1
    assert checked > 300


def test_every_area_code_of_brazil_lies_in_its_state() -> None:
    """phonenumbers gives the places of each DDD with their state: a majority decides, for its list
    has errors in it."""
    found: dict[str, dict[str, int]] = {}
    for prefix, names in GEOCODE_DATA.items():
        if prefix.startswith("55") and len(prefix) > 4:
            state = (names.get("pt") or names.get("en") or "").rpartition(" - ")[2]
            counts = found.setdefault(prefix[2:4], {})
            counts[state] = counts.get(state, 0) + 1
    assert len(found) == 67
    for area, counts in found.items():
        state = max(counts, key=lambda name: counts[name])
        ours = set(list_phone_zones(f"+55{area}33334444"))
        assert ours <= set(list_zones("BR", state)), area
        if area not in ("87", "92"):
            assert ours == set(list_zones("BR", state)), area


def test_every_area_code_of_mexico_lies_in_its_states() -> None:
    shortened = {"TLAX": "TLA", "COL": "COL", "AGS": "AGU", "SON": "SON"}
    checked = 0
    for prefix, names in GEOCODE_DATA.items():
        if not prefix.startswith("52") or prefix == "52427":  # Querétaro, not Quintana Roo
            continue
        told = (names.get("es") or names["en"]).rpartition(", ")[2]
        if prefix == "52987":  # Cozumel, "QRO"
            told = "Quintana Roo"
        states = [find_subdivision(shortened.get(name, name), "MX") for name in told.split("/")]
        if not all(states):
            continue
        possible = tuple(zone for state in states for zone in list_zones("MX", state))
        # A border code is shared with the next state: what is told may be a part of it.
        ours = list_phone_zones(f"+{prefix}".ljust(13, "1"))
        assert clocks(ours) & clocks(possible), prefix
        if prefix[2:] not in ("663", "983", "985", "986", "997"):
            assert clocks(ours) <= clocks(possible), prefix
        checked += 1
    assert checked > 250


@pytest.mark.parametrize("code", [*AREAS, *ONE_ZONE])
def test_every_number_of_our_countries_has_zones_that_exist(code: str) -> None:
    for end in range(1000):
        zones = list_phone_zones(f"+{code}{end:03d}1234567")
        assert zones, end
        assert set(zones) <= EXISTING


@given(st.text(max_size=20))
@settings(max_examples=300)
def test_any_text_has_zones_that_exist_or_none(text: str) -> None:
    assert set(list_phone_zones(text)) <= EXISTING
    assert set(list_phone_zones("+" + text)) <= EXISTING


# Together


def candidates(*places: tuple[str, str], phones: tuple[str, ...] = ()) -> tuple[str, list[str]]:
    frame = find_candidates(
        pl.DataFrame(
            [(7, min(rank, 1), *place) for rank, place in enumerate(places)],
            schema=["key", "rank", "country", "subdivision"],
            orient="row",
        ),
        pl.DataFrame(
            {"key": [7] * len(phones), "value": list(phones)},
            schema={"key": pl.Int64, "value": pl.String},
        ),
    )
    ((key, likely, zones),) = frame.iter_rows()
    assert key == 7
    return likely, zones


def test_residence_and_phones_are_added_up() -> None:
    assert candidates(("CO", "CO-DC")) == ("America/Bogota", ["America/Bogota"])
    assert candidates(("CO", ""), phones=("+573001234567", "+12125550123", "+34912345678")) == (
        "America/Bogota",
        ["America/Bogota", "America/New_York", "Europe/Madrid"],
    )
    assert candidates(("BR", "BR-SP"), ("BR", "BR-AM")) == (
        "America/Sao_Paulo",
        ["America/Sao_Paulo", "America/Manaus", "America/Eirunepe"],
    )


def test_a_phone_tells_what_is_likely_where_the_residence_does_not() -> None:
    likely, zones = candidates(("BR", ""), phones=("+12125550123", "+5592981112222"))
    assert likely == zones[0] == "America/Manaus"
    assert set(zones) == {*list_zones("BR"), "America/New_York"}
    # A residence that is known says more than any phone.
    assert candidates(("BR", "BR-SP"), phones=("+5592981112222",)) == (
        "America/Sao_Paulo",
        ["America/Sao_Paulo", "America/Manaus"],
    )


def test_a_phone_that_tells_nothing_means_the_whole_country() -> None:
    _likely, zones = candidates(("CL", "CL-RM"), phones=("+8821234567890",))
    assert set(zones) == set(list_zones("CL"))
    assert candidates(("XX", ""), phones=("+8821234567890",)) == ("", [])
    assert candidates(("US", "US-NY"), phones=("+18005550123",))[1][0] == "America/New_York"


def test_nobody_without_a_place_and_no_phone_of_nobody() -> None:
    empty = find_candidates(
        pl.DataFrame(
            schema={
                "key": pl.Int64, "rank": pl.Int64, "country": pl.String, "subdivision": pl.String,
            }
        ),
        pl.DataFrame({"key": [1], "value": ["+573001234567"]}),
    )  # fmt: skip
    assert empty.is_empty()


@given(
    st.lists(
        st.tuples(
            st.sampled_from(COUNTRIES),
            st.lists(st.sampled_from([number for number, _zones, _fault in FAULTS]), max_size=3),
        ),
        min_size=1,
        max_size=5,
    )
)
@settings(max_examples=50, deadline=None)
def test_a_set_is_what_each_debtor_would_get_alone(
    debtors: list[tuple[str, list[str]]],
) -> None:
    places = pl.DataFrame(
        [(key, 0, country, "") for key, (country, _phones) in enumerate(debtors)],
        schema=["key", "rank", "country", "subdivision"],
        orient="row",
    )
    phones = pl.DataFrame(
        [(key, value) for key, (_country, found) in enumerate(debtors) for value in found],
        schema={"key": pl.Int64, "value": pl.String},
        orient="row",
    )
    together = find_candidates(places, phones)
    for key, (country, found) in enumerate(debtors):
        row = together.filter(pl.col("key") == key)
        alone = candidates((country, ""), phones=tuple(found))
        assert (row["timezone"].item(), row["zones"].item().to_list()) == alone
        every = {*list_zones(country), *(zone for one in found for zone in list_phone_zones(one))}
        assert set(alone[1]) == every
