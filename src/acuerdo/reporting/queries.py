"""Reports. Everything is scoped by the ids of the creditors that the reader may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from acuerdo.core.money import Money
from acuerdo.creditors.models import Creditor
from acuerdo.reporting import figures
from acuerdo.reporting.texts import channel_of, reason_text, word_of
from acuerdo.reporting.timeline import get_timeline
from acuerdo.reporting.types import (
    AgeFigure,
    ChannelFigure,
    Dashboard,
    Funnel,
    MoneyIn,
    Notice,
    SegmentFigure,
    Stage,
    Waiting,
)
from acuerdo.segments.queries import list_segment_names

__all__ = ["get_dashboard", "get_funnel", "get_timeline", "list_segment_figures"]

_WEEK = timedelta(days=7)
_WAITING = 8


def get_dashboard(creditor_ids: Sequence[int], now: datetime) -> Dashboard:
    """The manager's first page: what came in, what stands out, what needs a person.

    About ten statements. Days are those of each creditor's zone, at the instant `now`.
    """
    cells = figures.read_cells(creditor_ids)
    counts = figures.read_counts(creditor_ids, week=now - _WEEK)
    refusals = figures.read_refusals(creditor_ids, since=now - timedelta(days=1))
    return Dashboard(
        at=now,
        on=now.date(),
        money_in=_money_in(creditor_ids, now, cells),
        stands_out=tuple(_stands_out(counts, refusals)),
        needs_person=tuple(_needs_person(counts)),
        waiting=tuple(
            Waiting(kind, str(public_id), word_of(code) if code else "", name, since, due_at)
            for kind, public_id, code, name, since, due_at in figures.read_waiting(
                creditor_ids, _WAITING
            )
        ),
        funnel=_funnel(cells, figures.read_way(creditor_ids)),
        segments=_segment_figures(creditor_ids, cells),
        channels=_channel_figures(creditor_ids),
        ages=tuple(
            AgeFigure(bucket, currency, accounts, Money(balance, currency))
            for bucket, currency, accounts, balance in figures.read_ages(creditor_ids, now)
        ),
        accounts=counts["accounts"],
        debtors=counts["debtors"],
    )


def get_funnel(creditor_ids: Sequence[int], *, segment_code: str | None = None) -> Funnel:
    """From placed to paid, and from sent to paid, of all accounts or of one segment."""
    return _funnel(
        figures.read_cells(creditor_ids, segment_code),
        figures.read_way(creditor_ids, segment_code),
    )


def list_segment_figures(creditor_ids: Sequence[int]) -> list[SegmentFigure]:
    """Accounts, balance and success per creditor, segment and currency, in segment order."""
    return list(_segment_figures(creditor_ids, figures.read_cells(creditor_ids)))


def _sum_by_currency(pairs: Iterable[tuple[str, int]]) -> tuple[Money, ...]:
    sums: dict[str, int] = defaultdict(int)
    for currency, minor in pairs:
        sums[currency] += minor
    return tuple(Money(minor, currency) for currency, minor in sorted(sums.items()))


def _funnel(cells: Sequence[figures.Cell], way: Sequence[int]) -> Funnel:
    accounts = (
        ("placed", _("Placed"), sum(cell.accounts for cell in cells)),
        ("contacted", _("Contacted"), sum(cell.contacted for cell in cells)),
        ("promised", _("Promised"), sum(cell.promised for cell in cells)),
        ("paid", _("Paid"), sum(cell.paid for cell in cells)),
    )
    labels = (
        ("sent", _("Sent")),
        ("delivered", _("Delivered")),
        ("visited", _("Visited")),
        ("attempted", _("Tried to pay")),
        ("paid", _("Paid")),
    )
    paid = _sum_by_currency((cell.currency, cell.paid_minor) for cell in cells)
    return Funnel(
        accounts=_stages(accounts, last=paid),
        messages=_stages(
            [(code, label, count) for (code, label), count in zip(labels, way, strict=True)]
        ),
        balances=_sum_by_currency((cell.currency, cell.balance_minor) for cell in cells),
    )


def _stages(
    steps: Sequence[tuple[str, str, int]], last: tuple[Money, ...] = ()
) -> tuple[Stage, ...]:
    stages: list[Stage] = []
    for number, (code, label, count) in enumerate(steps):
        before = stages[-1].count if stages else None
        amounts = last if number == len(steps) - 1 else ()
        stages.append(Stage(code, label, count, before, amounts))
    return tuple(stages)


def _money_in(
    creditor_ids: Sequence[int], now: datetime, cells: Sequence[figures.Cell]
) -> tuple[MoneyIn, ...]:
    owed = {
        money.currency: money
        for money in _sum_by_currency((cell.currency, cell.balance_minor) for cell in cells)
    }
    return tuple(
        MoneyIn(
            currency,
            today=Money(today, currency),
            month=Money(month, currency),
            promised_month=Money(promised, currency),
            balance=owed.get(currency, Money(0, currency)),
            placed=Money(placed, currency),
        )
        for currency, today, month, promised, placed in figures.read_money(creditor_ids, now)
    )


def _segment_figures(
    creditor_ids: Sequence[int], cells: Sequence[figures.Cell]
) -> tuple[SegmentFigure, ...]:
    names = list_segment_names(creditor_ids, get_language() or "en")
    order = {key: number for number, key in enumerate(names)}
    creditors = dict(Creditor.objects.filter(pk__in=list(creditor_ids)).values_list("pk", "name"))
    ordered = sorted(
        cells,
        key=lambda cell: (
            creditors[cell.creditor_id],
            order.get((cell.creditor_id, cell.segment_code), len(order)),
            cell.currency,
        ),
    )
    return tuple(
        SegmentFigure(
            creditor_id=cell.creditor_id,
            creditor_name=creditors[cell.creditor_id],
            code=cell.segment_code,
            name=names.get((cell.creditor_id, cell.segment_code))
            or cell.segment_code
            or _("Without a segment"),
            currency=cell.currency,
            accounts=cell.accounts,
            balance=Money(cell.balance_minor, cell.currency),
            contacted=cell.contacted,
            promised=cell.promised,
            paid=cell.paid,
            paid_amount=Money(cell.paid_minor, cell.currency),
        )
        for cell in ordered
    )


def _channel_figures(creditor_ids: Sequence[int]) -> tuple[ChannelFigure, ...]:
    states: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for channel, state, count in figures.read_channels(creditor_ids):
        states[channel][state] = count
    return tuple(
        ChannelFigure(
            channel,
            channel_of(channel),
            planned=count["planned"] + count["claimed"],
            sent=sum(count[state] for state in figures.REACHED),
            delivered=count["delivered"] + count["read"],
            read=count["read"],
            withheld=count["withheld"],
            failed=count["failed"],
            unknown=count["unknown"],
        )
        for channel, count in sorted(states.items())
    )


def _stands_out(counts: dict[str, int], refusals: Sequence[tuple[str, int]]) -> Iterable[Notice]:
    """What a manager would want to be told, only where there is something to tell."""
    if refusals:
        reason, count = refusals[0]
        yield Notice(
            "refused",
            ngettext(
                "The rules kept us from contacting %(count)s person in the last day: %(reason)s",
                "The rules kept us from contacting %(count)s people in the last day, most often:"
                " %(reason)s",
                sum(people for _reason, people in refusals),
            )
            % {"count": sum(people for _reason, people in refusals), "reason": reason_text(reason)},
            sum(people for _reason, people in refusals),
            "verdicts",
        )
    for code, count, text, link, tone in (
        (
            "agreements",
            counts["agreements"],
            ngettext(
                "%(count)s agreement was reached in the last seven days",
                "%(count)s agreements were reached in the last seven days",
                counts["agreements"],
            ),
            "agreements",
            "good",
        ),
        (
            "broken",
            counts["broken"],
            ngettext(
                "%(count)s agreement was not kept in the last seven days",
                "%(count)s agreements were not kept in the last seven days",
                counts["broken"],
            ),
            "agreements",
            "warn",
        ),
        (
            "failed_messages",
            counts["failed_messages"],
            ngettext(
                "%(count)s message failed in the last seven days",
                "%(count)s messages failed in the last seven days",
                counts["failed_messages"],
            ),
            "messages",
            "warn",
        ),
        (
            "opt_outs",
            counts["opt_outs"],
            ngettext(
                "%(count)s person asked not to be written to in the last seven days",
                "%(count)s people asked not to be written to in the last seven days",
                counts["opt_outs"],
            ),
            "opt_outs",
            "plain",
        ),
        (
            "unreachable",
            counts["unreachable"],
            ngettext(
                "%(count)s person cannot be reached by phone or e-mail",
                "%(count)s people cannot be reached by phone or e-mail",
                counts["unreachable"],
            ),
            "accounts",
            "plain",
        ),
    ):
        if count:
            yield Notice(code, text % {"count": count}, count, link, tone)  # type: ignore[arg-type]


def _needs_person(counts: dict[str, int]) -> Iterable[Notice]:
    for code, text, link in (
        (
            "conversations",
            ngettext(
                "%(count)s conversation waits for a person",
                "%(count)s conversations wait for a person",
                counts["conversations"],
            ),
            "conversations",
        ),
        (
            "tasks",
            ngettext("%(count)s task is open", "%(count)s tasks are open", counts["tasks"]),
            "tasks",
        ),
        (
            "cases",
            ngettext("%(count)s case is open", "%(count)s cases are open", counts["cases"]),
            "cases",
        ),
        (
            "unclear_payments",
            ngettext(
                "It is not clear whether %(count)s payment was made",
                "It is not clear whether %(count)s payments were made",
                counts["unclear_payments"],
            ),
            "payments",
        ),
        (
            "unclear_messages",
            ngettext(
                "It is not clear whether %(count)s message was sent",
                "It is not clear whether %(count)s messages were sent",
                counts["unclear_messages"],
            ),
            "messages",
        ),
    ):
        count = counts[code]
        if count:
            yield Notice(code, text % {"count": count}, count, link, "warn")
