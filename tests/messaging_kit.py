"""What tests of messaging share: a creditor with its channels, debtors, and drafts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import transaction
from sandbox_peer import serve, serve_mail
from small_portfolio import NOW, place, row

from acuerdo.core.actor import SYSTEM
from acuerdo.creditors.actions import connect_provider, create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.messaging.actions import MessageDraft, queue_messages, seed_templates
from acuerdo.messaging.models import Message
from acuerdo.portfolio.models import Account

__all__ = ["NOW", "accounts", "draft", "make_creditor", "peers", "queue"]

NOBODY = "http://127.0.0.1:1"


def make_creditor(
    name: str = "Banco Ejemplo", *, url: str = NOBODY, smtp_port: int = 1
) -> Creditor:
    """A Colombian creditor with e-mail, SMS and WhatsApp through the sandbox, and its texts."""
    with transaction.atomic():
        creditor = create_creditor(actor=SYSTEM, now=NOW, name=name, country="CO")
        mail = {
            "host": "127.0.0.1",
            "port": smtp_port,
            "from_address": "no-reply@banco.example",
            "timeout_seconds": 2,
        }
        http = {"base_url": url, "timeout_seconds": 2}
        for kind, provider, config in (
            ("email", "smtp", mail),
            ("sms", "sandbox", http),
            ("whatsapp", "sandbox", http),
        ):
            connect_provider(
                actor=SYSTEM, now=NOW, creditor=creditor, kind=kind, provider=provider,
                name=kind, config=config,
            )  # fmt: skip
        seed_templates(creditor_id=creditor.pk, actor=SYSTEM, now=NOW)
    return creditor


def accounts(creditor: Creditor, count: int = 1, **cells: str) -> list[Account]:
    """`count` imported accounts of different people, in the order of their numbers."""
    start = Account.objects.filter(creditor=creditor).count()
    place(creditor, [row(f"A-{start + number + 1:04}", **cells) for number in range(count)])
    return list(
        Account.objects.filter(creditor=creditor).select_related("debtor").order_by("number")
    )[start:]


def draft(account: Account, channel: str = "sms", key: str = "", **fields: Any) -> MessageDraft:
    """A first contact about `account`, due now."""
    return MessageDraft(
        **{
            "creditor_id": account.creditor_id,
            "debtor_id": account.debtor_id,
            "account_id": account.pk,
            "channel": channel,
            "purpose": "collection",
            "template": "" if fields.get("body") else "first_contact",
            "key": key or f"first:{channel}:{account.pk}",
            "not_after": NOW + timedelta(days=2),
            **fields,
        }
    )


def queue(*drafts: MessageDraft) -> list[Message]:
    with transaction.atomic():
        return queue_messages(drafts=drafts, actor=SYSTEM, now=NOW)


@contextmanager
def peers() -> Iterator[dict[str, Any]]:
    """The sandbox as HTTP and mail server: arguments for `make_creditor`."""
    with serve("acuerdo.sandbox.urls") as url, serve_mail() as mail:
        yield {"url": url, "smtp_port": mail.port}
