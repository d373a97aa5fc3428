"""Reads of agreements, and the facts that a negotiation needs. Nothing here writes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef

from acuerdo.agreements import negotiation
from acuerdo.agreements.models import (
    Agreement,
    Capacity,
    Concession,
    Instalment,
    Offer,
    OfferPolicy,
)
from acuerdo.agreements.negotiation import (
    AUTHORITIES,
    Authority,
    DebtFacts,
    Evaluation,
    Kind,
    Ladder,
    Part,
    Policy,
    Proposal,
    Standing,
    Sustainable,
    Terms,
    replace_levers,
)
from acuerdo.agreements.rules import CAPACITY_HOLDS, Roll, check_roll, disposable_minor
from acuerdo.compliance.rules.calendar import Calendar
from acuerdo.core.money import Money
from acuerdo.ledger.queries import list_balances
from acuerdo.portfolio.models import Account
from acuerdo.portfolio.queries import list_days_past_due


@dataclass(frozen=True, slots=True)
class Table:
    """What a negotiation is held with: the account, its policy, the debt, and where it stands."""

    account: Account
    row: OfferPolicy | None
    policy: Policy | None
    facts: DebtFacts
    standing: Standing

    @property
    def is_open(self) -> bool:
        return self.policy is not None and self.account.state == "active"

    @property
    def step(self) -> Policy | None:
        """What may be offered now."""
        return negotiation.at_standing(self.policy, self.standing) if self.policy else None


@dataclass(frozen=True, slots=True)
class PricedOffer:
    """An arrangement with what it is worth to us today."""

    terms: Terms
    present_value: Money


def list_offers(*, account_id: int, now: datetime) -> list[Terms]:
    """Every arrangement on the policy's grid that may be agreed now; none where nothing may be
    offered."""
    table = read_table(Account.objects.select_related("creditor").get(pk=account_id), now)
    return negotiation.list_offers(table.step, table.facts) if table.is_open and table.step else []


def suggest_offers(*, account_id: int, now: datetime) -> list[Terms]:
    """The few arrangements to show to a person, in full first."""
    table = read_table(Account.objects.select_related("creditor").get(pk=account_id), now)
    if not table.is_open or table.step is None:
        return []
    return negotiation.suggest_offers(table.step, table.facts)


def price_offers(*, account_id: int, now: datetime) -> list[PricedOffer]:
    """`list_offers` with present values, best for us first."""
    table = read_table(Account.objects.select_related("creditor").get(pk=account_id), now)
    if not table.is_open or table.step is None:
        return []
    step, facts = table.step, table.facts
    offers = [
        PricedOffer(terms, negotiation.worth(step, facts, terms))
        for terms in negotiation.list_offers(step, facts)
    ]
    return sorted(offers, key=lambda one: -one.present_value.minor)


def evaluate_proposal(*, account_id: int, proposal: Proposal, now: datetime) -> Evaluation:
    """Whether the debtor's own proposal may be agreed, else the nearest that may. Changes
    nothing: `actions.answer_proposal` gives the same answer and remembers that they moved."""
    table = read_table(Account.objects.select_related("creditor").get(pk=account_id), now)
    if table.policy is None or not table.is_open:
        return Evaluation(None, (), ("no_policy",))
    return negotiation.answer(table.policy, table.facts, table.standing, proposal).evaluation


def read_proposal(*, account_id: int, proposal: Proposal, now: datetime) -> Terms | None:
    """The proposal as exact terms, whether or not they may be agreed; None where it has none."""
    table = read_table(Account.objects.select_related("creditor").get(pk=account_id), now)
    if table.policy is None:
        return None
    return negotiation.proposed_terms(table.policy, table.facts, proposal)


def list_granted_offers(*, account_id: int, now: datetime) -> list[Offer]:
    """What a person offered, beyond the policy or within it, and still stands: newest first."""
    rows = Offer.objects.filter(
        account_id=account_id, state="open", expires_at__gt=now, offered_by__startswith="user:"
    )
    return list(rows.order_by("-offered_at"))


def asks_capacity(*, account: Account, now: datetime) -> bool:
    """Whether the policy of the account asks for income and expenses."""
    row = read_table(account, now).row
    return row is not None and row.asks_capacity


def find_sustainable(*, account_id: int, now: datetime) -> Sustainable:
    """What somebody can keep who told what they can pay, without haggling; else who helps."""
    table = read_table(Account.objects.select_related("creditor").get(pk=account_id), now)
    if table.policy is None or not table.is_open:
        return Sustainable("person")
    return negotiation.find_sustainable(table.policy, table.facts)


def read_table(account: Account, now: datetime, authority: Authority = "assistant") -> Table:
    """Everything that an offer to `account` (with its creditor) is decided by."""
    facts = get_debt_facts(account=account, now=now)
    row = get_policy(account=account, dpd=facts.dpd)
    if row is None:
        return Table(account, None, None, facts, Standing())
    if row.asks_capacity:
        facts = replace(facts, disposable=get_disposable(account, now))
    policy = to_policy(row, account.currency, authority)
    if facts.disposable is not None:
        policy = negotiation.open_plans(policy)
    return Table(account, row, policy, facts, get_standing(account, row.code))


def get_standing(account: Account, policy_code: str) -> Standing:
    """Where the negotiation stands, by the ledger of concessions: since the last agreement, under
    this policy, whatever its version."""
    later = Agreement.objects.filter(account=account, reached_at__gte=OuterRef("made_at"))
    rows = Concession.objects.filter(
        ~Exists(later), account=account, kind="move", policy__code=policy_code
    )
    standing = Standing()
    for row in rows.order_by("id"):
        kind: Kind = row.proposed  # type: ignore[assignment]  # written from proposals alone
        best = {**standing.best, kind: Money(row.worth_minor, row.currency)}
        standing = Standing(row.round, row.given, best)
    return standing


def get_disposable(account: Account, now: datetime) -> Money | None:
    """What is left of a month's income by what the debtor last told, None where that is old."""
    told = (
        Capacity.objects.filter(
            debtor_id=account.debtor_id,
            currency=account.currency,
            told_at__gt=now - CAPACITY_HOLDS,
            told_at__lte=now,
        )
        .order_by("-told_at", "-id")
        .first()
    )
    if told is None:
        return None
    return Money(disposable_minor(told.income_minor, told.expenses_minor), told.currency)


