"""The dialogue's nouns: facts it may know, acts it may ask for, outcomes, state, decision."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from acuerdo.assistant.commands import Command, ContactField, Frequency
from acuerdo.assistant.dialogue.asked import Answered, AnswerQuestion
from acuerdo.assistant.dialogue.flow import Flow
from acuerdo.assistant.dialogue.values import Due, ReplyPart
from acuerdo.assistant.nlu.contract import Language, QuestionKind
from acuerdo.conversations.proofs import Factor, Thing, VerificationPolicy
from acuerdo.core.money import Money

Level = Literal["none", "claimed", "verified"]
OfferKind = Literal["full", "promise", "plan", "settlement"]
CaseKind = Literal[
    "dispute", "already_paid", "hardship", "complaint", "fraud", "deceased", "wrong_person"
]
Stage = Literal["open", "deceased"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


# --- what is known ---------------------------------------------------------------------------


class AccountFacts(_Frozen):
    """One debt, as far as the debtor may hear of it."""

    ref: str
    product: str
    balance_minor: int
    currency: str
    due_on: date | None = None
    paused: bool = False
    # The next part of the agreement that runs, and how often another may still replace it.
    agreed_next: Due | None = None
    changes_left: int = 0
    # Whether the policy wants to know what comes in and goes out in a month, and does not yet.
    asks_capacity: bool = False
    # Too much for the assistant by the creditor's own rules: a person negotiates.
    for_person: bool = False

    @property
    def balance(self) -> Money:
        return Money(self.balance_minor, self.currency)


class Opening(_Frozen):
    """When people answer again: the day, and from what time ("HH:MM")."""

    on: date
    at: str


class Facts(_Frozen):
    """All that the dialogue may know in this step.

    `accounts` is empty below the level that the balance needs: what is not loaded cannot be told.
    """

    creditor: str
    country: str
    language: Language
    today: date
    level: Level = "none"
    policy: VerificationPolicy = VerificationPolicy()
    # The proof that is wanted next.
    factor: Factor = "document_last4"
    # Where a one-time code went that still holds, as its owner knows it.
    code_place: str = ""
    locked: bool = False
    # The address that speaks, as a name that tells nothing, and whether it asked for silence.
    place: str = ""
    opted_out: bool = False
    owner: Literal["assistant", "agent"] = "assistant"
    # Whether a person has been asked for and has not come yet.
    waiting: bool = False
    digits: int = 4
    accounts: tuple[AccountFacts, ...] = ()
    default_account: str = ""
    flow: Flow = Flow()
    # The person who spoke last with the debtor, where the assistant has said nothing since.
    spoke_with: str = ""
    # Whether so long nothing was said that what was asked is forgotten.
    rested: bool = False
    # When people answer again, where nobody is there now.
    people_back: Opening | None = None
    # The next day on which the debtor is paid, as they told us before.
    pay_day: date | None = None

    @property
    def verified(self) -> bool:
        """Whether who speaks may hear of a debt."""
        return self.allows("balance")

    def allows(self, thing: Thing) -> bool:
        """Whether who speaks has proved enough for that."""
        return self.policy.allows(thing, self.level)


class OfferFacts(_Frozen):
    """An admissible offer as `agreements` made it; `ref` names it when it is accepted."""

    ref: str
    account: str
    kind: OfferKind
    currency: str
    total_minor: int
    discount_minor: int = 0
    # What stays open after it: a promise may be of a part of the debt.
    left_minor: int = 0
    schedule: tuple[Due, ...]
    # The last day on which it may be agreed.
    until: date | None = None

    @property
    def count(self) -> int:
        return len(self.schedule)


# --- acts and outcomes -----------------------------------------------------------------------


class CheckAnswer(_Frozen):
    kind: Literal["check_answer"] = "check_answer"
    characters: str


class SendCode(_Frozen):
    """A one-time code to an address on file; the assistant never sees it."""

    kind: Literal["send_code"] = "send_code"


class Propose(_Frozen):
    """Ask the policy about the debtor's own proposal, or (with no terms) what it offers."""

    kind: Literal["propose"] = "propose"
    account: str
    want: OfferKind | None = None
    count: int | None = None
    first: Decimal | None = None
    each: Decimal | None = None
    amount: Decimal | None = None
    on: date | None = None
    frequency: Frequency | None = None
    percent: Decimal | None = None
    # The day of the second part, where two were named.
    rest_on: date | None = None
    # The smallest parts that may be agreed, whatever their number.
    lowest: bool = False


