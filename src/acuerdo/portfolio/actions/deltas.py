"""Files that tell what changed, and full files that are compared with what is here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
from django.db import connection, transaction

from acuerdo.core.actor import Actor
from acuerdo.core.events import publish
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.actions.facts import find_accounts
from acuerdo.portfolio.actions.importing import Progress, import_intake, keep_rejections
from acuerdo.portfolio.actions.intake import Intake
from acuerdo.portfolio.actions.recalls import count_missing, propose_recalls
from acuerdo.portfolio.actions.report import ImportReport, hide_values
from acuerdo.portfolio.columns import list_columns
from acuerdo.portfolio.errors import FileChangesTooMuch, FileRecallsTooMuch
from acuerdo.portfolio.events import DELTA_IMPORTED
from acuerdo.portfolio.models import Account, ImportRun
from acuerdo.portfolio.operations import Operation, OperationContext, list_operations
from acuerdo.portfolio.rules.deltas import PLACE, PLACE_WORDS, Chosen, Sorted, sort_rows
from acuerdo.portfolio.rules.facts import FactMapping, FactReading, read_facts
from acuerdo.portfolio.rules.headers import FIELDS, guess_columns
from acuerdo.portfolio.rules.limits import Limits, read_limits
from acuerdo.portfolio.rules.mapping import Mapping as ColumnMapping
from acuerdo.portfolio.rules.reader import FAULT_SCHEMA
from acuerdo.portfolio.rules.text import Records


@dataclass(frozen=True, slots=True)
class FullReport:
    """What came of a full file: the import, how many active accounts it does not name, and how
    many of these are newly proposed for recall."""

    placed: ImportReport
    missing: int
    proposed: int

    def to_json(self) -> dict[str, Any]:
        """The import's object with `recalls`."""
        recalls = {"missing": self.missing, "proposed": self.proposed}
        return {**self.placed.to_json(), "recalls": recalls}


@dataclass(frozen=True, slots=True)
class DeltaReport:
    """What came of a delta: `done` and `known` rows by operation, and the import of the rows that
    place accounts, where there were any."""

    file: Mapping[str, str]
    read: int
    done: Mapping[str, int]
    known: Mapping[str, int]
    rejections: pl.DataFrame
    warnings: pl.DataFrame
    placed: ImportReport | None = None
    duplicates: int = field(default=0)
    import_run_id: int = 0

    @property
    def rejected(self) -> int:
        """Rows that were refused."""
        return self.rejections["line"].n_unique()

    def to_json(self) -> dict[str, Any]:
        """The object that `acuerdo import --delta --json` prints."""
        return {
            "file": dict(self.file),
            "rows": {
                "read": self.read,
                "accepted": self.read - self.rejected - self.duplicates,
                "rejected": self.rejected,
                "duplicates": self.duplicates,
                "warnings": self.warnings.height,
            },
            "operations": {
                name: {"done": count, "known": self.known[name]}
                for name, count in self.done.items()
            },
            "rejections": self.rejections.to_dicts(),
            "warnings": self.warnings.to_dicts(),
        }

    def to_stored(self) -> dict[str, Any]:
        """The report as the database keeps it, with the accounts that were placed."""
        accounts = self.placed.to_json()["accounts"] if self.placed else {}
        stored = {**self.to_json(), "accounts": accounts}
        return hide_values(stored, self.rejections, self.warnings)


