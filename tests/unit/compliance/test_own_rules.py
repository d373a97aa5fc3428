"""A creditor's own rules: they come on top of the law's, and only refuse more."""

from __future__ import annotations

import json
from typing import Any

import pytest
from contact_kit import ask, local, past, reason

from acuerdo.compliance.packs import get_policy
from acuerdo.compliance.rules.pack import Policy

USUAL: dict[str, Any] = {
    "id": "own.rule",
    "effective_from": "2000-01-01",
    "citation": "",
    "confidence": "house",
    "house_default": True,
    "texts": {"es": "Regla propia.", "pt": "Regra própria.", "en": "Our own rule."},
}
STOP: dict[str, Any] = {"kind": "stop", "code": "hold"}
CAP: dict[str, Any] = {
    "kind": "cap",
    "code": "weekly_message_cap",
    "counts": {"outbound": "attempt"},
    "spans": ["rolling_7"],
    "maximum": 1,
}
DAILY = [["10:00", "12:00"]]


def policy(*rules: dict[str, Any]) -> Policy:
    return get_policy(json.dumps([{**USUAL, **rule} for rule in rules]))


def test_it_refuses_more() -> None:
    mornings = policy({"kind": "window", "code": "outside_hours", "closed": {},
                       "days": {"tue": DAILY}})  # fmt: skip
    assert reason("2026-11-24 09:59", policy=mornings) == "outside_hours"
    assert reason("2026-11-24 10:00", policy=mornings) == "ok"
    assert reason("2026-11-24 11:59", policy=mornings) == "ok"
    late = ask("2026-11-24 12:00", policy=mornings)
    assert (late.rule_id, late.house_default) == ("own.rule", True)
    # The next Tuesday; the eighth of December is a holiday, but not for this rule: for the law's.
    assert late.next_allowed_at == local("2026-12-01 10:00")
    assert ask("2026-12-01 12:00", policy=mornings).next_allowed_at == local("2026-12-15 10:00")
    # Another creditor has no such hours.
    assert reason("2026-11-24 12:00") == "ok"


def test_it_opens_nothing() -> None:
    always = policy({"kind": "window", "code": "outside_hours", "closed": {},
                     "days": {day: [["00:00", "24:00"]] for day in ("tue", "sun")}})  # fmt: skip
    for at in ("2026-11-24 06:59", "2026-11-24 19:00", "2026-11-29 10:00"):
        assert reason(at, policy=always) == reason(at) != "ok"
    generous = policy({**CAP, "maximum": 9})
    told = [past("2026-11-24 08:00", "sms", "delivered")]
    assert reason("2026-11-24 16:00", history=told, policy=generous) == "daily_cap"


def test_a_cap_of_its_own() -> None:
    once = policy(CAP)
    told = [past("2026-11-18 08:00", "sms", "delivered", debt_id="D2")]
    assert reason("2026-11-24 16:00", history=told, policy=once) == "weekly_message_cap"
    assert reason("2026-11-25 16:00", history=told, policy=once) == "ok"
    verdict = ask("2026-11-24 16:00", history=told, policy=once)
    assert verdict.next_allowed_at == local("2026-11-25 07:00")


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-23 18:59", "ok"),
        ("2026-11-24 07:00", "hold"),
        ("2026-11-26 18:59", "hold"),
        ("2026-11-27 07:00", "ok"),
    ],
)
def test_from_its_first_day_and_not_on_its_last(at: str, expected: str) -> None:
    """`effective_to` is the first day without it."""
    few = policy({**STOP, "effective_from": "2026-11-24", "effective_to": "2026-11-27"})
    assert reason(at, policy=few) == expected


