"""The Colombian pack, on both sides of every boundary."""

from __future__ import annotations

from typing import Any

import pytest
from contact_kit import ask, local, past, reason

# 2026-11-24 is a Tuesday.


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-24 06:59", "outside_hours"),
        ("2026-11-24 07:00", "ok"),
        ("2026-11-24 18:59", "ok"),
        ("2026-11-24 19:00", "outside_hours"),
        ("2026-11-28 07:59", "outside_hours"),
        ("2026-11-28 08:00", "ok"),
        ("2026-11-28 14:59", "ok"),
        ("2026-11-28 15:00", "outside_hours"),
        ("2026-11-28 18:00", "outside_hours"),
        ("2026-11-29 10:00", "sunday"),
        ("2026-12-08 09:00", "holiday"),
        # Moved to Monday, and a moved one that falls on Monday by itself.
        ("2026-11-02 09:00", "holiday"),
        ("2026-11-01 09:00", "sunday"),
        ("2026-07-13 09:00", "holiday"),
        ("2026-07-09 09:00", "ok"),
        # The same law is not there yet in 2025.
        ("2025-07-14 09:00", "ok"),
        # Before the law was in force nothing of it was.
        ("2023-10-09 20:00", "ok"),
        ("2023-10-10 20:00", "outside_hours"),
    ],
)
def test_hours_and_holidays(at: str, expected: str) -> None:
    assert reason(at) == expected


@pytest.mark.parametrize("channel", ["call", "sms", "whatsapp", "email", "letter", "push"])
def test_the_hours_hold_on_every_channel(channel: str) -> None:
    assert reason("2026-11-24 19:00", channel=channel) == "outside_hours"


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-24 20:30", "ok"),
        ("2026-11-24 19:59", "outside_hours"),
        ("2026-11-24 20:00", "ok"),
        ("2026-11-24 20:59", "ok"),
        ("2026-11-24 21:00", "outside_hours"),
        ("2026-11-24 10:00", "customer_request_time"),
        # On weekdays only; on Saturday the law's hours and the wish do not meet.
        ("2026-11-28 20:30", "outside_hours"),
        ("2026-11-28 10:00", "customer_request_time"),
        ("2026-11-29 20:30", "sunday"),
        ("2026-12-08 20:30", "holiday"),
    ],
)
def test_other_hours_where_the_debtor_asked_for_them(at: str, expected: str) -> None:
    wish = {"from": "20:00", "to": "21:00", "instrument": "separate_after_contract"}
    assert reason(at, flags={"consumer_requested_window": wish}) == expected


def test_a_clause_of_the_contract_gives_no_other_hours() -> None:
    wish = {"from": "20:00", "to": "21:00", "instrument": "inside_contract"}
    flags = {"consumer_requested_window": wish}
    assert reason("2026-11-24 20:30", flags=flags) == "outside_hours"
    assert reason("2026-11-24 10:00", flags=flags) == "ok"


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ("conversation", "daily_cap"),
        ("delivered", "daily_cap"),
        ("no_answer", "daily_cap"),
        ("voicemail", "daily_cap"),
        ("refused", "daily_cap"),
        ("", "daily_cap"),
        ("undelivered", "ok"),
    ],
)
def test_once_a_day_counts_what_reached_the_device(outcome: str, expected: str) -> None:
    earlier = [past("2026-11-24 08:10", outcome=outcome)]
    assert reason("2026-11-24 16:00", channel="call", history=earlier) == expected


def test_once_a_day_is_a_local_day_not_24_hours() -> None:
    evening = [past("2026-11-23 18:59")]
    assert reason("2026-11-23 18:59", channel="call", history=evening) == "daily_cap"
    assert reason("2026-11-24 07:00", channel="call", history=evening) == "ok_literal"


def test_once_a_day_counts_over_debts_and_channels() -> None:
    earlier = [past("2026-11-24 08:10", "call", debt_id="D1")]
    verdict = ask("2026-11-24 16:00", channel="whatsapp", history=earlier, debt_id="D2")
    assert verdict.reason_code == "daily_cap"
    # Tomorrow the other channel is still barred; its week ends on Sunday, its seven days on
    # Monday night.
    assert verdict.next_allowed_at == local("2026-12-01 07:00")


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-24 10:00", "one_channel_per_week"),
        ("2026-11-28 10:00", "one_channel_per_week"),
        ("2026-11-30 10:00", "ok"),
    ],
)
def test_one_channel_in_a_week(at: str, expected: str) -> None:
    earlier = [past("2026-11-23 09:00", "call")]
    assert reason(at, channel="whatsapp", history=earlier) == expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-30 10:00", "one_channel_per_week"),  # a new calendar week, the sixth day
        ("2026-12-02 10:00", "one_channel_per_week"),
        ("2026-12-03 10:00", "ok"),
    ],
)
def test_the_week_is_also_the_last_seven_days(at: str, expected: str) -> None:
    earlier = [past("2026-11-26 09:00", "call")]
    assert reason(at, channel="whatsapp", history=earlier) == expected


