"""The pages that teach the assistant: the queue, an agent's report, versions, a text explained."""

from __future__ import annotations

import json
from typing import Any

import pytest
from deals_kit import NOW
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from pages_kit import ROLES, Side, login, put_up

from acuerdo.assistant.advice.calling import Use
from acuerdo.assistant.advice.use import record_use
from acuerdo.assistant.models import ModelVersion, Promotion, UnclearMessage
from acuerdo.assistant.nlu.intents import INTENTS, PENDING, RISK
from acuerdo.assistant.nlu.model import get_model, pack_model
from acuerdo.assistant.teaching.rules import REASONS, STATES
from acuerdo.core import clock
from acuerdo.core.actor import SYSTEM
from acuerdo.core.models import Event
from acuerdo.creditors.models import Creditor
from acuerdo.identity.actions import grant_role
from acuerdo.identity.models import User
from acuerdo.identity.rules import may
from acuerdo.web.reads.meanings import ASKED_WORDS, INTENT_WORDS, REASON_WORDS, STATE_WORDS

RECALL = dict.fromkeys(RISK, 1.0)


def figures(primary: float = 0.9, **recall: float) -> dict[str, Any]:
    return {
        "messages": 568,
        "primary": primary,
        "by_language": {"es": primary, "pt": primary, "en": primary},
        "top3": 0.99,
        "acted": 0.75,
        "right_where_acted": 0.99,
        "risk_recall": {**RECALL, **recall},
        "out_of_scope_recall": 0.95,
        "calibration_error": 0.04,
    }


def make_version(number: int = 1, state: str = "ready", **recall: float) -> ModelVersion:
    trained = state == "ready"
    weights, description = pack_model(get_model()) if trained else (None, {})
    return ModelVersion.objects.create(
        number=number,
        state=state,
        labels=3,
        percent=40,
        weights=weights,
        description=description,
        figures={"before": figures(), "after": figures(0.92, **recall)} if trained else {},
        alive_at=NOW,
        requested_at=NOW,
        trained_at=NOW if trained else None,
    )


def label(client: Client, message: UnclearMessage, **data: str) -> Any:
    return client.post(reverse("web:label", args=[message.public_id]), data)


def test_every_word_of_the_lists_is_named() -> None:
    assert set(INTENT_WORDS) == set(INTENTS)
    assert set(ASKED_WORDS) == set(PENDING)
    assert set(REASON_WORDS) == set(REASONS)
    assert set(STATE_WORDS) == set(STATES)


def test_a_message_is_labelled_in_one_click_and_taken_back(ours: Side) -> None:
    client = login(ours.users["manager"])
    page = client.get(reverse("web:unclear")).content.decode()
    assert f"palabras de {ours.creditor.name}" in page
    for intent in ours.unclear.top3:
        assert f'value="{intent}" data-key' in page
    back = reverse("web:unclear") + "?language=es"
    assert label(client, ours.unclear, intent="hardship", next=back)["Location"] == back
    ours.unclear.refresh_from_db()
    assert (ours.unclear.state, ours.unclear.intents) == ("labelled", ["hardship"])
    assert ours.unclear.decided_by == ours.users["manager"]
    for data, state, intents in (
        ({"other": "abuse"}, "labelled", ["abuse"]),
        ({"intent": "out_of_scope"}, "labelled", ["out_of_scope"]),
        ({"intent": "skip"}, "skipped", []),
        ({"intent": "reopen"}, "open", []),
    ):
        label(client, ours.unclear, **data)
        ours.unclear.refresh_from_db()
        assert (ours.unclear.state, ours.unclear.intents) == (state, intents)


def test_the_row_alone_comes_back_where_only_it_is_asked_for(ours: Side) -> None:
    client = login(ours.users["administrator"])
    response = client.post(
        reverse("web:label", args=[ours.unclear.public_id]),
        {"intent": "hardship"},
        headers={"HX-Request": "true"},
    )
    body = response.content.decode()
    assert response.status_code == 200
    assert body.strip().startswith("<li")
    assert "No puedo pagar" in body
    assert 'value="reopen"' in body


