"""Partitions of the append-only tables: the first writer of a period makes its own."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta

from django.db import connection, migrations, transaction
from django.db.migrations.operations.base import Operation

# Asked of the table itself: `to_regclass` answers from a cache that still says no after another
# transaction has made the table.
_EXISTS = "SELECT EXISTS (SELECT FROM pg_class WHERE relname = %s AND pg_table_is_visible(oid))"

# Partitions that were seen lately, by database and name: a minute long nobody asks for them again.
# One that an open transaction of ours makes may still be rolled back, so it is not remembered.
_SEEN_FOR = 60.0
_seen: dict[tuple[str, str], float] = {}
_being_made: set[tuple[str, str]] = set()


def ensure_month(table: str, at: datetime) -> None:
    """Make sure that `table` can take rows of the UTC month of `at`."""
    first = at.astimezone(UTC).date().replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    _ensure(table, f"{table}_{first:%Y_%m}", f"{first} 00:00+00", f"{following} 00:00+00")


def ensure_day(table: str, on: date) -> None:
    """Make sure that `table` can take rows of the date `on`."""
    _ensure(table, f"{table}_{on:%Y_%m_%d}", f"{on}", f"{on + timedelta(days=1)}")


def _ensure(table: str, partition: str, lower: str, upper: str) -> None:
    key = (str(connection.settings_dict["NAME"]), partition)
    if time.monotonic() - _seen.get(key, -_SEEN_FOR) < _SEEN_FOR:
        return
    with connection.cursor() as cursor:
        cursor.execute(_EXISTS, [partition])
        if cursor.fetchone()[0]:
            if key not in _being_made:
                _seen[key] = time.monotonic()
            return
    # In a transaction even where the caller has none: the lock must last until both are done.
    with transaction.atomic(), connection.cursor() as cursor:
        # Another writer may be making it now: wait for its transaction, then look again.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [partition])
        cursor.execute(_EXISTS, [partition])
        if cursor.fetchone()[0]:
            return
        _being_made.add(key)
        transaction.on_commit(lambda: _being_made.discard(key))
        # LIKE + ATTACH locks the parent far less than PARTITION OF does.
        cursor.execute(f'CREATE TABLE "{partition}" (LIKE "{table}" INCLUDING ALL)')
        cursor.execute(
            f'ALTER TABLE "{table}" ATTACH PARTITION "{partition}" FOR VALUES FROM (%s) TO (%s)',
            [lower, upper],
        )


def append_only(table: str) -> list[str]:
    """SQL that makes the database refuse UPDATE, DELETE and TRUNCATE on `table`.

    Row triggers, because a statement trigger on a parent misses a DELETE on a partition.
    """
    return [
        f'CREATE TRIGGER "{table}_append_only" BEFORE UPDATE OR DELETE ON "{table}"'
        " FOR EACH ROW EXECUTE FUNCTION acuerdo_refuse_change()",
        f'CREATE TRIGGER "{table}_no_truncate" BEFORE TRUNCATE ON "{table}"'
        " FOR EACH STATEMENT EXECUTE FUNCTION acuerdo_refuse_change()",
    ]


def partition_by_range(table: str, column: str) -> list[Operation]:
    """Operations that turn the freshly created, empty `table` into an append-only parent
    partitioned by range of `column`, keeping its columns, primary key and indexes."""
    forward = [
        f"""DO $$ DECLARE statements text[]; statement text; BEGIN
            ALTER TABLE "{table}" RENAME TO "{table}_template";
            CREATE TABLE "{table}" (LIKE "{table}_template" INCLUDING DEFAULTS
                INCLUDING CONSTRAINTS INCLUDING IDENTITY) PARTITION BY RANGE ("{column}");
            SELECT array_agg(replace(pg_get_indexdef(indexrelid), '{table}_template', '{table}'))
                INTO statements FROM pg_index
                WHERE indrelid = '"{table}_template"'::regclass AND NOT indisprimary;
            SELECT statements || ('ALTER TABLE "{table}" ADD ' || pg_get_constraintdef(oid))
                INTO statements FROM pg_constraint
                WHERE conrelid = '"{table}_template"'::regclass AND contype = 'p';
            DROP TABLE "{table}_template";
            FOREACH statement IN ARRAY statements LOOP EXECUTE statement; END LOOP;
        END $$""",
        *append_only(table),
    ]
    return [migrations.RunSQL(statement, migrations.RunSQL.noop) for statement in forward]
