"""The work of `acuerdo run`: every stage once, at one instant, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from acuerdo.agreements.actions import settle_due
from acuerdo.cli.errors import AsOfRefused, LiveNotNow, NothingLive, OptionWrong
from acuerdo.cli.trial import sandboxed
from acuerdo.core import clock
from acuerdo.core.actor import SYSTEM
from acuerdo.core.models import Event
from acuerdo.core.money import Money, format_money
from acuerdo.core.vocabulary import Channel
from acuerdo.creditors.actions import record_run
from acuerdo.creditors.countries import COUNTRIES
from acuerdo.creditors.models import Creditor
from acuerdo.messaging.actions import deliver_due, settle_unknown
from acuerdo.messaging.models import Message
from acuerdo.messaging.providers import list_served
from acuerdo.portfolio.actions import (
    ImportReport,
    Intake,
    guess_country,
    import_intake,
    load_mapping,
    open_file,
)
from acuerdo.portfolio.events import PORTFOLIO_IMPORTED
from acuerdo.portfolio.rules.mapping import Mapping as FileMapping
from acuerdo.strategies.actions import PlanReport, plan
from acuerdo.strategies.jobs import prepare
from acuerdo.strategies.night import NightReport, run_night
from acuerdo.workflow.creditors import has_real_provider, open_creditor
from acuerdo.workflow.errors import WorkerRunning
from acuerdo.workflow.models import ReactionRun
from acuerdo.workflow.worker import drain, keep_off

_TEN = time(10)
_START = "acuerdo.strategies.jobs.start_portfolio"
_REACHED = ("sent", "delivered", "read")
_LIVE_TOLERANCE_SECONDS = 300
_CHUNK = 5_000
_SHARE = 200


class RunBroken(Exception):
    """Something failed after the file was in; `report` says how far the run came."""

    def __init__(self, report: RunReport) -> None:
        self.report = report
        super().__init__("run broken")


@dataclass(frozen=True, slots=True)
class Wish:
    """The options as they were typed."""

    file: Path
    creditor: str
    country: str = ""
    as_of: str = ""
    live: bool = False
    authorised: str = ""
    authorised_source: str = ""
    mapping: Path | None = None


@dataclass(slots=True)
class RunReport:
    """What a run did, in the shape that `--json` prints."""

    creditor: Creditor
    as_of: datetime
    imported: ImportReport
    night: NightReport
    planned: PlanReport
    sent: Counter[str] = field(default_factory=Counter)
    withheld: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    unknown: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def nothing_imported(self) -> bool:
        return self.imported.accepted == 0

    @property
    def total(self) -> int:
        """Contacts that the plan wanted: each ended in exactly one of the four ways."""
        parts = (self.sent, self.withheld, self.failed)
        return sum(part.total() for part in parts) + self.unknown

    def to_json(self) -> dict[str, Any]:
        return {
            **import_facts(self.creditor, self.as_of, self.imported),
            "segments": {code: count for code, count in self.night.segments.items() if code},
            "planned": self.total,
            "sent": dict(sorted(self.sent.items())),
            "withheld": dict(sorted(self.withheld.items())),
            "failed": dict(sorted(self.failed.items())),
            "unknown": self.unknown,
            "seconds": self.seconds,
        }

    def to_lines(self) -> Iterator[tuple[str, str]]:
        """The same for a person: label and text."""
        facts = self.to_json()
        yield from import_lines(self.creditor.country, facts)
        for label, counts in (
            (_("Segments"), facts["segments"]),
            (_("Sent"), facts["sent"]),
            (_("Withheld"), facts["withheld"]),
            (_("Failed"), facts["failed"]),
        ):
            yield label, ", ".join(f"{name} {count}" for name, count in counts.items()) or "0"
        yield _("Unknown"), str(self.unknown)
        yield _("Planned"), str(self.total)
        yield _("Seconds"), ", ".join(f"{name} {took}" for name, took in self.seconds.items())


def import_facts(creditor: Creditor, as_of: datetime, imported: ImportReport) -> dict[str, Any]:
    """What an import did, in the shape that `run --json` and `import --json` begin with."""
    facts = imported.to_json()
    at = as_of.astimezone(ZoneInfo(creditor.timezone))
    names = ("file", "rows", "rejections", "warnings", "accounts", "balances")
    return {
        "creditor": creditor.name,
        "as_of": at.isoformat(timespec="seconds"),
        **{name: facts[name] for name in names},
    }


def import_lines(country: str, facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """`import_facts` for a person: label and text."""
    yield _("File"), ", ".join(str(value) for value in facts["file"].values() if value)
    yield (
        _("Rows"),
        _("{read} read, {accepted} accepted, {rejected} rejected, {duplicates} duplicates,"
          " {warnings} warnings").format(**facts["rows"]),
    )  # fmt: skip
    if "accounts" in facts:
        yield (
            _("Accounts"),
            _("{new} new, {changed} changed, {unchanged} unchanged").format(**facts["accounts"]),
        )
    locale = COUNTRIES[country].locale
    for currency, parts in facts.get("balances", {}).items():
        yield _("Balance"), format_money(Money(parts["total_minor"], currency), locale)


def run(wish: Wish, console: Console) -> RunReport:
    """Import, score, segment, plan and deliver as of one instant, alone on the data.

    Raises ImportRefused and OptionWrong for what cannot be read, and other AcuerdoErrors for
    what is refused; then nothing was changed. Raises RunBroken for what fails once the file is in.
    """
    with keep_off() as alone:
        if not alone:
            raise WorkerRunning()
        call_command("migrate", verbosity=0)
        return _run(wish, console)


def _run(wish: Wish, console: Console) -> RunReport:
    mapping = load_mapping(wish.mapping) if wish.mapping else FileMapping()
    authorised = find_authorised(wish)
    known = Creditor.objects.filter(name=wish.creditor).first()
    if wish.live and not (known and has_real_provider(creditor=known)):
        raise NothingLive(creditor=wish.creditor)
    intake = open_file(wish.file, mapping)
    country = known.country if known else find_country(wish.country, intake, mapping)
    zone = ZoneInfo(known.timezone if known else COUNTRIES[country].timezone)
    now = find_instant(wish.as_of, known, zone, live=wish.live)
    with clock.travel(now), show_progress(console) as progress:
        with progress.stage("import", _("Importing")) as advance, transaction.atomic():
            creditor, imported = take_in(
                intake, known or (wish.creditor, country), mapping, authorised, now, advance
            )
        night = NightReport(on=now.astimezone(zone).date(), accounts=0)
        report = RunReport(creditor, now, imported, night, PlanReport())
        waiting: list[int] = []
        try:
            _contact(report, waiting, progress, live=wish.live)
        except Exception as error:
            with suppress(Exception):  # the database may be what failed
                connection.close_if_unusable_or_obsolete()
                _count(report, waiting)
            raise RunBroken(report) from error
        finally:
            report.seconds = {
                "import": progress.seconds["import"],
                **report.night.seconds,
                "plan": progress.seconds.get("plan", 0.0),
                "deliver": progress.seconds.get("deliver", 0.0),
            }
    _count(report, waiting)
    return report


def _contact(report: RunReport, waiting: list[int], progress: _Stages, *, live: bool) -> None:
    """All that follows the import; `report` and `waiting` are filled on the way.

    Without a worker nobody else has looked since the last run: promises and offers, sends that
    were cut off, and what follows from events come before the plan.
    """
    creditor, now = report.creditor, report.as_of
    with progress.stage("decide", _("Scoring and segmenting")):
        report.night = _decide(creditor, now)
    with nullcontext() if live else sandboxed(creditor) as trial:
        # Inside, because what waits and what can be reached depends on who serves the channels.
        with progress.stage("plan", _("Planning")):
            waiting += _waiting(creditor, now)
            if waiting and trial:
                trial.start()
            settle_unknown(now=now, actor=SYSTEM, creditor_id=creditor.pk, alone=True)
            drain(now, creditor_id=creditor.pk)
            with transaction.atomic():
                report.planned = plan(creditor_id=creditor.pk, actor=SYSTEM, now=now)
                if trial:
                    trial.keep(report.planned.message_ids)
        with progress.stage("deliver", _("Sending")) as advance:
            total = len({*report.planned.message_ids, *waiting})
            if total:
                if trial:
                    trial.start()
                _deliver(creditor, now, partial(advance, "deliver", total=total))
            drain(now, creditor_id=creditor.pk)


def find_authorised(wish: Wish) -> tuple[str, str] | None:
    """(channels, source) declared for a file without a column of authorised channels."""
    if not wish.authorised and not wish.authorised_source:
        return None
    names = [name.strip().lower() for name in wish.authorised.split(",") if name.strip()]
    for name in names:
        if name not in set(Channel):
            raise OptionWrong(
                option="--authorised", value=name, help=_("Channels: {names}").format(
                    names=", ".join(Channel)
                )
            )  # fmt: skip
    if not names or not wish.authorised_source.strip():
        raise OptionWrong(
            option="--authorised",
            value=wish.authorised or "''",
            help=_("Give the channels and, with --authorised-source, where it is written down."),
        )
    return ",".join(names), wish.authorised_source.strip()


def find_country(declared: str, intake: Intake, mapping: FileMapping) -> str:
    """The country of a creditor to be created: as declared, else the file's most frequent."""
    country = declared.strip().upper()
    if not country:
        country = guess_country(intake, mapping)
    if country not in COUNTRIES:
        raise OptionWrong(
            option="--country",
            value=country or "''",
            help=_("Countries: {names}").format(names=", ".join(COUNTRIES)),
        )
    return country


