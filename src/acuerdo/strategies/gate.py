"""From a wish to contact somebody to the ways there are, and the gate's answer to each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from acuerdo.compliance.actions import check_contacts
from acuerdo.compliance.models import Consent
from acuerdo.compliance.queries import list_preferred_channels
from acuerdo.compliance.rules import ContactRequest
from acuerdo.core.actor import Actor
from acuerdo.core.vocabulary import Channel, Party, Purpose
from acuerdo.messaging.providers import active_accounts
from acuerdo.portfolio.models import ContactPoint
from acuerdo.strategies.rules import Answer, Gate, Point, Route, list_routes

_CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody whom we wish to contact, about which account, and why."""

    debtor_id: int
    account_id: int
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class Reach:
    """The routes to somebody, best first, and how many addresses and authorisations there are."""

    routes: list[Route]
    ways: int


def list_reaches(
    contacts: Sequence[Contact], channels: Sequence[Sequence[Channel]], *, creditor_id: int
) -> list[Reach]:
    """How each contact can be reached, in its own order of channels (see `rules`)."""
    available = frozenset(
        Channel(kind) for _creditor, kind in active_accounts({creditor_id}) if kind in set(Channel)
    )
    points: dict[int, list[Point]] = defaultdict(list)
    authorised: dict[int, set[Channel]] = defaultdict(set)
    consents: Counter[int] = Counter()
    preferred: dict[int, Channel] = {}
    debtor_ids = sorted({contact.debtor_id for contact in contacts})
    for start in range(0, len(debtor_ids), _CHUNK):
        chunk = debtor_ids[start : start + _CHUNK]
        for debtor_id, point_id, kind, priority, is_valid in ContactPoint.objects.filter(
            debtor_id__in=chunk
        ).values_list("debtor_id", "id", "kind", "priority", "is_valid"):
            points[debtor_id].append(Point(point_id, kind, priority, is_valid))
        for debtor_id, channel in Consent.objects.filter(
            debtor_id__in=chunk, revoked_at__isnull=True
        ).values_list("debtor_id", "channel"):
            authorised[debtor_id].add(Channel(channel))
            consents[debtor_id] += 1
        preferred.update(list_preferred_channels(chunk))
    return [
        Reach(
            list_routes(
                wanted,
                points[contact.debtor_id],
                available=available,
                authorised=frozenset(authorised[contact.debtor_id]),
                preferred=preferred.get(contact.debtor_id),
            ),
            sum(point.is_valid for point in points[contact.debtor_id])
            + consents[contact.debtor_id],
        )
        for contact, wanted in zip(contacts, channels, strict=True)
    ]


def make_gate(
    contacts: Sequence[Contact], *, creditor_id: int, actor: Actor, now: datetime
) -> Gate:
    """The planner's question to `compliance`: (number of the contact, route) → answer."""

    def gate(batch: list[tuple[int, Route]]) -> list[Answer]:
        requests = [
            ContactRequest(
                creditor_id=creditor_id,
                account_id=contacts[number].account_id,
                debtor_id=contacts[number].debtor_id,
                channel=route.channel,
                purpose=contacts[number].purpose,
                party=Party.DEBTOR,
            )
            for number, route in batch
        ]
        verdicts = check_contacts(requests, actor=actor, now=now, stage="plan")
        return [
            Answer(
                allowed=verdict.allowed,
                reason_code=verdict.reason_code,
                next_allowed_at=verdict.next_allowed_at,
                verdict_id=verdict.id,
            )
            for verdict in verdicts
        ]

    return gate
