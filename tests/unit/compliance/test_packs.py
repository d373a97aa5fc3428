"""The packs as data: their form, their words, and that a wrong one is refused."""

from __future__ import annotations

import copy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from contact_kit import local, past, request

from acuerdo.compliance.packs import get_library, parse_yaml, read_documents, read_overrides
from acuerdo.compliance.rules import ContactRequest, check_contact
from acuerdo.compliance.rules.calendar import Calendar, Override
from acuerdo.compliance.rules.facts import REASON_CODES
from acuerdo.compliance.rules.pack import Library, compile_library
from acuerdo.compliance.tables import renew


def test_every_rule_is_complete() -> None:
    library = get_library()
    assert set(library.packs) == set("AR BR CL CO CR EC ES GB MX PE PT US ZA".split())
    for pack in (library.base, *library.packs.values()):
        for rule in pack.rules:
            assert set(rule.texts) == {"es", "pt", "en"}, rule.id
            assert len(set(rule.texts.values())) > 1 or rule.id == "x", rule.id
            assert rule.house_default or rule.citation, f"{rule.id} cites no law"
            assert rule.house_default == (rule.confidence == "house") or rule.option, rule.id
            assert rule.code in REASON_CODES
            assert set(rule.codes.values()) <= REASON_CODES


def test_no_pack_waives_a_hard_stop() -> None:
    documents = read_documents()
    for document in documents:
        if document["pack"] == "CO":
            document["waives"] = ["base.paid"]
    with pytest.raises(ValueError, match="may not waive"):
        compile_library(documents, [])


def test_a_pack_may_waive_a_house_default() -> None:
    library = changed("CO", lambda pack: pack.update(waives=["base.disputed"]))
    disputed = request("CO", flags={"disputed": True})
    at = local("2026-11-24 10:00")
    assert check_contact(disputed, (), at).reason_code == "disputed"
    assert check_contact(disputed, (), at, library=library).allowed


def changed(code: str, change: Any) -> Library:
    documents = copy.deepcopy(read_documents())
    for document in documents:
        if document["pack"] == code:
            change(document)
    return compile_library(documents, read_overrides())


def add_rule(**rule: Any) -> Any:
    usual = {
        "id": "es.test",
        "code": "hold",
        "effective_from": "2000-01-01",
        "citation": "a test",
        "confidence": "house",
        "house_default": True,
        "texts": {"es": "uno", "pt": "um", "en": "one"},
    }
    return lambda pack: pack["rules"].append({**usual, **rule})


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "stop", "when": {"flags.has_cat": True}},
        {"kind": "stop", "when": {"flags.paid": {"above": 3}}},
        {"kind": "stop", "code": "because"},
        {"kind": "stop", "channels": ["fax"]},
        {"kind": "stop", "id": "es.hours"},
        {"kind": "cap", "purposes": ["reply_to_debtor_query"], "counts": {}, "spans": ["day"],
         "maximum": 1},
        {"kind": "window", "days": {"mon": [["19:00", "09:00"]]}, "closed": {}},
    ],
)  # fmt: skip
def test_a_wrong_rule_stops_the_start(rule: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the words differ
        changed("ES", add_rule(**rule))


def test_a_gap_between_contacts() -> None:
    """48 hours and two calendar days, as some countries have it."""
    gap = add_rule(
        kind="gap", code="min_gap_2_days", counts={"outbound": "attempt"}, hours=48, gap_days=2
    )
    library = changed("CO", gap)

    def code(at: str) -> str:
        earlier = [past("2026-11-24 12:00", "sms", "delivered")]
        return check_contact(request(), earlier, local(at), library=library).reason_code

    assert code("2026-11-25 18:00") == "min_gap_2_days"
    assert code("2026-11-26 11:59") == "min_gap_2_days"
    assert code("2026-11-26 12:00") == "ok_literal"
    earlier = [past("2026-11-24 12:00", "sms", "delivered")]
    refused = check_contact(request(), earlier, local("2026-11-25 18:00"), library=library)
    assert refused.next_allowed_at == local("2026-11-26 12:00")


def test_a_cool_down_after_a_conversation_of_one_debt() -> None:
    """Seven days, the day of the conversation being the first, whoever began it."""
    cool = add_rule(
        kind="cap",
        code="conversation_cooldown",
        channels=["call"],
        counts={"outbound": "live_contact", "inbound": "live_contact", "scope": "debt"},
        spans=["rolling_7"],
        maximum=1,
    )
    library = changed("ES", cool)

    def code(at: str, debt: str = "D1", **more: Any) -> str:
        madrid = "Europe/Madrid"
        talked = [past("2026-11-18 12:00", "call", zone=madrid, debt_id="D1", **more)]
        asked = request("ES", "call", debt_id=debt)
        return check_contact(asked, talked, local(at, madrid), library=library).reason_code

    assert code("2026-11-24 12:00") == "conversation_cooldown"
    assert code("2026-11-25 12:00") == "ok"
    assert code("2026-11-24 12:00", direction="inbound") == "conversation_cooldown"
    assert code("2026-11-24 12:00", debt="D2") == "ok"
    assert code("2026-11-24 12:00", outcome="no_answer") == "ok"


def test_a_rule_ends_and_begins_with_its_dates() -> None:
    def shorten(pack: dict[str, Any]) -> None:
        for rule in pack["rules"]:
            if rule["id"] == "co.hours":
                rule["effective_to"] = "2026-11-25"

    library = changed("CO", shorten)
    evening = check_contact(request(), (), local("2026-11-24 20:00"), library=library)
    assert evening.next_allowed_at == local("2026-11-25 00:00")
    assert check_contact(request(), (), local("2026-11-25 03:00"), library=library).allowed


def test_yaml_guesses_nothing() -> None:
    document = parse_yaml("{a: 07:00, b: 2023-10-10, c: NO, d: true, e: 3, f: null, g: 2026.11}")
    assert document == {
        "a": "07:00",
        "b": "2023-10-10",
        "c": "NO",
        "d": True,
        "e": 3,
        "f": None,
        "g": "2026.11",
    }


def test_a_day_that_the_library_does_not_know() -> None:
    made = Override("CO", "", date(2026, 11, 24), True, "a decree")
    gone = Override("CO", "", date(2026, 12, 8), False, "a decree")
    local_day = Override("CO", "ANT", date(2026, 11, 25), True, "a decree")
    calendar = Calendar("CO", ("public",), (made, gone, local_day))
    assert calendar.is_holiday(date(2026, 11, 24), "")
    assert not calendar.is_holiday(date(2026, 12, 8), "")
    assert calendar.is_holiday(date(2026, 11, 25), "ANT")
    assert not calendar.is_holiday(date(2026, 11, 25), "BOY")


def test_a_verdict_is_fast() -> None:
    import time

    history = [past("2026-11-20 09:00", "sms", "delivered")] * 6
    asked: ContactRequest = request()
    at = local("2026-11-24 10:00")
    check_contact(asked, history, at)
    start = time.perf_counter()
    for _number in range(500):
        check_contact(asked, history, at)
    assert (time.perf_counter() - start) / 500 < 0.002


def test_the_documentation_shows_the_rules_as_they_are() -> None:
    document = Path(__file__).parents[3] / "docs" / "compliance.md"
    text = document.read_text("utf-8")
    assert renew(text) == text, "run: python -m acuerdo.compliance.tables docs/compliance.md"
