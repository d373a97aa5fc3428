"""What the laws of single countries say, beside the cases of tests/data/compliance."""

from __future__ import annotations

from typing import Any

import pytest
from contact_kit import ZONES, ask, local, past, reason, request

from acuerdo.compliance.packs import get_library
from acuerdo.compliance.rules import check_contact

COUNTRIES = ("MX", "BR-SP", "ES")


def test_three_attempts_a_week_in_spain() -> None:
    zone = ZONES["ES"]

    def on(*days: int, outcome: str = "delivered") -> list[Any]:
        return [past(f"2026-11-{day} 09:30", "email", outcome, zone=zone) for day in days]

    assert reason("2026-11-24 10:00", "ES", history=on(24, outcome="conversation")) == "daily_cap"
    assert reason("2026-11-26 10:00", "ES", history=on(24, 25)) == "ok"
    assert reason("2026-11-27 10:00", "ES", history=on(24, 25, 26)) == "weekly_message_cap"
    assert reason("2026-11-27 10:00", "ES", "call", history=on(24, 25, 26)) == "weekly_call_cap"
    # Monday is a new calendar week, but not yet the eighth day.
    assert reason("2026-11-30 10:00", "ES", history=on(24, 25, 26)) == "weekly_message_cap"
    assert reason("2026-12-01 10:00", "ES", history=on(24, 25, 26)) == "ok"
    assert reason("2026-11-24 10:00", "ES", history=on(24, outcome="undelivered")) == "ok"


@pytest.mark.parametrize("country", COUNTRIES)
def test_channels_are_not_conditional_there(country: str) -> None:
    assert ask("2026-11-24 10:00", country, authorised_channels=None).allowed


@pytest.mark.parametrize("country", COUNTRIES)
def test_third_parties_and_minors(country: str) -> None:
    assert reason("2026-11-24 10:00", country, party="relative") == "third_party"
    assert reason("2026-11-24 10:00", country, party="minor_third_party") == "minor"
    older = reason("2026-11-24 10:00", country, party="older_adult_third_party")
    assert older == ("older_adult_third_party" if country == "MX" else "third_party")


def test_mexican_content() -> None:
    def said(**message: Any) -> str:
        return reason("2026-11-24 11:00", "MX", "email", message=message)

    assert said(payee="collection_agency") == "pay_direct_to_agency"
    assert said(payee="creditor") == "ok"
    assert said(identifies_creditor=False) == "missing_identification"
    assert said(identifies_creditor=True) == "ok"


def test_brazilian_content() -> None:
    def said(channel: str = "letter", **message: Any) -> str:
        return reason("2026-11-24 11:00", "BR", channel, message=message)

    for fact in ("supplier_name", "supplier_address", "supplier_tax_id"):
        assert said(**{fact: False}) == "missing_identification"
        assert said(**{fact: True}) == "ok"
        # A text that does not speak of the debt is no collection document; nor is a call.
        assert said(**{fact: False}, discloses_debt=False) == "ok"
        assert said("call", **{fact: False}) == "ok"


def test_spanish_content_and_offers() -> None:
    said = reason("2026-11-24 11:00", "ES", message={"identifies_creditor": False})
    assert said == "missing_identification"
    offer: dict[str, Any] = {"channel": "prerecorded_call", "purpose": "commercial_offer"}
    assert reason("2026-11-24 11:00", "ES", **offer) == "no_consent"
    assert reason("2026-11-24 11:00", "ES", **offer, flags={"marketing_consent": True}) == "ok"


def test_a_pending_complaint_does_not_suspend_telecoms_in_spain() -> None:
    """The law says so for telecoms; elsewhere the complaint is answered first."""
    flags = {"complaint_pending": True}
    assert ask("2026-11-24 11:00", "ES", flags=flags, creditor_type="telecom").allowed
    assert reason("2026-11-24 11:00", "ES", flags=flags) == "complaint_pending"


