"""Mail that came in: kept first, read once, and taken for what it is."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from messaging_kit import NOW, accounts, draft, make_creditor, queue

from acuerdo.compliance.models import OptOut
from acuerdo.core.actor import SYSTEM
from acuerdo.core.errors import NotFound
from acuerdo.core.models import Event
from acuerdo.creditors.actions import connect_provider
from acuerdo.creditors.models import ProviderAccount
from acuerdo.messaging.actions import read_text
from acuerdo.messaging.actions.mails import (
    open_file,
    read_mail,
    read_whole_text,
    scan_files,
    store_mail,
)
from acuerdo.messaging.mail.addresses import tag
from acuerdo.messaging.models import InboundEvent, InboundMail, Message, MessageState
from acuerdo.portfolio.models import Account, ContactPoint

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
REPLIES = Path(__file__).parents[2] / "data/messaging/replies"


@pytest.fixture
def account() -> Account:
    (account,) = accounts(make_creditor())
    return account


@pytest.fixture
def mailbox(account: Account) -> ProviderAccount:
    return connect_provider(
        actor=SYSTEM, now=NOW, creditor=account.creditor, kind="mailbox", provider="imap",
        name="Mailbox", config={"host": "127.0.0.1", "username": "x"},
    )  # fmt: skip


@pytest.fixture
def message(account: Account) -> Message:
    """A mail of ours that left yesterday."""
    (message,) = queue(draft(account, "email"))
    message.state, message.sent_at = MessageState.SENT, NOW - timedelta(days=1)
    message.save(update_fields=["state", "sent_at"])
    return message


def mail(
    sender: str, text: str, to: str = "cobranza@banco.example", **headers: str
) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, to, "Re: Su cuenta"
    made["Message-ID"] = "<m-1@correo.example>"
    for name, value in headers.items():
        del made[name.replace("_", "-")]
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


def take(
    mailbox: ProviderAccount, made: EmailMessage | bytes, now: Any = NOW
) -> InboundMail | None:
    raw = made if isinstance(made, bytes) else made.as_bytes()
    with transaction.atomic():
        row = store_mail(provider_account=mailbox, raw=raw, now=now)
    if row is not None:
        with transaction.atomic():
            read_mail(mail_id=row.pk, now=now)
        row.refresh_from_db()
    return row


def reply_address(message: Message) -> str:
    return tag("cobranza@banco.example", str(message.public_id))


def test_a_reply_is_a_text_of_the_debtor_and_the_mail_stays_whole(
    mailbox: ProviderAccount, message: Message
) -> None:
    quoted = "Ya pagué\n\nEl 21 nov 2026 a las 10:12, Banco (<a@b.example>) escribió:\n> Hola\n"
    row = take(mailbox, mail(message.address, quoted, reply_address(message)))
    assert row is not None
    assert (row.outcome, row.debtor_id) == ("text", message.debtor_id)
    assert row.inbound is not None
    assert read_text(row.inbound) == "Ya pagué"
    assert row.inbound.payload["mail"] == row.pk
    assert "> Hola" in read_whole_text(row)
    assert b"pagu" not in bytes(row.raw_encrypted)


def test_a_mail_is_taken_once_however_often_it_comes(
    mailbox: ProviderAccount, message: Message
) -> None:
    made = mail(message.address, "Ya pagué", reply_address(message))
    first = take(mailbox, made)
    assert first is not None
    made["Received"] = "from another way"
    assert take(mailbox, made) is None
    with transaction.atomic():
        assert read_mail(mail_id=first.pk, now=NOW) == "text"
    assert InboundEvent.objects.filter(kind="text").count() == 1
    assert Event.objects.filter(name="InboundReceived").count() == 1


def test_without_a_message_id_the_bytes_decide(mailbox: ProviderAccount, message: Message) -> None:
    made = mail(message.address, "uno", reply_address(message))
    del made["Message-ID"]
    assert take(mailbox, made) is not None
    assert take(mailbox, made) is None
    made.set_content("dos")
    assert take(mailbox, made) is not None


def test_the_address_of_the_message_finds_who_writes_from_elsewhere(
    mailbox: ProviderAccount, message: Message
) -> None:
    row = take(mailbox, mail("otra@casa.example", "Soy yo", reply_address(message)))
    assert row is not None
    assert row.debtor_id == message.debtor_id
    assert row.inbound is not None
    assert row.inbound.address == "otra@casa.example"


def test_where_the_plus_got_lost_the_message_id_finds_it(
    mailbox: ProviderAccount, message: Message
) -> None:
    row = take(
        mailbox,
        mail("otra@casa.example", "Soy yo", In_Reply_To=f"<{message.public_id}@banco.example>"),
    )
    assert row is not None
    assert row.debtor_id == message.debtor_id


def test_nobody_we_know_is_an_unknown_sender(mailbox: ProviderAccount) -> None:
    row = take(mailbox, mail("nadie@x.example", "hola"))
    assert row is not None
    assert (row.outcome, row.debtor_id) == ("unknown_sender", None)
    assert not Event.objects.filter(name="InboundReceived").exists()


def test_a_key_of_another_creditor_opens_nothing(
    mailbox: ProviderAccount, message: Message
) -> None:
    (other,) = accounts(make_creditor("Otro Banco"))
    (foreign,) = queue(draft(other, "email"))
    row = take(mailbox, mail("nadie@x.example", "hola", reply_address(foreign)))
    assert row is not None
    assert row.outcome == "unknown_sender"


def test_stop_is_obeyed_and_what_we_said_of_it_is_not(
    mailbox: ProviderAccount, message: Message
) -> None:
    quote = "\n\nEl 21 nov 2026 a las 10:12, Banco (<a@b.example>) escribió:\n> responda BAJA\n"
    take(mailbox, mail(message.address, f"Gracias{quote}", reply_address(message)))
    assert not OptOut.objects.exists()
    row = take(
        mailbox,
        mail(message.address, f"BAJA{quote}", reply_address(message), Message_ID="<m-2@x>"),
    )
    assert row is not None
    assert row.inbound is not None
    assert row.inbound.outcome == "stopped"
    assert OptOut.objects.get().debtor_id == message.debtor_id


def test_stop_in_the_subject_of_a_new_mail_is_obeyed(
    mailbox: ProviderAccount, message: Message
) -> None:
    take(mailbox, mail(message.address, "", Subject="BAJA"))
    assert OptOut.objects.filter(debtor_id=message.debtor_id).exists()


AUTOMATIC = [
    {"Auto_Submitted": "auto-replied"},
    {"Auto_Submitted": "auto-generated (rejected)"},
    {"X_Auto_Response_Suppress": "All"},
    {"Precedence": "bulk"},
    {"Precedence": "auto_reply"},
    {"X_Autoreply": "yes"},
    {"List_Id": "<noticias.example>"},
    {"Return_Path": "<>"},
    {"Subject": "Respuesta automática: Su cuenta"},
    {"Subject": "Resposta automática: Sua conta"},
    {"Subject": "Automatic reply: Your account"},
    {"Subject": "Fuera de la oficina"},
]


@pytest.mark.parametrize("headers", AUTOMATIC)
def test_an_automatic_answer_is_nobodys_turn(
    mailbox: ProviderAccount, message: Message, headers: dict[str, str]
) -> None:
    text = "Estoy de baja hasta el lunes"
    row = take(mailbox, mail(message.address, text, reply_address(message), **headers))
    assert row is not None
    assert (row.outcome, row.inbound) == ("automatic", None)
    assert not OptOut.objects.exists()
    assert not InboundEvent.objects.filter(kind="text").exists()


def test_auto_submitted_no_is_a_person(mailbox: ProviderAccount, message: Message) -> None:
    row = take(mailbox, mail(message.address, "hola", Auto_Submitted="no"))
    assert row is not None
    assert row.outcome == "text"


def test_a_machine_that_hides_is_not_answered_for_ever(
    mailbox: ProviderAccount, message: Message
) -> None:
    outcomes = []
    for number in range(15):
        at = NOW + timedelta(seconds=number)
        row = take(mailbox, mail(message.address, "eco", Message_ID=f"<e-{number}@x>"), at)
        assert row is not None
        outcomes.append(row.outcome)
    assert outcomes == ["text"] * 10 + ["flood"] * 5
    stop = take(mailbox, mail(message.address, "BAJA", Message_ID="<stop@x>"))
    assert stop is not None
    assert OptOut.objects.filter(debtor_id=message.debtor_id).exists()
    later = take(
        mailbox, mail(message.address, "hola", Message_ID="<later@x>"), NOW + timedelta(hours=1)
    )
    assert later is not None
    assert later.outcome == "text"


def bounce(message: Message, *, action: str = "failed", status: str = "5.1.1",
           recipient: str = "") -> bytes:  # fmt: skip
    return f"""Return-Path: <>
