"""What stands, what was decided, and when one may."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time

from django.db.models import Q

from acuerdo.compliance.models import Consent, ContactWish, Hold, OptOut, Verdict, WishKind
from acuerdo.compliance.packs import get_library
from acuerdo.compliance.rules import next_lawful_hour
from acuerdo.core.vocabulary import Channel
from acuerdo.portfolio.models import Account

__all__ = [
    "Explanation",
    "explain_verdict",
    "list_consents",
    "list_holds",
    "list_opt_outs",
    "list_preferred_channels",
    "list_verdicts",
    "list_wished_hours",
    "next_lawful_hour",
]


def list_holds(account_ids: Collection[int], now: datetime) -> dict[int, list[Hold]]:
    """The holds in force at `now` for each account: its own, its debtor's and the person's."""
    accounts = Account.objects.filter(pk__in=list(account_ids)).values_list(
        "pk", "debtor_id", "debtor__person_id"
    )
    owners = list(accounts)
    rows = (
        Hold.objects.filter(
            Q(account_id__in=[pk for pk, _debtor, _person in owners])
            | Q(debtor_id__in=[debtor for _pk, debtor, _person in owners])
            | Q(person_id__in=[person for _pk, _debtor, person in owners]),
            released_at=None,
            from_at__lte=now,
        )
        .exclude(until_at__lte=now)
        .order_by("from_at", "pk")
    )
    by_target: dict[tuple[str, int | None], list[Hold]] = defaultdict(list)
    for hold in rows:
        by_target["account", hold.account_id].append(hold)
        by_target["debtor", hold.debtor_id].append(hold)
        by_target["person", hold.person_id].append(hold)
    return {
        pk: list(
            dict.fromkeys(
                [
                    *by_target["account", pk],
                    *by_target["debtor", debtor],
                    *by_target["person", person],
                ]
            )
        )
        for pk, debtor, person in owners
    }


def list_verdicts(
    *,
    creditor_ids: Collection[int],
    account_id: int | None = None,
    debtor_id: int | None = None,
    reference: str | None = None,
    allowed: bool | None = None,
    limit: int = 100,
) -> list[Verdict]:
    """Verdicts of these creditors, the latest first, narrowed by what is given."""
    rows = Verdict.objects.filter(creditor_id__in=list(creditor_ids))
    if account_id is not None:
        rows = rows.filter(account_id=account_id)
    if debtor_id is not None:
        rows = rows.filter(debtor_id=debtor_id)
    if reference is not None:
        rows = rows.filter(reference=reference)
    if allowed is not None:
        rows = rows.filter(allowed=allowed)
    return list(rows.order_by("-decided_at")[:limit])


@dataclass(frozen=True, slots=True)
class Explanation:
    """A stored verdict in words. `house_default`: the rule is ours, not the law's."""

    text: str
    citation: str
    rule_id: str
    house_default: bool
    next_allowed_at: datetime | None
    pack: str
    pack_version: str


def explain_verdict(verdict: Verdict, language: str) -> Explanation:
    """Why a stored verdict was given, in `es`, `pt` or `en`.

    The words are those of the rule as it stands now; citation and version are the stored ones.
    """
    rule = get_library().get_rule(verdict.rule_id) or get_library().note("unknown")
    return Explanation(
        text=rule.texts.get(language[:2]) or rule.texts["en"],
        citation=verdict.citation,
        rule_id=verdict.rule_id,
        house_default=rule.house_default,
        next_allowed_at=verdict.next_allowed_at,
        pack=verdict.pack,
        pack_version=verdict.pack_version,
    )


def list_opt_outs(debtor_id: int) -> list[OptOut]:
    """What the debtor does not want now."""
    return list(
        OptOut.objects.filter(debtor_id=debtor_id, withdrawn_at=None).order_by("opted_out_at")
    )


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


def list_consents(debtor_id: int) -> list[Consent]:
    """The channels that the debtor has authorised, with their source."""
    return list(
        Consent.objects.filter(debtor_id=debtor_id, revoked_at=None).order_by("channel", "pk")
    )
