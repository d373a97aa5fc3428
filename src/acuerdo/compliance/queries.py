"""What stands, what was decided, and when one may."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from acuerdo.compliance.loading import list_terms, load
from acuerdo.compliance.models import Consent, Hold, OptOut
from acuerdo.compliance.models import Verdict as VerdictRow
from acuerdo.compliance.packs import get_library
from acuerdo.compliance.rules import ContactRequest, Verdict, check_contact, next_lawful_hour
from acuerdo.compliance.rules.pack import Rule
from acuerdo.compliance.wished import list_preferred_channels, list_wished_hours
from acuerdo.portfolio.models import Account

__all__ = [
    "Explanation",
    "explain_verdict",
    "fill_request",
    "find_rule",
    "is_house_rule",
    "list_consents",
    "list_holds",
    "list_opt_outs",
    "list_preferred_channels",
    "list_terms",
    "list_verdicts",
    "list_wished_hours",
    "next_lawful_hour",
    "preview_contacts",
]

OWN = "own."
"""How the ids of a creditor's own rules begin."""


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
) -> list[VerdictRow]:
    """Verdicts of these creditors, the latest first, narrowed by what is given."""
    rows = VerdictRow.objects.filter(creditor_id__in=list(creditor_ids))
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


def explain_verdict(verdict: VerdictRow, language: str) -> Explanation:
    """Why a stored verdict was given, in `es`, `pt` or `en`.

    The words are those of the rule as it stands now, empty where no pack has it any more; citation
    and version are the stored ones.
    """
    rule = find_rule(verdict.rule_id, verdict.pack)
    return Explanation(
        text=(rule.texts.get(language[:2]) or rule.texts["en"]) if rule else "",
        citation=verdict.citation,
        rule_id=verdict.rule_id,
        house_default=is_house_rule(verdict.rule_id, verdict.pack, verdict.citation),
        next_allowed_at=verdict.next_allowed_at,
        pack=verdict.pack,
        pack_version=verdict.pack_version,
    )


def find_rule(rule_id: str, pack: str) -> Rule | None:
    """A rule as the country of `pack` has it: with its law as the source where it names one."""
    library = get_library()
    country = library.packs.get(pack)
    rules = (
        library.base.rules
        if country is None
        else (*country.rules, *library.common_rules(country), *library.base.rules)
    )
    return next((rule for rule in rules if rule.id == rule_id), None)


def is_house_rule(rule_id: str, pack: str, citation: str) -> bool:
    """Whether a rule is our own caution and not the law. One that no pack knows any more was the
    law's where it named its source."""
    rule = find_rule(rule_id, pack)
    if rule is not None:
        return rule.house_default
    return rule_id.startswith(OWN) or not citation


def fill_request(request: ContactRequest, now: datetime) -> ContactRequest:
    """A request with what is known at `now`: the place, zones, holds, wishes and flags."""
    return load([request], now)[0].request


def preview_contacts(requests: Sequence[ContactRequest], now: datetime) -> list[Verdict]:
    """What the gate would answer at `now`, one verdict per request, in order; nothing is stored.

    For people who look. Whoever is about to make a contact asks `check_contacts`.
    """
    return [check_contact(one.request, one.history, now) for one in load(requests, now)]


def list_opt_outs(debtor_id: int) -> list[OptOut]:
    """What the debtor does not want now."""
    return list(
        OptOut.objects.filter(debtor_id=debtor_id, withdrawn_at=None).order_by("opted_out_at")
    )


def list_consents(debtor_id: int) -> list[Consent]:
    """The channels that the debtor has authorised, with their source."""
    return list(
        Consent.objects.filter(debtor_id=debtor_id, revoked_at=None).order_by("channel", "pk")
    )
