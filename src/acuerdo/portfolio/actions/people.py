"""Persons, known over all creditors by the keyed hash of a document, and a creditor's debtors."""

from __future__ import annotations

import os
from datetime import datetime

import numpy as np
import polars as pl
from django.db import connection

from acuerdo.core.bulk import SLICE, copy_frame, read_frame, staged, staging, take_ids
from acuerdo.core.crypto import encrypt, keyed_hash
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.actions.likeness import group_undocumented
from acuerdo.portfolio.rules.zones import find_candidates

_PERSON_COLUMNS = {
    "id": "bigint",
    "public_id": "uuid",
    "full_name": "varchar(200)",
    "document_country": "varchar(2)",
    "document_type": "varchar(20)",
    "document_hash": "varchar(64)",
    "document_encrypted": "bytea",
    "document_last4": "varchar(4)",
    "birth_on": "date",
    "is_synthetic": "boolean",
}

_ZONED_AT_ONCE = 200_000
# What of a row a person or debtor is made of.
_PEOPLE = (
    "who", "hash", "known_person_id", "name", "document", "document_country", "document_type",
    "birth_on", "is_synthetic", "language", "country", "subdivision",
)  # fmt: skip


def make_public_ids(at: datetime, count: int) -> pl.Series:
    """`count` UUIDv7 (RFC 9562) of the instant `at`, as 32 hexadecimal digits.

    They rise: the 26 bits after the time and version are a counter, which keeps their index
    dense; 48 bits are random.
    """
    noise = np.frombuffer(os.urandom(16 * count), dtype=np.uint8).reshape(count, 16).copy()
    stamp = int(at.timestamp() * 1000).to_bytes(6, "big")
    counter = np.arange(count)
    noise[:, :6] = np.frombuffer(stamp, dtype=np.uint8)
    noise[:, 6] = 0x70 | (counter >> 22 & 0x0F)
    noise[:, 7] = counter >> 14 & 0xFF
    noise[:, 8] = 0x80 | (counter >> 8 & 0x3F)
    noise[:, 9] = counter & 0xFF
    text = noise.tobytes().hex()
    return pl.Series([text[start : start + 32] for start in range(0, len(text), 32)])


def hash_documents(rows: pl.DataFrame) -> pl.Series:
    """The keyed hash of whose document each row has, null where it has none."""
    said = pl.concat_str(["document_country", "identity"], separator=":")
    hashes = [pl.Series([], dtype=pl.String)]
    for part in rows.iter_slices(SLICE):
        texts = part.select(said).to_series().to_list()
        known = {text: keyed_hash(f"document:{text}") for text in {*texts} if text}
        hashes.append(pl.Series([known.get(text) for text in texts], dtype=pl.String))
    return pl.concat(hashes)


def follow_merges(creditor_id: int, hashes: pl.Series) -> pl.Series:
    """`hashes` with those of somebody whom this creditor knows as somebody else by now replaced by
    the other's."""
    merged = read_frame(
        "SELECT gone_person.document_hash, kept_person.document_hash FROM portfolio_debtor gone"
        " JOIN portfolio_debtor kept ON kept.id = gone.merged_into_id"
        " JOIN portfolio_person gone_person ON gone_person.id = gone.person_id"
        " JOIN portfolio_person kept_person ON kept_person.id = kept.person_id"
        " WHERE gone.creditor_id = %s AND gone_person.document_hash IS NOT NULL"
        " AND kept_person.document_hash IS NOT NULL",
        [creditor_id],
        {"gone": pl.String, "kept": pl.String},
    )
    return hashes.replace(merged["gone"], merged["kept"])


