"""The rules-only understander: exact, explainable, with no model to load.

It matches the lexicon, reads the entities, and joins both into commands. What it does not know
it calls Unknown: the dialogue then asks again, and a person takes over after the second time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from acuerdo.assistant.commands import (
    Abuse,
    AcceptOffer,
    Affirm,
    AskDiscount,
    AskInfo,
    AskPlan,
    Callback,
    Choose,
    ClaimPaid,
    Command,
    Complaint,
    ConfirmIdentity,
    CorrectSlot,
    DenyIdentity,
    Dispute,
    Frequency,
    GiveDocument,
    Hardship,
    Negate,
    OptOut,
    ProposePayment,
    RefuseToPay,
    RejectOffer,
    Repeat,
    ReportDeceased,
    ReportFraudFear,
    RequestHuman,
    RequestLink,
    SmallTalk,
    Span,
    SwitchLanguage,
    Topic,
    Unknown,
    UpdateContact,
    by_priority,
)
from acuerdo.assistant.nlu.contract import (
    Entity,
    Evidence,
    Language,
    QuestionKind,
    Understanding,
)
from acuerdo.assistant.nlu.entities import extract
from acuerdo.assistant.nlu.language import detect
from acuerdo.assistant.nlu.lexicon import RULES
from acuerdo.assistant.nlu.text import clean, fold

_NEGATED = re.compile(
    r"\b(?:no|nao|not|nunca|never|sin|tampoco|can'?t|cannot|won'?t|don'?t|didn'?t|haven'?t"
    r"|todavia\s+no|ainda\s+nao)(?:\s+(?:me|le|les|lo|la|te|he|have|been|eu|i))*\s*$"
)
# Intents that a "no" right before them turns into something else.
_DENIABLE = {
    "propose_payment",
    "request_link",
    "accept_offer",
    "confirm_identity",
    "claim_paid",
    "ask_plan",
    "callback",
    "opt_out",
}
_NOT_A_REFUSAL = re.compile(
    r"\b(?:no\s+es\s+que\s+no|nao\s+e\s+que\s+(?:eu\s+)?nao|(?:it'?s\s+)?not\s+that\s+i)\b"
)
_QUESTION_WORD = re.compile(
    r"^(?:cuant|quant|how|what|que\b|cual|qual|tell|know|a\s+cuanto|o\s+que)"
)
_MONEY_BEFORE = re.compile(
    r"(?:pag\w+|abon\w+|deposit\w+|consign\w+|transfer\w+|dar\w*|give|pay|paid|send|put|puedo|posso"
    r"|can|do|tengo|tenho|have|got|entrada(?:\s+de)?|inicial(?:\s+de)?|anticipo(?:\s+de)?|ser|son"
    r"|sao|fueron|is|de|with|con|com|up\s+to|hasta|ate|mejor|solo|so|just|only|about|unos|uns)\s+$"
)
_FIRST_BEFORE = re.compile(
    r"(?:entrada|inicial|anticipo|abono|down(?:\s+payment)?|first|primero|primeiro|ahora|hoy|now|agora"
    r"|hoje|upfront)(?:\s+(?:de|of|con|com|por))?\s*$"
)
_FIRST_AFTER = re.compile(
    r"^\s*(?:de\s+(?:entrada|inicial|cuota\s+inicial)|ahora|hoy|agora|hoje|now|today|down|upfront|first"
    r"|(?:y|e|and)\s+(?:el|o|the)\s+(?:resto|rest|restante|remaining)|(?:y|e|and)\s+lo\s+demas)"
)
_EACH_BEFORE = re.compile(r"(?:de|of|at|por)\s+(?:a\s+)?$")
_EACH_AFTER = re.compile(
    r"^\s*(?:mensual\w*|mensa\w+|cada|al\s+mes|por\s+mes|ao\s+mes|a\s+month|per|each|every|monthly"
    r"|weekly|semanal\w*|quincenal\w*|por\s+(?:cuota|parcela|semana)|a\s+week)"
)
_ACCENTED_YES = re.compile(r"^\W*s\u00ed\b", re.I)

_TOPICS: dict[str, Topic] = {
    "ask_due": "due",
    "ask_balance": "balance",
    "ask_why": "why",
    "ask_methods": "methods",
    "who_are_you": "who_are_you",
}
_PLAIN: dict[str, type] = {
    "opt_out": OptOut,
    "report_deceased": ReportDeceased,
    "deny_identity": DenyIdentity,
    "complaint": Complaint,
    "request_human": RequestHuman,
    "dispute": Dispute,
    "report_fraud_fear": ReportFraudFear,
    "hardship": Hardship,
    "abuse": Abuse,
    "refuse_to_pay": RefuseToPay,
    "update_contact": UpdateContact,
    "confirm_identity": ConfirmIdentity,
    "repeat": Repeat,
    "accept_offer": AcceptOffer,
    "reject_offer": RejectOffer,
    "affirm": Affirm,
    "negate": Negate,
}
_SOCIAL: dict[str, Literal["greet", "thanks", "bye", "other"]] = {
    "greet": "greet",
    "thanks": "thanks",
    "bye": "bye",
    "small_talk": "other",
}
_NEGOTIATING: tuple[QuestionKind, ...] = (
    "offer_confirm",
    "offer_choice",
    "payment_date",
    "payment_amount",
    "proposal",
)


@dataclass(frozen=True, slots=True)
class _Hit:
    intent: str
    rule: str
    start: int
    end: int
    confidence: float


class RulesUnderstander:
    """`Understander` by lexicon and grammar alone. Deterministic; no state."""

    def understand(
        self,
        text: str,
        *,
        lang_hint: str,
        country: str,
        pending_question: QuestionKind | None,
        ref_date: date,
    ) -> Understanding:
        original = clean(text)
        folded = fold(original)
        language, sure = detect(original, folded, lang_hint)
        entities = extract(
            folded, original, country=country, ref_date=ref_date, pending=pending_question
        )
        hits = _hits(folded, original)
        entities = _settle_numbers(folded, entities, hits, pending_question, ref_date)
        commands = _Builder(folded, entities, hits, pending_question, ref_date, language).commands()
        return Understanding(
            commands=commands,
            entities=entities,
            language=language,
            language_confidence=sure,
            confidence=commands[0].confidence,
            evidence=tuple(
                Evidence(
                    intent=hit.intent,
                    rule=hit.rule,
                    start=hit.start,
                    end=hit.end,
                    text=original[hit.start : hit.end],
                )
                for hit in hits.values()
            ),
        )


def _hits(folded: str, original: str) -> dict[str, _Hit]:
    found: dict[str, _Hit] = {}
    for rule in RULES:
        if rule.intent in found:
            continue
        for match in rule.pattern.finditer(folded):
            if match.start() == match.end():
                continue
            if rule.intent in _DENIABLE and _NEGATED.search(folded[: match.start()]):
                continue
            found[rule.intent] = _Hit(
                rule.intent, rule.name, match.start(), match.end(), rule.confidence
            )
            break
    if "affirm" not in found and (accented := _ACCENTED_YES.match(original)):
        found["affirm"] = _Hit("affirm", "affirm.accent", accented.start(), accented.end(), 0.9)
    return _compatible(folded, found)


def _compatible(folded: str, hits: dict[str, _Hit]) -> dict[str, _Hit]:
    """Drop readings that another one of the same words explains better."""

    def drop(*intents: str) -> None:
        for intent in intents:
            hits.pop(intent, None)

    if _NOT_A_REFUSAL.search(folded):
        drop("refuse_to_pay", "negate")
    if "reject_offer" in hits:
        drop("accept_offer")
    if "refuse_to_pay" in hits:
        drop("propose_payment", "request_link", "negate")
    if "dispute" in hits or "claim_paid" in hits:
        drop("propose_payment", "ask_plan", "request_link", "accept_offer", "confirm_identity")
        drop("affirm", "negate", "ask_why")
    if "deny_identity" in hits:
        drop("negate", "confirm_identity", "dispute", "who_are_you")
    if "opt_out" in hits:
        drop("negate", "callback")
    rejection = hits.get("reject_offer")
    if "hardship" in hits and rejection and rejection.rule == "reject_offer.extra":
        # "not enough for that instalment" is about the offer, not about the person's life.
        drop("hardship")
    if "hardship" in hits:
        drop("refuse_to_pay", "reject_offer")
    if "?" in folded:
        # Who asks has not agreed yet.
        drop("accept_offer", "affirm")
    if "request_human" in hits:
        drop("callback", "confirm_identity")
    balance = hits.get("ask_balance")
    negotiating = {"dispute", "claim_paid", "request_link", "propose_payment", "ask_plan"}
    if (
        balance
        and negotiating & hits.keys()
        and not _QUESTION_WORD.match(folded[balance.start : balance.end])
    ):
        drop("ask_balance")
    if "ask_methods" in hits and "request_link" in hits:
        drop("ask_methods")
    if "ask_methods" in hits or "ask_discount" in hits:
        drop("propose_payment")
    if "ask_due" in hits and not re.search(r"\d", folded):
        drop("propose_payment")
    return hits


def _settle_numbers(
    folded: str,
    entities: Sequence[Entity],
    hits: dict[str, _Hit],
    pending: QuestionKind | None,
    ref: date,
) -> tuple[Entity, ...]:
    """Say what each bare number is, by what was asked and by the words around it."""
    has_plan = "ask_plan" in hits or any(entity.type == "installments" for entity in entities)
    return tuple(
        _settle(folded, entity, hits, pending, ref, has_plan) if entity.type == "number" else entity
        for entity in entities
    )


def _settle(
    folded: str,
    entity: Entity,
    hits: dict[str, _Hit],
    pending: QuestionKind | None,
    ref: date,
    has_plan: bool,
) -> Entity:
    value = entity.value
    if not isinstance(value, Decimal):
        return entity
    whole = int(value) if value == value.to_integral_value() else None
    before, after = folded[: entity.start], folded[entity.end :]
    alone = not re.search(r"[a-z0-9]", before + after) or hits.keys() <= {"affirm", "negate"}
    if pending in ("offer_choice", "account_choice") and alone and whole and whole <= 9:
        return entity.model_copy(update={"type": "ordinal", "value": whole})
    if pending == "payment_date" and alone and whole and 1 <= whole <= 31:
        day = _coming(whole, ref)
        if day:
            return entity.model_copy(update={"type": "date", "value": day})
    if pending in ("proposal", "offer_confirm") and alone and whole and 2 <= whole <= 60:
        return entity.model_copy(update={"type": "installments", "value": whole})
    if pending == "payment_amount" and alone and value > 0:
        return entity.model_copy(update={"type": "amount"})
    paying = {"propose_payment", "claim_paid", "request_link", "ask_plan", "dispute"} & hits.keys()
    if value >= 10 and _MONEY_BEFORE.search(before) and (paying or pending in _NEGOTIATING):
        return entity.model_copy(update={"type": "amount"})
    if value >= 10 and (_EACH_AFTER.match(after) or (has_plan and _EACH_BEFORE.search(before))):
        return entity.model_copy(update={"type": "amount"})
    if value >= 1_000 and (pending in _NEGOTIATING or paying):
        return entity.model_copy(update={"type": "amount"})
    return entity


def _coming(day: int, ref: date) -> date | None:
    from acuerdo.assistant.nlu.dates import add_months

    for months in range(3):
        first = add_months(ref.replace(day=1), months)
        try:
            candidate = first.replace(day=day)
        except ValueError:
            continue
        if candidate >= ref:
            return candidate
    return None


class _Builder:
    """Joins intents and entities of one message into commands."""

    def __init__(
        self,
        folded: str,
        entities: Sequence[Entity],
        hits: dict[str, _Hit],
        pending: QuestionKind | None,
        ref: date,
        language: Language,
    ) -> None:
        self.folded = folded
        self.entities = entities
        self.hits = hits
        self.pending = pending
        self.ref = ref
        self.language = language

    def commands(self) -> tuple[Command, ...]:
        """Everything the message says, in order of priority; Unknown where it says nothing."""
        found: list[Command] = []
        for intent, hit in self.hits.items():
            if intent in _PLAIN:
                found.append(_PLAIN[intent](**self._base(hit)))
            elif intent in _TOPICS:
                found.append(AskInfo(topic=_TOPICS[intent], **self._base(hit)))
            elif intent in _SOCIAL:
                found.append(SmallTalk(about=_SOCIAL[intent], **self._base(hit)))
            elif intent == "claim_paid":
                found.append(ClaimPaid(amount=self._amount(), on=self._date(), **self._base(hit)))
            elif intent == "callback":
                found.append(Callback(on=self._date(), **self._base(hit)))
            elif intent == "switch_language":
                found.append(self._switch(hit))
            elif intent == "ask_discount":
                found.append(
                    AskDiscount(percent=self._percent(), total=self._amount(), **self._base(hit))
                )
        found.extend(self._document())
        found.extend(self._negotiation())
        if not found:
            return (Unknown(confidence=0.0),)
        return by_priority(tuple(found))

    def _base(self, hit: _Hit) -> dict[str, Any]:
        return {
            "source": "rule",
            "confidence": hit.confidence,
            "span": Span(start=hit.start, end=hit.end),
        }

    def _of(self, kind: str) -> list[Entity]:
        return [entity for entity in self.entities if entity.type == kind]

    def _amount(self) -> Decimal | None:
        return next((e.value for e in self._of("amount") if isinstance(e.value, Decimal)), None)

    def _percent(self) -> Decimal | None:
        return next((e.value for e in self._of("percent") if isinstance(e.value, Decimal)), None)

    def _date(self) -> date | None:
        return next((e.value for e in self._of("date") if isinstance(e.value, date)), None)

    def _fraction(self) -> Decimal | None:
        shares = self._of("relative_amount")
        return next((e.value for e in shares if isinstance(e.value, Decimal)), None)

    def _count(self) -> int | None:
        return next((e.value for e in self._of("installments") if isinstance(e.value, int)), None)

    def _frequency(self) -> Frequency | None:
        value = next((e.value for e in self._of("frequency")), None)
        names: dict[object, Frequency] = {
            "weekly": "weekly",
            "biweekly": "biweekly",
            "monthly": "monthly",
        }
        return names.get(value)

    def _switch(self, hit: _Hit) -> Command:
        language: Language = "en"
        if hit.rule.endswith("to_pt"):
            language = "pt"
        elif hit.rule.endswith("to_es"):
            language = "es"
        return SwitchLanguage(language=language, **self._base(hit))

    def _document(self) -> list[Command]:
        documents = self._of("document")
        if not documents or not isinstance(documents[0].value, str):
            return []
        if self.pending != "verification" and documents[0].rule != "document.named":
            return []
        # The longest reading is the document; a short one beside it is a stray figure.
        best = max(documents, key=lambda entity: len(str(entity.value)))
        if best.rule == "document.answer" and self._is_about_money(best):
            return []
        return [
            GiveDocument(
                characters=str(best.value),
                confidence=0.95 if self.pending == "verification" else 0.85,
                span=Span(start=best.start, end=best.end),
            )
        ]

    def _is_about_money(self, entity: Entity) -> bool:
        """A figure in a message about paying is no answer, unless it stands for itself."""
        business = {"propose_payment", "ask_plan", "request_link", "claim_paid", "ask_discount"}
        if not business & self.hits.keys():
            return False
        return entity.length != 4 or bool(_MONEY_BEFORE.search(self.folded[: entity.start]))

    def _negotiation(self) -> list[Command]:
        if {"dispute", "claim_paid", "refuse_to_pay"} & self.hits.keys():
            return []
        count, amount, day = self._count(), self._amount(), self._date()
        share = self._fraction()
        plan, link = self.hits.get("ask_plan"), self.hits.get("request_link")
        promise = self.hits.get("propose_payment")
        asking = self.pending in _NEGOTIATING
        if plan or (count and (promise or link or asking or self._bare())):
            return [self._plan(plan or promise or link, count, day)]
        if self._frequency() and (amount or asking):
            return [self._plan(promise, count, day)]
        later = day is not None and day > self.ref
        if link and not (later and promise):
            return [RequestLink(amount=amount, **self._base(link))]
        choices = self._of("ordinal")
        if choices and isinstance(choices[0].value, int) and not (amount or later):
            return [
                Choose(
                    position=choices[0].value,
                    confidence=0.9,
                    span=Span(start=choices[0].start, end=choices[0].end),
                )
            ]
        values = amount is not None or day is not None or share is not None
        if promise or (link and later):
            hit = promise or link
            assert hit is not None
            return [ProposePayment(amount=amount, on=day, fraction=share, **self._base(hit))]
        if values and asking:
            return [CorrectSlot(amount=amount, on=day, confidence=0.88)]
        if amount is not None and day is not None:
            return [ProposePayment(amount=amount, on=day, confidence=0.8)]
        if share is not None and self._bare():
            return [ProposePayment(on=day, fraction=share, confidence=0.8)]
        return []

    def _bare(self) -> bool:
        return self.hits.keys() <= {"affirm", "negate", "greet", "thanks", "accept_offer"}

    def _plan(self, hit: _Hit | None, count: int | None, day: date | None) -> AskPlan:
        first: Decimal | None = None
        each: Decimal | None = None
        for entity in self._of("amount"):
            if not isinstance(entity.value, Decimal):
                continue
            before, after = self.folded[: entity.start], self.folded[entity.end :]
            if first is None and (_FIRST_BEFORE.search(before) or _FIRST_AFTER.match(after)):
                first = entity.value
            elif each is None and (
                count is None or _EACH_AFTER.match(after) or _EACH_BEFORE.search(before)
            ):
                each = entity.value
        return AskPlan(
            count=count,
            each=each,
            first=first,
            frequency=self._frequency(),
            on=day,
            confidence=hit.confidence if hit else 0.85,
            span=Span(start=hit.start, end=hit.end) if hit else None,
        )
