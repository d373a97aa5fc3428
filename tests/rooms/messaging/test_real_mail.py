"""Mail through Postfix and Dovecot: what our adapter sends arrives, and bounces come back."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from uuid import uuid4

import pytest
from imap_tools import MailBoxStartTls
from mail_peer import DOMAIN, PASSWORD, RealMail, serve_real_mail

from acuerdo.compliance import permits
from acuerdo.compliance.permits import Permit
from acuerdo.messaging.channels.base import Account, Outcome, Outgoing, SendResult
from acuerdo.messaging.channels.email.smtp import SmtpAdapter
from acuerdo.messaging.mail.addresses import find_keys
from acuerdo.messaging.mail.reading import ReadMail

SENDER = f"cobranza@{DOMAIN}"
DEBTOR = f"lucia@{DOMAIN}"


@pytest.fixture(scope="module")
def servers() -> Iterator[RealMail]:
    with serve_real_mail("cobranza", "lucia") as servers:
        yield servers


@pytest.fixture
def real_mail(servers: RealMail, monkeypatch: pytest.MonkeyPatch) -> RealMail:
    """The servers, trusted by this machine."""
    monkeypatch.setenv("SSL_CERT_FILE", str(servers.certificate))
    return servers


def outgoing(to: str) -> Outgoing:
    return Outgoing(
        Permit("message:test", "email", None, permits._SEAL),
        to=to,
        text="Hola Lucía.\n.una línea con punto",
        html="<p>Hola Lucía</p>",
        language="es",
        subject="Su cuenta: ñ",
        unsubscribe_url="https://acuerdo.example/u/x",
    )


def send(
    real_mail: RealMail, to: str, key: str, secret: str = PASSWORD, **config: Any
) -> SendResult:
    account = Account(
        "acc-1",
        {
            "host": "localhost",
            "port": real_mail.smtp_port,
            "security": "starttls",
            "username": SENDER,
            "from_address": SENDER,
            "plus_addressing": True,
            **config,
        },
        secret,
        "Banco Ejemplo",
    )
    with closing(SmtpAdapter(account)) as adapter:
        return adapter.send(outgoing(to), idempotency_key=key)


def wait_for(real_mail: RealMail, mailbox: str, key: str) -> ReadMail:
    """The mail about a message, read straight from Dovecot."""
    trusting = ssl.create_default_context(cafile=str(real_mail.certificate))
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        with MailBoxStartTls("localhost", real_mail.imap_port, ssl_context=trusting).login(
            mailbox, PASSWORD, "INBOX"
        ) as box:
            for found in box.fetch(mark_seen=False):
                mail = ReadMail(found.obj.as_bytes())
                if key in find_keys(mail.recipients, [mail.message_id]):
                    return mail
        time.sleep(0.1)
    raise AssertionError(f"nothing about {key} came to {mailbox}")


def test_a_message_arrives_with_the_way_back(real_mail: RealMail) -> None:
    key = str(uuid4())
    assert send(real_mail, DEBTOR, key).outcome is Outcome.ACCEPTED
    mail = wait_for(real_mail, DEBTOR, key)
    assert find_keys([mail.header("Reply-To")]) == [key]
    assert find_keys([mail.header("Return-Path")]) == [key]
    assert mail.message_id == f"{key}@{DOMAIN}"
    assert mail.subject == "Su cuenta: ñ"
    assert mail.text.strip() == "Hola Lucía.\n.una línea con punto"
    assert mail.header("List-Unsubscribe") == "<https://acuerdo.example/u/x>"
    assert mail.header("List-Unsubscribe-Post") == "List-Unsubscribe=One-Click"
    assert "ESMTPSA" in mail.header("Received")  # encrypted, and logged in


def test_a_refusing_server_sends_a_bounce_to_the_address_of_the_message(
    real_mail: RealMail,
) -> None:
    key = str(uuid4())
    assert send(real_mail, "refused@outside.test", key).outcome is Outcome.ACCEPTED
    bounce = wait_for(real_mail, SENDER, key)
    assert bounce.message.get_content_type() == "multipart/report"
    assert "550 5.1.1" in bounce.text


def test_a_wrong_password_is_a_setting_and_no_verdict_on_the_message(real_mail: RealMail) -> None:
    result = send(real_mail, DEBTOR, str(uuid4()), secret="wrong")
    assert (result.outcome, result.code) == (Outcome.TEMPORARY, "login_refused")


def test_a_server_that_nobody_vouches_for_gets_neither_password_nor_mail(
    servers: RealMail, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "none.pem").write_text("")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    result = send(servers, DEBTOR, str(uuid4()))
    assert (result.outcome, result.code) == (Outcome.TEMPORARY, "unreachable")
    assert result.detail == "SSLCertVerificationError"


def test_without_encryption_nobody_logs_in(real_mail: RealMail) -> None:
    result = send(real_mail, DEBTOR, str(uuid4()), security="none")
    assert result.outcome is Outcome.TEMPORARY
