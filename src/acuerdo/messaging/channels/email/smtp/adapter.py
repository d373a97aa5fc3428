"""E-mail by SMTP (RFC 5321), one message a transaction, one connection for many.

The reply to the content decides: before it nothing was sent, and a broken line is `temporary`;
once the content is on its way and no reply comes, the server may have it: `unknown`.

Configuration: `host`, `port`, `security` (`none`, `starttls`, `tls`), `username`, `from_address`,
`reply_to`, `return_path`, `plus_addressing`, `timeout_seconds`. With `plus_addressing` the
mailboxes for answers and bounces take mail for `mailbox+anything@…` too: each message gets an
address of its own, which names it. The account's secret is the password.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable, Mapping
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import ClassVar

from acuerdo.core.clock import real_now
from acuerdo.core.vocabulary import Channel
from acuerdo.messaging.channels.base import (
    Account,
    Capabilities,
    Inbound,
    Outcome,
    Outgoing,
    SendResult,
    Unsupported,
)
from acuerdo.messaging.mail.addresses import answer_address, is_plain, return_address

_POLICY = SMTP.clone(cte_type="7bit")
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)
_DISCONNECTED = (OSError, smtplib.SMTPServerDisconnected)


class SmtpAdapter:
    channel: ClassVar[Channel] = Channel.EMAIL
    provider: ClassVar[str] = "smtp"
    capabilities: ClassVar[Capabilities] = Capabilities(html=True, subject=True)

    def __init__(self, account: Account) -> None:
        self._account = account
        self._connection: smtplib.SMTP | None = None

    def send(self, outgoing: Outgoing, *, idempotency_key: str) -> SendResult:
        try:
            message = self._compose(outgoing, idempotency_key)
        except (ValueError, IndexError, MessageError):
            return SendResult(Outcome.PERMANENT, code="bad_address")
        try:
            connection = self._connect()
            refusal = self._envelope(
                connection, return_address(self._account.config, idempotency_key), outgoing.to
            )
        except smtplib.SMTPAuthenticationError as error:
            self.close()
            return SendResult(
                Outcome.TEMPORARY, code="login_refused", detail=_words(error.smtp_error)
            )
        except (*_DISCONNECTED, smtplib.SMTPException) as error:
            self.close()
            return SendResult(Outcome.TEMPORARY, code="unreachable", detail=type(error).__name__)
        if refusal is not None:
            return refusal
        return self._content(connection, message)

    def find(self, idempotency_key: str) -> SendResult | None:
        raise Unsupported("an SMTP server cannot be asked what it took")

    def parse_webhook(
        self, headers: Mapping[str, str], body: bytes, *, at: datetime
    ) -> list[Inbound]:
        raise Unsupported("an SMTP server sends no webhooks")

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.quit()
            except (*_DISCONNECTED, smtplib.SMTPException):
                connection.close()

    def _compose(self, outgoing: Outgoing, key: str) -> EmailMessage:
        """The mail. Raises ValueError where an address or a header cannot be one."""
        config = self._account.config
        sender = str(config["from_address"])
        if not is_plain(outgoing.to):
            raise ValueError("not an address that every server takes")
        message = EmailMessage(policy=_POLICY)
        message["From"] = Address(self._account.sender_name, addr_spec=sender)
        message["To"] = Address(addr_spec=outgoing.to)
        message["Subject"] = outgoing.subject
        message["Date"] = format_datetime(real_now())
        message["Message-ID"] = f"<{key}@{sender.rpartition('@')[2]}>"
        message["Content-Language"] = outgoing.language
        message["Auto-Submitted"] = "auto-generated"
        answers = answer_address(config, key)
        if answers:
            message["Reply-To"] = Address(addr_spec=answers)
        if outgoing.unsubscribe_url:
            message["List-Unsubscribe"] = f"<{outgoing.unsubscribe_url}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(outgoing.text)
        if outgoing.html:
            message.add_alternative(outgoing.html, subtype="html")
        return message

    def _connect(self) -> smtplib.SMTP:
        """The open connection, checked, or a new one."""
        if self._connection is not None:
            try:
                if self._connection.noop()[0] == 250:
                    return self._connection
            except (*_DISCONNECTED, smtplib.SMTPException):
                pass
            self._connection.close()
            self._connection = None
        config = self._account.config
        host, port = str(config["host"]), int(config["port"])
        timeout = float(config.get("timeout_seconds", 10))
        security = config.get("security", "none")
        connection = (
            smtplib.SMTP_SSL(host, port, timeout=timeout, context=ssl.create_default_context())
            if security == "tls"
            else smtplib.SMTP(host, port, timeout=timeout)
        )
        try:
            if security == "starttls":
                connection.starttls(context=ssl.create_default_context())
            if config.get("username"):
                connection.login(str(config["username"]), self._account.secret)
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        return connection

    def _envelope(self, connection: smtplib.SMTP, bounces: str, to: str) -> SendResult | None:
        """Name sender and recipient and ask to send; a result where the server refuses."""
        connection.ehlo_or_helo_if_needed()
        steps: tuple[Callable[[], tuple[int, bytes]], ...] = (
            lambda: connection.mail(bounces),
            lambda: connection.rcpt(to),
            lambda: connection.docmd("DATA"),
        )
        for step in steps:
            code, words = step()
            if code not in (250, 251, 354):
                if code == 421:
                    self.close()
                else:
                    connection.rset()
                return _refusal(code, words)
        return None

    def _content(self, connection: smtplib.SMTP, message: EmailMessage) -> SendResult:
        try:
            data = _LEADING_DOT.sub(b"..", message.as_bytes())
            connection.send(data + (b".\r\n" if data.endswith(b"\r\n") else b"\r\n.\r\n"))
            code, words = connection.getreply()
        except (*_DISCONNECTED, smtplib.SMTPException) as error:
            self._connection = None
            connection.close()
            return SendResult(Outcome.UNKNOWN, code="no_answer", detail=type(error).__name__)
        if code == 250:
            return SendResult(
                Outcome.ACCEPTED, provider_message_id=str(message["Message-ID"]).strip("<>")
            )
        return _refusal(code, words)


def _refusal(code: int, words: bytes) -> SendResult:
    """A 5xx is final, everything else may pass."""
    outcome = Outcome.PERMANENT if 500 <= code < 600 else Outcome.TEMPORARY
    return SendResult(outcome, code=f"smtp_{code}", detail=_words(words))


def _words(words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return " ".join(text.split())[:200]
