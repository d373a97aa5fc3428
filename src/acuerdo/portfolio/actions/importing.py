"""A creditor's file into accounts: read, compare with what is there, write what is new.

All of it happens in the caller's transaction: an import that is cut off leaves nothing behind,
and the same file again does the rest, or nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import perf_counter
from zoneinfo import ZoneInfo

import polars as pl
from django.db import connection

from acuerdo.core.actor import Actor
from acuerdo.core.crypto import decrypt, decrypt_bytes, encrypt, encrypt_bytes
from acuerdo.core.events import publish
from acuerdo.core.storage import load, save
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.actions.intake import Intake, open_file
from acuerdo.portfolio.actions.placing import place_accounts
from acuerdo.portfolio.actions.report import ImportReport
from acuerdo.portfolio.columns import ColumnContext, list_columns, list_followers
from acuerdo.portfolio.errors import MappingInvalid
from acuerdo.portfolio.events import PORTFOLIO_IMPORTED
from acuerdo.portfolio.models import ImportRun, Portfolio
from acuerdo.portfolio.reasons import write_rejections
from acuerdo.portfolio.results import write_results
from acuerdo.portfolio.rules.headers import COMPONENTS
from acuerdo.portfolio.rules.mapping import MAX_BYTES as MAX_MAPPING_BYTES
from acuerdo.portfolio.rules.mapping import Mapping as ColumnMapping
from acuerdo.portfolio.rules.mapping import read_mapping
from acuerdo.portfolio.rules.rows import Reading, read_rows

AUTHORISED = "authorised_channels"

Progress = Callable[[str, int, int], None]
"""Called with the stage (`read`, `match`, `people`, `accounts`, `books`, `columns`), how many
stages are done, and how many there are."""


@dataclass(slots=True)
class Stages:
    """Tells where the import is and how long each stage took."""

    progress: Progress | None
    names: tuple[str, ...] = ("read", "match", "people", "accounts", "books", "columns")
    seconds: dict[str, float] = field(default_factory=dict)
    _since: float = field(default_factory=perf_counter)

    def done(self, name: str) -> None:
        now = perf_counter()
        self.seconds[name] = round(now - self._since, 3)
        self._since = now
        if self.progress is not None:
            self.progress(name, len(self.seconds), len(self.names))


def load_mapping(path: str | Path) -> ColumnMapping:
    """The mapping in a YAML file. Raises MappingInvalid."""
    try:
        with Path(path).open("rb") as stream:
            return read_mapping(stream.read(MAX_MAPPING_BYTES + 1))
    except OSError as error:
        raise MappingInvalid(problem=error.strerror or str(error)) from None


def import_file(
    *,
    actor: Actor,
    now: datetime,
    creditor: Creditor,
    path: str | Path,
    mapping: ColumnMapping | None = None,
    authorised: tuple[str, str] | None = None,
    portfolio_name: str = "",
    progress: Progress | None = None,
) -> ImportReport:
    """Bring the accounts of a file in: `open_file`, then `import_intake`, which see."""
    mapping = mapping or ColumnMapping()
    return import_intake(
        actor=actor,
        now=now,
        creditor=creditor,
        intake=open_file(path, mapping),
        mapping=mapping,
        authorised=authorised,
        portfolio_name=portfolio_name,
        progress=progress,
    )


def import_intake(
    *,
    actor: Actor,
    now: datetime,
    creditor: Creditor,
    intake: Intake,
    mapping: ColumnMapping,
    authorised: tuple[str, str] | None = None,
    portfolio_name: str = "",
    progress: Progress | None = None,
    trial: bool = False,
    with_results: bool = False,
) -> ImportReport:
    """Bring the accounts of an opened file or query in.

    A row whose account is new makes the person, debtor, contact points, account, due item and
    opening entry it needs. A row about a known account changes what differs; a changed balance
    becomes an adjustment entry. The same file again changes nothing. A bad row is rejected in
    the report and stops no other.

    `authorised` is (channels, source) declared for all rows of a file that has no column of
    authorised channels. A `trial` keeps no file of rejections: its caller rolls back.
    `with_results` keeps a file that says of every row what became of it. Raises an ImportRefused
    where the file as a whole cannot be read; nothing is changed then.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a file is imported inside a transaction")
    stages = Stages(progress)
    as_of_on = now.astimezone(ZoneInfo(creditor.timezone)).date()
    registered = {column.name: column.headers for column in list_columns()}
    reading = read_rows(
        intake.take(),
        mapping=mapping,
        registered=registered,
        country=creditor.country,
        currency=creditor.currency,
        as_of_on=as_of_on,
    )
    stages.done("read")
    name = portfolio_name or Path(intake.name).stem
    with connection.cursor() as cursor:
        # One import of a creditor at a time: the second sees what the first wrote.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('portfolio.import'), %s)",
                       [creditor.pk])  # fmt: skip
    portfolio, _ = Portfolio.objects.get_or_create(
        creditor=creditor, name=name[:120], defaults={"placed_on": as_of_on}
    )
    run = ImportRun.objects.create(
        creditor=creditor,
        portfolio=portfolio,
        file_name=intake.name[:255],
        file_sha256=intake.digest,
        as_of=now,
        actor=actor.label,
    )
    placed = place_accounts(
        actor=actor,
        now=now,
        creditor=creditor,
        portfolio_id=portfolio.pk,
        run=run,
        as_of_on=as_of_on,
        reading=reading,
        stages=stages,
    )
    warnings = _write_columns(reading, placed.rows, actor, now, run, authorised)
    stages.done("columns")
    rejections = pl.concat([reading.rejections, placed.rejections]).sort(
        "line", maintain_order=True
    )
    accepted = int(placed.rows["row_count"].sum())
    report = ImportReport(
        import_run_id=run.pk,
        portfolio_id=portfolio.pk,
        file={
            "encoding": reading.encoding,
            "separator": reading.separator,
            "decimal": reading.decimal,
            "date_order": reading.date_order,
        },
        read=reading.read,
        accepted=accepted,
        rejected=reading.read - reading.duplicates - accepted,
        duplicates=reading.duplicates,
        totals=reading.totals,
        rejections=rejections,
        warnings=pl.concat([reading.warnings, placed.warnings, warnings]).sort(
            "line", maintain_order=True
        ),
        new=placed.new,
        changed=placed.changed,
        unchanged=placed.unchanged,
        balances=_sum_balances(placed.rows),
        persons=placed.rows["person_id"].n_unique(),
        seconds=stages.seconds,
        unused_columns=reading.unused,
    )
    if rejections.height and not trial:
        run.rejections_key = keep_rejections(run, rejections)
    if with_results:
        run.results_key = save(
            f"imports/{run.public_id}-results.csv.encrypted",
            encrypt_bytes(write_results(reading.lines, placed.rows, rejections, report.warnings)),
        )
    run.report = report.to_stored()
    run.save(update_fields=["report", "rejections_key", "results_key"])
    publish(
        PORTFOLIO_IMPORTED,
        actor=actor,
        now=now,
        creditor_id=creditor.pk,
        refs=[f"portfolio:{portfolio.pk}", f"import:{run.pk}"],
        data={
            "accepted": report.accepted,
            "rejected": report.rejected,
            "duplicates": report.duplicates,
            "new": report.new,
            "changed": report.changed,
            "unchanged": report.unchanged,
        },
    )
    return report


