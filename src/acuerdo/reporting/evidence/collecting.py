"""What is known of a debtor's contacts, as records: each row as the room that owns it keeps it.

Rows are taken whole, so that a column which a room adds later is in the file by itself. Two things
are kept out: columns of bytes, and the key in the address of a portal, because whoever is handed
the file must not enter by it. The digest of the exact text stands beside every text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from cryptography.fernet import InvalidToken
from django.db import connection, transaction
from django.db.models import BinaryField, Model, Q
from django.utils import translation
from django.utils.translation import gettext as _

from acuerdo.compliance.models import (
    Consent,
    ContactAttempt,
    ContactWish,
    Hold,
    OptOut,
    Quarantine,
    Verdict,
)
from acuerdo.compliance.queries import explain_verdict
from acuerdo.conversations.models import Turn
from acuerdo.core.actor import SYSTEM
from acuerdo.core.crypto import decrypt
from acuerdo.core.errors import NotFound
from acuerdo.core.masks import mask_keys
from acuerdo.core.models import Event
from acuerdo.identity.models import User
from acuerdo.ledger.queries import list_balances
from acuerdo.messaging.models import InboundEvent, Message, MessageStatus
from acuerdo.portfolio.models import Account, ContactPoint, Debtor
from acuerdo.reporting.evidence.chain import Draft, digest
from acuerdo.reporting.texts import say_wish
from acuerdo.reporting.timeline import contact, deals, plan
from acuerdo.reporting.timeline.scope import Scope, with_names
from acuerdo.reporting.types import TimelineItem

LANGUAGES = ("es", "pt", "en")

# Of two records at one instant, the kind that stands first here came first.
KINDS = (
    "account",
    "timeline",
    "consent",
    "consent_revoked",
    "opt_out",
    "opt_out_withdrawn",
    "wish",
    "wish_withdrawn",
    "quarantine",
    "quarantine_ended",
    "hold",
    "hold_released",
    "inbound",
    "turn",
    "verdict",
    "message",
    "contact_attempt",
    "message_status",
    "event",
)

# What the timeline tells and no other kind of record does.
_TOLD: tuple[Callable[[Scope], Iterable[TimelineItem]], ...] = (
    plan.list_placements,
    plan.list_scores,
    plan.list_segments,
    plan.list_enrolments,
    plan.list_closings,
    contact.list_events,
    contact.list_links,
    deals.list_offers,
    deals.list_agreements,
    deals.list_payments,
    deals.list_cases,
)

_EVERYTHING = 1_000_000
_USER = re.compile(r"user:(\d+)")
_LARGEST = 2**53 - 1


@dataclass(frozen=True, slots=True)
class Collected:
    """The header of a file and its records in the order in which things happened."""

    header: dict[str, Any]
    drafts: list[Draft]


@dataclass(frozen=True, slots=True)
class _Found:
    """A record with what it is sorted by beside its kind."""

    at: datetime
    kind: str
    body: dict[str, Any]
    order: int = 0


def find_debtor(creditor_ids: Sequence[int], text: str) -> Debtor:
    """The debtor of one of these creditors with this id, public or internal. Raises NotFound."""
    wanted = text.strip()
    rows = Debtor.objects.filter(creditor_id__in=list(creditor_ids))
    if wanted.isascii() and wanted.isdigit() and int(wanted) < 2**63:
        rows = rows.filter(pk=int(wanted))
    elif re.fullmatch(r"[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}", wanted):
        rows = rows.filter(public_id=wanted)
    else:
        rows = rows.none()
    found = rows.first()
    if found is None:
        raise NotFound(what=_("The debtor"))
    return found


def collect(
    *, creditor_ids: Sequence[int], debtor_id: int, made_by: str, language: str = ""
) -> Collected:
    """Everything about the debtor as of one instant. `made_by` labels who asks for it; `language`
    (es, pt, en; the creditor's where empty) is that of the sentences in it.

    Raises NotFound for a debtor of no creditor of `creditor_ids`.
    """
    with _one_instant():
        debtor = (
            Debtor.objects.filter(pk=debtor_id, creditor_id__in=list(creditor_ids))
            .select_related("creditor", "person")
            .first()
        )
        if debtor is None:
            raise NotFound(what=_("The debtor"))
        wanted = language or debtor.creditor.language
        with translation.override(wanted if wanted in LANGUAGES else "en"):
            return _collect(debtor, made_by)


@contextmanager
def _one_instant() -> Iterator[None]:
    """All reads inside see the data as of the first of them: a message that is sent meanwhile is
    not in the file with its sending and without its verdict."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _collect(debtor: Debtor, made_by: str) -> Collected:
    scope = _scope(debtor)
    rows = Verdict.objects.filter(creditor_id=debtor.creditor_id, debtor_id=debtor.pk)
    verdicts = list(rows.order_by("decided_at", "id"))
    found = [
        *_accounts(scope),
        *_timeline(scope),
        *_wishes(scope),
        *_quarantines(scope),
        *_holds(scope),
        *_messages(scope),
        *_said(scope),
        *(
            _Found(row.decided_at, "verdict", _row(row), order)
            for order, row in enumerate(verdicts)
        ),
        *_attempts(scope),
        *_events(scope),
    ]
    found.sort(key=lambda one: (one.at, _rank(one), one.order))
    drafts = [Draft(_instant(one.at), one.kind, one.body) for one in found]
    header = {
        "made_by": made_by,
        "language": scope.language,
        "zone": str(scope.zone),
        "creditor": _creditor(debtor),
        "debtor": _debtor(debtor),
        "contact_points": [
            _row(point, "creditor_id", "debtor_id")
            for point in ContactPoint.objects.filter(debtor=debtor).order_by("kind", "priority")
        ],
        "people": _people([made_by, *(draft.body for draft in drafts)]),
        "rules": _rules(verdicts, scope.language),
    }
    return Collected(header, drafts)


def _rank(one: _Found) -> float:
    """Of two records at one instant, which came first: a message is planned between the two
    questions that the gate is asked about it."""
    rank: float = KINDS.index(one.kind)
    return rank + 1.5 if one.body.get("stage") == "deliver" else rank


def _scope(debtor: Debtor) -> Scope:
    language = translation.get_language() or "en"
    accounts = Account.objects.filter(debtor=debtor, creditor_id=debtor.creditor_id)
    rows = accounts.select_related("creditor", "portfolio", "debtor").order_by("pk")
    usual = language == debtor.language
    return Scope(
        debtor=debtor,
        accounts={account.pk: account for account in rows},
        locale=f"{language}_{debtor.country}" if usual else language,
        zone=ZoneInfo(debtor.timezone or debtor.creditor.timezone),
        per_source=_EVERYTHING,
    )


def _creditor(debtor: Debtor) -> dict[str, Any]:
    names = ("name", "legal_name", "tax_id", "address", "phone", "email", "country", "timezone")
    creditor = debtor.creditor
    return {
        "id": creditor.pk,
        "public_id": str(creditor.public_id),
        **{name: plain(getattr(creditor, name)) for name in names},
    }


def _debtor(debtor: Debtor) -> dict[str, Any]:
    """Who it is about. The document by its last digits: enough to know them by."""
    person = debtor.person
    return {
        **_row(debtor, "creditor_id"),
        "document": {
            "country": person.document_country,
            "type": person.document_type,
            "last4": person.document_last4,
        },
    }


def _rules(verdicts: Iterable[Verdict], language: str) -> dict[str, Any]:
    """The rules that decided, in words: citation and version stand with each verdict."""
    first = {verdict.rule_id: verdict for verdict in verdicts}
    explained = {rule: explain_verdict(verdict, language) for rule, verdict in first.items()}
    return {
        rule: {"text": one.text, "house_default": one.house_default}
        for rule, one in sorted(explained.items())
    }


def _people(values: Iterable[Any]) -> dict[str, str]:
    """The members of staff whom the values name anywhere inside: label → name."""
    ids: set[int] = set()

    def look(value: Any) -> None:
        if isinstance(value, Mapping):
            for item in value.values():
                look(item)
        elif isinstance(value, list):
            for item in value:
                look(item)
        elif isinstance(value, str) and (match := _USER.fullmatch(value)):
            ids.add(int(match[1]))

    for value in values:
        look(value)
    users = User.objects.filter(pk__in=ids).order_by("pk")
    return {f"user:{user.pk}": plain(str(user)) for user in users}


def _accounts(scope: Scope) -> Iterator[_Found]:
    balances = list_balances(scope.account_ids)
    for account in scope.accounts.values():
        balance = balances.get(account.pk)
        owed = {
            "currency": account.currency,
            "total_minor": balance.total_minor if balance else 0,
            "components": {str(part): minor for part, minor in balance.components.items() if minor}
            if balance
            else {},
        }
        body = _row(account, "row_digest", "stated_minor")
        yield _Found(
            account.placed_at,
            "account",
            {**body, "portfolio": account.portfolio.name, "balance": plain(owed)},
        )


def _timeline(scope: Scope) -> Iterator[_Found]:
    for item in with_names([item for source in _TOLD for item in source(scope)]):
        label = item.actor_kind
        body = {
            "item": item.kind,
            "key": item.key,
            "text": item.title,
            "actor": f"{label}:{item.actor_name}" if item.actor_name else label,
            "account_id": item.account_id,
            "said": item.body,
            "details": [[detail.label, detail.value] for detail in item.details],
        }
        yield _Found(item.at, "timeline", plain(body), item.rank)


def _wishes(scope: Scope) -> Iterator[_Found]:
    """What the person authorised and wished, each with its end as a record of its own."""
    own = {"debtor_id": scope.debtor.pk, "creditor_id": scope.debtor.creditor_id}
    for consent in Consent.objects.filter(**own):
        yield _Found(consent.granted_at, "consent", _row(consent), consent.pk)
        if consent.revoked_at is not None:
            body = _some(consent, "consent_id", "channel", "revoked_by", "revoked_why")
            yield _Found(consent.revoked_at, "consent_revoked", body, consent.pk)
    for stop in OptOut.objects.filter(**own):
        yield _Found(stop.opted_out_at, "opt_out", _row(stop), stop.pk)
        if stop.withdrawn_at is not None:
            body = _some(stop, "opt_out_id", "channel", "withdrawn_by", "withdrawn_why")
            yield _Found(stop.withdrawn_at, "opt_out_withdrawn", body, stop.pk)
    for wish in ContactWish.objects.filter(**own):
        words = {"wish": say_wish(wish)}
        yield _Found(wish.wished_at, "wish", {**_row(wish), **words}, wish.pk)
        if wish.withdrawn_at is not None:
            body = _some(wish, "wish_id", "withdrawn_by", "withdrawn_why") | words
            yield _Found(wish.withdrawn_at, "wish_withdrawn", body, wish.pk)


def _quarantines(scope: Scope) -> Iterator[_Found]:
    """Addresses that rested because a wrong person answered there. What another creditor was told
    there made the system rest ours; its case is none of this file."""
    rows = Quarantine.objects.filter(
        debtor_id=scope.debtor.pk, creditor_id=scope.debtor.creditor_id
    ).select_related("contact_point")
    for row in rows:
        address = {"address": row.contact_point.value}
        foreign = ("source",) if row.placed_by == SYSTEM.label else ()
        yield _Found(row.since_at, "quarantine", {**_row(row, *foreign), **address}, row.pk)
        if row.ended_at is not None:
            body = _some(row, "quarantine_id", "outcome", "ended_by", "ended_why") | address
            yield _Found(row.ended_at, "quarantine_ended", body, row.pk)


def _holds(scope: Scope) -> Iterator[_Found]:
    """Holds of this creditor; of one that another placed on the person, only that it was there."""
    rows = Hold.objects.filter(
        Q(account_id__in=scope.account_ids)
        | Q(debtor_id=scope.debtor.pk)
        | Q(person_id=scope.debtor.person_id)
    )
    for hold in rows:
        own = hold.creditor_id == scope.debtor.creditor_id
        spans = {
            "from_at": plain(hold.from_at),
            "until_at": plain(hold.until_at),
            "released_at": plain(hold.released_at),
        }
        body = _row(hold) if own else {"placed_by": "another creditor", **spans}
        yield _Found(hold.from_at, "hold", body, hold.pk)
        if hold.released_at is not None:
            released = _some(hold, "hold_id", "released_by", "released_why") if own else spans
            yield _Found(hold.released_at, "hold_released", released, hold.pk)


def _messages(scope: Scope) -> Iterator[_Found]:
    own = {"debtor_id": scope.debtor.pk, "creditor_id": scope.debtor.creditor_id}
    ids: dict[int, str] = {}
    for message in Message.objects.filter(**own).select_related("template"):
        ids[message.pk] = str(message.public_id)
        body = _with_digest(_row(message, "lease_until"), "body", message.body)
        template = message.template
        if template is not None:
            names = ("code", "version", "locale")
            body["template"] = {name: getattr(template, name) for name in names}
        yield _Found(message.queued_at, "message", body, message.pk)
    # Rows of one instant are kept in the order in which they were written: by their UUIDv7.
    statuses = MessageStatus.objects.filter(message_id__in=list(ids)).order_by("at", "id")
    for order, status in enumerate(statuses):
        body = {**_row(status), "message": ids[status.message_id]}
        yield _Found(status.at, "message_status", body, order)


def _said(scope: Scope) -> Iterator[_Found]:
    """What was said in the conversation, and what came in and was not part of it."""
    turns = Turn.objects.filter(
        conversation__debtor_id=scope.debtor.pk,
        conversation__creditor_id=scope.debtor.creditor_id,
    ).select_related("inbound", "message")
    shown = set()
    for turn in turns:
        # How the assistant thinks is no part of what was said; what it understood is.
        body = _with_digest(_row(turn, "understanding", "decision"), "text", turn.text)
        commands = turn.understanding.get("commands") or []
        body["understood"] = [
            str(one.get("name", "")) if isinstance(one, dict) else str(one) for one in commands
        ]
        body["actor"] = f"user:{turn.author_id}" if turn.author == "agent" else turn.author
        if turn.message is not None:
            body["message"] = str(turn.message.public_id)
        if turn.inbound is not None:
            shown.add(turn.inbound.pk)
            body["inbound"] = _row(turn.inbound)
        yield _Found(turn.occurred_at, "turn", plain(body), turn.sequence)
    texts = InboundEvent.objects.filter(
        debtor_id=scope.debtor.pk, creditor_id=scope.debtor.creditor_id, kind="text"
    )
    for inbound in texts.exclude(pk__in=shown):
        try:
            text: str | None = decrypt(inbound.text_encrypted)
        except InvalidToken:
            text = None  # its master key is no longer listed; that it came is known all the same
        body = _row(inbound)
        body["text"] = plain(text)
        if text:
            body["text_sha256"] = digest(text.encode())
        yield _Found(inbound.received_at, "inbound", body, inbound.pk)


def _attempts(scope: Scope) -> Iterator[_Found]:
    rows = ContactAttempt.objects.filter(
        debtor_id=scope.debtor.pk, creditor_id=scope.debtor.creditor_id
    )
    for row in rows:
        yield _Found(row.occurred_at, "contact_attempt", _row(row), row.pk)


def _events(scope: Scope) -> Iterator[_Found]:
    debtor = scope.debtor
    refs = [
        f"debtor:{debtor.pk}",
        f"person:{debtor.person_id}",
        *(f"account:{pk}" for pk in scope.account_ids),
    ]
    rows = Event.objects.filter(creditor_id=debtor.creditor_id, refs__overlap=refs)
    for order, row in enumerate(rows.order_by("occurred_at", "id")):
        yield _Found(row.occurred_at, "event", _row(row), order)


def _row(instance: Model, *leave_out: str) -> dict[str, Any]:
    """A row with all its columns but those of bytes."""
    return {
        field.attname: plain(getattr(instance, field.attname))
        for field in instance._meta.concrete_fields
        if field.attname not in leave_out and not isinstance(field, BinaryField)
    }


def _some(instance: Model, id_name: str, *names: str) -> dict[str, Any]:
    """The id of a row under a name of its own, and these of its columns."""
    return {id_name: instance.pk, **{name: plain(getattr(instance, name)) for name in names}}


def _with_digest(body: dict[str, Any], name: str, exact: str) -> dict[str, Any]:
    """The digest of the exact text, whose keys are in dots in the record."""
    return {**body, f"{name}_sha256": digest(exact.encode())} if exact else body


def plain(value: Any) -> Any:
    """A value as a record may hold it. No key of a portal address is in it."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) <= _LARGEST else str(value)
    if isinstance(value, str):
        return mask_keys(str(value))
    if isinstance(value, datetime):
        return _instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return mask_keys(str(value))


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
