"""Deltas: which row asks for what, and the rows of one kind as a table of their own. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from acuerdo.portfolio.errors import HeaderNotRecognised
from acuerdo.portfolio.rules.headers import find_columns, plain_header
from acuerdo.portfolio.rules.reader import FAULT_SCHEMA, look_up
from acuerdo.portfolio.rules.text import Records, Table

PLACE: Final = "place"
"""A row of a new account, or of what is owed on a known one."""
PLACE_WORDS: Final = tuple(
    "nuevo nueva alta alta_nueva asignacion actualizacion cambio saldo cambio_saldo novo nova"
    " inclusao atualizacao new place placement update change changed balance new_business".split()
)
OPERATION_HEADERS: Final = tuple(
    "operacion tipo_operacion tipo_de_operacion novedad tipo_novedad movimiento tipo_movimiento"
    " accion operacao tipo_operacao movimento tipo_movimento operation action movement"
    " movement_type record_type".split()
)


@dataclass(frozen=True, slots=True)
class Sorted:
    """The position of the operation's column, which lines ask for which, what is wrong with the
    others, and how many rows there are."""

    column: int
    lines: Mapping[str, pl.Series]
    rejections: pl.DataFrame
    read: int


def sort_rows(source: Records, words: Mapping[str, str], declared: str = "") -> Sorted:
    """The rows of a delta by what they ask for. `words` is a file's word → operation.

    Raises HeaderNotRecognised where no column tells the operation.
    """
    position = _find(source.headers, declared)
    table = source.read_table([position])
    cells = table.rows[f"c{position}"].str.strip_chars()
    meanings = {text: words.get(plain_header(text), "") for text in cells.unique()}
    rows = table.rows.select("line", operation=look_up(cells, meanings), cell=cells)
    unknown = rows.filter(pl.col("operation").is_null()).select(
        "line",
        pl.lit(source.headers[position]).alias("column"),
        pl.col("cell").alias("value"),
        pl.when(pl.col("cell") == "")
        .then(pl.lit("missing_value"))
        .otherwise(pl.lit("unknown_operation"))
        .alias("reason"),
    )
    faults = pl.DataFrame(
        [[one.line, one.column, one.value, one.reason] for one in table.faults],
        schema=FAULT_SCHEMA,
        orient="row",
    )
    return Sorted(
        column=position,
        lines={
            str(name): group["line"]
            for (name,), group in rows.drop_nulls("operation").group_by(
                ["operation"], maintain_order=True
            )
        },
        rejections=pl.concat([faults, unknown]).sort("line", maintain_order=True),
        read=table.read,
    )


def _find(headers: Sequence[str], declared: str) -> int:
    if declared:
        for position, header in enumerate(headers):
            if header == declared or plain_header(header) == plain_header(declared):
                return position
    elif found := find_columns(headers, {"operation": OPERATION_HEADERS}):
        return found["operation"][0]
    shown = ", ".join(header[:40] for header in headers[:20])
    missing = f"operation ({declared})" if declared else "operation"
    raise HeaderNotRecognised(missing=missing, found=shown)


class Chosen:
    """Some lines of a source, as a source. Rows that cannot be cut into cells are told by whoever
    chose."""

    def __init__(self, source: Records, lines: pl.Series) -> None:
        self.source, self.lines = source, lines
        self.encoding, self.separator = source.encoding, source.separator
        self.headers, self.points = source.headers, source.points

    def read_table(self, positions: list[int]) -> Table:
        """The columns at `positions` of the chosen lines."""
        table = self.source.read_table(positions)
        table.rows = table.rows.filter(pl.col("line").is_in(self.lines.implode()))
        table.headers, table.faults, table.read = self.headers, [], table.rows.height
        return table

    def hide_others(self, operation: int, declared: Iterable[str]) -> Chosen:
        """The same without the names of the columns that tell nothing of accounts: the one of the
        `operation`, and those that are empty in all of these lines, unless they are `declared`."""
        every = list(range(len(self.headers)))
        rows = self.read_table(every).rows
        kept = {plain_header(name) for name in declared}
        empty = rows.select((pl.col(f"c{place}").str.strip_chars() == "").all() for place in every)
        self.headers = [
            "" if place == operation or (empty.item(0, place) and plain_header(name) not in kept)
            else name
            for place, name in enumerate(self.headers)
        ]  # fmt: skip
        return self
