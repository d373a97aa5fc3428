"""`acuerdo mail`: a creditor's ways out and in by e-mail."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _
from rich.console import Console

from acuerdo.cli.errors import OptionWrong
from acuerdo.cli.run import DONE, FAILED, REFUSED, UNREADABLE
from acuerdo.cli.stack import with_database
from acuerdo.core.postgres import default_data_dir

app = typer.Typer(no_args_is_help=True, help="A creditor's mail server, service and mailbox.")
console = Console(stderr=True, highlight=False)

# Provider → what it serves, and what its configuration must have.
_PROVIDERS = {
    "smtp": ("email", ("host", "port", "from_address")),
    "anymail": ("email", ("esp", "from_address")),
    "imap": ("mailbox", ("host", "username")),
}


@app.command()
def connect(
    creditor: Annotated[str, typer.Option("--creditor", help="The creditor's name.")],
    provider: Annotated[str, typer.Option(help="smtp, anymail (a service) or imap (a mailbox).")],
    config: Annotated[Path, typer.Option(help="A JSON file with its configuration.")],
) -> None:
    """Connect a provider; the secret is read from standard input and kept encrypted.

    A mailbox is opened first. Exit code: 0 done, 2 unreadable, 3 the mailbox cannot be opened.
    """
    with with_database(default_data_dir()):
        from django.db import transaction

        from acuerdo.core import clock
        from acuerdo.core.actor import SYSTEM
        from acuerdo.creditors.actions import connect_provider
        from acuerdo.creditors.models import Creditor
        from acuerdo.messaging.mailbox import KIND, ImapFolder, MailboxFailed
        from acuerdo.messaging.providers import webhook_url

        found = Creditor.objects.filter(name=creditor).first()
        if found is None:
            console.print(_("There is no such creditor."), style="red", markup=False)
            raise typer.Exit(UNREADABLE)
        try:
            kind, settings = _read(provider, config)
        except OptionWrong as error:
            console.print(str(error), style="red", markup=False)
            raise typer.Exit(UNREADABLE) from None
        secret = sys.stdin.read().rstrip("\n")
        if kind == KIND:
            try:
                with closing(ImapFolder(settings, secret)) as folder:
                    console.print(
                        _("The mailbox is open; its next mail will be number {uid}.").format(
                            uid=folder.next_uid
                        ),
                        markup=False,
                    )
            except MailboxFailed as error:
                said = _("The mailbox cannot be opened: {reason}.").format(reason=error)
                console.print(said, style="red", markup=False)
                raise typer.Exit(REFUSED) from None
        with transaction.atomic():
            account = connect_provider(
                creditor=found, kind=kind, provider=provider, name=provider, config=settings,
                secret=secret, actor=SYSTEM, now=clock.now(),
            )  # fmt: skip
        if provider == "anymail":
            url = webhook_url(account)
            console.print(_("Its webhooks go to {url}").format(url=url), markup=False)
    raise typer.Exit(DONE)


@app.command()
def status() -> None:
    """Whether the worker can read every connected mailbox. Exit code: 0 it can, 4 not all."""
    with with_database(default_data_dir()):
        from acuerdo.creditors.models import ProviderAccount
        from acuerdo.messaging.mailbox import KIND
        from acuerdo.messaging.models import MailboxState

        accounts = ProviderAccount.objects.filter(kind=KIND, is_active=True)
        broken = False
        for account in accounts.select_related("creditor", "mailboxstate").order_by("creditor"):
            state = getattr(account, "mailboxstate", None) or MailboxState()
            broken = broken or bool(state.error) or state.checked_at is None
            if state.error:
                said = state.error
            elif state.checked_at is None:
                said = _("not read yet")
            else:
                said = _("read at {at}").format(at=f"{state.checked_at:%F %T} UTC")
            console.print(
                f"{account.creditor.name}: {account.config.get('username')}: {said}", markup=False
            )
    raise typer.Exit(FAILED if broken else DONE)


def _read(provider: str, path: Path) -> tuple[str, dict[str, Any]]:
    """What the provider serves and its configuration. Raises OptionWrong."""
    if provider not in _PROVIDERS:
        raise OptionWrong(option="--provider", value=provider, help=", ".join(_PROVIDERS))
    kind, needed = _PROVIDERS[provider]
    try:
        settings = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        settings = None
    missing = [key for key in needed if not isinstance(settings, dict) or not settings.get(key)]
    if missing:
        wanted = _("It needs {keys}.").format(keys=", ".join(missing))
        raise OptionWrong(option="--config", value=str(path), help=wanted)
    return kind, settings
