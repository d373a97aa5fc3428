"""The list of accounts as a file: asked for by a user, written at once or in the background, and
thrown away when its time is over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from acuerdo.core.actor import Actor
from acuerdo.core.events import publish
from acuerdo.core.money import Money
from acuerdo.core.storage import remove, save
from acuerdo.core.vocabulary import Component
from acuerdo.creditors.models import Creditor
from acuerdo.identity.models import User
from acuerdo.ledger.queries import list_balances
from acuerdo.ledger.rules import Balance
from acuerdo.portfolio.actions import get_retention
from acuerdo.portfolio.actions.erasing import FILE_DAYS
from acuerdo.portfolio.models import Account
from acuerdo.portfolio.queries import list_days_past_due
from acuerdo.reporting.events import ACCOUNTS_EXPORTED, EXPORT_ASKED, EXPORTS_REMOVED
from acuerdo.reporting.listing.filters import Filters
from acuerdo.reporting.listing.pages import Total, iterate
from acuerdo.reporting.listing.sheets import Cell, write_csv, write_workbook
from acuerdo.reporting.models import ListExport
from acuerdo.reporting.texts import word_of

# What a person waits for at the page; more is written in the background.
AT_ONCE: Final = 2_000


def ask_for_export(
    *,
    actor: Actor,
    now: datetime,
    user: User,
    creditor_ids: Sequence[int],
    filters: Filters,
    language: str,
    total: Total,
    file_format: str = "csv",
) -> ListExport:
    """A file (`csv` or `xlsx`) of the accounts of `creditor_ids` that match. Up to `AT_ONCE` of
    them it is there when this returns; else a job writes it (`EXPORT_ASKED`) and `state` stays
    `queued`."""
    export = ListExport.objects.create(
        user=user,
        creditor_ids=list(creditor_ids),
        query=filters.write(),
        format=file_format,
        language=language,
        asked_at=now,
    )
    if total.is_exact and total.accounts <= AT_ONCE:
        return write_export(export=export, actor=actor, now=now)
    publish(EXPORT_ASKED, actor=actor, now=now, refs=[f"list_export:{export.pk}"])
    return export


def write_export(*, export: ListExport, actor: Actor, now: datetime) -> ListExport:
    """Write the file of `export` as the list is now, and say how many accounts went out."""
    with translation.override(export.language):
        write = write_workbook if export.format == "xlsx" else write_csv
        data, rows = write(_header(), _list(export, now))
    export.file_key = save(f"exports/{export.public_id}.{export.format}", data)
    export.state, export.rows, export.done_at = "done", rows, now
    export.save(update_fields=["file_key", "state", "rows", "done_at"])
    publish(
        ACCOUNTS_EXPORTED,
        actor=actor,
        now=now,
        refs=[f"list_export:{export.pk}"],
        data={"rows": rows, "creditors": export.creditor_ids},
    )
    return export


def remove_old_exports(*, actor: Actor, now: datetime) -> int:
    """Throw away lists that are older than the retention rule of any of their creditors allows, and
    say how many those were."""
    days = {one.pk: get_retention(one).files for one in Creditor.objects.all()}
    least = timedelta(days=min(days.values(), default=FILE_DAYS))
    old = [
        export
        for export in ListExport.objects.filter(asked_at__lt=now - least).order_by("pk")
        if export.asked_at
        < now - timedelta(days=min(days.get(pk, FILE_DAYS) for pk in export.creditor_ids))
    ]
    if not old:
        return 0
    ListExport.objects.filter(pk__in=[export.pk for export in old]).delete()
    keys = [export.file_key for export in old if export.file_key]
    transaction.on_commit(lambda: _remove_all(keys))
    publish(EXPORTS_REMOVED, actor=actor, now=now, data={"files": len(old)})
    return len(old)


def _remove_all(keys: Sequence[str]) -> None:
    for key in keys:
        remove(key)


def _header() -> list[str]:
    return [
        _("creditor"), _("account"), _("product"), _("debtor"), _("document type"),
        _("end of the document"), _("country"), _("currency"), _("balance"),
        *(word_of(part.value) for part in Component),
        _("days past due"), _("segment"), _("band"), _("state"), _("placed on"),
    ]  # fmt: skip


def _list(export: ListExport, now: datetime) -> Iterator[list[Cell]]:
    filters = Filters.read(export.query)
    for ids in iterate(creditor_ids=export.creditor_ids, filters=filters, now=now):
        yield from _rows(ids, now)


def _rows(ids: Sequence[int], now: datetime) -> Iterator[list[Cell]]:
    found = Account.objects.filter(pk__in=ids).select_related("debtor__person", "creditor")
    accounts = {row.pk: row for row in found}
    balances = list_balances(ids)
    days: dict[int, int] = {}
    for creditor in {row.creditor_id: row.creditor for row in accounts.values()}.values():
        own = [pk for pk, row in accounts.items() if row.creditor_id == creditor.pk]
        days |= list_days_past_due(own, now.astimezone(ZoneInfo(creditor.timezone)).date())
    for pk in ids:
        account = accounts[pk]
        person, debtor = account.debtor.person, account.debtor
        yield [
            account.creditor.name,
            account.number,
            account.product,
            debtor.name,
            person.document_type.upper(),
            person.document_last4,
            account.country,
            account.currency,
            *_amounts(balances[pk], account.currency),
            days[pk],
            account.segment_code,
            account.score_band,
            account.state,
            account.placed_at.astimezone(ZoneInfo(account.creditor.timezone)).date(),
        ]


def _amounts(balance: Balance, currency: str) -> list[Decimal]:
    minors = [balance.total_minor, *(balance.components.get(part, 0) for part in Component)]
    return [Money(minor, currency).to_decimal() for minor in minors]
