"""The commands of `acuerdo`: each sets up and calls one thing."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
from typing import Annotated, NoReturn

import typer
from django.utils.translation import gettext as _
from rich.console import Console

from acuerdo.cli import (
    contacts,
    evidence,
    history,
    importing,
    inbox,
    labels,
    ledger,
    mail,
    person,
    policies,
    templates,
)
from acuerdo.cli.chat import chat, create_key
from acuerdo.cli.language import use_language
from acuerdo.cli.portfolio import import_portfolio
from acuerdo.cli.run import run_file
from acuerdo.cli.snapshot import snapshot
from acuerdo.cli.stack import Stack, use_demo, with_database
from acuerdo.cli.synth import synth
from acuerdo.cli.understand import understand
from acuerdo.core.errors import AcuerdoError, StartFailed
from acuerdo.core.postgres import EmbeddedPostgres, default_data_dir

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.command(name="run")(run_file)
app.command()(understand)
app.command()(synth)
app.command()(snapshot)
app.command()(chat)
app.command(name="apikey")(create_key)
app.command(name="import")(import_portfolio)
contacts.app.command(name="import")(importing.import_contacts)
app.add_typer(contacts.app, name="contacts")
app.add_typer(history.app, name="history")
app.add_typer(inbox.app, name="inbox")
app.add_typer(ledger.app, name="ledger")
app.add_typer(mail.app, name="mail")
app.add_typer(evidence.app, name="evidence")
app.add_typer(person.app, name="person")
app.command()(person.retention)
app.add_typer(templates.app, name="templates")
app.add_typer(labels.app, name="labels")
app.add_typer(policies.app, name="policy")
app.add_typer(importing.wishes, name="wishes")

console = Console(stderr=True, highlight=False)


@app.command()
def demo(
    fresh: Annotated[bool, typer.Option(help="Throw away the data of earlier demos.")] = False,
) -> None:
    """Run acuerdo with a synthetic portfolio: nothing leaves this machine."""
    # A folder of its own: what is thrown away, and whose clock is moved, is the demo's alone.
    data = use_demo()
    if fresh and not os.environ.get("DATABASE_URL") and data.exists():
        use_language()
        if EmbeddedPostgres(data).is_running():
            _refuse(_("A demo runs on {data}. Stop it first.").format(data=data))
        shutil.rmtree(data)
    _serve(Stack(data, sandbox=True, demo=True), fresh=fresh)


@app.command()
def up(
    sandbox: Annotated[
        bool, typer.Option(help="Also run the sandbox: phone, mail inbox and checkout for trials.")
    ] = False,
) -> None:
    """Run the web server and the worker, and PostgreSQL where DATABASE_URL is not set."""
    _serve(Stack(default_data_dir(), sandbox=sandbox, demo=False), fresh=False)


def _serve(stack: Stack, *, fresh: bool) -> None:
    try:
        stack.serve(console, fresh=fresh)
    except (AcuerdoError, StartFailed) as error:
        _refuse(str(error))


def _refuse(text: str) -> NoReturn:
    console.print(text, style="red", markup=False)
    raise typer.Exit(1)


@app.command()
def migrate() -> None:
    """Bring the database to this version."""
    with with_database(default_data_dir()):
        from django.core.management import call_command

        call_command("migrate", verbosity=1)


@app.command()
def createuser(
    email: Annotated[str, typer.Option(prompt=True)],
    name: Annotated[str, typer.Option(prompt=True)],
    creditor: Annotated[str, typer.Option(prompt=True, help="The creditor's name.")],
    role: Annotated[str, typer.Option(prompt=True, help="manager, agent or administrator")],
    language: str = "es",
) -> None:
    """Create a login with a role at a creditor; a random password is printed once."""
    with with_database(default_data_dir()):
        from acuerdo.cli.demo import add_user
        from acuerdo.creditors.models import Creditor
        from acuerdo.identity.models import Role

        if role not in Role.values:
            raise typer.BadParameter(
                _("a role is one of {names}").format(names=", ".join(Role.values))
            )
        found = Creditor.objects.filter(name=creditor).first()
        if found is None:
            known = ", ".join(Creditor.objects.values_list("name", flat=True)) or "-"
            raise typer.BadParameter(
                _("no creditor is called {name}; there are: {known}").format(
                    name=creditor, known=known
                )
            )
        password = secrets.token_urlsafe(12)
        try:
            add_user(email, name, password, {found: role}, language)
        except AcuerdoError as error:
            console.print(f"[red]{error}[/red]")
            raise typer.Exit(1) from None
        print(password, file=sys.stdout)  # noqa: T201


@app.command(hidden=True)
def worker() -> None:
    """Run queued jobs and the business's ticks (the supervisor starts it)."""
    import asyncio

    import django

    django.setup()
    from acuerdo.workflow.worker import run

    asyncio.run(run())
