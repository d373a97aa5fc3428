"""What the pages of policies show: the list, one with its versions, and what it gives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from acuerdo.agreements import negotiation
from acuerdo.agreements.documents import PolicyDocument
from acuerdo.agreements.models import OfferPolicy
from acuerdo.agreements.negotiation import (
    AUTHORITIES,
    DebtFacts,
    Policy,
    Standing,
    Terms,
)
from acuerdo.agreements.policies import to_row
from acuerdo.agreements.queries import business_days, to_policy
from acuerdo.agreements.versions import Versioned, list_active, list_versions, list_waiting
from acuerdo.core.money import Money, quantum
from acuerdo.core.vocabulary import Component
from acuerdo.creditors.models import Creditor
from acuerdo.identity.models import User
from acuerdo.reporting.texts import word_of
from acuerdo.web.formats import write_rate
from acuerdo.web.reads.accounts import segment_names
from acuerdo.web.reads.portal import words_of

# What an example debt is made of, in per cent.
_INTEREST, _FEES = 15, 5


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """A policy in the list."""

    row: OfferPolicy
    scope: str
    gives: str
    held_back: str


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version: who wrote it, who approved it, and whether it is in force."""

    row: Versioned
    state: str
    tone: str
    written_by: str
    approved_by: str


@dataclass(frozen=True, slots=True)
class Step:
    """What may be offered at one step of the ladder, or by one authority."""

    label: str
    discount: Money
    percent: str
    pays: Money
    instalments: int


@dataclass(frozen=True, slots=True)
class OfferLine:
    """An arrangement in the debtor's words, and what it is worth to us."""

    title: str
    line: str
    worth: Money


@dataclass(frozen=True, slots=True)
class Example:
    """What an example debt gets."""

    owed: Money
    dpd: int
    fits: bool
    steps: list[Step]
    persons: list[Step]
    parts: list[tuple[str, Money]]
    offers: list[OfferLine]
    packages: list[OfferLine]


def list_lines(creditor: Creditor) -> tuple[list[PolicyLine], list[PolicyLine]]:
    """Those in force in the order in which they are asked, and those that wait."""
    active, waiting = list_active(OfferPolicy, creditor.pk), list_waiting(OfferPolicy, creditor.pk)
    named = segment_names({creditor.pk})
    names = {code: name for (_creditor, code), name in named.items()}
    return [_line(row, names) for row in active], [_line(row, names) for row in waiting]


def _line(row: OfferPolicy, names: dict[str, str]) -> PolicyLine:
    return PolicyLine(row, scope_words(row, names), _gives(row), _held_back(row))


def scope_words(row: OfferPolicy, names: dict[str, str]) -> str:
    """Whom a policy is for."""
    segment = names.get(row.segment_code, row.segment_code) or _("every segment")
    if row.dpd_from is None and row.dpd_to is None:
        return segment
    facts = {"segment": segment, "from": row.dpd_from, "to": row.dpd_to}
    if row.dpd_to is None:
        return _("%(segment)s, from day %(from)s past due") % facts
    if row.dpd_from is None:
        return _("%(segment)s, until day %(to)s past due") % facts
    return _("%(segment)s, day %(from)s to %(to)s past due") % facts


def _gives(row: OfferPolicy) -> str:
    days = row.max_first_due_days
    first = ngettext("first payment within %(n)s day", "first payment within %(n)s days", days)
    parts = [first % {"n": days}]
    if row.max_instalments > 1:
        parts.append(_("up to %(n)s instalments") % {"n": row.max_instalments})
    if row.max_discount_percent:
        parts.append(_("up to %(percent)s%% off") % {"percent": _plain(row.max_discount_percent)})
    return ", ".join(parts)


def _held_back(row: OfferPolicy) -> str:
    opening = row.opening.get("max_discount_percent")
    if opening is None or not row.rounds:
        return ""
    return _("%(percent)s%% at first") % {"percent": _plain(Decimal(opening))}


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def list_version_lines(row: Versioned) -> list[VersionLine]:
    """Every version of a policy (or of a flow), the newest first."""
    rows = list_versions(row)
    names = _names({by for one in rows for by in (one.written_by, one.approved_by)})
    return [
        VersionLine(
            one,
            *_state(one),
            written_by=names.get(one.written_by, one.written_by),
            approved_by=names.get(one.approved_by, one.approved_by),
        )
        for one in rows
    ]


