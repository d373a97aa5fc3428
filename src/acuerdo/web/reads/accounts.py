"""The list of accounts: search, filters, keyset paging."""

from __future__ import annotations

import base64
import binascii
import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import CharField, Exists, F, Func, Max, OuterRef, Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from acuerdo.agreements.models import Agreement
from acuerdo.compliance.models import ContactAttempt, Hold, Verdict
from acuerdo.core.money import Money
from acuerdo.ledger import queries as ledger
from acuerdo.messaging.models import Message
from acuerdo.payments.models import Payment, PaymentRequest
from acuerdo.portfolio.models import Account, AccountSnapshot, ContactPoint
from acuerdo.portfolio.queries import list_days_past_due
from acuerdo.segments.models import Segment

PAGE = 50
STATES = ("active", "closed", "recalled")
_NOT_DIGITS = re.compile(r"\D+")


@dataclass(frozen=True, slots=True)
class Filters:
    """What the reader asked for. Empty means all."""

    text: str = ""
    segment: str = ""
    state: str = ""
    bucket: str = ""
    country: str = ""
    only: str = ""  # agreed | held | contacted | promised | paid: the rows behind a figure

    @property
    def any(self) -> bool:
        """Whether something narrows the list."""
        return bool(
            self.text or self.segment or self.state or self.bucket or self.country or self.only
        )


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
    count: int
    after: str


@dataclass(frozen=True, slots=True)
class Choice:
    """An option of a filter."""

    value: str
    label: str


class _Plain(Func):
    """`acuerdo_plain(text)`: lower case, without accents; the search index is built on it."""

    function = "acuerdo_plain"
    output_field = CharField()


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
    """The accounts of those creditors that match, by debtor's name, `PAGE` at a time.

    `after` is the mark of the page before; a mark that makes no sense starts at the beginning.
    """
    found = _narrow(Account.objects.filter(creditor_id__in=creditor_ids), filters, now)
    total = found.count()
    ordered = found.annotate(sort=_Plain(F("debtor__name"))).order_by("sort", "pk")
    if mark := _read_mark(after):
        name, pk = mark
        ordered = ordered.filter(Q(sort__gt=name) | Q(sort=name, pk__gt=pk))
    accounts = list(ordered.select_related("debtor", "debtor__person", "creditor")[: PAGE + 1])
    more = len(accounts) > PAGE
    accounts = accounts[:PAGE]
    last = accounts[-1] if accounts else None
    next_mark = _write_mark(last.sort, last.pk) if more and last is not None else ""
    return AccountPage(_rows(accounts, now), total, next_mark)


def list_debtor_accounts(
    debtor_id: int, creditor_ids: Sequence[int], now: datetime
) -> list[AccountRow]:
    """The accounts of one debtor, active ones first."""
    found = Account.objects.filter(debtor_id=debtor_id, creditor_id__in=creditor_ids)
    accounts = found.select_related("debtor", "debtor__person", "creditor")
    return _rows(list(accounts.order_by("state", "number")[:20]), now)


