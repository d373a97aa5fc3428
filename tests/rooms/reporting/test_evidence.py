"""The evidence file of a debtor: everything is in it, nobody else is, and it can be checked."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connections, transaction
from evidence_kit import (
    ANSWER,
    ASKED,
    PHONE,
    Past,
    bodies,
    export,
    make_past,
    minutes,
    read_json,
    sent_message,
    sha256,
)
from messaging_kit import make_creditor, peers
from pdf_kit import count_pages, open_up, read_text
from small_portfolio import NOW, place, row

from acuerdo.compliance.actions import quarantine_contact_points
from acuerdo.compliance.models import ContactAttempt
from acuerdo.core.actor import SYSTEM, Actor
from acuerdo.core.errors import NotFound
from acuerdo.core.models import Event
from acuerdo.core.printing import LibrariesMissing, PdfUnavailable, child, font_faces
from acuerdo.creditors.models import Creditor
from acuerdo.messaging.models import TrackedLink
from acuerdo.portfolio.models import ContactPoint, Debtor
from acuerdo.reporting import actions
from acuerdo.reporting.actions import seal_keys
from acuerdo.reporting.evidence import collecting
from acuerdo.reporting.evidence.collecting import KINDS, find_debtor
from acuerdo.reporting.evidence.verification import Seal, read, verify

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def past() -> Iterator[Past]:
    with peers() as where:
        yield make_past(make_creditor(**where))


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Nothing is printed; what would have been is kept."""
    pages: list[str] = []

    def keep(html: str, *, seconds: float) -> bytes:
        pages.append(html)
        return b"%PDF-1.7 not printed here"

    monkeypatch.setattr(actions, "print_pdf", keep)
    return pages


def test_everything_that_is_known_is_in_it(past: Past, printed: list[str]) -> None:
    document = read_json(export(past))
    kinds = {record["kind"] for record in document["records"]}
    assert kinds == set(KINDS)
    header = document["header"]
    assert header["creditor"]["name"] == "Banco Ejemplo"
    assert header["debtor"]["public_id"] == str(past.account.debtor.public_id)
    assert header["debtor"]["document"] == {"country": "CO", "type": "CC", "last4": "0001"}
    assert {point["value"] for point in header["contact_points"]} == {
        PHONE, "persona0001@example.com"
    }  # fmt: skip
    assert header["people"] == {f"user:{past.agent.pk}": "Ana Ruiz"}
    assert [body["number"] for body in bodies(document, "account")] == ["A-0001"]
    told = {body["item"] for body in bodies(document, "timeline")}
    assert {"placed", "offered", "agreed"} <= told
    assert not told & {"message_sent", "said_debtor", "refused", "held", "opted_out"}
    times = [record["at"] for record in document["records"]]
    assert times == sorted(times)


def test_messages_are_told_with_exact_text_states_and_answers(
    past: Past, printed: list[str]
) -> None:
    document = read_json(export(past))
    first, withheld, answer = bodies(document, "message")
    message = sent_message()
    token = TrackedLink.objects.get(message=message, purpose="portal").token
    assert token in message.body
    assert first["body"] == message.body.replace(token, "•••")
    assert first["body_sha256"] == sha256(message.body)
    assert (first["address"], first["template"]["code"]) == (PHONE, "first_contact")
    states = [one for one in bodies(document, "message_status") if one["message_id"] == message.pk]
    assert [one["state"] for one in states][:2] == ["claimed", "sent"]
    assert (withheld["state"], withheld["reason_code"]) == ("withheld", "daily_cap")
    assert (withheld["body"], "body_sha256" in withheld) == ("", False)
    assert (answer["body"], answer["state"]) == (ANSWER, "sent")
    verdicts = {one["reference"]: one for one in bodies(document, "verdict")}
    refused = verdicts[f"message:{withheld['public_id']}"]
    assert (refused["allowed"], refused["rule_id"]) == (False, "co.once_a_day")
    assert refused["citation"] == "Ley 2300 de 2023, art. 3"
    assert refused["pack"] == "CO"
    assert refused["pack_version"]
    assert document["header"]["rules"]["co.once_a_day"]["text"].startswith("La persona ya fue")
    attempts = {one["reference"] for one in bodies(document, "contact_attempt")}
    assert f"message:{first['public_id']}" in attempts
    assert f"message:{withheld['public_id']}" not in attempts


