"""Whatever is said in whatever order: nothing is told too early, every figure is a fact."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from acuerdo.assistant.commands import COMMAND, Command, by_priority
from acuerdo.assistant.dialogue.engine import run_turn
from acuerdo.assistant.dialogue.model import State, replay
from acuerdo.assistant.dialogue.replies import asks, compose, discloses
from acuerdo.assistant.nlu.contract import Understanding
from acuerdo.assistant.rehearsal.world import TODAY, PracticeWorld

amounts = st.none() | st.decimals(
    min_value=Decimal("0.01"), max_value=Decimal(9_000_000), places=2, allow_nan=False
)
days = st.none() | st.dates(min_value=TODAY - timedelta(40), max_value=date(2027, 6, 1))
counts = st.none() | st.integers(min_value=1, max_value=60)
plain = st.sampled_from(
    "confirm_identity deny_identity report_deceased accept_offer reject_offer claim_paid dispute "
    "hardship refuse_to_pay request_link request_human callback opt_out update_contact complaint "
    "report_fraud_fear affirm negate repeat abuse unknown ask_discount".split()
).map(lambda kind: {"kind": kind})
commands: st.SearchStrategy[Command] = st.one_of(
    plain,
    st.sampled_from(["balance", "due", "why", "methods", "debt_docs", "who_are_you"]).map(
        lambda topic: {"kind": "ask_info", "topic": topic}
    ),
    st.sampled_from(["public", "private", "gone"]).map(
        lambda entry: {"kind": "ask_faq", "entry": entry}
    ),
    st.sampled_from(["greet", "thanks", "bye", "other"]).map(
        lambda about: {"kind": "small_talk", "about": about}
    ),
    st.sampled_from(["5678", "1020345678", "1111", "0000"]).map(
        lambda value: {"kind": "give_document", "characters": value}
    ),
    st.builds(
        lambda amount, on, fraction: {
            "kind": "propose_payment",
            "amount": amount,
            "on": on,
            "fraction": fraction,
        },
        amounts,
        days,
        st.none() | st.just(Decimal("0.5")),
    ),
    st.builds(
        lambda count, first, each, on: {
            "kind": "ask_plan",
            "count": count,
            "first": first,
            "each": each,
            "on": on,
        },
        counts,
        amounts,
        amounts,
        days,
    ),
    st.builds(
        lambda amount, on, count: {
            "kind": "correct_slot",
            "amount": amount,
            "on": on,
            "count": count,
        },
        amounts,
        days,
        counts,
    ),
    st.integers(min_value=-1, max_value=9).map(lambda n: {"kind": "choose", "position": n}),
    st.sampled_from(["es", "pt", "en"]).map(
        lambda language: {"kind": "switch_language", "language": language}
    ),
).map(COMMAND.validate_python)
messages = st.lists(st.lists(commands, min_size=1, max_size=3), min_size=1, max_size=12)


def understood(said: list[Command]) -> Understanding:
    ordered = by_priority(tuple(said))
    return Understanding(commands=ordered, language="es", language_confidence=0.5, confidence=1.0)


@settings(max_examples=300, deadline=None)
@given(
    messages,
    st.sampled_from([(127_251_300,), (127_251_300, 5_000_001), ()]),
    st.sampled_from(["CO", "BR", "ES", "MX"]),
    st.booleans(),
)
def test_any_sequence(
    said: list[list[Command]], balances: tuple[int, ...], country: str, paused: bool
) -> None:
    world = PracticeWorld(balances=balances, country=country, paused=paused, discount_percent=10)
    state, records = State(), []
    absorbed = ""
    for turn in said:
        agreed_before = len(world.agreements)
        result = run_turn(state, understood(turn), world)
        state = result.state
        records.append(result.decision.model_dump(mode="json"))
        names = [part.template for part in result.says]
        assert sum(asks(name) for name in names) <= 1
        verified = world.level == "verified"
        if not verified:
            assert not any(discloses(name) for name in names)
            assert not world.offers
        if absorbed:
            assert world.absorbed(state)
            assert len(world.agreements) == agreed_before
        absorbed = world.absorbed(state)
        if names:
            reply = compose(
                result.says,
                language=state.language,
                country=country,
                today=TODAY,
                verified=verified,
            )
            assert not reply.blocked
    assert replay(records) == state
    for offer in world.agreements:
        assert sum(item.amount_minor for item in offer.schedule) == offer.total_minor
        # Nothing is agreed that was not read back in full, offer by offer.
        assert offer in world.offers.values()


@settings(max_examples=60, deadline=None)
@given(messages)
def test_the_same_words_give_the_same_decisions(said: list[list[Command]]) -> None:
    runs = []
    for _attempt in range(2):
        world, state, records = PracticeWorld(), State(), []
        for turn in said:
            result = run_turn(state, understood(turn), world)
            state = result.state
            records.append(result.decision.model_dump(mode="json"))
        runs.append(records)
    assert runs[0] == runs[1]


@settings(max_examples=100, deadline=None)
@given(messages)
def test_an_agent_who_owns_the_conversation_is_not_interrupted(said: list[list[Command]]) -> None:
    world, state = PracticeWorld(owner="agent", level="verified"), State()
    for turn in said:
        result = run_turn(state, understood(turn), world)
        state = result.state
        assert result.decision.silent
    assert not world.acts
