from zoneinfo import ZoneInfo, available_timezones

import pytest

from acuerdo.portfolio.rules.places import (
    default_currency,
    find_country,
    find_language,
    find_subdivision,
    list_zones,
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("CO", "CO"), ("co", "CO"), ("COL", "CO"), ("Colombia", "CO"), ("México", "MX"),
        ("mexico", "MX"), ("Brasil", "BR"), ("Brazil", "BR"), ("ESPAÑA", "ES"), ("Espanha", "ES"),
        ("Spain", "ES"), ("XX", ""), ("", ""), ("Narnia", ""), ("1", ""),
    ],
)  # fmt: skip
def test_countries(text: str, code: str) -> None:
    assert find_country(text) == code


@pytest.mark.parametrize(
    ("text", "country", "code"),
    [
        ("Antioquia", "CO", "CO-ANT"), ("BOGOTÁ D.C.", "CO", "CO-DC"), ("MX-JAL", "MX", "MX-JAL"),
        ("jal", "MX", "MX-JAL"), ("Ciudad de México", "MX", "MX-CMX"), ("SP", "BR", "BR-SP"),
        ("São Paulo", "BR", "BR-SP"), ("Canarias", "ES", "ES-CN"), ("SP", "MX", ""),
        ("Macondo", "CO", ""), ("Lima", "PE", ""),
    ],
)  # fmt: skip
def test_subdivisions(text: str, country: str, code: str) -> None:
    assert find_subdivision(text, country) == code


def test_every_zone_that_may_be_the_debtor_s() -> None:
    assert list_zones("CO") == ("America/Bogota",)
    assert list_zones("MX", "MX-BCN") == ("America/Tijuana",)
    assert list_zones("MX", "MX-CMX") == ("America/Mexico_City",)
    assert list_zones("BR", "BR-AM") == ("America/Manaus", "America/Eirunepe")
    assert list_zones("ES", "ES-CN") == ("Atlantic/Canary",)
    assert list_zones("ES")[0] == "Europe/Madrid"
    assert "Atlantic/Canary" in list_zones("ES")
    assert list_zones("MX", "MX-???") == list_zones("MX")
    assert len(list_zones("MX")) > 5
    assert list_zones("XX") == ()
    for country in ("CO", "MX", "BR", "ES", "CL", "PE", "AR", "PT", "US"):
        assert set(list_zones(country)) <= available_timezones()
        assert ZoneInfo(list_zones(country)[0])


def test_languages_and_tender() -> None:
    assert [find_language(word) for word in ("pt-BR", "Español", "en_US", "klingon", "")] == [
        "pt", "es", "en", "", "",
    ]  # fmt: skip
    assert [default_currency(code) for code in ("CO", "MX", "BR", "ES", "CL", "XX")] == [
        "COP", "MXN", "BRL", "EUR", "CLP", "",
    ]  # fmt: skip
