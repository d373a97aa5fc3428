"""Reads of agreements, and the facts that a negotiation needs. Nothing here writes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from zoneinfo import ZoneInfo

from acuerdo.agreements import negotiation
from acuerdo.agreements.models import Agreement, Instalment, Offer, OfferPolicy
from acuerdo.agreements.negotiation import DebtFacts, Evaluation, Part, Policy, Proposal, Terms
from acuerdo.compliance.rules.calendar import Calendar
from acuerdo.core.money import Money
from acuerdo.ledger.queries import get_balance
from acuerdo.portfolio.models import Account
from acuerdo.portfolio.queries import list_days_past_due


def list_offers(*, account_id: int, now: datetime) -> list[Terms]:
    """Every admissible arrangement on the policy's grid; none where nothing may be offered."""
    account, policy, facts = _read(account_id, now)
    return negotiation.list_offers(policy, facts) if policy and account.state == "active" else []


def suggest_offers(*, account_id: int, now: datetime) -> list[Terms]:
    """The few arrangements to show to a person, in full first."""
    account, policy, facts = _read(account_id, now)
    return negotiation.suggest_offers(policy, facts) if policy and account.state == "active" else []


def evaluate_proposal(*, account_id: int, proposal: Proposal, now: datetime) -> Evaluation:
    """Whether the debtor's own proposal may be agreed, else the nearest that may."""
    account, policy, facts = _read(account_id, now)
    if policy is None or account.state != "active":
        return Evaluation(None, (), ("no_policy",))
    return negotiation.evaluate_proposal(policy, facts, proposal)


def _read(account_id: int, now: datetime) -> tuple[Account, Policy | None, DebtFacts]:
    account = Account.objects.select_related("creditor").get(pk=account_id)
    facts = get_debt_facts(account=account, now=now)
    row = get_policy(account=account, dpd=facts.dpd)
    return account, to_policy(row, account.currency) if row else None, facts


def get_debt_facts(*, account: Account, now: datetime) -> DebtFacts:
    """What a negotiation must know of a debt; today is the creditor's."""
    today = local_date(account, now)
    return DebtFacts(
        balance=get_balance(account.pk).components,
        currency=account.currency,
        dpd=list_days_past_due([account.pk], today)[account.pk],
        today=today,
        is_business_day=business_days(account.country, account.subdivision),
    )


def local_date(account: Account, at: datetime) -> date:
    """The date of `at` where the creditor is: dates of agreements and books are theirs."""
    return at.astimezone(ZoneInfo(account.creditor.timezone)).date()


def business_days(country: str, subdivision: str) -> Callable[[date], bool]:
    """Whether a date is Monday to Friday and no public holiday where the debtor lives."""
    return partial(_is_business_day, country, subdivision)


def _is_business_day(country: str, subdivision: str, day: date) -> bool:
    if day.weekday() >= 5:
        return False
    part = subdivision.removeprefix(f"{country}-")
    try:
        return not Calendar(country).is_holiday(day, part)
    except (KeyError, NotImplementedError):
        return True  # a country without a calendar


def get_policy(*, account: Account, dpd: int) -> OfferPolicy | None:
    """The first active policy whose segment and days past due fit."""
    rows = OfferPolicy.objects.filter(
        creditor_id=account.creditor_id, is_active=True, segment_code__in=["", account.segment_code]
    )
    for row in rows.order_by("position", "id"):
        from_ok = row.dpd_from is None or row.dpd_from <= dpd
        if from_ok and (row.dpd_to is None or dpd <= row.dpd_to):
            return row
    return None


def to_policy(row: OfferPolicy, currency: str) -> Policy:
    """A stored policy as the negotiation reads it, in one currency."""
    return Policy(
        code=row.code,
        version=row.version,
        min_down_percent=Decimal(row.min_down_percent),
        max_instalments=row.max_instalments,
        max_discount_percent=Decimal(row.max_discount_percent),
        max_first_due_days=row.max_first_due_days,
        min_instalment=Money(int(row.min_instalment_minor.get(currency, 1)), currency),
        offer_valid_days=row.offer_valid_days,
        grace_days=row.grace_days,
        tolerance=Money(int(row.tolerance_minor.get(currency, 0)), currency),
    )


def terms_of(offer: Offer) -> Terms:
    """An offer's terms, exactly as they were put to the debtor."""
    return Terms(
        kind=offer.kind,  # type: ignore[arg-type]  # written from Terms alone
        total=Money(offer.total_minor, offer.currency),
        discount=Money(offer.discount_minor, offer.currency),
        schedule=tuple(
            Part(date.fromisoformat(part["due_on"]), Money(part["amount_minor"], offer.currency))
            for part in offer.schedule
        ),
    )


def get_active_agreement(account_id: int) -> Agreement | None:
    """The one agreement that runs on the account, with its instalments."""
    return (
        Agreement.objects.filter(account_id=account_id, state="active")
        .prefetch_related("instalments")
        .first()
    )


def list_next_instalments(account_ids: Collection[int]) -> dict[int, Instalment]:
    """Per account with an agreement that runs, the first instalment not paid. One query."""
    rows = (
        Instalment.objects.filter(
            agreement__account_id__in=list(account_ids), agreement__state="active", state="due"
        )
        .select_related("agreement")
        .order_by("agreement__account_id", "sequence")
    )
    found: dict[int, Instalment] = {}
    for row in rows:
        found.setdefault(row.agreement.account_id, row)
    return found


def list_instalments_due(
    on: date, *, creditor_id: int | None = None, until: date | None = None
) -> Sequence[Instalment]:
    """Instalments not paid that fall due from `on` to `until` (or on that day alone), with their
    agreement and account."""
    rows = Instalment.objects.filter(
        state="due", agreement__state="active", due_on__gte=on, due_on__lte=until or on
    )
    if creditor_id is not None:
        rows = rows.filter(agreement__creditor_id=creditor_id)
    return list(rows.select_related("agreement__account__debtor").order_by("due_on", "id"))
