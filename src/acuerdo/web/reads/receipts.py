"""Files that a debtor sent as proof of a payment, as the pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from acuerdo.cases.evidence import EXTENSIONS, list_evidence
from acuerdo.cases.models import Case
from acuerdo.messaging.mail.files import FileState

# What browsers draw by themselves; a HEIC picture is saved and opened like a PDF.
DRAWN: Final = frozenset({"image/jpeg", "image/png", "image/webp"})


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """One file: `kind` as its ending in capitals, `trouble` why it cannot be opened."""

    public_id: UUID
    kind: str
    size: int
    at: datetime
    is_drawn: bool
    trouble: str
    is_refused: bool


def view_evidence(case: Case) -> list[EvidenceView]:
    """What was sent to the case, oldest first."""
    troubles: dict[str, str] = {
        FileState.WAITING: _("It is being scanned for viruses."),
        FileState.UNSCANNED: _("The virus scanner could not look at it, so it stays closed."),
        FileState.INFECTED: _("It had a virus and was thrown away."),
    }
    return [
        EvidenceView(
            public_id=one.public_id,
            kind=EXTENSIONS[one.media_type].upper(),
            size=one.size,
            at=one.added_at,
            is_drawn=one.media_type in DRAWN,
            trouble=troubles.get(one.state, "") if one.digest else _("It was forgotten."),
            is_refused=one.state == FileState.INFECTED,
        )
        for one in list_evidence(case)
    ]
