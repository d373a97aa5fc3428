"""`acuerdo inbox`: a folder per creditor whose files come in by themselves."""

from __future__ import annotations

from typing import Annotated

import typer
from django.utils.translation import gettext as _
from rich.console import Console

from acuerdo.cli.run import DONE, FAILED, REFUSED, UNREADABLE
from acuerdo.cli.stack import with_database
from acuerdo.core.errors import AcuerdoError
from acuerdo.core.postgres import default_data_dir

app = typer.Typer(no_args_is_help=True, help="A creditor's watched folder.")
console = Console(stderr=True, highlight=False)
Name = Annotated[str, typer.Option("--creditor", help="The creditor's name.")]


@app.command("set")
def set_folder(
    creditor: Name,
    folder: Annotated[
        str, typer.Option(help="A whole path, or s3://bucket/prefix; '' watches none.")
    ],
    max_recall: Annotated[
        int | None,
        typer.Option(
            min=0, max=100, help="Percent of active accounts that a file may end or omit."
        ),
    ] = None,
    max_change: Annotated[
        int | None, typer.Option(min=0, max=100, help="Percent of them that a file may change.")
    ] = None,
) -> None:
    """Watch a folder: files in `place`, `full` and `delta` come in within five minutes.

    It is a path, or a prefix of an object store (s3://, gs://, az://), whose credentials are read
    from the environment.

    Exit code: 0 done, 2 the creditor is not known, 3 the folder cannot be watched.
    """
    with with_database(default_data_dir()):
        from django.db import transaction

        from acuerdo.core import clock
        from acuerdo.core.actor import SYSTEM
        from acuerdo.creditors.models import Creditor
        from acuerdo.portfolio.actions.inbox import set_inbox

        found = Creditor.objects.filter(name=creditor).first()
        if found is None:
            console.print(_("There is no such creditor."), style="red", markup=False)
            raise typer.Exit(UNREADABLE)
        try:
            with transaction.atomic():
                set_inbox(
                    creditor=found,
                    folder=folder,
                    recall_percent=max_recall,
                    change_percent=max_change,
                    actor=SYSTEM,
                    now=clock.now(),
                )
        except AcuerdoError as error:
            console.print(str(error), style="red", markup=False)
            raise typer.Exit(REFUSED) from None
    raise typer.Exit(DONE)


@app.command()
def scan() -> None:
    """Take in now what waits in the folders, as the worker does every five minutes.

    Exit code: 0 done, 4 a folder could not be reached.
    """
    code = DONE
    with with_database(default_data_dir()):
        from acuerdo.core import clock
        from acuerdo.creditors.models import Creditor
        from acuerdo.portfolio.actions.inbox import scan_inbox

        for found in Creditor.objects.filter(settings__has_key="inbox").order_by("name"):
            try:
                report = scan_inbox(creditor=found, now=clock.now())
            except AcuerdoError as error:
                console.print(f"{found.name}: {error}", style="red", markup=False)
                code = FAILED
                continue
            console.print(
                _("{creditor}: {done} taken in, {known} known before, {failed} failed").format(
                    creditor=found.name, done=report.done, known=report.known, failed=report.failed
                ),
                markup=False,
            )
    raise typer.Exit(code)
