"""Who does a thing. Every action is told; nothing guesses it."""

from dataclasses import dataclass
from typing import Literal, Self, cast

ActorKind = Literal["system", "user", "debtor", "assistant", "provider"]


@dataclass(frozen=True, slots=True)
class Actor:
    """The author of a change, as the audit trail will name them.

    `id` is the user's, debtor's or provider's id as text; empty for the system itself.
    `verification` is how sure the door is that a debtor is who they say (none, claimed,
    verified): rooms that may not import `conversations` read it here.
    """

    kind: ActorKind
    id: str = ""
    creditor_id: int | None = None
    role: str = ""
    debtor_id: int | None = None
    verification: str = "none"

    @property
    def label(self) -> str:
        """`kind:id`, the form stored in rows (`system`, `user:12`)."""
        return f"{self.kind}:{self.id}" if self.id else self.kind

    @classmethod
    def from_label(cls, label: str) -> Self:
        """The actor that a row names, to go on with in a job what they began."""
        kind, _, number = label.partition(":")
        return cls(cast(ActorKind, kind), id=number)


SYSTEM = Actor("system")
