"""Whose history is told, and how its items are made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from functools import cached_property
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from acuerdo.core.errors import NotFound
from acuerdo.core.masks import mask_keys
from acuerdo.core.money import Money, format_money
from acuerdo.identity.models import User
from acuerdo.portfolio.models import Account, Debtor
from acuerdo.reporting.texts import ICONS, RANKS
from acuerdo.reporting.types import Detail, TimelineItem, Tone

PER_SOURCE = 400


@dataclass(frozen=True)
class Scope:
    """Whose history, how figures and dates are written, and how much of one source is read."""

    debtor: Debtor
    accounts: Mapping[int, Account]
    locale: str
    zone: tzinfo
    per_source: int = PER_SOURCE

    @property
    def account_ids(self) -> list[int]:
        return list(self.accounts)

    @cached_property
    def language(self) -> str:
        return (get_language() or "en")[:2]

    def money(self, minor: int, currency: str) -> str:
        return format_money(Money(minor, currency), self.locale)

    def day(self, on: date) -> str:
        return str(format_date(on, "medium", locale=self.locale))

    def moment(self, at: datetime) -> str:
        return str(format_datetime(at, "short", tzinfo=self.zone, locale=self.locale))


def find_scope(
    creditor_ids: Sequence[int], account_id: int | None, debtor_id: int | None, locale: str | None
) -> Scope:
    if (account_id is None) == (debtor_id is None):
        raise ValueError("a timeline is of one account or of one debtor")
    accounts = Account.objects.filter(creditor_id__in=list(creditor_ids))
    if account_id is not None:
        accounts = accounts.filter(pk=account_id)
    if debtor_id is not None:
        accounts = accounts.filter(debtor_id=debtor_id)
    found = list(accounts.select_related("creditor", "portfolio", "debtor"))
    if not found:
        raise NotFound(what=_("The account"))
    debtor = found[0].debtor
    return Scope(
        debtor=debtor,
        accounts={account.pk: account for account in found},
        locale=locale or f"{debtor.language}_{debtor.country}",
        zone=ZoneInfo(found[0].creditor.timezone),
    )


def make_item(
    kind: str,
    at: datetime,
    key: object,
    actor: str = "system",
    *,
    account_id: int | None = None,
    params: Mapping[str, str] | None = None,
    body: str = "",
    details: Iterable[tuple[str, str]] = (),
    tone: Tone = "plain",
    order: int = 0,
    why: str = "",
) -> TimelineItem:
    """One item; `actor` is a label (`user:12`). Empty details are left out. No key of a portal
    address is shown: who reads here is not who it was sent to."""
    actor_kind, _separator, name = actor.partition(":")
    return TimelineItem(
        key=f"{kind}:{key}",
        at=at,
        kind=kind,
        icon=ICONS[kind],
        actor_kind=actor_kind or "system",
        actor_name=name if actor_kind == "user" else "",
        account_id=account_id,
        params=params or {},
        body=mask_keys(body),
        details=tuple(Detail(label, mask_keys(value)) for label, value in details if value),
        tone=tone,
        rank=RANKS[kind] * 1000 + order,
        why=why,
    )


def with_names(items: list[TimelineItem]) -> list[TimelineItem]:
    """The ids of members of staff turned into names, in one query."""
    ids = {int(item.actor_name) for item in items if item.actor_name.isdigit()}
    if not ids:
        return items
    names = {str(user.pk): str(user) for user in User.objects.filter(pk__in=ids)}
    named = []
    for item in items:
        name = names.get(item.actor_name, item.actor_name)
        params = {**item.params, "name": name} if "name" in item.params else item.params
        named.append(replace(item, actor_name=name, params=params))
    return named


def mask(address: str) -> str:
    """An address by which a person recognises it and nobody can use it."""
    name, at, host = address.partition("@")
    if at:
        return f"{name[:1]}•••@{host}"
    return f"••• {address[-4:]}" if address else ""