def test_the_same_channel_on_another_day_is_allowed_by_the_text() -> None:
    earlier = [past("2026-11-23 09:00", "sms", "delivered")]
    assert reason("2026-11-24 09:00", history=earlier) == "ok_literal"
    narrow: dict[str, Any] = {"options": frozenset({"once_a_week"})}
    assert reason("2026-11-24 09:00", history=earlier, **narrow) == "weekly_message_cap"
    assert reason("2026-11-30 09:00", history=earlier, **narrow) == "ok"


def test_a_conversation_that_the_debtor_began_is_direct_contact() -> None:
    earlier = [past("2026-11-24 08:00", "whatsapp", direction="inbound")]
    assert reason("2026-11-24 16:00", channel="whatsapp", history=earlier) == "daily_cap"
    assert reason("2026-11-25 16:00", channel="email", history=earlier) == "one_channel_per_week"


@pytest.mark.parametrize(
    "purpose", ["servicing", "fraud_alert", "information_requested_by_consumer"]
)
def test_what_article_8_exempts(purpose: str) -> None:
    earlier = [past("2026-11-29 08:00", "call")]
    assert ask("2026-11-29 23:00", history=earlier, purpose=purpose).allowed
    # And they use up nothing.
    done = [past("2026-11-24 08:00", "sms", "delivered", purpose=purpose)]
    assert reason("2026-11-24 09:00", history=done) == "ok"


@pytest.mark.parametrize(
    ("channels", "expected"),
    [
        (frozenset({"sms", "email"}), "ok"),
        (frozenset({"email"}), "channel_not_authorized"),
        (frozenset(), "channel_not_authorized"),
        (None, "channel_not_authorized"),
    ],
)
def test_only_authorised_channels(channels: frozenset[str] | None, expected: str) -> None:
    verdict = ask("2026-11-24 10:00", authorised_channels=channels)
    assert verdict.reason_code == expected
    assert verdict.next_allowed_at is None


@pytest.mark.parametrize(
    "party",
    [
        "spouse",
        "parent",
        "guardian",
        "relative",
        "personal_reference",
        "neighbour",
        "employer",
        "colleague",
        "older_adult_third_party",
    ],
)
def test_references_are_not_contacted(party: str) -> None:
    verdict = ask("2026-11-24 10:00", party=party)
    assert (verdict.reason_code, verdict.rule_id) == ("third_party", "base.third_party")
    assert verdict.citation == "Ley 2300 de 2023, art. 4"
    assert not verdict.house_default
    assert verdict.citation == "Ley 2300 de 2023, art. 4"


@pytest.mark.parametrize("party", ["debtor", "codebtor", "guarantor", "attorney"])
def test_who_owes_or_answers_for_it_may_be_contacted(party: str) -> None:
    assert ask("2026-11-24 10:00", party=party).allowed


def test_a_minor_is_never_contacted() -> None:
    assert reason("2026-11-24 10:00", party="minor_third_party") == "minor"


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ({"visit_place": "home", "credit_type": "consumer"}, "visit_prohibited"),
        ({"credit_type": "rural", "express_visit_authorisation": True}, "ok"),
        ({"credit_type": "microcredit", "express_visit_authorisation": True}, "ok"),
        ({"credit_type": "rural"}, "visit_prohibited"),
        ({"credit_type": "consumer", "express_visit_authorisation": True}, "visit_prohibited"),
        ({}, "visit_prohibited"),
    ],
)
def test_visits(flags: dict[str, Any], expected: str) -> None:
    assert reason("2026-11-24 10:00", channel="visit", flags=flags) == expected


def test_the_reason_for_the_default_is_not_asked() -> None:
    asking: dict[str, Any] = {"message": {"asks_reason_for_default": True}}
    assert reason("2026-11-24 10:00", **asking) == "prohibited_content"
    assert reason("2026-11-24 10:00", message={"asks_reason_for_default": False}) == "ok"
    # Not even in an answer.
    earlier = [past("2026-11-24 09:00", "sms", direction="inbound")]
    answer: dict[str, Any] = {"purpose": "reply_to_debtor_query", "history": earlier}
    assert reason("2026-11-24 10:00", **asking, **answer) == "prohibited_content"


def test_a_refusal_says_why_in_three_languages() -> None:
    verdict = ask("2026-11-29 10:00")
    assert verdict.explain("es").startswith("Se contacta de lunes a viernes")
    assert verdict.explain("pt_BR").startswith("Contata-se de segunda a sexta")
    assert verdict.explain("en").startswith("Contacts are made Monday to Friday")
    assert (verdict.pack, verdict.house_default) == ("CO", False)
    assert verdict.pack_version.startswith("2026.11.")
    assert verdict.next_allowed_at == local("2026-11-30 07:00")
