"""Do-not-contact lists: obeyed for the debtors there are, remembered for those to come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
from django.db import connection

from acuerdo.compliance import events
from acuerdo.compliance.actions.attempts import require_transaction
from acuerdo.compliance.actions.quarantine import spread_quarantines
from acuerdo.compliance.models import DoNotContact
from acuerdo.compliance.rules import find_stop
from acuerdo.compliance.rules.lists import read_list
from acuerdo.core.actor import Actor
from acuerdo.core.bulk import copy_frame, read_frame, staged, staging
from acuerdo.core.crypto import keyed_hash
from acuerdo.core.events import publish
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.actions import read_file
from acuerdo.portfolio.columns import ColumnContext
from acuerdo.portfolio.rules import ADDRESS_KINDS, list_spellings
from acuerdo.portfolio.rules.text import open_source

_LISTED = {
    "line": "bigint",
    "kind": "varchar(10)",
    "value": "varchar(300)",
    "hash": "varchar(64)",
    "channel": "varchar(20)",
    "purpose": "varchar(40)",
    "is_stop": "boolean",
    "since_at": "timestamptz",
    "source": "varchar(200)",
}
# `found` selects debtor_id, channel, purpose, is_stop, since_at and source. A word that came later
# stands: who wanted to be written to after the list was made is not stopped again.
STOP_SQL = """
INSERT INTO compliance_optout
    (creditor_id, debtor_id, channel, purpose, is_stop, opted_out_at, source, text, recorded_by,
     withdrawn_by, withdrawn_why)
SELECT DISTINCT ON (found.debtor_id, found.channel, found.purpose)
       %(creditor)s, found.debtor_id, found.channel, found.purpose, found.is_stop, found.since_at,
       found.source, '', %(by)s, '', ''
FROM ({found}) AS found
WHERE NOT EXISTS (
    SELECT FROM compliance_optout AS known
    WHERE known.debtor_id = found.debtor_id AND known.channel = found.channel
      AND known.purpose = found.purpose
      AND (known.withdrawn_at IS NULL OR known.withdrawn_at >= found.since_at)
)
ORDER BY found.debtor_id, found.channel, found.purpose, found.since_at
ON CONFLICT DO NOTHING
RETURNING debtor_id
"""
_MATCH = """
SELECT listed.line, point.debtor_id
FROM "{table}" AS listed
JOIN "{spelled}" AS spelled ON spelled.kind = listed.kind AND spelled.value = listed.value
JOIN portfolio_contactpoint AS point
  ON point.creditor_id = {creditor:d} AND point.kind = spelled.kind
 AND point.value = spelled.spelling
UNION
SELECT listed.line, debtor.id
FROM "{table}" AS listed
JOIN portfolio_person AS person ON person.document_hash = listed.hash
JOIN portfolio_debtor AS debtor
  ON debtor.person_id = person.id AND debtor.creditor_id = {creditor:d}