def get_debt_facts(*, account: Account, now: datetime) -> DebtFacts:
    """What a negotiation must know of a debt; today is the creditor's."""
    today = local_date(account, now)
    balances = list_balances([account.pk])
    return DebtFacts(
        balance=balances[account.pk].components,
        currency=account.currency,
        dpd=list_days_past_due([account.pk], today, balances)[account.pk],
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


def to_policy(row: OfferPolicy, currency: str, authority: Authority = "assistant") -> Policy:
    """A stored policy as the negotiation reads it: in one currency, for one authority."""
    policy = Policy(
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
        max_settlement_parts=row.max_settlement_parts,
        max_fees_percent=Decimal(row.max_fees_percent),
        max_interest_percent=Decimal(row.max_interest_percent),
        max_principal_percent=Decimal(row.max_principal_percent),
        annual_percent=Decimal(row.annual_percent),
        ladder=Ladder(row.rounds, Decimal(row.shape), _levers(row.opening)),
        max_disposable_percent=Decimal(row.max_disposable_percent),
    )
    # A supervisor may do whatever an agent may.
    for holder in AUTHORITIES[1 : AUTHORITIES.index(authority) + 1]:
        policy = replace_levers(policy, _levers(getattr(row, holder)))
    return policy


def _levers(stored: Mapping[str, str]) -> dict[str, Decimal]:
    return {lever: Decimal(value) for lever, value in stored.items()}


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
        .select_related("creditor", "offer__policy", "account__debtor", "account__creditor")
        .prefetch_related("instalments")
        .first()
    )


def check_rolling(agreement: Agreement, to_on: date, now: datetime) -> tuple[str, ...]:
    """The codes of why the next instalment of an agreement that runs may not come on `to_on`
    instead; empty where it may."""
    account, policy = agreement.account, agreement.offer.policy
    due = list(agreement.instalments.filter(state="due").order_by("sequence")[:2])
    part = due[0]
    return check_roll(
        Roll(
            part.agreed_on or part.due_on,
            part.due_on,
            part.rolls,
            due[1].due_on if len(due) > 1 else None,
        ),
        to_on,
        today=local_date(account, now),
        max_rolls=policy.max_rolls,
        max_days=policy.max_roll_days,
        grace_days=agreement.grace_days,
        is_business_day=business_days(account.country, account.subdivision),
    )


def count_changes(agreement: Agreement) -> int:
    """How many agreements this one has replaced, one after the other."""
    changes, earlier = 0, agreement.replaces
    while earlier is not None:
        changes, earlier = changes + 1, earlier.replaces
    return changes


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
