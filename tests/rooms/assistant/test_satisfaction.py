"""How a conversation was: asked once when it is over, answered by a tap or a figure, or not."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import Any

import pytest
from deals_kit import NOW, make_account, make_creditor

from acuerdo.assistant.talking import talk
from acuerdo.cases.actions import open_case
from acuerdo.compliance.actions import record_opt_out
from acuerdo.conversations.actions import hand_off, release, send_agent_turn, take_over
from acuerdo.conversations.jobs import ask_after_release, ask_satisfaction_all
from acuerdo.conversations.models import Conversation, Satisfaction, Turn
from acuerdo.conversations.satisfaction import SatisfactionPolicy, read_policy, write_policy
from acuerdo.core.actor import SYSTEM, Actor
from acuerdo.core.models import Event
from acuerdo.identity.models import User
from acuerdo.messaging.models import Message
from acuerdo.portfolio.models import Account
from acuerdo.reporting.satisfaction import (
    count_scores,
    get_satisfaction,
    list_comments,
    list_satisfaction,
)

pytestmark = pytest.mark.django_db

_keys = itertools.count(1)
LATER = NOW + timedelta(hours=2)


@pytest.fixture
def account() -> Account:
    creditor = make_creditor()
    write_policy(creditor=creditor, policy=SatisfactionPolicy(asks=True), actor=SYSTEM, now=NOW)
    return make_account(creditor)


def say(
    account: Account, text: str, *, channel: str = "chat", button: str = "", now: datetime = NOW
) -> list[Turn]:
    said = talk(
        debtor=account.debtor,
        channel=channel,
        address="chat:1" if channel == "chat" else "+573005550001",
        text=text,
        button=button,
        source="test",
        key=str(next(_keys)),
        actor=Actor("debtor", str(account.debtor_id), creditor_id=account.creditor_id),
        now=now,
    )
    return list(said.answers)


def buttons(turn: Turn) -> list[str]:
    return [button["payload"] for button in turn.buttons]


def test_a_goodbye_in_the_chat_is_followed_by_one_question(account: Account) -> None:
    _answer, asked = say(account, "gracias, chao")
    row = Satisfaction.objects.get()
    assert buttons(asked) == [f"csat:{row.pk}:{score}" for score in range(1, 6)]
    assert asked.text.count("?") == 1
    assert (row.owner, row.channel, row.language) == ("assistant", "chat", "es")
    (thanks,) = say(account, "4", button=f"csat:{row.pk}:4")
    assert "Gracias" in thanks.text
    say(account, "me atendieron rápido, Persona")
    row.refresh_from_db()
    assert row.score == 4
    assert row.comment.startswith("me atendieron rápido")
    assert len(say(account, "chao")) == 1
    assert Satisfaction.objects.count() == 1


@pytest.mark.parametrize("typed", ["5", " 5.", "5️⃣"])
def test_a_typed_figure_is_an_answer(account: Account, typed: str) -> None:
    say(account, "gracias, chao")
    say(account, typed)
    assert Satisfaction.objects.get().score == 5


@pytest.mark.parametrize("typed", ["6", "0", "no me llamen más", "quiero pagar en 3 cuotas"])
def test_anything_else_is_answered_as_ever(account: Account, typed: str) -> None:
    say(account, "gracias, chao")
    say(account, typed)
    assert Satisfaction.objects.get().score is None
    decided = Turn.objects.filter(author="debtor").last()
    assert decided is not None
    assert decided.decision["commands"]


def test_the_first_score_stands(account: Account) -> None:
    say(account, "gracias, chao")
    row = Satisfaction.objects.get()
    for score in (2, 5):
        say(account, str(score), button=f"csat:{row.pk}:{score}")
    row.refresh_from_db()
    assert row.score == 2
    assert Event.objects.filter(name="SatisfactionTold").count() == 1


@pytest.mark.parametrize(
    "payload", ["csat:{pk}:9", "csat:{pk}:", "csat::4", "csat:x:4", "csat:1e9:4"]
)
def test_a_made_up_button_tells_nothing(account: Account, payload: str) -> None:
    say(account, "gracias, chao")
    row = Satisfaction.objects.get()
    say(account, "hola", button=payload.format(pk=row.pk))
    row.refresh_from_db()
    assert row.score is None


def test_anothers_button_tells_nothing(account: Account) -> None:
    say(account, "gracias, chao")
    row = Satisfaction.objects.get()
    other = make_account(account.creditor, "B-0009", document="52999888", name="Otra Persona")
    say(other, "hola", button=f"csat:{row.pk}:1")
    row.refresh_from_db()
    assert row.score is None


def test_a_quiet_conversation_is_asked_about_once_through_the_gate(account: Account) -> None:
    say(account, "hola", channel="whatsapp")
    ask_satisfaction_all(now=NOW + timedelta(minutes=30))
    assert not Satisfaction.objects.exists()
    for _twice in range(2):
        ask_satisfaction_all(now=LATER)
    row = Satisfaction.objects.get()
    message = Message.objects.get(key=f"satisfaction:{row.pk}")
    assert (message.purpose, message.channel) == ("servicing", "whatsapp")
    assert message.not_after == LATER + timedelta(hours=24)
    say(account, "3", channel="whatsapp", now=LATER)
    row.refresh_from_db()
    assert row.score == 3


def test_what_was_long_ago_is_not_asked_about(account: Account) -> None:
    say(account, "hola", channel="whatsapp")
    ask_satisfaction_all(now=NOW + timedelta(days=2))
    assert not Satisfaction.objects.exists()


def test_only_where_the_policy_wants_it_and_not_again_too_soon(account: Account) -> None:
    off = SatisfactionPolicy(asks=False)
    write_policy(creditor=account.creditor, policy=off, actor=SYSTEM, now=NOW)
    assert len(say(account, "gracias, chao")) == 1
    on = SatisfactionPolicy(asks=True, every_days=30)
    write_policy(creditor=account.creditor, policy=on, actor=SYSTEM, now=NOW)
    assert len(say(account, "gracias, chao")) == 2
    assert len(say(account, "gracias, chao", now=NOW + timedelta(days=29))) == 1
    assert len(say(account, "gracias, chao", now=NOW + timedelta(days=31))) == 2


@pytest.mark.parametrize("kind", ["dispute", "deceased", "wrong_person", "fraud"])
def test_never_where_it_would_hurt(account: Account, kind: str) -> None:
    say(account, "hola", channel="whatsapp")
    case: dict[str, Any] = {"debtor": account.debtor, "account": account, "reason": "x", "key": "1"}
    open_case(kind=kind, actor=SYSTEM, now=NOW, **case)
    ask_satisfaction_all(now=LATER)
    assert not Satisfaction.objects.exists()


def test_never_after_an_opt_out_or_while_a_person_is_awaited(account: Account) -> None:
    say(account, "hola", channel="whatsapp")
    conversation = Conversation.objects.get()
    hand_off(conversation=conversation, reason="asked", actor=SYSTEM, now=NOW)
    ask_satisfaction_all(now=LATER)
    assert not Satisfaction.objects.exists()
    taken_back: dict[str, Any] = {"needs_person": False, "needs_person_reason": ""}
    Conversation.objects.update(**taken_back)
    record_opt_out(
        creditor_id=account.creditor_id, debtor=account.debtor, source="x", actor=SYSTEM, now=NOW
    )
    ask_satisfaction_all(now=LATER)
    assert not Satisfaction.objects.exists()


def test_after_an_agent_it_is_the_agents(account: Account) -> None:
    say(account, "hola")
    user = User.objects.create(email="agent@example.com", full_name="Ana Gómez")
    conversation = Conversation.objects.get()
    take_over(conversation=conversation, user=user, actor=SYSTEM, now=NOW)
    send_agent_turn(
        conversation=conversation, user=user, text="Con gusto.", key="1", actor=SYSTEM, now=NOW
    )
    release(conversation=conversation, actor=SYSTEM, now=NOW)
    event = Event.objects.get(name="ConversationReleased")
    for _twice in range(2):
        ask_after_release(event, now=NOW)
    row = Satisfaction.objects.get()
    assert (row.owner, row.agent) == ("agent", user)


def test_figures_count_who_was_asked_and_who_answered(account: Account) -> None:
    say(account, "gracias, chao")
    row = Satisfaction.objects.get()
    say(account, "4", button=f"csat:{row.pk}:4")
    say(account, "buen trato")
    other = make_account(account.creditor, "B-0009", document="52999888", name="Otra Persona")
    say(other, "gracias, chao")
    ids, since = [account.creditor_id], NOW - timedelta(days=1)
    whole = get_satisfaction(ids, since)
    assert (whole.asked, whole.answered, whole.mean) == (2, 1, 4.0)
    by_language = {
        one.key: (one.asked, one.answered) for one in list_satisfaction(ids, since, "language")
    }
    assert by_language == {"es": (2, 1)}
    assert count_scores(ids, since) == {1: 0, 2: 0, 3: 0, 4: 1, 5: 0}
    assert [comment.text for comment in list_comments(ids, since)] == ["buen trato"]
    assert get_satisfaction([make_creditor("Otro Banco").pk], since).asked == 0


def test_a_policy_that_cannot_be_read_asks_nobody() -> None:
    assert read_policy({"satisfaction": {"asks": "perhaps", "every_days": 0}}).asks is False
    assert read_policy({}).asks is False