class Accept(_Frozen):
    kind: Literal["accept"] = "accept"
    offer: str


class Roll(_Frozen):
    """The next part of an agreement on another day: asked first, done once the debtor is `sure`."""

    kind: Literal["roll"] = "roll"
    account: str
    to_on: date
    sure: bool = False


class TellCapacity(_Frozen):
    """Income and expenses of a month, as they were told: then it is looked for what can be kept."""

    kind: Literal["tell_capacity"] = "tell_capacity"
    account: str
    amounts: dict[str, Decimal]


class SendLink(_Frozen):
    """A link to the portal, which asks for the agreement's next part or for all that is owed."""

    kind: Literal["send_link"] = "send_link"
    account: str


class SendForm(_Frozen):
    """A link to the form of income and expenses, where the policy asks for them."""

    kind: Literal["send_form"] = "send_form"
    account: str


class OpenCase(_Frozen):
    kind: Literal["open_case"] = "open_case"
    case: CaseKind
    account: str = ""


class HandOff(_Frozen):
    kind: Literal["hand_off"] = "hand_off"
    reason: str


class CallBack(_Frozen):
    """A person contacts the debtor on a day, at a time ("HH:MM", or "+PT20M"), as asked."""

    kind: Literal["call_back"] = "call_back"
    on: date | None = None
    at: str | None = None


class SaveContact(_Frozen):
    """Another address of the debtor, as given; nothing relies on it until it is checked."""

    kind: Literal["save_contact"] = "save_contact"
    field: ContactField
    value: str


class IssueCode(_Frozen):
    """A code with which the debtor can check on our public page that it is us."""

    kind: Literal["issue_code"] = "issue_code"


class RecordOptOut(_Frozen):
    kind: Literal["record_opt_out"] = "record_opt_out"


Act = Annotated[
    CheckAnswer
    | SendCode
    | Propose
    | Accept
    | Roll
    | TellCapacity
    | SendLink
    | SendForm
    | OpenCase
    | HandOff
    | CallBack
    | SaveContact
    | IssueCode
    | AnswerQuestion
    | RecordOptOut,
    Field(discriminator="kind"),
]


class Done(_Frozen):
    kind: Literal["done"] = "done"


class Verified(_Frozen):
    """The answer to a verification: passed, partly (one proof more is wanted), failed with so many
    tries left, expired (a code), or locked."""

    kind: Literal["verified"] = "verified"
    result: Literal["passed", "partly", "failed", "locked", "unavailable", "expired"]
    tries_left: int = 0


class CodeSent(_Frozen):
    """A one-time code is out; `place` is where it went, as its owner knows it."""

    kind: Literal["code_sent"] = "code_sent"
    place: str


class Proposed(_Frozen):
    """`exact` is what was asked and may be agreed; else the nearest that may, best first.

    `outside`: the codes of what did not fit (`agreements.texts`), the first one being told.
    `final`: nothing better comes, whatever is said. `granted`: a person offered the first of them.
    """

    kind: Literal["proposed"] = "proposed"
    exact: OfferFacts | None = None
    nearest: tuple[OfferFacts, ...] = ()
    outside: tuple[str, ...] = ()
    final: bool = False
    granted: bool = False


class Agreed(_Frozen):
    kind: Literal["agreed"] = "agreed"
    agreement: str
    offer: OfferFacts
    url: str = ""


class Rolled(_Frozen):
    """The next part may come on `to_on` (`done`: it does now); `outside` says why not."""

    kind: Literal["rolled"] = "rolled"
    to_on: date
    amount_minor: int
    currency: str
    done: bool = False
    outside: tuple[str, ...] = ()


class Sustained(_Frozen):
    """What somebody can keep who told what they can pay: plans, or who helps."""

    kind: Literal["sustained"] = "sustained"
    way: Literal["plan", "person", "pause"]
    plans: tuple[OfferFacts, ...] = ()


class Linked(_Frozen):
    kind: Literal["linked"] = "linked"
    url: str
    account: str
    amount_minor: int
    currency: str


class FormLinked(_Frozen):
    """The form of income and expenses waits at this address."""

    kind: Literal["form_linked"] = "form_linked"
    url: str