def find_instant(
    as_of: str, known: Creditor | None, zone: ZoneInfo, *, live: bool = False
) -> datetime:
    """The instant of the whole run. Raises OptionWrong, LiveNotNow and AsOfRefused."""
    # Where real people are reached it is the real time that counts, whatever a demo's clock says.
    now = clock.real_now() if live else clock.now()
    at = now
    if as_of:
        at = _parse_as_of(as_of, zone)
        # The contact rules are asked about the instant of the run: with real providers it must
        # be the real one, neither past nor to come.
        if live and abs((at - now).total_seconds()) > _LIVE_TOLERANCE_SECONDS:
            raise LiveNotNow(as_of=as_of)
    if known and known.last_run_at and at < known.last_run_at:
        raise AsOfRefused(
            creditor=known.name,
            last=known.last_run_at.astimezone(zone).isoformat(timespec="seconds"),
            as_of=at.astimezone(zone).isoformat(timespec="seconds"),
        )
    return at


def _parse_as_of(text: str, zone: ZoneInfo) -> datetime:
    """`2026-11-24` is ten in the morning in `zone`; a time without a zone is in `zone`."""
    try:
        if len(text) <= len("2026-11-24"):
            return datetime.combine(date.fromisoformat(text), _TEN, zone).astimezone(UTC)
        at = datetime.fromisoformat(text)
    except ValueError:
        raise OptionWrong(
            option="--as-of",
            value=text,
            help=_("Write 2026-11-24, 2026-11-24T15:30 or 2026-11-24T15:30-05:00."),
        ) from None
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)


