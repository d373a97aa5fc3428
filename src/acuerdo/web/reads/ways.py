"""Whether somebody may be contacted now, by which channel, and what is planned: what stands where
a contact's button would be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from acuerdo.compliance.models import Hold, Verdict
from acuerdo.compliance.queries import preview_contacts
from acuerdo.compliance.rules import ContactRequest
from acuerdo.compliance.rules import Verdict as Answer
from acuerdo.core.vocabulary import Channel, Purpose
from acuerdo.messaging.models import Message, MessageState
from acuerdo.portfolio.models import Account, ContactPoint
from acuerdo.reporting.texts import channel_of, purpose_of, reason_text
from acuerdo.strategies.models import Enrolment

# What reaches each kind of address.
_REACHED_BY: dict[str, tuple[Channel, ...]] = {
    "phone": (Channel.CALL, Channel.SMS, Channel.WHATSAPP),
    "email": (Channel.EMAIL,),
    "address": (Channel.LETTER,),
}
_USUAL = (Channel.CALL, Channel.SMS, Channel.WHATSAPP, Channel.EMAIL)
SHOWN_PLANNED = 5


@dataclass(frozen=True, slots=True)
class Forbidden:
    """What may not be done: shown where the button would be. `why_href` explains it."""

    what: str
    reason: str
    source: str
    until: datetime | None
    why_href: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """A contact that is to come, or the next try of one that was refused."""

    text: str
    at: datetime | None
    note: str = ""
    why_href: str = ""


@dataclass(frozen=True, slots=True)
class Ways:
    """`allowed` are the channels that may be used now; the rest is `forbidden`, by reason."""

    allowed: list[str]
    forbidden: list[Forbidden]
    planned: list[Planned]


def list_ways(
    account: Account,
    points: Sequence[ContactPoint],
    holds: Sequence[Hold],
    enrolment: Enrolment | None,
    now: datetime,
) -> Ways:
    """The gate's answers at `now` for collection by every channel that reaches the debtor; where
    none does, by the usual ones. Nothing is stored."""
    channels = _channels(points)
    answers = preview_contacts(
        [
            ContactRequest(
                creditor_id=account.creditor_id,
                account_id=account.pk,
                debtor_id=account.debtor_id,
                channel=channel,
                purpose=Purpose.COLLECTION,
            )
            for channel in channels
        ],
        now,
    )
    judged = list(zip(channels, answers, strict=True))
    return Ways(
        [channel_of(channel) for channel, answer in judged if answer.allowed],
        _forbidden(account, judged, holds),
        _planned(account, enrolment),
    )


def _channels(points: Iterable[ContactPoint]) -> list[Channel]:
    kinds = {point.kind for point in points if point.is_valid}
    found = [
        channel for kind, reached in _REACHED_BY.items() if kind in kinds for channel in reached
    ]
    return found or list(_USUAL)


def _forbidden(
    account: Account, judged: Sequence[tuple[Channel, Answer]], holds: Sequence[Hold]
) -> list[Forbidden]:
    """One line for all channels that the same rule closes for the same time."""
    groups: dict[tuple[str, str, datetime | None], list[tuple[Channel, Answer]]] = {}
    for channel, answer in judged:
        if not answer.allowed:
            key = (answer.rule_id, answer.reason_code, answer.next_allowed_at)
            groups.setdefault(key, []).append((channel, answer))
    found = []
    for group in groups.values():
        channel, answer = group[0]
        names = ", ".join(channel_of(one) for one, _answer in group)
        query = urlencode({"channel": channel.value})
        # A hold says by whom or why in its own words; a rule by its source.
        notes = [hold.note for hold in holds if hold.until_at == answer.next_allowed_at]
        found.append(
            Forbidden(
                _("All contact") if len(group) == len(judged) else names,
                reason_text(answer.reason_code),
                answer.citation or next((note for note in notes if note), ""),
                answer.next_allowed_at,
                f"{reverse('web:why_channel', args=[account.public_id])}?{query}",
            )
        )
    return found


def _planned(account: Account, enrolment: Enrolment | None) -> list[Planned]:
    rows = Message.objects.filter(account=account, state=MessageState.PLANNED)
    found = [
        Planned(f"{channel_of(row.channel)} · {purpose_of(row.purpose)}", row.not_before)
        for row in rows.order_by("not_before")[:SHOWN_PLANNED]
    ]
    if enrolment is not None:
        names = enrolment.strategy.names
        language = (get_language() or "en")[:2]
        name = names.get(language) or names.get("en") or enrolment.strategy.code
        note, href = "", ""
        if enrolment.exit_reason:
            note = _("last time not planned: %(reason)s") % {
                "reason": reason_text(enrolment.exit_reason)
            }
            href = _last_refusal(account)
        found.append(Planned(name, enrolment.next_at, note, href))
    return found


def _last_refusal(account: Account) -> str:
    verdict = (
        Verdict.objects.filter(account_id=account.pk, stage="plan", allowed=False)
        .order_by("-decided_at")
        .first()
    )
    return reverse("web:why_verdict", args=[verdict.id]) if verdict else ""
