"""`acuerdo synth`: a portfolio of people who do not exist."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import Progress

from acuerdo.cli.example import ANCHOR
from acuerdo.cli.language import use_language
from acuerdo.core.errors import AcuerdoError

UNREADABLE = 2
# As in simulation.actions, which is not read before it is needed; a test compares the two.
MOST = 1_000_000
console = Console(stderr=True, highlight=False)


def synth(
    accounts: Annotated[int, typer.Option(min=1, max=MOST, help="How many debts.")],
    country: Annotated[str, typer.Option(help="Codes with commas between them: CO,BR,US.")],
    out: Annotated[
        Path,
        typer.Option(dir_okay=False, help="The CSV to write; a file that is there is replaced."),
    ],
    seed: Annotated[int, typer.Option(min=0, max=2**63 - 1, help="The same gives the same.")] = 7,
    as_of: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="The day that the debts are this old on.")
    ] = datetime(ANCHOR.year, ANCHOR.month, ANCHOR.day),  # noqa: DTZ001 - a day, no instant
) -> None:
    """Write a portfolio of invented debts, which `acuerdo run` reads without a mapping.

    Every row says that it is synthetic. Needs no database. Exit code: 0 done, 2 an option cannot
    be understood or the file cannot be written.
    """
    use_language()
    from acuerdo.simulation.actions import read_countries, write_portfolio

    day: date = as_of.date()
    try:
        countries = read_countries(country)
        with Progress(console=console, transient=True) as bar:
            task = bar.add_task(out.name, total=accounts)
            write_portfolio(
                accounts=accounts,
                countries=countries,
                seed=seed,
                as_of_on=day,
                path=out,
                progress=lambda done, _total: bar.update(task, completed=done),
            )
    except AcuerdoError as error:
        _refuse(str(error))
    except OSError as error:
        _refuse(f"{out}: {error.strerror or error}")
    console.print(
        _("{accounts} synthetic accounts as of {day} are in {file}.").format(
            accounts=accounts, day=day.isoformat(), file=out
        ),
        markup=False,
    )


def _refuse(text: str) -> NoReturn:
    console.print(text, style="red", markup=False)
    raise typer.Exit(UNREADABLE)