def take_in(
    intake: Intake,
    owed: Creditor | tuple[str, str],
    mapping: FileMapping,
    authorised: tuple[str, str] | None,
    now: datetime,
    progress: Any,
    *,
    trial: bool = False,
) -> tuple[Creditor, ImportReport]:
    """A file in, with its creditor where that is still a (name, country), in the caller's
    transaction. A `trial` leaves nothing outside of it either."""
    creditor = (
        owed
        if isinstance(owed, Creditor)
        else open_creditor(actor=SYSTEM, now=now, name=owed[0], country=owed[1])
    )
    prepare(creditor_id=creditor.pk)
    report = import_intake(
        actor=SYSTEM,
        now=now,
        creditor=creditor,
        intake=intake,
        mapping=mapping,
        authorised=authorised,
        progress=progress,
        trial=trial,
    )
    record_run(creditor=creditor, now=now)
    return creditor, report


def _decide(creditor: Creditor, now: datetime) -> NightReport:
    """Score and segment, in place of the reaction to the import that would do it again."""
    with transaction.atomic():
        event = (
            Event.objects.filter(creditor_id=creditor.pk, name=PORTFOLIO_IMPORTED, occurred_at=now)
            .order_by("-id")
            .first()
        )
        if event is not None:
            ReactionRun.objects.get_or_create(
                event_id=event.id, reaction=_START, defaults={"ran_at": now}
            )
        settle_due(now=now, actor=SYSTEM, creditor_id=creditor.pk)
        return run_night(creditor_id=creditor.pk, actor=SYSTEM, now=now)


def _waiting(creditor: Creditor, now: datetime) -> list[int]:
    """Messages that this run may send and that an earlier one (or, with --live, anybody) left in
    the outbox, due now, or left claimed when it was cut off."""
    due = Q(state="planned", not_before__lte=now) | Q(state="claimed")
    found = list_served(Message.objects.filter(due), creditor.pk)
    return list(found.values_list("pk", flat=True))


def _deliver(creditor: Creditor, now: datetime, advance: Callable[[int], None]) -> None:
    """Send all that is due, in shares, so that a person sees how far it is."""
    done = 0
    while True:
        share = deliver_due(now=now, actor=SYSTEM, creditor_id=creditor.pk, limit=_SHARE)
        done += share.total
        advance(done)
        if not share.total:
            return


def _count(report: RunReport, waiting: Sequence[int]) -> None:
    """What became of everything that this run planned, or found waiting."""
    report.withheld.update(report.planned.refused)
    ids = sorted({*report.planned.message_ids, *waiting})
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        rows = (
            Message.objects.filter(pk__in=chunk)
            .values_list("state", "channel", "reason_code")
            .annotate(count=Count("pk"))
        )
        for state, channel, reason, count in rows:
            if state in _REACHED:
                report.sent[channel] += count
            elif state == "withheld":
                report.withheld[reason] += count
            elif state == "failed":
                report.failed[reason or "refused"] += count
            elif state == "planned":
                # A provider that is busy is asked again by the next run, or by a worker.
                report.failed[reason or "temporary"] += count
            else:
                report.unknown += count


class _Stages:
    """Seconds per stage, with a bar while one runs."""

    def __init__(self, bars: Progress) -> None:
        self.seconds: dict[str, float] = {}
        self._bars = bars

    @contextmanager
    def stage(self, name: str, label: str) -> Iterator[Any]:
        task = self._bars.add_task(label, total=None)
        started = perf_counter()

        def advance(_stage: str, done: int, total: int) -> None:
            self._bars.update(task, completed=done, total=total)

        try:
            yield advance
        finally:
            self.seconds[name] = round(perf_counter() - started, 3)
            self._bars.update(task, completed=1, total=1)


@contextmanager
def show_progress(console: Console) -> Iterator[_Stages]:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bars:
        yield _Stages(bars)