def import_full(
    *,
    actor: Actor,
    now: datetime,
    creditor: Creditor,
    intake: Intake,
    mapping: ColumnMapping,
    portfolio_name: str = "",
    limits: Limits | None = None,
    progress: Progress | None = None,
    trial: bool = False,
    with_results: bool = False,
) -> FullReport:
    """Bring a full file in, and propose for recall what is active here and not named in it.

    Nothing is recalled by it. A row that is rejected names its account all the same. Where
    `portfolio_name` is given, only that portfolio's accounts are compared. Raises
    FileChangesTooMuch or FileRecallsTooMuch where more than the declared share would, and what
    `import_intake` raises; the caller's transaction takes everything back.
    """
    limits = limits or read_limits(creditor.settings)
    before = _count_active(creditor)
    records = intake.take()
    numbers = _read_numbers(records, mapping)
    placed = import_intake(
        actor=actor,
        now=now,
        creditor=creditor,
        intake=Intake(intake.name, intake.digest, records),
        mapping=mapping,
        portfolio_name=portfolio_name,
        progress=progress,
        trial=trial,
        with_results=with_results,
    )
    _check(limits.change_percent, placed.changed, before, FileChangesTooMuch)
    missing, proposed = propose_recalls(
        creditor=creditor,
        import_run_id=placed.import_run_id,
        numbers=numbers,
        portfolio_id=placed.portfolio_id if portfolio_name else None,
        actor=actor,
        now=now,
    )
    _check(limits.recall_percent, missing, before, FileRecallsTooMuch)
    return FullReport(placed, missing, proposed)


def import_delta(
    *,
    actor: Actor,
    now: datetime,
    creditor: Creditor,
    intake: Intake,
    mapping: ColumnMapping,
    portfolio_name: str = "",
    limits: Limits | None = None,
    progress: Progress | None = None,
    trial: bool = False,
) -> DeltaReport:
    """Do what each row of a file asks for: place or change an account, a payment made to the
    creditor, an adjustment, the end of a debt, a status, a recall.

    The same file again changes nothing. A bad row is rejected with line, column, value and reason,
    and stops no other. Raises FileChangesTooMuch, FileRecallsTooMuch, HeaderNotRecognised and
    what the reading of whole columns raises; the caller's transaction takes everything back.
    """
    limits = limits or read_limits(creditor.settings)
    before = _count_active(creditor)
    records = intake.take()
    found = sort_operations(records, mapping)
    rejections, warnings = [found.rejections], [pl.DataFrame(schema=FAULT_SCHEMA)]
    done: dict[str, int] = {}
    repeated: dict[str, int] = {}
    placed = None
    if PLACE in found.lines:
        rows, own = choose_placed(records, found, mapping)
        placed = import_intake(
            actor=actor,
            now=now,
            creditor=creditor,
            intake=Intake(intake.name, intake.digest, rows),
            mapping=own,
            portfolio_name=portfolio_name,
            progress=progress,
            trial=trial,
        )
        rejections.append(placed.rejections)
        warnings.append(placed.warnings)
        done[PLACE], repeated[PLACE] = placed.new + placed.changed, placed.unchanged
        _check(limits.change_percent, placed.changed, before, FileChangesTooMuch)
    today = now.astimezone(ZoneInfo(creditor.timezone)).date()
    for operation in list_operations():
        name = operation.name
        if name not in found.lines:
            continue
        rows = Chosen(records, found.lines[name])
        reading = read_operation(operation, rows, creditor, mapping, today)
        context = OperationContext(
            actor=actor,
            now=now,
            today=today,
            creditor=creditor,
            columns=reading.columns,
            source=intake.name,
            digest=intake.digest,
        )
        applied = operation.apply(reading.rows, context)
        done[name], repeated[name] = applied.done, applied.known
        rejections += [reading.rejections, applied.rejections]
        warnings.append(reading.warnings)
    ended = sum(done.get(name, 0) for name in ("recall", "close"))
    _check(limits.recall_percent, ended, before, FileRecallsTooMuch)
    report = DeltaReport(
        file={"encoding": records.encoding, "separator": records.separator},
        read=found.read,
        done=done,
        known=repeated,
        rejections=pl.concat(rejections).sort("line", maintain_order=True),
        warnings=pl.concat(warnings).sort("line", maintain_order=True),
        placed=placed,
        duplicates=placed.duplicates if placed else 0,
    )
    run = _remember(report, creditor, intake, actor, now, trial=trial)
    publish(
        DELTA_IMPORTED,
        actor=actor,
        now=now,
        creditor_id=creditor.pk,
        data={"read": report.read, "rejected": report.rejected, "done": done},
    )
    return replace(report, import_run_id=run.pk)


