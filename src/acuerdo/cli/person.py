"""`acuerdo person export|erase`, and `acuerdo retention`: one person's data, and how long."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from django.utils.translation import gettext as _
from rich.console import Console

from acuerdo.cli.stack import use_demo, with_database
from acuerdo.core.errors import AcuerdoError
from acuerdo.core.postgres import default_data_dir

if TYPE_CHECKING:
    from acuerdo.portfolio.models import Debtor

REFUSED = 2

app = typer.Typer(no_args_is_help=True, help="One person's data: hand it over, or forget it.")
console = Console(highlight=False, soft_wrap=True)
errors = Console(stderr=True, highlight=False, soft_wrap=True)

_Debtor = Annotated[str, typer.Argument(help="The debtor's id, public or internal.")]
_Demo = Annotated[bool, typer.Option("--demo", help="In the data of `acuerdo demo`.")]


@app.callback()
def person() -> None:
    """One person's data: hand it over, or forget it."""


@app.command()
def export(
    debtor: _Debtor,
    out: Annotated[Path, typer.Option(help="The folder to write to; made where missing.")],
    lang: Annotated[str, typer.Option(help="es, pt or en; else the debtor's language.")] = "",
    demo: _Demo = False,
) -> None:
    """Write all that is kept of one debtor: JSON, HTML, and a PDF where this machine prints one.

    Exit code: 0 done, 2 there is no such debtor or an option cannot be understood.
    """
    if lang not in ("", "es", "pt", "en"):
        raise typer.BadParameter("--lang es, pt, en")
    with with_database(use_demo() if demo else default_data_dir()):
        from acuerdo.core import clock
        from acuerdo.core.actor import SYSTEM
        from acuerdo.reporting.dossier import export_person

        try:
            found = _find(debtor)
            made = export_person(
                creditor_ids=[found.creditor_id],
                debtor_id=found.pk,
                actor=SYSTEM,
                now=clock.now(),
                language=lang,
            )
        except AcuerdoError as error:
            _refuse(error)
        out.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name, data in made.files.items():
            # For who runs the command alone, and never over a file that is there.
            handle = os.open(out / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            console.print(str(out / name), markup=False)
        if made.no_pdf is not None:
            errors.print(str(made.no_pdf), style="yellow", markup=False)


@app.command()
def erase(
    debtor: _Debtor,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    demo: _Demo = False,
) -> None:
    """Forget one debtor. What laws make the creditor keep stays, under a number.

    Exit code: 0 done, 2 no such debtor, or an account is still open.
    """
    with with_database(use_demo() if demo else default_data_dir()):
        from django.db import transaction

        from acuerdo.core import clock
        from acuerdo.core.actor import SYSTEM
        from acuerdo.portfolio.actions import erase_debtor

        try:
            found = _find(debtor)
            if not yes:
                typer.confirm(_("This cannot be undone. Erase?"), abort=True)
            with transaction.atomic():
                erase_debtor(
                    creditor_id=found.creditor_id,
                    debtor_id=found.pk,
                    actor=SYSTEM,
                    now=clock.now(),
                )
        except AcuerdoError as error:
            _refuse(error)
        console.print(_("Erased. What the law makes us keep stays, under a number."))


def retention(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be forgotten.")
    ] = False,
    creditor: Annotated[str, typer.Option(help="One creditor, by name; else all.")] = "",
    demo: _Demo = False,
) -> None:
    """Forget what creditors' rules reach: people long gone, and texts long past.

    The rules are set on the page "How long data are kept", and applied every night by themselves.
    """
    with with_database(use_demo() if demo else default_data_dir()):
        from django.db import transaction

        from acuerdo.core import clock
        from acuerdo.core.actor import SYSTEM
        from acuerdo.creditors.models import Creditor
        from acuerdo.portfolio.actions import apply_retention, get_retention, plan_retention

        found = Creditor.objects.order_by("name")
        if creditor:
            found = found.filter(name=creditor)
            if not found:
                errors.print(_("There is no creditor {name}.").format(name=creditor), markup=False)
                raise typer.Exit(REFUSED)
        for one in found:
            rules, now = get_retention(one), clock.now()
            if dry_run:
                done = plan_retention(creditor=one, now=now)
            else:
                with transaction.atomic():
                    done = apply_retention(creditor=one, actor=SYSTEM, now=now)
            words = (
                _("{name}: {people} people, {texts} texts would be forgotten.")
                if dry_run
                else _("{name}: {people} people, {texts} texts forgotten.")
            )
            if rules.people is None and rules.texts is None:
                words = _("{name}: no rule.")
            texts = sum(done.texts.values())
            console.print(
                words.format(name=one.name, people=done.people, texts=texts), markup=False
            )


def _find(text: str) -> Debtor:
    from acuerdo.creditors.models import Creditor
    from acuerdo.reporting.evidence.collecting import find_debtor

    return find_debtor(list(Creditor.objects.values_list("pk", flat=True)), text)


def _refuse(error: AcuerdoError) -> NoReturn:
    errors.print(str(error), style="red", markup=False)
    raise typer.Exit(REFUSED) from error
