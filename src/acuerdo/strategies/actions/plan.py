"""The planner: every account of a creditor one step further, as sets.

In this order: who is done leaves, who belongs to a strategy enters, who must be left alone stands
still, and who is due is contacted, one message per debtor, in the first channel of its step that
the gate allows. The statements are few and do not grow with the number of accounts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from acuerdo.agreements.models import Instalment
from acuerdo.agreements.queries import list_instalments_due
from acuerdo.core.actor import Actor
from acuerdo.core.bulk import copy_rows, staging
from acuerdo.core.events import publish
from acuerdo.core.vocabulary import Purpose
from acuerdo.creditors.models import Creditor
from acuerdo.messaging.actions import MessageDraft, queue_messages
from acuerdo.messaging.models import Message
from acuerdo.scoring.typical import typical_minor
from acuerdo.strategies import rules
from acuerdo.strategies.actions import statements
from acuerdo.strategies.events import CONTACTS_PLANNED
from acuerdo.strategies.gate import Contact, list_reaches, make_gate
from acuerdo.strategies.models import Step
from acuerdo.strategies.rules import Candidate, Move, Outcome, StepSpec

# Nobody who has just written to us is written to by a plan.
_AFTER_INBOUND = timedelta(hours=24)
# Who moves from one strategy to another is not written to again at once.
_BETWEEN_STRATEGIES = timedelta(days=3)


@dataclass(slots=True)
class PlanReport:
    """What a planning did. `queued` counts by channel, `refused` by the gate's reason; a refused
    contact is a person whom no channel may reach now, and who waits."""

    enrolled: int = 0
    left: int = 0
    paused: int = 0
    resumed: int = 0
    reminders: int = 0
    queued: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    message_ids: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Due:
    """An enrolment whose time has come."""

    enrolment_id: int
    strategy_id: int
    position: int
    round: int
    account_id: int
    debtor_id: int
    dpd: int
    relative_balance: float
    quiet_until: datetime | None


@dataclass(slots=True)
class _Change:
    """Where an enrolment stands after this planning."""

    enrolment_id: int
    position: int
    round: int
    state: str
    next_at: datetime | None
    exited_at: datetime | None
    exit_reason: str
    ways_known: int = 0


@dataclass(frozen=True, slots=True)
class _Wish:
    """One message that somebody should get: the accounts it speaks for, the first one leading."""

    contact: Contact
    spec: StepSpec
    key: str
    followers: tuple[tuple[_Due, Sequence[StepSpec]], ...] = ()


def plan(*, creditor_id: int, actor: Actor, now: datetime) -> PlanReport:
    """Plan the contacts of a creditor that are due at `now`. The same again plans nothing more.

    One `ContactsPlanned` event tells the counts. Two plannings of one creditor wait for each
    other.
    """
    report = PlanReport()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('strategies.plan'), %s)", [creditor_id]
        )
    on = now.astimezone(ZoneInfo(Creditor.objects.get(pk=creditor_id).timezone)).date()
    values: dict[str, Any] = {"creditor": creditor_id, "now": now, "gap": _BETWEEN_STRATEGIES}
    report.left = _execute(statements.LEAVE, values)
    report.enrolled = _execute(statements.ENROL, values)
    report.paused = _execute(statements.PAUSE, values)
    report.resumed = _execute(statements.RESUME, values)
    _execute(statements.WAKE, values)

    due = _list_due(creditor_id, now)
    steps = _list_steps({item.strategy_id for item in due})
    changes: dict[int, _Change] = {}
    speaking: list[_Due] = []
    for item in due:
        if item.quiet_until is not None and item.quiet_until > now:
            wait = Move("wait", item.position, until=item.quiet_until)
            changes[item.enrolment_id] = _changed(item, wait, now)
            continue
        move = rules.advance(item.position, steps[item.strategy_id], now)
        if move.kind == "contact":
            speaking.append(item)
        else:
            changes[item.enrolment_id] = _changed(item, move, now)

    wishes = _list_reminders(creditor_id, on)
    report.reminders = len(wishes)
    taken = {wish.contact.debtor_id for wish in wishes}
    for item in speaking:
        if item.debtor_id in taken:
            wait = Move("wait", item.position, until=now + timedelta(days=1))
            changes[item.enrolment_id] = _changed(item, wait, now)
    wishes += _list_wishes([item for item in speaking if item.debtor_id not in taken], steps)

    outcomes, ways = _ask(wishes, creditor_id, actor, now)
    _queue(wishes, outcomes, creditor_id, actor, now, report)
    for number, wish in enumerate(wishes):
        for item, walk in wish.followers:
            changes[item.enrolment_id] = _after(item, walk, outcomes[number], ways[number], now)
    _store(changes.values())
    _tell(report, creditor_id, actor, now)
    return report


def _changed(item: _Due, move: Move, now: datetime) -> _Change:
    if move.kind == "leave":
        return _Change(item.enrolment_id, move.position, item.round, "done", None, now, move.reason)
    return _Change(item.enrolment_id, move.position, item.round, "active", move.until, None, "")


def _after(
    item: _Due, walk: Sequence[StepSpec], outcome: Outcome, ways: int, now: datetime
) -> _Change:
    """Where an enrolment stands after its message was queued, or refused on all its channels."""
    if outcome.route is not None:
        return _changed(item, rules.after_contact(item.position, walk, now), now)
    change = _changed(item, Move("wait", item.position, until=rules.retry_at(outcome, now)), now)
    change.round += 1
    change.exit_reason, change.ways_known = outcome.reason_code, ways
    return change


def _list_wishes(speaking: Sequence[_Due], steps: Mapping[int, Sequence[StepSpec]]) -> list[_Wish]:
    """One message per debtor, for all of the debtor's accounts that are at a message."""
    items = {item.enrolment_id: item for item in speaking}
    leads = rules.choose_leads(
        Candidate(
            item.enrolment_id, item.account_id, item.debtor_id, item.dpd, item.relative_balance
        )
        for item in speaking
    )
    wishes = []
    for group in leads.values():
        members = [items[candidate.enrolment_id] for candidate in group]
        lead = members[0]
        spec = steps[lead.strategy_id][lead.position]
        wishes.append(
            _Wish(
                Contact(lead.debtor_id, lead.account_id, spec.purpose),
                spec,
                f"enrolment:{lead.enrolment_id}:step:{lead.position}:{lead.round}",
                tuple((member, steps[member.strategy_id]) for member in members),
            )
        )
    return wishes


