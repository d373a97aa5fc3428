"""`acuerdo snapshot`: the night's pictures of all accounts, now."""

from __future__ import annotations

import json
from datetime import datetime
from time import perf_counter
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rich.console import Console

from acuerdo.cli.run import DONE, REFUSED, UNREADABLE
from acuerdo.cli.stack import with_database
from acuerdo.core.errors import AcuerdoError
from acuerdo.core.postgres import default_data_dir

console = Console(stderr=True, highlight=False)


def snapshot(
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The date of the pictures, instead of today."),
    ] = None,
    creditor: Annotated[str, typer.Option(help="This creditor alone, by name.")] = "",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object on stdout.")
    ] = False,
) -> None:
    """Take the night's pictures now: balances, days past due, scores and segments of all accounts.

    An account keeps the first picture of a date. A date before today gets balances and days past
    due, where nothing was posted since. Exit code: 0 done, 2 the creditor is not known, 3 a
    creditor's pictures cannot be taken (those of the others are kept).
    """
    with with_database(default_data_dir()):
        from django.db import transaction

        from acuerdo.core import clock
        from acuerdo.core.actor import SYSTEM
        from acuerdo.creditors.models import Creditor
        from acuerdo.strategies.pictures import take_pictures

        found = Creditor.objects.order_by("name")
        if creditor:
            found = found.filter(name=creditor)
            if not found.exists():
                console.print(_("There is no such creditor."), style="red", markup=False)
                raise typer.Exit(UNREADABLE)
        rows: list[dict[str, Any]] = []
        refused: list[dict[str, str]] = []
        for one in found:
            start = perf_counter()
            try:
                with transaction.atomic():
                    report = take_pictures(
                        creditor=one, actor=SYSTEM, now=clock.now(), on=on.date() if on else None
                    )
            except AcuerdoError as error:
                console.print(f"{one.name}: {error}", style="red", markup=False)
                refused.append({"creditor": one.name, "why": error.code})
                continue
            rows.append(
                {
                    "creditor": one.name,
                    "on": report.on.isoformat(),
                    "accounts": report.accounts,
                    "pictures": report.pictures,
                    "seconds": round(perf_counter() - start, 3),
                }
            )
            words = ngettext(
                "{creditor}, {on}: {accounts} account, {pictures} new pictures, {seconds} s",
                "{creditor}, {on}: {accounts} accounts, {pictures} new pictures, {seconds} s",
                report.accounts,
            )
            console.print(words.format(**rows[-1]), markup=False)
        if as_json:
            sums = {
                name: round(sum(row[name] for row in rows), 3)
                for name in ("accounts", "pictures", "seconds")
            }
            told = {"creditors": rows, "refused": refused, **sums}
            print(json.dumps(told, ensure_ascii=False))  # noqa: T201
    raise typer.Exit(REFUSED if refused else DONE)
