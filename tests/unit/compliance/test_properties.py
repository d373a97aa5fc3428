"""What must hold for any request, any past and any moment."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from acuerdo.compliance.packs import get_library, get_policy
from acuerdo.compliance.rules import (
    ActiveHold,
    ContactRequest,
    ContactSet,
    PastContact,
    check_contact,
    judge_set,
)
from acuerdo.compliance.rules.facts import (
    CHANNELS,
    CREDITOR_TYPES,
    FLAGS,
    MESSAGE_FACTS,
    OUTCOMES,
    PARTIES,
    PURPOSES,
)

_ZONES = {
    "CO": ["America/Bogota"],
    "MX": ["America/Mexico_City", "America/Tijuana", "America/Cancun"],
    "BR-SP": ["America/Sao_Paulo"],
    "BR": ["America/Manaus", "America/Recife"],
    "BR-RJ": ["America/Sao_Paulo"],
    "BR-AL": ["America/Maceio"],
    "BR-AM": ["America/Manaus", "America/Eirunepe"],
    "ES": ["Europe/Madrid", "Atlantic/Canary"],
    "ES-PV": ["Europe/Madrid"],
    "CL": ["America/Santiago", "America/Punta_Arenas", "Pacific/Easter"],
    "PE": ["America/Lima"],
    "AR": ["America/Argentina/Buenos_Aires"],
    "AR-C": ["America/Argentina/Buenos_Aires"],
    "EC": ["America/Guayaquil", "Pacific/Galapagos"],
    "CR": ["America/Costa_Rica"],
    "PT": ["Europe/Lisbon", "Atlantic/Azores"],
    "US": ["America/New_York", "America/Los_Angeles", "America/Phoenix"],
    "US-MA": ["America/New_York"],
    "GB": ["Europe/London"],
    "GB-SCT": ["Europe/London"],
    "ZA": ["Africa/Johannesburg"],
}
_FIRST = datetime(2026, 1, 1, tzinfo=UTC)
_DAYS = 400
# 400 days with all clock changes of both hemispheres and of the Mexican border; now and then
# between two minutes.
moments = st.builds(
    lambda minutes, seconds: _FIRST + timedelta(minutes=minutes, seconds=seconds),
    st.integers(0, _DAYS * 24 * 60),
    st.sampled_from([0, 0, 0, 1, 30.5]),
)
hours = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from([0, 0, 30, 59]))


@st.composite
def unwelcome(draw: st.DrawFn) -> dict[str, str]:
    start, end = draw(st.lists(hours, min_size=2, max_size=2, unique=True))
    wish = {"from": start, "to": end}
    wish.pop(draw(st.sampled_from(["", "", "from", "to"])), None)
    return wish


@st.composite
def asked_for(draw: st.DrawFn) -> dict[str, str]:
    instrument = draw(st.sampled_from(["", "inside_contract", "separate_after_contract"]))
    return {**draw(unwelcome()), **({"instrument": instrument} if instrument else {})}


_WHENS = st.dates(date(2026, 1, 1), date(2027, 2, 1))
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "bool": st.booleans(),
    "int": st.integers(10, 90),
    "date": _WHENS.map(date.isoformat),
    "instant": st.builds("{}T{}{}".format, _WHENS, hours, st.sampled_from(["", "", "Z", "-05:00"])),
    "channels": st.lists(st.sampled_from(sorted(CHANNELS)), max_size=2),
    "hours": unwelcome(),
}
_ANYTHING: dict[str, st.SearchStrategy[Any]] = {
    name: _VALUES[kind] if isinstance(kind, str) else st.sampled_from(sorted(kind))
    for name, kind in {**FLAGS, **MESSAGE_FACTS}.items()
}
flags = st.fixed_dictionaries({}, optional={name: _ANYTHING[name] for name in FLAGS})
messages = st.fixed_dictionaries({}, optional={name: _ANYTHING[name] for name in MESSAGE_FACTS})
_CONSENT = "direct_prior_consent_to_additional_calls_at"
# What time alone can mend.
mild_flags = st.fixed_dictionaries(
    {"tcpa_consent": st.just(True), "marketing_consent": st.just(True)},
    optional={
        "known_inconvenient": unwelcome(),
        "consumer_requested_window": asked_for(),
        _CONSENT: _ANYTHING[_CONSENT],
        "credit_type": st.sampled_from(["student", "consumer"]),
        "number_type": st.sampled_from(["mobile", "work"]),
    },
)
options = st.sets(
    st.sampled_from(["once_a_week", "household_once_a_day", "stop_everywhere"]), max_size=2
).map(frozenset)

_OWN = {
    "effective_from": "2000-01-01",
    "citation": "",
    "confidence": "house",
    "house_default": True,
    "texts": {"es": "uno", "pt": "um", "en": "one"},
}
_OPEN = {day: [["09:00", "12:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
POLICIES = [
    get_policy(json.dumps([{**_OWN, **rule} for rule in rules]))
    for rules in (
        [
            {"id": "own.two_a_week", "kind": "cap", "code": "weekly_message_cap",
             "channels": ["messages"], "counts": {"outbound": "delivered"},
             "spans": ["iso_week", "rolling_5"], "maximum": 2},
            {"id": "own.pause", "kind": "gap", "code": "min_gap_2_days",
             "counts": {"scope": "household"}, "hours": 50, "gap_days": 0},
        ],
        [
            {"id": "own.mornings", "kind": "window", "code": "outside_hours",
             "days": {**_OPEN, "sat": [["20:00", "24:00"]]},
             "closed": {"sun": "sunday", "holiday": "holiday"},
             "effective_from": "2026-03-01", "effective_to": "2026-10-01"},
            {"id": "own.debt", "kind": "cap", "code": "daily_cap",
             "counts": {"scope": "debt", "outbound": "attempt", "inbound": "live_contact"},
             "spans": ["day"], "maximum": 1},
        ],
        [
            {"id": "own.channel", "kind": "one_channel", "code": "one_channel_per_week",
             "counts": {"scope": "debt", "same_party": True}, "spans": ["rolling_3"],
             "effective_to": "2026-08-01"},
            {"id": "own.later", "kind": "stop", "code": "hold", "channels": ["letter", "email"],
             "effective_from": "2026-07-01"},
        ],
        [
            {"id": "own.never_again", "kind": "cap", "code": "daily_cap", "channels": ["call"],
             "counts": {"outbound": "live_contact", "scope": "household"}, "spans": ["ever"],
             "maximum": 2, "lifted": {"flag": _CONSENT, "days": 3}},
            {"id": "own.none", "kind": "cap", "code": "daily_cap", "channels": ["whatsapp"],
             "counts": {}, "spans": ["day"], "maximum": 0},
        ],
    )
]  # fmt: skip


@st.composite
def holds(draw: st.DrawFn) -> tuple[ActiveHold, ...]:
    reasons = st.sampled_from(["hardship", "dispute", "agreement_active", "waiting_for_papers"])
    ends = st.one_of(moments, moments, st.none())
    return tuple(draw(st.lists(st.builds(ActiveHold, reasons, ends), max_size=2)))


@st.composite
def questions(draw: st.DrawFn, mild: bool = False) -> ContactRequest:
    """Any contact; `mild`: one that some moment allows, unless a hold or an own rule never ends."""
    jurisdiction = draw(st.sampled_from(sorted(_ZONES)))
    channels = ["sms", "call", "email", "whatsapp"] if mild else sorted(CHANNELS)
    known = st.sampled_from([CHANNELS, CHANNELS, frozenset({"sms", "call"}), None])
    return ContactRequest(
        jurisdiction=jurisdiction,
        zones=tuple(draw(st.lists(st.sampled_from(_ZONES[jurisdiction]), unique=True))),
        channel=draw(st.sampled_from(channels)),
        purpose="collection" if mild else draw(st.sampled_from(sorted(PURPOSES))),
        party="debtor" if mild else draw(st.sampled_from(["debtor", *sorted(PARTIES)])),
        debt_id=draw(st.sampled_from(["D1", "D1", "D2", ""])),
        creditor_type=draw(st.sampled_from(sorted(CREDITOR_TYPES))),
        authorised_channels=CHANNELS if mild else draw(known),
        flags=draw(mild_flags if mild else st.one_of(mild_flags, flags)),
        message={} if mild else draw(st.one_of(st.just({}), messages)),
        options=draw(options),
        holds=draw(holds()) if draw(st.booleans()) else (),
        policy=draw(st.one_of(st.none(), st.sampled_from(POLICIES))),
    )


@st.composite
def contacts(draw: st.DrawFn, now: datetime, direction: str = "") -> PastContact:
    ages = st.one_of(st.integers(0, 12 * 24 * 60), st.integers(-3 * 24 * 60, 60 * 24 * 60))
    return PastContact(
        at=now - timedelta(minutes=draw(ages), seconds=draw(st.sampled_from([0, 0, 20]))),
        channel=draw(st.sampled_from(["sms", "call", "call", "email", "whatsapp", "visit"])),
        outcome=draw(st.sampled_from(["", *sorted(OUTCOMES)])),
        direction=direction or draw(st.sampled_from(["outbound", "outbound", "inbound"])),
        purpose=draw(st.sampled_from(["collection", *sorted(PURPOSES)])),
        party=draw(st.sampled_from(["debtor", "debtor", "relative", "attorney"])),
        debt_id=draw(st.sampled_from(["", "D1", "D1", "D2"])),
        is_household=draw(st.sampled_from([False, False, False, True])),
    )


def pasts(now: datetime, most: int = 6) -> st.SearchStrategy[list[PastContact]]:
    return st.lists(contacts(now), max_size=most)


def is_hard(rule_id: str) -> bool:
    rule = get_library().get_rule(rule_id)
    return rule is not None and rule.hard


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_what_a_hard_stop_refused_stays_refused(data: st.DataObject) -> None:
    """Whatever the hour, the past, the options, own rules, holds and the debtor's other wishes."""
    now = data.draw(moments)
    request = data.draw(questions())
    verdict = check_contact(request, (), now)
    assume(not verdict.allowed and is_hard(verdict.rule_id))
    assert verdict.next_allowed_at is None
    later = data.draw(moments)
    # An answer in the chat that the debtor opened is the one thing that another past can change.
    history = data.draw(st.lists(contacts(later, "outbound"), max_size=4))
    again = replace(
        request,
        flags={**data.draw(mild_flags), **request.flags},
        options=data.draw(options),
        holds=data.draw(holds()),
        policy=data.draw(st.one_of(st.none(), st.sampled_from(POLICIES))),
    )
    assert not check_contact(again, history, later).allowed


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_one_more_contact_never_allows_what_was_refused(data: st.DataObject) -> None:
    now = data.draw(moments)
    request = data.draw(questions(mild=data.draw(st.booleans())))
    history = data.draw(pasts(now))
    assume(not check_contact(request, history, now).allowed)
    more = data.draw(contacts(now, "outbound"))
    place = data.draw(st.integers(0, len(history)))
    assert not check_contact(request, [*history[:place], more, *history[place:]], now).allowed


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_own_rules_holds_and_wishes_only_refuse_more(data: st.DataObject) -> None:
    """Hours asked for in a document of its own are the one wish that opens any, in Colombia."""
    now = data.draw(moments)
    request = data.draw(questions(mild=True))
    history = data.draw(pasts(now))
    given_flags = {name: value for name, value in request.flags.items() if name != _CONSENT}
    given_flags.pop("consumer_requested_window", None)
    strict = replace(request, flags=given_flags)
    at = check_contact(strict, history, now).next_allowed_at or now
    given_flags.pop("known_inconvenient", None)
    plain = replace(strict, flags=given_flags, policy=None, holds=(), options=frozenset())
    if check_contact(strict, history, at).allowed:
        assert check_contact(plain, history, at).allowed


