"""`acuerdo history import`: statements, payments, promises and contacts of an old system."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from django.utils.translation import gettext as _

from acuerdo.cli.importing import (
    AsJson,
    Demo,
    DryRun,
    File,
    Name,
    Order,
    Report,
    import_contacts,
    run_import,
)
from acuerdo.core.money import Money

if TYPE_CHECKING:
    from acuerdo.creditors.models import Creditor

app = typer.Typer(no_args_is_help=True, help="What was before: files of an old system.")


class Kind(StrEnum):
    """What the rows of the file are."""

    STATEMENTS = "statements"
    PAYMENTS = "payments"
    PROMISES = "promises"
    CONTACTS = "contacts"


@app.command("import")
def import_past(
    file: File,
    creditor: Name,
    kind: Annotated[Kind, typer.Option(help="What the rows are.")],
    mapping: Annotated[
        Path | None, typer.Option(help="YAML file that says what the columns are.")
    ] = None,
    dates: Order = "",
    demo: Demo = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Take in what the old system knew, with its dates. Import it after the portfolio.

    Payments: account, date, amount, reference. Promises: account, day of the promise, due date,
    amount, reference; several rows of one day or reference are a plan. Statements: account, date,
    balance, days or months overdue. The same file again changes nothing; a bad row is told by
    line, column, value and reason, and stops no other.

    Exit code: 0 done, 2 the file or an option cannot be read or no row could be used, 3 refused,
    4 something failed (the reason is on stderr).
    """
    if kind is Kind.CONTACTS:
        import_contacts(file, creditor, dates=dates, demo=demo, dry_run=dry_run, as_json=as_json)

    def act(found: Creditor, now: datetime) -> Report:
        from acuerdo.agreements.actions import import_promises
        from acuerdo.core.actor import SYSTEM
        from acuerdo.payments.actions import import_payments
        from acuerdo.portfolio.actions import import_statements, load_fact_mapping
        from acuerdo.portfolio.rules.facts import FactMapping

        read = load_fact_mapping(mapping) if mapping else FactMapping()
        if dates:
            read = FactMapping.model_validate({**read.model_dump(), "dates": dates})
        importer = {
            Kind.STATEMENTS: import_statements,
            Kind.PAYMENTS: import_payments,
            Kind.PROMISES: import_promises,
        }[kind]
        return importer(creditor=found, path=file, mapping=read, actor=SYSTEM, now=now)

    run_import(
        act, _tell, creditor=creditor, dates=dates, demo=demo, dry_run=dry_run, as_json=as_json
    )


def _tell(facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield (
        _("Rows"),
        _("{read} read, {accepted} accepted, {rejected} rejected, {duplicates} duplicates").format(
            **facts["rows"]
        ),
    )
    labels = {
        "statements": _("Statements"),
        "payments": _("Payments"),
        "promises": _("Promises"),
    }
    for name, new in facts["new"].items():
        known = facts["known"][name]
        yield labels[name], _("{new} new, {known} known before").format(new=new, known=known)
    if facts["totals"]:
        sums = (Money(minor, currency) for currency, minor in facts["totals"].items())
        yield _("Paid"), ", ".join(str(total) for total in sums)
