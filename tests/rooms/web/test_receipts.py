"""Who has already paid shows it, a person looks at it, and the debtor hears what came of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from deals_kit import NOW
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pages_kit import Side, login, make_link
from receipts_kit import BAD, GOOD, PNG, POLYGLOT

from acuerdo.cases.evidence import add_evidence
from acuerdo.cases.models import Case, Evidence
from acuerdo.compliance.models import Hold, OptOut
from acuerdo.conversations.jobs import tell_outcome
from acuerdo.conversations.models import Turn
from acuerdo.core.actor import SYSTEM
from acuerdo.core.models import Event
from acuerdo.messaging.mail.files import MAX_BYTES
from acuerdo.messaging.models import Message, TrackedLink
from acuerdo.payments.models import Payment
from acuerdo.portfolio.models import Account


@pytest.fixture
def link(ours: Side) -> TrackedLink:
    Case.objects.all().update(state="closed")
    Evidence.objects.all().delete()
    return make_link(ours.account)


def prove(link: TrackedLink) -> Client:
    client = Client()
    answer = {"answer": link.debtor.person.document_last4}
    client.post(reverse("web:portal_verify", args=[link.token]), answer)
    return client


def send(client: Client, link: TrackedLink, *contents: bytes, **more: str) -> Any:
    files = [
        SimpleUploadedFile(f"<b>{number}</b>.png", content)
        for number, content in enumerate(contents)
    ]
    address = reverse("web:portal_paid", args=[link.token])
    return client.post(address, {"files": files, "key": "k", **more}, follow=True)


def mine(ours: Side) -> Case:
    return Case.objects.get(debtor=ours.account.debtor, state="open")


def add(ours: Side, content: bytes) -> str:
    with transaction.atomic():
        row = add_evidence(case=mine(ours), content=content, actor=SYSTEM, now=NOW)
    return reverse("web:task_receipt", args=[row.public_id])


def test_a_receipt_is_sent_with_the_claim(ours: Side, link: TrackedLink) -> None:
    page = send(prove(link), link, PNG, GOOD["application/pdf"], text="El lunes, en la caja")
    assert page.status_code == 200
    assert "Llegó" in page.content.decode()
    case = mine(ours)
    assert (case.kind, case.account, case.reason) == (
        "already_paid", ours.account, "El lunes, en la caja",
    )  # fmt: skip
    assert [one.media_type for one in case.evidence.order_by("pk")] == [
        "image/png", "application/pdf",
    ]  # fmt: skip
    assert Hold.objects.filter(
        account=ours.account, reason="already_paid", released_at=None
    ).exists()
    # More of it goes to the same case.
    send(prove(link), link, GOOD["image/jpeg"])
    assert mine(ours).evidence.count() == 3


def test_telling_is_enough(ours: Side, link: TrackedLink) -> None:
    client = prove(link)
    assert "Gracias por avisarnos" in send(client, link).content.decode()
    assert mine(ours).evidence.count() == 0
    home = client.get(reverse("web:portal", args=[link.token])).content.decode()
    assert reverse("web:portal_paid", args=[link.token]) in home
    chat = client.get(reverse("web:portal_chat", args=[link.token])).content.decode()
    assert "Agregar el comprobante" in chat


def test_the_page_of_a_dispute_leads_to_the_receipts(ours: Side, link: TrackedLink) -> None:
    client = prove(link)
    address = reverse("web:portal_dispute", args=[link.token])
    told = client.post(address, {"kind": "already_paid", "key": "k"}, follow=True)
    assert 'type="file"' in told.content.decode()
    assert mine(ours).kind == "already_paid"


def test_a_stop_word_beside_a_receipt_is_obeyed(link: TrackedLink) -> None:
    send(prove(link), link, PNG, text="STOP")
    assert OptOut.objects.filter(debtor=link.debtor).exists()


@pytest.mark.parametrize("what", BAD)
def test_a_disguised_file_is_refused_and_the_others_are_kept(
    ours: Side, link: TrackedLink, what: str
) -> None:
    page = send(prove(link), link, BAD[what] or b" ", PNG)
    body = page.content.decode()
    assert page.status_code == 422
    assert "No es una imagen ni un PDF" in body
    assert "<b>0</b>" not in body
    # The account rests all the same.
    assert [one.media_type for one in mine(ours).evidence.all()] == ["image/png"]


def test_too_large_and_too_many_are_said_kindly(ours: Side, link: TrackedLink) -> None:
    client = prove(link)
    large = send(client, link, PNG + b"\0" * MAX_BYTES)
    assert large.status_code == 422
    assert "10 MB" in large.content.decode()
    many = send(client, link, *(PNG + bytes([number]) for number in range(6)))
    assert many.status_code == 422
    assert mine(ours).evidence.count() == 5
    full = client.get(reverse("web:portal_paid", args=[link.token])).content.decode()
    assert 'type="file"' not in full


def test_nobody_sends_without_a_proof(link: TrackedLink) -> None:
    cases = Case.objects.count()
    send(Client(), link, PNG)
    assert not Evidence.objects.exists()
    assert Case.objects.count() == cases


def test_nobody_sends_to_anothers_account(ours: Side, theirs: Side, link: TrackedLink) -> None:
    page = send(prove(link), link, PNG, account=str(theirs.account.public_id))
    assert page.status_code == 404
    assert not Evidence.objects.exclude(case__debtor=theirs.account.debtor).exists()


@pytest.mark.parametrize("media_type", GOOD)
def test_staff_see_pictures_and_save_the_rest(ours: Side, media_type: str) -> None:
    client = login(ours.users["agent"])
    address = add(ours, GOOD[media_type] + b"\0")
    shown = client.get(address)
    assert shown.content == GOOD[media_type] + b"\0"
    assert shown["Content-Type"] == media_type
    is_drawn = media_type in ("image/png", "image/jpeg", "image/webp")
    how = "inline" if is_drawn else "attachment"
    assert shown["Content-Disposition"].startswith(f'{how}; filename="receipt-')
    page = client.get(reverse("web:task", args=[ours.task.public_id])).content.decode()
    assert (f'<img class="proof" src="{address}"' in page) is is_drawn
    assert address in page


def test_a_picture_that_is_also_a_page_stays_a_picture(ours: Side) -> None:
    shown = login(ours.users["agent"]).get(add(ours, POLYGLOT))
    assert shown["Content-Type"] == "image/jpeg"
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert shown["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert shown["Cache-Control"] == "no-store"


def decide(ours: Side, role: str, **said: str) -> Any:
    address = reverse("web:task", args=[ours.task.public_id])
    return login(ours.users[role]).post(address, said)


def hear(ours: Side) -> Turn:
    event: Any = Event.objects.get(name="CaseClosed")
    with transaction.atomic():
        tell_outcome(event, now=NOW)
    return Turn.objects.filter(conversation=ours.conversation).order_by("sequence").last()  # type: ignore[return-value]


def book(ours: Side, role: str = "manager", **more: str) -> Any:
    day = f"{NOW:%Y-%m-%d}"
    return decide(
        ours, role, **{"resolution": "payment_booked", "amount": "50.000", "on": day, **more}
    )


def test_an_accepted_receipt_is_a_payment(ours: Side) -> None:
    before = Payment.objects.filter(account=ours.account).count()
    assert book(ours).status_code == 302
    made = Payment.objects.get(account=ours.account, provider="creditor")
    assert (made.amount_minor, made.currency) == (5_000_000, "COP")
    case = Case.objects.get(pk=ours.task.case_id)
    assert (case.state, case.resolution) == ("closed", "payment_booked")
    held = Hold.objects.filter(account=ours.account, reason="already_paid", released_at=None)
    assert not held.exists()
    # The button was pressed twice.
    assert book(ours).status_code == 409
    assert Payment.objects.filter(account=ours.account).count() == before + 1


def test_one_from_before_the_account_came_counts_from_then(ours: Side) -> None:
    early = f"{NOW - timedelta(days=400):%Y-%m-%d}"
    assert book(ours, on=early).status_code == 302
    made = Payment.objects.get(account=ours.account, provider="creditor")
    assert made.paid_at.date() == Account.objects.get(pk=ours.account.pk).placed_at.date()


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"amount": ""}, 422),
        ({"amount": "-5"}, 422),
        ({"amount": "0"}, 422),
        ({"amount": "mucho"}, 422),
        ({"on": ""}, 422),
        ({"on": f"{NOW + timedelta(days=5):%Y-%m-%d}"}, 409),
    ],
    ids=str,
)
def test_what_is_no_payment_is_not_posted(ours: Side, more: dict[str, str], status: int) -> None:
    assert book(ours, **more).status_code == status
    assert not Payment.objects.filter(account=ours.account, provider="creditor").exists()
    assert Case.objects.get(pk=ours.task.case_id).state == "open"


@pytest.mark.parametrize("role", ["agent", "administrator"])
def test_who_may_not_post_posts_nothing(ours: Side, role: str) -> None:
    assert book(ours, role).status_code in (403, 409)
    assert not Payment.objects.filter(account=ours.account, provider="creditor").exists()
    assert Case.objects.get(pk=ours.task.case_id).state == "open"


@pytest.mark.parametrize("resolution", ["payment_found", "not_found"])
def test_the_debtor_hears_kindly_where_they_last_wrote(ours: Side, resolution: str) -> None:
    assert decide(ours, "agent", resolution=resolution).status_code == 302
    said = hear(ours)
    assert said.text.startswith("Gracias por su paciencia")
    assert said.message is not None
    assert (said.message.channel, said.message.address) == ("whatsapp", "+573005550001")
    # Once, though the job ran twice.
    assert hear(ours) == said
    assert Message.objects.filter(key__startswith="case-outcome:").count() == 1


def test_nothing_is_said_of_other_cases(ours: Side) -> None:
    Case.objects.filter(pk=ours.task.case_id).update(kind="dispute")
    before = Turn.objects.filter(conversation=ours.conversation).count()
    assert decide(ours, "agent", resolution="rejected").status_code == 302
    hear(ours)
    assert Turn.objects.filter(conversation=ours.conversation).count() == before
