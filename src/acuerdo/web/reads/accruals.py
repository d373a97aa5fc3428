"""What the page of a creditor's accruals shows beside the form: the law, an example, versions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from acuerdo.core.models import Event
from acuerdo.core.money import Money
from acuerdo.core.vocabulary import Component
from acuerdo.creditors.models import Creditor
from acuerdo.identity.models import User
from acuerdo.ledger.rules.accrual import bear
from acuerdo.ledger.rules.grammar import Kind
from acuerdo.ledger.rules.history import Fact
from acuerdo.ledger.rules.limits import CERTIFIED, Ceiling, Limits, limits_of
from acuerdo.ledger.rules.scheme import Scheme
from acuerdo.payments.actions.settings import SECTION
from acuerdo.payments.events import SETTINGS_CHANGED
from acuerdo.reporting.texts import word_of
from acuerdo.web.formats import write_day, write_percent
from acuerdo.web.reads.legal_maxima import who_publishes

_VERSIONS = 20


@dataclass(frozen=True, slots=True)
class Law:
    """What the country allows today. `rate` and `fee` stand beside the fields that they limit;
    `tone` is `warn` where a figure must be entered before anything is borne."""

    rate: str
    fee: str
    tone: str
    words: list[str]
    source: str


@dataclass(frozen=True, slots=True)
class Month:
    """What a debt bore on one date."""

    on: date
    parts: list[tuple[str, Money]]


@dataclass(frozen=True, slots=True)
class Example:
    """What a debt would have grown to."""

    owed: Money
    from_on: date
    on: date
    total: Money
    parts: list[tuple[str, Money]]
    months: list[Month]
    gaps: list[tuple[date, date]]


@dataclass(frozen=True, slots=True)
class Version:
    """One change of the settings; `is_now` where it is what holds."""

    event: Event
    by: str
    words: str
    is_now: bool


def get_law(creditor: Creditor, ceilings: Sequence[Ceiling], today: date) -> Law:
    """The legal maximum of the creditor's country, with what was entered, in words."""
    limits = limits_of(creditor.country, ceilings)
    language = get_language() or "en"
    facts = {"on": write_day(today, language)}
    found = next((one for one in limits.ceilings if one.from_on <= today <= one.until_on), None)
    is_known = found is not None and found.annual_percent > 0
    rate, source, tone = "", "", "info"
    if is_known and found is not None:
        facts["percent"] = write_percent(found.annual_percent / 100, language)
        facts["nominal"] = write_percent(found.nominal, language)
        source = found.source
        if found.is_effective:
            rate = _("Maximum on %(on)s: %(percent)s effective, which is %(nominal)s nominal.")
        else:
            rate = _("Maximum on %(on)s: %(percent)s nominal.")
    elif creditor.country in CERTIFIED:
        tone = "warn"
        rate = _("The maximum of %(on)s is not here: nothing is borne until it is entered below.")
    else:
        rate = _("No general maximum is known to us for this country.")
    return Law(
        rate=rate % facts,
        fee=_say_fee(limits, language),
        tone=tone,
        words=who_publishes(creditor.country),
        source=source,
    )


def _say_fee(limits: Limits, language: str) -> str:
    if limits.share is not None:
        share = write_percent(limits.share, language)
        return _("By law at most %(share)s of what is owed.") % {"share": share}
    if limits.ratio is not None:
        ratio = write_percent(limits.ratio, language)
        return _("All that is borne comes to %(ratio)s of the principal at most.") % {
            "ratio": ratio
        }
    return ""


def make_example(
    scheme: Scheme | None, creditor: Creditor, *, owed: Money, from_on: date, today: date
) -> Example:
    """A principal that was due on `from_on`, today, if nobody paid."""
    limits = limits_of(creditor.country, scheme.ceilings if scheme else ())
    fact = Fact(from_on, "example", Kind.PLACEMENT, {Component.PRINCIPAL: owed.minor})
    rules = scheme.rules_in(owed.currency) if scheme else []
    borne = bear([fact], rules, start_on=from_on, until_on=today, limits=limits)
    months: dict[date, dict[Component, int]] = defaultdict(lambda: defaultdict(int))
    for (on, part), minor in sorted(borne.accrued.items()):
        months[on][part] += minor
    components = borne.outcome.components
    return Example(
        owed=owed,
        from_on=from_on,
        on=today,
        total=Money(sum(components.values()), owed.currency),
        parts=_in_words(components, owed.currency),
        months=[Month(on, _in_words(parts, owed.currency)) for on, parts in months.items()],
        gaps=limits.find_gaps(from_on, today) if any(rule.annual for rule in rules) else [],
    )


def _in_words(parts: Mapping[Component, int], currency: str) -> list[tuple[str, Money]]:
    return [
        (word_of(part.value), Money(parts[part], currency)) for part in Component if parts.get(part)
    ]


def list_versions(creditor: Creditor) -> list[Version]:
    """Each change of these settings, the newest first, as its event tells it."""
    events = list(
        Event.objects.filter(
            creditor_id=creditor.pk, name=SETTINGS_CHANGED, data__section=SECTION
        ).order_by("-occurred_at", "-pk")[:_VERSIONS]
    )
    ids = {event.actor.partition(":")[2] for event in events}
    users = User.objects.filter(pk__in=[number for number in ids if number.isdigit()])
    names = {f"user:{user.pk}": str(user) for user in users}
    return [
        Version(event, names.get(event.actor, event.actor), _summarise(event.data), place == 0)
        for place, event in enumerate(events)
    ]


def _summarise(said: Mapping[str, Any]) -> str:
    """The rates of a version in one line."""
    language = get_language() or "en"
    words = []
    for rule in (said.get("accrual") or {}).get("rules", []):
        part = word_of(rule.get("component", "interest"))
        if rule.get("annual_percent"):
            rate = write_percent(Decimal(rule["annual_percent"]) / 100, language)
            kind = _("compound") if rule.get("compound") else _("simple")
            words.append(f"{part} {rate} {kind}")
        else:
            words.append(part)
    return ", ".join(words) or _("Nothing is borne")


def local_today(creditor: Creditor, now: datetime) -> date:
    """The date where the creditor is."""
    return now.astimezone(ZoneInfo(creditor.timezone)).date()
