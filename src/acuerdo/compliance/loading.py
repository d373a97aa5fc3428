"""What the gate must know about a set of contacts, read in a fixed number of queries."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q

from acuerdo.compliance.models import Consent, ContactAttempt, Hold, OptOut
from acuerdo.compliance.packs import get_library, get_policy
from acuerdo.compliance.rules.facts import (
    CHANNELS,
    CREDITOR_TYPES,
    ActiveHold,
    ContactRequest,
    PastContact,
)
from acuerdo.compliance.rules.pack import Policy
from acuerdo.compliance.wished import list_wished_hours
from acuerdo.core.vocabulary import Purpose
from acuerdo.creditors.models import Creditor
from acuerdo.ledger.queries import list_balances
from acuerdo.portfolio.models import Account, ContactPoint, Debtor
from acuerdo.portfolio.rules import list_phone_variants

# A hold for these reasons is also a fact about the person, which stops more than pressing them.
_HOLD_FLAGS: Mapping[str, str] = {
    "deceased": "deceased",
    "insolvency": "insolvency_proceeding_open",
    "bankruptcy": "bankruptcy_stay",
    "discharged": "discharged_in_insolvency",
    "moratorium": "breathing_space_moratorium",
    "lawsuit": "served_in_collection_lawsuit",
    "attorney": "represented_by_attorney",
}

_HOUSEHOLD = "household_once_a_day"
# Whoever stops one channel is not pursued on the next one.
_ALWAYS = frozenset({"stop_everywhere"})
_ANY_PURPOSE = frozenset({Purpose.COLLECTION.value, ""})


@dataclass(frozen=True, slots=True)
class Loaded:
    """A request with all its facts, and the person's contacts without the one that is asked
    about. Requests about one person share the list where they can."""

    request: ContactRequest
    history: list[PastContact]


def load(requests: Sequence[ContactRequest], now: datetime) -> list[Loaded]:
    """The requests in order, filled from the database. One that names a debtor or an account of
    another creditor, or none at all, is left without a jurisdiction, and so is refused."""
    facts = _Facts(requests, now)
    return [facts.fill(request) for request in requests]


class _Facts:
    """All rows that a set of requests needs."""

    def __init__(self, requests: Sequence[ContactRequest], now: datetime) -> None:
        self.now = now
        debtor_ids = {one.debtor_id for one in requests if one.debtor_id is not None}
        account_ids = {one.account_id for one in requests if one.account_id is not None}
        self.debtors = {
            debtor.pk: debtor
            for debtor in Debtor.objects.filter(pk__in=debtor_ids).select_related("person")
        }
        self.creditors = Creditor.objects.in_bulk(
            {debtor.creditor_id for debtor in self.debtors.values()}
        )
        # Without an account the question is whether the debtor owes anything at all.
        whole = {
            one.debtor_id for one in requests if one.account_id is None and "paid" not in one.flags
        }
        rows = Account.objects.filter(Q(pk__in=account_ids) | Q(debtor_id__in=whole - {None}))
        self.accounts = {account.pk: account for account in rows}
        self.by_debtor: dict[int, list[Account]] = defaultdict(list)
        for account in self.accounts.values():
            self.by_debtor[account.debtor_id].append(account)
        self.balances = list_balances(list(self.accounts))
        self._load_wishes(debtor_ids)
        self._load_holds(debtor_ids, account_ids)
        self._load_history()

    def _load_wishes(self, debtor_ids: set[int]) -> None:
        self.live: dict[int, set[tuple[str, str]]] = defaultdict(set)
        self.revoked: dict[int, set[tuple[str, str]]] = defaultdict(set)
        for row in Consent.objects.filter(debtor_id__in=debtor_ids):
            kind = self.live if row.revoked_at is None else self.revoked
            kind[row.debtor_id].add((row.channel, row.purpose))
        self.stopped: dict[int, set[str]] = defaultdict(set)
        self.stopped_at: dict[int, datetime] = {}
        self.no_offers: set[int] = set()
        self.wished = list_wished_hours(debtor_ids)
        for wish in OptOut.objects.filter(debtor_id__in=debtor_ids, withdrawn_at=None).order_by(
            "-opted_out_at"
        ):
            if wish.purpose:
                self.no_offers.add(wish.debtor_id)
                continue
            self.stopped[wish.debtor_id].update([wish.channel] if wish.channel else CHANNELS)
            if wish.is_stop:
                self.stopped_at[wish.debtor_id] = wish.opted_out_at

    def _load_holds(self, debtor_ids: set[int], account_ids: set[int]) -> None:
        self.person_ids = {debtor.person_id for debtor in self.debtors.values()}
        self.holds: dict[tuple[str, int], list[ActiveHold]] = defaultdict(list)
        rows = Hold.objects.filter(
            Q(account_id__in=account_ids)
            | Q(debtor_id__in=debtor_ids)
            | Q(person_id__in=self.person_ids),
            released_at=None,
            from_at__lte=self.now,
        ).exclude(until_at__lte=self.now)
        for row in rows.order_by("from_at", "pk"):
            hold = ActiveHold(row.reason, row.until_at)
            if row.account_id is not None:
                self.holds["account", row.account_id].append(hold)
            elif row.debtor_id is not None:
                self.holds["debtor", row.debtor_id].append(hold)
            elif row.person_id is not None:
                self.holds["person", row.person_id].append(hold)

    def _load_households(self) -> dict[int, set[int]]:
        """Who shares a telephone or an address with whom, at creditors who mind it: person → those
        for whom a contact with them counts. Two contacts begun in the same instant with two people
        of one home are not kept apart: only a person is locked."""
        minding = [
            creditor.pk
            for creditor in self.creditors.values()
            if _HOUSEHOLD in creditor.settings.get("contact_options", ())
        ]
        homes: dict[int, set[int]] = defaultdict(set)
        if not minding:
            return homes
        own = ContactPoint.objects.filter(
            debtor__person_id__in=self.person_ids,
            creditor_id__in=minding,
            kind__in=("phone", "address"),
        )
        values = {
            form
            for kind, value in own.values_list("kind", "value")
            for form in (list_phone_variants(value) if kind == "phone" else (value,))
        }
        places: dict[tuple[int, str, str], set[int]] = defaultdict(set)
        for creditor, kind, value, person in ContactPoint.objects.filter(
            creditor_id__in=minding, kind__in=("phone", "address"), value__in=values
        ).values_list("creditor_id", "kind", "value", "debtor__person_id"):
            # A phone is one place in whatever form it is written.
            place = list_phone_variants(value)[0] if kind == "phone" else value
            places[creditor, kind, place].add(person)
        for persons in places.values():
            for person in persons:
                homes[person].update(persons - {person})
        return homes

    def _load_history(self) -> None:
        self.history: dict[int, list[PastContact]] = defaultdict(list)
        self.references: dict[str, PastContact] = {}
        library = get_library()
        homes = self._load_households()
        since = self.now - timedelta(days=library.history_days)
        rows = (
            ContactAttempt.objects.filter(
                Q(occurred_at__gte=since) | Q(purpose__in=library.remembered_purposes),
                person_id__in=self.person_ids.union(homes),
            )
            .exclude(state="released")
            .order_by("person_id", "occurred_at")
            .values_list(
                "person_id",
                "reference",
                "occurred_at",
                "channel",
                "outcome",
                "direction",
                "party",
                "purpose",
                "account_id",
            )
        )
        for person_id, reference, at, channel, outcome, direction, party, purpose, account in rows:
            past = PastContact(
                at=at,
                channel=channel,
                outcome=outcome,
                direction=direction,
                party=party,
                purpose=purpose,
                debt_id=str(account or ""),
            )
            self.history[person_id].append(past)
            for other in homes.get(person_id, ()):
                self.history[other].append(replace(past, is_household=True))
            self.references[reference] = past

    def fill(self, request: ContactRequest) -> Loaded:
        debtor = self.debtors.get(request.debtor_id or 0)
        account = self.accounts.get(request.account_id or 0)
        if (
            debtor is None
            or debtor.creditor_id != request.creditor_id
            or (request.account_id is not None and account is None)
            or (account is not None and account.creditor_id != request.creditor_id)
        ):
            return Loaded(replace(request, jurisdiction=""), [])
        creditor = self.creditors[debtor.creditor_id]
        live, revoked = self.live[debtor.pk], self.revoked[debtor.pk]
        holds = [
            *self.holds["account", account.pk if account else 0],
            *self.holds["debtor", debtor.pk],
            *self.holds["person", debtor.person_id],
        ]
        if account is not None and account.state == "recalled":
            holds.append(ActiveHold("recalled"))
        options, policy = list_terms(creditor.settings)
        filled = replace(
            request,
            jurisdiction=_jurisdiction(debtor.country, debtor.subdivision),
            zones=tuple(
                dict.fromkeys(zone for zone in (debtor.timezone, *debtor.zone_candidates) if zone)
            ),
            debt_id=str(request.account_id or ""),
            creditor_type=creditor.kind if creditor.kind in CREDITOR_TYPES else "other",
            authorised_channels=_channels_for(request.purpose, live),
            flags=self._flags(request, debtor, holds, live, revoked),
            holds=(*request.holds, *holds),
            options=request.options | _ALWAYS | options,
            policy=policy,
            person_id=debtor.person_id,
        )
        history = self.history[debtor.person_id]
        own = self.references.get(request.reference)
        if own is not None:
            history = [item for item in history if item is not own]
        return Loaded(filled, history)

    def _flags(
        self,
        request: ContactRequest,
        debtor: Debtor,
        holds: Iterable[ActiveHold],
        live: set[tuple[str, str]],
        revoked: set[tuple[str, str]],
    ) -> dict[str, Any]:
        """The caller's flags and what the rows say. A caller can add a reason, not lift one."""
        flags = {**self.wished.get(debtor.pk, {}), **request.flags}
        if "paid" not in flags:
            flags["paid"] = self._is_paid(request, debtor)
        if debtor.person.birth_on is not None:
            flags["debtor_age"] = _age(debtor.person.birth_on, self.now.date())
        for hold in holds:
            if hold.reason in _HOLD_FLAGS:
                flags[_HOLD_FLAGS[hold.reason]] = True
        stopped = self.stopped[debtor.pk]
        if stopped:
            flags["opted_out_channels"] = sorted(stopped.union(flags.get("opted_out_channels", ())))
        if debtor.pk in self.stopped_at:
            flags.setdefault("stop_received_at", self.stopped_at[debtor.pk].date().isoformat())
        if debtor.pk in self.no_offers:
            flags["opted_out_marketing"] = True
        gone = _channels(revoked, request.purpose) - _channels(live, request.purpose)
        if gone:
            flags["revoked_channels"] = sorted(gone.union(flags.get("revoked_channels", ())))
        if (request.channel, Purpose.COMMERCIAL_OFFER.value) in live:
            flags["marketing_consent"] = True
        return flags

    def _is_paid(self, request: ContactRequest, debtor: Debtor) -> bool:
        account = self.accounts.get(request.account_id or 0)
        owing = [account] if account is not None else self.by_debtor[debtor.pk]
        return not any(
            one.state != "closed" and self.balances[one.pk].total_minor > 0 for one in owing
        )


