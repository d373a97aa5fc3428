"""The picture of every account at the end of a date."""

from __future__ import annotations

import polars as pl
from django.db import connection

from acuerdo.core.bulk import copy_frame, staging
from acuerdo.core.partitions import ensure_day
from acuerdo.portfolio.models import AccountSnapshot


def append_snapshots(frame: pl.DataFrame) -> int:
    """Add the rows of `frame` (columns of AccountSnapshot) and return how many were new.

    Append-only: an account that already has a picture of that date keeps it. The partition of a
    date is made where it is missing.
    """
    if frame.is_empty():
        return 0
    table = AccountSnapshot._meta.db_table
    names = ", ".join(f'"{name}"' for name in frame.columns)
    for on in frame["as_of_on"].unique().sort().to_list():
        ensure_day(table, on)
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT EXISTS (SELECT FROM "{table}" WHERE as_of_on = ANY(%s))',
            [frame["as_of_on"].unique().to_list()],
        )
        if not cursor.fetchone()[0]:
            return copy_frame(table, frame)
    kinds = {
        field.column: str(field.db_type(connection))
        for field in AccountSnapshot._meta.concrete_fields
        if field.column in frame.columns
    }
    with staging("incoming_snapshot", kinds) as incoming, connection.cursor() as cursor:
        copy_frame(incoming, frame)
        cursor.execute(
            f'INSERT INTO "{table}" ({names}) SELECT {names} FROM "{incoming}"'
            " ON CONFLICT DO NOTHING"
        )
        return int(cursor.rowcount)
