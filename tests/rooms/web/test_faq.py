"""The pages of questions and answers: list, entry, try, asked in vain, named facts."""

from __future__ import annotations

from typing import Any

import pytest
from deals_kit import NOW, make_creditor
from django.test import Client
from django.urls import reverse
from pages_kit import Side, login

from acuerdo.assistant.faq.answers import own_facts
from acuerdo.assistant.models import FaqEntry, FaqQuestion
from acuerdo.core.actor import SYSTEM
from acuerdo.creditors.models import Creditor
from acuerdo.identity.actions import grant_role

NEW = {
    "questions.es": "¿Dónde quedan sus oficinas?\n¿Tienen una sucursal?\n\n",
    "answer.es": "Somos {{ creditor.name }}, con gusto.",
    "active": "on",
}


@pytest.fixture
def client(ours: Side) -> Client:
    return login(ours.users["manager"])


def send(client: Client, page: str, side: Side, /, **data: str) -> Any:
    return client.post(
        reverse(f"web:{page}"), {"creditor": str(side.creditor.public_id), **data}, follow=True
    )


def ask(side: Side, text: str, times: int = 1, language: str = "es") -> FaqQuestion:
    return FaqQuestion.objects.create(
        creditor=side.creditor,
        turn=side.unclear.turn,
        text=text,
        fingerprint=text[:60],
        language=language,
        times=times,
        first_at=NOW,
        last_at=NOW,
    )


def test_an_entry_is_written_tried_and_turned_off(client: Client, ours: Side) -> None:
    page = send(client, "new_faq", ours, **NEW)
    assert page.status_code == 200
    row = FaqEntry.objects.get(code="donde_quedan_sus_oficinas")
    assert row.questions == {"es": ["¿Dónde quedan sus oficinas?", "¿Tienen una sucursal?"]}
    assert row.written_by == f"user:{ours.users['manager'].pk}"
    tried = send(client, "try_faq", ours, text="¿dónde quedan las oficinas de ustedes?")
    assert f"Somos {ours.creditor.name}, con gusto." in tried.content.decode()
    assert FaqQuestion.objects.count() == 0
    client.post(reverse("web:switch_faq", args=[row.public_id]))
    tried = send(client, "try_faq", ours, text="¿dónde quedan las oficinas de ustedes?")
    assert "con gusto" not in tried.content.decode().split('id="tried"')[1]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"answer.es": "Son 500.000 pesos."}, "500.000"),
        ({"answer.es": "{{ nobody }}"}, "nobody"),
        ({"answer.es": "{% include 'x' %}"}, "include"),
        ({"answer.es": ""}, "al menos un idioma"),
        ({"questions.es": ""}, "al menos una forma"),
        ({"code": "Not A Code"}, "Solo minúsculas"),
        ({"code": "offices"}, "offices"),
    ],
)
def test_what_cannot_be_said_stands_beside_its_field(
    client: Client, ours: Side, data: dict[str, str], words: str
) -> None:
    page = send(client, "new_faq", ours, **{**NEW, **data})
    assert page.status_code in (409, 422)
    assert words in page.content.decode()
    assert FaqEntry.objects.filter(creditor=ours.creditor).count() == 1


def test_a_look_stores_nothing(client: Client, ours: Side) -> None:
    page = send(client, "new_faq", ours, **NEW, act="look")
    assert f"Somos {ours.creditor.name}, con gusto." in page.content.decode()
    assert FaqEntry.objects.filter(creditor=ours.creditor).count() == 1


def test_script_in_a_text_is_text(client: Client, ours: Side) -> None:
    script = "<script>alert(document.cookie)</script>"
    page = send(client, "new_faq", ours, **{**NEW, "answer.es": script}, act="look")
    ask(ours, script)
    listed = client.get(reverse("web:faq_questions"))
    for body in (page.content.decode(), listed.content.decode()):
        assert script not in body
        assert "&lt;script&gt;" in body


def test_a_question_asked_in_vain_becomes_an_entry(client: Client, ours: Side) -> None:
    asked = ask(ours, "¿tienen parqueadero?", times=7)
    listed = client.get(reverse("web:faq_questions")).content.decode()
    assert "¿tienen parqueadero?" in listed
    begun = client.get(reverse("web:new_faq"), {"questions": f"{asked.public_id},x"})
    assert "¿tienen parqueadero?</textarea>" in begun.content.decode()
    data = {"questions.es": "¿tienen parqueadero?", "answer.es": "Sí, hay.", "active": "on"}
    send(client, "new_faq", ours, **data)
    assert "parqueadero" not in client.get(reverse("web:faq_questions")).content.decode()


def test_put_away_it_does_not_come_back(client: Client, ours: Side, theirs: Side) -> None:
    mine, other = ask(ours, "¿venden celulares?"), ask(theirs, "¿venden carros?")
    send(client, "dismiss_questions", ours, questions=f"{mine.public_id},{other.public_id},junk")
    for row in (mine, other):
        row.refresh_from_db()
    assert (mine.dismissed_at is None, other.dismissed_at is None) == (False, True)
    assert "celulares" not in client.get(reverse("web:faq_questions")).content.decode()


def test_named_facts_are_saved_and_kept_where_they_are_named(client: Client, ours: Side) -> None:
    texts = {"es": "Calle 10 # 4-20", "pt": "", "en": "10 Main Road"}
    send(client, "faq_facts", ours, name="office_address", **texts)
    assert own_facts(Creditor.objects.get(pk=ours.creditor.pk)) == {
        "office_address": {"es": "Calle 10 # 4-20", "en": "10 Main Road"}
    }
    send(client, "new_faq", ours, **{**NEW, "answer.es": "En {{ office_address }}."})
    refused = send(client, "faq_facts", ours, name="", es="", pt="", en="")
    assert refused.status_code == 409
    wrong = send(client, "faq_facts", ours, name="Not a name", es="x", pt="", en="")
    assert wrong.status_code == 422


def test_what_is_sent_names_its_creditor(client: Client, ours: Side, theirs: Side) -> None:
    assert send(client, "new_faq", theirs, **NEW).status_code == 404
    assert send(client, "faq_facts", theirs, name="x", es="x", pt="", en="").status_code == 404
    grant_role(
        actor=SYSTEM,
        now=NOW,
        user=ours.users["manager"],
        creditor=make_creditor("Otro Banco"),
        role="manager",
    )
    assert client.post(reverse("web:new_faq"), NEW).status_code == 404
    assert not FaqEntry.objects.exclude(code="offices").exists()
