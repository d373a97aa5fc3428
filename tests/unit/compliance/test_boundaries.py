"""Every rule of every pack, on both sides of its boundary.

A pair is a contact that a rule refuses and its twin, which differs in one thing and which the rule
does not refuse. Most are cases (`boundaries.jsonl`; `<rule>/<number>a` is refused, `b` its twin);
what a case has no words for (holds, options, the household) stands below.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from case_kit import list_differences, read_cases
from contact_kit import local, past, request

from acuerdo.compliance.packs import get_library
from acuerdo.compliance.rules import (
    ActiveHold,
    ContactRequest,
    PastContact,
    Verdict,
    check_contact,
    list_opinions,
)
from acuerdo.compliance.rules.cases import check_case, read_case
from acuerdo.compliance.rules.pack import PHASES, Library, Reading
from acuerdo.portfolio.rules.places import list_zones

FILES: dict[Reading, str] = {"conservative": "boundaries", "literal": "boundaries_literal"}


@dataclass(frozen=True)
class Asked:
    """A contact that no case has words for."""

    request: ContactRequest
    at: datetime = field(default_factory=lambda: local("2026-11-24 10:00"))
    history: Sequence[PastContact] = ()

    def judge(self, library: Library) -> Verdict:
        return check_contact(self.request, self.history, self.at, library=library)


def held(reason: str, until: str = "", **more: Any) -> Asked:
    hold = ActiveHold(reason, local(until) if until else None)
    return Asked(request(holds=(hold,), **more))


def home(*history: PastContact, options: str = "household_once_a_day", **more: Any) -> Asked:
    asked = request("CR", "call", zones=("America/Costa_Rica",), **more)
    return Asked(
        replace(asked, options=frozenset(options.split())),
        local("2026-11-24 16:00", "America/Costa_Rica"),
        history,
    )


def called(at: str = "2026-11-24 09:00", outcome: str = "no_answer", **more: Any) -> PastContact:
    more = {"channel": "call", "is_household": True, **more}
    return past(at, outcome=outcome, zone="America/Costa_Rica", **more)


def weekly(at: str, *history: PastContact, options: str = "once_a_week") -> Asked:
    return Asked(request(options=frozenset(options.split())), local(at), history)


def stopped(channel: str, options: str = "stop_everywhere", **more: Any) -> Asked:
    flags = {"stop_received_at": "2026-11-20"}
    return Asked(request("CO", channel, flags=flags, options=frozenset(options.split()), **more))


TOLD = past("2026-11-23 09:00", "sms", "delivered")
WROTE = (past("2026-11-24 09:00", "sms", direction="inbound"),)
NOBODY = replace(request(), purpose="reply_to_debtor_query", message={"discloses_debt": False})

# rule → (code, what it refuses, the twin)
PAIRS: dict[str, list[tuple[str, Asked, Asked]]] = {
    "base.hold": [
        ("hold", held("waiting_for_papers"), Asked(request())),
        ("disputed", held("dispute"), held("dispute", purpose="fraud_alert")),
        ("disputed", held("already_paid"), held("already_paid", purpose="servicing")),
        ("disputed", held("fraud"), held("agreement_active", purpose="preventive_reminder")),
        ("complaint_pending", held("complaint"), Asked(request())),
        ("deceased", held("deceased"), Asked(request())),
        ("insolvency_proceeding", held("insolvency"), Asked(request())),
        ("attorney_represented", held("attorney"), Asked(request())),
        ("cease_communication", held("cease"), Asked(request())),
        # It is over at its end, not a minute later.
        (
            "hardship_pause",
            held("hardship", "2026-11-24 10:01"),
            held("hardship", "2026-11-24 10:00"),
        ),
    ],
    "base.agreement": [
        ("hold", held("agreement_active"), Asked(request())),
        *(
            ("hold", held("agreement_active"), held("agreement_active", purpose=purpose))
            for purpose in ("preventive_reminder", "servicing", "statutory_notice", "fraud_alert")
        ),
        (
            "hold",
            held("agreement_active", "2026-11-24 10:01"),
            held("agreement_active", "2026-11-24 10:00"),
        ),
    ],
    "base.wrong_person": [
        ("third_party", held("wrong_person"), held("agreement_active", purpose="servicing")),
        (
            "third_party",
            Asked(replace(NOBODY, holds=(ActiveHold("wrong_person"),), message={}), history=WROTE),
            Asked(replace(NOBODY, holds=(ActiveHold("wrong_person"),)), history=WROTE),
        ),
    ],
    "base.stop_everywhere": [
        ("opt_out", stopped("email"), stopped("email", options="")),
        ("opt_out", stopped("email"), stopped("letter")),
        ("opt_out", stopped("call"), stopped("chat")),
        ("opt_out", stopped("call"), stopped("call", purpose="statutory_notice")),
    ],
    "base.household_once_a_day": [
        ("daily_cap", home(called(party="codebtor")), home()),
        ("daily_cap", home(called()), home(called(), options="")),
        ("daily_cap", home(called()), home(called("2026-11-23 09:00"))),
        ("daily_cap", home(called()), home(called(outcome="undelivered"))),
        ("daily_cap", home(called()), home(called(channel="sms"))),
        ("daily_cap", home(called()), home(called(purpose="servicing"))),
        ("daily_cap", home(called()), home(called(), purpose="servicing")),
        (
            "daily_cap",
            home(called(outcome="conversation", direction="inbound")),
            home(called(direction="inbound")),
        ),
    ],
    "co.once_a_week": [
        ("weekly_message_cap", weekly("2026-11-24 10:00", TOLD), weekly("2026-11-24 10:00")),
        (
            "weekly_message_cap",
            weekly("2026-11-24 10:00", TOLD),
            weekly("2026-11-24 10:00", TOLD, options=""),
        ),
        # The calendar week from Monday, and the seven days from Thursday.
        (
            "weekly_message_cap",
            weekly("2026-11-28 14:59", TOLD),
            weekly("2026-11-30 07:00", TOLD),
        ),
        (
            "weekly_message_cap",
            weekly("2026-12-02 10:00", past("2026-11-26 09:00", "sms", "delivered")),
            weekly("2026-12-03 10:00", past("2026-11-26 09:00", "sms", "delivered")),
        ),
        (
            "weekly_message_cap",
            weekly("2026-11-24 10:00", TOLD),
            weekly("2026-11-24 10:00", replace(TOLD, outcome="undelivered")),
        ),
    ],
}


@cache
def pairs_of(reading: Reading) -> dict[str, list[tuple[dict[str, Any], dict[str, Any]]]]:
    """Rule → its pairs of cases."""
    cases = {case["id"]: case for case in read_cases(FILES[reading])}
    found: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = defaultdict(list)
    for name in cases:
        if name.endswith("a"):
            found[name.partition("/")[0]].append((cases[name], cases[f"{name[:-1]}b"]))
    assert 2 * sum(len(pairs) for pairs in found.values()) == len(cases)
    return found


def list_rules(library: Library) -> set[str]:
    """The rules that can refuse."""
    return {rule.id for rule in library.rules if rule.kind in PHASES}


def list_unproven(library: Library) -> set[str]:
    """The rules of which no pair shows both sides."""
    shown = {
        rule
        for rule, pairs in PAIRS.items()
        for _code, refused, twin in pairs
        if refused.judge(library).rule_id == rule != twin.judge(library).rule_id
    }
    for reading in FILES:
        for rule, cases in pairs_of(reading).items():
            for refused, twin in cases:
                told = [check_case(case, library=library).rule_id for case in (refused, twin)]
                if told[0] == rule != told[1]:
                    shown.add(rule)
    return list_rules(library) - shown


@pytest.mark.parametrize(
    ("reading", "rule"), [(reading, rule) for reading in FILES for rule in pairs_of(reading)]
)
def test_a_rule_refuses_and_does_not_refuse_the_twin(reading: Reading, rule: str) -> None:
    library = get_library(reading)
    for refused, twin in pairs_of(reading)[rule]:
        verdict = check_case(refused, library=library)
        assert verdict.rule_id == rule, refused["id"]
        assert (refused["expected"], verdict.reason_code) == ("refused", refused["reason_code"])
        other = check_case(twin, library=library)
        assert other.rule_id != rule, twin["id"]
        assert (other.allowed, other.reason_code) == (
            twin["expected"] == "allowed",
            twin["reason_code"],
        ), twin["id"]


@pytest.mark.parametrize("reading", FILES)
def test_twins_differ_in_one_thing(reading: Reading) -> None:
    for pairs in pairs_of(reading).values():
        for refused, twin in pairs:
            assert len(list_differences(refused, twin)) == 1, refused["id"]
            assert refused["reason"] == twin["reason"]


@pytest.mark.parametrize("rule", PAIRS)
def test_what_no_case_can_say(rule: str) -> None:
    library = get_library()
    for code, refused, twin in PAIRS[rule]:
        verdict = refused.judge(library)
        assert (verdict.rule_id, verdict.reason_code) == (rule, code)
        assert twin.judge(library).allowed


@pytest.mark.parametrize("reading", FILES)
def test_every_rule_has_a_pair(reading: Reading) -> None:
    assert not list_unproven(get_library(reading))


def test_a_new_rule_must_bring_its_pair() -> None:
    known = get_library()
    pack = known.packs["PT"]
    new = replace(pack.rules[0], id="pt.new")
    packs = {**known.packs, "PT": replace(pack, rules=(*pack.rules, new))}
    assert list_unproven(Library(known.base, packs)) == {"pt.new"}


# Common rules hold in every country; a country only cites its own law for them.

COMMON = sorted(rule for rule in pairs_of("conservative") if rule.startswith("base."))


@pytest.mark.parametrize("country", sorted(get_library().packs))
def test_common_rules_hold_in_every_country(country: str) -> None:
    library = get_library()
    pack = library.packs[country]
    zone = list_zones(country)[0]
    for rule in COMMON:
        for number, case in enumerate(sum(pairs_of("conservative")[rule], ())):
            at = local(case["local_datetime"].replace("T", " "), zone)
            moved = {
                **case,
                "jurisdiction": country,
                "timezone": zone,
                "utc_instant": at.isoformat(),
                "authorized_channels": [case["channel"]],
            }
            asked, history, now = read_case(moved, library=library)
            told = {one.rule.id: one for one in list_opinions(asked, history, now)}
            refuses = rule in told and bool(told[rule].code)
            assert refuses == (number % 2 == 0 and rule not in pack.waives), (country, case["id"])
            if refuses:
                source = pack.cites.get(rule, {}).get("citation", "")
                assert told[rule].rule.citation == source
                assert told[rule].rule.house_default == (not source)


# A rule speaks from its first day on, and not the day before.


def opening_of(rule: str) -> ContactRequest:
    """A contact of which `rule` speaks."""
    if rule in PAIRS:
        return PAIRS[rule][0][1].request
    return read_case(pairs_of("conservative")[rule][0][0], library=get_library())[0]


@pytest.mark.parametrize("rule", sorted(list_rules(get_library())))
def test_a_rule_begins_on_its_day(rule: str) -> None:
    known = get_library().get_rule(rule)
    assert known is not None
    asked = opening_of(rule)
    midnight = datetime.combine(known.effective_from, time.min, ZoneInfo(asked.zones[0]))
    for at, speaks in ((midnight, True), (midnight - timedelta(minutes=1), False)):
        told = {one.rule.id for one in list_opinions(asked, (), at.astimezone(UTC))}
        assert (rule in told) is speaks
