"""From consents and revocations in the order of time to what stood from when until when. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Said:
    """One consent or revocation. Of a revocation an empty `purpose` means all of them."""

    debtor_id: int
    channel: str
    purpose: str
    at: datetime
    is_consent: bool
    source: str = ""
    text: str = ""


@dataclass(slots=True)
class Stood:
    """A consent that stood from `granted_at` until `revoked_at` (None: it stands)."""

    debtor_id: int
    channel: str
    purpose: str
    granted_at: datetime
    revoked_at: datetime | None
    source: str
    text: str
    revoked_why: str = ""


def settle_consents(said: Iterable[Said]) -> list[Stood]:
    """What stood, by debtor, channel and purpose.

    A consent that stands already is not given again. Of the same instant the revocation comes
    last, as the stricter one.
    """
    stood: list[Stood] = []
    live: dict[tuple[int, str], dict[str, Stood]] = {}
    for one in sorted(said, key=lambda one: (one.at, not one.is_consent)):
        standing = live.setdefault((one.debtor_id, one.channel), {})
        if one.is_consent:
            if one.purpose not in standing:
                consent = Stood(
                    one.debtor_id, one.channel, one.purpose, one.at, None, one.source, one.text
                )
                standing[one.purpose] = consent
                stood.append(consent)
            continue
        for purpose in [one.purpose] if one.purpose else list(standing):
            ended = standing.pop(purpose, None)
            if ended is not None:
                ended.revoked_at, ended.revoked_why = one.at, one.source
    return stood
