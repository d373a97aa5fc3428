"""Into the outbox: drafts of any number, each once by its key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from acuerdo.core.actor import Actor
from acuerdo.core.events import publish
from acuerdo.core.vocabulary import Channel, Purpose
from acuerdo.creditors.models import ProviderAccount
from acuerdo.messaging import events
from acuerdo.messaging.errors import DraftInvalid
from acuerdo.messaging.models import Message, MessageState, Template
from acuerdo.messaging.rules import locale_chain
from acuerdo.portfolio.models import ContactPoint, Debtor
from acuerdo.portfolio.rules import ADDRESS_KINDS

_CHUNK = 2_000
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class MessageDraft:
    """A message somebody wants sent.

    key          unique per creditor; the same key again does nothing
    template     the code of a template, whose locale is chosen by the debtor's language
    body         the text itself, instead of a template: a reply, already guarded
    language     es, pt, en; the debtor's where empty
    address      where to; the debtor's best one of the channel's kind where empty
    facts        facts that only the author knows (name → text), beside the registered ones
    not_before   now where empty; `not_after`: later than this it is withheld, never sent
    discloses    the text tells of the debt (for a `body`; a template is judged by its facts)
    verified     the reader has proven who they are (a reply in a verified conversation)
    secret       a piece of the body that is forgotten here once the message has left (a code)
    """

    creditor_id: int
    debtor_id: int
    channel: str
    purpose: str
    key: str
    account_id: int | None = None
    template: str = ""
    body: str = ""
    subject: str = ""
    buttons: tuple[Mapping[str, str], ...] = ()
    language: str = ""
    contact_point_id: int | None = None
    address: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    not_before: datetime | None = None
    not_after: datetime | None = None
    discloses: bool = False
    verified: bool = False
    secret: str = ""


def queue_messages(*, drafts: Sequence[MessageDraft], actor: Actor, now: datetime) -> list[Message]:
    """Put drafts into the outbox and give back their rows, in the order of the drafts.

    A draft whose (creditor, key) is there already gives the row of the first time, unchanged.
    Where a draft has no usable address or template, its row says so when it is due: nothing is
    dropped here. Raises DraftInvalid for a draft that no code should make.
    """
    if not drafts:
        return []
    for draft in drafts:
        _check(draft)
    debtors = {
        debtor.pk: debtor
        for chunk in _chunks(sorted({draft.debtor_id for draft in drafts}))
        for debtor in Debtor.objects.filter(pk__in=chunk).select_related("creditor")
    }
    points = _best_points(drafts)
    templates = _templates(drafts)
    rows = [_row(draft, debtors, points, templates, actor, now) for draft in drafts]
    for chunk in _chunks(rows):
        Message.objects.bulk_create(chunk, ignore_conflicts=True)
    stored: dict[tuple[int, str], Message] = {}
    for creditor_id in {draft.creditor_id for draft in drafts}:
        keys = [draft.key for draft in drafts if draft.creditor_id == creditor_id]
        for part in _chunks(keys):
            for message in Message.objects.filter(creditor_id=creditor_id, key__in=part):
                stored[creditor_id, message.key] = message
    made = {row.public_id for row in rows}
    for creditor_id in sorted({draft.creditor_id for draft in drafts}):
        new = [
            message
            for (owner, _key), message in stored.items()
            if owner == creditor_id and message.public_id in made
        ]
        if new:
            _tell(creditor_id, new, actor, now)
    return [stored[draft.creditor_id, draft.key] for draft in drafts]


def _tell(creditor_id: int, new: Sequence[Message], actor: Actor, now: datetime) -> None:
    """One event for the set; about the message itself where it is one alone."""
    refs: list[str] = []
    if len(new) == 1:
        refs = [f"message:{new[0].pk}", f"debtor:{new[0].debtor_id}"]
        refs += [f"account:{new[0].account_id}"] if new[0].account_id else []
    publish(
        events.MESSAGE_QUEUED,
        actor=actor,
        now=now,
        creditor_id=creditor_id,
        refs=refs,
        data={"messages": len(new)},
    )


def _check(draft: MessageDraft) -> None:
    if draft.channel not in Channel.__members__.values():
        raise DraftInvalid(key=draft.key, reason=f"channel {draft.channel!r}")
    if draft.purpose not in Purpose.__members__.values():
        raise DraftInvalid(key=draft.key, reason=f"purpose {draft.purpose!r}")
    if not 0 < len(draft.key) <= 200:
        raise DraftInvalid(key=draft.key[:40], reason="key")
    if bool(draft.template) == bool(draft.body):
        raise DraftInvalid(key=draft.key, reason="either a template or a text")
    if draft.not_before and draft.not_after and draft.not_after < draft.not_before:
        raise DraftInvalid(key=draft.key, reason="not_after is before not_before")


def _best_points(drafts: Sequence[MessageDraft]) -> dict[tuple[int, str], ContactPoint]:
    """(debtor, kind) → the valid contact point of the best priority."""
    debtors = sorted({draft.debtor_id for draft in drafts if not draft.address})
    best: dict[tuple[int, str], ContactPoint] = {}
    for chunk in _chunks(debtors):
        for point in ContactPoint.objects.filter(debtor_id__in=chunk, is_valid=True).order_by(
            "priority", "pk"
        ):
            best.setdefault((point.debtor_id, point.kind), point)
    given = {draft.contact_point_id for draft in drafts if draft.contact_point_id}
    for chunk in _chunks(sorted(given)):
        for point in ContactPoint.objects.filter(pk__in=chunk):
            best[-point.pk, ""] = point
    return best


def _templates(
    drafts: Sequence[MessageDraft],
) -> dict[tuple[int, str, str], dict[str, Template]]:
    """(creditor, code, channel) → locale → the active template."""
    found: dict[tuple[int, str, str], dict[str, Template]] = {}
    codes = {draft.template for draft in drafts if draft.template}
    for template in Template.objects.filter(
        creditor_id__in={draft.creditor_id for draft in drafts}, code__in=codes, is_active=True
    ).order_by("version"):
        key = (template.creditor_id, template.code, template.channel)
        found.setdefault(key, {})[template.locale] = template
    return found


def _row(
    draft: MessageDraft,
    debtors: Mapping[int, Debtor],
    points: Mapping[tuple[int, str], ContactPoint],
    templates: Mapping[tuple[int, str, str], Mapping[str, Template]],
    actor: Actor,
    now: datetime,
) -> Message:
    debtor = debtors.get(draft.debtor_id)
    if debtor is None or debtor.creditor_id != draft.creditor_id:
        raise DraftInvalid(key=draft.key, reason=f"debtor {draft.debtor_id}")
    point = None
    if draft.contact_point_id:
        point = points.get((-draft.contact_point_id, ""))
        if point is None or point.debtor_id != draft.debtor_id:
            raise DraftInvalid(key=draft.key, reason="contact point of somebody else")
    elif not draft.address:
        point = points.get((draft.debtor_id, ADDRESS_KINDS.get(draft.channel, "")))
    template = None
    language = draft.language or debtor.language
    if draft.template:
        by_locale = templates.get((draft.creditor_id, draft.template, draft.channel), {})
        usual = (debtor.creditor.language, *debtor.creditor.languages)
        for locale in locale_chain(language, debtor.country, usual):
            if locale in by_locale:
                template = by_locale[locale]
                language = locale[:2]
                break
    context: dict[str, Any] = {}
    if draft.template:
        context["template"] = draft.template
    if draft.facts:
        context["facts"] = dict(draft.facts)
    if draft.discloses:
        context["discloses"] = True
    if draft.verified:
        context["verified"] = True
    if draft.secret:
        context["secret"] = draft.secret
    return Message(
        creditor_id=draft.creditor_id,
        debtor_id=draft.debtor_id,
        account_id=draft.account_id,
        contact_point=point,
        address=draft.address or (point.value if point else ""),
        channel=draft.channel,
        purpose=draft.purpose,
        template=template,
        language=language,
        subject=draft.subject[:200],
        body=draft.body,
        buttons=[dict(button) for button in draft.buttons],
        context=context,
        author=actor.label,
        key=draft.key,
        state=MessageState.PLANNED,
        not_before=draft.not_before or now,
        not_after=draft.not_after,
        queued_at=now,
    )


def _chunks(items: Sequence[_T]) -> list[Sequence[_T]]:
    return [items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK)]


def keep_for_trial(*, message_ids: Sequence[int], accounts: Mapping[str, ProviderAccount]) -> None:
    """Say of queued messages that they belong to a trial run, whose `accounts` (by channel) alone
    may send them. In the transaction that queued them."""
    for start in range(0, len(message_ids), _CHUNK):
        chunk = Message.objects.filter(pk__in=message_ids[start : start + _CHUNK])
        for channel, account in accounts.items():
            chunk.filter(channel=channel).update(provider_account=account)
