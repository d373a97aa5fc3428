"""`acuerdo chat`: talk to the assistant in the terminal, as a debtor would; keys for programs."""

from __future__ import annotations

import getpass
import secrets
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer
from django.utils.translation import gettext as _
from rich.console import Console
from rich.markup import escape

from acuerdo.cli.stack import use_demo, with_database
from acuerdo.core.errors import AcuerdoError
from acuerdo.core.postgres import default_data_dir

if TYPE_CHECKING:
    from acuerdo.portfolio.models import Account

console = Console(highlight=False, soft_wrap=True)
errors = Console(stderr=True, highlight=False, soft_wrap=True)


def chat(
    account: Annotated[
        str, typer.Option(help="The account's id or number; else the first one that is open.")
    ] = "",
    lang: Annotated[str, typer.Option(help="es, pt or en; else the debtor's.")] = "",
    demo: Annotated[bool, typer.Option("--demo", help="In the data of `acuerdo demo`.")] = False,
    why: Annotated[bool, typer.Option("--why", help="Also say what was understood.")] = False,
) -> None:
    """Talk to the assistant as the debtor of an account. What is agreed is agreed: it is the real
    thing, not a copy. One line is one message; an empty line or Ctrl-D ends.

    Exit code: 0 done, 2 an option cannot be understood or there is no such account.
    """
    if lang not in ("", "es", "pt", "en"):
        raise typer.BadParameter("--lang es, pt, en")
    data = use_demo() if demo else default_data_dir()
    with with_database(data):
        found = _find(account)
        if found is None:
            errors.print(_("There is no such account here."), style="red", markup=False)
            raise typer.Exit(2)
        _talk(found, lang, why=why)


def _talk(account: Account, lang: str, *, why: bool) -> None:
    from django.db import transaction

    from acuerdo.assistant.talking import talk
    from acuerdo.conversations.actions import open_conversation, set_language
    from acuerdo.core import clock
    from acuerdo.core.actor import Actor
    from acuerdo.core.vocabulary import Channel

    debtor = account.debtor
    actor = Actor("debtor", str(debtor.pk), creditor_id=debtor.creditor_id)
    if lang:
        with transaction.atomic():
            opened = open_conversation(debtor_id=debtor.pk, actor=actor, now=clock.now())
            set_language(conversation=opened, language=lang, actor=actor, now=clock.now())
    address = f"terminal:{getpass.getuser()}"
    console.print(f"[dim]{escape(debtor.creditor.name)} · {escape(account.number)}[/dim]")
    for line in _lines():
        try:
            exchange = talk(
                debtor=debtor,
                channel=Channel.CHAT,
                address=address,
                text=line,
                source="terminal",
                key=secrets.token_urlsafe(12),
                actor=actor,
                now=clock.now(),
            )
        except AcuerdoError as error:
            errors.print(str(error), style="red", markup=False)
            continue
        if why:
            commands = exchange.turn.understanding.get("commands", [])
            console.print(f"  [dim]{escape(', '.join(commands))}[/dim]")
        for answer in exchange.answers:
            console.print(answer.text, style="green", markup=False)
            if answer.buttons:
                titles = " · ".join(str(button["title"]) for button in answer.buttons)
                console.print(f"  [dim]{escape(titles)}[/dim]")
        if not exchange.answers:
            console.print(f"[dim]{escape(_('(nothing is said)'))}[/dim]")


def _lines() -> Iterator[str]:
    """What is typed, line by line, until an empty one; all of a file that is piped in."""
    if not sys.stdin.isatty():
        yield from (line.strip() for line in sys.stdin if line.strip())
        return
    while True:
        try:
            line = console.input("[bold]>[/bold] ").strip()
        except (EOFError, KeyboardInterrupt):
            return
        if not line:
            return
        yield line


def _find(wanted: str) -> Account | None:
    from acuerdo.portfolio.models import Account

    rows = Account.objects.select_related("debtor__creditor", "debtor__person")
    if not wanted:
        return rows.filter(state="active").order_by("pk").first()
    try:
        return rows.filter(public_id=UUID(wanted)).first()
    except ValueError:
        return rows.filter(number=wanted).order_by("pk").first()


def create_key(
    creditor: Annotated[str, typer.Option(prompt=True, help="The creditor's name.")],
    name: Annotated[str, typer.Option(prompt=True, help="What the key is for, in your words.")],
    demo: Annotated[bool, typer.Option("--demo", help="In the data of `acuerdo demo`.")] = False,
) -> None:
    """Make a key with which a program may talk to the assistant; it is printed once."""
    data = use_demo() if demo else default_data_dir()
    with with_database(data):
        from django.db import transaction

        from acuerdo.core import clock
        from acuerdo.core.actor import SYSTEM
        from acuerdo.creditors.models import Creditor
        from acuerdo.identity.keys import create_api_key

        found = Creditor.objects.filter(name=creditor).first()
        if found is None:
            errors.print(_("There is no such creditor here."), style="red", markup=False)
            raise typer.Exit(2)
        with transaction.atomic():
            _key, secret = create_api_key(
                creditor=found,
                name=name,
                scopes=["conversations"],
                actor=SYSTEM,
                now=clock.now(),
            )
        print(secret)  # noqa: T201
