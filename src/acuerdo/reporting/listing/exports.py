"""The list of accounts as a file: asked for by a user, written at once or in the background."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext as _

from acuerdo.core.actor import Actor
from acuerdo.core.events import publish
from acuerdo.core.money import Money
from acuerdo.core.storage import save
from acuerdo.core.vocabulary import Component
from acuerdo.identity.models import User
from acuerdo.ledger.queries import list_balances
from acuerdo.ledger.rules import Balance
from acuerdo.portfolio.models import Account
from acuerdo.portfolio.queries import list_days_past_due
from acuerdo.portfolio.reasons import protect_cell
from acuerdo.reporting.events import ACCOUNTS_EXPORTED, EXPORT_ASKED
from acuerdo.reporting.listing.filters import Filters
from acuerdo.reporting.listing.pages import Total, iterate
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
) -> ListExport:
    """A file of the accounts of `creditor_ids` that match. Up to `AT_ONCE` of them it is there
    when this returns; else a job writes it (`EXPORT_ASKED`) and `state` stays `queued`."""
    export = ListExport.objects.create(
        user=user,
        creditor_ids=list(creditor_ids),
        query=filters.write(),
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
        data, rows = _write(export.creditor_ids, Filters.read(export.query), now)
    export.file_key = save(f"exports/{export.public_id}.csv", data)
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


def _write(creditor_ids: Sequence[int], filters: Filters, now: datetime) -> tuple[bytes, int]:
    """CSV (UTF-8 with BOM, commas, points as decimal marks) and its number of accounts."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(
        [
            _("creditor"), _("account"), _("product"), _("debtor"), _("document type"),
            _("end of the document"), _("country"), _("currency"), _("balance"),
            *(word_of(part.value) for part in Component),
            _("days past due"), _("segment"), _("band"), _("state"), _("placed on"),
        ]
    )  # fmt: skip
    count = 0
    for ids in iterate(creditor_ids=creditor_ids, filters=filters, now=now):
        for row in _rows(ids, now):
            writer.writerow(row)
            count += 1
    return out.getvalue().encode("utf-8-sig"), count


def _rows(ids: Sequence[int], now: datetime) -> Iterator[list[object]]:
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
        texts = (
            account.creditor.name, account.number, account.product, debtor.name,
            person.document_type.upper(), person.document_last4, account.country,
        )  # fmt: skip
        yield [
            *map(protect_cell, texts),
            account.currency,
            *_amounts(balances[pk], account.currency),
            days[pk],
            protect_cell(account.segment_code),
            account.score_band,
            account.state,
            account.placed_at.astimezone(ZoneInfo(account.creditor.timezone)).date().isoformat(),
        ]


def _amounts(balance: Balance, currency: str) -> list[str]:
    minors = [balance.total_minor, *(balance.components.get(part, 0) for part in Component)]
    return [str(Money(minor, currency).to_decimal()) for minor in minors]
