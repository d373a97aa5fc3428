"""Whatever is meant, in whatever order, on the real rooms: floors, proofs, sums and replay hold."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import count

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_portfolio import NOW, TODAY, place, row

from acuerdo.agreements.actions import seed_policies
from acuerdo.agreements.models import Agreement, Offer
from acuerdo.agreements.negotiation import check_terms
from acuerdo.agreements.queries import read_table, terms_of
from acuerdo.assistant.commands import COMMAND, Command, by_priority
from acuerdo.assistant.dialogue.engine import run_turn
from acuerdo.assistant.dialogue.model import replay
from acuerdo.assistant.dialogue.replies import compose, discloses
from acuerdo.assistant.masking import explain, keep
from acuerdo.assistant.nlu.contract import Understanding
from acuerdo.assistant.world import RoomsWorld
from acuerdo.cases.models import Case
from acuerdo.compliance.models import OptOut
from acuerdo.conversations.actions import append_turn, open_conversation, record_decision
from acuerdo.conversations.queries import list_decisions
from acuerdo.core.actor import SYSTEM, Actor
from acuerdo.creditors.actions import create_creditor
from acuerdo.ledger.queries import get_balance
from acuerdo.messaging.models import TrackedLink
from acuerdo.portfolio.models import Account

pytestmark = pytest.mark.django_db

ADDRESS = "+573005550001"
# From the least that is said to far more than is owed.
amounts = st.none() | st.sampled_from(
    [Decimal(one) for one in ("0.01", "1", "20000", "150000", "400000", "1200000", "5000000")]
)
days = st.none() | st.integers(-3, 70).map(lambda days: TODAY + timedelta(days=days))
counts = st.none() | st.sampled_from([1, 2, 3, 6, 12, 40, 360])
percents = st.none() | st.sampled_from([Decimal(1), Decimal(12), Decimal(50), Decimal(99)])
plain = st.sampled_from(
    "affirm accept_offer reject_offer negate confirm_identity cannot_pay refuse_to_pay repeat "
    "request_link request_human hardship abuse unknown dispute claim_paid opt_out deny_identity "
    "report_deceased complaint report_fraud_fear update_contact".split()
).map(lambda kind: {"kind": kind})


def money_talk(kind: str, **fields: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.fixed_dictionaries({"kind": st.just(kind), **fields})


commands: st.SearchStrategy[Command] = st.one_of(
    money_talk("propose_payment", amount=amounts, on=days),
    money_talk(
        "ask_plan", count=counts, first=amounts, each=amounts, on=days, lowest=st.booleans()
    ),
    money_talk("ask_discount", percent=percents, total=amounts, on=days),
    money_talk("correct_slot", amount=amounts, on=days, count=counts),
    money_talk("choose", position=st.integers(-1, 4)),
    st.sampled_from([{"kind": "affirm"}, {"kind": "accept_offer"}]),
    plain,
).map(COMMAND.validate_python)
# Who proves who they are, at some time or never, and says whatever comes to mind.
talks = st.tuples(
    st.integers(0, 4),
    st.lists(st.lists(commands, min_size=1, max_size=2), min_size=1, max_size=9),
)


@pytest.fixture
def account() -> Account:
    creditor = create_creditor(actor=SYSTEM, now=NOW, name="Banco Uno", country="CO")
    seed_policies(creditor_id=creditor.pk)
    place(creditor, [row("A-0001", dpd=200)])
    return Account.objects.select_related("debtor__person", "creditor").get()


class Talk:
    """One conversation by commands alone, on the real rooms."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.numbers = count(1)
        self.conversation = open_conversation(
            debtor_id=account.debtor_id, actor=SYSTEM, now=NOW, channel="sms", address=ADDRESS
        )
        self.state = replay([])
        self.verified = False
        self.texts: list[str] = []

    def mean(self, *said: Command) -> None:
        now = NOW + timedelta(seconds=next(self.numbers))
        turn = append_turn(
            conversation=self.conversation,
            author="debtor",
            channel="sms",
            address=ADDRESS,
            text="…",
            actor=Actor("debtor", str(self.account.debtor_id)),
            now=now,
        )
        understood = Understanding(
            commands=by_priority(said), language="es", language_confidence=0.5, confidence=1.0
        )
        self.conversation.refresh_from_db()
        world = RoomsWorld(
            conversation=self.conversation, turn=turn, address=ADDRESS, state=self.state, now=now
        )
        result = run_turn(self.state, understood, world)
        record_decision(
            turn=turn, understanding=explain(understood), decision=keep(result.decision)
        )
        self.state, self.verified = result.state, world.facts().verified
        names = [part.template for part in result.says]
        assert self.verified or not any(discloses(name) for name in names)
        if result.says:
            reply = compose(
                result.says,
                language=self.state.language,
                country="CO",
                today=date(2026, 11, 24),
                verified=self.verified,
            )
            # The guard stops any figure that is no fact.
            assert not reply.blocked, reply

    def is_at_rest(self) -> bool:
        """Whether the debtor stopped us, died, or says that they do not owe this."""
        held = Case.objects.filter(
            debtor=self.account.debtor, kind__in=("dispute", "already_paid", "deceased")
        )
        return held.exists() or OptOut.objects.filter(debtor=self.account.debtor).exists()


def document(account: Account) -> Command:
    return COMMAND.validate_python(
        {"kind": "give_document", "characters": account.debtor.person.document_last4}
    )


def check_everything(talk: Talk) -> None:
    account = talk.account
    table = read_table(account, NOW)
    assert table.policy is not None
    for offer in Offer.objects.filter(account=account):
        assert check_terms(table.policy, table.facts, terms_of(offer)) == ()
    for agreement in Agreement.objects.filter(account=account):
        parts = [part.amount_minor for part in agreement.instalments.all()]
        assert sum(parts) == agreement.total_minor
        assert min(parts) > 0
        if agreement.kind != "promise":
            assert agreement.total_minor + agreement.discount_minor == 120_000_000
    assert Agreement.objects.filter(account=account, state="active").count() <= 1
    assert get_balance(account.pk).total_minor == 120_000_000
    assert replay(list_decisions(talk.conversation)) == talk.state


@settings(max_examples=30, suppress_health_check=list(HealthCheck))
@given(said=talks)
def test_whatever_is_meant(account: Account, said: tuple[int, list[list[Command]]]) -> None:
    proves_at, turns = said
    with transaction.atomic():
        talk = Talk(account)
        for number, turn in enumerate(turns):
            if number == proves_at:
                talk.mean(document(account))
            rested, agreed = talk.is_at_rest(), Agreement.objects.count()
            talk.mean(*turn)
            if rested:
                assert Agreement.objects.count() == agreed
            if not talk.verified and number < proves_at:
                assert not Offer.objects.exists()
                assert not TrackedLink.objects.exists()
        check_everything(talk)
        transaction.set_rollback(True)


def test_the_way_to_an_agreement_is_among_them(account: Account) -> None:
    talk = Talk(account)
    talk.mean(document(account))
    talk.mean(COMMAND.validate_python({"kind": "ask_plan", "count": 3}))
    talk.mean(COMMAND.validate_python({"kind": "affirm"}))
    assert Agreement.objects.get().instalments.count() == 3
    check_everything(talk)
    talk.mean(COMMAND.validate_python({"kind": "dispute"}))
    assert talk.is_at_rest()
    talk.mean(COMMAND.validate_python({"kind": "ask_plan", "count": 6}))
    talk.mean(COMMAND.validate_python({"kind": "affirm"}))
    assert Agreement.objects.count() == 1