def test_what_the_person_said_and_wished_is_there(past: Past, printed: list[str]) -> None:
    document = read_json(export(past))
    asked, answered = bodies(document, "turn")
    assert (asked["text"], asked["text_sha256"]) == (ASKED, sha256(ASKED))
    assert asked["inbound"]["external_id"] == "in-2"
    assert answered["actor"] == f"user:{past.agent.pk}"
    (stop,) = bodies(document, "inbound")
    assert (stop["text"], stop["outcome"]) == ("BAJA", "stopped")
    (wish,) = bodies(document, "opt_out")
    assert (wish["channel"], wish["source"]) == ("sms", f"inbound:{stop['id']}")
    (hours,) = bodies(document, "wish")
    assert (hours["from_time"], hours["to_time"]) == ("09:00:00", "12:00:00")
    assert hours["wish"] == "Pidió este horario: 09:00–12:00"
    assert bodies(document, "wish_withdrawn")[0]["withdrawn_why"] == "another call"
    (rest,) = bodies(document, "quarantine")
    assert (rest["address"], rest["source"]) == ("persona0001@example.com", "case:1")
    assert bodies(document, "quarantine_ended")[0]["outcome"] == "cleared"
    assert bodies(document, "hold_released")[0]["released_why"] == "trajo el comprobante"
    consents = {one["channel"]: one for one in bodies(document, "consent")}
    assert set(consents) == {"sms", "email", "whatsapp"}
    assert consents["email"]["revoked_at"] == "2026-11-24T15:06:00Z"
    assert [one["channel"] for one in bodies(document, "consent_revoked")] == ["email"]
    revoked = next(one for one in bodies(document, "event") if one["name"] == "ConsentsRevoked")
    assert revoked["actor"] == f"user:{past.agent.pk}"


def test_of_another_creditor_nothing_is_told(past: Past, printed: list[str]) -> None:
    other = past.neighbour
    same = row("V-7777", name="La misma en Caja Vecina", document="102000001", phone=PHONE)
    place(other, [same])
    made = export(past)
    document = read_json(made)
    foreign = [one for one in bodies(document, "hold") if one["placed_by"] == "another creditor"]
    assert [set(one) for one in foreign] == [{"placed_by", "from_at", "until_at", "released_at"}]
    own = next(one for one in bodies(document, "hold") if one not in foreign)
    assert (own["reason"], own["note"]) == ("dispute", "Dice que pagó")
    for text in (made.files[f"{made.stem}.json"].decode(), *printed):
        for word in ("vecina", "Vecina", "V-7777", "lawsuit", "court"):
            assert word not in text
    with pytest.raises(NotFound):
        export(past, creditor_ids=[other.pk])
    with pytest.raises(NotFound):
        export(past, creditor_ids=[])
    theirs = Debtor.objects.get(creditor=other)
    with pytest.raises(NotFound):
        export(past, debtor_id=theirs.pk)
    assert Event.objects.filter(name="EvidenceExported").count() == 1


def test_through_whom_an_address_rests_is_not_told(past: Past, printed: list[str]) -> None:
    """Another creditor was told that somebody else answers there: ours rests, and no more."""
    place(past.neighbour, [row("V-7777", name="Otra Persona", document="99", phone=PHONE)])
    theirs = ContactPoint.objects.get(creditor=past.neighbour, value=PHONE)
    with transaction.atomic():
        quarantine_contact_points(
            ids=[theirs.pk], creditor_id=past.neighbour.pk, source="case:777",
            actor=Actor("user", "77", past.neighbour.pk), now=minutes(20),
        )  # fmt: skip
    document = read_json(export(past))
    rest = bodies(document, "quarantine")[-1]
    assert (rest["address"], rest["placed_by"]) == (PHONE, "system")
    text = json.dumps(document)
    assert "case:777" not in text
    assert "user:77" not in text


def test_contacts_from_before_are_told_as_such(past: Past, printed: list[str]) -> None:
    debtor = past.account.debtor
    for direction, outcome in (("outbound", "voicemail"), ("inbound", "conversation")):
        ContactAttempt.objects.create(
            reference=f"history:{direction}", creditor=past.creditor, person=debtor.person,
            debtor=debtor, channel="call", purpose="collection", direction=direction,
            occurred_at=minutes(-9), state="settled", outcome=outcome,
        )  # fmt: skip
    export(past, language="en")
    assert "Call, before the account came to us" in printed[0]
    assert "The debtor wrote by Call, before the account came to us" in printed[0]


def test_it_is_sealed_and_can_be_checked(past: Past, printed: list[str], settings: Any) -> None:
    made = export(past)
    json_name, pdf_name = f"{made.stem}.json", f"{made.stem}.pdf"
    assert list(made.files) == [json_name, pdf_name]
    report = verify(read(made.files[json_name]), keys=seal_keys(), find=made.files.get)
    assert (report.is_whole, report.seal, report.head) == (True, Seal.GOOD, made.head)
    assert report.documents == (pdf_name,)
    key = settings.ACUERDO_SECRET_KEYS[0]
    settings.ACUERDO_SECRET_KEYS = ["a-newer-key-that-is-long-enough-to-be-taken", key]
    rotated = verify(read(made.files[json_name]), keys=seal_keys())
    assert rotated.seal is Seal.GOOD
    settings.ACUERDO_SECRET_KEYS = settings.ACUERDO_SECRET_KEYS[:1]
    assert verify(read(made.files[json_name]), keys=seal_keys()).seal is Seal.NO_KEY