def test_the_northern_border_of_mexico_keeps_summer_time() -> None:
    tijuana = request("MX", "call", zones=("America/Tijuana",))
    at = local("2027-07-06 06:30", "America/Tijuana")
    assert check_contact(tijuana, (), at).reason_code == "outside_hours"
    assert check_contact(tijuana, (), at).next_allowed_at == local(
        "2027-07-06 07:00", "America/Tijuana"
    )


def test_every_candidate_zone_must_admit_the_hour() -> None:
    both = request("MX", zones=("America/Tijuana", "America/Mexico_City"))
    early = check_contact(both, (), local("2026-11-24 07:30", "America/Mexico_City"))
    assert early.reason_code == "outside_hours_candidate_zone"
    assert early.next_allowed_at == local("2026-11-24 07:00", "America/Tijuana")
    night = check_contact(both, (), local("2026-11-25 00:30", "America/Mexico_City"))
    assert night.reason_code == "outside_hours"
    assert night.next_allowed_at == local("2026-11-25 07:00", "America/Tijuana")


def test_without_a_zone_all_of_the_country_hold() -> None:
    anywhere = request("MX", zones=())
    seven = local("2026-11-24 07:00", "America/Mexico_City")
    assert not check_contact(anywhere, (), seven).allowed
    assert check_contact(anywhere, (), local("2026-11-24 07:00", "America/Tijuana")).allowed
    sao_paulo = request("BR-SP", zones=())
    assert check_contact(sao_paulo, (), local("2026-11-24 09:00", "America/Sao_Paulo")).allowed


@pytest.mark.parametrize(
    ("jurisdiction", "expected"),
    [("BR-SP", "holiday"), ("BR-RJ", "ok"), ("BR", "holiday"), ("BR-ZZ", "unknown_input")],
)
def test_holidays_of_a_part_of_the_country(jurisdiction: str, expected: str) -> None:
    """9 July is one of São Paulo alone; where the state is not known, it counts."""
    verdict = check_contact(
        request(jurisdiction, "call"), (), local("2027-07-09 10:00", "America/Sao_Paulo")
    )
    assert verdict.reason_code == expected


def test_carnival_counts_as_a_holiday_in_brazil() -> None:
    assert reason("2027-02-09 10:00", "BR-RJ") == "holiday"


def test_a_spanish_regional_holiday() -> None:
    at = local("2026-12-07 10:00", "Europe/Madrid")
    assert check_contact(request("ES-MD"), (), at).reason_code == "holiday"
    assert check_contact(request("ES-PV"), (), at).allowed


def test_amazonas_closes_an_hour_earlier() -> None:
    am = request("BR-AM", zones=("America/Manaus",))
    assert check_contact(am, (), local("2026-11-24 17:59", "America/Manaus")).allowed
    assert not check_contact(am, (), local("2026-11-24 18:00", "America/Manaus")).allowed


def test_what_is_ours_is_marked_as_ours() -> None:
    for rule in get_library().rules:
        assert rule.house_default == (rule.confidence == "house" or bool(rule.option)), rule.id
    late = ask("2026-11-24 21:00", "ES")
    assert (late.reason_code, late.house_default) == ("outside_hours", True)
    assert not ask("2026-11-24 22:00", "MX").house_default


@pytest.mark.parametrize("country", COUNTRIES)
def test_an_answer_need_not_introduce_us_again(country: str) -> None:
    nameless = dict.fromkeys(
        ("identifies_creditor", "supplier_name", "supplier_address", "supplier_tax_id"), False
    )
    wrote = [past("2026-11-24 09:00", "sms", direction="inbound", zone=ZONES[country[:2]])]
    more: dict[str, Any] = {"history": wrote, "message": nameless}
    assert ask("2026-11-24 10:00", country, purpose="reply_to_debtor_query", **more).allowed
    assert reason("2026-11-24 10:00", country, **more) == "missing_identification"
