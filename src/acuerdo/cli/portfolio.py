"""`acuerdo import FILE`: a creditor's file into the books, and nothing sent."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import ZoneInfo

import structlog
import typer
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _
from environs.exceptions import EnvError
from rich.console import Console
from rich.table import Table

from acuerdo.cli.run import DONE, FAILED, REFUSED, UNREADABLE
from acuerdo.cli.stack import with_database
from acuerdo.core.errors import AcuerdoError, StartFailed
from acuerdo.core.postgres import default_data_dir

if TYPE_CHECKING:
    from acuerdo.portfolio.actions import Intake
    from acuerdo.portfolio.rules.mapping import Mapping as FileMapping

logger = structlog.get_logger(__name__)
_SHOWN = 10


def import_portfolio(
    file: Annotated[
        str,
        typer.Argument(help="The lender's export, or the address of a database to ask."),
    ],
    creditor: Annotated[str, typer.Option(help="Who is owed. Created where unknown.")],
    country: Annotated[
        str, typer.Option(help="Country of a new creditor (CO); else the file's most frequent.")
    ] = "",
    as_of: Annotated[
        str,
        typer.Option(help="Date (10:00 in the creditor's zone) or date and time of the import."),
    ] = "",
    mapping: Annotated[
        Path | None, typer.Option(help="YAML file that says what the columns are.")
    ] = None,
    layout: Annotated[
        Path | None, typer.Option(help="YAML file that says how a fixed width file is cut.")
    ] = None,
    full: Annotated[
        bool,
        typer.Option("--full", help="It names every account: propose to recall the others."),
    ] = False,
    delta: Annotated[
        bool, typer.Option("--delta", help="A column `operation` says what each row asks for.")
    ] = False,
    allow_recall: Annotated[
        int | None,
        typer.Option(min=0, max=100, help="Percent of active accounts that it may end or omit."),
    ] = None,
    allow_change: Annotated[
        int | None, typer.Option(min=0, max=100, help="Percent of them that it may change.")
    ] = None,
    query: Annotated[
        str, typer.Option(help="What to ask the database: a SELECT. It is never written to.")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would change; change nothing.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object on stdout.")
    ] = False,
) -> None:
    """Import a portfolio, as `acuerdo run` does, and stop there.

    With --full, accounts that the file does not name are proposed for recall, never recalled; with
    --delta, each row places or changes an account, or tells of a payment, an adjustment, a status,
    an end or a recall.

    Exit code: 0 done, 2 the file or an option cannot be read or no row could be imported,
    3 refused because of what is already there, 4 something failed (the reason is on stderr).
    """
    console = Console(stderr=True, highlight=False)
    facts: dict[str, Any] = {}
    try:
        with with_database(default_data_dir()):
            from acuerdo.cli.errors import OptionWrong
            from acuerdo.portfolio.errors import ImportRefused

            try:
                facts = _act(
                    (file, query),
                    creditor,
                    country,
                    as_of,
                    mapping,
                    layout,
                    _find_kind(full=full, delta=delta),
                    (allow_recall, allow_change),
                    console=console,
                    dry_run=dry_run,
                )
                code = DONE if facts["rows"]["accepted"] else UNREADABLE
            except (ImportRefused, OptionWrong) as error:
                code = UNREADABLE
                console.print(str(error), style="red", markup=False)
            except AcuerdoError as error:
                code = REFUSED
                console.print(str(error), style="red", markup=False)
            if facts and not as_json:
                _show(facts, Console(highlight=False))
    except (EnvError, ImproperlyConfigured):
        raise  # told by `main`, for every command
    except Exception as error:
        if not isinstance(error, StartFailed):
            logger.exception("import_failed")
        console.print(str(error) or type(error).__name__, style="red", markup=False)
        code = FAILED
    if facts and as_json:
        facts.pop("country")
        sys.stdout.write(json.dumps(facts, ensure_ascii=False) + "\n")
    raise typer.Exit(code)


def _open(source: tuple[str, str], mapping: FileMapping, layout_file: Path | None) -> Intake:
    """A file, or a database and what to ask it. Raises ImportRefused and OptionWrong."""
    from acuerdo.cli.errors import OptionWrong
    from acuerdo.portfolio.actions import is_database, load_layout, open_file, open_query

    file, query = source
    if is_database(file) != bool(query):
        raise OptionWrong(
            option="--query",
            value=query or "-",
            help=_("A database is asked by a query, and a file is not."),
        )
    if query:
        return open_query(file, query)
    return open_file(Path(file), mapping, load_layout(layout_file) if layout_file else None)


def _act(
    source: tuple[str, str],
    name: str,
    country: str,
    as_of: str,
    mapping_file: Path | None,
    layout_file: Path | None,
    kind: Literal["full", "delta"] | None,
    allowed: tuple[int | None, int | None],
    *,
    console: Console,
    dry_run: bool,
) -> dict[str, Any]:
    """What `--json` prints: `import_facts` of the import with `persons`, or what changed; with
    `dry_run` and the creditor's `country`."""
    from django.core.management import call_command
    from django.db import transaction

    from acuerdo.cli import running
    from acuerdo.cli.deltas import Asked, take_in_changes
    from acuerdo.core import clock
    from acuerdo.creditors.countries import COUNTRIES
    from acuerdo.creditors.models import Creditor
    from acuerdo.portfolio.actions import load_mapping
    from acuerdo.portfolio.rules.mapping import Mapping as FileMapping

    call_command("migrate", verbosity=0)
    mapping = load_mapping(mapping_file) if mapping_file else FileMapping()
    known = Creditor.objects.filter(name=name).first()
    intake = _open(source, mapping, layout_file)
    country = known.country if known else running.find_country(country, intake, mapping)
    zone = ZoneInfo(known.timezone if known else COUNTRIES[country].timezone)
    now = running.find_instant(as_of, known, zone)
    with (
        clock.travel(now),
        running.show_progress(console) as progress,
        progress.stage("import", _("Importing")) as advance,
        transaction.atomic(),
    ):
        owed = known or (name, country)
        if kind is not None:
            facts = take_in_changes(
                Asked(kind, *allowed), intake, owed, mapping, now, advance, trial=dry_run
            )
        else:
            creditor, report = running.take_in(
                intake, owed, mapping, None, now, advance, trial=dry_run
            )
            facts = {
                **running.import_facts(creditor, now, report),
                "persons": report.persons,
                "country": creditor.country,
            }
        transaction.set_rollback(dry_run)
    return {**facts, "dry_run": dry_run}


