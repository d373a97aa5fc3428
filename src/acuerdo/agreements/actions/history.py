"""Promises of the old system become agreements: kept or broken by what was paid."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import polars as pl
from django.db import connection
from django.db.models import Sum

from acuerdo.agreements import events
from acuerdo.agreements.models import Agreement, Instalment, Offer, OfferPolicy
from acuerdo.agreements.rules import Assessment, DuePart, PaidAmount, assess
from acuerdo.core.actor import Actor
from acuerdo.core.events import publish
from acuerdo.creditors.models import Creditor
from acuerdo.ledger.models import Posting
from acuerdo.ledger.rules import DEBT_PREFIX, Kind
from acuerdo.portfolio.actions.facts import FactReport, reject_rows, take_facts
from acuerdo.portfolio.rules.facts import FactField, FactMapping

HISTORY: Final = "history:imported"
"""The code of the policy that imported agreements were reached under: nothing is offered by it, and
no policy that somebody writes may have it."""
ACCEPTED, SUPERSEDED = "accepted", "superseded"
_NOON = time(12)
_BATCH = 2_000

FIELDS: Final = (
    FactField(
        "promised_on", "past", tuple(
            "fecha_acuerdo fecha_compromiso fecha_gestion fecha_promesa_hecha fecha_registro"
            " data_acordo data_do_acordo data_promessa promised_on promise_made agreed_on"
            " agreement_date ptp_created fecha data date".split()
        ),
    ),
    FactField(
        "due_on", "date", tuple(
            "fecha_promesa fecha_pago_prometido fecha_vencimiento vencimiento fecha_cuota"
            " data_vencimento data_prometida data_parcela due_on due_date promise_date"
            " promised_date ptp_date".split()
        ),
    ),
    FactField(
        "amount", "amount", tuple(
            "valor_promesa monto_promesa importe_promesa valor_prometido monto_prometido"
            " valor_cuota valor_acordado valor_prometida valor_parcela promised_amount ptp_amount"
            " promise_amount instalment_amount monto importe valor amount".split()
        ),
    ),
    FactField(
        "reference", "text", tuple(
            "referencia id_promesa id_acuerdo numero_acuerdo id_acordo numero_acordo reference"
            " promise_id agreement_id ptp_id".split()
        ),
        is_needed=False,
    ),
)  # fmt: skip


def import_promises(
    *,
    creditor: Creditor,
    path: str | Path,
    actor: Actor,
    now: datetime,
    mapping: FactMapping | None = None,
) -> FactReport:
    """Take in promises and plans from a file, each once.

    Rows of one account and day (or of one reference) are the instalments of one agreement. It is
    kept or broken by the payments that are here, in whatever order the two files come; one that
    is still open goes on as ours, unless another runs or a later one took its place: then it is
    cancelled. Raises an ImportRefused where the file as a whole cannot be read.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("promises are imported inside a transaction")
    reading, told = take_facts(
        creditor=creditor, path=path, fields=FIELDS, mapping=mapping, now=now
    )
    rows, backward = reject_rows(
        reading.rows,
        pl.col("due_on") < pl.col("on"),
        column=reading.columns["due_on"],
        value="due_on",
        reason="due_before_promise",
    )
    same = ["account_id", "on", "reference", "due_on", "amount"]
    once = rows.unique(same, keep="first", maintain_order=True)
    plans = _read_plans(creditor, once)
    known = _find_known(creditor.pk, plans)
    differing = [line for plan in plans if plan.key in known for line in plan.differs(known)]
    once, changed = reject_rows(
        once,
        pl.col("line").is_in(differing),
        column=reading.columns.get("reference", ""),
        value="reference",
        reason="promise_known",
    )
    fresh = [plan for plan in plans if plan.key not in known]
    _write(creditor, fresh, actor, now)
    reassess_promises(
        creditor_id=creditor.pk, account_ids={plan.account_id for plan in plans}, now=now
    )
    report = FactReport(
        file=told,
        read=reading.read,
        accepted=once.height,
        duplicates=rows.height - once.height - changed.height,
        new={"promises": len(fresh)},
        known={"promises": sum(plan.key in known for plan in plans)},
        rejections=pl.concat([reading.rejections, backward, changed]).sort("line"),
        warnings=reading.warnings,
    )
    publish(
        events.PROMISE_HISTORY_IMPORTED,
        actor=actor,
        now=now,
        creditor_id=creditor.pk,
        data={"read": report.read, "new": len(fresh)},
    )
    return report