def _list_reminders(creditor_id: int, on: date) -> list[_Wish]:
    """Instalments that fall due soon and whose reminder has not been queued yet."""
    wishes: dict[int, _Wish] = {}
    last = on + timedelta(days=max(rules.REMINDER_DAYS))
    for instalment in list_instalments_due(on, creditor_id=creditor_id, until=last):
        account = instalment.agreement.account
        account_id, debtor_id = account.pk, account.debtor_id
        reminder = rules.choose_reminder((instalment.due_on - on).days)
        if reminder is None or debtor_id in wishes:
            continue
        spec = StepSpec(
            "message",
            channels=rules.REMINDER_CHANNELS,
            template=rules.REMINDER_TEMPLATE,
            purpose=Purpose.PREVENTIVE_REMINDER,
        )
        wishes[debtor_id] = _Wish(
            Contact(debtor_id, account_id, spec.purpose),
            spec,
            _reminder_key(instalment, reminder),
        )
    sent = set(
        Message.objects.filter(
            creditor_id=creditor_id, key__in=[wish.key for wish in wishes.values()]
        ).values_list("key", flat=True)
    )
    return [wish for wish in wishes.values() if wish.key not in sent]


def _reminder_key(instalment: Instalment, reminder: int) -> str:
    """A date that was moved is reminded of anew."""
    moved = f":{instalment.rolls}" if instalment.rolls else ""
    return f"instalment:{instalment.pk}:reminder:{reminder}{moved}"


def _ask(
    wishes: Sequence[_Wish], creditor_id: int, actor: Actor, now: datetime
) -> tuple[dict[int, Outcome], list[int]]:
    """Number of the wish → how it ends; and how many ways there are to reach each."""
    if not wishes:
        return {}, []
    contacts = [wish.contact for wish in wishes]
    reaches = list_reaches(
        contacts, [wish.spec.channels for wish in wishes], creditor_id=creditor_id
    )
    outcomes = rules.settle_routes(
        {number: reach.routes for number, reach in enumerate(reaches)},
        make_gate(contacts, creditor_id=creditor_id, actor=actor, now=now),
    )
    return outcomes, [reach.ways for reach in reaches]


