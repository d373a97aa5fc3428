"""What messaging knows. Read-only."""

from __future__ import annotations

from datetime import datetime

from acuerdo.messaging.errors import LinkUnknown
from acuerdo.messaging.links import OPT_OUT, is_token
from acuerdo.messaging.models import TrackedLink


def get_link(*, token: str, now: datetime, purpose: str = "portal") -> TrackedLink:
    """The link behind `token`, with its creditor, debtor and account; nothing is counted.

    Raises LinkUnknown where it never was, serves another purpose, or is over. One that stops mail
    is never over: the wish to be left alone has no last day.
    """
    found = TrackedLink.objects.select_related("creditor", "debtor", "account")
    if purpose != OPT_OUT:
        found = found.filter(expires_at__gt=now)
    link = found.filter(token=token, purpose=purpose).first() if is_token(token) else None
    if link is None:
        raise LinkUnknown()
    return link
