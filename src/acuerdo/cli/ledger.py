"""`acuerdo ledger`: the books, checked against themselves."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import Progress, TaskID

from acuerdo.cli.stack import with_database
from acuerdo.core.postgres import default_data_dir

CLEAN, BROKEN = 0, 3

app = typer.Typer(no_args_is_help=True, help="The books: check them.")
console = Console(stderr=True, highlight=False)


@app.callback()
def books() -> None:
    """The books: check them."""


@app.command()
def audit(
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object on stdout.")
    ] = False,
) -> None:
    """Check every entry, balance, snapshot and seal. Exit code 3 where something is wrong."""
    with with_database(default_data_dir()):
        from acuerdo.ledger.audit import audit_books
        from acuerdo.strategies.audit import audit_snapshots

        with Progress(console=console, transient=True) as bar:
            tasks: dict[str, TaskID] = {}

            def step(stage: str, done: int, total: int) -> None:
                if stage not in tasks:
                    tasks[stage] = bar.add_task(stage, total=total or None)
                bar.update(tasks[stage], completed=done, total=total or 1)

            found = audit_books(progress=step)
            nights = audit_snapshots(found, progress=step)
        if as_json:
            print(json.dumps({**asdict(found), "nights": nights}))  # noqa: T201
        else:
            console.print(
                _(
                    "{entries} entries, {postings} postings, {lines} balances, {seals} seals and"
                    " {nights} nights checked; {unsealed} entries are not sealed yet."
                ).format(
                    entries=found.entries,
                    postings=found.postings,
                    lines=found.lines,
                    seals=found.seals,
                    nights=nights,
                    unsealed=found.unsealed,
                )
            )
            for one in found.findings:
                console.print(f"{one.kind}: {one.what} {one.detail}", style="red", markup=False)
            for kind, count in found.counts.items():
                console.print(_("{kind}: {count} in all").format(kind=kind, count=count))
            if found.is_clean:
                console.print(_("The books are whole."))
    raise typer.Exit(CLEAN if found.is_clean else BROKEN)
