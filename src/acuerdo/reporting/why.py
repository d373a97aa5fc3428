"""Why one contact was not made: the answer, whose rule it was, and what was known at that time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from acuerdo.compliance.models import Consent, ContactAttempt, Hold, OptOut, Verdict
from acuerdo.compliance.packs import get_library
from acuerdo.compliance.queries import (
    fill_request,
    find_rule,
    is_house_rule,
    preview_contacts,
)
from acuerdo.compliance.rules import ContactRequest, PastContact
from acuerdo.compliance.rules import Verdict as Answer
from acuerdo.compliance.rules.pack import Rule
from acuerdo.core.errors import NotFound
from acuerdo.messaging.models import Message, MessageState, MessageStatus
from acuerdo.portfolio.models import Account, Debtor

LAW = "law"
HOUSE = "house"
PRODUCT = "product"

NOW = "now"
"""The stage of a question that a person asks: nothing was planned or withheld."""


@dataclass(frozen=True, slots=True)
class Told:
    """The rule that refused. `text` and `citation` may be empty where no pack knows it any more;
    `pack_name` is in the language that was asked for."""

    rule_id: str
    text: str
    citation: str
    confidence: str
    pack: str
    pack_name: str
    pack_version: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """A contact with the person at this creditor, before the answer. `counted`: it is what the
    rule counts."""

    at: datetime
    channel: str
    direction: str
    outcome: str
    purpose: str
    counted: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What the gate could read then, as the records tell it today.

    `zones` may be the debtor's, all of them. `elsewhere` and `elsewhere_counted` are contacts of
    other creditors with the same person: a number, never a debt. Of a hold of another creditor
    only its existence is told (`foreign_holds`).
    """

    zones: tuple[str, ...] = ()
    contacts: tuple[Spoken, ...] = ()
    elsewhere: int = 0
    elsewhere_counted: int = 0
    holds: tuple[Hold, ...] = ()
    foreign_holds: int = 0
    wishes: tuple[OptOut, ...] = ()
    consents: tuple[Consent, ...] = ()


@dataclass(frozen=True, slots=True)
class Why:
    """One contact that was not made; at the stage `now` one that may be.

    `source` says whose rule it was: the law's, our own caution (house), or none of the gate
    (product): an address that is missing, a debt that is paid. `answer_now` is what the gate says
    at `now` to the same contact, without its text.
    """

    creditor_id: int
    debtor: Debtor
    account: Account | None
    channel: str
    purpose: str
    stage: str
    decided_at: datetime
    reason_code: str
    source: str
    told: Told | None
    next_allowed_at: datetime | None
    message: Message | None
    request: ContactRequest
    answer_now: Answer
    known: Known = field(default_factory=Known)


def explain_refusal(
    *, creditor_ids: Sequence[int], verdict_id: UUID, now: datetime, language: str
) -> Why:
    """Why the gate refused. Raises NotFound where these creditors have no such refusal."""
    verdict = Verdict.objects.filter(
        id=verdict_id, creditor_id__in=creditor_ids, allowed=False
    ).first()
    if verdict is None:
        raise NotFound(what=_("The answer"))
    message = _message_of(verdict)
    return _explain(verdict, message, now, language)


def explain_withheld(
    *, creditor_ids: Sequence[int], public_id: UUID, now: datetime, language: str
) -> Why:
    """Why a message was withheld, by the gate or before it was asked. Raises NotFound."""
    message = (
        Message.objects.filter(
            public_id=public_id, creditor_id__in=creditor_ids, state=MessageState.WITHHELD
        )
        .select_related("debtor__person", "account", "template", "creditor")
        .first()
    )
    if message is None:
        raise NotFound(what=_("The message"))
    verdict = (
        Verdict.objects.filter(
            creditor_id=message.creditor_id,
            debtor_id=message.debtor_id,
            reference=f"message:{message.public_id}",
            allowed=False,
        )
        .order_by("-decided_at")
        .first()
    )
    if verdict is not None:
        return _explain(verdict, message, now, language)
    asked = _request(message)
    request = fill_request(asked, now)
    return Why(
        creditor_id=message.creditor_id,
        debtor=message.debtor,
        account=message.account,
        channel=message.channel,
        purpose=message.purpose,
        stage="deliver",
        decided_at=_withheld_at(message),
        reason_code=message.reason_code,
        source=PRODUCT,
        told=None,
        next_allowed_at=None,
        message=message,
        request=request,
        answer_now=preview_contacts([asked], now)[0],
    )