WHERE listed.kind = 'document'
"""


@dataclass(frozen=True, slots=True)
class ListReport:
    """What came of a list. `answers`: `line` and `debtors` (how many it names now) of every row
    that could be read; `rejections` and `warnings`: `line`, `column`, `value`, `reason`.
    `debtors` are on it, `stopped` of them because of it alone; `remembered` rows were new to us."""

    file: Mapping[str, str]
    read: int
    answers: pl.DataFrame
    rejections: pl.DataFrame
    warnings: pl.DataFrame
    debtors: int
    stopped: int
    remembered: int

    @property
    def matched(self) -> int:
        return self.answers.filter(pl.col("debtors") > 0).height

    @property
    def not_found(self) -> int:
        return self.answers.height - self.matched

    @property
    def unreadable(self) -> int:
        return self.rejections["line"].n_unique()

    def to_json(self) -> dict[str, Any]:
        """The object that `acuerdo wishes import --json` prints: every row is answered."""
        answers = [
            {"line": line, "result": "matched" if count else "not_found", "debtors": count}
            for line, count in self.answers.iter_rows()
        ]
        answers += [
            {"line": line, "result": "unreadable", "debtors": 0}
            for line in self.rejections["line"].unique().to_list()
        ]
        return {
            "file": dict(self.file),
            "rows": {
                "read": self.read,
                "matched": self.matched,
                "not_found": self.not_found,
                "unreadable": self.unreadable,
            },
            "debtors": {
                "named": self.debtors,
                "stopped": self.stopped,
                "already_stopped": self.debtors - self.stopped,
            },
            "remembered": self.remembered,
            "answers": sorted(answers, key=lambda answer: int(answer["line"])),
            "rejections": self.rejections.to_dicts(),
            "warnings": self.warnings.to_dicts(),
        }


def import_do_not_contact(
    *,
    creditor: Creditor,
    path: str | Path,
    source: str,
    actor: Actor,
    now: datetime,
    dates: str | None = None,
) -> ListReport:
    """Leave everybody on a list alone: phones, e-mails or documents, with a channel, a purpose, a
    date and a source where the file has them.

    A row that names a channel closes that channel alone; one without closes all contact. Debtors
    who are here are opted out; every address and document is remembered by its keyed hash, so
    that whoever is imported later is, too. The same list again changes nothing. `source` is told
    where the file has none; `dates` declares the order of its dates. Raises what
    `portfolio.import_file` raises for a file that cannot be read.
    """
    require_transaction("import_do_not_contact")
    path = Path(path)
    zone = ZoneInfo(creditor.timezone)
    opened = open_source(read_file(path))
    reading = read_list(
        opened, country=creditor.country, as_of_on=now.astimezone(zone).date(), dates=dates
    )
    listed = _prepare(reading.entries, source or path.name, zone)
    columns = {"kind": "varchar(10)", "value": "varchar(300)", "spelling": "varchar(300)"}
    with (
        staged("compliance_listed", _LISTED, listed) as table,
        staged("compliance_spelled", columns, _spell(listed)) as spelled,
        connection.cursor() as cursor,
    ):
        new = _remember(table, creditor.pk, actor, now)
        match = _MATCH.format(table=table, spelled=spelled, creditor=creditor.pk)
        found = f"""
            SELECT matched.debtor_id, listed.channel, listed.purpose, listed.is_stop,
                   COALESCE(listed.since_at, known.since_at) AS since_at, listed.source
            FROM ({match}) AS matched
            JOIN "{table}" AS listed ON listed.line = matched.line
            JOIN compliance_donotcontact AS known
              ON known.creditor_id = %(creditor)s AND known.kind = listed.kind
             AND known.hash = listed.hash AND known.channel = listed.channel
             AND known.purpose = listed.purpose
        """
        params: dict[str, int | str] = {"creditor": creditor.pk, "by": actor.label}
        cursor.execute(STOP_SQL.format(found=found), params)
        stopped = len({pk for (pk,) in cursor.fetchall()})
        pairs = read_frame(match, None, {"line": pl.Int64, "debtor_id": pl.Int64})
    answers = (
        listed.select("line")
        .unique()
        .join(pairs.group_by("line").agg(debtors=pl.len()), on="line", how="left")
        .with_columns(pl.col("debtors").fill_null(0))
        .sort("line")
    )
    report = ListReport(
        file={"name": path.name, "encoding": opened.encoding, "separator": opened.separator},
        read=reading.read,
        answers=answers,
        rejections=reading.rejections,
        warnings=reading.warnings,
        debtors=pairs["debtor_id"].n_unique(),
        stopped=stopped,
        remembered=listed.filter(pl.col("hash").is_in(new))["line"].n_unique(),
    )
    publish(
        events.DO_NOT_CONTACT_IMPORTED,
        actor=actor,
        now=now,
        creditor_id=creditor.pk,
        data={
            "read": report.read,
            "matched": report.matched,
            "not_found": report.not_found,
            "unreadable": report.unreadable,
            "stopped": stopped,
        },
    )
    return report


def stop_listed(people: pl.DataFrame, context: ColumnContext) -> None:
    """Opt out those of the debtors whom a portfolio's file brought who are on a list, by any of
    their addresses or their document, and rest the addresses that are quarantined."""
    spread_quarantines(creditor_id=context.creditor_id, actor=context.actor, now=context.now)
    if not DoNotContact.objects.filter(creditor_id=context.creditor_id).exists():
        return
    debtors = people.select("debtor_id").unique()
    with staging("compliance_placed", {"debtor_id": "bigint"}) as table:
        copy_frame(table, debtors)
        addresses = read_frame(
            f"""
            SELECT point.debtor_id, point.kind, point.value
            FROM "{table}" AS placed JOIN portfolio_contactpoint AS point USING (debtor_id)
            WHERE point.kind <> 'address'
            """,
            None,
            {"debtor_id": pl.Int64, "kind": pl.String, "value": pl.String},
        )
        documents = read_frame(
            f"""
            SELECT debtor.id, 'document', person.document_hash
            FROM "{table}" AS placed JOIN portfolio_debtor AS debtor ON debtor.id = placed.debtor_id
            JOIN portfolio_person AS person ON person.id = debtor.person_id
            WHERE person.document_hash IS NOT NULL
            """,
            None,
            {"debtor_id": pl.Int64, "kind": pl.String, "hash": pl.String},
        )
    hashed = addresses.with_columns(hash=_hash(addresses, one_spelling=True))
    columns = {"debtor_id": "bigint", "kind": "varchar(10)", "hash": "varchar(64)"}
    with staging("compliance_hashed", columns) as table, connection.cursor() as cursor:
        copy_frame(table, pl.concat([hashed.select(list(columns)), documents]))
        found = f"""
            SELECT placed.debtor_id, known.channel, known.purpose, known.is_stop, known.since_at,
                   known.source
            FROM "{table}" AS placed
            JOIN compliance_donotcontact AS known
              ON known.creditor_id = %(creditor)s AND known.kind = placed.kind
             AND known.hash = placed.hash
        """
        params: dict[str, int | str] = {"creditor": context.creditor_id, "by": context.actor.label}
        cursor.execute(STOP_SQL.format(found=found), params)


def remember_stop(
    *,
    creditor_id: int,
    channel: str,
    address: str,
    text: str,
    source: str,
    actor: Actor,
    now: datetime,
) -> bool:
    """Obey a stop of somebody who is no debtor here (yet): whoever is imported with this address
    later is left alone. Returns whether `text` was one."""
    kind = ADDRESS_KINDS.get(channel, "")
    stop = find_stop(text)
    if stop is None or not kind or not address:
        return False
    value = list_spellings(kind, address)[0]
    DoNotContact.objects.get_or_create(
        creditor_id=creditor_id,
        kind=kind,
        hash=keyed_hash(f"{kind}:{value}"),
        channel="" if stop.every_channel else channel,
        purpose="",
        defaults={
            "since_at": now,
            "source": source[:200],
            "recorded_at": now,
            "recorded_by": actor.label,
        },
    )
    return True


def _prepare(entries: pl.DataFrame, source: str, zone: ZoneInfo) -> pl.DataFrame:
    """The entries as rows of `_LISTED`. A date without an hour is its beginning, there."""
    days = {
        on: datetime.combine(on, time.min, zone).astimezone(UTC)
        for on in entries["since_on"].drop_nulls().unique().to_list()
    }
    since = pl.Series(
        [days.get(on) for on in entries["since_on"].to_list()], dtype=pl.Datetime("us", "UTC")
    )
    return entries.with_columns(
        hash=_hash(entries),
        is_stop=pl.col("channel") == "",
        since_at=since,
        source=pl.when(pl.col("source") == "").then(pl.lit(source[:200])).otherwise("source"),
    ).select(list(_LISTED))


def _hash(addresses: pl.DataFrame, *, one_spelling: bool = False) -> pl.Series:
    """The keyed hash of each `kind` and `value`; a document's is the one that persons have."""
    known: dict[tuple[str, str], str] = {}
    for kind, value in addresses.select("kind", "value").unique().iter_rows():
        plain = list_spellings(kind, value)[0] if one_spelling else value
        known[kind, value] = keyed_hash(f"{kind}:{plain}")
    pairs = addresses.select("kind", "value").iter_rows()
    return pl.Series([known[pair] for pair in pairs], dtype=pl.String)