From: MAILER-DAEMON@mx.example
To: {reply_address(message)}
Subject: Undelivered Mail Returned to Sender
Message-ID: <dsn-{action}-{status}@mx.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It did not work: our own words were "responda BAJA".
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {recipient or message.address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} no such
    mailbox

--b
Content-Type: text/rfc822-headers

Message-ID: <{message.public_id}@banco.example>
--b--
""".encode()


def point_of(message: Message) -> ContactPoint:
    return ContactPoint.objects.get(debtor_id=message.debtor_id, kind="email")


def test_a_bounce_fails_the_message_and_ends_the_address(
    mailbox: ProviderAccount, message: Message
) -> None:
    assert point_of(message).is_valid
    row = take(mailbox, bounce(message))
    assert row is not None
    assert (row.outcome, row.debtor_id) == ("bounce", message.debtor_id)
    message.refresh_from_db()
    assert (message.state, message.reason_code) == (MessageState.FAILED, "undelivered")
    assert message.reason == "smtp; 550 5.1.1 no such mailbox"
    assert not point_of(message).is_valid
    assert not OptOut.objects.exists()
    assert not InboundEvent.objects.filter(kind="text").exists()


@pytest.mark.parametrize(
    ("change", "outcome", "state"),
    [
        ({"action": "delayed", "status": "4.4.1"}, "delayed", MessageState.SENT),
        ({"status": "4.4.7"}, "bounce", MessageState.FAILED),
        ({"status": "5.2.2"}, "bounce", MessageState.FAILED),
        ({"status": "5.7.1"}, "bounce", MessageState.FAILED),
        ({"recipient": "another@behind.example"}, "bounce", MessageState.FAILED),
    ],
    ids=["delayed", "given up", "full", "refused as spam", "forwarded"],
)
def test_other_bounces_leave_the_address_alone(
    mailbox: ProviderAccount, message: Message, change: dict[str, str], outcome: str, state: str
) -> None:
    row = take(mailbox, bounce(message, **change))
    assert row is not None
    assert row.outcome == outcome
    message.refresh_from_db()
    assert message.state == state
    assert point_of(message).is_valid


def test_a_bounce_without_a_key_names_nothing(mailbox: ProviderAccount, message: Message) -> None:
    raw = bounce(message).replace(message.public_id.hex.encode(), b"0" * 32)
    raw = raw.replace(str(message.public_id).encode(), b"x")
    row = take(mailbox, raw)
    assert row is not None
    assert row.outcome == "unmatched"
    message.refresh_from_db()
    assert message.state == MessageState.SENT


def test_a_person_who_quotes_a_bounce_is_no_bounce(
    mailbox: ProviderAccount, message: Message
) -> None:
    text = f"Me llegó esto:\n\n<{message.address}>: host mx said: 550 5.1.1 User unknown"
    row = take(mailbox, mail(message.address, text, reply_address(message)))
    assert row is not None
    assert row.outcome == "text"
    assert point_of(message).is_valid


def complaint(message: Message, kind: str = "abuse") -> bytes:
    return f"""From: fbl@provider.example
