"""Unclear messages become labels, labels a version, a version goes to work or back."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from deals_kit import NOW, make_account, make_creditor

from acuerdo.assistant import understanders
from acuerdo.assistant.errors import (
    AlreadyAtWork,
    NotForOneCreditor,
    NothingToFlag,
    NothingToLearn,
    NotReady,
    RiskLost,
    TooManyRisksLost,
    TrainingUnderWay,
    UnknownIntent,
)
from acuerdo.assistant.jobs import answer_inbound, train_model
from acuerdo.assistant.models import ModelVersion, UnclearMessage
from acuerdo.assistant.nlu.encoder import get_encoder
from acuerdo.assistant.nlu.examples import COLUMNS, Example, load_examples
from acuerdo.assistant.nlu.fused import FusedUnderstander
from acuerdo.assistant.nlu.intents import RISK
from acuerdo.assistant.nlu.looking import Message
from acuerdo.assistant.nlu.model import BadModel, get_model, pack_model, unpack_model
from acuerdo.assistant.nlu.rules import RulesUnderstander
from acuerdo.assistant.teaching import rules, training
from acuerdo.assistant.teaching.actions import (
    flag_turn,
    label_message,
    reopen_message,
    skip_message,
)
from acuerdo.assistant.teaching.samples import example_of, export_samples, list_labels
from acuerdo.assistant.teaching.versions import (
    count_new_labels,
    get_live_version,
    promote,
    request_training,
)
from acuerdo.conversations.actions import grant_verification, open_conversation, take_over
from acuerdo.conversations.models import Conversation, Turn
from acuerdo.core.actor import Actor
from acuerdo.core.models import Event
from acuerdo.identity.models import User
from acuerdo.messaging.actions import receive_inbound
from acuerdo.portfolio.models import Account
from acuerdo.workflow import queue

pytestmark = pytest.mark.django_db

PHONE = "+573005551001"
ODD = "zarpame la fula compadre"
LATER = NOW + timedelta(hours=1)
_numbers = itertools.count(1)


@pytest.fixture
def account() -> Account:
    return make_account(make_creditor("Banco Uno"), "A-1001", name="Zoila Campos")


@pytest.fixture
def manager() -> Actor:
    user = User.objects.create(email="m@example.com", full_name="M")
    return Actor("user", str(user.pk), role="manager")


def write(account: Account, text: str, *, address: str = PHONE, button: str = "") -> Turn:
    """What the debtor sends, answered by the assistant."""
    receive_inbound(
        source="test",
        external_id=str(next(_numbers)),
        channel="sms",
        address=address,
        text=text,
        button=button,
        creditor_id=account.creditor_id,
        actor=Actor("provider", "test"),
        now=NOW,
    )
    event = Event.objects.filter(name="InboundReceived").order_by("-occurred_at", "-id")[0]
    answer_inbound(event, now=NOW)
    return Turn.objects.filter(author="debtor").order_by("-pk")[0]


def test_a_message_that_was_not_understood_waits_for_a_label(account: Account) -> None:
    turn = write(account, f"{ODD}, soy Zoila")
    row = UnclearMessage.objects.get()
    assert (row.turn, row.creditor_id, row.state) == (turn, account.creditor_id, "open")
    assert row.text == f"{ODD}, soy •••"
    assert (row.language, row.country, row.channel, row.pending) == ("es", "CO", "sms", "")
    assert row.reason in ("no_match", "not_sure")
    assert len(row.top3) == 3
    assert 0 < row.confidence < 1
    assert turn.understanding["top3"] == row.top3


def test_what_was_understood_does_not_wait(account: Account) -> None:
    write(account, "quiero pagar en 3 cuotas")
    write(account, "", button="human")
    assert not UnclearMessage.objects.exists()


def test_the_same_message_is_one_row_that_counts(account: Account, manager: Actor) -> None:
    # Somebody who is known: a stranger would be asked who they are, and be read as who answers.
    opened = open_conversation(debtor_id=account.debtor_id, actor=manager, now=NOW)
    grant_verification(
        conversation=opened,
        channel="sms",
        address=PHONE,
        until=LATER,
        method="test",
        actor=manager,
        now=NOW,
    )
    turn = write(account, ODD)
    for text in (ODD.upper(), f"  {ODD} "):
        write(account, text)
    assert sum(row.times for row in UnclearMessage.objects.all()) == 3
    talk = Conversation.objects.get()
    row = flag_turn(conversation=talk, sequence=turn.sequence, actor=manager, now=LATER)
    row.refresh_from_db()
    assert row.times >= 2
    assert row.last_at == LATER


def test_what_an_agent_answers_does_not_wait(account: Account, manager: Actor) -> None:
    write(account, "hola")
    talk = Conversation.objects.get()
    take_over(conversation=talk, user=User.objects.get(pk=int(manager.id)), actor=manager, now=NOW)
    write(account, ODD)
    assert not UnclearMessage.objects.exists()


def test_an_agent_reports_what_was_misunderstood(account: Account, manager: Actor) -> None:
    turn = write(account, "mi cédula es 1020345678, no debo nada")
    talk = Conversation.objects.get()
    row = flag_turn(conversation=talk, sequence=turn.sequence, actor=manager, now=LATER)
    assert (row.reason, row.state) == ("flagged", "open")
    assert "1020345678" not in row.text
    assert "no debo nada" in row.text
    assert row.top3
    label_message(message=row, intent="dispute_debt", actor=manager, now=LATER)
    again = flag_turn(conversation=talk, sequence=turn.sequence, actor=manager, now=LATER)
    assert (again.pk, again.state, again.intents) == (row.pk, "open", [])
    for sequence in (turn.sequence + 1, 0, 99):
        with pytest.raises(NothingToFlag):
            flag_turn(conversation=talk, sequence=sequence, actor=manager, now=LATER)


def test_a_label_is_given_corrected_and_taken_back(account: Account, manager: Actor) -> None:
    write(account, ODD)
    row = UnclearMessage.objects.get()
    for intent in ("send_link", "out_of_scope"):
        row = label_message(message=row, intent=intent, actor=manager, now=LATER)
        assert (row.state, row.intents, row.decided_at) == ("labelled", [intent], LATER)
        assert str(row.decided_by_id) == manager.id
    assert [example_of(one).primary for one in list_labels()] == ["out_of_scope"]
    assert skip_message(message=row, actor=manager, now=LATER).state == "skipped"
    assert reopen_message(message=row, actor=manager, now=LATER).state == "open"
    assert list(list_labels()) == []
    told = Event.objects.filter(name="MessageLabelled").order_by("id")
    assert [event.data["state"] for event in told] == ["labelled", "labelled", "skipped", "open"]
    for intent in ("", "pay_debt", "greet,bye", "x" * 4_000, "<script>"):
        with pytest.raises(UnknownIntent):
            label_message(message=row, intent=intent, actor=manager, now=LATER)


def test_labels_are_exported_in_the_form_of_the_samples(account: Account, manager: Actor) -> None:
    turn = write(account, f"{ODD} mañana 200 mil, llame al 300 123 4567")
    row = flag_turn(
        conversation=Conversation.objects.get(), sequence=turn.sequence, actor=manager, now=LATER
    )
    label_message(message=row, intent="send_link", actor=manager, now=LATER)
    (sample,) = export_samples([account.creditor_id])
    assert sample["id"] == f"label-{row.public_id}"
    assert sample["primary"] == "send_link"
    assert (sample["lang"], sample["variety"]) == ("es", "es-CO")
    assert "123" not in json.dumps(sample["text"])
    assert {"amount", "date"} <= {entity["type"] for entity in sample["entities"]}
    for entity in sample["entities"]:
        assert sample["text"][entity["start"] : entity["end"]] == entity["text"]
    assert list(export_samples([account.creditor_id + 1])) == []


# --- versions ----------------------------------------------------------------------------------


RECALL = dict.fromkeys(RISK, 1.0)


def figures(**after: float) -> dict[str, Any]:
    return {"before": {"risk_recall": RECALL}, "after": {"risk_recall": {**RECALL, **after}}}


def teach(account: Account, manager: Actor, intent: str = "send_link") -> None:
    if not UnclearMessage.objects.exists():
        write(account, ODD)
    row = UnclearMessage.objects.order_by("pk")[0]
    label_message(message=row, intent=intent, actor=manager, now=NOW)


def make_version(manager: Actor, number: int = 1, **after: float) -> ModelVersion:
    weights, description = pack_model(get_model())
    return ModelVersion.objects.create(
        number=number,
        state="ready",
        weights=weights,
        description=description,
        figures=figures(**after),
        alive_at=NOW,
        requested_at=LATER,
        trained_at=LATER,
    )


def change(version: ModelVersion | None, manager: Actor, *, confirmed: bool = False) -> None:
    promote(version=version, actor=manager, now=LATER, everywhere=True, confirmed=confirmed)


def test_a_training_is_asked_for_where_there_is_something_to_learn(
    account: Account, manager: Actor
) -> None:
    with pytest.raises(NothingToLearn):
        request_training(actor=manager, now=NOW, everywhere=True)
    teach(account, manager)
    with pytest.raises(NotForOneCreditor):
        request_training(actor=manager, now=NOW, everywhere=False)
    version = request_training(actor=manager, now=LATER, everywhere=True)
    assert (version.number, version.labels, version.state) == (1, 1, "waiting")
    with pytest.raises(TrainingUnderWay):
        request_training(actor=manager, now=LATER, everywhere=True)
    # One whose worker is gone for good keeps nobody from asking again.
    version.alive_at -= timedelta(hours=1)
    version.save()
    assert request_training(actor=manager, now=LATER, everywhere=True).number == 2
    version.refresh_from_db()
    assert version.state == "failed"


def train_quickly(found: dict[str, Any], problem: str = "") -> Callable[..., training.Trained]:
    def train_apart(labels: Sequence[Example], tell: Callable[[int], None]) -> training.Trained:
        tell(50)
        found["labels"] = list(labels)
        found["percent"] = ModelVersion.objects.get().percent
        if problem:
            raise training.TrainingFailed(problem)
        weights, description = pack_model(get_model())
        return training.Trained(weights, description, figures(abuse=0.95))

    return train_apart


@pytest.fixture
def requested(account: Account, manager: Actor) -> Event:
    teach(account, manager)
    request_training(actor=manager, now=LATER, everywhere=True)
    return Event.objects.get(name="TrainingRequested")


def test_the_job_trains_once_and_puts_nothing_to_work(
    requested: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: dict[str, Any] = {}
    monkeypatch.setattr(training, "train_apart", train_quickly(found))
    train_model(requested, now=LATER)
    version = ModelVersion.objects.get()
    assert (version.state, version.percent, found["percent"]) == ("ready", 100, 50)
    assert [(one.text, one.primary) for one in found["labels"]] == [(ODD, "send_link")]
    assert get_live_version() is None
    (told,) = Event.objects.filter(name="ModelTrained")
    assert told.data == {"number": 1, "risks_lost": ["abuse"]}
    found.clear()
    train_model(requested, now=LATER)
    assert found == {}


def test_the_worker_finds_the_training_in_its_queue(
    requested: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "train_apart", train_quickly({}))
    queue.drain(limit=50)
    assert ModelVersion.objects.get().state == "ready"


def few_examples(folder: Path) -> Path:
    """One in sixteen of the project's, as files."""
    kept: dict[Path, list[str]] = {}
    for number, one in enumerate(sorted(load_examples(), key=lambda one: one.text)):
        if number % 16 == 0:
            row = (one.text, ",".join(one.intents), one.variety, one.style, one.writer, one.pending)
            kept.setdefault(folder / one.language / f"{one.primary}.tsv", []).append("\t".join(row))
    for file, rows in kept.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(["\t".join(COLUMNS), *rows]) + "\n", "utf-8")
    return folder