def _find_kind(*, full: bool, delta: bool) -> Literal["full", "delta"] | None:
    from acuerdo.cli.errors import OptionWrong

    if full and delta:
        raise OptionWrong(
            option="--delta", value="--full", help=_("A file is a full one or a delta.")
        )
    return "full" if full else "delta" if delta else None


def _show(facts: Mapping[str, Any], console: Console) -> None:
    """The summary for a person, with the first faults in words."""
    from acuerdo.cli.deltas import change_lines
    from acuerdo.cli.running import import_lines
    from acuerdo.portfolio.reasons import reason_text

    table = Table(title=f"{facts['creditor']} · {facts['as_of']}", title_justify="left", box=None)
    table.add_column(style="bold")
    table.add_column()
    for label, value in import_lines(facts["country"], facts):
        table.add_row(label, value)
    if "persons" in facts:
        table.add_row(_("People"), str(facts["persons"]))
    for label, value in change_lines(facts):
        table.add_row(label, value)
    console.print(table)
    for fault in (*facts["rejections"][:_SHOWN], *facts["warnings"][:_SHOWN]):
        place = f"{fault['line']} {fault['column']}".strip()
        words = reason_text(fault["reason"])
        console.print(f"  {place}: {fault['value']!r}: {words}", markup=False)
    left = sum(max(len(facts[kind]) - _SHOWN, 0) for kind in ("rejections", "warnings"))
    if left:
        console.print(f"  … {left}")
    if facts["dry_run"]:
        console.print(_("A trial: nothing was changed."))