def test_a_rule_that_is_coming_is_seen_ahead() -> None:
    coming = policy({**STOP, "effective_from": "2026-11-25"})
    assert ask("2026-11-24 18:59", policy=coming).allowed
    evening = ask("2026-11-24 19:00", policy=coming)
    assert (evening.reason_code, evening.next_allowed_at) == ("outside_hours", None)
    going = policy({"kind": "window", "code": "outside_hours", "days": {}, "closed": {},
                    "effective_to": "2026-11-26"})  # fmt: skip
    assert ask("2026-11-24 10:00", policy=going).next_allowed_at == local("2026-11-26 07:00")


def test_only_for_whom_it_is_about() -> None:
    narrow = policy(
        {**STOP, "channels": ["calls"], "parties": ["guarantor"], "purposes": ["collection"],
         "subdivisions": ["ANT"], "when": {"creditor_type": ["telecom"]}}
    )  # fmt: skip
    about: dict[str, Any] = {
        "jurisdiction": "CO-ANT",
        "channel": "call",
        "party": "guarantor",
        "creditor_type": "telecom",
    }
    assert reason("2026-11-24 10:00", policy=narrow, **about) == "hold"
    for change in (
        {"jurisdiction": "CO-BOY"},
        {"jurisdiction": "CO"},
        {"channel": "sms"},
        {"party": "debtor"},
        {"creditor_type": "bank"},
        {"purpose": "preventive_reminder"},
    ):
        assert reason("2026-11-24 10:00", policy=narrow, **{**about, **change}) == "ok"


def test_an_option_of_its_own() -> None:
    chosen = policy({**STOP, "option": "quiet"})
    assert reason("2026-11-24 10:00", policy=chosen) == "ok"
    quiet: dict[str, Any] = {"options": frozenset({"quiet"})}
    assert reason("2026-11-24 10:00", policy=chosen, **quiet) == "hold"


@pytest.mark.parametrize(
    "rule",
    [
        {"id": "co.hours"},
        {"id": "own rule"},
        {"house_default": False},
        {"kind": "song"},
        {"code": "because"},
        {"channels": ["fax"]},
        {"channels": []},
        {"parties": ["cousin"]},
        {"effective_from": "2026-13-01"},
        {"effective_from": 2026},
        {"effective_to": "tomorrow"},
        {"texts": {"es": "uno"}},
        {"waives": ["base.paid"]},
        {"when": {}},
        {"when": {"flags.has_cat": True}},
        {"when": {"flags.paid": 1}},
        {"when": {"flags.debtor_age": {"below": "18"}}},
        {"when": {"flags.debtor_age": {"above": 18}}},
        {"when": {"party": [["debtor"]]}},
        {"when": {"party": {"not_in": "debtor"}}},
        {"unless": [{"party": None}]},
        {**CAP, "maximum": -1},
        {**CAP, "spans": ["month"]},
        {**CAP, "spans": ["rolling_100"]},
        {**CAP, "counts": {"scope": "town"}},
        {**CAP, "purposes": ["reply_to_debtor_query"]},
        {**CAP, "lifted": {"flag": "paid", "days": 1}},
        {"kind": "cap"},
        {"kind": "gap", "counts": {}, "hours": 10**9, "gap_days": 1},
        {"kind": "window", "days": {"tue": [["12:00", "10:00"]]}, "closed": {}},
        {"kind": "window", "days": {"tue": [["10:00"]]}, "closed": {}},
        {"kind": "window", "days": {"someday": DAILY}, "closed": {}},
        {"kind": "window", "days": {"tue": DAILY}, "closed": {"sun": "because"}},
        {"kind": "wish"},
    ],
    ids=json.dumps,
)
def test_a_wrong_rule_is_refused_when_it_is_written(rule: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        policy({**STOP, **rule})


@pytest.mark.parametrize(
    "text", ["", "{", "7", "null", '"own"', "{}", "[7]", "[[]]", "[null]", "[" * 100_000]
)
def test_what_is_no_list_of_rules(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        get_policy(text)


def test_two_rules_of_one_name() -> None:
    with pytest.raises(ValueError, match="same id"):
        policy(STOP, CAP)
    assert len(policy(STOP, {**CAP, "id": "own.cap"}).rules) == 2
