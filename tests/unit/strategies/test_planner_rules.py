"""The planner's decisions: steps, one contact per debtor, channels and refusals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acuerdo.core.vocabulary import Channel, Purpose
from acuerdo.segments.defaults import DEFAULT_SEGMENTS
from acuerdo.strategies import rules
from acuerdo.strategies.defaults import AFTER_BROKEN_PROMISE, DEFAULT_STRATEGIES
from acuerdo.strategies.rules import Answer, Candidate, Point, Route, StepSpec

NOW = datetime(2026, 11, 24, 15, 20, 5, tzinfo=UTC)
HOUR = NOW.replace(minute=0, second=0)
MESSAGE = StepSpec("message", channels=(Channel.SMS,), template="first_contact")
WAIT = StepSpec("wait", days=3)
EXIT = StepSpec("exit", reason="enough")


def test_a_walk_goes_message_wait_message_exit() -> None:
    steps = (MESSAGE, WAIT, MESSAGE, EXIT)
    assert rules.advance(0, steps, NOW) == rules.Move("contact", 0)
    waiting = rules.after_contact(0, steps, NOW)
    assert waiting == rules.Move("wait", 2, until=HOUR + timedelta(days=3))
    assert rules.advance(waiting.position, steps, NOW).kind == "contact"
    assert rules.after_contact(2, steps, NOW) == rules.Move("leave", 3, reason="enough")
    assert rules.advance(9, steps, NOW) == rules.Move("leave", 9, reason="finished")


def test_two_messages_are_never_sent_in_one_breath() -> None:
    move = rules.after_contact(0, (MESSAGE, MESSAGE), NOW)
    assert move == rules.Move("wait", 1, until=HOUR + timedelta(days=1))


def test_the_default_strategies_are_valid_and_cover_the_default_segments() -> None:
    for spec in DEFAULT_STRATEGIES:
        assert rules.list_step_problems(spec.steps) == []
        assert set(spec.names) == {"es", "pt", "en"}
        assert all(spec.names.values())
        for kind, config in spec.steps:
            assert rules.parse_step(kind, config).kind == kind
    assert {spec.segment_code for spec in DEFAULT_STRATEGIES} - {""} == {
        segment.code for segment in DEFAULT_SEGMENTS
    }
    first = next(spec for spec in DEFAULT_STRATEGIES if spec.code == "before_due").steps[0]
    assert rules.parse_step(*first).purpose is Purpose.PREVENTIVE_REMINDER
    restart = next(spec for spec in DEFAULT_STRATEGIES if spec.code == AFTER_BROKEN_PROMISE)
    assert restart.steps[0][0] == "wait"  # a new conversation, not an immediate reproach


@pytest.mark.parametrize(
    ("steps", "codes"),
    [
        ([], [(0, "none")]),
        ([("call", {})], [(1, "kind")]),
        ([("message", {})], [(1, "channels"), (1, "template")]),
        ([("message", {"channels": ["fax"], "template": "x"})], [(1, "channels")]),
        ([("message", {"channels": ["sms", "sms"], "template": "x"})], [(1, "channels")]),
        (
            [("message", {"channels": ["sms"], "template": "x", "purpose": "threat"})],
            [(1, "purpose")],
        ),
        ([("wait", {"days": 0})], [(1, "days")]),
        ([("wait", {"days": True})], [(1, "days")]),
        ([("exit", {"reason": ""})], [(1, "reason")]),
        ([("exit", {}), ("wait", {"days": 1})], [(2, "after_exit")]),
        (
            [("message", {"channels": ["sms"], "template": "x"})] * 2,
            [(2, "crowded")],
        ),
    ],
)
def test_wrong_steps_are_refused_with_their_number(
    steps: list[tuple[str, dict[str, Any]]], codes: list[tuple[int, str]]
) -> None:
    found = [(problem.step, problem.code) for problem in rules.list_step_problems(steps)]
    assert found == codes


def test_the_oldest_debt_speaks_for_all_accounts_of_a_debtor() -> None:
    old = Candidate(1, 11, 7, dpd=90, relative_balance=0.5)
    large = Candidate(2, 12, 7, dpd=20, relative_balance=9.0)
    small = Candidate(3, 13, 7, dpd=20, relative_balance=1.0)
    other = Candidate(4, 14, 8, dpd=1, relative_balance=1.0)
    leads = rules.choose_leads([small, other, large, old])
    assert leads == {7: [old, large, small], 8: [other]}


POINTS = [
    Point(1, "phone", 2, True),
    Point(2, "phone", 1, False),
    Point(3, "phone", 3, True),
    Point(4, "email", 1, True),
]
WANTED = (Channel.WHATSAPP, Channel.SMS, Channel.EMAIL)
ALL = frozenset(WANTED)


def test_routes_take_the_best_valid_point_in_the_order_of_the_step() -> None:
    routes = rules.list_routes(WANTED, POINTS, available=ALL)
    assert routes == [
        Route(Channel.WHATSAPP, 1),
        Route(Channel.SMS, 1),
        Route(Channel.EMAIL, 4),
    ]


def test_authorised_channels_are_asked_first_and_unavailable_ones_never() -> None:
    routes = rules.list_routes(
        WANTED,
        POINTS,
        available=frozenset({Channel.SMS, Channel.EMAIL}),
        authorised=frozenset({Channel.EMAIL}),
    )
    assert [route.channel for route in routes] == [Channel.EMAIL, Channel.SMS]
    assert rules.list_routes(WANTED, [], available=ALL) == []


def test_the_channel_that_the_debtor_prefers_comes_first_where_the_step_has_it() -> None:
    def channels(preferred: Channel | None, *authorised: Channel) -> list[Channel]:
        routes = rules.list_routes(
            WANTED, POINTS, available=ALL, authorised=frozenset(authorised), preferred=preferred
        )
        return [route.channel for route in routes]

    usual = [Channel.WHATSAPP, Channel.SMS, Channel.EMAIL]
    assert channels(None) == usual
    assert channels(Channel.EMAIL) == [Channel.EMAIL, Channel.WHATSAPP, Channel.SMS]
    assert channels(Channel.EMAIL, Channel.SMS) == [Channel.EMAIL, Channel.SMS, Channel.WHATSAPP]
    # The step has no text for it.
    assert channels(Channel.TELEGRAM) == usual


SMS, MAIL = Route(Channel.SMS, 1), Route(Channel.EMAIL, 4)


def test_a_refused_channel_gives_way_to_the_next_one() -> None:
    asked: list[list[tuple[int, Route]]] = []

    def gate(batch: list[tuple[int, Route]]) -> list[Answer]:
        asked.append(batch)
        return [
            Answer(route.channel is Channel.EMAIL, "channel_not_authorised", verdict_id=key)
            for key, route in batch
        ]

    outcomes = rules.settle_routes({5: [SMS, MAIL], 6: [MAIL], 7: [SMS], 8: []}, gate)
    assert outcomes[5].route == MAIL
    assert outcomes[6].route == MAIL
    assert outcomes[7].route is None
    assert outcomes[7].reason_code == "channel_not_authorised"
    assert outcomes[8].reason_code == rules.NO_CHANNEL
    assert [len(batch) for batch in asked] == [3, 1]  # one question per rank, not per debtor


def test_a_contact_refused_everywhere_waits_for_the_earliest_date() -> None:
    later, sooner = NOW + timedelta(days=3), NOW + timedelta(hours=9)
    answers = {
        Channel.SMS: Answer(False, "no_consent"),
        Channel.WHATSAPP: Answer(False, "cap_week", later),
        Channel.EMAIL: Answer(False, "outside_window", sooner),
    }
    routes = {1: [SMS, Route(Channel.WHATSAPP, 1), MAIL]}
    outcome = rules.settle_routes(
        routes, lambda batch: [answers[route.channel] for _, route in batch]
    )[1]
    assert (outcome.reason_code, outcome.until) == ("outside_window", sooner)
    assert rules.retry_at(outcome, NOW) == sooner


def test_where_no_date_helps_the_planner_asks_again_after_a_week() -> None:
    outcome = rules.settle_routes({1: [SMS]}, lambda batch: [Answer(False, "no_consent")])[1]
    assert outcome.until is None
    assert rules.retry_at(outcome, NOW) == HOUR + timedelta(days=7)


@settings(deadline=None)
@given(
    st.dictionaries(
        st.integers(0, 50), st.lists(st.sampled_from([SMS, MAIL]), max_size=4), max_size=20
    ),
    st.randoms(use_true_random=False),
)
def test_everybody_gets_exactly_one_outcome(routes: dict[int, list[Route]], random: Any) -> None:
    outcomes = rules.settle_routes(
        routes, lambda batch: [Answer(random.random() < 0.4, "refused") for _ in batch]
    )
    assert set(outcomes) == set(routes)
    for key, outcome in outcomes.items():
        assert outcome.route is None or outcome.route in routes[key]


@pytest.mark.parametrize(("days_left", "reminder"), [(3, None), (2, 2), (1, 2), (0, 0), (-1, None)])
def test_a_promised_part_is_reminded_before_it_falls_due(
    days_left: int, reminder: int | None
) -> None:
    assert rules.choose_reminder(days_left) == reminder