@pytest.mark.parametrize("bad", ["", "nothing", "greet,bye", "<script>alert(1)</script>", "x" * 99])
def test_what_is_no_meaning_is_refused(ours: Side, bad: str) -> None:
    response = label(login(ours.users["manager"]), ours.unclear, intent=bad)
    assert response.status_code == 422
    assert "<script>alert" not in response.content.decode()
    ours.unclear.refresh_from_db()
    assert ours.unclear.state == "open"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/x", "/accounts", ""])
def test_a_label_leads_back_to_the_list_and_nowhere_else(ours: Side, target: str) -> None:
    response = label(login(ours.users["manager"]), ours.unclear, intent="abuse", next=target)
    assert response["Location"] == reverse("web:unclear")


def test_filters_narrow_the_list_and_survive_nonsense(ours: Side) -> None:
    client, address = login(ours.users["manager"]), reverse("web:unclear")
    words = f"palabras de {ours.creditor.name}"
    for query, shown in (
        ({"language": "es", "reason": "not_sure", "sure": "middle"}, True),
        ({"language": "pt"}, False),
        ({"reason": "flagged"}, False),
        ({"sure": "high"}, False),
        ({"state": "labelled"}, False),
        ({"state": "all"}, True),
        ({"creditor": str(ours.creditor.public_id)}, True),
        ({"language": "xx", "reason": "'--", "sure": "∞", "state": "?", "page": "-1"}, True),
        ({"page": "99999999999"}, True),
        ({"page": "2"}, False),
    ):
        page = client.get(address, query)
        assert page.status_code == 200, query
        assert (words in page.content.decode()) is shown, query


def test_what_a_debtor_wrote_is_text_and_nothing_else(ours: Side) -> None:
    bad = '<img src=x onerror="alert(1)"> {{ 7|add:7 }}'
    message = put_up(ours.unclear.turn, bad)
    client = login(ours.users["manager"])
    for address in (
        reverse("web:unclear"),
        f"{reverse('web:explain')}?message={message.public_id}",
    ):
        page = client.get(address).content.decode()
        assert "<img src=x" not in page
        assert escape("<img") in page


def test_many_messages_come_in_pages(ours: Side) -> None:
    for number in range(30):
        put_up(ours.unclear.turn, f"mensaje {number}")
    client = login(ours.users["manager"])
    first, second = (
        client.get(reverse("web:unclear"), {"page": page}).content.decode() for page in (1, 2)
    )
    assert first.count('class="unclear"') == 25
    assert second.count('class="unclear"') == 6


def test_labels_are_a_file_of_ones_own_creditors(ours: Side, theirs: Side) -> None:
    label(login(ours.users["manager"]), ours.unclear, intent="hardship")
    label(login(theirs.users["manager"]), theirs.unclear, intent="abuse")
    response = login(ours.users["manager"]).get(reverse("web:labels"))
    (row,) = map(json.loads, response.content.decode().splitlines())
    assert (row["text"], row["primary"]) == (ours.unclear.text, "hardship")
    assert "attachment" in response["Content-Disposition"]


def test_an_agent_reports_a_turn_and_the_manager_finds_it_first(ours: Side) -> None:
    agent, manager = login(ours.users["agent"]), login(ours.users["manager"])
    put_up(ours.unclear.turn, "otra cosa")
    address = reverse("web:conversation", args=[ours.conversation.public_id])
    turn = ours.unclear.turn
    assert f'name="turn" value="{turn.sequence}"' in agent.get(address).content.decode()
    assert reverse("web:explain") not in agent.get(address).content.decode()
    assert f"turn={turn.sequence}" in manager.get(address).content.decode()
    flag = reverse("web:flag_turn", args=[ours.conversation.public_id])
    assert agent.post(flag, {"turn": turn.sequence})["Location"] == address
    row = UnclearMessage.objects.get(reason="flagged")
    assert (row.turn, row.creditor) == (turn, ours.creditor)
    page = manager.get(reverse("web:unclear")).content.decode()
    assert page.index(str(row.public_id)) < page.index("otra cosa")
    for bad in ("", "0", "99", "x", "1; DROP TABLE", "9" * 30):
        assert agent.post(flag, {"turn": bad}).status_code == 422, bad


