"""Offers, agreements, payments, cases and holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from acuerdo.agreements.models import Agreement, Concession, Instalment, Offer
from acuerdo.cases.models import Case, Evidence, Task
from acuerdo.compliance.models import Hold
from acuerdo.payments.models import Payment, PaymentRequest
from acuerdo.reporting.texts import channel_of, word_of
from acuerdo.reporting.timeline.scope import Scope, make_item
from acuerdo.reporting.types import TimelineItem, Tone


def _schedule(
    scope: Scope, schedule: Sequence[Mapping[str, Any]], currency: str
) -> list[tuple[str, str]]:
    return [
        (scope.day(date.fromisoformat(part["due_on"])), scope.money(part["amount_minor"], currency))
        for part in schedule
    ]


def list_offers(scope: Scope) -> Iterator[TimelineItem]:
    rows = Offer.objects.filter(account_id__in=scope.account_ids).order_by("-offered_at", "-id")
    for offer in rows[: scope.per_source]:
        yield make_item(
            "offered",
            offer.offered_at,
            offer.pk,
            offer.offered_by,
            account_id=offer.account_id,
            params={
                "kind": word_of(offer.kind),
                "total": scope.money(offer.total_minor, offer.currency),
            },
            details=[
                *_schedule(scope, offer.schedule, offer.currency),
                (
                    _("Discount"),
                    scope.money(offer.discount_minor, offer.currency)
                    if offer.discount_minor
                    else "",
                ),
                (_("Valid until"), scope.moment(offer.expires_at)),
            ],
        )


def list_concessions(scope: Scope) -> Iterator[TimelineItem]:
    """Where the debtor moved and so did we, and where a person went beyond the policy, and why."""
    rows = Concession.objects.filter(account_id__in=scope.account_ids).select_related("offer")
    for row in rows.order_by("-made_at", "-id")[: scope.per_source]:
        is_move = row.kind == "move"
        yield make_item(
            "conceded" if is_move else "exception",
            row.made_at,
            row.pk,
            row.made_by,
            account_id=row.account_id,
            params={
                "round": str(row.round),
                "discount": scope.money(row.offer.discount_minor, row.currency)
                if row.offer
                else "",
            },
            details=[
                (_("Reason"), row.reason),
                (_("Channel"), channel_of(row.channel) if row.channel else ""),
            ],
            tone="plain" if is_move else "warn",
        )


def list_agreements(scope: Scope) -> Iterator[TimelineItem]:
    rows = (
        Agreement.objects.filter(account_id__in=scope.account_ids)
        .prefetch_related("instalments")
        .order_by("-reached_at")[: scope.per_source]
    )
    tones: dict[str, Tone] = {
        "kept": "good",
        "broken": "warn",
        "cancelled": "plain",
        "replaced": "plain",
    }
    for row in rows:
        params = {"kind": word_of(row.kind), "total": scope.money(row.total_minor, row.currency)}
        parts: list[Instalment] = sorted(row.instalments.all(), key=lambda one: one.sequence)
        yield make_item(
            "agreed",
            row.reached_at,
            row.pk,
            row.accepted_by,
            account_id=row.account_id,
            params=params,
            details=[
                *((scope.day(p.due_on), scope.money(p.amount_minor, row.currency)) for p in parts),
                (_("Channel"), channel_of(row.channel) if row.channel else ""),
            ],
            tone="good",
        )
        for part in parts:
            if part.paid_at is not None:
                yield make_item(
                    "instalment_paid",
                    part.paid_at,
                    part.pk,
                    account_id=row.account_id,
                    params={
                        "sequence": str(part.sequence),
                        "amount": scope.money(part.amount_minor, row.currency),
                    },
                    tone="good",
                    order=part.sequence,
                )
        if row.closed_at is not None and row.state in tones:
            yield make_item(
                f"agreement_{row.state}",
                row.closed_at,
                row.pk,
                account_id=row.account_id,
                params=params,
                tone=tones[row.state],
            )


def list_payments(scope: Scope) -> Iterator[TimelineItem]:
    requests = PaymentRequest.objects.filter(
        account_id__in=scope.account_ids, opened_at__isnull=False
    )
    for request in requests.order_by("-opened_at")[: scope.per_source]:
        amount = {"amount": scope.money(request.amount_minor, request.currency)}
        if request.opened_at is not None:
            yield make_item(
                "payment_requested",
                request.opened_at,
                request.pk,
                "debtor",
                account_id=request.account_id,
                params=amount,
                details=[(_("Provider"), request.provider)],
            )
        if request.state in ("declined", "expired", "unknown"):
            yield make_item(
                f"payment_{request.state}",
                request.closed_at or request.requested_at,
                request.pk,
                "provider",
                account_id=request.account_id,
                params=amount,
                tone="plain" if request.state == "expired" else "warn",
            )
    payments = Payment.objects.filter(account_id__in=scope.account_ids)
    for payment in payments.prefetch_related("allocations").order_by("-paid_at")[
        : scope.per_source
    ]:
        reversed_ = payment.state == "reversed"
        yield make_item(
            "payment_reversed" if reversed_ else "paid",
            payment.paid_at if payment.state == "past" else payment.recorded_at,
            payment.pk,
            "provider",
            account_id=payment.account_id,
            params={"amount": scope.money(payment.amount_minor, payment.currency)},
            details=[
                *(
                    (word_of(part.component), scope.money(part.amount_minor, payment.currency))
                    for part in payment.allocations.all()
                ),
                (_("Provider"), payment.provider),
                (_("Paid at"), scope.moment(payment.paid_at)),
            ],
            tone="warn" if reversed_ else "good",
        )


def list_cases(scope: Scope) -> Iterator[TimelineItem]:
    own = Q(debtor_id=scope.debtor.pk) & (
        Q(account_id__in=scope.account_ids) | Q(account__isnull=True)
    )
    for case in Case.objects.filter(own).order_by("-opened_at")[: scope.per_source]:
        kind = {"kind": word_of(case.kind)}
        yield make_item(
            "case_opened",
            case.opened_at,
            case.pk,
            case.opened_by,
            account_id=case.account_id,
            params=kind,
            body=case.reason,
            tone="warn",
        )
        if case.closed_at is not None:
            yield make_item(
                "case_closed",
                case.closed_at,
                case.pk,
                case.closed_by,
                account_id=case.account_id,
                params=kind,
                details=[(_("Outcome"), word_of(case.resolution) if case.resolution else "")],
            )
    received = Evidence.objects.filter(
        Q(case__account_id__in=scope.account_ids) | Q(case__account__isnull=True),
        debtor_id=scope.debtor.pk,
    ).defer("content_encrypted")
    for one in received.select_related("case").order_by("-added_at")[: scope.per_source]:
        yield make_item(
            "evidence_added", one.added_at, one.pk, one.added_by, account_id=one.case.account_id
        )
    for task in Task.objects.filter(own).order_by("-created_at")[: scope.per_source]:
        kind = {"kind": word_of(task.kind)}
        yield make_item(
            "task_created",
            task.created_at,
            task.pk,
            account_id=task.account_id,
            params=kind,
            details=[(_("Due"), scope.moment(task.due_at) if task.due_at else "")],
        )
        if task.done_at is not None:
            by = f"user:{task.assignee_id}" if task.assignee_id else "system"
            yield make_item(
                "task_done", task.done_at, task.pk, by, account_id=task.account_id, params=kind
            )


def list_holds(scope: Scope) -> Iterator[TimelineItem]:
    """Holds that this creditor placed; one that another placed on the person shows no more than
    that it exists."""
    rows = Hold.objects.filter(
        Q(account_id__in=scope.account_ids)
        | Q(debtor_id=scope.debtor.pk)
        | Q(person_id=scope.debtor.person_id)
    )
    for hold in rows.order_by("-from_at")[: scope.per_source]:
        own = hold.creditor_id == scope.debtor.creditor_id
        reason = {"reason": word_of(hold.reason)}
        until = scope.moment(hold.until_at) if hold.until_at else _("until it is released")
        yield make_item(
            "held",
            hold.from_at,
            hold.pk,
            hold.placed_by if own else "system",
            account_id=hold.account_id,
            params=reason,
            body=hold.note if own else "",
            details=[(_("Until"), until)],
        )
        if hold.released_at is not None:
            yield make_item(
                "hold_released",
                hold.released_at,
                hold.pk,
                hold.released_by if own else "system",
                account_id=hold.account_id,
                params=reason,
            )
