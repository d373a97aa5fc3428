"""What is best done next: people before plans, promises before reminders."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from acuerdo.web.reads.next_act import Facts, propose

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
PLAIN = Facts(today=TODAY, state="active")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "none"),
        ({"state": "closed", "needs_person": True}, "closed"),
        ({"needs_person": True, "hold_reason": "dispute"}, "answer"),
        ({"open_task": "review_case", "hold_reason": "dispute"}, "task"),
        ({"hold_reason": "dispute", "agreement_state": "active"}, "leave_alone"),
        (
            {"agreement_state": "active", "next_due_on": TODAY - timedelta(days=1)},
            "late_instalment",
        ),
        (
            {
                "agreement_state": "active",
                "next_due_on": TODAY + timedelta(days=9),
                "open_checkout_at": NOW,
            },
            "unfinished_payment",
        ),
        (
            {"agreement_state": "active", "next_due_on": TODAY + timedelta(days=2)},
            "instalment_soon",
        ),
        (
            {"agreement_state": "active", "next_due_on": TODAY + timedelta(days=9)},
            "wait_instalment",
        ),
        ({"agreement_state": "broken"}, "new_arrangement"),
        ({"is_reachable": False}, "find_address"),
        ({"visited_at": NOW, "next_contact_at": NOW}, "visited"),
        ({"next_contact_at": NOW}, "strategy"),
    ],
)
def test_the_first_rule_that_holds(changes: dict[str, object], code: str) -> None:
    assert propose(replace(PLAIN, **changes)).code == code  # type: ignore[arg-type]
