"""The answer to a query in somebody else's database, as records. Nothing is written there, and the
password in its address is never repeated, whatever fails."""

from __future__ import annotations

import hashlib
import io
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import polars as pl
from sqlalchemy import URL, Connection, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from acuerdo.portfolio.actions.intake import Intake
from acuerdo.portfolio.errors import FileEmpty, SourceFailed, TooManyColumns, TooManyRows
from acuerdo.portfolio.rules.grids import MAX_ROWS, Grid
from acuerdo.portfolio.rules.text import MAX_COLUMNS

_CHUNK = 50_000
_CONNECT_SECONDS = 15


def is_database(source: str) -> bool:
    """Whether a source is the address of a database and no file."""
    return "://" in source


def open_query(address: str, query: str) -> Intake:
    """The rows that `query` gives in the database at `address` (`postgresql://…`, `sqlite:///…`, or
    any other that SQLAlchemy has a driver for), read as they come, in a transaction that may not
    write. The lines in reports are rows of the answer, from 1.

    Raises SourceFailed, FileEmpty, TooManyRows, TooManyColumns.
    """
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise SourceFailed(problem="URL") from None
    try:
        engine = _connect(url)
        with engine.connect() as link:
            headers, frame, numbers, digest = _read(_read_only(link), query)
    except (SQLAlchemyError, sqlite3.Error, OSError, ImportError) as error:
        raise SourceFailed(problem=_told(error, url)) from None
    if frame is None or not headers:
        raise FileEmpty()
    points = tuple(header for header, is_number in zip(headers, numbers, strict=True) if is_number)
    grid = Grid("sql", headers, frame.lazy(), 1, points=points)
    return Intake(f"{Path(url.database or url.drivername).stem} (query)", digest, grid)


def _connect(url: URL) -> Engine:
    if url.drivername in ("postgresql", "postgres"):
        url = url.set(drivername="postgresql+psycopg")
    options: dict[str, Any] = {"poolclass": NullPool, "hide_parameters": True}
    if url.get_backend_name() == "sqlite":
        # A path that is not there is an error, not a new database.
        path = quote(str(Path(url.database or "").resolve()))
        return create_engine(
            "sqlite://",
            creator=lambda: sqlite3.connect(f"file:{path}?mode=ro", uri=True),
            **options,
        )
    if url.get_backend_name() == "postgresql":
        options["connect_args"] = {"connect_timeout": _CONNECT_SECONDS}
    return create_engine(url, **options)


def _read_only(link: Connection) -> Connection:
    if link.dialect.name == "postgresql":
        return link.execution_options(
            postgresql_readonly=True, isolation_level="REPEATABLE READ", stream_results=True
        )
    return link.execution_options(stream_results=True)


def _read(link: Connection, query: str) -> tuple[list[str], pl.DataFrame | None, list[bool], str]:
    """Headers, rows as text, which columns hold nothing but numbers, and the digest of it all."""
    # As it stands: a `%` or `:word` in it is no parameter.
    result = link.execution_options(no_parameters=True).exec_driver_sql(query)
    headers = [str(name) for name in result.keys()]  # noqa: SIM118 - no mapping
    if len(headers) > MAX_COLUMNS:
        raise TooManyColumns(count=len(headers), limit=MAX_COLUMNS)
    digest = hashlib.sha256("\x1f".join(headers).encode())
    numbers = [True] * len(headers)
    chunks: list[pl.DataFrame] = []
    height = 0
    for rows in result.partitions(_CHUNK):
        columns = [_to_text(values) for values in zip(*rows, strict=True)]
        numbers = [was and is_number for was, (_, is_number) in zip(numbers, columns, strict=True)]
        chunk = pl.DataFrame(
            {f"c{place}": cells for place, (cells, _) in enumerate(columns)},
            schema_overrides={f"c{place}": pl.String for place in range(len(headers))},
        )
        height += chunk.height
        if height > MAX_ROWS:
            raise TooManyRows(count=height, limit=MAX_ROWS)
        out = io.BytesIO()
        chunk.write_ipc(out)
        digest.update(out.getbuffer())
        chunks.append(chunk)
    return headers, pl.concat(chunks) if chunks else None, numbers, digest.hexdigest()


def _to_text(values: Sequence[Any]) -> tuple[list[str | None], bool]:
    """Values as a person would write them without a loss, and whether all of them are numbers."""
    kinds = {type(value) for value in values} - {type(None)}
    if kinds <= {str}:
        return list(values), False
    is_number = kinds <= {int, float, Decimal}
    return list(_write(values)), is_number


def _write(values: Sequence[Any]) -> Iterator[str | None]:
    for value in values:
        if value is None or isinstance(value, (bytes, memoryview)):
            yield None
        elif isinstance(value, float):
            yield str(int(value)) if value.is_integer() else repr(value)
        elif isinstance(value, Decimal):
            yield format(value, "f")
        elif isinstance(value, datetime):
            yield value.strftime("%Y-%m-%d %H:%M:%S")
        elif isinstance(value, date):
            yield value.isoformat()
        else:
            yield str(value)


def _told(error: BaseException, url: URL) -> str:
    """What the database said, in one line and without the password."""
    said = " ".join(str(getattr(error, "orig", None) or error).split())
    secret = url.password
    if secret:
        said = said.replace(str(secret), "***").replace(quote(str(secret), safe=""), "***")
    return said[:300]
