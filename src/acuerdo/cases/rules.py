"""What each kind of case stops, how soon it is looked at, and how it may end. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

Scope = Literal["account", "debtor"]


@dataclass(frozen=True, slots=True)
class Kind:
    """`scope` is what the hold leaves alone; `due` how soon a person has to look."""

    scope: Scope
    due: timedelta
    resolutions: frozenset[str]


_DAY = timedelta(days=1)
WRONG_PERSON: Final = "wrong_person"
ALREADY_PAID: Final = "already_paid"
PAYMENT_BOOKED: Final = "payment_booked"
ADDRESS_REMOVED: Final = "address_removed"

KINDS: Final[dict[str, Kind]] = {
    "dispute": Kind("account", 5 * _DAY, frozenset({"upheld", "rejected", "corrected"})),
    ALREADY_PAID: Kind(
        "account", 2 * _DAY, frozenset({PAYMENT_BOOKED, "payment_found", "not_found"})
    ),
    "hardship": Kind("debtor", 2 * _DAY, frozenset({"arranged", "paused", "not_arranged"})),
    "complaint": Kind("debtor", 3 * _DAY, frozenset({"answered", "upheld", "rejected"})),
    "fraud": Kind("account", 2 * _DAY, frozenset({"confirmed", "rejected"})),
    "deceased": Kind("debtor", 2 * _DAY, frozenset({"confirmed", "not_confirmed"})),
    WRONG_PERSON: Kind("debtor", _DAY, frozenset({ADDRESS_REMOVED, "right_person"})),
}
# After these nobody is brought back into collection: the debtor was right, has paid, cannot pay
# now, has died, or was defrauded. A person releases the hold when that changes. Where the payment
# was booked, the balance says what is left.
LEAVES_ALONE: Final = frozenset({"upheld", "payment_found", "paused", "confirmed"})
# Whoever asks for a person waits no longer than this.
HAND_OFF_DUE: Final = timedelta(hours=4)
# What came by mail so shortly before somebody said that they paid is about that.
MAIL_BEFORE_CLAIM: Final = timedelta(hours=1)


def scope_of(kind: str, has_account: bool) -> Scope:
    """What is left alone: the account where the kind is about one and it is known."""
    return "account" if KINDS[kind].scope == "account" and has_account else "debtor"
