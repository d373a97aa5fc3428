"""What tests of evidence files share: a debtor with one of each thing that such a file tells."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from deals_kit import agree
from django.db import transaction
from messaging_kit import NOW, accounts, draft, queue

from acuerdo.agreements.actions import seed_policies
from acuerdo.compliance.actions import (
    end_quarantine,
    place_hold,
    quarantine_contact_points,
    record_wish,
    release_hold,
    revoke_consents,
    withdraw_opt_out,
    withdraw_wish,
)
from acuerdo.compliance.models import OptOut, Quarantine
from acuerdo.conversations.actions import append_turn, open_conversation
from acuerdo.core.actor import SYSTEM, Actor
from acuerdo.creditors.models import Creditor
from acuerdo.identity.actions import create_user
from acuerdo.identity.models import User
from acuerdo.messaging.actions import deliver_due, queue_messages, receive_inbound
from acuerdo.messaging.models import Message
from acuerdo.portfolio.models import Account
from acuerdo.reporting.actions import Evidence, export_evidence
from acuerdo.workflow.creditors import open_creditor

HOSTILE = '<script>alert("x")</script> {{ header }} \u202eodnum'
ASKED = "¿Cuánto debo? " + HOSTILE
ANSWER = "Buenos días, le escribe Ana Ruiz de Banco Ejemplo. Con gusto le ayudo."
PHONE = "+573005550001"


@dataclass(frozen=True)
class Past:
    """Whose history it is, and who took part."""

    creditor: Creditor
    account: Account
    agent: User
    neighbour: Creditor


def minutes(count: int) -> Any:
    return NOW + timedelta(minutes=count)


def make_past(creditor: Creditor) -> Past:
    """A message sent, one withheld, a question and its answer, a stop, holds, a deal. The creditor
    must be served by `messaging_kit.peers`. Commits."""
    seed_policies(creditor_id=creditor.pk)
    (account,) = accounts(creditor)
    with transaction.atomic():
        agent = create_user(
            actor=SYSTEM, now=NOW, email="ana@example.com", full_name="Ana Ruiz", password="x" * 14
        )
        neighbour = open_creditor(actor=SYSTEM, now=NOW, name="Caja Vecina", country="CO")
    by_agent = Actor("user", str(agent.pk), creditor.pk, "agent")
    queue(draft(account))
    deliver_due(now=NOW, actor=SYSTEM)
    queue(draft(account, "whatsapp"))
    deliver_due(now=minutes(1), actor=SYSTEM)
    with transaction.atomic():
        conversation = open_conversation(debtor_id=account.debtor_id, actor=SYSTEM, now=minutes(2))
        asked = write(account, ASKED, 2)
        append_turn(
            conversation=conversation, author="debtor", channel="sms", address=PHONE, text=ASKED,
            actor=SYSTEM, now=minutes(2), inbound=asked,
        )  # fmt: skip
        reply = draft(
            account, key="reply", body=ANSWER, purpose="reply_to_debtor_query", address=PHONE
        )
    with transaction.atomic():
        (answer,) = queue_messages(drafts=[reply], actor=by_agent, now=minutes(3))
        append_turn(
            conversation=conversation, author="agent", author_id=str(agent.pk), channel="sms",
            text=ANSWER, actor=by_agent, now=minutes(3), message=answer,
        )  # fmt: skip
    deliver_due(now=minutes(3), actor=SYSTEM)
    agree(account, minutes(4), count=3)
    with transaction.atomic():
        write(account, "BAJA", 5)
        revoke_consents(
            creditor_id=creditor.pk, debtor_id=account.debtor_id, channels=["email"],
            source="call", actor=by_agent, now=minutes(6),
        )  # fmt: skip
        ours = place_hold(
            creditor_id=creditor.pk, account_id=account.pk, reason="dispute", source="letter",
            note="Dice que pagó", actor=by_agent, now=minutes(7),
        )  # fmt: skip
        release_hold(hold=ours, actor=by_agent, now=minutes(8), why="trajo el comprobante")
        place_hold(
            creditor_id=neighbour.pk, person_id=account.debtor.person_id, reason="lawsuit",
            source="court", note="secreto de la vecina", actor=SYSTEM, now=minutes(9),
        )  # fmt: skip
        withdraw_opt_out(opt_out=OptOut.objects.get(), source="call", actor=SYSTEM, now=minutes(10))
        wish = record_wish(
            debtor=account.debtor, kind="requested_hours", from_time=time(9), to_time=time(12),
            source="call", text="Llámenme en la mañana", actor=by_agent, now=minutes(11),
        )  # fmt: skip
        withdraw_wish(wish=wish, source="another call", actor=by_agent, now=minutes(12))
        mail = account.debtor.contact_points.get(kind="email")
        quarantine_contact_points(
            ids=[mail.pk], creditor_id=creditor.pk, source="case:1", actor=by_agent,
            now=minutes(13),
        )  # fmt: skip
        end_quarantine(
            quarantine=Quarantine.objects.get(), outcome="cleared", why="era su hermano",
            actor=by_agent, now=minutes(14),
        )  # fmt: skip
    return Past(creditor, account, agent, neighbour)


def write(account: Account, text: str, after: int) -> Any:
    """The debtor writes an SMS."""
    return receive_inbound(
        source="sandbox:phone", external_id=f"in-{after}", channel="sms", address=PHONE, text=text,
        now=minutes(after), actor=SYSTEM, creditor_id=account.creditor_id,
        debtor_id=account.debtor_id,
    )  # fmt: skip


def export(past: Past, **options: Any) -> Evidence:
    return export_evidence(
        **{
            "creditor_ids": [past.creditor.pk],
            "debtor_id": past.account.debtor_id,
            "actor": SYSTEM,
            "now": minutes(60),
            **options,
        }
    )


def read_json(made: Evidence) -> Any:
    return json.loads(made.files[f"{made.stem}.json"])


def bodies(document: Any, kind: str) -> list[Any]:
    return [one["body"] for one in document["records"] if one["kind"] == kind]


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def sent_message() -> Message:
    return Message.objects.get(key__startswith="first:sms")
