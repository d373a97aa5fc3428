"""What is best done next about an account, and why. Pure: facts in, one proposal out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Facts:
    """What the proposal is made from. None or empty: there is no such thing."""

    today: date
    state: str
    needs_person: bool = False
    open_task: str = ""
    hold_reason: str = ""
    agreement_state: str = ""
    next_due_on: date | None = None
    open_checkout_at: datetime | None = None
    visited_at: datetime | None = None
    next_contact_at: datetime | None = None
    is_reachable: bool = True


@dataclass(frozen=True, slots=True)
class NextAct:
    """`code` says what (and which words and button the page has for it)."""

    code: str
    on: date | None = None
    at: datetime | None = None


def propose(facts: Facts) -> NextAct:
    """The first rule that holds: people before plans, promises before reminders."""
    if facts.state != "active":
        return NextAct("closed")
    if facts.needs_person:
        return NextAct("answer")
    if facts.open_task:
        return NextAct("task")
    if facts.hold_reason:
        return NextAct("leave_alone")
    if facts.agreement_state == "active" and facts.next_due_on is not None:
        if facts.next_due_on < facts.today:
            return NextAct("late_instalment", on=facts.next_due_on)
        if facts.open_checkout_at is not None:
            return NextAct("unfinished_payment", at=facts.open_checkout_at)
        if facts.next_due_on - facts.today <= timedelta(days=3):
            return NextAct("instalment_soon", on=facts.next_due_on)
        return NextAct("wait_instalment", on=facts.next_due_on)
    if facts.open_checkout_at is not None:
        return NextAct("unfinished_payment", at=facts.open_checkout_at)
    if facts.agreement_state == "broken":
        return NextAct("new_arrangement")
    if not facts.is_reachable:
        return NextAct("find_address")
    if facts.visited_at is not None:
        return NextAct("visited", at=facts.visited_at)
    if facts.next_contact_at is not None:
        return NextAct("strategy", at=facts.next_contact_at)
    return NextAct("none")