def test_the_export_leaves_a_trace_of_ids_and_figures(past: Past, printed: list[str]) -> None:
    actor = Actor("user", str(past.agent.pk), past.creditor.pk, "manager")
    made = export(past, actor=actor)
    event = Event.objects.get(name="EvidenceExported")
    assert event.actor == f"user:{past.agent.pk}"
    assert event.creditor_id == past.creditor.pk
    assert event.refs == [f"debtor:{past.account.debtor_id}"]
    document = read_json(made)
    assert event.data == {
        "file": document["header"]["file"],
        "records": len(document["records"]),
        "head": made.head,
        "key_id": document["closing"]["key_id"],
        "pdf": True,
    }
    again = read_json(export(past, actor=actor))
    assert again["records"][-1]["body"]["name"] == "EvidenceExported"
    assert again["header"]["made_by"] == f"user:{past.agent.pk}"


def test_what_happens_meanwhile_is_not_half_in_it(
    past: Past, printed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything is read as of one instant, whatever another connection commits in between."""
    kept = ContactAttempt.objects.count()
    attempts = collecting._attempts

    def meanwhile() -> None:
        try:
            ContactAttempt.objects.create(
                reference="meanwhile", creditor=past.creditor, person=past.account.debtor.person,
                debtor=past.account.debtor, channel="sms", purpose="collection",
                occurred_at=minutes(30), state="settled",
            )  # fmt: skip
        finally:
            connections.close_all()

    def slowly(scope: Any) -> Any:
        thread = threading.Thread(target=meanwhile)
        thread.start()
        thread.join()
        return attempts(scope)

    monkeypatch.setattr(collecting, "_attempts", slowly)
    assert len(bodies(read_json(export(past)), "contact_attempt")) == kept
    assert ContactAttempt.objects.count() == kept + 1


def test_inside_a_transaction_it_works_too(past: Past, printed: list[str]) -> None:
    with transaction.atomic():
        assert export(past).records > 20


@pytest.mark.parametrize(
    ("language", "title", "sentence"),
    [
        ("", "Expediente de prueba", "Autorizó SMS"),
        ("es", "Expediente de prueba", "Autorizó SMS"),
        ("pt", "Dossiê de evidências", "Autorizou SMS"),
        ("en", "Evidence file", "Authorised SMS"),
    ],
)
def test_the_paper_speaks_the_language_that_was_asked_for(
    past: Past, printed: list[str], language: str, title: str, sentence: str
) -> None:
    document = read_json(export(past, language=language))
    (html,) = printed
    assert f"<h1>{title}</h1>" in html
    assert sentence in html
    assert f'<html lang="{language or "es"}">' in html
    assert document["header"]["language"] == (language or "es")


def test_the_paper_shows_each_contact_with_its_law(past: Past, printed: list[str]) -> None:
    made = export(past, language="en")
    (html,) = printed
    for text in (
        "SMS: sent", "WhatsApp: withheld", "Ana Ruiz answered by SMS: sent", ANSWER,
        "the contacts of the day are used up", "co.once_a_day", "Ley 2300 de 2023, art. 3",
        "The debtor wrote by SMS", "BAJA", "Dice que pagó", "placed by another creditor",
        "Does not want to be written to: SMS", "Authorisation withdrawn", made.head,
        "Wants to be written to again: SMS", "Asked for these hours: 09:00–12:00",
        "Llámenme en la mañana", "trajo el comprobante", "era su hermano",
        "A wrong person answered at persona0001@example.com",
        f"{made.stem}.json", "America/Bogota (UTC-05:00)", "10:01:00", "EvidenceExported",
    ):  # fmt: skip
        assert text in html, text
    # What somebody wrote is text, whatever it looks like.
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html
    assert "{{ header }} [U+202E]odnum" in html
    # Each record of a message is named with it.
    document = read_json(made)
    for record in document["records"]:
        if record["kind"] in ("message", "verdict", "contact_attempt", "message_status", "event"):
            assert f"#{record['seq']}" in html


def test_a_long_history_is_cut_on_paper_and_says_so(past: Past, printed: list[str]) -> None:
    whole = read_json(export(past, language="en", limit=None))
    export(past, language="en", limit=2)
    full, short = printed
    assert "in the JSON file alone" not in full
    assert "earlier things are in the JSON file alone" in short
    assert "earlier records are in the JSON file alone" in short
    assert len(short) < len(full)
    assert whole["records"][0]["kind"] == "account"


def test_the_length_of_the_history_costs_no_queries(
    past: Past, printed: list[str], django_assert_max_num_queries: Any
) -> None:
    ContactAttempt.objects.bulk_create(
        ContactAttempt(
            reference=f"old:{number}", creditor=past.creditor, person=past.account.debtor.person,
            debtor=past.account.debtor, channel="sms", purpose="collection",
            occurred_at=minutes(-number), state="settled",
        )
        for number in range(200)
    )  # fmt: skip
    with django_assert_max_num_queries(50):
        assert export(past).records > 200


def test_the_pdf_is_one_that_a_regulator_can_use(past: Past) -> None:
    made = export(past, language="en")
    missing = child.list_missing().keys() - {"libharfbuzz-subset"}
    if missing:
        assert isinstance(made.no_pdf, LibrariesMissing)
        assert all(name in str(made.no_pdf) for name in missing)
        assert list(made.files) == [f"{made.stem}.json"]
        return
    pdf = made.files[f"{made.stem}.pdf"]
    inside = open_up(pdf)
    for part in (b"pdfuaid", b"/StructTreeRoot", b"/H1", b"/H2", b"/TH", b"/Lang (en)"):
        assert part in inside, part
    assert b"Inter" in inside
    assert count_pages(pdf) >= 3
    if text := read_text(pdf):
        pages = text.rstrip("\f\n").split("\f")
        assert len(pages) == count_pages(pdf)
        for number, page in enumerate(pages, start=1):
            assert f"Head {made.head}" in page
            assert re.search(rf"\b{number} ?/ ?{len(pages)}\b", page)
        assert ANSWER in " ".join(text.split())


@pytest.mark.parametrize("error", [LibrariesMissing, PdfUnavailable])
def test_without_a_printer_the_json_is_made_all_the_same(
    past: Past, monkeypatch: pytest.MonkeyPatch, error: Callable[..., PdfUnavailable]
) -> None:
    refusal = error(libraries="libpango-1.0", packages="libpango-1.0-0")

    def none(_html: str, *, seconds: float) -> bytes:
        raise refusal

    monkeypatch.setattr(actions, "print_pdf", none)
    made = export(past)
    assert made.no_pdf is refusal
    assert list(made.files) == [f"{made.stem}.json"]
    report = verify(read(made.files[f"{made.stem}.json"]), keys=seal_keys())
    assert (report.is_whole, report.documents, report.absent) == (True, (), ())
    assert Event.objects.get(name="EvidenceExported").data["pdf"] is False


def test_a_text_whose_key_is_lost_is_told_as_such(
    past: Past, printed: list[str], settings: Any
) -> None:
    settings.ACUERDO_SECRET_KEYS = ["another-key-than-the-one-that-encrypted-the-text"]
    (stop,) = bodies(read_json(export(past, language="en")), "inbound")
    assert stop["text"] is None
    assert "The text can no longer be read." in printed[0]


def test_a_debtor_of_whom_little_is_known_has_a_file(printed: list[str]) -> None:
    creditor = Creditor.objects.create(
        name="Banco Solo", country="CO", timezone="America/Bogota", language="pt", currency="COP"
    )
    place(creditor, [row("S-0001", authorised_channels="", phone="", document="")])
    debtor = Debtor.objects.get()
    made = actions.export_evidence(
        creditor_ids=[creditor.pk], debtor_id=debtor.pk, actor=SYSTEM, now=NOW
    )
    document = read_json(made)
    assert [record["kind"] for record in document["records"]][:1] == ["account"]
    assert "As regras de contato não foram consultadas" in printed[0]


def test_a_debtor_is_found_by_either_id(past: Past) -> None:
    debtor = past.account.debtor
    ours = [past.creditor.pk]
    public = str(debtor.public_id)
    for text in (str(debtor.pk), f" {debtor.pk} ", public, public.upper(), public.replace("-", "")):
        assert find_debtor(ours, text) == debtor
    for text in ("", "0", "-1", "1.0", "²", "9" * 40, "x", public[:-1], f"{public}0", "1;drop"):
        with pytest.raises(NotFound):
            find_debtor(ours, text)
    for text in (str(debtor.pk), public):
        with pytest.raises(NotFound):
            find_debtor([past.neighbour.pk], text)


def test_the_paper_carries_its_fonts_and_fetches_nothing(past: Past, printed: list[str]) -> None:
    export(past)
    (html,) = printed
    assert html.count("url(data:font/woff2;base64,") == font_faces().count("@font-face")
    assert "url(http" not in html
    assert "src=" not in html


def test_the_keys_of_the_seal_are_no_key_of_anything_else() -> None:
    assert settings.ACUERDO_SECRET_KEYS[0] not in seal_keys()
    assert len(seal_keys()) == len(settings.ACUERDO_SECRET_KEYS)