# --- versions ----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
def test_versions_are_seen_with_the_right_and_changed_with_it_everywhere(
    ours: Side, theirs: Side, role: str
) -> None:
    client, version = login(ours.users[role]), make_version()
    label(login(ours.users["manager"]), ours.unclear, intent="hardship")
    seen = 200 if may(role, "teach_assistant") else 403
    for name in ("model", "model_progress"):
        assert client.get(reverse(f"web:{name}", args=[version.public_id])).status_code == seen
    for address in (
        reverse("web:promote_model", args=[version.public_id]),
        reverse("web:train_model"),
        reverse("web:promote_shipped"),
    ):
        assert client.post(address).status_code == 403
    assert not Promotion.objects.exists()
    assert ModelVersion.objects.count() == 1


def everywhere(user: User) -> Client:
    for creditor in Creditor.objects.exclude(membership__user=user):
        grant_role(actor=SYSTEM, now=NOW, user=user, creditor=creditor, role="manager")
    return login(user)


def test_a_version_is_trained_compared_and_put_to_work(ours: Side, theirs: Side) -> None:
    client = everywhere(ours.users["manager"])
    label(client, ours.unclear, intent="hardship")
    assert "Entrenar una versión nueva" in client.get(reverse("web:models")).content.decode()
    response = client.post(reverse("web:train_model"))
    version = ModelVersion.objects.get()
    assert response["Location"] == reverse("web:model", args=[version.public_id])
    assert Event.objects.filter(name="TrainingRequested").count() == 1
    # Asked for again, it is refused in words, and there is one.
    assert client.post(reverse("web:train_model"))["Location"] == reverse("web:models")
    assert ModelVersion.objects.count() == 1
    watched = client.get(reverse("web:model", args=[version.public_id])).content.decode()
    assert "<progress" in watched
    progress = reverse("web:model_progress", args=[version.public_id])
    assert "HX-Redirect" not in client.get(progress)
    weights, description = pack_model(get_model())
    ModelVersion.objects.update(
        state="ready",
        weights=weights,
        description=description,
        figures={"before": figures(), "after": figures(0.92)},
    )
    assert client.get(progress)["HX-Redirect"].endswith(str(version.public_id))
    page = client.get(reverse("web:model", args=[version.public_id])).content.decode()
    assert "92,0 %" in page
    assert "+2,0" in page
    assert "Ponerla en uso" in page
    promote = reverse("web:promote_model", args=[version.public_id])
    assert client.post(promote)["Location"] == reverse("web:models")
    assert Promotion.objects.get().promoted_by == ours.users["manager"]
    assert client.post(promote).status_code == 409
    assert client.post(reverse("web:promote_shipped")).status_code == 302
    assert Promotion.objects.count() == 2


def test_a_lost_risk_takes_a_tick(ours: Side) -> None:
    client, version = everywhere(ours.users["manager"]), make_version(hardship=0.95)
    address = reverse("web:promote_model", args=[version.public_id])
    refused = client.post(address)
    assert refused.status_code == 409
    assert "No puedo pagar" in refused.content.decode()
    assert 'name="confirmed"' in refused.content.decode()
    assert client.post(address, {"confirmed": "on"}).status_code == 409
    assert client.post(address, {"confirmed": "yes"}).status_code == 302
    assert Promotion.objects.get().confirmed
    worse = make_version(2, deceased=0.5)
    page = client.get(reverse("web:model", args=[worse.public_id])).content.decode()
    assert 'name="confirmed"' not in page
    address = reverse("web:promote_model", args=[worse.public_id])
    assert client.post(address, {"confirmed": "yes"}).status_code == 422