def _state(row: Versioned) -> tuple[str, str]:
    if row.is_active:
        return _("in force"), "good"
    if row.is_waiting:
        return _("waits for approval"), "info"
    if row.approved_at is None and row.written_at is not None:
        return _("not approved"), ""
    return _("out of force"), ""


def _names(labels: Iterable[str]) -> dict[str, str]:
    """The names of users by what rows call them, and of the system."""
    numbers = {int(one.partition(":")[2]) for one in labels if one.startswith("user:")}
    users = User.objects.in_bulk(numbers)
    found = {f"user:{pk}": user.full_name for pk, user in users.items()}
    return {**found, "system": _("System"), "": ""}


def usual_example(document: PolicyDocument, currency: str) -> tuple[Money, int]:
    """The debt that a first look begins with: fifty of the least instalments, a month into the
    policy's days."""
    least = document.min_instalment.get(currency) or Decimal(20)
    owed = Money.from_decimal(int(least * 50), currency)
    if document.dpd_from is not None:
        return owed, min(document.dpd_from + 29, document.dpd_to or document.dpd_from + 29)
    return owed, document.dpd_to if document.dpd_to is not None else 30


def make_example(
    document: PolicyDocument,
    creditor: Creditor,
    *,
    owed: Money,
    dpd: int,
    now: datetime,
    language: str,
) -> Example:
    """What a debt of `owed` at `dpd` days gets by the policy, as it is written."""
    row = to_row(document, creditor_id=creditor.pk)
    currency = owed.currency
    facts = _facts(creditor, owed, dpd, now)
    policies = {authority: to_policy(row, currency, authority) for authority in AUTHORITIES}
    policy = policies["assistant"]
    held = policy.ladder.rounds if policy.ladder.opening else 0
    steps = [
        _step(
            _step_label(number, held),
            negotiation.at_standing(
                policy, Standing(number, negotiation.planned(policy.ladder, number))
            ),
            facts,
            language,
        )
        for number in range(held + 1)
    ]
    persons = [
        _step(_("Agent, with a reason"), policies["agent"], facts, language),
        _step(_("Supervisor, with a reason"), policies["supervisor"], facts, language),
    ]
    opening = negotiation.at_standing(policy, Standing())
    most = negotiation.max_discount(policy, facts)
    within = (document.dpd_from is None or document.dpd_from <= dpd) and (
        document.dpd_to is None or dpd <= document.dpd_to
    )

    def lines(offers: list[Terms]) -> list[OfferLine]:
        return [
            OfferLine(
                *words_of(terms, creditor.country, language),
                worth=_shown_whole(negotiation.worth(policy, facts, terms)),
            )
            for terms in offers
        ]

    return Example(
        owed=owed,
        dpd=dpd,
        fits=within,
        steps=steps,
        persons=persons,
        parts=[
            (word_of(part.value), amount)
            for part, amount in negotiation.split_discount(policy, facts, most).items()
        ],
        offers=lines(negotiation.suggest_offers(opening, facts)),
        packages=lines(negotiation.equivalent_packages(policy, facts)),
    )


def _shown_whole(amount: Money) -> Money:
    """In the amounts that the country is used to: what something is worth is no price."""
    step = quantum(amount.currency)
    return Money(round(Decimal(amount.minor) / step) * step, amount.currency)


def _facts(creditor: Creditor, owed: Money, dpd: int, now: datetime) -> DebtFacts:
    interest, fees = owed.minor * _INTEREST // 100, owed.minor * _FEES // 100
    return DebtFacts(
        balance={
            Component.PRINCIPAL: owed.minor - interest - fees,
            Component.INTEREST: interest,
            Component.FEES: fees,
        },
        currency=owed.currency,
        dpd=dpd,
        today=now.astimezone(ZoneInfo(creditor.timezone)).date(),
        is_business_day=business_days(creditor.country, ""),
    )


def _step_label(number: int, last: int) -> str:
    if last == 0:
        return _("Assistant")
    if number == 0:
        return _("At first")
    return ngettext("After %(n)s move", "After %(n)s moves", number) % {"n": number}


def _step(label: str, policy: Policy, facts: DebtFacts, language: str) -> Step:
    discount = negotiation.max_discount(policy, facts)
    counts = [
        terms.count for terms in negotiation.suggest_offers(policy, facts) if terms.kind == "plan"
    ]
    return Step(
        label=label,
        discount=discount,
        percent=write_rate(discount.minor, facts.owed.minor, language),
        pays=facts.owed - discount,
        instalments=max(counts, default=1),
    )