def _spell(listed: pl.DataFrame) -> pl.DataFrame:
    """Every form in which the listed phones and e-mails may stand in the portfolio."""
    wanted = listed.filter(pl.col("kind") != "document").select("kind", "value").unique()
    rows: Iterable[tuple[str, str, str]] = (
        (kind, value, spelling)
        for kind, value in wanted.iter_rows()
        for spelling in list_spellings(kind, value)
    )
    schema = {"kind": pl.String, "value": pl.String, "spelling": pl.String}
    return pl.DataFrame(list(rows), schema=schema, orient="row")


def _remember(table: str, creditor_id: int, actor: Actor, now: datetime) -> list[str]:
    """Keep the hashes; what is known keeps its date. Returns those that are new."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO compliance_donotcontact
                (creditor_id, kind, hash, channel, purpose, is_stop, since_at, source,
                 recorded_at, recorded_by)
            SELECT DISTINCT ON (kind, hash, channel, purpose)
                   %(creditor)s, kind, hash, channel, purpose, is_stop,
                   COALESCE(since_at, %(now)s), source, %(now)s, %(by)s
            FROM "{table}" ORDER BY kind, hash, channel, purpose, since_at NULLS LAST, line
            ON CONFLICT DO NOTHING RETURNING hash
            """,
            {"creditor": creditor_id, "now": now, "by": actor.label},
        )
        return [new for (new,) in cursor.fetchall()]
