"""What was before: past contacts, consents, opt-outs and revocations from a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import polars as pl
from django.db import connection

from acuerdo.compliance import events
from acuerdo.compliance.actions.attempts import require_transaction
from acuerdo.compliance.actions.lists import STOP_SQL
from acuerdo.compliance.rules.consents import Said, settle_consents
from acuerdo.compliance.rules.history import (
    CONSENT,
    CONTACT,
    OPT_OUT,
    REVOCATION,
    HistoryReading,
    read_history,
)
from acuerdo.core.actor import Actor
from acuerdo.core.bulk import copy_frame, copy_rows, read_frame, staged, staging
from acuerdo.core.crypto import keyed_hash
from acuerdo.core.events import publish
from acuerdo.core.vocabulary import Party, Purpose
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.actions import read_file
from acuerdo.portfolio.rules.text import open_source

_FAULT = ("line", "column", "value", "reason")


@dataclass(frozen=True, slots=True)
class HistoryReport:
    """What came of a file. `new` and `known` count contacts, consents, opt-outs and revocations
    that were not here, and that were; `duplicates` rows of the file that say the same again."""

    file: Mapping[str, str]
    read: int
    new: Mapping[str, int]
    known: Mapping[str, int]
    duplicates: int
    rejections: pl.DataFrame
    warnings: pl.DataFrame

    @property
    def rejected(self) -> int:
        return self.rejections["line"].n_unique()

    def to_json(self) -> dict[str, Any]:
        """The object that `acuerdo contacts import --json` prints."""
        return {
            "file": dict(self.file),
            "rows": {
                "read": self.read,
                "accepted": self.read - self.rejected,
                "rejected": self.rejected,
                "duplicates": self.duplicates,
            },
            "new": dict(self.new),
            "known": dict(self.known),
            "rejections": self.rejections.to_dicts(),
            "warnings": self.warnings.to_dicts(),
        }


def import_history(
    *,
    creditor: Creditor,
    path: str | Path,
    actor: Actor,
    now: datetime,
    source: str = "",
    zone: str = "",
    dates: str | None = None,
) -> HistoryReport:
    """Take in what was before, so that caps and wishes are right from the first day.

    Contacts count like our own from their own instant on; consents, opt-outs and revocations hold
    in the order in which they were given, and never against a later word that is known here. The
    same file again changes nothing, but an outcome that it corrects. A bad row is rejected with
    its line, column, value and reason, and stops no other.

    `zone` (the creditor's where empty) is that of times that name none; `source` is told where
    the file has none; `dates` declares their order. Raises what `portfolio.import_file` raises for
    a file that cannot be read.
    """
    require_transaction("import_history")
    path = Path(path)
    opened = open_source(read_file(path))
    reading = read_history(
        opened, country=creditor.country, zone=zone or creditor.timezone, now=now, dates=dates
    )
    rows, unknown = _find_debtors(reading, creditor)
    rows = rows.with_columns(
        source=pl.when(pl.col("source") == "")
        .then(pl.lit((source or path.name)[:200]))
        .otherwise("source")
    )
    contacts = rows.filter(pl.col("kind") == CONTACT)
    contacts, duplicates = _name(contacts, creditor.pk)
    new = {"contacts": _write_contacts(contacts, creditor.pk)}
    opt_outs = rows.filter(pl.col("kind") == OPT_OUT)
    new["opt_outs"] = _write_opt_outs(opt_outs, creditor.pk, actor)
    said = rows.filter(pl.col("kind").is_in([CONSENT, REVOCATION]))
    new["consents"], new["revocations"] = _write_consents(list(_said(said)), creditor.pk, actor)
    counts = dict(rows["kind"].value_counts().iter_rows())
    totals = {
        "contacts": contacts.height,
        "opt_outs": counts.get(OPT_OUT, 0),
        "consents": counts.get(CONSENT, 0),
        "revocations": counts.get(REVOCATION, 0),
    }
    report = HistoryReport(
        file={"name": path.name, "encoding": opened.encoding, "separator": opened.separator},
        read=reading.read,
        new=new,
        known={name: max(total - new[name], 0) for name, total in totals.items()},
        duplicates=duplicates,
        rejections=pl.concat([reading.rejections, unknown]).sort("line", maintain_order=True),
        warnings=reading.warnings,
    )
    publish(
        events.HISTORY_IMPORTED,
        actor=actor,
        now=now,
        creditor_id=creditor.pk,
        data={"read": report.read, "rejected": report.rejected, **new},
    )
    return report


# Who


def _find_debtors(reading: HistoryReading, creditor: Creditor) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows with `debtor_id`, `person_id` and `account_id` (null where none is named), and the
    faults of those that name nobody here, or two people."""
    rows = reading.rows
    numbers = _look_up(
        "account.number AS key, account.id, account.debtor_id FROM portfolio_account AS account"
        " JOIN wanted ON wanted.key = account.number",
        "account.creditor_id",
        rows.filter(pl.col("account") != "")["account"].unique().to_list(),
        creditor,
    ).select(account="key", account_id="id", by_account="debtor_id")
    public = {text: key for text in rows["debtor"].unique() if (key := _uuid(text))}
    debtors = _look_up(
        "debtor.public_id::text AS key, debtor.id, debtor.id AS debtor_id"
        " FROM portfolio_debtor AS debtor JOIN wanted ON wanted.key::uuid = debtor.public_id",
        "debtor.creditor_id",
        list(public.values()),
        creditor,
    )
    named = pl.DataFrame(
        {"debtor": list(public), "key": list(public.values())},
        schema={"debtor": pl.String, "key": pl.String},
    ).join(debtors.select("key", by_reference="debtor_id"), on="key", how="inner")
    rows = (
        rows.join(numbers, on="account", how="left", maintain_order="left")
        .join(named.drop("key"), on="debtor", how="left", maintain_order="left")
        .join(_by_documents(reading, creditor), on="line", how="left", maintain_order="left")
    )
    ways = ("by_account", "by_reference", "by_document")
    known = [pl.col(way).is_not_null() for way in ways]
    differs = pl.min_horizontal(ways) != pl.max_horizontal(ways)
    reason = (
        pl.when((pl.col("account") != "") & ~known[0])
        .then(pl.lit("account:unknown_account"))
        .when((pl.col("debtor") != "") & ~known[1])
        .then(pl.lit("debtor:unknown_debtor"))
        .when(differs | pl.col("is_unsure").fill_null(value=False))
        .then(pl.lit("document:debtors_differ"))
        .when(~pl.any_horizontal(known))
        .then(pl.lit("document:unknown_document"))
    )
    rows = rows.with_columns(fault=reason, debtor_id=pl.coalesce(ways))
    faults = [
        (line, reading.headers.get(field, ""), value, code)
        for line, account, debtor, fault in rows.filter(pl.col("fault").is_not_null())
        .select("line", "account", "debtor", "fault")
        .unique(maintain_order=True)
        .iter_rows()
        for field, _colon, code in [fault.partition(":")]
        for value in [{"account": account, "debtor": debtor}.get(field, account or debtor)]
    ]
    good = rows.filter(pl.col("fault").is_null()).drop("fault", "is_unsure", *ways)
    schema = dict(zip(_FAULT, (pl.Int64, pl.String, pl.String, pl.String), strict=True))
    return good, pl.DataFrame(faults, schema=schema, orient="row")


def _look_up(select: str, scope: str, keys: list[str], creditor: Creditor) -> pl.DataFrame:
    """`key`, `id` and `debtor_id` of what `select` finds among `keys`, at the creditor alone."""
    with staging("compliance_wanted", {"key": "text"}) as table:
        copy_rows(table, ["key"], ((key,) for key in keys))
        return read_frame(
            f'WITH wanted AS (SELECT key FROM "{table}")'
            f" SELECT {select} WHERE {scope} = {creditor.pk:d}",
            None,
            {"key": pl.String, "id": pl.Int64, "debtor_id": pl.Int64},
        )


def _by_documents(reading: HistoryReading, creditor: Creditor) -> pl.DataFrame:
    """`line`, `by_document` and `is_unsure` (the number is that of several debtors here)."""
    keys = reading.documents["key"].unique().to_list()
    hashes = {keyed_hash(f"document:{key}"): key for key in keys}
    found = _look_up(
        "person.document_hash AS key, debtor.id, debtor.id AS debtor_id FROM portfolio_person"
        " AS person JOIN wanted ON wanted.key = person.document_hash"
        " JOIN portfolio_debtor AS debtor ON debtor.person_id = person.id",
        "debtor.creditor_id",
        list(hashes),
        creditor,
    )
    plain = [hashes[text] for text in found["key"]]
    found = found.with_columns(key=pl.Series(plain, dtype=pl.String))
    return (
        reading.documents.join(found, on="key", how="inner")
        .group_by("line")
        .agg(
            by_document=pl.col("debtor_id").first(),
            is_unsure=pl.col("debtor_id").n_unique() > 1,
        )
    )


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""


# Contacts


def _name(contacts: pl.DataFrame, creditor_id: int) -> tuple[pl.DataFrame, int]:
    """The contacts with the `reference` that names each of them for ever, once each, and how many
    rows said the same again. What came of a contact may be corrected, so it names nothing."""
    told = contacts.select(
        "debtor_id", "account", "channel", "direction", pl.col("at").cast(pl.Int64), "reference"
    )
    names = [
        "history:" + sha256(repr((creditor_id, *row)).encode()).hexdigest()[:40]
        for row in told.iter_rows()
    ]
    named = contacts.with_columns(name=pl.Series(names, dtype=pl.String))
    once = named.unique("name", keep="last", maintain_order=True)
    return once, named.height - once.height


def _write_contacts(contacts: pl.DataFrame, creditor_id: int) -> int:
    """Write the contacts that are not here, and the outcomes that changed. Returns how many are
    new."""
    columns = {
        "reference": "varchar(80)",
        "debtor_id": "bigint",
        "account_id": "bigint",
        "channel": "varchar(20)",
        "direction": "varchar(8)",
        "purpose": "varchar(40)",
        "occurred_at": "timestamptz",
        "outcome": "varchar(20)",
    }
    frame = contacts.select(
        "debtor_id",
        "account_id",
        "channel",
        "direction",
        "outcome",
        reference="name",
        occurred_at="at",
        purpose=pl.when(pl.col("direction") == "inbound")
        .then(pl.lit(str(Purpose.INFORMATION_REQUESTED_BY_CONSUMER)))
        .when(pl.col("purpose") == "")
        .then(pl.lit(str(Purpose.COLLECTION)))
        .otherwise("purpose"),
    )
    told = frame.select(list(columns))
    with staged("compliance_contacts", columns, told) as table, connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE compliance_contactattempt AS known
            SET outcome = told.outcome, purpose = told.purpose
            FROM "{table}" AS told
            WHERE known.reference = told.reference
              AND (known.outcome, known.purpose) IS DISTINCT FROM (told.outcome, told.purpose)
            """
        )
        cursor.execute(
            f"""
            INSERT INTO compliance_contactattempt
                (reference, creditor_id, person_id, debtor_id, account_id, channel, direction,
                 purpose, party, occurred_at, state, outcome)
            SELECT told.reference, debtor.creditor_id, debtor.person_id, debtor.id,
                   told.account_id, told.channel, told.direction, told.purpose, %s,
                   told.occurred_at, 'settled', told.outcome
            FROM "{table}" AS told
            JOIN portfolio_debtor AS debtor
              ON debtor.id = told.debtor_id AND debtor.creditor_id = %s
            ON CONFLICT (reference) DO NOTHING
            """,
            [str(Party.DEBTOR), creditor_id],
        )
        return int(cursor.rowcount)


# Wishes


def _write_opt_outs(opt_outs: pl.DataFrame, creditor_id: int, actor: Actor) -> int:
    """Opt the debtors out from the day on that the file tells. Returns how many were not."""
    columns = {
        "debtor_id": "bigint",
        "channel": "varchar(20)",
        "purpose": "varchar(40)",
        "is_stop": "boolean",
        "since_at": "timestamptz",
        "source": "varchar(200)",
    }
    offers = str(Purpose.COMMERCIAL_OFFER)
    frame = opt_outs.select(
        "debtor_id",
        "channel",
        "source",
        is_stop=pl.lit(value=True),
        since_at="at",
        purpose=pl.when(pl.col("purpose") == offers).then("purpose").otherwise(pl.lit("")),
    )
    with staging("compliance_stops", columns) as table, connection.cursor() as cursor:
        copy_frame(table, frame.select(list(columns)))
        found = f'SELECT {", ".join(columns)} FROM "{table}"'
        params: dict[str, int | str] = {"creditor": creditor_id, "by": actor.label}
        cursor.execute(STOP_SQL.format(found=found), params)
        return int(cursor.rowcount)


def _said(rows: pl.DataFrame) -> Iterable[Said]:
    wanted = ("debtor_id", "channel", "purpose", "at", "kind", "source", "text")
    for debtor_id, channel, purpose, at, kind, source, text in rows.select(wanted).iter_rows():
        is_consent = kind == CONSENT
        given = purpose or (str(Purpose.COLLECTION) if is_consent else "")
        yield Said(debtor_id, channel, given, at, is_consent, source, text)


_CONSENTS = {
    "debtor_id": "bigint",
    "channel": "varchar(20)",
    "purpose": "varchar(40)",
    "granted_at": "timestamptz",
    "revoked_at": "timestamptz",
    "source": "varchar(200)",
    "text": "text",
    "revoked_why": "varchar(300)",
}
_REVOKED = {
    "debtor_id": "bigint",
    "channel": "varchar(20)",
    "purpose": "varchar(40)",
    "at": "timestamptz",
    "source": "varchar(200)",
}


def _write_consents(said: Sequence[Said], creditor_id: int, actor: Actor) -> tuple[int, int]:
    """Returns how many consents and how many revocations were not here."""
    if not said:
        return 0, 0
    params: dict[str, int | str] = {"creditor": creditor_id, "by": actor.label}
    params["purpose"] = str(Purpose.COLLECTION)
    with (
        staging("compliance_stood", _CONSENTS) as table,
        staging("compliance_revoked", _REVOKED) as revoked,
        connection.cursor() as cursor,
    ):
        copy_rows(
            table,
            list(_CONSENTS),
            ([getattr(one, name) for name in _CONSENTS] for one in settle_consents(said)),
        )
        copy_rows(
            revoked,
            list(_REVOKED),
            ([getattr(one, name) for name in _REVOKED] for one in said if not one.is_consent),
        )
        is_new = f"""
            FROM "{revoked}" AS told
            WHERE NOT EXISTS (
                SELECT FROM compliance_consent AS known
                WHERE known.debtor_id = told.debtor_id AND known.channel = told.channel
                  AND told.purpose IN ('', known.purpose) AND known.revoked_at = told.at
            )
        """
        cursor.execute(f"SELECT count(*) {is_new}")
        new_revocations = int(cursor.fetchone()[0])
        cursor.execute(
            f"""
            UPDATE compliance_consent AS known
            SET revoked_at = told.at, revoked_by = %(by)s, revoked_why = told.source
            FROM "{revoked}" AS told
            WHERE known.debtor_id = told.debtor_id AND known.channel = told.channel
              AND told.purpose IN ('', known.purpose) AND known.creditor_id = %(creditor)s
              AND known.revoked_at IS NULL AND known.granted_at <= told.at
            """,
            params,
        )
        insert = """
            INSERT INTO compliance_consent
                (creditor_id, debtor_id, channel, purpose, granted_at, revoked_at, source, text,
                 granted_by, revoked_by, revoked_why)
        """
        cursor.execute(
            f"""
            {insert}
            SELECT %(creditor)s, told.debtor_id, told.channel, told.purpose, told.granted_at,
                   told.revoked_at, told.source, told.text, %(by)s,
                   CASE WHEN told.revoked_at IS NULL THEN '' ELSE %(by)s END, told.revoked_why
            FROM "{table}" AS told
            WHERE NOT EXISTS (
                SELECT FROM compliance_consent AS known
                WHERE known.debtor_id = told.debtor_id AND known.channel = told.channel
                  AND known.purpose = told.purpose
                  AND (known.granted_at = told.granted_at
                       OR told.revoked_at IS NULL
                          AND (known.revoked_at IS NULL OR known.revoked_at >= told.granted_at))
            )
            ON CONFLICT DO NOTHING
            """,
            params,
        )
        new_consents = int(cursor.rowcount)
        # A consent that was given elsewhere and taken back: it stood for no time that we know.
        cursor.execute(
            f"""
            {insert}
            SELECT DISTINCT %(creditor)s, told.debtor_id, told.channel,
                   COALESCE(NULLIF(told.purpose, ''), %(purpose)s), told.at, told.at,
                   told.source, '', %(by)s, %(by)s, told.source
            {is_new}
            """,
            params,
        )
    return new_consents, new_revocations