class Scheduled(_Frozen):
    """When a person will contact the debtor, in the debtor's own time; `at` where one was said."""

    kind: Literal["scheduled"] = "scheduled"
    on: date
    at: str = ""


class CodeIssued(_Frozen):
    """The code, and where it is checked."""

    kind: Literal["code_issued"] = "code_issued"
    code: str
    url: str


class ContactSaved(_Frozen):
    """It is kept; `place` is how its owner knows it."""

    kind: Literal["contact_saved"] = "contact_saved"
    place: str


class Refused(_Frozen):
    """A room below refused the act (`code` of its error); the dialogue goes another way."""

    kind: Literal["refused"] = "refused"
    code: str


Outcome = Annotated[
    Done
    | Verified
    | CodeSent
    | Proposed
    | Agreed
    | Rolled
    | Sustained
    | Linked
    | FormLinked
    | Scheduled
    | CodeIssued
    | ContactSaved
    | Answered
    | Refused,
    Field(discriminator="kind"),
]


# --- state and decision ----------------------------------------------------------------------


class Pending(_Frozen):
    """The one question that is open, and what an answer refers to."""

    kind: QuestionKind
    offer: str = ""
    options: tuple[str, ...] = ()
    account: str = ""
    factor: Factor | None = None
    # What an answer in words of its own would be.
    wants: Literal["contact"] | None = None


class State(_Frozen):
    """All that a conversation's earlier turns left behind. Rebuilt by replay, never stored."""

    language: str = ""
    introduced: bool = False
    pending: Pending | None = None
    parked: tuple[Command, ...] = ()
    account: str = ""
    amount: Decimal | None = None
    on: date | None = None
    # A month's income and expenses, as far as they have been told.
    told: dict[str, Decimal] = Field(default_factory=dict)
    offers: tuple[OfferFacts, ...] = ()
    rejections: int = 0
    failures: int = 0
    asked_verification: int = 0
    abuse: int = 0
    stage: Stage = "open"
    # Places where somebody else answered: they are told nothing, whatever they ask.
    strangers: tuple[str, ...] = ()
    handed_off: str = ""
    told_waiting: bool = False
    agreement: str = ""
    promises: tuple[str, ...] = ()
    said: tuple[ReplyPart, ...] = ()

    def offer(self, ref: str) -> OfferFacts | None:
        return next((offer for offer in self.offers if offer.ref == ref), None)


class Decision(_Frozen):
    """One step: what to do, what to say, and how the state changes.

    `changes` are new values of fields of `State`; applying them in order is the replay.
    """

    acts: tuple[Act, ...] = ()
    says: tuple[ReplyPart, ...] = ()
    changes: dict[str, Any] = Field(default_factory=dict)
    outcomes: tuple[Outcome, ...] = ()


class TurnDecision(_Frozen):
    """What is stored with the debtor's turn: every step of it, and whether we stayed silent."""

    commands: tuple[Command, ...]
    steps: tuple[Decision, ...] = ()
    silent: bool = False


TURN_DECISION: TypeAdapter[TurnDecision] = TypeAdapter(TurnDecision)


def apply(state: State, changes: dict[str, Any]) -> State:
    """The state after `changes` (values of fields, as JSON or as objects)."""
    return State.model_validate({**dict(state), **changes})


def replay(records: list[dict[str, Any] | None]) -> State:
    """The state after these stored decisions, in order.

    `None` stands for a turn of an agent: whatever was pending has been overtaken by a person.
    """
    # A change is the whole new value of a field, so only the last one of each counts: what was
    # said years ago costs no more than reading it.
    values: dict[str, Any] = {}
    for record in records:
        if record is None:
            values |= INTERRUPTED
            continue
        for step in record.get("steps", ()):
            values |= step["changes"]
    return State.model_validate(values)


# After a person has spoken, the assistant starts again from what is known, not from its question.
INTERRUPTED: dict[str, Any] = {
    "pending": None,
    "parked": (),
    "failures": 0,
    "rejections": 0,
    "handed_off": "",
    "told_waiting": False,
}

# After a long silence the question is forgotten and the debtor greeted again; what is known stays.
RESTED: dict[str, Any] = {"pending": None, "parked": (), "failures": 0, "introduced": False}