def list_choices(creditor_ids: Sequence[int]) -> dict[str, list[Choice]]:
    """The options of the filters: what those creditors have."""
    language = (get_language() or "en")[:2]
    segments: dict[str, str] = {}
    for segment in Segment.objects.filter(creditor_id__in=creditor_ids).order_by("position"):
        name = segment.names.get(language) or segment.names.get("en") or segment.code
        segments.setdefault(segment.code, name)
    countries = (
        Account.objects.filter(creditor_id__in=creditor_ids)
        .order_by("country")
        .values_list("country", flat=True)
        .distinct()
    )
    return {
        "segments": [Choice(code, name) for code, name in segments.items()],
        "countries": [Choice(code, code) for code in countries],
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


def _narrow(found: QuerySet[Account], filters: Filters, now: datetime) -> QuerySet[Account]:
    if filters.segment:
        found = found.filter(segment_code=filters.segment)
    if filters.state in STATES:
        found = found.filter(state=filters.state)
    if filters.country:
        found = found.filter(country=filters.country)
    if filters.bucket:
        found = _narrow_bucket(found, filters.bucket)
    if filters.only:
        found = _narrow_figure(found, filters.only, now)
    if filters.text.strip():
        plain = found.alias(plain=_Plain(F("debtor__name")))
        found = plain.filter(_matches(filters.text.strip()))
    return found


def _narrow_bucket(found: QuerySet[Account], bucket: str) -> QuerySet[Account]:
    """By the newest snapshots. Their date is asked of a few accounts, not of all of them."""
    recent = list(found.filter(state="active").order_by("-pk").values_list("pk", flat=True)[:20])
    newest = AccountSnapshot.objects.filter(account_id__in=recent).aggregate(on=Max("as_of_on"))
    return found.filter(
        Exists(
            AccountSnapshot.objects.filter(
                account_id=OuterRef("pk"), as_of_on=newest["on"], bucket=bucket
            )
        )
    )


def _narrow_figure(found: QuerySet[Account], only: str, now: datetime) -> QuerySet[Account]:
    """The accounts behind a figure of the dashboard."""
    agreements = Agreement.objects.filter(account=OuterRef("pk"))
    if only == "contacted":
        return found.filter(
            Exists(
                ContactAttempt.objects.filter(
                    account=OuterRef("pk"), direction="outbound", state="settled"
                )
            )
        )
    if only == "promised":
        return found.filter(Exists(agreements))
    if only in ("active", "kept", "broken"):
        return found.filter(Exists(agreements.filter(state=only)))
    if only == "paid":
        return found.filter(
            Exists(Payment.objects.filter(account=OuterRef("pk"), state="confirmed"))
        )
    if only in ("withheld", "failed", "unknown"):
        return found.filter(Exists(Message.objects.filter(account=OuterRef("pk"), state=only)))
    if only == "refused":
        # As the dashboard counts them: in the last day.
        refused = Verdict.objects.filter(account_id=OuterRef("pk"), allowed=False)
        return found.filter(Exists(refused.filter(decided_at__gt=now - timedelta(days=1))))
    if only == "unclear":
        unclear = PaymentRequest.objects.filter(
            account=OuterRef("pk"), state__in=["unknown", "mismatch"]
        )
        return found.filter(Exists(unclear))
    if only == "held":
        live = Hold.objects.filter(released_at__isnull=True)
        live = live.exclude(source__startswith="agreement:")
        return found.filter(
            Exists(live.filter(account=OuterRef("pk")))
            | Exists(live.filter(debtor=OuterRef("debtor")))
            | Exists(live.filter(person=OuterRef("debtor__person")))
        )
    return found


def _matches(text: str) -> Q:
    """Name without accents, account number, the document's last characters, phone or e-mail."""
    condition = Q(number__istartswith=text) | Q(plain__contains=_plain(text))
    digits = _NOT_DIGITS.sub("", text)
    if len(text) == 4:
        condition |= Q(debtor__person__document_last4=text.upper())
    points = ContactPoint.objects.filter(debtor=OuterRef("debtor"))
    if len(digits) >= 6 and len(digits) >= len(text) - 4:
        condition |= Q(Exists(points.filter(kind="phone", value__endswith=digits[-9:])))
    if "@" in text:
        condition |= Q(Exists(points.filter(kind="email", value=text.lower())))
    return condition


def _plain(text: str) -> str:
    """As `acuerdo_plain` does it: lower case, without accents."""
    apart = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _write_mark(name: str, pk: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([name, pk]).encode()).decode().rstrip("=")


def _read_mark(mark: str) -> tuple[str, int] | None:
    if not mark:
        return None
    try:
        name, pk = json.loads(base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4)))
    except (binascii.Error, ValueError, TypeError):
        return None
    return (name, pk) if isinstance(name, str) and isinstance(pk, int) else None
