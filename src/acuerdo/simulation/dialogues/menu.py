"""A fixed menu to compare with: the same debts and policies, answered by numbers alone.

It is a good one of its kind: everything that a debtor may come for is an item, and every debtor
who reads it answers with a number. What it cannot do is hear a day, an amount or a question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from acuerdo.agreements.actions import accept_offer, make_offer
from acuerdo.agreements.negotiation import Terms
from acuerdo.agreements.queries import list_offers, suggest_offers
from acuerdo.assistant.dialogue.replies import locale_for, write_date
from acuerdo.cases.actions import open_case
from acuerdo.compliance.actions import record_opt_out
from acuerdo.core.actor import Actor
from acuerdo.core.money import Money, format_money
from acuerdo.messaging.actions import create_link
from acuerdo.messaging.links import portal_url
from acuerdo.simulation.dialogues.staging import Cast, last4_of
from acuerdo.simulation.rules.debtors.talker import Heard, Part, Said

ITEMS: Final = (
    "pay_all", "instalments", "later", "paid", "dispute", "cannot", "stop", "human",
)  # fmt: skip
_CASES: Final = {"paid": "already_paid", "dispute": "dispute", "cannot": "hardship"}


class MenuLine:
    """One conversation with the menu. Writes by the same actions as the assistant does."""

    def __init__(self, cast: Cast) -> None:
        self._cast = cast
        self._verified = self._handed_over = False
        self._offers: list[Terms] = []
        self._chosen: Terms | None = None
        self._count = 0

    def is_verified(self, now: datetime) -> bool:
        return self._verified

    def is_handed_over(self) -> bool:
        return self._handed_over

    def say(self, said: Said, now: datetime) -> Heard:
        self._count += 1
        with transaction.atomic():
            if not self._verified:
                return self._verify(said.text, now)
            number = int(said.text) if re.fullmatch(r"\d{1,2}", said.text.strip()) else 0
            if self._chosen is not None:
                return self._confirm(number, self._chosen, now)
            if self._offers:
                return self._pick(number)
            return self._main(number, now)

    def _verify(self, text: str, now: datetime) -> Heard:
        if text.strip() == "0":
            self._open_case("wrong_person", now)
            return _heard(Part("wrong_person.done"))
        if text.strip(" .,").endswith(last4_of(self._cast)) or last4_of(self._cast) in text:
            self._verified = True
            return self._menu()
        return _heard(Part("menu.verify"))

    def _menu(self) -> Heard:
        self._offers, self._chosen = [], None
        return _heard(Part("menu.main", {"items": ITEMS}))

    def _main(self, number: int, now: datetime) -> Heard:
        if not 1 <= number <= len(ITEMS):
            return self._menu()
        item = ITEMS[number - 1]
        if item == "pay_all":
            return self._link(now)
        if item in ("instalments", "later"):
            return self._list(item, now)
        if item in _CASES:
            self._open_case(_CASES[item], now)
            self._handed_over = True
            return _heard(Part(f"case.{_CASES[item]}"))
        if item == "stop":
            record_opt_out(
                creditor_id=self._cast.account.creditor_id,
                debtor=self._cast.account.debtor,
                source="simulation:menu",
                actor=self._actor(),
                now=now,
            )
            return _heard(Part("opt_out.done"))
        self._handed_over = True
        return _heard(Part("handoff.done"))

    def _link(self, now: datetime) -> Heard:
        account = self._cast.account
        link = create_link(
            creditor_id=account.creditor_id,
            debtor_id=account.debtor_id,
            account_id=account.pk,
            channel="chat",
            address="menu",
            now=now,
        )
        amount = _money(self._cast.persona.balance)
        return Heard((Part("link.ready", {"amount": amount}),), portal_url(link))

    def _list(self, item: str, now: datetime) -> Heard:
        account_id = self._cast.account.pk
        if item == "instalments":
            suggested = suggest_offers(account_id=account_id, now=now)
            self._offers = [terms for terms in suggested if terms.count > 1]
        else:
            days = [
                terms
                for terms in list_offers(account_id=account_id, now=now)
                if terms.kind == "promise"
            ]
            self._offers = [days[index] for index in sorted({0, len(days) // 2, len(days) - 1})]
        if not self._offers:
            return self._menu()
        lines = [{"template": "menu.option", "facts": _option(terms)} for terms in self._offers]
        return _heard(Part("menu.offers", {"options": {"items": lines}}))

    def _pick(self, number: int) -> Heard:
        if not 1 <= number <= len(self._offers):
            return self._menu()
        self._chosen = self._offers[number - 1]
        return _heard(Part("menu.offer", _terms(self._chosen)))

    def _confirm(self, number: int, terms: Terms, now: datetime) -> Heard:
        if number != 1:
            return self._menu()
        key = f"menu:{self._cast.account.public_id}:{self._count}"
        actor = self._actor()
        offer = make_offer(
            account_id=self._cast.account.pk, terms=terms, actor=actor, now=now, key=key
        )
        accept_offer(offer=offer, actor=actor, now=now, channel="chat", key=key)
        return Heard((Part("agreed.menu", _terms(terms)),), self._write(terms))

    def _write(self, terms: Terms) -> str:
        home = self._cast.persona.home
        locale = locale_for(home.language, home.country)
        return "\n".join(
            f"{write_date(part.due_on, home.language, locale)}: {format_money(part.amount, locale)}"
            for part in terms.schedule
        )

    def _open_case(self, kind: str, now: datetime) -> None:
        account = self._cast.account
        open_case(
            kind=kind,
            debtor=account.debtor,
            account=account,
            channel="chat",
            actor=self._actor(),
            now=now,
            key=f"menu:{account.public_id}:{kind}",
        )

    def _actor(self) -> Actor:
        account = self._cast.account
        return Actor(
            "assistant",
            creditor_id=account.creditor_id,
            debtor_id=account.debtor_id,
            verification="verified" if self._verified else "none",
        )


def _heard(*parts: Part) -> Heard:
    return Heard(tuple(parts), "menu")


def _money(value: Money) -> dict[str, Any]:
    return {"minor": value.minor, "currency": value.currency}


def _schedule(terms: Terms) -> Sequence[dict[str, Any]]:
    return [
        {"due_on": part.due_on.isoformat(), "amount_minor": part.amount.minor}
        for part in terms.schedule
    ]


def _terms(terms: Terms) -> dict[str, Any]:
    return {"schedule": {"items": _schedule(terms)}}


def _option(terms: Terms) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "first": _money(terms.schedule[0].amount),
        "due": {"on": terms.first_due_on.isoformat()},
    }
    return {**facts, "count": {"value": terms.count}} if terms.count > 1 else facts
