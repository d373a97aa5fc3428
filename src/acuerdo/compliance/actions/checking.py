"""The gate with a database: facts in, verdicts out, every verdict kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal

from uuid_utils.compat import uuid7

from acuerdo.compliance.actions.attempts import require_transaction, reserve_attempts
from acuerdo.compliance.loading import Loaded, load
from acuerdo.compliance.models import Verdict as VerdictRow
from acuerdo.compliance.permits import Permit, grant
from acuerdo.compliance.rules import (
    ContactRequest,
    ContactSet,
    PastContact,
    Verdict,
    check_contact,
    judge_set,
)
from acuerdo.core.actor import Actor
from acuerdo.core.bulk import copy_rows
from acuerdo.core.partitions import ensure_month
from acuerdo.portfolio.models import Debtor, Person

Stage = Literal["plan", "deliver"]

_CHUNK = 10_000
_COLUMNS = (
    "id",
    "decided_at",
    "creditor_id",
    "account_id",
    "debtor_id",
    "person_id",
    "channel",
    "purpose",
    "stage",
    "allowed",
    "reason_code",
    "rule_id",
    "citation",
    "next_allowed_at",
    "pack",
    "pack_version",
    "reference",
)


def check_contacts(
    requests: Sequence[ContactRequest], *, actor: Actor, now: datetime, stage: Stage
) -> list[Verdict]:
    """One verdict per request, in order, each stored with its `id`.

    A request names the creditor, debtor, account (or none), channel and purpose, and what the
    message says; holds, wishes, consents, balances and past contacts are read here.

    At the stage `plan` every request is judged for itself, so that several channels for one
    contact can be compared. At `deliver` the persons are locked, in id order, until the end of
    the transaction, and what an earlier request of the set was allowed counts for a later one of
    the same person: reserve the allowed ones in this transaction (or use `claim_contacts`).
    """
    require_transaction("check_contacts")
    if stage == "deliver":
        _lock_persons(requests)
        loaded = load(requests, now)
        return _store(loaded, _judge_in_turn(loaded, now), now, stage)
    verdicts: list[Verdict] = []
    for start in range(0, len(requests), _CHUNK):
        loaded = load(requests[start : start + _CHUNK], now)
        verdicts += _store(loaded, _judge(loaded, now), now, stage)
    return verdicts


def claim_contacts(
    requests: Sequence[ContactRequest], *, actor: Actor, now: datetime
) -> list[tuple[Verdict, Permit | None]]:
    """Check at the last moment, and reserve each allowed contact under its `reference`: the
    verdicts in order, each allowed one with the permit without which nothing goes out."""
    verdicts = check_contacts(requests, actor=actor, now=now, stage="deliver")
    places = [
        (request, request.reference)
        for request, verdict in zip(requests, verdicts, strict=True)
        if verdict.allowed
    ]
    reserve_attempts(places=places, now=now, actor=actor)
    return [
        (verdict, grant(request, verdict) if verdict.allowed else None)
        for request, verdict in zip(requests, verdicts, strict=True)
    ]


def _lock_persons(requests: Iterable[ContactRequest]) -> None:
    """Nobody else takes a place under these persons' caps until our transaction ends."""
    debtors = {request.debtor_id for request in requests if request.debtor_id is not None}
    persons = Debtor.objects.filter(pk__in=debtors).values("person_id")
    list(
        Person.objects.select_for_update(no_key=True)
        .filter(pk__in=persons)
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def _judge(loaded: Sequence[Loaded], now: datetime) -> list[Verdict]:
    """Every request for itself."""
    contacts = ContactSet.of(
        [one.request for one in loaded],
        [one.history for one in loaded],
    )
    return judge_set(contacts, now).list_verdicts()


def _judge_in_turn(loaded: Sequence[Loaded], now: datetime) -> list[Verdict]:
    """What an earlier request was allowed counts for a later one of the same person."""
    taken: dict[int | None, list[PastContact]] = defaultdict(list)
    verdicts = []
    for one in loaded:
        request = one.request
        verdict = check_contact(request, [*one.history, *taken[request.person_id]], now)
        verdicts.append(verdict)
        if verdict.allowed:
            taken[request.person_id].append(
                PastContact(
                    at=now,
                    channel=request.channel,
                    party=request.party,
                    purpose=request.purpose,
                    debt_id=request.debt_id,
                )
            )
    return verdicts


def _store(
    loaded: Sequence[Loaded], verdicts: Sequence[Verdict], now: datetime, stage: Stage
) -> list[Verdict]:
    """The verdicts with the ids under which they are kept."""
    kept = [replace(verdict, id=uuid7()) for verdict in verdicts]
    if not kept:
        return kept
    table = VerdictRow._meta.db_table
    ensure_month(table, now)
    copy_rows(
        table,
        _COLUMNS,
        (
            (
                verdict.id,
                now,
                one.request.creditor_id or 0,
                one.request.account_id,
                one.request.debtor_id or 0,
                one.request.person_id or 0,
                one.request.channel[:20],
                one.request.purpose[:40],
                stage,
                verdict.allowed,
                verdict.reason_code,
                verdict.rule_id,
                verdict.citation,
                verdict.next_allowed_at,
                verdict.pack,
                verdict.pack_version,
                one.request.reference,
            )
            for one, verdict in zip(loaded, kept, strict=True)
        ),
    )
    return kept
