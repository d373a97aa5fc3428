"""The work of `acuerdo run`: every stage once, at one instant, and what came of it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management import call_command
from django.db import connection, connections, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from acuerdo.cli.supervisor import Supervisor, free_port, web_child
from acuerdo.core import clock
from acuerdo.core.actor import SYSTEM
from acuerdo.core.errors import AcuerdoError
from acuerdo.core.models import Event
from acuerdo.core.money import Money, format_money
from acuerdo.core.postgres import default_data_dir
from acuerdo.core.vocabulary import Channel
from acuerdo.creditors.countries import COUNTRIES
from acuerdo.creditors.models import Creditor, ProviderAccount
from acuerdo.messaging.actions import deliver_due
from acuerdo.messaging.models import Message
from acuerdo.messaging.providers import serve_only_by
from acuerdo.portfolio.actions import ImportReport, import_file, load_mapping
from acuerdo.portfolio.actions.importing import Authorised
from acuerdo.portfolio.rules.mapping import Mapping as FileMapping
from acuerdo.portfolio.rules.rows import find_most_frequent_country
from acuerdo.portfolio.rules.text import open_source
from acuerdo.strategies.actions import PlanReport, plan
from acuerdo.strategies.jobs import prepare
from acuerdo.strategies.night import NightReport, run_night
from acuerdo.workflow.creditors import open_creditor
from acuerdo.workflow.errors import WorkerRunning
from acuerdo.workflow.models import ReactionRun
from acuerdo.workflow.worker import drain, is_running

_TEN = time(10)
_START = "acuerdo.strategies.jobs.start_portfolio"
_REACHED = ("sent", "delivered", "read")


class OptionWrong(AcuerdoError):
    """An option that cannot be understood: which one, and how it is written."""

    code = "option_wrong"
    http_status = 422
    message = gettext_lazy("{option}: {value} cannot be understood. {help}")


class AsOfRefused(AcuerdoError):
    code = "as_of_refused"
    http_status = 409
    message = gettext_lazy(
        "{creditor} was last run as of {last}; {as_of} is before that. What happened cannot be"
        " undone by an earlier run: take a later date."
    )


class LiveInThePast(AcuerdoError):
    code = "live_in_the_past"
    http_status = 409
    message = gettext_lazy(
        "--live sends to real people, so it runs as of now: leave out --as-of {as_of}, or leave"
        " out --live."
    )


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
        facts = self.imported.to_json()
        zone = ZoneInfo(self.creditor.timezone)
        return {
            "creditor": self.creditor.name,
            "as_of": self.as_of.astimezone(zone).isoformat(timespec="seconds"),
            "file": facts["file"],
            "rows": facts["rows"],
            "rejections": facts["rejections"],
            "warnings": facts["warnings"],
            "accounts": facts["accounts"],
            "balances": facts["balances"],
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
        rows, accounts = facts["rows"], facts["accounts"]
        yield _("File"), ", ".join(str(value) for value in facts["file"].values() if value)
        yield (
            _("Rows"),
            _("{read} read, {accepted} accepted, {rejected} rejected, {duplicates} duplicates,"
              " {warnings} warnings").format(**rows),
        )  # fmt: skip
        yield (
            _("Accounts"),
            _("{new} new, {changed} changed, {unchanged} unchanged").format(**accounts),
        )
        locale = COUNTRIES[self.creditor.country].locale
        for currency, parts in facts["balances"].items():
            yield _("Balance"), format_money(Money(parts["total_minor"], currency), locale)
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


def use_language() -> None:
    """Speak the language of the terminal (LANG), English where it is none of ours."""
    wanted = (os.environ.get("LC_ALL") or os.environ.get("LANG") or "en")[:2].lower()
    translation.activate(wanted if wanted in ("es", "pt") else "en")


def run(wish: Wish, console: Console) -> RunReport:
    """Import, score, segment, plan and deliver as of one instant.

    Raises ImportRefused and OptionWrong for what cannot be read, and other AcuerdoErrors for
    what is refused; then nothing was changed.
    """
    call_command("migrate", verbosity=0)
    if is_running():
        raise WorkerRunning()
    mapping = load_mapping(wish.mapping) if wish.mapping else None
    authorised = _authorised(wish)
    known = Creditor.objects.filter(name=wish.creditor).first()
    country = known.country if known else _country(wish, mapping)
    zone = ZoneInfo(known.timezone if known else COUNTRIES[country].timezone)
    now = _instant(wish, known, zone)
    with clock.travel(now), _progress(console) as progress:
        with progress.stage("import", _("Importing")):
            creditor, imported = _import(wish, known, country, mapping, authorised, now)
        night, planned = _decide(creditor, now, progress)
        waiting = _waiting(creditor, now)
        with nullcontext() if wish.live else _sandboxed(creditor, now):
            # Planned inside, because what can be reached depends on who serves the channels.
            with progress.stage("plan", _("Planning")), transaction.atomic():
                planned = plan(creditor_id=creditor.pk, actor=SYSTEM, now=now)
            with progress.stage("deliver", _("Sending")):
                deliver_due(now=now, actor=SYSTEM, creditor_id=creditor.pk)
                drain(now)
    report = RunReport(creditor, now, imported, night, planned, seconds=progress.seconds)
    _count(report, waiting)
    return report
