"""Sample facts: what a template is read with before there is anybody to write to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime

import phonenumbers

from acuerdo.core.money import Money
from acuerdo.creditors.countries import COUNTRIES
from acuerdo.messaging.content import Identity
from acuerdo.messaging.facts import FactType, format_fact, list_facts

_VALUES = {
    FactType.DATE: date(2027, 3, 15),
    FactType.DATETIME: datetime(2027, 3, 15, 15, tzinfo=UTC),
    FactType.NUMBER: 3,
}
_FIRST_NAME = "Ana"
# Facts that are no samples: they hold for every message of the creditor.
KNOWN = frozenset(
    f"creditor.{field}" for field in ("name", "legal_name", "tax_id", "address", "agency_name")
)
OPTOUT_URL = "https://example.invalid/u/sample"
PORTAL_URL = "https://example.invalid/p/sample"


def sample_facts(
    names: Iterable[str], *, identity: Identity, locale: str, country: str
) -> dict[str, str | None]:
    """A value for each of `names`, as people of `locale` write it. The creditor's are its own."""
    kinds = {fact.name: fact.kind for fact in list_facts()}
    own = own_facts(identity, country)
    given = {
        **own,
        "debtor.first_name": _FIRST_NAME,
        "portal.link": PORTAL_URL,
        "optout.link": OPTOUT_URL,
    }
    where = locale if "_" in locale or not country else f"{locale}_{country}"
    facts: dict[str, str | None] = {}
    for name in names:
        kind = kinds.get(name, FactType.TEXT)
        if name in given:
            facts[name] = given[name]
        elif kind is FactType.MONEY:
            money = Money(123_400, COUNTRIES[country].currency if country in COUNTRIES else "USD")
            facts[name] = format_fact(kind, money, where, "UTC")
        elif kind in _VALUES:
            facts[name] = format_fact(kind, _VALUES[kind], where, "UTC")
        elif kind is FactType.URL:
            facts[name] = "https://example.invalid/sample"
        else:
            facts[name] = f"Xx{name.replace('.', '').replace('_', '')}"
    return facts


def own_facts(identity: Identity, country: str) -> Mapping[str, str | None]:
    """What the creditor says about itself; empty where it says nothing."""
    number = phonenumbers.example_number(country) if country else None
    return {
        "creditor.name": identity.name,
        "creditor.legal_name": identity.legal_name or None,
        "creditor.tax_id": identity.tax_id or None,
        "creditor.address": identity.address or None,
        "creditor.agency_name": identity.firm or None,
        "creditor.phone": phonenumbers.format_number(
            number, phonenumbers.PhoneNumberFormat.INTERNATIONAL
        )
        if number
        else None,
        "creditor.email": "hello@example.invalid",
    }