@dataclass(frozen=True, slots=True)
class _Plan:
    """One agreement of the file; `schedule` as an Offer keeps it."""

    key: str
    account_id: int
    currency: str
    on: date
    schedule: list[dict[str, Any]]
    lines: tuple[int, ...]

    def differs(self, known: Mapping[str, list[dict[str, Any]]]) -> tuple[int, ...]:
        return self.lines if known[self.key] != self.schedule else ()


def _read_plans(creditor: Creditor, rows: pl.DataFrame) -> list[_Plan]:
    """The rows by account and reference, or else by account and day; oldest first."""
    named = rows.with_columns(
        plan=pl.when(pl.col("reference") == "")
        .then(pl.col("on").cast(pl.String))
        .otherwise(pl.lit("ref:") + pl.col("reference"))
    ).sort("account_id", "on", "due_on", "line")
    plans = []
    for (account_id, plan), group in named.group_by("account_id", "plan", maintain_order=True):
        told = repr((creditor.pk, account_id, plan)).encode()
        plans.append(
            _Plan(
                key=f"{HISTORY}:{sha256(told).hexdigest()[:40]}",
                account_id=int(str(account_id)),
                currency=group["currency"][0],
                on=group["on"].min(),  # type: ignore[arg-type]
                schedule=[
                    {"due_on": due_on.isoformat(), "amount_minor": minor}
                    for due_on, minor in group.select("due_on", "amount").iter_rows()
                ],
                lines=tuple(group["line"].to_list()),
            )
        )
    return plans


def _find_known(creditor_id: int, plans: Iterable[_Plan]) -> dict[str, list[dict[str, Any]]]:
    """The schedules of those that are here, by key."""
    keys = [plan.key for plan in plans]
    rows = Offer.objects.filter(creditor_id=creditor_id, key__in=keys)
    return dict(rows.values_list("key", "schedule"))


def _write(creditor: Creditor, plans: Sequence[_Plan], actor: Actor, now: datetime) -> None:
    """Offers, agreements and instalments, all `superseded` and `cancelled`: what became of them is
    for `reassess_promises` to find out."""
    policy, _created = OfferPolicy.objects.get_or_create(
        creditor=creditor, code=HISTORY, version=1, defaults={"is_active": False, "retired_at": now}
    )
    zone = ZoneInfo(creditor.timezone)
    offers, agreements, parts = [], [], []
    for plan in plans:
        at = datetime.combine(plan.on, _NOON, zone).astimezone(UTC)
        kind = "promise" if len(plan.schedule) == 1 else "plan"
        total = sum(part["amount_minor"] for part in plan.schedule)
        offer = Offer(
            creditor=creditor,
            account_id=plan.account_id,
            policy=policy,
            kind=kind,
            currency=plan.currency,
            total_minor=total,
            schedule=plan.schedule,
            offered_by=actor.label,
            offered_at=at,
            expires_at=at,
            state=SUPERSEDED,
            key=plan.key,
        )
        agreement = Agreement(
            creditor=creditor,
            account_id=plan.account_id,
            offer=offer,
            kind=kind,
            currency=plan.currency,
            total_minor=total,
            state="cancelled",
            accepted_by=actor.label,
            reached_at=at,
            closed_at=at,
        )
        offers.append(offer)
        agreements.append(agreement)
        parts += [
            Instalment(
                agreement=agreement,
                sequence=number,
                due_on=date.fromisoformat(part["due_on"]),
                amount_minor=part["amount_minor"],
                state="cancelled",
            )
            for number, part in enumerate(plan.schedule, 1)
        ]
    Offer.objects.bulk_create(offers, batch_size=_BATCH)
    Agreement.objects.bulk_create(agreements, batch_size=_BATCH)
    Instalment.objects.bulk_create(parts, batch_size=_BATCH)


# What became of them