def explain_channel(
    *,
    creditor_ids: Sequence[int],
    public_id: UUID,
    channel: str,
    purpose: str,
    now: datetime,
    language: str,
) -> Why:
    """Whether the debtor of an account may be contacted by `channel` now, and why (not). Nothing
    is stored. Raises NotFound."""
    account = Account.objects.filter(public_id=public_id, creditor_id__in=creditor_ids).first()
    if account is None:
        raise NotFound(what=_("The account"))
    request = ContactRequest(
        creditor_id=account.creditor_id,
        account_id=account.pk,
        debtor_id=account.debtor_id,
        channel=channel,
        purpose=purpose,
    )
    (answer,) = preview_contacts([request], now)
    asked = Verdict(
        decided_at=now,
        creditor_id=account.creditor_id,
        account_id=account.pk,
        debtor_id=account.debtor_id,
        channel=channel,
        purpose=purpose,
        stage=NOW,
        allowed=answer.allowed,
        reason_code=answer.reason_code,
        rule_id=answer.rule_id,
        citation=answer.citation,
        next_allowed_at=answer.next_allowed_at,
        pack=answer.pack,
        pack_version=answer.pack_version,
    )
    return _explain(asked, None, now, language)


def _explain(verdict: Verdict, message: Message | None, now: datetime, language: str) -> Why:
    debtor = Debtor.objects.select_related("person").filter(pk=verdict.debtor_id).first()
    if debtor is None:
        raise NotFound(what=_("The debtor"))
    account = Account.objects.filter(pk=verdict.account_id or 0).first()
    pack = get_library().packs.get(verdict.pack)
    request = fill_request(
        ContactRequest(
            creditor_id=verdict.creditor_id,
            account_id=verdict.account_id,
            debtor_id=verdict.debtor_id,
            channel=verdict.channel,
            purpose=verdict.purpose,
            reference=verdict.reference,
        ),
        now,
    )
    rule = find_rule(verdict.rule_id, verdict.pack) or _own_rule(verdict.rule_id, request)
    is_house = is_house_rule(verdict.rule_id, verdict.pack, verdict.citation)
    return Why(
        creditor_id=verdict.creditor_id,
        debtor=debtor,
        account=account,
        channel=verdict.channel,
        purpose=verdict.purpose,
        stage=verdict.stage,
        decided_at=verdict.decided_at,
        reason_code=verdict.reason_code,
        source=HOUSE if is_house else LAW,
        told=Told(
            rule_id=verdict.rule_id,
            text=(rule.texts.get(language[:2]) or rule.texts["en"]) if rule else "",
            citation=verdict.citation,
            confidence=rule.confidence if rule else "",
            pack=verdict.pack,
            pack_name=(pack.names.get(language[:2]) or pack.names["en"]) if pack else "",
            pack_version=verdict.pack_version,
        ),
        next_allowed_at=verdict.next_allowed_at,
        message=message,
        request=request,
        answer_now=preview_contacts([request], now)[0],
        known=_known(verdict, debtor, request, rule),
    )


def _own_rule(rule_id: str, request: ContactRequest) -> Rule | None:
    """A rule that the creditor has made for itself."""
    rules = request.policy.rules if request.policy else ()
    return next((rule for rule in rules if rule.id == rule_id), None)


