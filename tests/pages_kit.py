"""What tests of the pages share: a creditor with one of each thing that a page can show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from deals_kit import NOW, agree, cop, make_account, make_creditor, pay
from django.db import transaction
from django.test import Client
from receipts_kit import PNG
from small_portfolio import place, row

from acuerdo.agreements.models import OfferPolicy
from acuerdo.assistant.faq.actions import write_entry
from acuerdo.assistant.faq.documents import read_entry
from acuerdo.assistant.flows.actions import write_flow
from acuerdo.assistant.flows.documents import read_document
from acuerdo.assistant.models import ConversationFlow, FaqEntry, UnclearMessage
from acuerdo.cases.actions import open_case
from acuerdo.cases.evidence import add_evidence
from acuerdo.cases.models import Evidence, Task
from acuerdo.compliance.actions import check_contacts
from acuerdo.compliance.rules import ContactRequest
from acuerdo.conversations.actions import append_turn, open_conversation
from acuerdo.conversations.models import Conversation, Turn
from acuerdo.core.actor import SYSTEM
from acuerdo.creditors.models import Creditor
from acuerdo.identity.actions import create_user, grant_role
from acuerdo.identity.models import User
from acuerdo.messaging.actions import create_link
from acuerdo.messaging.models import Message, TrackedLink
from acuerdo.payments.models import Payment, PaymentRequest
from acuerdo.portfolio.actions import propose_duplicates, store_upload
from acuerdo.portfolio.models import Account, DebtorPair, ImportRun, Upload

PASSWORD = "a-long-word-for-tests-1"
ROLES = ("manager", "agent", "administrator")


@dataclass(frozen=True)
class Named:
    """What an address names by this id."""

    public_id: UUID


@dataclass(frozen=True)
class Side:
    """One creditor and one of each thing it has."""

    creditor: Creditor
    account: Account
    conversation: Conversation
    task: Task
    evidence: Evidence
    run: ImportRun
    upload: Upload
    link: TrackedLink
    payment: Payment
    request: PaymentRequest
    verdict: Named
    withheld: Message
    unclear: UnclearMessage
    policy: OfferPolicy
    flow: ConversationFlow
    faq: FaqEntry
    pair: DebtorPair
    users: dict[str, User]

    @property
    def secrets(self) -> tuple[str, ...]:
        """Words that nobody of another creditor may ever read."""
        return (
            self.account.debtor.name,
            self.account.number,
            self.creditor.name,
            f"palabras de {self.creditor.name}",
        )


def make_user(email: str, creditor: Creditor | None = None, role: str = "") -> User:
    with transaction.atomic():
        user = create_user(
            actor=SYSTEM, now=NOW, email=email, full_name=email.split("@")[0], password=PASSWORD
        )
        if creditor is not None:
            grant_role(actor=SYSTEM, now=NOW, user=user, creditor=creditor, role=role)
    return user


def make_link(account: Account) -> TrackedLink:
    with transaction.atomic():
        return create_link(
            creditor_id=account.creditor_id,
            debtor_id=account.debtor_id,
            account_id=account.pk,
            channel="whatsapp",
            address="+573005550001",
            now=NOW,
        )


def refuse(account: Account, channel: str = "call") -> UUID:
    """A contact that the planner asked for and the gate refused: its verdict's id."""
    with transaction.atomic():
        (verdict,) = check_contacts(
            [
                ContactRequest(
                    creditor_id=account.creditor_id,
                    account_id=account.pk,
                    debtor_id=account.debtor_id,
                    channel=channel,
                    purpose="collection",
                )
            ],
            actor=SYSTEM,
            now=NOW,
            stage="plan",
        )
    assert not verdict.allowed
    assert verdict.id is not None
    return verdict.id


def withhold(account: Account, reason_code: str, key: str = "withheld") -> Message:
    """A message of the outbox that was withheld before any rule was asked."""
    return Message.objects.create(
        creditor=account.creditor,
        debtor=account.debtor,
        account=account,
        address="+573005550001",
        channel="sms",
        purpose="collection",
        language="es",
        body=f"palabras de {account.creditor.name}",
        key=f"{key}:{account.pk}",
        state="withheld",
        reason_code=reason_code,
        not_before=NOW,
        queued_at=NOW,
    )