@settings(max_examples=250, deadline=None)
@given(st.data())
def test_next_allowed_is_the_first_minute_that_is_allowed(data: st.DataObject) -> None:
    now = data.draw(moments)
    request = data.draw(questions(mild=True))
    history = data.draw(pasts(now))
    verdict = check_contact(request, history, now)
    following = verdict.next_allowed_at
    if verdict.allowed:
        assert following is None
        return
    # A moment which that answer says is too early, anywhere in the time that was looked at.
    end = following or now + timedelta(days=399)
    whole = now.replace(second=0, microsecond=0)
    minutes = (end - whole) // timedelta(minutes=1) - 1
    early = whole + timedelta(minutes=data.draw(st.integers(0, max(minutes, 0))))
    assert early <= now or not check_contact(request, history, early).allowed
    if following is None:
        return
    assert following > now
    assert (following.second, following.microsecond) == (0, 0)
    assert check_contact(request, history, following).allowed
    before = following - timedelta(minutes=1)
    assert before <= now or not check_contact(request, history, before).allowed


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_time_helps_wherever_only_time_refuses(data: st.DataObject) -> None:
    """Without holds, wishes and own rules a collection to the debtor is allowed some day."""
    now = data.draw(moments)
    agreed = {"tcpa_consent": True}
    request = replace(data.draw(questions(mild=True)), flags=agreed, holds=(), policy=None)
    history = data.draw(pasts(now))
    verdict = check_contact(request, history, now)
    assert verdict.allowed or verdict.next_allowed_at is not None


