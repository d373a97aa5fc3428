"""The rules-only understander: exact, explainable, with no model to load.

It matches the lexicon, reads the entities, and joins both into commands. What it does not know
it calls Unknown: the dialogue then asks again, and a person takes over after the second time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
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
    CannotPay,
    Choose,
    ClaimPaid,
    Command,
    Complaint,
    ConfirmIdentity,
    CorrectSlot,
    Crisis,
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
    DateRange,
    Entity,
    Evidence,
    Language,
    QuestionKind,
    Understanding,
)
from acuerdo.assistant.nlu.entities import extract
from acuerdo.assistant.nlu.entities.days import add_months
from acuerdo.assistant.nlu.language import detect
from acuerdo.assistant.nlu.matching import Hit, find_hits
from acuerdo.assistant.nlu.settling import (
    EACH_AFTER,
    EACH_BEFORE,
    MONEY_BEFORE,
    NEGOTIATING,
    settle_numbers,
)
from acuerdo.assistant.nlu.text import clean, fold
from acuerdo.assistant.nlu.wording import (
    LAST_WORD,
    asks_kindly,
    find_wording,
    moves_at,
    pick_of,
    wants_another_day,
    wants_the_least,
    wants_the_rest,
)

_FIRST_BEFORE = re.compile(
    r"(?:entrada|inicial|anticipo|abono|down(?:\s+payment)?|first(?:\s+(?:one|payment))?|primera|primeira|1ra|primero|primeiro|ahora|hoy|now|agora"
    r"|hoje|upfront)(?:\s+(?:de|of|con|com|por))?\s*$"
)
_FIRST_AFTER = re.compile(
    r"^\s*(?:(?:el|este|o|no|na|on|this|dia|proximo|esta)\s+)*(?:de\s+(?:entrada|inicial|cuota\s+inicial)|ahor\w*|ya\b|hoy|agora|hoje|now|today|down|upfront|first"
    r"|(?:y|e|and)\s+(?:el|o|the)\s+(?:resto|rest|restante|remaining)|(?:y|e|and)\s+lo\s+demas)"
)

_DAY_OF_A_MONTH = re.compile(r"\D*\d{1,2}$")
_NO_HIT = Hit("", "", 0, 0, 0.0)
_TOPICS: dict[str, Topic] = {
    "ask_due": "due",
    "ask_balance": "balance",
    "ask_why": "why",
    "ask_methods": "methods",
    "who_are_you": "who_are_you",
    "ask_papers": "debt_docs",
    "ask_proof": "proof",
    "ask_others": "others",
}
_PLAIN: dict[str, type] = {
    "crisis": Crisis,
    "opt_out": OptOut,
    "report_deceased": ReportDeceased,
    "complaint": Complaint,
    "request_human": RequestHuman,
    "dispute": Dispute,
    "report_fraud_fear": ReportFraudFear,
    "hardship": Hardship,
    "cannot_pay": CannotPay,
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
        hits = find_wording(folded, find_hits(folded, original), pending_question)
        entities = settle_numbers(folded, entities, hits, pending_question, ref_date)
        commands = Builder(folded, entities, hits, pending_question, ref_date, language).commands()
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


class Builder:
    """Joins intents and entities of one message into commands."""

    def __init__(
        self,
        folded: str,
        entities: Sequence[Entity],
        hits: dict[str, Hit],
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
            if intent == "deny_identity":
                knows = hit.rule.endswith(".knows")
                found.append(DenyIdentity(knows=knows, **self._base(hit)))
            elif intent in _PLAIN:
                found.append(_PLAIN[intent](**self._base(hit)))
            elif intent in _TOPICS:
                found.append(AskInfo(topic=_TOPICS[intent], **self._base(hit)))
            elif intent in _SOCIAL:
                found.append(SmallTalk(about=_SOCIAL[intent], **self._base(hit)))
            elif intent == "claim_paid":
                found.append(ClaimPaid(amount=self._amount(), on=self._date(), **self._base(hit)))
            elif intent == "callback":
                found.append(Callback(on=self._date(), at=self._time(), **self._base(hit)))
            elif intent == "switch_language":
                found.append(self._switch(hit))
            elif intent == "ask_discount":
                found.append(
                    AskDiscount(
                        percent=self._percent(),
                        total=self._amount(),
                        on=self._date(),
                        **self._base(hit),
                    )
                )
        if self.pending == "callback" and "callback" not in self.hits:
            day, at = self._date(), self._time()
            if day is not None or at is not None:
                found.append(Callback(on=day, at=at, confidence=0.9))
        found.extend(self._document())
        found.extend(self._negotiation())
        if not found:
            return (Unknown(confidence=0.0, question="?" in self.folded),)
        return by_priority(tuple(found))

    def _base(self, hit: Hit) -> dict[str, Any]:
        return {
            "source": "nlu" if hit.rule.startswith("nlu.") else "rule",
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
        days = [(e, e.value) for e in self._of("date") if isinstance(e.value, date)]
        start = moves_at(self.folded)
        if start is not None:
            days = [pair for pair in days if pair[0].start > start][-1:] or days
        for entity, day in days:
            past = day < self.ref and "claim_paid" not in self.hits
            if past and self.pending in NEGOTIATING and _DAY_OF_A_MONTH.match(entity.text):
                # To the question when they will pay, "mudou, dia 14" looks ahead.
                day = add_months(day, 1 + (add_months(day, 1) < self.ref))
            return day
        return None

    def _time(self) -> str | None:
        return next((e.value for e in self._of("time") if isinstance(e.value, str)), None)

    def _from(self) -> date | None:
        """Where a range of days begins: from when on parts are to be paid."""
        ranges = (entity.value for entity in self._of("date_range"))
        first = next((one.first for one in ranges if isinstance(one, DateRange)), None)
        return first if first is not None and first > self.ref else None

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

    def _switch(self, hit: Hit) -> Command:
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
        return entity.length != 4 or bool(MONEY_BEFORE.search(self.folded[: entity.start]))

    def _negotiation(self) -> list[Command]:
        if {"dispute", "claim_paid", "refuse_to_pay"} & self.hits.keys():
            return []
        count, amount, day = self._count(), self._amount(), self._date()
        share = self._fraction()
        plan, link = self.hits.get("ask_plan"), self.hits.get("request_link")
        promise = self.hits.get("propose_payment")
        asking = self.pending in NEGOTIATING
        if "ask_discount" in self.hits and not (plan or count):
            return []
        rest = wants_the_rest(self.folded)
        halves = len(self._of("relative_amount")) > 1 or (rest and share is not None)
        if halves and amount is None and not count:
            # "Half on the 30th, the other half on the 15th."
            first_on, rest_on = self._two_days()
            return [
                AskPlan(
                    count=2,
                    on=first_on or day,
                    rest_on=rest_on,
                    frequency=self._gap(),
                    confidence=0.85,
                )
            ]
        if rest and (amount is not None or count or asking):
            return [self._plan(plan or promise, count, day, rest=rest.start())]
        if plan and day is None:
            day = self._from()
        if plan or (
            count and (promise or link or asking or self.pending == "open" or self._bare())
        ):
            return [self._plan(plan or promise or link, count, day)]
        if self._frequency() and (amount or asking):
            return [self._plan(promise, count, day)]
        later = day is not None and day > self.ref
        if link and not (later and promise):
            return [RequestLink(amount=amount, **self._base(link))]
        if asking and (percent := self._percent()) is not None:
            return [AskDiscount(percent=percent, on=day, confidence=0.85)]
        if self.pending == "offer_choice" and (by := pick_of(self.folded)):
            return [Choose.model_validate({"by": by, "confidence": 0.85})]
        if self.hits.get("repeat", _NO_HIT).rule == LAST_WORD:
            return []
        moves = moves_at(self.folded) is not None or asks_kindly(self.folded)
        if day is not None and moves and not promise:
            return [CorrectSlot(amount=amount, on=day, confidence=0.85)]
        choices = self._of("ordinal")
        if choices and isinstance(choices[0].value, int) and not (amount or later):
            return [
                Choose(
                    position=choices[0].value,
                    confidence=0.9,
                    span=Span(start=choices[0].start, end=choices[0].end),
                )
            ]
        vague = day is None and bool(self._of("date") or self._of("date_range"))
        values = amount is not None or day is not None or share is not None
        if promise or (link and later):
            hit = promise or link
            assert hit is not None
            return [
                ProposePayment(
                    amount=amount, on=day, fraction=share, vague=vague, **self._base(hit)
                )
            ]
        if share is not None and amount is None and asking:
            return [ProposePayment(on=day, fraction=share, confidence=0.88)]
        if (values or vague) and asking:
            return [CorrectSlot(amount=amount, on=day, vague=vague, confidence=0.88)]
        if vague and self._bare():
            return [ProposePayment(vague=True, confidence=0.8)]
        if not values and wants_another_day(self.folded):
            return [CorrectSlot(vague=True, confidence=0.85)]
        if amount is not None and day is not None:
            return [ProposePayment(amount=amount, on=day, confidence=0.8)]
        if share is not None and self._bare():
            return [ProposePayment(on=day, fraction=share, confidence=0.8)]
        return []

    def _bare(self) -> bool:
        return self.hits.keys() <= {"affirm", "negate", "greet", "thanks", "accept_offer"}

    def _plan(
        self, hit: Hit | None, count: int | None, day: date | None, rest: int | None = None
    ) -> AskPlan:
        """`rest` is where the rest of the debt is spoken of: what stands before it comes first."""
        first: Decimal | None = None
        each: Decimal | None = None
        text = self._without_days()
        for entity in self._of("amount"):
            if not isinstance(entity.value, Decimal):
                continue
            before, after = text[: entity.start], text[entity.end :]
            if EACH_AFTER.match(self.folded[entity.end :]) and each is None:
                each = entity.value
            elif first is None and (
                _FIRST_BEFORE.search(self.folded[: entity.start])
                or _FIRST_AFTER.match(after)
                or _FIRST_AFTER.match(self.folded[entity.end :])
                or (rest is not None and entity.end <= rest)
            ):
                first = entity.value
            elif each is None and (count is None or EACH_BEFORE.search(before)):
                each = entity.value
            elif first is None and each is not None:
                first = entity.value
        rest_on = None
        if rest is not None and count in (None, 1):
            named, rest_on = self._days_around(rest)
            day = named if rest_on else day
        return AskPlan(
            count=(count or 1) if rest is not None and each is None else count,
            each=each,
            first=first,
            frequency=self._frequency() or (self._gap() if rest is not None else None),
            on=day,
            rest=rest is not None,
            rest_on=rest_on,
            lowest=wants_the_least(self.folded) and count is None and each is None,
            confidence=hit.confidence if hit else 0.85,
            span=Span(start=hit.start, end=hit.end) if hit else None,
        )

    def _days_around(self, place: int) -> tuple[date | None, date | None]:
        """The days named before and after a place of the text, in the order in which they come."""
        days = [(e.start, e.value) for e in self._of("date") if isinstance(e.value, date)]
        before = next((day for start, day in days if start < place), None)
        after = next((day for start, day in days if start >= place), None)
        if before is not None and after is not None and after <= before:
            after = add_months(after, 1)
        return before, after

    def _two_days(self) -> tuple[date | None, date | None]:
        """The two days that were named for two parts; none where it was another number."""
        days = [entity for entity in self._of("date") if isinstance(entity.value, date)]
        return self._days_around(days[1].start) if len(days) == 2 else (None, None)

    def _gap(self) -> Frequency | None:
        """How often, from the two days that were named for two parts."""
        days = [e.value for e in self._of("date") if isinstance(e.value, date)]
        if len(days) != 2:
            return None
        between = abs((days[1] - days[0]).days)
        if between > 20:
            return "monthly"
        return "biweekly" if between > 10 else "weekly"

    def _without_days(self) -> str:
        """The text with blanks for its dates, so that what they stand between is seen."""
        text = list(self.folded)
        for entity in (*self._of("date"), *self._of("date_range"), *self._of("time")):
            text[entity.start : entity.end] = " " * entity.length
        return "".join(text)