def put_up(turn: Turn, text: str = "") -> UnclearMessage:
    """A turn that the assistant did not surely understand, waiting for a label."""
    said = text or turn.text
    return UnclearMessage.objects.create(
        creditor=turn.conversation.creditor,
        turn=turn,
        text=said,
        fingerprint=f"{turn.pk}:{said}"[:64],
        language="es",
        country="CO",
        channel="whatsapp",
        reason="not_sure",
        top3=["send_link", "hardship", "ask_human"],
        confidence=0.42,
        noticed_at=NOW,
        last_at=NOW,
    )


def answer_question(creditor: Creditor) -> FaqEntry:
    """An entry of the FAQ, in words of this creditor alone."""
    document = read_entry(
        {
            "code": "offices",
            "questions": {"es": [f"palabras de {creditor.name}"]},
            "answers": {"es": "Somos {{ creditor.name }}."},
        }
    )
    with transaction.atomic():
        return write_entry(creditor=creditor, document=document, actor=SYSTEM, now=NOW)


def make_pair(account: Account) -> DebtorPair:
    """The account's debtor and somebody of that name and phone without a document."""
    like = row(f"{account.number}-9", name=account.debtor.name, document="")
    phone = account.debtor.contact_points.get(kind="phone").value
    place(account.creditor, [{**like, "phone": phone, "email": ""}])
    with transaction.atomic():
        propose_duplicates(creditor_id=account.creditor_id, actor=SYSTEM, now=NOW)
    return DebtorPair.objects.get(creditor=account.creditor)


def bring(creditor: Creditor, name: str, text: str | bytes) -> Upload:
    """A file that was uploaded and not imported yet."""
    data = text.encode() if isinstance(text, str) else text
    with transaction.atomic():
        return store_upload(actor=SYSTEM, now=NOW, creditor=creditor, name=name, data=data)


def write_usual_flow(creditor: Creditor, code: str, **changes: Any) -> ConversationFlow:
    """A flow that waits."""
    document = read_document({"code": code, **changes})
    with transaction.atomic():
        return write_flow(creditor=creditor, document=document, actor=SYSTEM, now=NOW)


def make_side(name: str, number: str) -> Side:
    creditor = make_creditor(name)
    account = make_account(creditor, number, name=f"Persona de {name}")
    agree(account, count=3)
    request = pay(account, cop(100_000))
    with transaction.atomic():
        conversation = open_conversation(debtor_id=account.debtor_id, actor=SYSTEM, now=NOW)
        turn = append_turn(
            conversation=conversation,
            author="debtor",
            channel="whatsapp",
            address="+573005550001",
            text=f"palabras de {name}",
            actor=SYSTEM,
            now=NOW,
        )
        case = open_case(
            kind="already_paid",
            debtor=account.debtor,
            account=account,
            reason=f"palabras de {name}",
            actor=SYSTEM,
            now=NOW,
            key=str(uuid4()),
        )
        evidence = add_evidence(case=case, content=PNG, actor=SYSTEM, now=NOW)
    return Side(
        creditor=creditor,
        account=account,
        conversation=Conversation.objects.get(pk=conversation.pk),
        task=Task.objects.get(case=case),
        evidence=evidence,
        run=ImportRun.objects.get(creditor=creditor),
        upload=bring(
            creditor, f"cartera de {name}.csv", f"cuenta,saldo,dias_mora\n{number},5.5,3\n"
        ),
        link=make_link(account),
        payment=Payment.objects.get(request=request),
        request=request,
        verdict=Named(refuse(account)),
        withheld=withhold(account, "no_address"),
        unclear=put_up(turn),
        policy=OfferPolicy.objects.get(creditor=creditor, code="late"),
        flow=write_usual_flow(creditor, f"flow_of_{creditor.pk}"),
        faq=answer_question(creditor),
        pair=make_pair(account),
        users={
            role: make_user(f"{role}.{creditor.pk}@example.com", creditor, role) for role in ROLES
        },
    )


def login(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client
