"""Talk to a draft with a made-up account: everything is real, and everything is taken back.

The account is imported, the draft leads, policies, gate and books do what they do for a debtor;
then the transaction is rolled back, so that nothing of it was ever there.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction

from acuerdo.assistant.flows.documents import FlowDocument, write_document
from acuerdo.assistant.flows.leading import read_debts
from acuerdo.assistant.flows.scope import Scope
from acuerdo.assistant.models import ConversationFlow
from acuerdo.assistant.talking import talk
from acuerdo.conversations.actions import open_conversation, set_language
from acuerdo.core.actor import SYSTEM, Actor
from acuerdo.core.money import Money
from acuerdo.core.vocabulary import Channel
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.actions import import_intake, open_data
from acuerdo.portfolio.models import Account, Person
from acuerdo.portfolio.rules.mapping import Mapping as ColumnMapping

PROOF: Final = "5678"
"""What the made-up debtor answers to the question who they are."""
MOST_LINES: Final = 30


@dataclass(frozen=True, slots=True)
class MadeUp:
    """The debt of a trial."""

    balance: Money
    dpd: int
    product: str = ""
    segment: str = ""
    language: str = "es"


@dataclass(frozen=True, slots=True)
class Said:
    """One line of a trial and what answered it, with what was understood (kinds of command)."""

    line: str
    answers: list[str]
    buttons: list[str]
    understood: list[str]


@dataclass(slots=True)
class Trial:
    """A whole trial. `fits`: whether the draft is for such a debt; it leads it all the same.
    `handed_off`: the reason, where a person was called."""

    fits: bool = True
    said: list[Said] = field(default_factory=list)
    handed_off: str = ""


def try_flow(
    *, creditor: Creditor, document: FlowDocument, debt: MadeUp, lines: Sequence[str], now: datetime
) -> Trial:
    """Say `lines`, one after the other, to the assistant as the document would lead it. Leaves
    nothing behind."""
    with transaction.atomic():
        trial = _run(creditor, document, debt, lines[:MOST_LINES], now)
        transaction.set_rollback(True)
    return trial


def _run(
    creditor: Creditor, document: FlowDocument, debt: MadeUp, lines: Sequence[str], now: datetime
) -> Trial:
    today = now.astimezone(ZoneInfo(creditor.timezone)).date()
    account = _make(creditor, debt, today, now)
    trial = Trial(fits=document.whom.fits(read_debts([account], today, now)[account.pk]))
    ConversationFlow.objects.filter(creditor=creditor, is_active=True).update(is_active=False)
    ConversationFlow.objects.create(
        creditor=creditor,
        code=document.code,
        version=2**31 - 1,
        document=write_document(document.model_copy(update={"whom": Scope()})),
    )
    debtor = account.debtor
    actor = Actor("debtor", str(debtor.pk), creditor_id=creditor.pk)
    conversation = open_conversation(debtor_id=debtor.pk, actor=actor, now=now)
    set_language(conversation=conversation, language=debt.language, actor=actor, now=now)
    for number, line in enumerate(lines):
        exchange = talk(
            debtor=debtor,
            channel=Channel.CHAT,
            address="trial",
            text=line,
            source="trial",
            key=f"{debtor.public_id}:{number}",
            actor=actor,
            now=now + timedelta(minutes=number),
        )
        trial.said.append(
            Said(
                line=line,
                answers=[turn.text for turn in exchange.answers],
                buttons=[str(one["title"]) for turn in exchange.answers for one in turn.buttons],
                understood=list(exchange.turn.understanding.get("commands", ())),
            )
        )
    conversation.refresh_from_db()
    trial.handed_off = conversation.needs_person_reason
    return trial


def _make(creditor: Creditor, debt: MadeUp, today: date, now: datetime) -> Account:
    """The account, as a file of one row brings it."""
    number = "TRIAL-0001"
    row = {
        "account": number,
        "name": "Alex Ejemplo",
        "country": creditor.country,
        "currency": debt.balance.currency,
        "language": debt.language,
        "product": debt.product or "Crédito",
        "due_date": (today - timedelta(days=debt.dpd)).isoformat(),
        "total": str(debt.balance.to_decimal()),
    }
    text = io.StringIO()
    writer = csv.DictWriter(text, list(row))
    writer.writeheader()
    writer.writerow(row)
    mapping = ColumnMapping()
    intake = open_data("trial.csv", text.getvalue().encode(), mapping)
    import_intake(
        actor=SYSTEM, now=now, creditor=creditor, intake=intake, mapping=mapping, trial=True
    )
    account = Account.objects.select_related("debtor").get(creditor=creditor, number=number)
    account.segment_code = debt.segment
    account.save(update_fields=["segment_code"])
    Person.objects.filter(pk=account.debtor.person_id).update(document_last4=PROOF)
    return account
