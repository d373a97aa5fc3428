"""What staff does through the pages."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from deals_kit import NOW
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pages_kit import PASSWORD, Side, bring, login

from acuerdo.compliance.models import Hold
from acuerdo.conversations.actions import append_turn, grant_verification
from acuerdo.core.actor import SYSTEM
from acuerdo.messaging.links import portal_url
from acuerdo.messaging.models import Message
from acuerdo.portfolio.models import Account, ImportRun
from acuerdo.workflow.worker import drain


def test_login_leads_to_the_page_that_was_asked_for_and_nowhere_else(ours: Side) -> None:
    agent = ours.users["agent"]
    for target, expected in (
        (reverse("web:accounts"), reverse("web:accounts")),
        ("https://evil.example/", reverse("web:home")),
        ("//evil.example/", reverse("web:home")),
    ):
        client = Client()
        data = {"username": agent.email, "password": PASSWORD, "next": target}
        assert client.post(reverse("web:login"), data)["Location"] == expected


def test_too_many_wrong_passwords_wait(ours: Side) -> None:
    client = Client()
    data = {"username": ours.users["agent"].email, "password": "wrong"}
    answers = [client.post(reverse("web:login"), data).status_code for _try in range(9)]
    assert answers[0] == 200
    assert answers[-1] == 429
    data["password"] = PASSWORD
    assert client.post(reverse("web:login"), data).status_code == 429


def test_roles_start_where_their_work_is(ours: Side) -> None:
    home = reverse("web:home")
    assert login(ours.users["manager"]).get(home)["Location"] == reverse("web:dashboard")
    assert login(ours.users["agent"]).get(home)["Location"] == reverse("web:conversations")


def test_take_over_answer_and_give_back(ours: Side) -> None:
    client = login(ours.users["agent"])
    talk = ours.conversation
    address = reverse("web:conversation", args=[talk.public_id])
    assert client.post(reverse("web:take_over", args=[talk.public_id]))["Location"] == address
    say = reverse("web:say", args=[talk.public_id])
    data = {"text": "Buenas tardes, soy Andrés.", "key": str(uuid4())}
    for _twice in range(2):
        assert client.post(say, data).status_code == 302
    assert talk.turns.filter(author="agent").count() == 1
    assert "Buenas tardes, soy Andrés." in client.get(address).content.decode()
    client.post(reverse("web:release", args=[talk.public_id]))
    talk.refresh_from_db()
    assert talk.owner == "assistant"


def test_what_could_not_be_sent_is_not_lost(ours: Side) -> None:
    client = login(ours.users["agent"])
    other = login(ours.users["manager"])
    talk = ours.conversation
    client.post(reverse("web:take_over", args=[talk.public_id]))
    say = reverse("web:say", args=[talk.public_id])
    response = client.post(say, {"text": " ", "key": "k"})
    assert response.status_code >= 400
    refused = other.post(reverse("web:take_over", args=[talk.public_id]))
    assert refused.status_code == 409
    assert "agent" in refused.content.decode()


def test_who_answers_reads_what_holds_their_words_back(ours: Side) -> None:
    client = login(ours.users["agent"])
    talk = ours.conversation
    address = reverse("web:conversation", args=[talk.public_id])
    # The pages speak Spanish here.
    warning, reason = "Aquí nadie ha demostrado quién lee", "retenido: no es seguro quién lee"
    assert warning not in client.get(address).content.decode()
    client.post(reverse("web:take_over", args=[talk.public_id]))
    assert warning in client.get(address).content.decode()
    client.post(reverse("web:say", args=[talk.public_id]), {"text": "Su deuda", "key": "k"})
    Message.objects.filter(turn__conversation=talk).update(
        state="withheld", reason_code="identity_not_verified"
    )
    page = client.get(address).content.decode()
    assert reason in page
    held = Message.objects.get(turn__conversation=talk, state="withheld")
    assert reverse("web:why_message", args=[held.public_id]) in page
    with transaction.atomic():
        grant_verification(
            conversation=talk,
            channel=talk.channel,
            address=talk.address,
            until=NOW + timedelta(hours=1),
            method="document_last4",
            actor=SYSTEM,
            now=NOW,
        )
    assert warning not in client.get(address).content.decode()


def test_a_link_of_the_portal_is_no_key_for_staff(ours: Side) -> None:
    client = login(ours.users["agent"])
    talk, token = ours.conversation, ours.link.token
    with transaction.atomic():
        append_turn(
            conversation=talk,
            author="assistant",
            channel="whatsapp",
            text=f"Puede pagar aquí: {portal_url(ours.link)}.",
            actor=SYSTEM,
            now=NOW,
        )
    for address in (
        reverse("web:conversations"),
        reverse("web:conversation", args=[talk.public_id]),
        reverse("web:conversation_thread", args=[talk.public_id]),
        reverse("web:account", args=[ours.account.public_id]),
    ):
        page = client.get(address).content.decode()
        assert token not in page, address
        assert "/p/•••." in page, address


def test_closing_a_case_ends_the_peace_that_it_gave(ours: Side) -> None:
    client = login(ours.users["agent"])
    address = reverse("web:task", args=[ours.task.public_id])
    assert client.post(address, {"resolution": "made_up"}).status_code == 409
    assert client.post(address, {"resolution": "not_found"}).status_code == 302
    ours.task.refresh_from_db()
    assert ours.task.state == "done"
    live = Hold.objects.filter(account=ours.account, released_at=None)
    assert not live.exclude(source__startswith="agreement:").exists()


def test_a_portfolio_is_uploaded_and_its_rejections_downloaded(ours: Side) -> None:
    client = login(ours.users["manager"])
    text = (
        "account,name,document_type,document,country,currency,due_date,total\n"
        "N-1,Ana Gómez,CC,1020001,CO,COP,2026-10-01,50000\n"
        "N-2,Luis Díaz,CC,1020002,CO,COP,2026-10-01,muchos\n"
    )
    data = {
        "creditor": str(ours.creditor.public_id),
        "file": SimpleUploadedFile("cartera.csv", text.encode()),
    }
    looked = client.post(reverse("web:imports"), data)
    page = client.get(looked["Location"]).content.decode()
    assert "muchos" in page
    assert "N-1" in page
    assert not Account.objects.filter(creditor=ours.creditor, number="N-1").exists()
    client.post(looked["Location"], {"do": "import", "remember": "1"})
    drain()
    run = ImportRun.objects.get(file_name__startswith="cartera", creditor=ours.creditor)
    done = client.get(looked["Location"])
    assert done["Location"] == reverse("web:import", args=[run.public_id])
    assert Account.objects.filter(creditor=ours.creditor, number="N-1").exists()
    assert client.get(done["Location"]).status_code == 200
    rejected = client.get(reverse("web:rejections", args=[run.public_id]))
    assert "muchos" in rejected.content.decode("utf-8-sig")
    results = client.get(reverse("web:results", args=[run.public_id])).content.decode("utf-8-sig")
    assert results.splitlines()[1].startswith("2,N-1,")


def test_a_question_is_answered_on_the_page(ours: Side) -> None:
    client = login(ours.users["manager"])
    file = bring(ours.creditor, "x.csv", "Ref;Deuda;Fecha\nQ-1;1.234;01/02/2026\n")
    address = reverse("web:upload", args=[file.public_id])
    assert 'do" value="import" disabled' in client.get(address).content.decode()
    headers = {"h0": "Ref", "h1": "Deuda", "h2": "Fecha"}
    fields = {"f0": "account", "f1": "total", "f2": "due_on"}
    answer = {**headers, **fields, "decimal": ",", "dates": "day_first"}
    page = client.post(address, answer).content.decode()
    assert "1.234" in page
    assert 'do" value="import" disabled' not in page
    # What nobody could choose is no column, mark or order.
    evil = {**headers, "f0": "evil", "f9": "account", "decimal": "x", "dates": "x"}
    page = client.post(address, evil)
    assert page.status_code == 200
    assert 'do" value="import" disabled' in page.content.decode()
    assert client.post(address, {"do": "discard"})["Location"] == reverse("web:imports")
    assert client.get(address)["Location"] == reverse("web:imports")
    assert client.post(address, {"do": "import"})["Location"] == reverse("web:imports")


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04zip", b"\x00\x01\x02"])
def test_a_file_that_is_none_is_refused_in_words(ours: Side, body: bytes) -> None:
    client = login(ours.users["manager"])
    data = {
        "creditor": str(ours.creditor.public_id),
        "file": SimpleUploadedFile("x.csv", body),
    }
    before = Account.objects.count()
    response = client.post(reverse("web:imports"), data)
    assert 400 <= response.status_code < 500
    assert Account.objects.count() == before


def test_nobody_uploads_for_another_creditor(ours: Side, theirs: Side) -> None:
    client = login(ours.users["manager"])
    file = SimpleUploadedFile("x.csv", b"account,total\n1,2\n")
    data = {"creditor": str(theirs.creditor.public_id), "file": file}
    assert client.post(reverse("web:imports"), data).status_code == 422


def test_search_finds_without_accents_and_by_the_last_digits(ours: Side) -> None:
    client = login(ours.users["manager"])
    for text in ("persóna de banco", "A-1001", "300 555 1001", "persona1001@example.com"):
        page = client.get(reverse("web:accounts"), {"q": text}).content.decode()
        assert f"/accounts/{ours.account.public_id}" in page, text
    page = client.get(reverse("web:accounts"), {"q": "nadie así"}).content.decode()
    assert str(ours.account.public_id) not in page


def test_pages_carry_no_inline_style_or_script(ours: Side) -> None:
    client = login(ours.users["manager"])
    for address in (
        reverse("web:dashboard"),
        reverse("web:account", args=[ours.account.public_id]),
        reverse("web:conversation", args=[ours.conversation.public_id]),
        reverse("web:portal", args=[ours.link.token]),
    ):
        response = client.get(address)
        body = response.content.decode()
        assert " style=" not in body
        assert "<style" not in body
        assert "onclick" not in body
        assert "<script>" not in body
        policy = response["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy


def test_errors_are_pages_in_words(ours: Side) -> None:
    client = login(ours.users["agent"])
    nowhere = client.get("/nowhere")
    assert nowhere.status_code == 404
    assert b"<h1" in nowhere.content
    refused = client.get(reverse("web:dashboard"))
    assert refused.status_code == 403
    assert b"<h1" in refused.content
    missing = client.get(reverse("web:account", args=[uuid4()]))
    assert missing.status_code == 404
    assert b"<h1" in missing.content
