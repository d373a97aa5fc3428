"""How an uploaded file will be read, for the page that asks whether that is right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from acuerdo.core.money import Money
from acuerdo.portfolio.actions import Look
from acuerdo.portfolio.columns import list_columns
from acuerdo.portfolio.errors import ImportRefused
from acuerdo.portfolio.reasons import reason_text
from acuerdo.portfolio.rules.headers import COMPONENTS
from acuerdo.portfolio.rules.plans import Column, list_first_rows
from acuerdo.portfolio.rules.rows import Reading
from acuerdo.web.reads.field_words import CERTAINTIES, CHANGES, GROUPS, LABELS, STATES, field_label

FIRST_ROWS = 8
_LINES = 6


@dataclass(frozen=True, slots=True)
class ColumnView:
    """A column of the file and the choice about it: what several columns could be, somebody must
    choose."""

    column: Column
    chosen: str
    name: str
    says: str
    tone: str
    symbol: str


@dataclass(frozen=True, slots=True)
class FaultGroup:
    """All rows with one fault in one column."""

    column: str
    reason: str
    rows: int
    lines: str
    example: str


@dataclass(frozen=True, slots=True)
class RowView:
    """One row as it will be read. `phones` are valid ones; `why` is for a row that is rejected."""

    line: int
    state: str
    tone: str
    account: Mapping[str, Any] | None
    document: str
    phones: str
    owed: Money | None
    why: str


def list_columns_of(look: Look) -> list[ColumnView]:
    """The columns of the file in their order."""
    views = []
    for column in look.plan.columns:
        says, tone, symbol = CERTAINTIES[column.certainty]
        chosen = "" if column.certainty == "unclear" else column.field
        views.append(ColumnView(column, chosen, f"f{column.position}", str(says), tone, symbol))
    return views


def list_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Groups of (field, words) for the choice about a column."""
    groups = [
        (str(group), [(name, str(label)) for name, label in fields.items()])
        for group, fields in GROUPS
    ]
    extra = [
        (column.name, field_label(column.name))
        for column in list_columns()
        if column.name not in LABELS
    ]
    groups[-1][1].extend(extra)
    return groups


def list_delta_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The same for a delta: the fields of changes first."""
    group, fields = CHANGES
    changes = [(name, str(label)) for name, label in fields.items()]
    return [(str(group), changes), *list_choices()]


def list_needs(look: Look) -> list[tuple[str, bool]]:
    """What every file must have, and whether this one has it."""
    found = {column.field for column in look.plan.columns if column.certainty != "unclear"}
    return [
        (_("Account number"), "account" in found),
        (_("Total or principal"), bool(found & {"total", "principal"})),
        (_("Due date or days overdue"), bool(found & {"due_on", "days_overdue"})),
    ]


def tell_refusal(refusal: ImportRefused) -> str:
    """Why the file cannot be read as it is mapped, and what to choose on the page."""
    told = refusal.params
    if refusal.code == "header_not_recognised":
        names = ", ".join(field_label(name) for name in str(told["missing"]).split(", "))
        return _("Choose the columns that hold: {names}.").format(names=names)
    if refusal.code == "header_ambiguous":
        return _("Several columns could be “{field}”: {found}. Choose one.").format(
            field=field_label(told["field"]), found=told["found"]
        )
    if refusal.code in ("amounts_ambiguous", "amounts_mixed"):
        example = told.get("example") or f"{told.get('comma')}, {told.get('point')}"
        return _(
            "The amounts in “{column}” can be read in two ways: {example}. Choose the decimal mark."
        ).format(column=told["column"], example=example)
    if refusal.code in ("dates_ambiguous", "dates_mixed"):
        example = told.get("example") or f"{told.get('day_first')}, {told.get('month_first')}"
        return _(
            "The dates in “{column}” can be read day first or month first: {example}. Choose the"
            " order."
        ).format(column=told["column"], example=example)
    return str(refusal)


def list_sums(reading: Reading) -> list[Money]:
    """What the rows that come in owe, by currency."""
    owed = reading.accounts.select("currency", minor=pl.sum_horizontal(COMPONENTS))
    sums = owed.group_by("currency").agg(pl.col("minor").sum()).sort("minor", descending=True)
    return [Money(minor, currency) for currency, minor in sums.iter_rows()]


def list_faults(faults: pl.DataFrame) -> list[FaultGroup]:
    """Faults by reason and column, those of most rows first."""
    groups = (
        faults.group_by("reason", "column", maintain_order=True)
        .agg(
            rows=pl.col("line").n_unique(),
            lines=pl.col("line").unique().sort().head(_LINES),
            example=pl.col("value").filter(pl.col("value") != "").first(),
        )
        .sort("rows", descending=True, maintain_order=True)
    )
    return [
        FaultGroup(
            column=column,
            reason=reason_text(reason),
            rows=rows,
            lines=", ".join(str(line) for line in lines) + ("…" if rows > _LINES else ""),
            example=example or "",
        )
        for reason, column, rows, lines, example in groups.iter_rows()
    ]


def list_rows(reading: Reading) -> list[RowView]:
    """The first rows as they will be read."""
    rows = list_first_rows(reading, FIRST_ROWS).to_dicts()
    lines = [row["line"] for row in rows]
    why: dict[int, list[str]] = {}
    totals = reading.warnings.filter(pl.col("reason").str.starts_with("totals"))
    faults = pl.concat([reading.rejections, totals]).filter(pl.col("line").is_in(lines))
    for line, column, value, reason in faults.iter_rows():
        place = f"{column} “{value}”: " if column and value else f"{column}: " if column else ""
        why.setdefault(line, []).append(place + reason_text(reason))
    firsts = [row["first"] for row in rows if row["first"] is not None]
    phones: dict[int, list[str]] = {}
    points = reading.contacts.filter(
        (pl.col("kind") == "phone") & pl.col("is_valid") & pl.col("line").is_in(firsts)
    )
    for line, value in points.sort("line", "priority").select("line", "value").iter_rows():
        phones.setdefault(line, []).append(value)
    return [_row(row, why, phones) for row in rows]


def _row(
    row: dict[str, Any], why: Mapping[int, Sequence[str]], phones: Mapping[int, Sequence[str]]
) -> RowView:
    words, tone = STATES[row["state"]]
    is_shown = row["state"] == "taken"
    owed = None
    if is_shown:
        owed = Money(sum(row[name] for name in COMPONENTS), row["currency"])
    document = row["document"] or ""
    kind = f"{row['document_type']} " if row["document_type"] else ""
    return RowView(
        line=row["line"],
        state=str(words),
        tone=tone,
        account=row if row["first"] is not None and row["state"] != "total" else None,
        document=f"{kind}•••{document[-4:]}" if document and is_shown else "",
        phones=", ".join(phones.get(row["line"], ())),
        owed=owed,
        why=" ".join(why.get(row["line"], ())),
    )


def count_certainties(look: Look) -> Counter[str]:
    """How many columns were guessed how surely."""
    return Counter(column.certainty for column in look.plan.columns)
