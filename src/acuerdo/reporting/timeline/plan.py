"""Placement, scores, segments, strategies: what was decided about an account."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from acuerdo.ledger.models import Posting
from acuerdo.ledger.rules import Kind
from acuerdo.portfolio.models import AccountSnapshot
from acuerdo.reporting.texts import word_of
from acuerdo.reporting.timeline.scope import Scope, make_item
from acuerdo.reporting.types import TimelineItem
from acuerdo.scoring.models import Score
from acuerdo.scoring.scorecard import MODEL
from acuerdo.segments.queries import list_segment_names
from acuerdo.strategies.models import Enrolment


def list_placements(scope: Scope) -> Iterator[TimelineItem]:
    """The placement of each account, and every later entry of its books but payments."""
    postings = (
        Posting.objects.filter(
            Q(debit__subject_id__in=scope.account_ids, debit__code__startswith="debt.")
            | Q(credit__subject_id__in=scope.account_ids, credit__code__startswith="debt.")
            | Q(debit__subject_id__in=scope.account_ids, entry__kind=Kind.REFUND)
            | Q(credit__subject_id__in=scope.account_ids, entry__reverses__kind=Kind.REFUND)
        )
        # What only moves within a debt follows from another entry, which is told.
        .exclude(entry__kind=Kind.REALLOCATION)
        .select_related("entry", "debit", "credit")
        .order_by("entry_id", "id")[: scope.per_source * 4]
    )
    entries: dict[tuple[int, int], list[Posting]] = {}
    for posting in postings:
        subject = posting.debit.subject_id or posting.credit.subject_id
        entries.setdefault((posting.entry_id, subject), []).append(posting)
    placed: set[int] = set()
    for (entry_id, account_id), parts in entries.items():
        entry, account = parts[0].entry, scope.accounts[account_id]
        signed = [(part, 1 if part.debit.subject_id else -1) for part in parts]
        amount = sum(part.amount_minor * sign for part, sign in signed)
        details = [
            (
                word_of((part.debit if sign > 0 else part.credit).code.rpartition(".")[2]),
                scope.money(part.amount_minor * sign, part.currency),
            )
            for part, sign in signed
        ]
        text = scope.money(amount, account.currency)
        if account_id not in placed and amount > 0:
            placed.add(account_id)
            yield make_item(
                "placed",
                account.placed_at,
                account_id,
                entry.actor,
                account_id=account_id,
                params={"number": account.number, "balance": text},
                details=[
                    (_("Portfolio"), account.portfolio.name),
                    (_("Creditor"), account.creditor.name),
                    (_("Due on"), scope.day(account.due_on)),
                    *details,
                ],
            )
        elif entry.kind not in (Kind.PAYMENT, Kind.PAST_PAYMENT):
            kind = "reversed" if entry.reverses_id else "entry"
            if entry.kind == "adjustment" and not entry.reverses_id:
                kind = "adjusted"
            yield make_item(
                kind,
                entry.occurred_at,
                f"{entry_id}:{account_id}",
                entry.actor,
                account_id=account_id,
                params={"kind": word_of(entry.kind), "amount": text},
                details=[*details, (_("Note"), word_of(entry.memo) if entry.memo else "")],
            )


def list_scores(scope: Scope) -> Iterator[TimelineItem]:
    """The first score of each account, and every later one that changed the band."""
    bands: dict[int, str] = {}
    scores = Score.objects.filter(account_id__in=scope.account_ids).order_by("scored_at")
    for score in scores[: scope.per_source * 4]:
        if bands.get(score.account_id) == score.band:
            continue
        bands[score.account_id] = score.band
        reasons = [MODEL.explain(reason["code"], scope.language) for reason in score.reasons]
        yield make_item(
            "scored",
            score.scored_at,
            f"{score.account_id}:{score.scored_at.isoformat()}",
            account_id=score.account_id,
            params={"band": score.band, "percent": f"{score.value:.0%}"},
            details=[
                *((_("Reason"), reason) for reason in reasons),
                (_("Model"), f"{score.model} {score.version}"),
            ],
        )


def list_segments(scope: Scope) -> Iterator[TimelineItem]:
    """Every change of segment that a snapshot shows."""
    names = list_segment_names([scope.debtor.creditor_id], scope.language)
    scored = dict(
        Score.objects.filter(account_id__in=scope.account_ids)
        .order_by("-scored_at")
        .values_list("scored_at__date", "scored_at")
    )
    last: dict[int, str] = {}
    snapshots = AccountSnapshot.objects.filter(account_id__in=scope.account_ids)
    for snapshot in snapshots.order_by("as_of_on")[: scope.per_source * 4]:
        code = snapshot.segment_code
        if not code or last.get(snapshot.account_id) == code:
            continue
        last[snapshot.account_id] = code
        # A snapshot knows its date only; the scores of that night know the instant.
        at = scored.get(snapshot.as_of_on) or datetime.combine(
            snapshot.as_of_on, datetime.min.time(), scope.zone
        )
        account = scope.accounts[snapshot.account_id]
        yield make_item(
            "segment",
            max(at, account.placed_at),
            f"{snapshot.account_id}:{snapshot.as_of_on}",
            account_id=snapshot.account_id,
            params={"segment": names.get((snapshot.creditor_id, code), code)},
            details=[
                (_("Days past due"), str(snapshot.dpd)),
                (_("Balance"), scope.money(snapshot.total_minor, snapshot.currency)),
            ],
        )


def list_enrolments(scope: Scope) -> Iterator[TimelineItem]:
    rows = Enrolment.objects.filter(account_id__in=scope.account_ids).select_related("strategy")
    for row in rows.order_by("-id")[: scope.per_source]:
        names = row.strategy.names
        name = names.get(scope.language) or names.get("en") or row.strategy.code
        waiting = row.state == "active" and row.next_at is not None
        yield make_item(
            "enrolled",
            row.enrolled_at,
            row.pk,
            account_id=row.account_id,
            params={"strategy": name},
            details=[
                (_("Version"), str(row.strategy.version)),
                (_("Next step"), scope.moment(row.next_at) if waiting and row.next_at else ""),
            ],
        )
        if row.exited_at is not None:
            yield make_item(
                "left",
                row.exited_at,
                row.pk,
                account_id=row.account_id,
                params={"strategy": name, "reason": word_of(row.exit_reason)},
            )


def list_closings(scope: Scope) -> Iterator[TimelineItem]:
    for account in scope.accounts.values():
        if account.closed_at is not None:
            yield make_item(
                "closed", account.closed_at, account.pk, account_id=account.pk, tone="good"
            )
