"""What a debtor can mean: a closed list of commands.

A rule, a classifier, a language model or a button only ever produces these. They carry what the
debtor *said*, never what is true or allowed: the dialogue and the rooms below decide that. There
is no command that changes a balance, waives anything or shows instructions, so a message that
asks for it has nothing to become.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

Source = Literal["rule", "nlu", "llm", "button"]
Topic = Literal["balance", "due", "why", "methods", "debt_docs", "who_are_you", "proof", "others"]
Frequency = Literal["weekly", "biweekly", "semimonthly", "monthly"]


class Span(BaseModel):
    """Where in the cleaned text something was found: [start, end)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class Base(BaseModel):
    """What all commands share: who proposed it, how sure, and on which words."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    source: Source = "rule"
    confidence: float = Field(default=1.0, ge=0, le=1)
    span: Span | None = None


class ConfirmIdentity(Base):
    kind: Literal["confirm_identity"] = "confirm_identity"


class DenyIdentity(Base):
    """Somebody else answers: a wrong number, an earlier owner of the phone, or (`knows`) a
    relative or colleague of the person."""

    kind: Literal["deny_identity"] = "deny_identity"
    knows: bool = False


class ReportDeceased(Base):
    kind: Literal["report_deceased"] = "report_deceased"


class GiveDocument(Base):
    """Characters of an identity document, folded to upper case without separators."""

    kind: Literal["give_document"] = "give_document"
    characters: str = Field(min_length=1, max_length=32)


class ProposePayment(Base):
    """A promise: an amount (major units), a date, a share of the debt, each where said.

    `vague`: a time was named that is no day yet ("next week", "when I get paid").
    """

    kind: Literal["propose_payment"] = "propose_payment"
    amount: Decimal | None = None
    on: date | None = None
    fraction: Decimal | None = None
    vague: bool = False


class AskPlan(Base):
    """A wish to pay in parts: how many, how much each, how often, how much first.

    `rest`: the count is that of the parts after the first ("200 on friday, the rest in two");
    `rest_on` the day that was named for it ("and the rest on the 20th").
    `lowest`: whatever has the smallest parts ("what is the least I can pay?").
    """

    kind: Literal["ask_plan"] = "ask_plan"
    count: int | None = Field(default=None, ge=1, le=360)
    each: Decimal | None = None
    first: Decimal | None = None
    frequency: Frequency | None = None
    on: date | None = None
    rest: bool = False
    rest_on: date | None = None
    lowest: bool = False


class AskDiscount(Base):
    kind: Literal["ask_discount"] = "ask_discount"
    percent: Decimal | None = None
    total: Decimal | None = None
    on: date | None = None


class Choose(Base):
    """A pick from a list that was shown: by its number (1 is the first, -1 the last), or by what
    it is like (`by`; the position is then 0)."""

    kind: Literal["choose"] = "choose"
    position: int = 0
    by: Literal["", "longest", "shortest"] = ""


class AcceptOffer(Base):
    kind: Literal["accept_offer"] = "accept_offer"


class RejectOffer(Base):
    kind: Literal["reject_offer"] = "reject_offer"


class CorrectSlot(Base):
    """A bare value that answers or corrects what was asked last: "no, el 15"."""

    kind: Literal["correct_slot"] = "correct_slot"
    amount: Decimal | None = None
    on: date | None = None
    count: int | None = None
    vague: bool = False


class AskInfo(Base):
    """`proof` asks why we ask who speaks, `others` for data of somebody else."""

    kind: Literal["ask_info"] = "ask_info"
    topic: Topic


class AskFaq(Base):
    """A question that the creditor's FAQ answers: `entry` is its public id."""

    kind: Literal["ask_faq"] = "ask_faq"
    entry: str = Field(max_length=36)


class ClaimPaid(Base):
    kind: Literal["claim_paid"] = "claim_paid"
    amount: Decimal | None = None
    on: date | None = None


class Dispute(Base):
    kind: Literal["dispute"] = "dispute"


class Crisis(Base):
    """Speaks of ending their life: nothing else matters then."""

    kind: Literal["crisis"] = "crisis"


