"""Who is who among people without a document: one name at one phone or e-mail is one human."""

from __future__ import annotations

import polars as pl
from django.db import connection

from acuerdo.core.bulk import read_frame, staged
from acuerdo.portfolio.rules.phones import with_other_form

_WAYS = ("phone", "email")


def group_undocumented(
    creditor_id: int, fresh: pl.DataFrame, contacts: pl.DataFrame
) -> pl.DataFrame:
    """`line`, `group` (one for all rows of a human) and `known_person_id` of a debtor without a
    document who has the same name and address, where there is one: the creditor's own before
    another's.

    Without this a human with two debts and no document would be two people, each with caps of
    their own on one phone. Two creditors' debtors who are one person share those caps and no
    more. A row without a name is nobody's but its own, and a row with a document is never joined
    to one without: it could show a debt to a relative.
    """
    rows = fresh.filter(pl.col("hash").is_null()).select("line", name=_plain("name"))
    edges = (
        contacts.filter(pl.col("kind").is_in(_WAYS) & pl.col("is_valid"))
        .join(rows.filter(pl.col("name") != ""), on="line", how="inner")
        .pipe(with_other_form)
        .select("line", "name", "kind", "value", "other")
        .unique()
        .sort("line", "kind", "value")
    )
    known = _find_known(creditor_id, edges)
    edges = edges.select("line", "name", "kind", _one_form())
    roots: dict[str, str] = {}

    def find(node: str) -> str:
        while (above := roots.setdefault(node, node)) != node:
            roots[node] = roots[above]
            node = above
        return node

    for frame, kind in ((edges, "line"), (known, "person")):
        for number, *address in frame.iter_rows():
            one, other = find("\x1f".join(address)), find(f"{kind}:{number}")
            roots[other] = one
    persons: dict[str, int] = {}
    for person_id in known["person_id"].unique(maintain_order=True).to_list():
        persons.setdefault(find(f"person:{person_id}"), person_id)
    groups: dict[str, str] = {}
    lines = rows["line"].to_list()
    found = [find(f"line:{line}") for line in lines]
    for line, root in zip(lines, found, strict=True):
        groups.setdefault(root, f"line:{line}")
    return pl.DataFrame(
        {
            "line": lines,
            "group": [groups[root] for root in found],
            "known_person_id": [persons.get(root) for root in found],
        },
        schema={"line": pl.Int64, "group": pl.String, "known_person_id": pl.Int64},
    )


def _find_known(creditor_id: int, edges: pl.DataFrame) -> pl.DataFrame:
    """`person_id`, `name`, `kind`, `value` of debtors without a document at these addresses, the
    creditor's own first. The index of addresses begins with the creditor: so one asks of each."""
    columns = {"kind": "varchar(10)", "value": "varchar(300)"}
    schema = {"person_id": pl.Int64, "name": pl.String, "kind": pl.String, "value": pl.String}
    if edges.is_empty():
        return pl.DataFrame(schema=schema)
    with connection.cursor() as cursor:
        # Two creditors' imports must not each make the same human: the second waits here.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('portfolio.likeness'))")
    asked = pl.concat([edges.select("kind", "value"), edges.select("kind", value="other")])
    with staged("incoming_address", columns, asked.drop_nulls().unique()) as table:
        found = read_frame(
            f"""
            SELECT person.id, debtor.name, point.kind, point.value
            FROM "{table}" incoming
            CROSS JOIN creditors_creditor creditor
            JOIN portfolio_contactpoint point ON point.creditor_id = creditor.id
                AND point.kind = incoming.kind AND point.value = incoming.value
                AND point.is_valid
            JOIN portfolio_debtor debtor ON debtor.id = point.debtor_id
            JOIN portfolio_person person ON person.id = debtor.person_id
            WHERE person.document_hash IS NULL
            ORDER BY creditor.id <> %s, person.id
            """,
            [creditor_id],
            schema,
        )
    return (
        found.with_columns(name=_plain("name"))
        .filter(pl.col("name") != "")
        .pipe(with_other_form)
        .select("person_id", "name", "kind", _one_form())
    )


def _one_form() -> pl.Expr:
    """The same text for both forms of one phone."""
    return pl.max_horizontal("value", "other").alias("value")


def _plain(column: str) -> pl.Expr:
    """A name without case, accents and marks."""
    return (
        pl.col(column)
        .fill_null("")
        .str.normalize("NFKD")
        .str.replace_all(r"\p{M}", "")
        .str.to_lowercase()
        .str.replace_all(r"[^\p{L}\p{N}]+", " ")
        .str.strip_chars()
    )