def test_a_failed_training_says_why_and_cannot_go_to_work(ours: Side) -> None:
    client, version = everywhere(ours.users["manager"]), make_version(state="failed")
    ModelVersion.objects.update(problem="MemoryError <b>")
    page = client.get(reverse("web:model", args=[version.public_id])).content.decode()
    assert "MemoryError &lt;b&gt;" in page
    address = reverse("web:promote_model", args=[version.public_id])
    assert client.post(address).status_code == 409
    assert client.get(reverse("web:models")).status_code == 200


# --- a text explained --------------------------------------------------------------------------


def test_a_text_is_explained(ours: Side) -> None:
    client = login(ours.users["manager"])
    data = {"text": "me quedé sin pega, ¿puedo pagar 200 mil en 6 cuotas?", "country": "CL"}
    response = client.post(reverse("web:explain"), data)
    page = response.content.decode()
    assert response.status_code == 200
    assert "No puedo pagar + Pagar en cuotas" in page
    assert "<mark>200 mil" in page
    assert "hardship.es" in page
    assert UnclearMessage.objects.count() == 1


def test_what_the_queue_and_a_conversation_name_is_explained(ours: Side, theirs: Side) -> None:
    client, address = login(ours.users["manager"]), reverse("web:explain")
    turn = ours.unclear.turn.sequence
    for query in (
        {"message": str(ours.unclear.public_id)},
        {"talk": str(ours.conversation.public_id), "turn": str(turn)},
    ):
        assert f"palabras de {ours.creditor.name}" in client.get(address, query).content.decode()
    for query in (
        {"message": str(theirs.unclear.public_id)},
        {"talk": str(theirs.conversation.public_id), "turn": str(turn)},
        {"talk": str(ours.conversation.public_id), "turn": "9" * 40},
        {"talk": str(ours.conversation.public_id)},
    ):
        response = client.get(address, query)
        assert response.status_code == 404, query
        assert theirs.creditor.name not in response.content.decode()
    assert client.get(address, {"message": "nonsense"}).status_code == 200


def test_a_key_of_the_portal_is_not_shown(ours: Side) -> None:
    turn = ours.unclear.turn
    turn.text = f"no me abre https://a.example/p/{ours.link.token}"
    turn.save()
    query = {"talk": str(ours.conversation.public_id), "turn": str(turn.sequence)}
    page = login(ours.users["manager"]).get(reverse("web:explain"), query).content.decode()
    assert "no me abre" in page
    assert ours.link.token not in page


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"text": ""}, 422),
        ({"text": "   "}, 422),
        ({"text": "a" * 3_000}, 422),
        ({"text": "hola", "language": "xx"}, 422),
        ({"text": "hola", "pending": "'--"}, 422),
        ({"text": "🙃\u202e\u0000"}, 422),
        ({"text": "🙃\u202e"}, 200),
        ({"text": "3", "pending": "installments", "language": "pt", "country": "BR"}, 200),
        ({"text": "</textarea><script>alert(1)</script>"}, 200),
    ],
)
def test_any_text_can_be_asked_for(ours: Side, data: dict[str, str], status: int) -> None:
    response = login(ours.users["administrator"]).post(reverse("web:explain"), data)
    assert response.status_code == status
    assert "<script>alert" not in response.content.decode()


def test_a_language_model_is_shown_with_what_it_costs(ours: Side, settings: Any) -> None:
    client = login(ours.users["manager"])
    assert "Modelo de lenguaje" not in client.get(reverse("web:models")).content.decode()
    settings.LLM_URL, settings.LLM_MODEL = "http://127.0.0.1:9/v1", "small-model"
    for used in (1, 0):
        record_use(Use(asked=1, used=used, tokens_in=1_200, took_ms=300), now=clock.now())
    page = client.get(reverse("web:models")).content.decode()
    assert "Modelo de lenguaje" in page
    assert "small-model, en los últimos 30 días" in page
    assert "2.400 · 0" in page
    assert "300 ms" in page
