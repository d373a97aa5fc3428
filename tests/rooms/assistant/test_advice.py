"""A language model beside the assistant, on a real database: asked outside of transactions, told no
personal data, and worth no more than its figures."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from advice_kit import Endpoint, command, endpoint, hostile_endpoint, message_of
from django.db import connection, transaction
from small_portfolio import NOW, place, row

from acuerdo.agreements.actions import seed_policies
from acuerdo.agreements.models import Agreement
from acuerdo.assistant.advice import consulting
from acuerdo.assistant.advice.limits import Breaker
from acuerdo.assistant.advice.use import get_figures
from acuerdo.assistant.talking import talk
from acuerdo.conversations.models import Turn
from acuerdo.core.actor import SYSTEM, Actor
from acuerdo.creditors.actions import create_creditor
from acuerdo.messaging.models import Message
from acuerdo.portfolio.models import Debtor

pytestmark = pytest.mark.django_db(transaction=True)

_numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def debtor(monkeypatch: pytest.MonkeyPatch) -> Debtor:
    monkeypatch.setattr(consulting, "_breaker", Breaker())
    with transaction.atomic():
        made = create_creditor(actor=SYSTEM, now=NOW, name="Banco Uno", country="CO")
        seed_policies(creditor_id=made.pk)
    place(made, [row("A-0001", dpd=45)])
    return Debtor.objects.select_related("person").get()


def say(debtor: Debtor, text: str) -> str:
    exchange = talk(
        debtor=debtor,
        channel="chat",
        address="test",
        text=text,
        source="test",
        key=str(next(_numbers)),
        actor=Actor("debtor", str(debtor.pk), creditor_id=debtor.creditor_id),
        now=NOW,
    )
    return "\n".join(turn.text for turn in exchange.answers)


@pytest.fixture
def model(settings: Any) -> Iterator[Endpoint]:
    def reply(request: dict[str, Any]) -> Any:
        said = message_of(request)
        if "sentence" in request["messages"][-1]["content"]:
            return {"text": "Claro que sí, dígame con confianza: ¿qué le serviría más a usted?"}
        asked.append(connection.in_atomic_block)
        return {"commands": [command("ask_plan", "pedacitos")] if "pedacitos" in said else []}

    asked: list[bool] = []
    with endpoint(reply) as here:
        settings.LLM_URL, settings.LLM_MODEL = here.url, "small"
        yield here


def test_asked_only_in_need_and_told_no_personal_data(debtor: Debtor, model: Endpoint) -> None:
    say(debtor, "cuánto debo")
    last4 = debtor.person.document_last4
    assert "Banco Uno" in say(debtor, last4) or Turn.objects.count() == 4
    assert model.requests == []
    name = debtor.person.full_name.split()[0]
    answer = say(debtor, f"le habla {name} del 3005551234, quisiera irla cubriendo en pedacitos")
    assert "1." in answer
    (sent,) = model.asked()
    for secret in (name, "3005551234", last4, "1.200.000", "Banco Uno"):
        assert secret not in str(sent)
    assert sent["earlier"][-1]["answered_with"]
    turn = Turn.objects.filter(author="debtor").latest("sequence")
    assert turn.understanding["commands"] == ["ask_plan"]
    figures = get_figures(today=NOW.date())
    assert (figures.use.asked, figures.use.used, figures.use.failed) == (1, 1, 0)
    assert (figures.use.tokens_in, figures.use.tokens_out) == (400, 20)
    assert figures.slowest_ms >= figures.mean_ms > 0


def test_never_in_a_transaction(
    debtor: Debtor, model: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    from acuerdo.assistant.advice.calling import Caller

    inside: list[bool] = []
    ask = Caller._ask

    def watched(self: Caller, question: Any) -> Any:
        inside.append(connection.in_atomic_block)
        return ask(self, question)

    monkeypatch.setattr(Caller, "_ask", watched)
    say(debtor, "blinblin tarataplum en pedacitos")
    assert inside == [False]


def test_other_words_go_out_once_and_leave_nothing_of_the_rehearsal(
    debtor: Debtor, model: Endpoint, settings: Any
) -> None:
    settings.LLM_REWORD = True
    say(debtor, "cuánto debo")
    said = say(debtor, debtor.person.document_last4)
    assert "¿qué le serviría más a usted?" in said
    assert "$" in said
    assert Turn.objects.count() == 4
    assert Message.objects.count() == 0
    use = get_figures(today=NOW.date()).use
    assert (use.reworded, use.blocked) == (1, 0)


def test_a_hostile_model_changes_nothing(debtor: Debtor, settings: Any) -> None:
    with hostile_endpoint() as here:
        settings.LLM_URL, settings.LLM_MODEL, settings.LLM_REWORD = here.url, "small", True
        say(debtor, "cuánto debo")
        say(debtor, debtor.person.document_last4)
        offered = say(debtor, "quiero pagar en 3 cuotas")
        assert "3 cuotas" in offered
        say(debtor, "blinblin tarataplum")
        assert Agreement.objects.count() == 0
        for turn in Turn.objects.filter(author="assistant"):
            assert "condonada" not in turn.text
        say(debtor, "sí, acepto")
    agreement = Agreement.objects.get()
    assert (agreement.total_minor, agreement.instalments.count()) == (120_000_000, 3)
    assert here.requests
