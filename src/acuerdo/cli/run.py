"""`acuerdo run FILE.csv`: from a file to the first contacts, without a web server."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from acuerdo.cli.stack import with_database
from acuerdo.core.postgres import PostgresFailed, default_data_dir

if TYPE_CHECKING:
    from acuerdo.cli.running import RunReport

# What the exit code says. Wrong options are 2 as well, as everywhere.
DONE, NOTHING_IMPORTED, UNREADABLE, REFUSED = 0, 1, 2, 3
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

    Exit code: 0 done, 1 nothing could be imported, 2 the file or an option cannot be read,
    3 refused because of what is already there.
    """
    console = Console(stderr=True, highlight=False)
    try:
        with with_database(default_data_dir()):
            from acuerdo.cli import running
            from acuerdo.core.errors import AcuerdoError
            from acuerdo.portfolio.errors import ImportRefused

            running.use_language()
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
            except (ImportRefused, running.OptionWrong) as error:
                console.print(str(error), style="red", markup=False)
                raise typer.Exit(UNREADABLE) from None
            except AcuerdoError as error:
                console.print(str(error), style="red", markup=False)
                raise typer.Exit(REFUSED) from None
    except (PostgresFailed, TimeoutError) as error:
        console.print(str(error), style="red", markup=False)
        raise typer.Exit(REFUSED) from None
    if as_json:
        sys.stdout.write(json.dumps(report.to_json(), ensure_ascii=False) + "\n")
    else:
        _show(report, Console(highlight=False))
    raise typer.Exit(NOTHING_IMPORTED if report.nothing_imported else DONE)


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
