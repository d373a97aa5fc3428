"""A conversation by mail over real servers: out by SMTP, the answer in by IMAP, and back out."""

from __future__ import annotations

import smtplib
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.db import connection, transaction
from imap_tools import MailBoxStartTls
from mail_peer import DOMAIN, PASSWORD, RealMail, serve_real_mail
from messaging_kit import NOW, accounts, draft, queue

from acuerdo.compliance.models import OptOut
from acuerdo.conversations.models import Turn
from acuerdo.core.actor import SYSTEM
from acuerdo.core.clock import real_now
from acuerdo.creditors.actions import connect_provider, create_creditor
from acuerdo.creditors.models import Creditor, ProviderAccount
from acuerdo.messaging.actions import deliver_due, read_text, seed_templates
from acuerdo.messaging.mail.reading import ReadMail
from acuerdo.messaging.mailbox import ImapFolder, MailboxFailed
from acuerdo.messaging.models import InboundEvent, InboundMail, MailboxState, Message
from acuerdo.messaging.watching import look_into, watch_mailboxes
from acuerdo.portfolio.models import Account, ContactPoint
from acuerdo.workflow.worker import drain

pytestmark = pytest.mark.django_db(transaction=True)

DEBTOR = f"lucia@{DOMAIN}"
US = f"cobranza@{DOMAIN}"


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> Iterator[RealMail]:
    with serve_real_mail("cobranza", "lucia") as servers:
        monkeypatch.setenv("SSL_CERT_FILE", str(servers.certificate))
        yield servers


@pytest.fixture
def creditor(servers: RealMail) -> Creditor:
    login = {"host": "localhost", "security": "starttls", "username": US}
    with transaction.atomic():
        creditor = create_creditor(actor=SYSTEM, now=NOW, name="Banco Ejemplo", country="CO")
        for kind, provider, config in (
            ("email", "smtp", {"port": servers.smtp_port, "from_address": US,
                               "plus_addressing": True}),
            ("mailbox", "imap", {"port": servers.imap_port}),
        ):  # fmt: skip
            connect_provider(
                actor=SYSTEM, now=NOW, creditor=creditor, kind=kind, provider=provider,
                name=kind, config={**login, **config}, secret=PASSWORD,
            )  # fmt: skip
        seed_templates(creditor_id=creditor.pk, actor=SYSTEM, now=NOW)
    return creditor


def mailbox_of(creditor: Creditor) -> ProviderAccount:
    return ProviderAccount.objects.get(creditor=creditor, kind="mailbox")


def folder_of(account: ProviderAccount) -> ImapFolder:
    return ImapFolder(account.config, PASSWORD)


def look(account: ProviderAccount) -> int:
    with closing(folder_of(account)) as folder:
        return look_into(account, folder)