def keep_rejections(run: ImportRun, rejections: pl.DataFrame) -> str:
    """Keep the CSV of a run's rejected rows; returns its key."""
    # It quotes what the file said about people: encrypted like everything of that kind.
    text = encrypt(write_rejections(rejections).decode("utf-8-sig"))
    return save(f"imports/{run.public_id}.csv.encrypted", text)


def read_rejections(run: ImportRun) -> bytes:
    """The CSV of a run's rejected rows, to download; '' where all were accepted."""
    if not run.rejections_key:
        return b""
    return decrypt(load(run.rejections_key)).encode("utf-8-sig")


def read_results(run: ImportRun) -> bytes:
    """The CSV that says what became of each row of a run; '' where nobody asked for it."""
    return decrypt_bytes(load(run.results_key)) if run.results_key else b""


def _write_columns(
    reading: Reading,
    rows: pl.DataFrame,
    actor: Actor,
    now: datetime,
    run: ImportRun,
    authorised: tuple[str, str] | None,
) -> pl.DataFrame:
    """Hand the columns of other rooms to them, and then all the people that the file brought;
    returns the warnings about the columns' values."""
    warnings = [reading.warnings.clear()]
    for column in list_columns():
        source, values = run.file_name, pl.col(f"x_{column.name}")
        if f"x_{column.name}" not in reading.accounts.columns:
            if column.name != AUTHORISED or authorised is None:
                continue
            source, values = authorised[1] or run.file_name, pl.lit(authorised[0])
        given = rows.select(
            "line", "account_id", "debtor_id", "person_id", values.alias("value")
        ).filter(pl.col("value").fill_null("") != "")
        if column.check is not None:
            reasons = dict(column.check(given["value"].unique().to_list()))
            bad = given.filter(pl.col("value").is_in(list(reasons)))
            warnings.append(
                bad.select(
                    "line",
                    pl.lit(column.name).alias("column"),
                    "value",
                    pl.col("value").replace_strict(reasons, return_dtype=pl.String).alias("reason"),
                )
            )
            given = given.join(bad.select("line"), on="line", how="anti", maintain_order="left")
        if not given.is_empty():
            column.writer(given, ColumnContext(actor, now, run.creditor_id, run.pk, source))
    if not rows.is_empty():
        people = rows.select("line", "account_id", "debtor_id", "person_id")
        context = ColumnContext(actor, now, run.creditor_id, run.pk, run.file_name)
        for follower in list_followers():
            follower(people, context)
    return pl.concat(warnings)


def _sum_balances(rows: pl.DataFrame) -> Mapping[str, Mapping[str, int]]:
    """What the accepted rows say is owed, by currency, exactly (a sum may exceed 64 bits)."""
    balances: dict[str, dict[str, int]] = {}
    for (currency,), group in rows.sort("currency").group_by(["currency"], maintain_order=True):
        parts = {f"{name}_minor": int(group[name].cast(pl.Int128).sum()) for name in COMPONENTS}
        balances[str(currency)] = {"total_minor": sum(parts.values()), **parts}
    return balances