# What a set may hold that cannot be judged.
WRONG: list[dict[str, Any]] = [
    {"jurisdiction": "FR"},
    {"jurisdiction": "ES-ZZ"},
    {"jurisdiction": ""},
    {"channel": "fax"},
    {"purpose": "upsell"},
    {"party": "unknown"},
    {"creditor_type": "pirate"},
    {"zones": ("Mars/Olympus",)},
    {"zones": ("",)},
    {"authorised_channels": frozenset({"fax"})},
    # Neither true nor false, though a number is as good as them elsewhere.
    {"flags": {"paid": 0}},
    {"flags": {"paid": 1}},
    {"flags": {"paid": False}},
    {"flags": {"debtor_age": 40.0}},
    {"flags": {"known_inconvenient": {"from": "9"}}},
    {"message": {"looks_judicial": 0}},
    {"message": {"looks_judicial": False}},
]
WRONG_PAST = [
    {"channel": "fax"},
    {"outcome": "maybe"},
    {"direction": "sideways"},
    {"purpose": "fun"},
    {"party": "cousin"},
    {"at": datetime(9999, 12, 31, tzinfo=UTC)},
    {"at": datetime(2026, 11, 24)},  # noqa: DTZ001
]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_set_is_judged_like_each_of_it(data: st.DataObject) -> None:
    now = data.draw(moments)
    requests, histories = [], []
    for _number in range(data.draw(st.integers(0, 8))):
        request = data.draw(questions(mild=data.draw(st.booleans())))
        wrong = data.draw(st.one_of(st.just({}), st.just({}), st.sampled_from(WRONG)))
        requests.append(replace(request, **wrong))
        history = data.draw(pasts(now))
        if history and data.draw(st.integers(0, 9)) == 0:
            history[0] = replace(history[0], **data.draw(st.sampled_from(WRONG_PAST)))
        # Now and then another contact with the same person.
        known = data.draw(st.sampled_from([history, history, *histories]))
        histories.append(known)
    singly = [
        check_contact(request, history, now)
        for request, history in zip(requests, histories, strict=True)
    ]
    assert judge_set(ContactSet.of(requests, histories), now).list_verdicts() == singly


def test_a_set_at_no_moment_is_refused() -> None:
    asked = ContactRequest(jurisdiction="CR", channel="sms", purpose="reply_to_debtor_query")
    for now in (datetime(2026, 11, 24), datetime(9999, 12, 31, tzinfo=UTC)):  # noqa: DTZ001
        verdicts = judge_set(ContactSet.of([asked], [()]), now).list_verdicts()
        assert verdicts == [check_contact(asked, (), now)]
        assert verdicts[0].reason_code == "unknown_input"
