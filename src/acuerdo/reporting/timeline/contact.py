"""Messages, answers and refusals of the gate: who said what to whom, and what was not said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from django.utils.translation import gettext as _

from acuerdo.compliance.models import Verdict
from acuerdo.compliance.queries import explain_verdict
from acuerdo.conversations.models import Turn
from acuerdo.core.models import Event
from acuerdo.messaging.models import Message, TrackedLink
from acuerdo.portfolio.events import PARTY_ADDED, PARTY_REMOVED
from acuerdo.portfolio.models import Debtor
from acuerdo.reporting.texts import PARTIES, RANKS, channel_of, place_of, reason_text, word_of
from acuerdo.reporting.timeline.scope import Scope, make_item, mask
from acuerdo.reporting.types import TimelineItem, Tone

_EVENTS = {
    "HandOffRequested": "handed_off",
    "ConversationTakenOver": "taken_over",
    "ConversationReleased": "released",
    "VerificationPassed": "verified",
    "VerificationFailed": "verification_failed",
    "ResidenceChanged": "residence_changed",
    "LocationDeclared": "location_declared",
    PARTY_ADDED: "party_added",
    PARTY_REMOVED: "party_removed",
}


def _verdict_details(scope: Scope, verdict: Verdict) -> list[tuple[str, str]]:
    until = verdict.next_allowed_at
    return [
        (_("Explanation"), explain_verdict(verdict, scope.language).text),
        (_("Rule"), verdict.rule_id),
        (_("Source of the rule"), verdict.citation),
        (_("Rules applied"), f"{verdict.pack} {verdict.pack_version}".strip()),
        (_("Allowed again from"), scope.moment(until) if until else ""),
    ]


def list_refusals(scope: Scope) -> Iterator[TimelineItem]:
    """What the gate refused to the planner: once a day for one channel and reason."""
    rows = Verdict.objects.filter(account_id__in=scope.account_ids, stage="plan", allowed=False)
    seen: set[tuple[object, ...]] = set()
    for verdict in rows.order_by("-decided_at")[: scope.per_source * 2]:
        once = (
            verdict.account_id,
            verdict.channel,
            verdict.reason_code,
            verdict.decided_at.astimezone(scope.zone).date(),
        )
        if once in seen:
            continue
        seen.add(once)
        yield make_item(
            "refused",
            verdict.decided_at,
            verdict.id,
            "law",
            account_id=verdict.account_id,
            params={
                "channel": channel_of(verdict.channel),
                "reason": reason_text(verdict.reason_code),
            },
            details=_verdict_details(scope, verdict),
            why=f"verdict:{verdict.id}",
        )


_TONES: dict[str, Tone] = {
    "failed": "warn",
    "unknown": "warn",
    "withheld": "warn",
    "delivered": "good",
    "read": "good",
}


def list_messages(scope: Scope) -> Iterator[TimelineItem]:
    """Every message of the debtor, at its furthest state; those of a conversation are turns."""
    rows = list(
        Message.objects.filter(debtor_id=scope.debtor.pk, turn__isnull=True)
        .select_related("template")
        .order_by("-queued_at")[: scope.per_source]
    )
    references = [f"message:{row.public_id}" for row in rows]
    verdicts = {
        verdict.reference: verdict
        for verdict in Verdict.objects.filter(
            creditor_id=scope.debtor.creditor_id,
            debtor_id=scope.debtor.pk,
            reference__in=references,
        ).order_by("decided_at")
    }
    for row in rows:
        state = "planned" if row.state == "claimed" else row.state
        verdict = verdicts.get(f"message:{row.public_id}")
        reason = row.reason or (reason_text(row.reason_code) if row.reason_code else "")
        template = row.template
        yield make_item(
            f"message_{state}",
            row.sent_at or row.queued_at,
            row.public_id,
            "law" if state == "withheld" else row.author,
            account_id=row.account_id,
            params={"channel": channel_of(row.channel), "reason": reason},
            body="\n\n".join(part for part in (row.subject, row.body) if part),
            details=[
                (_("To"), mask(row.address)),
                (_("Template"), f"{template.code} v{template.version}" if template else ""),
                (_("Planned"), scope.moment(row.queued_at)),
                (_("Sent"), scope.moment(row.sent_at) if row.sent_at else ""),
                (_("Delivered"), scope.moment(row.delivered_at) if row.delivered_at else ""),
                (_("Read"), scope.moment(row.read_at) if row.read_at else ""),
                *(_verdict_details(scope, verdict) if verdict else []),
            ],
            tone=_TONES.get(state, "plain"),
            why=_why(row),
        )


def list_turns(scope: Scope) -> Iterator[TimelineItem]:
    rows = (
        Turn.objects.filter(conversation__debtor_id=scope.debtor.pk)
        .select_related("message")
        .order_by("-sequence")[: scope.per_source]
    )
    for turn in rows:
        message = turn.message
        commands = turn.understanding.get("commands") if turn.understanding else None
        understood = ", ".join(
            str(item.get("name", item)) if isinstance(item, dict) else str(item)
            for item in commands or ()
        )
        label = f"user:{turn.author_id}" if turn.author == "agent" else turn.author
        # All turns of one instant keep their order, whoever spoke.
        item = make_item(
            f"said_{turn.author}",
            turn.occurred_at,
            turn.pk,
            label,
            params={"channel": channel_of(turn.channel), "name": turn.author_id},
            body=turn.text,
            details=[
                (_("Understood"), understood),
                (_("Delivery"), _message_state(message) if message else ""),
            ],
            why=_why(message) if message else "",
        )
        yield replace(item, rank=RANKS["said_debtor"] * 1000 + min(turn.sequence, 900))


def _why(message: Message) -> str:
    return f"message:{message.public_id}" if message.state == "withheld" else ""


def _message_state(message: Message) -> str:
    return str(message.get_state_display())


def list_events(scope: Scope) -> Iterator[TimelineItem]:
    """What leaves no row of its own: who took over, who proved who they are."""
    refs = [f"debtor:{scope.debtor.pk}", *(f"account:{pk}" for pk in scope.account_ids)]
    rows = Event.objects.filter(
        creditor_id=scope.debtor.creditor_id, name__in=list(_EVENTS), refs__overlap=refs
    )
    events = list(rows.order_by("-occurred_at")[: scope.per_source])
    parties = _name_parties(events)
    for event in events:
        actor = event.actor
        kind = _EVENTS[event.name]
        if kind == "location_declared" and not event.data.get("country"):
            kind = "location_ended"
        yield make_item(
            kind,
            event.occurred_at,
            event.id,
            actor,
            params={
                "name": actor.partition(":")[2],
                "reason": word_of(str(event.data.get("reason", ""))),
                "who": parties.get(event.pk, ""),
                "role": str(PARTIES.get(str(event.data.get("role")), "")),
                "place": place_of(
                    str(event.data.get("country", "")), str(event.data.get("subdivision", ""))
                ),
            },
            tone="good" if event.name == "VerificationPassed" else "plain",
        )


def _name_parties(events: Iterable[Event]) -> dict[object, str]:
    """Who was added to an account or taken off it, by event."""
    ids = {
        event.pk: int(ref.partition(":")[2])
        for event in events
        if event.name in (PARTY_ADDED, PARTY_REMOVED)
        for ref in event.refs
        if ref.startswith("debtor:")
    }
    names = dict(Debtor.objects.filter(pk__in=ids.values()).values_list("pk", "name"))
    return {event: names[debtor] for event, debtor in ids.items() if debtor in names}


def list_links(scope: Scope) -> Iterator[TimelineItem]:
    rows = TrackedLink.objects.filter(debtor_id=scope.debtor.pk, first_opened_at__isnull=False)
    for link in rows.order_by("-first_opened_at")[: scope.per_source]:
        if link.first_opened_at is not None:
            yield make_item(
                "link_opened",
                link.first_opened_at,
                link.pk,
                "debtor",
                account_id=link.account_id,
                details=[(_("Times"), str(link.opened_count))],
                tone="good",
            )
