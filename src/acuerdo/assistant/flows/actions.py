"""Conversation flows of a creditor: written, tried on the scripted conversations, approved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from acuerdo.agreements.files import Applied
from acuerdo.agreements.versions import (
    approve,
    decline,
    get_place,
    list_active,
    lock,
    needs_two,
    retire,
    save_draft,
    withdraw,
)
from acuerdo.assistant import events
from acuerdo.assistant.dialogue.flow import addresses_in
from acuerdo.assistant.flows.documents import FlowDocument, read_document, write_document
from acuerdo.assistant.flows.errors import AddressNotUsed, FlowUnsafe, FlowUntested, RunUnderWay
from acuerdo.assistant.models import ConversationFlow
from acuerdo.assistant.rehearsal.checking import Report, rehearse
from acuerdo.assistant.understanders import get_understander
from acuerdo.core.actor import Actor
from acuerdo.core.events import publish
from acuerdo.creditors.models import Creditor


def write_flow(
    *,
    creditor: Creditor,
    document: FlowDocument,
    actor: Actor,
    now: datetime,
    note: str = "",
    position: int | None = None,
) -> ConversationFlow:
    """A new version of a flow, or the first of a new one, that waits to be tried and approved.

    What waited before is withdrawn. The version in force is returned where it says the same
    already. `position` decides which of several that fit leads; else it stays. Raises
    AddressNotUsed.
    """
    lock(creditor)
    forms = addresses_in(creditor.country)
    if document.tone.address not in ("country", *forms):
        raise AddressNotUsed(country=creditor.country, forms=", ".join(forms))
    active = ConversationFlow.objects.filter(
        creditor=creditor, code=document.code, is_active=True
    ).first()
    place = position if position is not None else get_place(ConversationFlow, creditor, active)
    withdraw(ConversationFlow, creditor, document.code, now)
    if active and active.position == place and read_document(active.document) == document:
        return active
    row = ConversationFlow(
        creditor=creditor,
        code=document.code,
        position=place,
        document=write_document(document),
    )
    save_draft(row, actor=actor, now=now, note=note)
    _tell(events.FLOW_WRITTEN, row, actor, now)
    return row


def request_test(*, flow: ConversationFlow, actor: Actor, now: datetime) -> ConversationFlow:
    """Run the scripted conversations with a version, in the background. Raises RunUnderWay."""
    row = ConversationFlow.objects.select_for_update().get(pk=flow.pk)
    if row.test_state in ("waiting", "running"):
        raise RunUnderWay()
    row.test_state, row.test_percent, row.test_report = "waiting", 0, {}
    row.save(update_fields=["test_state", "test_percent", "test_report"])
    _tell(events.FLOW_TEST_REQUESTED, row, actor, now)
    return row


def run_test(
    *, flow: ConversationFlow, now: datetime, tell: Callable[[int], None] = lambda _percent: None
) -> ConversationFlow:
    """Run them now, and keep what was found with the version."""
    texts = flow.creditor.settings.get("assistant", {}).get("texts", {})
    report = rehearse(
        read_document(flow.document).to_flow(), get_understander(), overrides=texts, tell=tell
    )
    flow.test_state, flow.test_percent = "passed" if report.is_safe else "failed", 100
    flow.tested_at, flow.test_report = now, report.model_dump(mode="json")
    flow.save(update_fields=["test_state", "test_percent", "tested_at", "test_report"])
    return flow


def approve_flow(*, flow: ConversationFlow, actor: Actor, now: datetime) -> ConversationFlow:
    """Put a version that waits into force: it leads every turn from now on. Raises PolicySettled,
    FourEyes, FlowUntested, and FlowUnsafe where it breaks what has to hold."""
    row = ConversationFlow.objects.get(pk=flow.pk)
    if row.is_waiting and not row.is_tested:
        raise FlowUntested(version=row.version, code=row.code)
    if row.is_waiting and row.test_state != "passed":
        count = Report.model_validate(row.test_report).count("unsafe")
        raise FlowUnsafe(version=row.version, code=row.code, count=count)
    row = approve(row, actor=actor, now=now)
    _tell(events.FLOW_APPROVED, row, actor, now)
    return row


def decline_flow(*, flow: ConversationFlow, actor: Actor, now: datetime) -> ConversationFlow:
    """Do not put a version that waits into force. Raises PolicySettled."""
    row = decline(flow, now=now)
    _tell(events.FLOW_DECLINED, row, actor, now)
    return row


def retire_flow(*, flow: ConversationFlow, actor: Actor, now: datetime) -> ConversationFlow:
    """Take a flow out of force: the next one that fits leads instead. Raises PolicySettled."""
    row = retire(flow, now=now)
    _tell(events.FLOW_RETIRED, row, actor, now)
    return row


def apply_flows(
    *,
    creditor: Creditor,
    documents: Sequence[FlowDocument],
    actor: Actor,
    now: datetime,
    note: str = "",
) -> list[Applied]:
    """Make the flows of a file the creditor's, in the file's order; those that it does not name
    are left alone. Each is run over the scripted conversations first; they wait for approval where
    the creditor wants two persons. Raises AddressNotUsed, FlowUnsafe."""
    applied = []
    for position, document in enumerate(documents):
        row = write_flow(
            creditor=creditor,
            document=document,
            actor=actor,
            now=now,
            note=note,
            position=position,
        )
        outcome = "unchanged" if row.is_active else "waiting"
        if not row.is_active:
            row = run_test(flow=row, now=now)
        if not row.is_active and (row.test_state == "failed" or not needs_two(creditor)):
            row = approve_flow(flow=row, actor=actor, now=now)
            outcome = "active"
        applied.append(Applied(row.code, row.version, outcome))
    return applied


def export_flows(creditor_id: int) -> list[dict[str, Any]]:
    """Those in force as plain values, for a file."""
    return [dict(row.document) for row in list_active(ConversationFlow, creditor_id)]


def _tell(name: str, row: ConversationFlow, actor: Actor, now: datetime) -> None:
    publish(
        name,
        actor=actor,
        now=now,
        creditor_id=row.creditor_id,
        refs=[f"flow:{row.pk}"],
        data={"code": row.code, "version": row.version},
    )