def until(done: Callable[[], object], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def read_debtor(servers: RealMail, count: int = 1) -> list[ReadMail]:
    """What the debtor's own mail program shows, oldest first, once there are `count`."""
    trusting = ssl.create_default_context(cafile=str(servers.certificate))
    mails: list[ReadMail] = []

    def has_come() -> bool:
        with MailBoxStartTls("localhost", servers.imap_port, ssl_context=trusting).login(
            DEBTOR, PASSWORD
        ) as box:
            mails[:] = [ReadMail(one.obj.as_bytes()) for one in box.fetch(mark_seen=False)]
        return len(mails) >= count

    until(has_come)
    return mails


def write(servers: RealMail, to: str, text: str, **headers: str) -> None:
    """A mail from the debtor's program."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = f"Lucía <{DEBTOR}>", to, "Re: Su cuenta"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    with smtplib.SMTP("localhost", servers.smtp_port) as link:
        link.send_message(made, from_addr=DEBTOR, to_addrs=[to])


def first_contact(creditor: Creditor, address: str = DEBTOR) -> Account:
    (account,) = accounts(creditor, email=address)
    queue(draft(account, "email"))
    deliver_due(now=NOW, actor=SYSTEM)
    return account


def test_a_mail_is_answered_and_the_answer_reaches_the_same_conversation(
    servers: RealMail, creditor: Creditor
) -> None:
    account = mailbox_of(creditor)
    assert look(account) == 0
    debt = first_contact(creditor)
    (ours,) = read_debtor(servers)
    quoted = "\n".join(f"> {line}" for line in ours.text.splitlines())
    reply = (
        f"Quiero hablar con una persona\n\nEl 24 nov 2026 a las 10:01, <{US}> escribió:\n{quoted}"
    )
    write(servers, ours.header("Reply-To"), reply, In_Reply_To=ours.header("Message-ID"),
          Message_ID="<r-1@correo.example>")  # fmt: skip
    until(lambda: look(account))
    assert look(account) == 0
    drain()
    turn = Turn.objects.filter(author="debtor").get()
    assert (turn.text, turn.conversation.debtor_id) == (
        "Quiero hablar con una persona", debt.debtor_id,
    )  # fmt: skip
    assert Turn.objects.filter(conversation=turn.conversation).count() == 2
    deliver_due(now=NOW + timedelta(minutes=1), actor=SYSTEM)
    answer = read_debtor(servers, 2)[-1]
    assert answer.header("Auto-Submitted") == "auto-generated"
    assert answer.header("Reply-To") != ours.header("Reply-To")
    # The next mail, to the newer address, goes on with the same conversation.
    write(servers, answer.header("Reply-To"), "gracias", Message_ID="<r-2@correo.example>")
    until(lambda: look(account))
    drain()
    assert set(Turn.objects.values_list("conversation_id", flat=True)) == {turn.conversation_id}


def test_a_refused_address_comes_back_as_a_bounce_and_is_not_used_again(
    servers: RealMail, creditor: Creditor
) -> None:
    account = mailbox_of(creditor)
    look(account)
    debt = first_contact(creditor, "refused@outside.test")
    message = Message.objects.get()
    assert message.state == "sent"
    until(lambda: look(account))
    drain()
    message.refresh_from_db()
    assert message.state == "failed"
    assert "550 5.1.1" in message.reason
    assert not ContactPoint.objects.get(debtor_id=debt.debtor_id, kind="email").is_valid
    assert InboundMail.objects.get().outcome == "bounce"


def test_the_watch_hears_a_stop_within_two_seconds_and_over_a_restart_of_the_server(
    servers: RealMail, creditor: Creditor
) -> None:
    first_contact(creditor)
    (ours,) = read_debtor(servers)
    stop = threading.Event()

    def work() -> None:
        try:
            watch_mailboxes(stop.is_set)
        finally:
            connection.close()

    watch = threading.Thread(target=work)
    watch.start()
    try:
        until(lambda: MailboxState.objects.filter(checked_at__isnull=False).exists())
        time.sleep(0.5)  # by now it waits for the server to speak
        write(servers, ours.header("Reply-To"), "hola", Message_ID="<w-1@correo.example>")
        until(lambda: InboundMail.objects.count() == 1, seconds=2)
        before = real_now()
        servers.restart_imap()
        until(lambda: MailboxState.objects.filter(checked_at__gt=before).exists(), seconds=30)
        write(servers, ours.header("Reply-To"), "BAJA", Message_ID="<w-2@correo.example>")
        until(lambda: InboundMail.objects.count() == 2, seconds=2)
        drain()
        assert OptOut.objects.get().channel in ("", "email")
        texts = InboundEvent.objects.filter(kind="text").order_by("pk")
        assert [read_text(one) for one in texts] == ["hola", "BAJA"]
        # One mailbox, one watch: another worker finds nothing to do.
        assert MailboxState.objects.get().lease_until is not None
    finally:
        stop.set()
        watch.join(timeout=20)
    assert not watch.is_alive()
    assert MailboxState.objects.get().lease_until is None


def test_a_mailbox_begins_without_a_past_and_knows_its_mail_when_uids_change(
    servers: RealMail, creditor: Creditor
) -> None:
    account = mailbox_of(creditor)
    write(servers, US, "para otra gente", Message_ID="<old@correo.example>")
    with closing(folder_of(account)) as folder:
        until(lambda: folder.list_after(0))
    assert look(account) == 0
    write(servers, US, "nuevo", Message_ID="<new@correo.example>")
    until(lambda: look(account))
    # As after a move to another server: all numbers are new.
    MailboxState.objects.update(uid_validity=1, last_uid=0)
    assert look(account) == 1  # the one from before, which nobody had looked at, of the same day
    assert look(account) == 0
    assert InboundMail.objects.count() == 2


def test_flags_of_the_mailbox_stay_as_they_are(servers: RealMail, creditor: Creditor) -> None:
    account = mailbox_of(creditor)
    look(account)
    write(servers, US, "hola", Message_ID="<f@correo.example>")
    until(lambda: look(account))
    trusting = ssl.create_default_context(cafile=str(servers.certificate))
    with MailBoxStartTls("localhost", servers.imap_port, ssl_context=trusting).login(
        US, PASSWORD
    ) as box:
        (mail,) = box.fetch(mark_seen=False)
        assert "\\Seen" not in mail.flags


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"username": "nobody"}, "login refused"),
        ({"port": 1}, "ConnectionRefusedError"),
        ({"folder": "Nowhere"}, "Mailbox doesn't exist"),
        ({"security": "tls"}, "SSLError"),
        ({"security": "tls", "port": 1, "host": ""}, "Error"),
    ],
)
def test_a_mailbox_that_cannot_be_read_says_why(
    servers: RealMail, change: dict[str, object], words: str
) -> None:
    config = {"host": "localhost", "port": servers.imap_port, "security": "starttls",
              "username": US, "timeout_seconds": 5, **change}  # fmt: skip
    secret = "wrong" if "username" in change else PASSWORD
    with pytest.raises(MailboxFailed, match=words):
        ImapFolder(config, secret)