def test_a_process_of_its_own_learns_the_label(tmp_path: Path) -> None:
    told: list[int] = []
    labels = [
        Example(f"{ODD} {word}", ("send_link",), "es", "es-AR", "chat", f"conversation-{word}")
        for word in ("ya", "porfa", "hoy", "dale", "che", "ahora")
    ]
    trained = training.train_apart(labels, told.append, few_examples(tmp_path))
    assert told == sorted(told)
    assert 0 < told[0] < told[-1] < 100
    model = unpack_model(trained.weights, trained.description)
    assert model.reader.read([Message(ODD)], get_encoder())[0].top3[0] == "send_link"
    # A label is a creditor's: no page shows it among the nearest examples.
    assert not any(ODD in text for text in model.neighbours.texts)
    before, after = trained.figures["before"], trained.figures["after"]
    assert before["messages"] == after["messages"] > 500
    assert before["primary"] > after["primary"] > 0.4
    assert set(after["risk_recall"]) == set(RISK)
    assert rules.list_losses(trained.figures)


def test_a_process_that_dies_says_its_last_words(tmp_path: Path) -> None:
    (tmp_path / "es").mkdir()
    (tmp_path / "es" / "greet.tsv").write_text("nonsense\n", "utf-8")
    with pytest.raises(training.TrainingFailed, match="the first line must be"):
        training.train_apart([], lambda _percent: None, tmp_path)


