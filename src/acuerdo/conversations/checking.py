"""Mutual proof: a code that we give in a conversation and confirm on our own public page."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from acuerdo.conversations.models import CheckCode, Conversation

# Long enough to be typed at leisure, short enough that an old message proves nothing.
CODE_LASTS: Final = timedelta(hours=24)
# No letter or figure that looks like another one.
_ALPHABET: Final = "ABCDEFGHJKMNPQRTUVWXY346789"


@dataclass(frozen=True, slots=True)
class Issued:
    """Who gave a code, and when. Nothing of who it was given to."""

    creditor: str
    phone: str
    timezone: str
    at: datetime


def issue_code(*, conversation: Conversation, now: datetime) -> str:
    """A code of this conversation: the one given in the last hours, where it still holds."""
    known = CheckCode.objects.filter(
        conversation=conversation, issued_at__gt=now - CODE_LASTS / 2, issued_at__lte=now
    ).first()
    if known is not None:
        return known.code
    drawn = "".join(secrets.choice(_ALPHABET) for _place in range(8))
    code = f"{drawn[:4]}-{drawn[4:]}"
    CheckCode.objects.create(code=code, conversation=conversation, issued_at=now)
    return code


def look_up_code(text: str, now: datetime) -> Issued | None:
    """Who gave the code that somebody typed; None where nobody did, or too long ago."""
    typed = re.sub(r"[^A-Z0-9]", "", text.upper())
    row = (
        CheckCode.objects.select_related("conversation__creditor")
        .filter(code=f"{typed[:4]}-{typed[4:]}", issued_at__gt=now - CODE_LASTS)
        .first()
    )
    if row is None or len(typed) != 8:  # four and four
        return None
    creditor = row.conversation.creditor
    return Issued(creditor.name, creditor.phone, creditor.timezone, row.issued_at)