def find_people(
    creditor: Creditor, now: datetime, fresh: pl.DataFrame, contacts: pl.DataFrame
) -> pl.DataFrame:
    """`fresh` rows (new accounts, with `hash`) with `person_id`, `debtor_id`, `is_new_debtor`.

    Rows of one document are one person, known to all creditors; so are, within the creditor,
    rows without one that share name and phone or e-mail (`contacts`). Persons and debtors that
    are missing are made.
    """
    fresh = fresh.drop("account_id", "debtor_id", "person_id", strict=False)
    if fresh.is_empty():
        return fresh.with_columns(
            person_id=pl.lit(None, dtype=pl.Int64),
            debtor_id=pl.lit(None, dtype=pl.Int64),
            is_new_debtor=pl.lit(value=False),
        )
    # Who is who: the document, else the name at an address, else the row itself.
    likely = group_undocumented(creditor.pk, fresh, contacts)
    fresh = fresh.join(likely, on="line", how="left", maintain_order="left")
    fresh = fresh.with_columns(who=pl.coalesce("hash", "group"))
    people = fresh.select(_PEOPLE).unique("who", keep="first", maintain_order=True)
    people = people.join(_find_persons(people), on="who", how="left", maintain_order="left")
    people = people.with_columns(person_id=pl.coalesce("person_id", "known_person_id"))
    unknown = people.filter(pl.col("person_id").is_null())
    made = _make_persons(creditor, now, unknown)
    people = people.drop("person_id").join(
        pl.concat([people.select("who", "person_id").drop_nulls(), made]),
        on="who",
        how="left",
        maintain_order="left",
    )
    people = people.join(
        _find_debtors(creditor.pk, people), on="person_id", how="left", maintain_order="left"
    ).with_columns(is_new_debtor=pl.col("debtor_id").is_null())
    people = _make_debtors(creditor, now, people, _find_zones(fresh, people, contacts))
    return fresh.drop("group", "known_person_id").join(
        people.select("who", "person_id", "debtor_id", "is_new_debtor"),
        on="who",
        how="left",
        maintain_order="left",
    )


def _find_persons(people: pl.DataFrame) -> pl.DataFrame:
    hashes = people.select("hash").drop_nulls()
    with staged("incoming_hash", {"hash": "varchar(64)"}, hashes) as table:
        return read_frame(
            f'SELECT person.document_hash, person.id FROM "{table}" incoming'
            " JOIN portfolio_person person ON person.document_hash = incoming.hash",
            None,
            {"who": pl.String, "person_id": pl.Int64},
        )


def _make_persons(creditor: Creditor, now: datetime, unknown: pl.DataFrame) -> pl.DataFrame:
    """The new persons' `who` and `person_id`. An import of another creditor may be making the
    same person now: whoever comes second waits, and takes the first one's."""
    if unknown.is_empty():
        return pl.DataFrame(schema={"who": pl.String, "person_id": pl.Int64})
    known = pl.col("document").is_not_null()
    frame = unknown.select(
        take_ids("portfolio_person", unknown.height).alias("id"),
        make_public_ids(now, unknown.height).alias("public_id"),
        pl.col("name").alias("full_name"),
        pl.when(known).then("document_country").otherwise(pl.lit("")).alias("document_country"),
        pl.when(known).then("document_type").otherwise(pl.lit("")).alias("document_type"),
        pl.col("hash").alias("document_hash"),
        "document",
        pl.col("document").str.tail(4).fill_null("").alias("document_last4"),
        "birth_on",
        pl.col("is_synthetic") | pl.lit(creditor.is_synthetic),
        "who",
    )
    names = ", ".join(_PERSON_COLUMNS)
    with staging("incoming_person", _PERSON_COLUMNS) as table, connection.cursor() as cursor:
        for part in frame.drop("who").iter_slices(SLICE):
            copy_frame(table, _seal(part))
        cursor.execute(
            f'INSERT INTO portfolio_person ({names}) SELECT {names} FROM "{table}"'
            " ORDER BY document_hash ON CONFLICT (document_hash) DO NOTHING"
        )
        if cursor.rowcount == frame.height:
            return frame.select("who", person_id="id")
    made = _find_persons(unknown)
    nameless = frame.filter(pl.col("document_hash").is_null()).select("who", person_id="id")
    return pl.concat([made, nameless])