To: fbl@banco.example
Subject: FW: Su cuenta
Message-ID: <arf-{kind}@provider.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

This is an email abuse report.
--b
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeGenerator/1.0
Version: 1
--b
Content-Type: message/rfc822

From: no-reply@banco.example
To: {message.address}
Message-ID: <{message.public_id}@banco.example>
Subject: Su cuenta

Hola
--b--
""".encode()


def test_a_complaint_closes_mail(mailbox: ProviderAccount, message: Message) -> None:
    row = take(mailbox, complaint(message))
    assert row is not None
    assert row.outcome == "complaint"
    opt_out = OptOut.objects.get()
    assert (opt_out.debtor_id, opt_out.channel) == (message.debtor_id, "email")
    assert not InboundEvent.objects.filter(kind="text").exists()


def test_not_spam_is_no_complaint(mailbox: ProviderAccount, message: Message) -> None:
    row = take(mailbox, complaint(message, "not-spam"))
    assert row is not None
    assert row.outcome == "automatic"
    assert not OptOut.objects.exists()


def with_files(message: Message, *files: tuple[str, bytes]) -> EmailMessage:
    made = mail(message.address, "", reply_address(message))
    made.make_mixed()
    for name, content in files:
        made.add_attachment(content, "application", "octet-stream", filename=name)
    return made


def test_files_are_judged_by_what_they_are(mailbox: ProviderAccount, message: Message) -> None:
    row = take(
        mailbox,
        with_files(
            message,
            ("pago.png", PNG),
            ("pago.pdf", b"MZ\x90 a program"),
            ("grande.png", PNG + b"\0" * 10_000_000),
            *((f"{number}.pdf", b"%PDF-1.7") for number in range(18)),
        ),
    )
    assert row is not None
    states = [file["state"] for file in row.files]
    assert states == ["kept", "type_refused", "too_large", *["kept"] * 17, "too_many"]
    assert open_file(row, 0).content == PNG
    assert row.files[0]["media_type"] == "image/png"
    for place in (1, 2, 20, 21, -1):
        with pytest.raises(NotFound):
            open_file(row, place)
    assert row.inbound is not None
    assert read_text(row.inbound).startswith("📎 pago.png")


@pytest.mark.parametrize(
    ("command", "state"),
    [
        ("sh -c '! grep -q TEST-VIRUS'", "kept"),
        ("sh -c 'exit 2'", "unscanned"),
        ("/no/such/scanner", "unscanned"),
        ("'", "unscanned"),
    ],
)
def test_a_scanner_decides_before_anybody_opens(
    mailbox: ProviderAccount, message: Message, settings: Any, command: str, state: str
) -> None:
    settings.VIRUS_SCAN = command
    row = take(mailbox, with_files(message, ("a.png", PNG), ("b.png", PNG + b"TEST-VIRUS")))
    assert row is not None
    assert [file["state"] for file in row.files] == ["waiting", "waiting"]
    with pytest.raises(NotFound):
        open_file(row, 0)
    assert Event.objects.filter(name="MailHasFiles").exists()
    scan_files(mail_id=row.pk)
    row.refresh_from_db()
    second = "infected" if state == "kept" else state
    assert [file["state"] for file in row.files] == [state, second]


REPORT = b"Content-Type: multipart/report; boundary=b; report-type="
BROKEN = [
    b"",
    b"\0",
    b"\xff" * 100,
    b"From: \n\n",
    b"From: a@b.example\nMessage-ID: <\xff\xfe@x>\nSubject: \xff\n\nhola",
    b"From: a@b.example\nContent-Type: text/plain; charset=unicode_escape\n\n\\ud800 hola\\x00",
    b"From: a@b\r\n\r\n",
    REPORT + b"delivery-status\n\n",
    REPORT + b"feedback-report\n\n--b\nContent-Type: message/feedback-report\n\n\n--b--",
    b"Return-Path: <>\nFrom: mailer-daemon@x\n" + REPORT + b"delivery-status\n\n"
    b"--b\nContent-Type: message/delivery-status\n\nStatus\n\n: x\n--b--",
]


@pytest.mark.parametrize("raw", BROKEN)
def test_broken_mail_is_kept_and_done(mailbox: ProviderAccount, raw: bytes) -> None:
    row = take(mailbox, raw)
    assert row is not None
    assert row.processed_at == NOW
    assert row.outcome


def test_every_sample_goes_the_whole_way(mailbox: ProviderAccount, message: Message) -> None:
    for number, path in enumerate(sorted(REPLIES.glob("*/*.eml"))):
        row = take(mailbox, path.read_bytes(), NOW + timedelta(hours=number))
        assert row is not None
        assert row.outcome in ("text", "unknown_sender"), path.stem
