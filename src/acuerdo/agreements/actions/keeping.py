"""An agreement is kept, broken or cancelled: what was paid is read from the books."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Sum

from acuerdo.agreements import events
from acuerdo.agreements.actions.common import (
    close_agreement,
    lock_account,
    refs_of,
    source_of,
)
from acuerdo.agreements.actions.history import HISTORY, list_payments
from acuerdo.agreements.errors import AgreementClosed
from acuerdo.agreements.models import Agreement, Instalment, Offer
from acuerdo.agreements.negotiation import WAIVED_IN_ORDER
from acuerdo.agreements.queries import local_date
from acuerdo.agreements.rules import Assessment, DuePart, PaidAmount, assess
from acuerdo.core.actor import Actor
from acuerdo.core.events import publish
from acuerdo.core.money import Money
from acuerdo.ledger.actions import post_entry
from acuerdo.ledger.models import Posting
from acuerdo.ledger.queries import get_balance
from acuerdo.ledger.rules import DEBT_PREFIX, DISCOUNTED, move
from acuerdo.portfolio.models import Account


@dataclass(frozen=True, slots=True)
class CoveredPart:
    """How much of an instalment the last payment covered."""

    instalment_id: int
    amount_minor: int


@dataclass(slots=True)
class SettleReport:
    """What a settling did: how many agreements were kept and broken, and offers lapsed."""

    kept: int = 0
    broken: int = 0
    lapsed: int = 0


def apply_payment(*, account_id: int, now: datetime, actor: Actor) -> list[CoveredPart]:
    """Count a payment that was just posted towards the account's agreement.

    Marks instalments paid and the agreement kept (then a settlement's discount is posted), or
    broken where the payment came too late for it. Returns what was newly covered, in order.
    """
    account = lock_account(account_id)
    agreement = Agreement.objects.filter(account=account, state="active").first()
    return _refresh(agreement, account, now, actor) if agreement else []


def settle_due(*, now: datetime, actor: Actor, creditor_id: int | None = None) -> SettleReport:
    """Break every agreement with an instalment that did not come within its grace, and let
    offers lapse. Each agreement in a transaction of its own; a repeat finds nothing."""
    report = SettleReport()
    lapsed = Offer.objects.filter(state="open", expires_at__lte=now)
    # Wherever the creditor is, it is tomorrow at most.
    late = Instalment.objects.filter(
        state="due",
        agreement__state="active",
        due_on__lt=now.astimezone(UTC).date() + timedelta(days=1),
    )
    if creditor_id is not None:
        lapsed = lapsed.filter(creditor_id=creditor_id)
        late = late.filter(agreement__creditor_id=creditor_id)
    report.lapsed = lapsed.update(state="expired")
    rows = late.values_list("agreement_id", "agreement__account_id").distinct()
    for agreement_id, account_id in sorted(rows, key=lambda row: row[1]):
        with transaction.atomic():
            account = lock_account(account_id)
            agreement = Agreement.objects.get(pk=agreement_id)
            if agreement.state == "active":
                _refresh(agreement, account, now, actor)
                report.kept += agreement.state == "kept"
                report.broken += agreement.state == "broken"
    return report


def cancel_agreement(
    *, agreement: Agreement, actor: Actor, now: datetime, reason: str = ""
) -> Agreement:
    """End an agreement that runs by decision of a person; what was paid stays paid.

    `reason` is a code, not a text. Raises AgreementClosed.
    """
    account = lock_account(agreement.account_id)
    agreement = Agreement.objects.select_for_update().get(pk=agreement.pk)
    if agreement.state != "active":
        raise AgreementClosed()
    close_agreement(agreement, account, "cancelled", now, actor, {"reason": reason[:40]})
    return agreement


def _refresh(
    agreement: Agreement, account: Account, now: datetime, actor: Actor
) -> list[CoveredPart]:
    """Write down where the agreement stands now, by the books."""
    parts = list(agreement.instalments.select_for_update().order_by("sequence"))
    today = local_date(account, now)
    found = assess(
        [DuePart(part.sequence, part.due_on, part.amount_minor) for part in parts],
        _list_paid(agreement),
        today=today,
        grace_days=agreement.grace_days,
        tolerance_minor=agreement.tolerance_minor,
    )
    if found.state != "kept" and get_balance(account.pk).total_minor <= 0:
        # Paid elsewhere, or taken back by the creditor: nobody broke anything.
        close_agreement(agreement, account, "cancelled", now, actor, {"reason": "nothing_owed"})
        return []
    covered = _write_parts(agreement, account, parts, found, now, actor)
    if found.state == "kept":
        waived = _waive(agreement, account, today, now, actor)
        close_agreement(agreement, account, "kept", now, actor, {"waived_minor": waived})
    elif found.state == "broken":
        close_agreement(
            agreement, account, "broken", now, actor, {"remaining_minor": found.remaining_minor}
        )
    return covered


def _list_paid(agreement: Agreement) -> list[PaidAmount]:
    """Payments posted to the debt after the agreement was reached and not reversed since; of one
    from an old system, those of its day and later."""
    if agreement.offer.policy.code == HISTORY:
        since = agreement.reached_at.astimezone(ZoneInfo(agreement.creditor.timezone)).date()
        paid = list_payments([agreement.account_id])[agreement.account_id]
        return [one for one in paid if one.on >= since]
    rows = (
        Posting.objects.filter(
            credit__subject_id=agreement.account_id,
            credit__code__startswith=DEBT_PREFIX,
            entry_id__gt=agreement.after_entry_id,
            entry__kind="payment",
            entry__entry__isnull=True,  # no entry reverses it
        )
        .values("entry_id", "entry__effective_on")
        .annotate(minor=Sum("amount_minor"))
        .order_by("entry_id")
    )
    return [PaidAmount(row["entry__effective_on"], int(row["minor"])) for row in rows]


def _write_parts(
    agreement: Agreement,
    account: Account,
    parts: Sequence[Instalment],
    found: Assessment,
    now: datetime,
    actor: Actor,
) -> list[CoveredPart]:
    covered: list[CoveredPart] = []
    for part, assessed in zip(parts, found.parts, strict=True):
        change = assessed.paid_minor - part.paid_minor
        if change == 0 and assessed.state == part.state:
            continue
        if change > 0:
            covered.append(CoveredPart(part.pk, change))
        before, part.state, part.paid_minor = part.state, assessed.state, assessed.paid_minor
        if assessed.state != "paid":
            part.paid_at = None
        elif part.paid_at is None:
            part.paid_at = now
        part.save(update_fields=["state", "paid_minor", "paid_at"])
        if part.state == before or part.state == "due":
            continue
        publish(
            events.INSTALMENT_PAID if part.state == "paid" else events.INSTALMENT_MISSED,
            actor=actor,
            now=now,
            creditor_id=agreement.creditor_id,
            refs=[*refs_of(agreement, account), f"instalment:{part.pk}"],
            data={
                "sequence": part.sequence,
                "amount_minor": part.amount_minor,
                "paid_minor": part.paid_minor,
                "currency": agreement.currency,
                "due_on": part.due_on.isoformat(),
            },
        )
    return covered


def _waive(agreement: Agreement, account: Account, today: date, now: datetime, actor: Actor) -> int:
    """Post what a kept agreement lets off: its discount, and what its tolerance forgave.

    A promise lets nothing off. What was charged to the debt since then stays owed.
    """
    if agreement.kind == "promise":
        return 0
    balance = get_balance(account.pk)
    left = balance.total_minor
    forgiven = agreement.discount_minor + agreement.tolerance_minor
    waived = left if left <= forgiven else min(agreement.discount_minor, left)
    if waived <= 0:
        return 0
    postings, rest = [], waived
    for component in WAIVED_IN_ORDER:
        share = min(rest, max(balance.components[component], 0))
        if share:
            amount = Money(-share, agreement.currency)
            postings.append(move(component, account.pk, amount, DISCOUNTED))
            rest -= share
    post_entry(
        actor=actor,
        now=now,
        creditor_id=agreement.creditor_id,
        kind="discount",
        effective_on=today,
        postings=postings,
        key=f"{source_of(agreement)}:discount",
    )
    return waived
