"""`acuerdo wishes import` and `acuerdo contacts import`: lists, and what was before."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, Protocol

import structlog
import typer
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _
from environs.exceptions import EnvError
from rich.console import Console
from rich.table import Table

from acuerdo.cli.run import DONE, FAILED, REFUSED, UNREADABLE
from acuerdo.cli.stack import use_demo, with_database
from acuerdo.core.errors import AcuerdoError, StartFailed
from acuerdo.core.postgres import default_data_dir

if TYPE_CHECKING:
    from acuerdo.creditors.models import Creditor

logger = structlog.get_logger(__name__)
wishes = typer.Typer(no_args_is_help=True, help="What debtors wish: do-not-contact lists.")
_SHOWN = 10


class Report(Protocol):
    """What came of a file."""

    def to_json(self) -> dict[str, Any]:
        """With `rows`, `rejections` and `warnings`."""
        ...


File = Annotated[Path, typer.Argument(help="The file, as CSV.")]
Name = Annotated[str, typer.Option("--creditor", help="The creditor's name.")]
Order = Annotated[
    str, typer.Option("--dates", help="Order of dates: day_first, month_first or iso.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Tell what would change; change nothing.")]
Demo = Annotated[bool, typer.Option("--demo", help="In the data of `acuerdo demo`.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]


@wishes.command("import")
def import_wishes(
    file: File,
    creditor: Name,
    source: Annotated[
        str, typer.Option(help="Where the list comes from; else the file's name.")
    ] = "",
    dates: Order = "",
    demo: Demo = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Leave everybody on a do-not-contact list alone: phones, e-mails or document numbers.

    Debtors who are here are stopped now, those who are imported later when they come. A row may
    name a channel, a purpose (commercial), since when, and its source. The same list again changes
    nothing.

    Exit code: 0 done, 2 the file or an option cannot be read or no row could be used, 3 refused,
    4 something failed (the reason is on stderr).
    """

    def act(found: Creditor, now: datetime) -> Report:
        from acuerdo.compliance.actions import import_do_not_contact
        from acuerdo.core.actor import SYSTEM

        return import_do_not_contact(
            creditor=found, path=file, source=source, dates=dates or None, actor=SYSTEM, now=now
        )

    run_import(
        act, _tell_list, creditor=creditor, dates=dates, demo=demo, dry_run=dry_run, as_json=as_json
    )


