"""The hours and the channel that suit a debtor, as the gate and the planner read them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import time

from acuerdo.compliance.models import ContactWish, WishKind
from acuerdo.core.vocabulary import Channel

_HOUR_FLAGS = {
    WishKind.REQUESTED_HOURS.value: "consumer_requested_window",
    WishKind.INCONVENIENT_HOURS.value: "known_inconvenient",
}


def list_wished_hours(debtor_ids: Collection[int]) -> dict[int, dict[str, dict[str, str]]]:
    """What debtors asked for about hours: debtor → the gate's flags `consumer_requested_window`
    and `known_inconvenient`, each `{from, to, instrument}` as far as it is known. One query."""
    found: dict[int, dict[str, dict[str, str]]] = defaultdict(dict)
    rows = ContactWish.objects.filter(
        debtor_id__in=list(debtor_ids), kind__in=_HOUR_FLAGS, withdrawn_at=None
    )
    for debtor_id, kind, start, end, instrument in rows.values_list(
        "debtor_id", "kind", "from_time", "to_time", "instrument"
    ):
        hours = {"from": _hour(start), "to": _hour(end), "instrument": instrument}
        found[debtor_id][_HOUR_FLAGS[kind]] = {key: text for key, text in hours.items() if text}
    return dict(found)


def list_preferred_channels(debtor_ids: Collection[int]) -> dict[int, Channel]:
    """The channel that each debtor prefers, where one was named. One query."""
    rows = ContactWish.objects.filter(
        debtor_id__in=list(debtor_ids), kind=WishKind.PREFERRED_CHANNEL, withdrawn_at=None
    )
    return {pk: Channel(channel) for pk, channel in rows.values_list("debtor_id", "channel")}


def _hour(at: time | None) -> str:
    return at.strftime("%H:%M") if at else ""