def sort_operations(records: Records, mapping: ColumnMapping) -> Sorted:
    """Which row of a delta asks for what. Raises HeaderNotRecognised."""
    words = dict.fromkeys(PLACE_WORDS, PLACE)
    words |= {word: one.name for one in list_operations() for word in one.words}
    declared = mapping.columns.get("operation", [])
    return sort_rows(records, words, declared[0] if declared else "")


def choose_placed(
    records: Records, found: Sorted, mapping: ColumnMapping
) -> tuple[Chosen, ColumnMapping]:
    """The rows that place accounts, and how they are read."""
    own = _only(mapping, {*FIELDS, *(column.name for column in list_columns())})
    declared = [name for names in own.columns.values() for name in names]
    return Chosen(records, found.lines[PLACE]).hide_others(found.column, declared), own


def read_operation(
    operation: Operation, rows: Chosen, creditor: Creditor, mapping: ColumnMapping, today: date
) -> FactReading:
    """What the rows of one operation tell of known accounts. Raises what `read_facts` raises."""
    names = {"account", *(one.name for one in operation.fields)}
    declared = FactMapping.model_validate(_only(mapping, names).model_dump(by_alias=True))
    return read_facts(
        rows,
        operation.fields,
        mapping=declared,
        find_accounts=lambda numbers: find_accounts(creditor, numbers),
        today=today,
    )


def _remember(
    report: DeltaReport,
    creditor: Creditor,
    intake: Intake,
    actor: Actor,
    now: datetime,
    *,
    trial: bool,
) -> ImportRun:
    """One run for the whole file: that of its placed accounts, where there are any."""
    run = ImportRun.objects.filter(pk=report.placed.import_run_id if report.placed else 0).first()
    run = run or ImportRun(
        creditor=creditor,
        file_name=intake.name[:255],
        file_sha256=intake.digest,
        as_of=now,
        actor=actor.label,
    )
    run.report = report.to_stored()
    if report.rejections.height and not trial:
        run.rejections_key = keep_rejections(run, report.rejections)
    run.save()
    return run


def _only(mapping: ColumnMapping, fields: set[str]) -> ColumnMapping:
    """The mapping of these fields alone: each operation has columns of its own."""
    columns = {name: headers for name, headers in mapping.columns.items() if name in fields}
    return mapping.model_copy(update={"columns": columns})


def plan_missing(
    creditor: Creditor, records: Records, mapping: ColumnMapping
) -> tuple[int, FileRecallsTooMuch | None]:
    """How many active accounts a full file does not name, and what would be said where that is
    more than the declared share. Changes nothing."""
    with transaction.atomic():
        missing = count_missing(creditor, _read_numbers(records, mapping))
        before = _count_active(creditor)
    try:
        _check(read_limits(creditor.settings).recall_percent, missing, before, FileRecallsTooMuch)
    except FileRecallsTooMuch as error:
        return missing, error
    return missing, None


def _read_numbers(records: Records, mapping: ColumnMapping) -> pl.Series:
    """Every account number of a file, of rows that are rejected as well."""
    declared = {name: list(headers) for name, headers in mapping.columns.items()}
    registered = {column.name: column.headers for column in list_columns()}
    positions = guess_columns(records.headers, registered, declared).get("account", [])
    if not positions:
        return pl.Series("number", [], dtype=pl.String)
    table = records.read_table(positions[:1])
    cells = table.rows[f"c{positions[0]}"].str.strip_chars()
    return cells.str.replace_all(r"\s+", " ").alias("number")


def _count_active(creditor: Creditor) -> int:
    if not connection.in_atomic_block:
        raise RuntimeError("a file is imported inside a transaction")
    return Account.objects.filter(creditor=creditor, state="active").count()


def _check(
    percent: int, count: int, before: int, error: type[FileChangesTooMuch | FileRecallsTooMuch]
) -> None:
    if count > Limits.always and count * 100 > percent * before:
        raise error(count=count, total=before, percent=percent)
