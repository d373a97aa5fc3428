"""What messaging knows. Read-only."""

from __future__ import annotations

from datetime import datetime

from acuerdo.messaging.errors import LinkUnknown
from acuerdo.messaging.models import TrackedLink


def get_link(*, token: str, now: datetime, purpose: str = "portal") -> TrackedLink:
    """The link behind `token`, with its creditor, debtor and account; nothing is counted.

    Raises LinkUnknown where it never was, serves another purpose, or is over.
    """
    link = (
        TrackedLink.objects.select_related("creditor", "debtor", "account")
        .filter(token=token, purpose=purpose, expires_at__gt=now)
        .first()
    )
    if link is None:
        raise LinkUnknown()
    return link
