"""Where the columns of a fixed width text stand, for the page that asks whether that is right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from acuerdo.portfolio.rules.layouts import Column, Layout

LINES = 12
_WIDTH = 400
_DECIMALS = (2, 1, 3, 4, 5, 6)


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters of a line: of which column (from 0), None where of none."""

    text: str
    column: int | None


@dataclass(frozen=True, slots=True)
class ColumnForm:
    """A column as its form shows it; `kind` is a value of `list_kinds`."""

    column: Column
    kind: str


def cut_lines(lines: Sequence[str], layout: Layout) -> list[list[Piece]]:
    """The first lines, each cut as the layout says; the first is as wide as any."""
    width = min(max((len(line.rstrip()) for line in lines), default=0), _WIDTH)
    width = max(width, min(max(column.end for column in layout.columns), _WIDTH))
    return [_cut(line.ljust(width)[:width], layout) for line in lines]


def rule(lines: Sequence[Sequence[Piece]]) -> str:
    """A ruler above them: a figure at every tenth character."""
    width = sum(len(piece.text) for piece in lines[0]) if lines else 0
    marks = "".join(f"{place:>10}" for place in range(10, width + 1, 10))
    return marks.ljust(width)


def list_forms(layout: Layout) -> list[ColumnForm]:
    """The columns from left to right."""
    placed = sorted(layout.columns, key=lambda column: column.start)
    return [ColumnForm(column, kind_of(column)) for column in placed]


def kind_of(column: Column) -> str:
    """`text`, `amount`, `amount:2`, `date`, `date:ddmmyyyy`."""
    detail = column.decimals or column.format
    return f"{column.type}:{detail}" if detail else column.type


def list_kinds() -> list[tuple[str, str]]:
    """What a column may hold, in words."""
    decimals = [
        (f"amount:{count}", _("amount, the last {n} digits are decimals").format(n=count))
        for count in _DECIMALS
    ]
    dates = [
        ("date:ddmmyyyy", _("date: day, month, year (24112026)")),
        ("date:yyyymmdd", _("date: year, month, day (20261124)")),
        ("date:mmddyyyy", _("date: month, day, year (11242026)")),
        ("date:ddmmyy", _("date: day, month, year (241126)")),
        ("date:yymmdd", _("date: year, month, day (261124)")),
    ]
    return [
        ("text", _("text")),
        ("amount", _("amount as it is written")),
        *decimals,
        ("date", _("date as it is written")),
        *dates,
    ]


def _cut(line: str, layout: Layout) -> list[Piece]:
    pieces, at = [], 0
    for number, column in enumerate(sorted(layout.columns, key=lambda column: column.start)):
        if column.start - 1 > at:
            pieces.append(Piece(line[at : column.start - 1], None))
        pieces.append(Piece(line[column.start - 1 : column.end], number))
        at = column.end
    pieces.append(Piece(line[at:], None))
    return [piece for piece in pieces if piece.text]
