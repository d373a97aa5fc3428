"""The whole life of an account, or of all accounts of a debtor, as one list.

Rows are read from the rooms that wrote them (a set action leaves rows, not events); events are
read only for what leaves no row. About twenty queries, whatever the length of the history.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from acuerdo.reporting.timeline import contact, deals, plan, wishes
from acuerdo.reporting.timeline.scope import Scope, find_scope, with_names
from acuerdo.reporting.types import TimelineItem

MAX_ITEMS = 400

_SOURCES: tuple[Callable[[Scope], Iterable[TimelineItem]], ...] = (
    plan.list_placements,
    plan.list_scores,
    plan.list_segments,
    plan.list_enrolments,
    plan.list_closings,
    contact.list_refusals,
    contact.list_messages,
    contact.list_turns,
    contact.list_events,
    contact.list_links,
    wishes.list_consents,
    wishes.list_opt_outs,
    wishes.list_wishes,
    wishes.list_addresses,
    wishes.list_before,
    deals.list_offers,
    deals.list_concessions,
    deals.list_agreements,
    deals.list_payments,
    deals.list_cases,
    deals.list_holds,
)


def get_timeline(
    *,
    creditor_ids: Sequence[int],
    account_id: int | None = None,
    debtor_id: int | None = None,
    locale: str | None = None,
    limit: int = MAX_ITEMS,
) -> list[TimelineItem]:
    """What happened to an account (with its debtor's conversation) or to a debtor, newest first.

    Exactly one of `account_id` and `debtor_id` is given. `locale` (`es_CO`) says how amounts and
    dates are written, by default that of the debtor; sentences are in the active language.
    Raises NotFound
    for what belongs to no creditor of `creditor_ids`. Times are shown in the creditor's zone.
    """
    scope = find_scope(creditor_ids, account_id, debtor_id, locale)
    items: list[TimelineItem] = []
    for source in _SOURCES:
        items.extend(source(scope))
    items.sort(key=lambda item: (item.at, item.rank, item.key), reverse=True)
    return with_names(items[:limit])
