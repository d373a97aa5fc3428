"""What must hold for any request, any past and any moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from acuerdo.compliance.packs import get_library
from acuerdo.compliance.rules import (
    ActiveHold,
    ContactRequest,
    ContactSet,
    PastContact,
    check_contact,
    judge_set,
)
from acuerdo.compliance.rules.facts import CHANNELS, FLAGS, OUTCOMES, PARTIES, PURPOSES

_ZONES = {
    "CO": ["America/Bogota"],
    "MX": ["America/Mexico_City", "America/Tijuana", "America/Cancun"],
    "BR-SP": ["America/Sao_Paulo"],
    "BR": ["America/Manaus", "America/Recife"],
    "BR-RJ": ["America/Sao_Paulo"],
    "ES": ["Europe/Madrid", "Atlantic/Canary"],
    "CL": ["America/Santiago", "America/Punta_Arenas"],
    "PE": ["America/Lima"],
    "AR-C": ["America/Argentina/Buenos_Aires"],
    "EC": ["America/Guayaquil", "Pacific/Galapagos"],
    "CR": ["America/Costa_Rica"],
    "PT": ["Europe/Lisbon", "Atlantic/Azores"],
    "US": ["America/New_York", "America/Los_Angeles", "America/Phoenix"],
    "US-MA": ["America/New_York"],
    "GB-SCT": ["Europe/London"],
    "ZA": ["Africa/Johannesburg"],
}
# 400 days with all clock changes of both hemispheres and of the Mexican border.
moments = st.integers(0, 400 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
hours = st.integers(0, 23).map(lambda hour: f"{hour:02}:00")


@st.composite
def wishes(draw: st.DrawFn) -> dict[str, str]:
    start, end = draw(st.lists(hours, min_size=2, max_size=2, unique=True))
    return {"from": start, "to": end, "instrument": "separate_after_contract"}


flags = st.fixed_dictionaries(
    {},
    optional={
        **{name: st.booleans() for name, kind in FLAGS.items() if kind == "bool"},
        "known_inconvenient": wishes(),
        "consumer_requested_window": wishes(),
        "opted_out_channels": st.lists(st.sampled_from(sorted(CHANNELS)), max_size=2),
        "debtor_age": st.integers(10, 90),
        "credit_type": st.sampled_from(["student", "consumer", "rural"]),
        "number_type": st.sampled_from(["mobile", "work", "landline"]),
        "direct_prior_consent_to_additional_calls_at": st.dates(
            date(2026, 1, 1), date(2027, 2, 1)
        ).map(lambda on: f"{on.isoformat()}T10:00"),
    },
)
mild_flags = st.fixed_dictionaries(
    {}, optional={"known_inconvenient": wishes(), "consumer_requested_window": wishes()}
)


@st.composite
def questions(draw: st.DrawFn, mild: bool = False) -> ContactRequest:
    jurisdiction = draw(st.sampled_from(sorted(_ZONES)))
    return ContactRequest(
        jurisdiction=jurisdiction,
        zones=tuple(draw(st.lists(st.sampled_from(_ZONES[jurisdiction]), unique=True))),
        channel=draw(st.sampled_from(["sms", "call", "email"] if mild else sorted(CHANNELS))),
        purpose="collection" if mild else draw(st.sampled_from(sorted(PURPOSES))),
        party="debtor" if mild else draw(st.sampled_from(sorted(PARTIES))),
        authorised_channels=CHANNELS,
        flags=draw(mild_flags if mild else flags),
        options=draw(st.sampled_from([frozenset(), frozenset({"once_a_week"})])),
        holds=((ActiveHold("hardship", draw(moments)),) if draw(st.booleans()) and mild else ()),
    )


@st.composite
def contacts(draw: st.DrawFn, now: datetime, direction: str = "") -> PastContact:
    return PastContact(
        at=now - timedelta(minutes=draw(st.integers(0, 12 * 24 * 60))),
        channel=draw(st.sampled_from(["sms", "call", "email", "whatsapp"])),
        outcome=draw(st.sampled_from(["", *sorted(OUTCOMES)])),
        direction=direction or draw(st.sampled_from(["outbound", "inbound"])),
        purpose=draw(st.sampled_from(["collection", "servicing", "preventive_reminder"])),
        party=draw(st.sampled_from(["debtor", "debtor", "relative", "attorney"])),
        debt_id=draw(st.sampled_from(["", "D1"])),
    )


HARD_CODES = frozenset(
    rule.code
    for pack in (get_library().base, *get_library().packs.values())
    for rule in pack.rules
    if rule.hard
)


def is_hard(rule_id: str) -> bool:
    rule = get_library().get_rule(rule_id)
    return rule is not None and rule.hard


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_what_a_hard_stop_refused_stays_refused(data: st.DataObject) -> None:
    """Whatever the hour, the past, the options, the holds and the debtor's other wishes."""
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
        options=data.draw(st.sampled_from([frozenset(), frozenset({"once_a_week"})])),
        holds=data.draw(st.sampled_from([(), (ActiveHold("dispute"),)])),
    )
    assert not check_contact(again, history, later).allowed


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_one_more_contact_never_allows_what_was_refused(data: st.DataObject) -> None:
    now = data.draw(moments)
    request = data.draw(questions(mild=True))
    history = data.draw(st.lists(contacts(now), max_size=5))
    assume(not check_contact(request, history, now).allowed)
    more = data.draw(contacts(now, "outbound"))
    place = data.draw(st.integers(0, len(history)))
    assert not check_contact(request, [*history[:place], more, *history[place:]], now).allowed


@settings(max_examples=250, deadline=None)
@given(st.data())
def test_next_allowed_is_allowed_and_the_minute_before_is_not(data: st.DataObject) -> None:
    now = data.draw(moments)
    request = data.draw(questions(mild=True))
    history = data.draw(st.lists(contacts(now), max_size=5))
    verdict = check_contact(request, history, now)
    following = verdict.next_allowed_at
    if verdict.allowed:
        assert following is None
        return
    if following is None:
        return
    assert following > now
    assert check_contact(request, history, following).allowed
    before = following - timedelta(minutes=1)
    assert before < now or not check_contact(request, history, before).allowed


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_time_helps_wherever_only_time_refuses(data: st.DataObject) -> None:
    """Without holds and wishes a collection to the debtor is always allowed some day."""
    now = data.draw(moments)
    agreed = {"tcpa_consent": True}
    request = replace(data.draw(questions(mild=True)), flags=agreed, holds=())
    history = data.draw(st.lists(contacts(now), max_size=5))
    verdict = check_contact(request, history, now)
    assert verdict.allowed or verdict.next_allowed_at is not None


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_set_is_judged_like_each_of_it(data: st.DataObject) -> None:
    now = data.draw(moments)
    requests = data.draw(st.lists(questions(mild=data.draw(st.booleans())), max_size=8))
    histories = [data.draw(st.lists(contacts(now), max_size=6)) for _request in requests]
    singly = [
        check_contact(request, history, now)
        for request, history in zip(requests, histories, strict=True)
    ]
    assert judge_set(ContactSet.of(requests, histories), now).list_verdicts() == singly