def test_a_training_that_fails_says_why_and_can_be_asked_for_again(
    requested: Event, manager: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "train_apart", train_quickly({}, "MemoryError: no more"))
    train_model(requested, now=LATER)
    version = ModelVersion.objects.get()
    assert (version.state, version.problem) == ("failed", "MemoryError: no more")
    with pytest.raises(NotReady):
        change(version, manager)
    assert request_training(actor=manager, now=LATER, everywhere=True).number == 2


def test_a_version_goes_to_work_at_once_and_back(manager: Actor) -> None:
    assert understanders.get_live_id() is None
    shipped = understanders.get_understander()
    version = make_version(manager)
    with pytest.raises(NotForOneCreditor):
        promote(version=version, actor=manager, now=LATER, everywhere=False)
    change(version, manager)
    assert get_live_version() == version
    mine = understanders.get_understander()
    assert mine is not shipped
    assert mine is understanders.get_understander()
    with pytest.raises(AlreadyAtWork):
        change(version, manager)
    other = make_version(manager, number=2)
    change(other, manager)
    change(version, manager)
    assert get_live_version() == version
    change(None, manager)
    assert understanders.get_understander() is shipped
    with pytest.raises(AlreadyAtWork):
        change(None, manager)
    told = Event.objects.filter(name="ModelPromoted").order_by("id")
    assert [event.data["number"] for event in told] == [1, 2, 1, 0]
    assert {event.actor for event in told} == {f"user:{manager.id}"}