def _queue(
    wishes: Sequence[_Wish],
    outcomes: Mapping[int, Outcome],
    creditor_id: int,
    actor: Actor,
    now: datetime,
    report: PlanReport,
) -> None:
    drafts = []
    for number, wish in enumerate(wishes):
        outcome = outcomes[number]
        if outcome.route is None:
            report.refused[outcome.reason_code] += 1
            continue
        report.queued[outcome.route.channel.value] += 1
        drafts.append(
            MessageDraft(
                creditor_id=creditor_id,
                debtor_id=wish.contact.debtor_id,
                account_id=wish.contact.account_id,
                channel=outcome.route.channel.value,
                purpose=wish.spec.purpose.value,
                template=wish.spec.template,
                key=wish.key,
                contact_point_id=outcome.route.contact_point_id,
                not_after=now + rules.MESSAGE_LIFE,
            )
        )
    messages = queue_messages(drafts=drafts, actor=actor, now=now)
    report.message_ids = [message.pk for message in messages]


def _tell(report: PlanReport, creditor_id: int, actor: Actor, now: datetime) -> None:
    if not (report.queued or report.refused or report.enrolled or report.left):
        return
    publish(
        CONTACTS_PLANNED,
        actor=actor,
        now=now,
        creditor_id=creditor_id,
        data={
            "enrolled": report.enrolled,
            "left": report.left,
            "paused": report.paused,
            "resumed": report.resumed,
            "queued": dict(report.queued),
            "refused": dict(report.refused),
        },
    )


def _execute(sql: str, values: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)


def _list_due(creditor_id: int, now: datetime) -> list[_Due]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(as_of_on) FROM portfolio_accountsnapshot"
            " WHERE creditor_id = %s AND as_of_on BETWEEN %s::date - 40 AND %s::date + 1",
            [creditor_id, now, now],
        )
        on = cursor.fetchone()[0] or now.date()
        values: dict[str, Any] = {
            "creditor": creditor_id,
            "now": now,
            "on": on,
            "quiet": _AFTER_INBOUND,
        }
        cursor.execute(statements.DUE, values)
        rows = cursor.fetchall()
    return [
        _Due(
            enrolment_id=row[0],
            strategy_id=row[1],
            position=row[2],
            round=row[3],
            account_id=row[4],
            debtor_id=row[5],
            dpd=row[6],
            relative_balance=_relative(row[7], row[8]),
            quiet_until=row[9],
        )
        for row in rows
    ]


def _relative(total_minor: int, currency: str) -> float:
    usual = typical_minor(currency)
    return total_minor / usual if usual else 0.0


def _list_steps(strategy_ids: Iterable[int]) -> dict[int, list[StepSpec]]:
    steps: dict[int, list[StepSpec]] = {strategy_id: [] for strategy_id in strategy_ids}
    for step in Step.objects.filter(strategy_id__in=steps).order_by("strategy_id", "position"):
        steps[step.strategy_id].append(rules.parse_step(step.kind, step.config))
    return steps


_CHANGES = {
    "id": "bigint",
    "step_position": "smallint",
    "round": "integer",
    "state": "text",
    "next_at": "timestamptz",
    "exited_at": "timestamptz",
    "exit_reason": "text",
    "ways_known": "integer",
}


def _store(changes: Iterable[_Change]) -> None:
    rows = [
        (
            change.enrolment_id,
            change.position,
            change.round,
            change.state,
            change.next_at,
            change.exited_at,
            change.exit_reason,
            change.ways_known,
        )
        for change in changes
    ]
    if not rows:
        return
    sets = ", ".join(f"{name} = staged.{name}" for name in _CHANGES if name != "id")
    with staging("strategies_changes", _CHANGES) as staged, connection.cursor() as cursor:
        copy_rows(staged, tuple(_CHANGES), rows)
        cursor.execute(
            f"UPDATE strategies_enrolment AS enrolment SET {sets} FROM {staged} AS staged"
            " WHERE enrolment.id = staged.id"
        )
