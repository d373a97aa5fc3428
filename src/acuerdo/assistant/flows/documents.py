"""A conversation flow as a document: what a file says and a page's form sends, checked alike.

What the law or safety asks for has no key here, and a document that tries is told why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Final, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from acuerdo.agreements.files import fault, plain, read_model
from acuerdo.assistant.dialogue.flow import Address, Flow, Lever, Step, Warmth, Words
from acuerdo.assistant.dialogue.guard import check_text
from acuerdo.assistant.dialogue.values import ReplyPart, TextValue
from acuerdo.assistant.flows.hours import People
from acuerdo.assistant.flows.scope import Scope
from acuerdo.assistant.nlu.contract import Language
from acuerdo.messaging.content import Identity, collect_message_facts

# What somebody may want to switch off, and cannot: it is not the flow's to decide.
PROTECTED: Final = frozenset(
    """
    verification verify identification identity opt_out stop unsubscribe deceased dispute disputes
    wrong_person third_party complaint complaints already_paid hardship fraud human person
    disclosure privacy one_question questions_per_message guard floors
    """.split()
)
WORD_FACTS: Final = ("creditor",)
"""The facts that the words of a flow may name: what anybody may read who writes to us."""
LONGEST: Final = 300  # characters of a greeting or a closing

_FIELD = re.compile(r"\{(\w*)\}")
_SAYS_WHAT_IT_IS = re.compile(
    r"asistente virtual|asistente automátic|assistente virtual|assistente automátic"
    r"|virtual assistant|automated assistant|robot|\bbot\b",
    re.I,
)
_ANY_DAY = date(2026, 1, 5)
_SAMPLE = "Xyzzy"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Asks(_Part):
    """What is asked beyond the payment itself."""

    capacity: bool = False
    contact: bool = False


class Tone(_Part):
    """How it speaks: the form of address (Spanish alone), and how warm."""

    address: Address = "country"
    warmth: Warmth = "plain"


class Silence(_Part):
    """What a debtor's silence does: one friendly line after so many minutes, and after so many
    hours the question is forgotten. Left out: nothing."""

    remind_after_minutes: Annotated[int, Field(ge=5, le=1440)] | None = None
    forget_after_hours: Annotated[int, Field(ge=1, le=720)] | None = None


class FlowDocument(_Part):
    """For whom it is, what comes first, how it speaks, and when a person takes over."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    whom: Scope = Scope()
    steps: Annotated[tuple[Step, ...], Field(min_length=1)] = ("inform",)
    levers: tuple[Lever, ...] = ()
    asks: Asks = Asks()
    tone: Tone = Tone()
    words: dict[Language, Words] = {}
    hand_over: Annotated[tuple[Scope, ...], Field(max_length=20)] = ()
    failures: Annotated[int, Field(ge=1, le=3)] = 2
    silence: Silence = Silence()
    people: People | None = None

    @model_validator(mode="before")
    @classmethod
    def _protects(cls, data: Any) -> Any:
        if isinstance(data, Mapping):
            faults = [fault((key,), "protected", data[key]) for key in data if key in PROTECTED]
            if faults:
                raise ValidationError.from_exception_data("FlowDocument", faults)
        return data

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> FlowDocument:
        faults = [
            *self.whom.faults("whom"),
            *self._of_order("steps"),
            *self._of_order("levers"),
            *self._of_rules(),
            *self._of_words(),
        ]
        if self.people is not None and self.people.opens >= self.people.closes:
            faults.append(fault(("people", "closes"), "before_from", self.people.closes))
        if faults:
            raise ValidationError.from_exception_data("FlowDocument", faults)
        return self

    def _of_order(self, name: str) -> Iterator[Any]:
        listed = getattr(self, name)
        for number, one in enumerate(listed):
            if one in listed[:number]:
                yield fault((name, number), "twice", one)

    def _of_rules(self) -> Iterator[Any]:
        for number, rule in enumerate(self.hand_over):
            if rule.is_everybody:
                yield fault(("hand_over", number), "no_condition", None)
            yield from rule.faults("hand_over", number)

    def _of_words(self) -> Iterator[Any]:
        for language, words in self.words.items():
            for name in ("greeting", "closing"):
                text = getattr(words, name)
                code = text and (_fault_of_text(text) or (name == "greeting" and _anonymous(text)))
                if code:
                    yield fault(("words", language, name), code, text)

    def to_flow(self) -> Flow:
        """What the dialogue reads."""
        return Flow(
            steps=self.steps,
            levers=self.levers,
            asks_capacity=self.asks.capacity,
            asks_contact=self.asks.contact,
            address=self.tone.address,
            warmth=self.tone.warmth,
            failures=self.failures,
            remind_after_minutes=self.silence.remind_after_minutes,
            words={str(language): words for language, words in self.words.items()},
        )


def _fault_of_text(text: str) -> str:
    """The code of what may not be said at the beginning or end of a conversation, or ""."""
    if len(text) > LONGEST:
        return "words_too_long"
    if any(name not in WORD_FACTS for name in _FIELD.findall(text)):
        return "unknown_fact"
    said = _FIELD.sub(_SAMPLE, text)
    if "{" in said or "}" in said:
        return "unknown_fact"
    if "?" in said:
        return "asks"
    part = ReplyPart(template="introduction", facts={"creditor": TextValue(value=_SAMPLE)})
    if check_text(said, (part,), country="", today=_ANY_DAY):
        return "states"
    facts = collect_message_facts(text=said, identity=Identity(name=_SAMPLE))
    return "of_a_debt" if facts["discloses_debt"] else ""


def _anonymous(text: str) -> str:
    """A first sentence says who writes, and that it is no person."""
    if "{creditor}" not in text:
        return "no_creditor"
    return "" if _SAYS_WHAT_IT_IS.search(text) else "no_assistant"


def read_document(data: Mapping[str, Any]) -> FlowDocument:
    """A document from plain values. Raises PolicyFaults."""
    return read_model(FlowDocument, data)


def write_document(document: FlowDocument) -> dict[str, Any]:
    """The plain values that `read_document` reads back to the same; what is usual is left out but
    for the steps."""
    shown = document.model_dump(exclude_defaults=True)
    return {key: plain(value) for key, value in {**shown, "steps": document.steps}.items()}


STEPS: Final[tuple[Step, ...]] = get_args(Step)
LEVERS: Final[tuple[Lever, ...]] = get_args(Lever)