def import_contacts(
    file: File,
    creditor: Name,
    zone: Annotated[
        str, typer.Option(help="Time zone of times that name none; else the creditor's.")
    ] = "",
    source: Annotated[
        str, typer.Option(help="Where the history comes from; else the file's name.")
    ] = "",
    dates: Order = "",
    demo: Demo = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Take in past contacts, consents, opt-outs and revocations, so that caps and wishes are right
    from the first day.

    Columns: an account, a document or a debtor; channel; date and time; and as far as they are
    known direction, outcome, purpose, kind (contact, consent, opt_out, revocation), zone, source,
    text and a reference. The same file again changes nothing.

    Exit code: 0 done, 2 the file or an option cannot be read or no row could be used, 3 refused,
    4 something failed (the reason is on stderr).
    """

    def act(found: Creditor, now: datetime) -> Report:
        from acuerdo.compliance.actions import import_history
        from acuerdo.core.actor import SYSTEM

        return import_history(
            creditor=found, path=file, source=source, zone=_zone(zone), dates=dates or None,
            actor=SYSTEM, now=now,
        )  # fmt: skip

    run_import(
        act,
        _tell_history,
        creditor=creditor,
        dates=dates,
        demo=demo,
        dry_run=dry_run,
        as_json=as_json,
    )


def run_import(
    act: Callable[[Creditor, datetime], Report],
    tell: Callable[[Mapping[str, Any]], Iterator[tuple[str, str]]],
    *,
    creditor: str,
    dates: str,
    demo: bool,
    dry_run: bool,
    as_json: bool,
) -> NoReturn:
    """Run one import in a transaction that a trial rolls back, tell what came of it, and exit."""
    console = Console(stderr=True, highlight=False)
    facts: dict[str, Any] = {}
    try:
        with with_database(use_demo() if demo else default_data_dir()):
            from acuerdo.cli.errors import OptionWrong
            from acuerdo.portfolio.errors import ImportRefused

            try:
                facts = _act(act, creditor, dates, dry_run=dry_run)
                code = DONE if _used(facts) else UNREADABLE
            except (ImportRefused, OptionWrong) as error:
                code = UNREADABLE
                console.print(str(error), style="red", markup=False)
            except AcuerdoError as error:
                code = REFUSED
                console.print(str(error), style="red", markup=False)
            if facts and not as_json:
                _show(facts, tell, Console(highlight=False))
    except (EnvError, ImproperlyConfigured):
        raise  # told by `main`, for every command
    except Exception as error:
        if not isinstance(error, StartFailed):
            logger.exception("import_failed")
        console.print(str(error) or type(error).__name__, style="red", markup=False)
        code = FAILED
    if facts and as_json:
        sys.stdout.write(json.dumps(facts, ensure_ascii=False) + "\n")
    raise typer.Exit(code)


def _act(
    act: Callable[[Creditor, datetime], Report], name: str, dates: str, *, dry_run: bool
) -> dict[str, Any]:
    from django.core.management import call_command
    from django.db import transaction

    from acuerdo.core import clock

    call_command("migrate", verbosity=0)
    creditor = _creditor(name)
    _check_dates(dates)
    with transaction.atomic():
        report = act(creditor, clock.now())
        transaction.set_rollback(dry_run)
    return {"creditor": creditor.name, "dry_run": dry_run, **report.to_json()}


def _creditor(name: str) -> Creditor:
    from acuerdo.cli.errors import OptionWrong
    from acuerdo.creditors.models import Creditor

    found = Creditor.objects.filter(name=name).first()
    if found is None:
        known = ", ".join(Creditor.objects.order_by("name").values_list("name", flat=True)) or "-"
        help_text = _("Creditors: {names}").format(names=known)
        raise OptionWrong(option="--creditor", value=name, help=help_text)
    return found


def _check_dates(order: str) -> None:
    from acuerdo.cli.errors import OptionWrong

    known = ("day_first", "month_first", "iso")
    if order and order not in known:
        raise OptionWrong(option="--dates", value=order, help=", ".join(known))


def _zone(name: str) -> str:
    from zoneinfo import available_timezones

    from acuerdo.cli.errors import OptionWrong

    if name and name not in available_timezones():
        raise OptionWrong(
            option="--zone", value=name, help=_("Use an IANA name, such as America/Bogota.")
        )
    return name


def _used(facts: Mapping[str, Any]) -> bool:
    rows = facts["rows"]
    return bool(rows["read"] > rows.get("rejected", rows.get("unreadable", 0)))


def _tell_list(facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield (
        _("Rows"),
        _("{read} read, {matched} matched, {not_found} not found, {unreadable} unreadable").format(
            **facts["rows"]
        ),
    )
    yield (
        _("Debtors"),
        _("{named} on the list, {stopped} stopped now, {already_stopped} stopped before").format(
            **facts["debtors"]
        ),
    )
    yield _("Remembered"), str(facts["remembered"])


def _tell_history(facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield (
        _("Rows"),
        _("{read} read, {accepted} accepted, {rejected} rejected, {duplicates} duplicates").format(
            **facts["rows"]
        ),
    )
    labels = {
        "contacts": _("Contacts"),
        "consents": _("Consents"),
        "opt_outs": _("Opt-outs"),
        "revocations": _("Revocations"),
    }
    for name, label in labels.items():
        new, known = facts["new"][name], facts["known"][name]
        if new or known:
            yield label, _("{new} new, {known} known before").format(new=new, known=known)


def _show(
    facts: Mapping[str, Any],
    tell: Callable[[Mapping[str, Any]], Iterator[tuple[str, str]]],
    console: Console,
) -> None:
    """The summary for a person, with the first faults in words."""
    from acuerdo.compliance.reasons import reason_text

    table = Table(
        title=f"{facts['creditor']} · {facts['file']['name']}", title_justify="left", box=None
    )
    table.add_column(style="bold")
    table.add_column()
    for label, value in tell(facts):
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
