"""What follows here from events of other rooms."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from acuerdo.cases import evidence
from acuerdo.cases.actions import add_to_packet, create_task
from acuerdo.cases.errors import EvidenceTooMany, EvidenceTypeRefused
from acuerdo.cases.models import Task
from acuerdo.cases.rules import HAND_OFF_DUE, MAIL_BEFORE_CLAIM
from acuerdo.core.actor import SYSTEM
from acuerdo.core.models import Event
from acuerdo.messaging.actions.mails import read_contents
from acuerdo.messaging.models import InboundMail
from acuerdo.portfolio.models import Account, Debtor


def create_hand_off_task(event: Event, *, now: datetime) -> None:
    """A debtor asked for a person (HandOffRequested): one task with what is known so far.

    Where the reason is a case, its task exists: what was known is added to it. While a task of a
    hand-off is open for the debtor, another request adds to that one.
    """
    ids = _ids(event)
    debtor = Debtor.objects.filter(
        pk=ids.get("debtor", 0), creditor_id=event.creditor_id or 0
    ).first()
    if debtor is None:
        return
    reason = str(event.data.get("reason", ""))
    packet = {
        **event.data.get("packet", {}),
        "reason": reason,
        "conversation": ids.get("conversation"),
    }
    open_tasks = Task.objects.filter(debtor=debtor, state="open").order_by("-pk")
    task = open_tasks.filter(case_id=ids["case"]).first() if "case" in ids else None
    task = task or open_tasks.filter(kind="hand_off").first()
    if task is not None:
        add_to_packet(task=task, packet=packet)
        return
    create_task(
        kind="hand_off",
        debtor=debtor,
        account=Account.objects.filter(pk=ids.get("account", 0), debtor=debtor).first(),
        subject=reason,
        packet=packet,
        due_at=now + HAND_OFF_DUE,
        actor=SYSTEM,
        now=now,
        key=f"hand-off:{event.id}",
    )


def scan_evidence(event: Event, *, now: datetime) -> None:
    """Have a receipt scanned (EvidenceAdded). A delivery: a scanner takes its time."""
    evidence.scan_evidence(evidence_id=_ids(event)["evidence"])


def keep_mailed(event: Event, *, now: datetime) -> None:
    """A mail came with files (MailHasFiles), or somebody says that they paid, perhaps in such a
    mail (CaseOpened): its files are receipts of the claim. What cannot be one stays in the mail.
    """
    ids = _ids(event)
    mails = InboundMail.objects.exclude(files=[])
    if "mail" in ids:
        mails = mails.filter(pk=ids["mail"])
    else:
        mails = mails.filter(debtor_id=ids["debtor"], received_at__gt=now - MAIL_BEFORE_CLAIM)
    for mail in mails.order_by("pk"):
        claim = evidence.find_claim(mail.debtor_id) if mail.debtor_id else None
        if claim is None:
            continue
        for content in read_contents(mail):
            with suppress(EvidenceTypeRefused, EvidenceTooMany):
                evidence.add_evidence(case=claim, content=content, actor=SYSTEM, now=now)


def _ids(event: Event) -> dict[str, int]:
    found: dict[str, int] = {}
    for ref in event.refs:
        kind, _separator, number = ref.partition(":")
        if number.isdigit():
            found.setdefault(kind, int(number))
    return found
