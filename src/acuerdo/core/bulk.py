"""How a million rows move between PostgreSQL and polars, inside the current transaction."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import polars as pl
import psycopg
from django.db import connection

SLICE = 50_000
"""Rows as text, or as Python's values, take ten times what their columns do: where there may be a
million of them, they are made so many at a time."""
# How a NULL is written: a control character, so that no real text is taken for it.
_NULL = "\x1d"
_OPTIONS = f"(FORMAT csv, NULL '{_NULL}')"


def _quoted(names: Iterable[str]) -> str:
    return ", ".join('"' + name.replace('"', '""') + '"' for name in names)


def copy_frame(table: str, frame: pl.DataFrame) -> int:
    """COPY `frame` into `table`, columns by name. Returns the number of rows.

    Text of NUL characters is refused by PostgreSQL: the reader of a file must reject it first.
    """
    if frame.is_empty():
        return 0
    copy = f"COPY {_quoted([table])} ({_quoted(frame.columns)}) FROM STDIN {_OPTIONS}"
    with connection.cursor() as cursor, cursor.copy(copy) as stream:
        for part in frame.iter_slices(SLICE):
            buffer = io.BytesIO()
            part.write_csv(
                buffer,
                include_header=False,
                null_value=_NULL,
                quote_style="non_numeric",
                datetime_format="%Y-%m-%dT%H:%M:%S%.6f+00:00",
            )
            stream.write(buffer.getbuffer())
    return frame.height


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """COPY `rows` (Python values, in the order of `columns`) into `table`."""
    count = 0
    copy = f"COPY {_quoted([table])} ({_quoted(columns)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(copy) as stream:
        for row in rows:
            stream.write_row(row)
            count += 1
    return count


def read_frame(
    sql: str,
    params: Sequence[Any] | Mapping[str, Any] | None,
    schema: Mapping[str, Any],
    *,
    link: psycopg.Connection[Any] | None = None,
) -> pl.DataFrame:
    """The rows of a SELECT as a frame. `schema` gives each column's polars type, in order.

    It reads through the current transaction, so it sees what was just written. A thread of its
    own is given its caller's `link`, which nobody else uses meanwhile.
    """
    buffer = io.BytesIO()
    query = f"COPY ({sql}) TO STDOUT {_OPTIONS}"
    # Django's counting cursor takes no parameters here, so none are given where there are none.
    given = () if params is None else (params,)
    open_cursor = link.cursor if link is not None else connection.cursor
    with open_cursor() as cursor, cursor.copy(query, *given) as stream:
        for chunk in stream:
            buffer.write(chunk)
    if not buffer.tell():
        return pl.DataFrame(schema=dict(schema))
    buffer.seek(0)
    text = {name: (pl.String if dtype in _PARSED else dtype) for name, dtype in schema.items()}
    frame = pl.read_csv(
        buffer,
        has_header=False,
        schema=text,
        null_values=_NULL,
        empty_string_is_null=False,
    )
    return frame.with_columns(
        _PARSED[dtype](pl.col(name)).alias(name)
        for name, dtype in schema.items()
        if dtype in _PARSED
    )


def take_ids(table: str, count: int) -> pl.Series:
    """`count` new ids of `table` from its own sequence, so that rows can point at each other
    before they are written."""
    taken = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) AS id FROM generate_series(1, %s)"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT min(id), max(id) FROM ({taken}) taken", [table, count])
        first, last = cursor.fetchone()
    if count and last - first + 1 == count:
        return pl.int_range(first, last + 1, eager=True, dtype=pl.Int64)
    # Somebody else took some in between: then they are fetched one by one.
    return read_frame(taken, [table, count], {"id": pl.Int64})["id"]


def _boolean(column: pl.Expr) -> pl.Expr:
    return column == "t"


def _date(column: pl.Expr) -> pl.Expr:
    return column.str.to_date("%Y-%m-%d")


_PARSED = {pl.Boolean: _boolean, pl.Date: _date}


def analyse(*tables: str) -> None:
    """Let the planner know what is in `tables`: it takes what was just filled for nearly empty."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {_quoted(tables)}")


@contextmanager
def staged(name: str, columns: Mapping[str, str], frame: pl.DataFrame) -> Iterator[str]:
    """A temporary table like `staging`'s that holds `frame`, which the planner knows."""
    with staging(name, columns) as table:
        copy_frame(table, frame)
        analyse(table)
        yield table


@contextmanager
def staging(name: str, columns: Mapping[str, str]) -> Iterator[str]:
    """A temporary table of `columns` (name → SQL type) for the length of the block."""
    definition = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE TEMPORARY TABLE "{name}" ({definition}) ON COMMIT DROP')
    try:
        yield name
    finally:
        if not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute(f'DROP TABLE IF EXISTS "{name}"')
