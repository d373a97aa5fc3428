"""Where the columns of a fixed width text begin: guessed from its lines, and moved. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from acuerdo.portfolio.rules.layouts import Column, Layout
from acuerdo.portfolio.rules.text import MAX_COLUMNS

_LOOKED_AT = 200
_LEAST_WIDTH = 20


def guess_layout(lines: Sequence[str]) -> Layout:
    """A column begins where every line has a blank before and some line a character."""
    looked_at = [line for line in lines[:_LOOKED_AT] if line.strip()]
    width = max((len(line.rstrip()) for line in looked_at), default=1)
    padded = [line.ljust(width) for line in looked_at]
    is_blank = [all(line[at] == " " for line in padded) for at in range(width)]
    starts = [at for at in range(width) if not is_blank[at] and (at == 0 or is_blank[at - 1])]
    if not starts or len(starts) > MAX_COLUMNS:
        starts = [0]
    ends = [*starts[1:], width]
    return Layout(
        columns=[
            _make(number, start, end - start)
            for number, (start, end) in enumerate(zip(starts, ends, strict=True), start=1)
        ]
    )


def looks_fixed(lines: Sequence[str]) -> bool:
    """Whether lines without a separator are likely cut by position: as long as each other."""
    lengths = [len(line) for line in lines[:_LOOKED_AT] if line.strip()]
    longest = max(lengths, default=0)
    alike = sum(length == longest for length in lengths)
    return longest >= _LEAST_WIDTH and 2 * alike > len(lengths)


def toggle_border(layout: Layout, at: int) -> Layout:
    """The layout with a border after `at` characters, or without the one that is there: then what
    is left of it takes what is right of it. What belonged to no column becomes one."""
    columns = sorted(layout.columns, key=lambda column: column.start)
    before = next((column for column in columns if column.end == at), None)
    after = next((column for column in columns if column.start == at + 1), None)
    split = next((column for column in columns if column.start <= at < column.end), None)
    number = len(columns) + 1
    while f"C{number}" in {column.name for column in columns}:
        number += 1
    if before and after:
        columns.remove(after)
        _replace(columns, before, before.length + after.length)
    elif len(columns) < MAX_COLUMNS and split:
        columns.append(_make(number, at, split.end - at))
        _replace(columns, split, at + 1 - split.start)
    elif len(columns) < MAX_COLUMNS and after is None and at >= 0:
        later = [column.start for column in columns if column.start > at + 1]
        if later:
            columns.append(_make(number, at, min(later) - 1 - at))
    columns.sort(key=lambda column: column.start)
    return layout.model_copy(update={"columns": columns})


def _make(number: int, start: int, length: int) -> Column:
    return Column.model_validate({"name": f"C{number}", "from": start + 1, "length": length})


def _replace(columns: list[Column], old: Column, length: int) -> None:
    columns[columns.index(old)] = old.model_copy(update={"length": length})
