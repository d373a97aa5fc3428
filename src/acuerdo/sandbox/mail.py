"""The mail server of the sandbox: takes everything, keeps it, delivers nothing."""

from __future__ import annotations

import asyncio
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import lru_cache
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from asgiref.sync import sync_to_async
from django.db import connection

from acuerdo.sandbox.models import Mail

MAX_SIZE = 10_000_000


class Sink:
    """What happens to a mail: `refused@…` gets 550, `later@…` 451, all else is kept."""

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        mailbox = address.partition("@")[0]
        if mailbox == "refused":
            return "550 5.1.1 no such mailbox"
        if mailbox == "later":
            return "451 4.2.1 mailbox busy, try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content
        data = content.encode() if isinstance(content, str) else bytes(content or b"")
        await sync_to_async(keep_mail, thread_sensitive=False)(
            str(envelope.mail_from or ""), [str(to) for to in envelope.rcpt_tos], data
        )
        return "250 OK kept in the sandbox"


def keep_mail(sender: str, recipients: list[str], data: bytes) -> None:
    """Store one mail per recipient. Header text that cannot be read is kept as it is."""
    message = parse(data)
    try:
        Mail.objects.bulk_create(
            Mail(
                message_id=str(message.get("Message-ID", "")).strip("<> ")[:250],
                recipient=recipient[:300].lower(),
                sender=str(message.get("From", sender))[:300].replace("\0", ""),
                subject=str(message.get("Subject", ""))[:300].replace("\0", ""),
                raw=data,
            )
            for recipient in recipients
        )
    finally:
        if not connection.in_atomic_block:
            connection.close()


def parse(data: bytes) -> EmailMessage:
    """A mail as Python's parser reads it; it never raises for what a mail may hold."""
    message = message_from_bytes(data, policy=default)
    if not isinstance(message, EmailMessage):
        raise TypeError("the default policy makes EmailMessage")
    return message


def read_part(message: EmailMessage, kind: str) -> str:
    """The text of the body in `html` or `plain`, empty where the mail has none."""
    part = message.get_body(preferencelist=(kind,))
    if not isinstance(part, EmailMessage):
        return ""
    try:
        return str(part.get_content())
    except (LookupError, UnicodeError, KeyError):
        payload: Any = part.get_payload(decode=True)
        return bytes(payload or b"").decode("utf-8", "replace")


@lru_cache(maxsize=1)
def sink() -> Sink:
    return Sink()


async def serve(host: str, port: int) -> asyncio.Server:
    """Listen for mail on `host:port` in the running loop."""
    loop = asyncio.get_running_loop()
    return await loop.create_server(
        lambda: SMTP(sink(), data_size_limit=MAX_SIZE, enable_SMTPUTF8=True, loop=loop),
        host,
        port,
    )
