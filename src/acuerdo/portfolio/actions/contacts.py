"""The addresses that a file brings."""

from __future__ import annotations

import polars as pl
from django.db import connection

from acuerdo.core.bulk import SLICE, copy_frame, staging
from acuerdo.portfolio.rules.phones import with_other_form

_COLUMNS = {
    "debtor_id": "bigint",
    "creditor_id": "bigint",
    "kind": "varchar(10)",
    "value": "varchar(300)",
    "is_valid": "boolean",
    "source": "varchar(80)",
    "priority": "smallint",
}


def write_contacts(
    creditor_id: int,
    source: str,
    contacts: pl.DataFrame,
    fresh: pl.DataFrame,
    changed: pl.DataFrame,
) -> None:
    """Addresses of the debtors of new and changed accounts that they do not have yet.

    A phone is one address, in whatever form it is written. Of the two forms of an Argentine mobile
    the one that says so is kept, for only that one can be written to; a number that was found to
    be somebody else's comes back in neither.
    """
    owners = pl.concat(
        [
            fresh.select("line", "debtor_id", "is_new_debtor"),
            changed.select("line", "debtor_id", is_new_debtor=pl.lit(value=False)),
        ]
    )
    # All addresses of a debtor at once, of a million debtors not all at once.
    debtors = owners["debtor_id"].unique().sort()
    for first in range(0, debtors.len(), SLICE):
        some = debtors[first : first + SLICE]
        is_one = pl.col("debtor_id").is_between(some[0], some[-1])
        _write(creditor_id, source, contacts, owners.filter(is_one))


def _write(creditor_id: int, source: str, contacts: pl.DataFrame, owners: pl.DataFrame) -> None:
    found = (
        contacts.join(owners, on="line", how="inner", maintain_order="left")
        .pipe(with_other_form)
        .with_columns(one=pl.max_horizontal("value", "other"))
        .sort(pl.col("value") != pl.col("one"), maintain_order=True)
        .unique(["debtor_id", "kind", "one"], keep="first", maintain_order=True)
        .with_columns(creditor_id=pl.lit(creditor_id), source=pl.lit(source[:80]))
    )
    copy_frame("portfolio_contactpoint", found.filter("is_new_debtor").select(list(_COLUMNS)))
    others = found.filter(~pl.col("is_new_debtor")).select(*_COLUMNS, "other")
    if others.is_empty():
        return
    names = ", ".join(_COLUMNS)
    with (
        staging("incoming_contact", {**_COLUMNS, "other": "varchar(300)"}) as table,
        connection.cursor() as cursor,
    ):
        copy_frame(table, others)
        same = "point.debtor_id = incoming.debtor_id AND point.kind = incoming.kind"
        cursor.execute(
            f"""
            UPDATE portfolio_contactpoint point SET value = incoming.value
            FROM "{table}" incoming
            WHERE {same} AND point.value = incoming.other AND incoming.value > incoming.other
            """
        )
        cursor.execute(
            f"""
            INSERT INTO portfolio_contactpoint ({names}) SELECT {names} FROM "{table}" incoming
            WHERE incoming.other IS NULL OR NOT EXISTS (
                SELECT FROM portfolio_contactpoint point WHERE {same}
                AND point.value = incoming.other
            )
            ON CONFLICT DO NOTHING
            """
        )