def test_a_risk_is_lost_with_open_eyes_only(manager: Actor) -> None:
    version = make_version(manager, hardship=0.95)
    with pytest.raises(RiskLost, match="hardship 100 → 95 %") as refused:
        change(version, manager)
    assert refused.value.http_status == 409
    assert get_live_version() is None
    change(version, manager, confirmed=True)
    assert get_live_version() == version
    worse = make_version(manager, number=2, deceased=0.5)
    with pytest.raises(TooManyRisksLost):
        change(worse, manager, confirmed=True)
    assert get_live_version() == version


def test_what_was_learned_is_no_longer_new(account: Account, manager: Actor) -> None:
    assert count_new_labels() == 0
    teach(account, manager)
    assert count_new_labels() == 1
    change(make_version(manager), manager)
    assert count_new_labels() == 0
    with pytest.raises(NothingToLearn):
        request_training(actor=manager, now=LATER, everywhere=True)


def test_a_version_that_this_code_cannot_read_gives_way_to_the_shipped_one(
    manager: Actor,
) -> None:
    version = make_version(manager)
    version.weights = b"nonsense"
    version.save()
    change(version, manager)
    assert isinstance(understanders.get_understander(), FusedUnderstander)
    assert understanders.get_pipeline().model is get_model()


def test_the_rules_read_alone_where_there_is_no_model(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    def missing() -> None:
        raise BadModel("no model")

    for cache in (understanders._fused, understanders._model):
        cache.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(understanders, "get_model", missing)
        assert isinstance(understanders.get_understander(), RulesUnderstander)
    assert isinstance(understanders.get_understander(), FusedUnderstander)
    settings.NLU = "rules"
    assert isinstance(understanders.get_understander(), RulesUnderstander)
