"""Tracked links: a random token that leads one debtor back to us, and tells that it was used."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F

from acuerdo.core.actor import Actor
from acuerdo.core.events import publish
from acuerdo.messaging import events
from acuerdo.messaging.errors import LinkUnknown
from acuerdo.messaging.links import LIFETIME, is_token, new_token
from acuerdo.messaging.models import Message, TrackedLink


def create_link(
    *,
    creditor_id: int,
    debtor_id: int,
    now: datetime,
    account_id: int | None = None,
    message: Message | None = None,
    purpose: str = "portal",
    channel: str = "",
    address: str = "",
    grants_level: str = "none",
    grants_until: datetime | None = None,
    expires_at: datetime | None = None,
) -> TrackedLink:
    """A new link for one debtor. It says who was written to, not who opens it.

    `grants_level` until `grants_until` is for links sent inside a verified conversation only:
    whoever opens one is not asked again.
    """
    return TrackedLink.objects.create(
        token=new_token(),
        creditor_id=creditor_id,
        debtor_id=debtor_id,
        account_id=account_id,
        message=message,
        purpose=purpose,
        channel=channel or (message.channel if message else ""),
        address=address or (message.address if message else ""),
        grants_level=grants_level,
        grants_until=grants_until,
        created_at=now,
        expires_at=expires_at or now + LIFETIME,
    )


def open_link(*, token: str, now: datetime, actor: Actor, purpose: str = "portal") -> TrackedLink:
    """The link behind `token`, counted as opened; the first time is an event.

    Raises LinkUnknown where it never was, serves another purpose, or is over.
    """
    if not is_token(token):
        raise LinkUnknown()
    link = (
        TrackedLink.objects.select_for_update(of=("self",))
        .select_related("creditor", "debtor", "account")
        .filter(token=token, purpose=purpose, expires_at__gt=now)
        .first()
    )
    if link is None:
        raise LinkUnknown()
    first = link.first_opened_at is None
    TrackedLink.objects.filter(pk=link.pk).update(
        opened_count=F("opened_count") + 1, **({"first_opened_at": now} if first else {})
    )
    link.refresh_from_db(fields=["opened_count", "first_opened_at"])
    if first:
        refs = [f"link:{link.pk}", f"debtor:{link.debtor_id}"]
        refs += [f"account:{link.account_id}"] if link.account_id else []
        refs += [f"message:{link.message_id}"] if link.message_id else []
        publish(
            events.LINK_OPENED,
            actor=actor,
            now=now,
            creditor_id=link.creditor_id,
            refs=refs,
            data={"purpose": link.purpose, "channel": link.channel},
        )
    return link