def _known(verdict: Verdict, debtor: Debtor, request: ContactRequest, rule: Rule | None) -> Known:
    at = verdict.decided_at
    contacts, elsewhere = _contacts(verdict, debtor, request, rule)
    holds = list(
        _in_force(
            Hold.objects.filter(
                Q(account_id=verdict.account_id or 0) | Q(debtor=debtor) | Q(person=debtor.person),
                from_at__lte=at,
            ),
            at,
        ).order_by("from_at")
    )
    own = [hold for hold in holds if hold.creditor_id == verdict.creditor_id]
    library = get_library()
    country = request.jurisdiction.partition("-")[0]
    zones = (
        library.zones_for(request.jurisdiction, request.zones) if country in library.packs else ()
    )
    return Known(
        zones=tuple(zone.key for zone in zones),
        contacts=tuple(contacts),
        elsewhere=len(elsewhere),
        elsewhere_counted=sum(elsewhere),
        holds=tuple(own),
        foreign_holds=len(holds) - len(own),
        wishes=tuple(
            OptOut.objects.filter(debtor=debtor, opted_out_at__lte=at)
            .exclude(withdrawn_at__lte=at)
            .order_by("opted_out_at")
        ),
        consents=tuple(
            Consent.objects.filter(debtor=debtor, granted_at__lte=at)
            .exclude(revoked_at__lte=at)
            .order_by("channel", "pk")
        ),
    )


def _in_force(holds: QuerySet[Hold], at: datetime) -> QuerySet[Hold]:
    return holds.exclude(until_at__lte=at).exclude(released_at__lte=at)


def _contacts(
    verdict: Verdict, debtor: Debtor, request: ContactRequest, rule: Rule | None
) -> tuple[list[Spoken], list[bool]]:
    """The contacts with the person that the gate could count, newest first: this creditor's, and
    of each other one whether it is counted."""
    at = verdict.decided_at
    counted = getattr(rule.mechanism, "counted", None) if rule is not None else None
    library = get_library()
    since = at - timedelta(days=library.history_days)
    rows = (
        ContactAttempt.objects.filter(
            Q(occurred_at__gte=since) | Q(purpose__in=library.remembered_purposes),
            person_id=debtor.person_id,
            occurred_at__lte=at,
        )
        .exclude(state="released")
        .order_by("-occurred_at")
    )
    own: list[Spoken] = []
    others: list[bool] = []
    for row in rows:
        if verdict.reference and row.reference == verdict.reference:
            continue
        past = PastContact(
            at=row.occurred_at,
            channel=row.channel,
            outcome=row.outcome,
            direction=row.direction,
            party=row.party,
            purpose=row.purpose,
            debt_id=str(row.account_id or ""),
        )
        counts = bool(counted and counted.counts(request, past))
        if row.creditor_id == verdict.creditor_id:
            own.append(
                Spoken(
                    row.occurred_at, row.channel, row.direction, row.outcome, row.purpose, counts
                )
            )
        else:
            others.append(counts)
    return own, others


def _message_of(verdict: Verdict) -> Message | None:
    kind, _separator, public_id = verdict.reference.partition(":")
    if kind != "message":
        return None
    try:
        wanted = UUID(public_id)
    except ValueError:
        return None
    return (
        Message.objects.filter(creditor_id=verdict.creditor_id, public_id=wanted)
        .select_related("template")
        .first()
    )


def _request(message: Message) -> ContactRequest:
    return ContactRequest(
        creditor_id=message.creditor_id,
        account_id=message.account_id,
        debtor_id=message.debtor_id,
        channel=message.channel,
        purpose=message.purpose,
    )


def _withheld_at(message: Message) -> datetime:
    at = (
        MessageStatus.objects.filter(message_id=message.pk, state=MessageState.WITHHELD)
        .order_by("-at")
        .values_list("at", flat=True)
        .first()
    )
    return at or message.queued_at
