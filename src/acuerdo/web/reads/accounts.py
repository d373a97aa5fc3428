"""The list of accounts: search, filters, keyset paging."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from acuerdo.agreements.models import Agreement
from acuerdo.compliance.models import Hold
from acuerdo.core.money import Money
from acuerdo.creditors.countries import COUNTRIES
from acuerdo.identity.models import User
from acuerdo.ledger import queries as ledger
from acuerdo.portfolio.models import Account
from acuerdo.portfolio.queries import list_days_past_due
from acuerdo.portfolio.rules import BUCKETS
from acuerdo.reporting.listing.conditions import STATES, STEPS
from acuerdo.reporting.listing.filters import Filters
from acuerdo.reporting.listing.pages import Total, list_page
from acuerdo.segments.models import Segment
from acuerdo.web.access import Access
from acuerdo.web.reads.board import bucket_label


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One line of the list."""

    account: Account
    balance: Money
    dpd: int
    segment: str
    agreement: str
    is_held: bool

    @property
    def tags(self) -> list[tuple[str, str]]:
        """(words, tone) of what a reader should know at a glance; the most telling first."""
        found: list[tuple[str, str]] = []
        if self.account.state != "active":
            found.append((state_label(self.account.state), ""))
        if self.is_held:
            found.append((_("Left alone"), "warn"))
        if self.agreement in _AGREEMENT_TONES:
            found.append((agreement_label(self.agreement), _AGREEMENT_TONES[self.agreement]))
        return found


@dataclass(frozen=True, slots=True)
class AccountPage:
    """A page of the list; `after` continues it, empty at the end."""

    rows: list[AccountRow]
    total: Total
    after: str


@dataclass(frozen=True, slots=True)
class Choice:
    """An option of a filter."""

    value: str
    label: str


_AGREEMENT_TONES = {"active": "info", "kept": "good", "broken": "warn"}


def state_label(state: str) -> str:
    """An account's state in words."""
    labels = {"active": _("Active"), "closed": _("Closed"), "recalled": _("Recalled")}
    return labels.get(state, state)


def agreement_label(state: str) -> str:
    """An agreement's state in words."""
    labels = {
        "active": _("Agreement"),
        "kept": _("Agreement kept"),
        "broken": _("Agreement broken"),
        "cancelled": _("Agreement cancelled"),
        "replaced": _("Agreement replaced"),
    }
    return labels.get(state, state)


def list_account_rows(
    *, creditor_ids: Sequence[int], filters: Filters, now: datetime, after: str = ""
) -> AccountPage:
    """A page of the accounts of those creditors that match."""
    page = list_page(creditor_ids=creditor_ids, filters=filters, now=now, after=after)
    found = Account.objects.filter(pk__in=page.ids)
    accounts = {row.pk: row for row in found.select_related("debtor__person", "creditor")}
    return AccountPage(_rows([accounts[pk] for pk in page.ids], now), page.total, page.after)


def list_debtor_accounts(
    debtor_id: int, creditor_ids: Sequence[int], now: datetime
) -> list[AccountRow]:
    """The accounts of one debtor, active ones first."""
    found = Account.objects.filter(debtor_id=debtor_id, creditor_id__in=creditor_ids)
    accounts = found.select_related("debtor", "debtor__person", "creditor")
    return _rows(list(accounts.order_by("state", "number")[:20]), now)


def list_choices(access: Access, creditor_ids: Sequence[int]) -> dict[str, list[Choice]]:
    """The options of the filters: what those creditors have."""
    language = (get_language() or "en")[:2]
    creditors = [access.creditors[pk] for pk in creditor_ids]
    segments: dict[str, str] = {}
    for segment in Segment.objects.filter(creditor_id__in=creditor_ids).order_by("position"):
        name = segment.names.get(language) or segment.names.get("en") or segment.code
        segments.setdefault(segment.code, name)
    agents = (
        User.objects.filter(
            memberships__creditor_id__in=creditor_ids, memberships__role="agent", is_active=True
        )
        .distinct()
        .order_by("full_name", "pk")
    )
    steps = {
        "today": _("Contact planned for today"),
        "planned": _("Contact planned"),
        "paused": _("Strategy paused"),
        "none": _("In no strategy"),
    }
    return {
        "creditors": [Choice(str(row.public_id), row.name) for row in creditors],
        "segments": [Choice(code, name) for code, name in segments.items()],
        "buckets": [Choice(bucket, bucket_label(bucket)) for bucket in BUCKETS],
        "states": [Choice(state, state_label(state)) for state in STATES],
        "agents": [Choice(str(user.pk), str(user)) for user in agents],
        "steps": [Choice(code, steps[code]) for code in STEPS],
        "countries": [Choice(code, code) for code in sorted(COUNTRIES)],
        "currencies": [Choice(code, code) for code in sorted({row.currency for row in creditors})],
    }


def _rows(accounts: Sequence[Account], now: datetime) -> list[AccountRow]:
    ids = [account.pk for account in accounts]
    dpds = _days_past_due(accounts, now)
    balances = ledger.list_balances(ids)
    segments = segment_names({account.creditor_id for account in accounts})
    agreements = dict(
        Agreement.objects.filter(account_id__in=ids)
        .order_by("reached_at")
        .values_list("account_id", "state")
    )
    debtor_ids = {account.debtor_id for account in accounts}
    person_ids = {account.debtor.person_id for account in accounts}
    holds = list(
        Hold.objects.filter(released_at__isnull=True)
        .exclude(source__startswith="agreement:")
        .filter(Q(account_id__in=ids) | Q(debtor_id__in=debtor_ids) | Q(person_id__in=person_ids))
        .values_list("account_id", "debtor_id", "person_id")
    )
    held = {key for hold in holds for key in zip("adp", hold, strict=True) if key[1] is not None}
    rows = []
    for account in accounts:
        balance = balances.get(account.pk)
        rows.append(
            AccountRow(
                account=account,
                balance=Money(balance.total_minor if balance else 0, account.currency),
                dpd=dpds[account.pk],
                segment=segments.get((account.creditor_id, account.segment_code), ""),
                agreement=agreements.get(account.pk, ""),
                is_held=not held.isdisjoint(
                    {
                        ("a", account.pk),
                        ("d", account.debtor_id),
                        ("p", account.debtor.person_id),
                    }
                ),
            )
        )
    return rows


def _days_past_due(accounts: Sequence[Account], now: datetime) -> dict[int, int]:
    """Of each account, at the date that it is where its creditor is."""
    days: dict[date, list[int]] = {}
    for account in accounts:
        on = now.astimezone(ZoneInfo(account.creditor.timezone)).date()
        days.setdefault(on, []).append(account.pk)
    return {pk: dpd for on, pks in days.items() for pk, dpd in list_days_past_due(pks, on).items()}


def segment_names(creditor_ids: set[int]) -> dict[tuple[int, str], str]:
    """(creditor, code) → the segment's name in the active language."""
    language = (get_language() or "en")[:2]
    return {
        (row.creditor_id, row.code): row.names.get(language) or row.names.get("en") or row.code
        for row in Segment.objects.filter(creditor_id__in=creditor_ids)
    }