def reassess_promises(*, creditor_id: int, account_ids: Collection[int], now: datetime) -> int:
    """Judge the imported agreements of these accounts by the payments that are here now; returns
    how many stand otherwise than before. What a person cancelled stays cancelled."""
    found = list(
        Agreement.objects.select_for_update(of=("self",))
        .select_related("offer", "account", "creditor")
        .filter(
            creditor_id=creditor_id,
            account_id__in=account_ids,
            offer__policy__code=HISTORY,
        )
        .order_by("account_id", "reached_at", "id")
        .prefetch_related("instalments")
    )
    paid = list_payments([agreement.account_id for agreement in found])
    busy = set(
        Agreement.objects.filter(account_id__in=account_ids, state="active")
        .exclude(offer__policy__code=HISTORY)
        .values_list("account_id", flat=True)
    )
    verdicts = []
    for account_id, group in groupby(found, key=lambda one: one.account_id):
        listed = list(group)
        for agreement, successor in zip(listed, [*listed[1:], None], strict=True):
            if agreement.state == "cancelled" and agreement.offer.state == ACCEPTED:
                continue  # a person ended it
            verdict = _judge(agreement, successor, paid[account_id], now)
            runs = verdict.state == "active" and successor is None
            if not runs or account_id in busy or agreement.account.state != "active":
                verdict = verdict.without_running()
            verdicts.append(verdict)
    changed = [verdict for verdict in verdicts if verdict.differs()]
    # What no longer runs first: one agreement of an account runs at a time.
    for verdict in sorted(changed, key=lambda one: one.state == "active"):
        verdict.write()
    return len(changed)


@dataclass(frozen=True, slots=True)
class _Verdict:
    """How an imported agreement stands, and since when it is over."""

    agreement: Agreement
    assessment: Assessment
    state: str
    closed_on: date | None

    def without_running(self) -> _Verdict:
        """The same of one that cannot run on: another took its place."""
        if self.state != "active":
            return self
        return replace(self, state="cancelled")

    def differs(self) -> bool:
        paid = [part.paid_minor for part in self.agreement.instalments.all()]
        return self.state != self.agreement.state or paid != [
            part.paid_minor for part in self.assessment.parts
        ]

    def write(self) -> None:
        agreement = self.agreement
        zone = ZoneInfo(agreement.creditor.timezone)
        over = self.state != "active" and self.closed_on is not None
        agreement.state = self.state
        agreement.closed_at = _at(self.closed_on, zone) if over else None
        agreement.save(update_fields=["state", "closed_at"])
        offer_state = SUPERSEDED if self.state == "cancelled" else ACCEPTED
        Offer.objects.filter(pk=agreement.offer_id).update(state=offer_state)
        rests = {"active": "due", "broken": "cancelled", "cancelled": "cancelled"}
        for part, told in zip(agreement.instalments.all(), self.assessment.parts, strict=True):
            part.state = rests.get(self.state, "due") if told.state == "due" else told.state
            part.paid_minor = told.paid_minor
            part.paid_at = _at(told.paid_on, zone)
            part.save(update_fields=["state", "paid_minor", "paid_at"])


def _judge(
    agreement: Agreement, successor: Agreement | None, paid: Sequence[PaidAmount], now: datetime
) -> _Verdict:
    """By what was paid from its day on, until today or the day of its successor."""
    zone = ZoneInfo(agreement.creditor.timezone)
    since = agreement.reached_at.astimezone(zone).date()
    today = now.astimezone(zone).date()
    until = min(successor.reached_at.astimezone(zone).date(), today) if successor else today
    parts = [
        DuePart(part.sequence, part.due_on, part.amount_minor)
        for part in agreement.instalments.all()
    ]
    told = assess(
        parts,
        [one for one in paid if since <= one.on <= until],
        today=until,
        grace_days=agreement.grace_days,
        tolerance_minor=agreement.tolerance_minor,
    )
    paid_on = max((part.paid_on for part in told.parts if part.paid_on), default=until)
    closed_on = {"kept": paid_on, "broken": told.broken_on}.get(told.state, until)
    return _Verdict(agreement, told, told.state, closed_on)


def list_payments(account_ids: Collection[int]) -> dict[int, list[PaidAmount]]:
    """All that was paid on each account by its date, history included, and was not reversed."""
    rows = (
        Posting.objects.filter(
            credit__subject_id__in=list(account_ids),
            credit__code__startswith=DEBT_PREFIX,
            entry__kind__in=(Kind.PAYMENT, Kind.PAST_PAYMENT),
            entry__entry__isnull=True,
        )
        .values("credit__subject_id", "entry_id", "entry__effective_on")
        .annotate(minor=Sum("amount_minor"))
        .order_by("entry__effective_on", "entry_id")
    )
    found: dict[int, list[PaidAmount]] = {account_id: [] for account_id in account_ids}
    for row in rows:
        paid = PaidAmount(row["entry__effective_on"], int(row["minor"]))
        found[row["credit__subject_id"]].append(paid)
    return found


def _at(on: date | None, zone: ZoneInfo) -> datetime | None:
    return datetime.combine(on, _NOON, zone).astimezone(UTC) if on else None
