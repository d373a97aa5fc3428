"""The proof that the gate was asked: nothing reaches a person without one."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from acuerdo.compliance.rules import ContactRequest, Verdict

_SEAL = object()


@dataclass(frozen=True, slots=True)
class Permit:
    """One contact that the gate allowed at the last moment, its place under the caps reserved.

    Only `claim_contacts` gives permits; whoever builds one by hand gets a TypeError. What goes out
    on a channel carries its permit, so that a new way out without the gate cannot be written by
    accident.
    """

    reference: str
    channel: str
    verdict_id: UUID | None
    _seal: object = field(repr=False, compare=False)

    def __post_init__(self) -> None:
        if self._seal is not _SEAL:
            raise TypeError("only the contact gate gives permits")


def grant(request: ContactRequest, verdict: Verdict) -> Permit:
    """The permit of an allowed contact that has just been reserved. For `claim_contacts` alone."""
    if not verdict.allowed:
        raise TypeError("a refused contact has no permit")
    return Permit(request.reference, request.channel, verdict.id, _SEAL)
