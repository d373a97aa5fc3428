"""`acuerdo run FILE.csv`: from a file to the first contacts, without a web server."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import structlog
import typer
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _
from environs.exceptions import EnvError
from rich.console import Console
from rich.table import Table

from acuerdo.cli.stack import with_database
from acuerdo.core.errors import AcuerdoError, StartFailed
from acuerdo.core.postgres import default_data_dir

if TYPE_CHECKING:
    from acuerdo.cli.running import RunReport

# What the exit code says. Wrong options are 2 as well, as everywhere.
DONE, UNREADABLE, REFUSED, FAILED = 0, 2, 3, 4
logger = structlog.get_logger(__name__)
_SHOWN = 10


def run_file(
    file: Annotated[Path, typer.Argument(help="The lender's export, as CSV.")],
    creditor: Annotated[str, typer.Option(help="Who is owed. Created where unknown.")],
    country: Annotated[
        str, typer.Option(help="Country of a new creditor (CO); else the file's most frequent.")
    ] = "",
    as_of: Annotated[
        str,
        typer.Option(help="Date (10:00 in the creditor's zone) or date and time of the whole run."),
    ] = "",
    live: Annotated[
        bool, typer.Option("--live", help="Send through the creditor's real providers.")
    ] = False,
    authorised: Annotated[
        str, typer.Option(help="Channels that the debtors authorised: sms,email")
    ] = "",
    authorised_source: Annotated[
        str, typer.Option(help="Where that authorisation is written down.")
    ] = "",
    mapping: Annotated[
        Path | None, typer.Option(help="YAML file that says what the columns are.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object on stdout.")
    ] = False,
) -> None:
    """Import a portfolio, score, segment, plan and send its first contacts.

    Without --live everything goes to the sandbox on this machine, whatever is configured.

    Exit code: 0 done, 2 the file or an option cannot be read or no row could be imported,
    3 refused because of what is already there, 4 something failed (the reason is on stderr; with
    --json the object is printed if the file was already in).
    """
    console = Console(stderr=True, highlight=False)
    report: RunReport | None = None
    try:
        with with_database(default_data_dir()):
            from acuerdo.cli import errors, running
            from acuerdo.portfolio.errors import ImportRefused

            wish = running.Wish(
                file=file,
                creditor=creditor,
                country=country,
                as_of=as_of,
                live=live,
                authorised=authorised,
                authorised_source=authorised_source,
                mapping=mapping,
            )
            try:
                report = running.run(wish, console)
                code = UNREADABLE if report.nothing_imported else DONE
            except (ImportRefused, errors.OptionWrong) as error:
                code = _tell(console, error, UNREADABLE)
            except AcuerdoError as error:
                code = _tell(console, error, REFUSED)
            except running.RunBroken as error:
                report = error.report
                code = _tell(console, error.__cause__ or error, FAILED)
    except (EnvError, ImproperlyConfigured):
        raise  # told by `main`, for every command
    except Exception as error:
        code = _tell(console, error, FAILED)
    if report and as_json:
        sys.stdout.write(json.dumps(report.to_json(), ensure_ascii=False) + "\n")
    elif report:
        _show(report, Console(highlight=False))
    raise typer.Exit(code)


def _tell(console: Console, error: BaseException, code: int) -> int:
    """Say why it ended, with the trace where it is nobody's refusal; gives `code` back."""
    text = str(error).strip()
    if code == FAILED and not isinstance(error, StartFailed):
        logger.error("run_failed", exc_info=error)
        text = _("The run failed: {reason}").format(reason=text or type(error).__name__)
    console.print(text, style="red", markup=False)
    return code


def _show(report: RunReport, console: Console) -> None:
    """The summary for a person."""
    facts = report.to_json()
    table = Table(title=f"{facts['creditor']} · {facts['as_of']}", title_justify="left", box=None)
    table.add_column(style="bold")
    table.add_column()
    for label, value in report.to_lines():
        table.add_row(label, value)
    console.print(table)
    faults = facts["rejections"]
    for fault in faults[:_SHOWN]:
        place = f"{fault['line']} {fault['column']}".strip()
        console.print(f"  {place}: {fault['value']!r}: {fault['reason']}", markup=False)
    if len(faults) > _SHOWN:
        console.print(f"  … {len(faults) - _SHOWN}")
