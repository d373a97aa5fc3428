"""What a case stops, and for how long nobody looks at it."""

from __future__ import annotations

from datetime import timedelta

from acuerdo.cases.rules import KINDS, scope_of


def test_a_case_about_a_debt_stops_that_debt_where_it_is_known() -> None:
    assert scope_of("dispute", has_account=True) == "account"
    assert scope_of("dispute", has_account=False) == "debtor"
    assert scope_of("already_paid", has_account=True) == "account"


def test_a_case_about_a_person_stops_all_of_their_debts() -> None:
    for kind in ("deceased", "wrong_person", "hardship", "complaint"):
        assert scope_of(kind, has_account=True) == "debtor"


def test_every_kind_is_looked_at_within_a_week_and_can_end() -> None:
    for kind in KINDS.values():
        assert timedelta(0) < kind.due <= timedelta(days=7)
        assert kind.resolutions
