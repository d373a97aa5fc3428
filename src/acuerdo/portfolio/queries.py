"""Reads of portfolios, always scoped by the creditors the caller may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import F, QuerySet

from acuerdo.core.errors import NotFound
from acuerdo.ledger.queries import list_accruals, list_balances, list_statement
from acuerdo.ledger.rules import Balance
from acuerdo.portfolio.models import (
    Account,
    AccountSnapshot,
    ContactPoint,
    Debtor,
    DueItem,
    ImportRun,
    Upload,
)
from acuerdo.portfolio.rules import DuePart, days_past_due, list_phone_variants, normalise_phone
from acuerdo.portfolio.rules.dpd import Pause, Spell, list_spells


def get_account(public_id: UUID | str, creditor_ids: Collection[int]) -> Account:
    """The account, with its debtor, person, creditor and portfolio.

    Raises NotFound alike where it does not exist and where it is another creditor's.
    """
    try:
        wanted = UUID(str(public_id))
    except ValueError:
        raise NotFound(what=str(public_id)[:40]) from None
    found = (
        Account.objects.select_related("debtor__person", "creditor", "portfolio")
        .filter(public_id=wanted, creditor_id__in=list(creditor_ids))
        .first()
    )
    if found is None:
        raise NotFound(what=str(wanted))
    return found


def list_accounts(
    creditor_ids: Collection[int],
    *,
    debtor_id: int | None = None,
    portfolio_id: int | None = None,
    state: str = "",
) -> QuerySet[Account]:
    """Accounts with their debtors, oldest first."""
    found = Account.objects.select_related("debtor").filter(creditor_id__in=list(creditor_ids))
    if debtor_id is not None:
        found = found.filter(debtor_id=debtor_id)
    if portfolio_id is not None:
        found = found.filter(portfolio_id=portfolio_id)
    if state:
        found = found.filter(state=state)
    return found.order_by("id")


def find_debtor_by_address(creditor_id: int, kind: str, value: str) -> Debtor | None:
    """The creditor's debtor whom an address of `kind` (phone, email) belongs to.

    A phone is found under any of its forms. Where several debtors share it, the one with the
    account placed last; None where nobody has it.
    """
    values: tuple[str, ...]
    if kind == "phone":
        e164, is_valid = normalise_phone(value if value.startswith("+") else f"+{value}", "")
        values = list_phone_variants(e164) if is_valid else (value,)
    else:
        values = (value.strip().lower(),)
    points = ContactPoint.objects.filter(
        creditor_id=creditor_id, kind=kind, value__in=values, is_valid=True
    ).values_list("debtor_id", flat=True)
    return (
        Debtor.objects.select_related("person")
        .filter(creditor_id=creditor_id, id__in=list(points), merged_into__isnull=True)
        .order_by(F("accounts__placed_at").desc(nulls_last=True), "-accounts__id")
        .first()
    )


def list_contact_points(debtor_ids: Collection[int]) -> dict[int, list[ContactPoint]]:
    """The usable addresses of each debtor, the preferred first. One query."""
    found: dict[int, list[ContactPoint]] = {debtor_id: [] for debtor_id in debtor_ids}
    points = ContactPoint.objects.filter(debtor_id__in=list(debtor_ids), is_valid=True)
    for point in points.order_by("debtor_id", "priority", "id"):
        found[point.debtor_id].append(point)
    return found


def list_days_past_due(
    account_ids: Collection[int],
    as_of_on: date,
    balances: Mapping[int, Balance] | None = None,
) -> dict[int, int]:
    """Days past due of each account on a date, from its due items, what it bore since, and its
    balance now (`balances`, where they are at hand)."""
    parts = _list_parts(account_ids)
    balances = list_balances(account_ids) if balances is None else balances
    return {
        account_id: days_past_due(
            parts[account_id],
            outstanding_minor=balances[account_id].total_minor,
            as_of_on=as_of_on,
        )
        for account_id in account_ids
    }


def list_bucket_history(
    account_id: int, *, from_on: date, until_on: date, pauses: Sequence[Pause] = ()
) -> list[Spell]:
    """The buckets that an account was in between two dates, from its books and due items as they
    are known now: what was told late counts from its own date. `pauses` are its holds."""
    owed = {
        line.booked.effective_on: line.balance.total_minor for line in list_statement(account_id)
    }
    return list_spells(
        _list_parts([account_id])[account_id],
        owed.items(),
        from_on=from_on,
        until_on=until_on,
        pauses=pauses,
    )


def _list_parts(account_ids: Collection[int]) -> dict[int, list[DuePart]]:
    """What fell due of each account: its due items, and what it bore since."""
    parts: dict[int, list[DuePart]] = defaultdict(list)
    items = DueItem.objects.filter(account_id__in=list(account_ids))
    for account_id, due_on, minor in items.values_list("account_id", "due_on", "amount_minor"):
        parts[account_id].append(DuePart(due_on, minor))
    for account_id, borne in list_accruals(account_ids).items():
        parts[account_id].extend(DuePart(on, minor) for on, minor in borne)
    return parts


def get_newest_snapshot_on(creditor_id: int) -> date | None:
    """The date of the creditor's newest pictures; None where it has none.

    The partitions' own names say which dates there are: asking the table itself would plan for
    every one of them.
    """
    table = AccountSnapshot._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT part.relname FROM pg_inherits JOIN pg_class part ON part.oid = inhrelid"
            " WHERE inhparent = %s::regclass ORDER BY part.relname DESC",
            [table],
        )
        names = [str(name) for (name,) in cursor.fetchall()]
    for name in names:
        on = date(*(int(part) for part in name[len(table) + 1 :].split("_")))
        pictures = AccountSnapshot.objects.filter(creditor_id=creditor_id, as_of_on=on)
        # In the order of the index, or others' pictures would be read through to find one.
        if pictures.order_by("segment_code", "dpd").values_list("dpd")[:1]:
            return on
    return None


@dataclass(frozen=True, slots=True)
class ImportFigures:
    """One import, for a list of them."""

    run: ImportRun
    accepted: int
    rejected: int
    warnings: int


def list_imports(creditor_ids: Collection[int]) -> list[ImportFigures]:
    """The imports of the creditors, the newest first."""
    runs = ImportRun.objects.filter(creditor_id__in=list(creditor_ids)).order_by("-id")[:200]
    return [
        ImportFigures(
            run=run,
            accepted=run.report.get("rows", {}).get("accepted", 0),
            rejected=run.report.get("rows", {}).get("rejected", 0),
            warnings=run.report.get("rows", {}).get("warnings", 0),
        )
        for run in runs
    ]


def list_open_uploads(creditor_ids: Collection[int]) -> list[Upload]:
    """Files that are looked at or under way, the newest first."""
    states = (Upload.State.OPEN, Upload.State.WAITING, Upload.State.RUNNING)
    found = Upload.objects.filter(creditor_id__in=list(creditor_ids), state__in=states)
    return list(found.select_related("creditor").order_by("-id")[:50])