class Hardship(Base):
    """A reason that the debtor volunteered; it is never asked for."""

    kind: Literal["hardship"] = "hardship"


class CannotPay(Base):
    """Short of money now ("no puedo", "no me alcanza"), with no reason that calls for a person."""

    kind: Literal["cannot_pay"] = "cannot_pay"


class RefuseToPay(Base):
    kind: Literal["refuse_to_pay"] = "refuse_to_pay"


class RequestLink(Base):
    """Wants to pay now, or a link to do it; the amount where one was said."""

    kind: Literal["request_link"] = "request_link"
    amount: Decimal | None = None


class RequestHuman(Base):
    kind: Literal["request_human"] = "request_human"


class Callback(Base):
    """To be contacted later: the day, and the time ("HH:MM" there, or a delay as "+PT20M")."""

    kind: Literal["callback"] = "callback"
    on: date | None = None
    at: str | None = Field(default=None, max_length=12)


class OptOut(Base):
    kind: Literal["opt_out"] = "opt_out"


ContactField = Literal["phone", "email", "address"]


class UpdateContact(Base):
    """Another phone, e-mail or address, where it was given."""

    kind: Literal["update_contact"] = "update_contact"
    field: ContactField | None = None
    value: str = Field(default="", max_length=200)


class Complaint(Base):
    """A complaint or a legal step, announced or taken."""

    kind: Literal["complaint"] = "complaint"


class ReportFraudFear(Base):
    kind: Literal["report_fraud_fear"] = "report_fraud_fear"


class SwitchLanguage(Base):
    kind: Literal["switch_language"] = "switch_language"
    language: Literal["es", "pt", "en"]


class Affirm(Base):
    kind: Literal["affirm"] = "affirm"


class Negate(Base):
    kind: Literal["negate"] = "negate"


class Repeat(Base):
    kind: Literal["repeat"] = "repeat"


class SmallTalk(Base):
    kind: Literal["small_talk"] = "small_talk"
    about: Literal["greet", "thanks", "bye", "other"] = "other"


class Abuse(Base):
    kind: Literal["abuse"] = "abuse"


class Unknown(Base):
    """Not understood; `question` where something was asked that we have no answer to."""

    kind: Literal["unknown"] = "unknown"
    question: bool = False


Command = Annotated[
    ConfirmIdentity
    | DenyIdentity
    | ReportDeceased
    | GiveDocument
    | ProposePayment
    | AskPlan
    | AskDiscount
    | Choose
    | AcceptOffer
    | RejectOffer
    | CorrectSlot
    | AskInfo
    | AskFaq
    | ClaimPaid
    | Dispute
    | Crisis
    | Hardship
    | CannotPay
    | RefuseToPay
    | RequestLink
    | RequestHuman
    | Callback
    | OptOut
    | UpdateContact
    | Complaint
    | ReportFraudFear
    | SwitchLanguage
    | Affirm
    | Negate
    | Repeat
    | SmallTalk
    | Abuse
    | Unknown,
    Field(discriminator="kind"),
]

COMMAND: TypeAdapter[Command] = TypeAdapter(Command)

# Who goes first when a message means several things. What protects a person comes before what
# collects from one; the social part comes last.
PRIORITY: tuple[str, ...] = (
    "crisis",
    "opt_out",
    "report_deceased",
    "deny_identity",
    "complaint",
    "request_human",
    "dispute",
    "claim_paid",
    "report_fraud_fear",
    "hardship",
    "abuse",
    "give_document",
    "switch_language",
    "accept_offer",
    "reject_offer",
    "choose",
    "ask_plan",
    "propose_payment",
    "ask_discount",
    "request_link",
    "correct_slot",
    "cannot_pay",
    "refuse_to_pay",
    "ask_info",
    "ask_faq",
    "callback",
    "update_contact",
    "confirm_identity",
    "affirm",
    "negate",
    "repeat",
    "small_talk",
    "unknown",
)


def by_priority(commands: tuple[Command, ...]) -> tuple[Command, ...]:
    """The same commands, the one to act on first in front."""
    return tuple(sorted(commands, key=lambda command: PRIORITY.index(command.kind)))