def _seal(part: pl.DataFrame) -> pl.DataFrame:
    """`document` as it is kept."""
    sealed = [
        f"\\x{encrypt(document).hex()}" if document else None
        for document in part["document"].to_list()
    ]
    kept = pl.Series("document_encrypted", sealed, dtype=pl.String)
    return part.with_columns(kept).drop("document")


def _find_debtors(creditor_id: int, people: pl.DataFrame) -> pl.DataFrame:
    incoming = people.select("person_id")
    with staged("incoming_debtor", {"person_id": "bigint"}, incoming) as table:
        return read_frame(
            f'SELECT debtor.person_id, debtor.id FROM "{table}" incoming'
            " JOIN portfolio_debtor debtor ON debtor.person_id = incoming.person_id"
            " AND debtor.creditor_id = %s",
            [creditor_id],
            {"person_id": pl.Int64, "debtor_id": pl.Int64},
        )


def _find_zones(fresh: pl.DataFrame, people: pl.DataFrame, contacts: pl.DataFrame) -> pl.DataFrame:
    """`who`, `timezone` and `zones` of the debtors that are new: the place in the row that makes
    the debtor, those in his other rows, and his phones."""
    home = people.filter("is_new_debtor").select("who", "country", "subdivision")
    parts = [_find_zones_of(part, fresh, contacts) for part in home.iter_slices(_ZONED_AT_ONCE)]
    return pl.concat(parts) if parts else _find_zones_of(home, fresh, contacts)


def _find_zones_of(home: pl.DataFrame, fresh: pl.DataFrame, contacts: pl.DataFrame) -> pl.DataFrame:
    rows = fresh.select("line", *home.columns).join(
        home, on="who", how="inner", suffix="_home", maintain_order="left"
    )
    is_elsewhere = (pl.col("country") != pl.col("country_home")) | (
        (pl.col("subdivision") != "") & (pl.col("subdivision") != pl.col("subdivision_home"))
    )
    others = rows.filter(is_elsewhere).select(home.columns).unique(maintain_order=True)
    places = pl.concat(
        [home.with_columns(rank=pl.lit(0)), others.with_columns(rank=pl.lit(1))]
    ).rename({"who": "key"})
    phones = (
        contacts.filter((pl.col("kind") == "phone") & pl.col("is_valid"))
        .join(rows.select("line", "who"), on="line", how="inner")
        .sort("priority", "line")
        .select(pl.col("who").alias("key"), "value")
        .unique(maintain_order=True)
    )
    return find_candidates(places, phones).rename({"key": "who"})


def _make_debtors(
    creditor: Creditor, now: datetime, people: pl.DataFrame, zones: pl.DataFrame
) -> pl.DataFrame:
    """`people` with the ids of the debtors that were missing."""
    missing = people.filter("is_new_debtor")
    if missing.is_empty():
        return people
    ids = take_ids("portfolio_debtor", missing.height)
    missing = missing.drop("debtor_id").join(zones, on="who", how="left", maintain_order="left")
    copy_frame(
        "portfolio_debtor",
        missing.select(
            ids.alias("id"),
            make_public_ids(now, missing.height).alias("public_id"),
            "person_id",
            pl.lit(creditor.pk).alias("creditor_id"),
            "name",
            "language",
            "country",
            "subdivision",
            "timezone",
            (pl.lit("{") + pl.col("zones").list.join(",") + pl.lit("}")).alias("zone_candidates"),
        ),
    )
    made = missing.select("who", ids.alias("made_id"))
    return (
        people.join(made, on="who", how="left", maintain_order="left")
        .with_columns(debtor_id=pl.coalesce("debtor_id", "made_id"))
        .drop("made_id")
    )
