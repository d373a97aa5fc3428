"""Debtors of one creditor who may be one human: looked for in a set, decided by a person."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from itertools import combinations
from typing import Final

import polars as pl
from django.db import connection

from acuerdo.core.actor import Actor
from acuerdo.core.bulk import copy_rows, read_frame, staging
from acuerdo.core.crypto import decrypt
from acuerdo.core.events import publish
from acuerdo.portfolio.actions.people import make_public_ids
from acuerdo.portfolio.events import DUPLICATES_PROPOSED
from acuerdo.portfolio.models import ContactPoint, Debtor
from acuerdo.portfolio.rules.likeness import Known, judge, name_words
from acuerdo.portfolio.rules.phones import list_phone_variants, with_other_form

# What more debtors than these have in common (a switchboard, an adviser) tells nobody apart.
_CROWD: Final = 5
_MOST: Final = 20_000
_COLUMNS: Final = {
    "public_id": "uuid",
    "creditor_id": "bigint",
    "first_id": "bigint",
    "second_id": "bigint",
    "state": "varchar(10)",
    "sureness": "smallint",
    "reasons": "jsonb",
    "found_at": "timestamptz",
    "decided_by": "varchar(80)",
    "moved": "jsonb",
}


def propose_duplicates(*, creditor_id: int, actor: Actor, now: datetime) -> int:
    """Look through all debtors of the creditor and keep the pairs that may be one human, with
    reasons. A pair that was looked at before stays as it was decided. Returns how many are new."""
    pairs = _likely_pairs(creditor_id)
    known = describe_debtors({debtor for pair in pairs for debtor in pair})
    rows = []
    for first, second in pairs:
        likeness = judge(known[first], known[second])
        if likeness.is_likely:
            rows.append((first, second, likeness.sureness, json.dumps(likeness.reasons)))
    if not rows:
        return 0
    names = ", ".join(_COLUMNS)
    ids = make_public_ids(now, len(rows)).to_list()
    with staging("incoming_pair", _COLUMNS) as table, connection.cursor() as cursor:
        copy_rows(
            table,
            list(_COLUMNS),
            (
                (pk, creditor_id, first, second, "proposed", sure, reasons, now, "", "{}")
                for pk, (first, second, sure, reasons) in zip(ids, rows, strict=True)
            ),
        )
        cursor.execute(
            f'INSERT INTO portfolio_debtorpair ({names}) SELECT {names} FROM "{table}"'
            " ON CONFLICT DO NOTHING"
        )
        count = int(cursor.rowcount)
    if count:
        publish(
            DUPLICATES_PROPOSED,
            actor=actor,
            now=now,
            creditor_id=creditor_id,
            data={"pairs": count},
        )
    return count


def describe_debtors(debtor_ids: Collection[int]) -> dict[int, Known]:
    """What is known of each of these debtors, as `judge` asks for it."""
    addresses: dict[int, set[tuple[str, str]]] = defaultdict(set)
    points = ContactPoint.objects.filter(debtor_id__in=list(debtor_ids), kind__in=_KINDS)
    for debtor_id, kind, value in points.values_list("debtor_id", "kind", "value"):
        one = list_phone_variants(value)[0] if kind == "phone" else value
        addresses[debtor_id].add((kind, one))
    debtors = Debtor.objects.filter(pk__in=list(debtor_ids)).select_related("person")
    return {
        debtor.pk: Known(
            name=debtor.plain_name,
            document=(
                decrypt(debtor.person.document_encrypted)
                if debtor.person.document_encrypted
                else ""
            ),
            document_type=debtor.person.document_type,
            birth_on=debtor.person.birth_on,
            addresses=frozenset(addresses[debtor.pk]),
        )
        for debtor in debtors
    }


_KINDS: Final = ("phone", "email")


def _likely_pairs(creditor_id: int) -> list[tuple[int, int]]:
    """Pairs with an address in common, or a name and the end of a document or a birth date."""
    points = read_frame(
        "SELECT point.debtor_id, point.kind, point.value FROM portfolio_contactpoint point"
        " JOIN portfolio_debtor debtor ON debtor.id = point.debtor_id"
        " AND debtor.merged_into_id IS NULL AND debtor.erased_at IS NULL"
        " WHERE point.creditor_id = %s AND point.kind IN ('phone', 'email') AND point.is_valid",
        [creditor_id],
        {"debtor_id": pl.Int64, "kind": pl.String, "value": pl.String},
    )
    points = with_other_form(points).with_columns(one=pl.max_horizontal("value", "other"))
    people = read_frame(
        "SELECT debtor.id, debtor.plain_name, person.document_last4, person.birth_on"
        " FROM portfolio_debtor debtor JOIN portfolio_person person ON person.id = person_id"
        " WHERE debtor.creditor_id = %s AND debtor.merged_into_id IS NULL"
        " AND debtor.erased_at IS NULL AND debtor.plain_name <> ''",
        [creditor_id],
        {"debtor_id": pl.Int64, "name": pl.String, "last4": pl.String, "birth_on": pl.Date},
    )
    words = [" ".join(name_words(name)) for name in people["name"].to_list()]
    people = people.with_columns(words=pl.Series(words, dtype=pl.String))
    found: set[tuple[int, int]] = set()
    for groups in (
        _groups(points, ["kind", "one"]),
        _groups(people.filter(pl.col("last4") != ""), ["words", "last4"]),
        _groups(people.drop_nulls("birth_on"), ["words", "birth_on"]),
    ):
        for debtors in groups:
            found.update(combinations(sorted(debtors), 2))
    return sorted(found)[:_MOST]


def _groups(frame: pl.DataFrame, by: list[str]) -> Iterable[list[int]]:
    grouped = frame.unique([*by, "debtor_id"]).group_by(by).agg("debtor_id")
    return grouped.filter(pl.col("debtor_id").list.len().is_between(2, _CROWD))[
        "debtor_id"
    ].to_list()
