"""What stops a contact everywhere, what it does not stop, and what cannot be judged."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from contact_kit import ask, local, past, reason, request

from acuerdo.compliance.rules import ActiveHold, PastContact, check_contact

AT = "2026-11-24 10:00"
ANSWERS = ("reply_to_debtor_query", "information_requested_by_consumer")
WROTE = [past("2026-11-24 09:00", "sms", direction="inbound")]


@pytest.mark.parametrize("country", ["CO", "MX", "BR", "ES"])
@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"flags": {"paid": True}}, "paid"),
        ({"flags": {"deceased": True}}, "deceased"),
        ({"flags": {"debtor_is_minor": True}}, "minor"),
        ({"flags": {"debtor_age": 17}}, "minor"),
        ({"flags": {"debtor_age": 18}}, "ok"),
        ({"flags": {"insolvency_proceeding_open": True}}, "insolvency_proceeding"),
        ({"flags": {"bankruptcy_stay": True}}, "bankruptcy_stay"),
        ({"flags": {"discharged_in_insolvency": True}}, "discharged"),
        ({"flags": {"breathing_space_moratorium": True}}, "moratorium"),
        ({"flags": {"opted_out_channels": ["sms"]}}, "opt_out"),
        ({"flags": {"opted_out_channels": ["email"]}}, "ok"),
        ({"flags": {"stop_received_at": "2026-11-20"}}, "opt_out"),
        ({"flags": {"revoked_channels": ["sms"]}}, "channel_not_authorized"),
        ({"flags": {"revoked_channels": ["call"]}}, "ok"),
        ({"flags": {"written_cease_request": True}}, "cease_communication"),
        ({"flags": {"hardship_pause": True}}, "hardship_pause"),
        ({"flags": {"disputed": True}}, "disputed"),
        ({"purpose": "commercial_offer", "flags": {"opted_out_marketing": True}}, "opt_out"),
        ({"flags": {"opted_out_marketing": True}}, "ok"),
        ({"flags": {"address_is_third_party": True}}, "third_party_address"),
        (
            {"flags": {"address_is_third_party": True, "address_agreed_in_contract": True}},
            "ok",
        ),
        ({"flags": {"employer_prohibits": True, "number_type": "work"}}, "workplace_prohibited"),
        ({"flags": {"employer_prohibits": True, "number_type": "mobile"}}, "ok"),
        ({"message": {"looks_judicial": True}}, "simulates_judicial"),
        ({"message": {"contains_threat": True}}, "threat"),
        ({"message": {"impersonates_public_institution": True}}, "impersonates_authority"),
        ({"message": {"caller_id": "hidden"}}, "hidden_caller_id"),
        ({"message": {"public_display": True}}, "public_exposure"),
        ({"channel": "postcard"}, "postcard"),
        ({"channel": "social_public"}, "public_exposure"),
        ({"party": "executor"}, "third_party"),
        ({"party": "executor", "flags": {"deceased": True}}, "ok"),
        (
            {"flags": {"time_barred": True}, "message": {"threatens_legal_action": True}},
            "time_barred_threat",
        ),
        ({"flags": {"time_barred": True}}, "ok"),
    ],
)
def test_stops_of_every_country(country: str, more: dict[str, Any], expected: str) -> None:
    verdict = ask(AT, country, **more)
    assert verdict.reason_code == expected
    assert verdict.allowed == (expected == "ok")
    assert verdict.next_allowed_at is None


@pytest.mark.parametrize(
    ("identity", "discloses", "expected"),
    [
        (False, True, "identity_not_verified"),
        (True, True, "ok"),
        (False, False, "ok"),
        (None, True, "ok"),
    ],
)
def test_a_debt_is_told_only_to_the_proven_debtor(
    identity: bool | None, discloses: bool, expected: str
) -> None:
    flags = {} if identity is None else {"identity_verified": identity}
    message = {"discloses_debt": discloses}
    assert reason(AT, flags=flags, message=message) == expected


def test_a_voicemail_does_not_speak_of_the_debt() -> None:
    assert reason(AT, channel="voicemail", message={"discloses_debt": True}) == "third_party"
    assert reason(AT, channel="voicemail", message={"discloses_debt": False}) == "ok"


def test_the_telephone_is_one_medium() -> None:
    for channel in ("call", "prerecorded_call", "voicemail"):
        assert reason(AT, channel=channel, flags={"opted_out_channels": ["call"]}) == "opt_out"


# Answers


@pytest.mark.parametrize("at", ["2026-11-24 23:30", "2026-11-29 10:00", "2026-12-08 10:00"])
def test_an_answer_waits_for_no_hour(at: str) -> None:
    moment = local(at)
    wrote = PastContact(at=moment - timedelta(hours=1), channel="sms", direction="inbound")
    told = [past("2026-11-24 08:00", "email", "delivered"), wrote]
    asked = request("CO", "sms", purpose="reply_to_debtor_query", authorised_channels=None)
    assert check_contact(asked, told, moment).allowed


@pytest.mark.parametrize(
    ("after", "expected"),
    [(timedelta(hours=24, minutes=-1), "ok"), (timedelta(hours=24), "outside_hours")],
)
def test_an_answer_comes_within_24_hours(after: timedelta, expected: str) -> None:
    wrote = past("2026-11-24 22:00", "sms", direction="inbound")
    asked = request("CO", "sms", purpose="reply_to_debtor_query")
    assert check_contact(asked, [wrote], wrote.at + after).reason_code == expected


def test_an_answer_goes_back_the_same_way() -> None:
    wrote = [past("2026-11-24 22:00", "whatsapp", direction="inbound")]
    more: dict[str, Any] = {"purpose": "reply_to_debtor_query", "history": wrote}
    assert reason("2026-11-24 22:30", channel="whatsapp", **more) == "ok"
    assert reason("2026-11-24 22:30", channel="sms", **more) == "outside_hours"


def test_a_reply_to_nobody_is_collection() -> None:
    assert reason("2026-11-24 22:00", purpose="reply_to_debtor_query") == "outside_hours"
    assert reason("2026-11-24 22:00", purpose="information_requested_by_consumer") == "ok"


@pytest.mark.parametrize("purpose", ANSWERS)
@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ({"opted_out_channels": ["sms"]}, "opt_out"),
        ({"paid": True}, "paid"),
        ({"deceased": True}, "deceased"),
        ({"insolvency_proceeding_open": True}, "insolvency_proceeding"),
        ({"disputed": True}, "ok"),
        ({"hardship_pause": True}, "ok"),
    ],
)
def test_an_answer_is_not_exempt_from_hard_stops(
    purpose: str, flags: dict[str, Any], expected: str
) -> None:
    assert reason(AT, purpose=purpose, history=WROTE, flags=flags) == expected


@pytest.mark.parametrize("purpose", ANSWERS)
def test_an_answer_that_tells_nothing_of_a_debt_may_go(purpose: str) -> None:
    silent: dict[str, Any] = {"message": {"discloses_debt": False}}
    for flags in ({"paid": True}, {"deceased": True}):
        assert ask(AT, purpose=purpose, history=WROTE, flags=flags, **silent).allowed
    # A proven debtor may be told that nothing is owed.
    proven = {"paid": True, "identity_verified": True}
    telling: dict[str, Any] = {"message": {"discloses_debt": True}}
    assert ask(AT, purpose=purpose, history=WROTE, flags=proven, **telling).allowed
    assert reason(AT, flags=proven, **telling) == "paid"


def test_the_web_chat_answers_whoever_opened_it() -> None:
    wrote = [past("2026-11-24 09:00", "chat", direction="inbound")]
    stopped = {"opted_out_channels": ["chat", "sms"]}
    more: dict[str, Any] = {"channel": "chat", "flags": stopped}
    assert ask(AT, purpose="reply_to_debtor_query", history=wrote, **more).allowed
    assert reason(AT, **more) == "opt_out"


# Holds


@pytest.mark.parametrize(
    ("hold", "expected"),
    [
        ("dispute", "disputed"),
        ("already_paid", "disputed"),
        ("hardship", "hardship_pause"),
        ("complaint", "complaint_pending"),
        ("deceased", "deceased"),
        ("wrong_person", "third_party"),
        ("waiting_for_papers", "hold"),
    ],
)
def test_holds(hold: str, expected: str) -> None:
    verdict = ask(AT, holds=(ActiveHold(hold),))
    assert (verdict.reason_code, verdict.next_allowed_at) == (expected, None)


def test_a_hold_with_an_end_is_over_then() -> None:
    until = local("2026-12-02 20:00")
    verdict = ask(AT, holds=(ActiveHold("hardship", until),))
    assert verdict.next_allowed_at == local("2026-12-03 07:00")
    assert ask("2026-12-03 07:00", holds=(ActiveHold("hardship", until),)).allowed
    both = (ActiveHold("hardship", until), ActiveHold("dispute"))
    assert ask(AT, holds=both).next_allowed_at is None


def test_who_keeps_an_agreement_is_only_reminded() -> None:
    kept: dict[str, Any] = {"holds": (ActiveHold("agreement_active"),)}
    assert reason(AT, **kept) == "hold"
    assert reason(AT, purpose="preventive_reminder", **kept) == "ok"
    assert reason(AT, purpose="preventive_reminder", holds=(ActiveHold("dispute"),)) == "disputed"


def test_answers_to_a_wrong_person_tell_nothing() -> None:
    held: dict[str, Any] = {"holds": (ActiveHold("wrong_person"),), "history": WROTE}
    for purpose in ANSWERS:
        assert reason(AT, purpose=purpose, **held) == "third_party"
        assert reason(AT, purpose=purpose, message={"discloses_debt": False}, **held) == "ok"


# Wishes about hours


@pytest.mark.parametrize(
    ("wish", "at", "expected"),
    [
        ({"to": "12:00"}, "2026-11-24 11:59", "known_inconvenient_time"),
        ({"to": "12:00"}, "2026-11-24 12:00", "ok"),
        ({"from": "12:00"}, "2026-11-24 11:59", "ok"),
        ({"from": "12:00"}, "2026-11-24 12:00", "known_inconvenient_time"),
        ({"from": "12:00", "to": "14:00"}, "2026-11-24 14:00", "ok"),
        ({"from": "12:00", "to": "14:00"}, "2026-11-24 13:59", "known_inconvenient_time"),
        ({"from": "18:00", "to": "09:00"}, "2026-11-24 08:59", "known_inconvenient_time"),
        ({"from": "18:00", "to": "09:00"}, "2026-11-24 09:00", "ok"),
    ],
)
def test_inconvenient_hours(wish: dict[str, str], at: str, expected: str) -> None:
    verdict = ask(at, flags={"known_inconvenient": wish})
    assert verdict.reason_code == expected


def test_next_allowed_respects_inconvenient_hours() -> None:
    wish = {"from": "07:00", "to": "12:00"}
    verdict = ask("2026-11-24 20:00", flags={"known_inconvenient": wish})
    assert verdict.next_allowed_at == local("2026-11-25 12:00")


def test_asked_for_hours_narrow_the_house_hours() -> None:
    wish = {"from": "17:00", "to": "20:00"}
    flags = {"consumer_requested_window": wish}
    assert reason("2026-11-24 16:59", "ES", flags=flags) == "customer_request_time"
    assert reason("2026-11-24 17:00", "ES", flags=flags) == "ok"
    assert reason("2026-11-24 20:00", "ES", flags=flags) == "customer_request_time"


def test_unwelcome_hours_count_wherever_they_were_called_so() -> None:
    wish = {"from": "09:00", "to": "12:00", "instrument": "inside_contract"}
    assert reason(AT, flags={"known_inconvenient": wish}) == "known_inconvenient_time"
    assert reason(AT, flags={"consumer_requested_window": wish}) == "ok"


# Unknown input


@pytest.mark.parametrize(
    "more",
    [
        {"jurisdiction": "XX"},
        {"jurisdiction": ""},
        {"channel": "fax"},
        {"purpose": "chat_about_weather"},
        {"party": "unknown"},
        {"party": "cat"},
        {"zones": ("Mars/Olympus",)},
        {"zones": ("",)},
        {"creditor_type": "pirate"},
        {"authorised_channels": frozenset({"fax"})},
        {"flags": {"has_paid": True}},
        {"flags": {"paid": "yes"}},
        {"flags": {"debtor_age": -1}},
        {"flags": {"debtor_age": True}},
        {"flags": {"opted_out_channels": "sms"}},
        {"flags": {"number_type": "red"}},
        {"flags": {"stop_received_at": "yesterday"}},
        {"flags": {"known_inconvenient": {}}},
        {"flags": {"known_inconvenient": {"from": "9"}}},
        {"flags": {"known_inconvenient": {"from": "09:00", "to": "09:00"}}},
        {"flags": {"consumer_requested_window": {"from": "09:00", "instrument": "song"}}},
        {"message": {"is_nice": True}},
        {"message": {"payee": "me"}},
    ],
)
def test_what_is_not_understood_is_refused(more: dict[str, Any]) -> None:
    facts = {"jurisdiction": "CO", "channel": "sms", **more}
    verdict = check_contact(request(**facts), (), local(AT))
    assert (verdict.allowed, verdict.reason_code) == (False, "unknown_input")
    assert verdict.next_allowed_at is None
    assert verdict.explain("es") != verdict.explain("pt")


@pytest.mark.parametrize(
    "item",
    [
        PastContact(at=datetime(2026, 11, 24), channel="sms"),  # noqa: DTZ001
        PastContact(at=local(AT), channel="fax"),
        PastContact(at=local(AT), channel="sms", outcome="maybe"),
        PastContact(at=local(AT), channel="sms", direction="sideways"),
        PastContact(at=local(AT), channel="sms", purpose="fun"),
    ],
)
def test_a_past_that_cannot_be_counted_is_refused(item: PastContact) -> None:
    assert check_contact(request(), [item], local(AT)).reason_code == "unknown_input"


def test_a_naive_clock_is_refused() -> None:
    naive = datetime(2026, 11, 24, 10)  # noqa: DTZ001
    assert check_contact(request(), (), naive).reason_code == "unknown_input"