def list_terms(settings: Mapping[str, Any]) -> tuple[frozenset[str], Policy | None]:
    """What a creditor's settings add to the law: the options it chose, and rules of its own."""
    own = settings.get("contact_rules")
    options = frozenset(settings.get("contact_options", ()))
    return options, get_policy(json.dumps(own)) if own else None


def _jurisdiction(country: str, subdivision: str) -> str:
    part = subdivision.removeprefix(f"{country}-")
    return f"{country}-{part}" if part else country


def _channels_for(purpose: str, live: set[tuple[str, str]]) -> frozenset[str] | None:
    """The channels authorised for `purpose`; None where the debtor was never asked."""
    if not _channels(live, purpose):
        return None
    purposes = {purpose} if purpose == Purpose.COMMERCIAL_OFFER else _ANY_PURPOSE | {purpose}
    return frozenset(channel for channel, given in live if given in purposes)


def _channels(pairs: set[tuple[str, str]], purpose: str) -> set[str]:
    """The channels of consents that say something about `purpose`: what somebody agreed to for
    offers, or took back, says nothing about collection."""
    offers = purpose == Purpose.COMMERCIAL_OFFER
    return {channel for channel, given in pairs if offers or given != Purpose.COMMERCIAL_OFFER}


def _age(birth_on: date, today: date) -> int:
    before = (today.month, today.day) < (birth_on.month, birth_on.day)
    return max(today.year - birth_on.year - before, 0)
