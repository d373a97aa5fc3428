"""What debts bear with time, brought up to date from their whole histories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import polars as pl

from acuerdo.core.actor import Actor
from acuerdo.ledger.actions.bulk import POSTING_COLUMNS, write_known
from acuerdo.ledger.actions.lines import lock_lines
from acuerdo.ledger.actions.settling import settle_debts
from acuerdo.ledger.histories import History, read_histories
from acuerdo.ledger.rules import ACCRUED, DEBT_PREFIX, Kind
from acuerdo.ledger.rules.accrual import (
    KEY_PREFIX,
    Pause,
    Rule,
    bear,
    find_differences,
    is_from_rules,
)
from acuerdo.ledger.rules.limits import UNLIMITED, Limits


@dataclass(frozen=True, slots=True)
class Bearer:
    """A debt that bears something from `start_on` (its due date: the day after is the first)."""

    account_id: int
    start_on: date
    limits: Limits = UNLIMITED
    pauses: Sequence[Pause] = ()


@dataclass(slots=True)
class AccrualReport:
    """How many debts were looked at, how many entries were posted, what they raised what is owed
    by (minor units per currency), and which debts were allocated anew."""

    debts: int = 0
    entries: int = 0
    raised_minor: dict[str, int] = field(default_factory=dict)
    reallocated: list[int] = field(default_factory=list)


def accrue_debts(
    *,
    actor: Actor,
    now: datetime,
    creditor_id: int,
    bearers: Sequence[Bearer],
    rules: Mapping[str, Sequence[Rule]],
    until_on: date,
) -> AccrualReport:
    """Post what each debt should have borne by the last end of a period up to `until_on`, less
    what is posted; nothing where that is so already. A set of a few thousand at a time.

    `rules` are by currency. A fact that came late changes what was borne since: the difference is
    posted to the end of the period that it belongs to, and payments are allocated anew.
    """
    mine = {one.account_id: one for one in bearers}
    lock_lines(mine)
    report = AccrualReport()
    rows: list[dict[str, Any]] = []
    for history in read_histories(list(mine)):
        report.debts += 1
        found = _find_rows(
            history, mine[history.account_id], rules.get(history.currency, ()), until_on
        )
        raised = sum(
            row["amount_minor"] * (1 if row["credit_code"] == ACCRUED else -1) for row in found
        )
        report.raised_minor[history.currency] = (
            report.raised_minor.get(history.currency, 0) + raised
        )
        rows += found
    if rows:
        frame = pl.DataFrame(rows, schema=POSTING_COLUMNS)
        written = write_known(actor=actor, now=now, creditor_id=creditor_id, frame=frame, memo="")
        report.entries = written.entries
        report.reallocated = written.unsettled
        settle_debts(actor=actor, now=now, account_ids=written.unsettled)
    return report


def _find_rows(
    history: History, bearer: Bearer, rules: Sequence[Rule], until_on: date
) -> list[dict[str, Any]]:
    """The rows of what is missing of one debt, an entry per date and component."""
    facts = list(history.facts.values())
    borne = bear(
        (fact for fact in facts if not is_from_rules(fact)),
        rules,
        start_on=bearer.start_on,
        until_on=until_on,
        limits=bearer.limits,
        pauses=bearer.pauses,
    )
    rows = []
    for (on, part), minor in find_differences(facts, borne.accrued).items():
        line, wide = (DEBT_PREFIX + part.value, history.account_id), (ACCRUED, 0)
        debit, credit = (line, wide) if minor > 0 else (wide, line)
        rows.append(
            {
                "key": f"{KEY_PREFIX}{history.account_id}:{on}:{part}:{history.last_entry_id}",
                "kind": Kind.ACCRUAL.value,
                "effective_on": on,
                "debit_code": debit[0],
                "debit_subject": debit[1],
                "credit_code": credit[0],
                "credit_subject": credit[1],
                "amount_minor": abs(minor),
                "currency": history.currency,
            }
        )
    return rows
