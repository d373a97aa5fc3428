"""The understander of the product: what the rules know, and the classifier where they do not.

A rule that speaks is precise, so its commands stand. What the rules leave unknown, or hear as mere
courtesy, the classifier may fill where it is sure enough to act; a risk that it is very sure of is
added to whatever else was said. Values (amounts, days, counts) always come from the grammar.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from acuerdo.assistant.commands import AskInfo, Command, ProposePayment, Unknown, by_priority
from acuerdo.assistant.nlu.contract import (
    LANGUAGES,
    Evidence,
    Language,
    QuestionKind,
    Understanding,
)
from acuerdo.assistant.nlu.encoder import Encoder
from acuerdo.assistant.nlu.intents import OUT_OF_SCOPE, RISK, RULE_OF, pending_of
from acuerdo.assistant.nlu.looking import Message
from acuerdo.assistant.nlu.matching import Hit
from acuerdo.assistant.nlu.model import Model
from acuerdo.assistant.nlu.reading import Reading
from acuerdo.assistant.nlu.rules import Builder, RulesUnderstander
from acuerdo.assistant.nlu.settling import settle_numbers
from acuerdo.assistant.nlu.text import clean, fold
from acuerdo.assistant.nlu.wording import DECEIT

# What says little enough that the classifier may still say what else was meant.
_COURTEOUS = {"small_talk", "unknown"}
# A word that was mended says yes to nothing, and a reading that finds nothing adds nothing.
_NEVER_GUESSED = {"unknown", "accept_offer", "affirm", "choose", "give_document"}
_FOR_A_VALUE = ("payment_date", "payment_amount")
# From here on a risk is added to commands of the rules.
_SURE_OF_RISK = 0.9
_WORDS_THAT_SHOW_A_LANGUAGE = 3
_NAMED_LANGUAGES: tuple[tuple[Language, re.Pattern[str]], ...] = (
    ("en", re.compile(r"\b(?:ingles|english|engels)\b")),
    ("pt", re.compile(r"\b(?:portugues\w*|portuguese)\b")),
    ("es", re.compile(r"\b(?:espanol|espanhol|castellano|spanish)\b")),
)
_NOT_SPOKEN = re.compile(
    r"\b(?:no|nao|not|don'?t|dont)\s+(?:hablo|falo|speak|entiendo|entendo)\s+$"
)


class FusedUnderstander:
    """`Understander` by rules, grammar and the trained classifier. Deterministic; no state."""

    def __init__(self, model: Model, encoder: Encoder) -> None:
        self._model = model
        self._encoder = encoder
        self._rules = RulesUnderstander()

    def understand(
        self,
        text: str,
        *,
        lang_hint: str,
        country: str,
        pending_question: QuestionKind | None,
        ref_date: date,
    ) -> Understanding:
        ruled = self._rules.understand(
            text,
            lang_hint=lang_hint,
            country=country,
            pending_question=pending_question,
            ref_date=ref_date,
        )
        message = Message(text, pending_of(pending_question))
        reading = self._model.reader.read([message], self._encoder)[0]
        mended = reading.look.text
        if mended != clean(text) and _may_be_misspelt(ruled.commands):
            # Its words alone: values and places are those of the text as it came in.
            again = self._rules.understand(
                mended,
                lang_hint=lang_hint,
                country=country,
                pending_question=pending_question,
                ref_date=ref_date,
            )
            if not {command.kind for command in again.commands} & _NEVER_GUESSED:
                said = tuple(one.model_copy(update={"span": None}) for one in again.commands)
                ruled = ruled.model_copy(update={"commands": said})
        hits = _filled(clean(text), reading, ruled)
        commands = ruled.commands
        if hits:
            added = commands_from(text, ruled, hits, pending_question, ref_date)
            known = {command.kind for command in ruled.commands}
            extra = [command for command in added if command.kind not in known]
            kept = [command for command in ruled.commands if command.kind != "unknown"]
            commands = by_priority((*kept, *extra)) if kept or extra else commands
        return ruled.model_copy(
            update={
                "commands": commands,
                "confidence": commands[0].confidence,
                "language_confidence": _sure_of_language(ruled, reading),
                "evidence": (*ruled.evidence, *(_evidence(clean(text), hit) for hit in hits)),
                "intents": reading.intents,
                "top3": reading.top3,
                "sureness": reading.confidence,
                "act": reading.act,
            }
        )


def _may_be_misspelt(commands: Sequence[Command]) -> bool:
    """Whether a misspelt word may have hidden what was meant: nothing was heard, or money talk
    whose word for the rhythm or the parts may be missing."""
    return {command.kind for command in commands} <= _COURTEOUS | {
        "propose_payment",
        "correct_slot",
    }


def _filled(text: str, reading: Reading, ruled: Understanding) -> list[Hit]:
    """What the classifier may add to the rules' commands, as hits named `nlu.<intent>`."""
    if not reading.act:
        return []
    courteous = {command.kind for command in ruled.commands} <= _COURTEOUS
    hits = []
    for intent in reading.intents:
        sure = reading.probabilities.get(intent, 0.0)
        if intent == OUT_OF_SCOPE or sure < 0.5:
            continue
        if intent in _explained(ruled):
            continue
        if courteous or (intent in RISK and sure >= _SURE_OF_RISK):
            rule = f"nlu.{intent}"
            if intent == "language_switch":
                rule += f".to_{_wanted_language(text, reading)}"
            # The confidence of the reading: what was acted on is as sure as that.
            hits.append(Hit(RULE_OF[intent], rule, 0, len(text), reading.confidence))
    return hits


def _explained(ruled: Understanding) -> set[str]:
    """Risks that the rules have read as something milder, by the words themselves: short of money
    is no hardship yet, and who asks which bank we are fears nothing yet."""
    milder = set()
    for command in ruled.commands:
        if command.kind == "cannot_pay":
            milder.add("hardship")
        elif isinstance(command, AskInfo) and command.topic in ("who_are_you", "proof"):
            milder.add("fraud_suspicion")
    if any(evidence.rule == DECEIT for evidence in ruled.evidence):
        milder.add("deny_identity")
    return milder


def commands_from(
    text: str,
    ruled: Understanding,
    hits: Sequence[Hit],
    pending: QuestionKind | None,
    ref_date: date,
) -> tuple[Command, ...]:
    folded = fold(clean(text))
    by_intent = {hit.intent: hit for hit in hits}
    entities = settle_numbers(folded, ruled.entities, by_intent, pending, ref_date)
    built = Builder(folded, entities, by_intent, pending, ref_date, ruled.language).commands()
    return tuple(
        command
        for command in built
        # To a question for a day or an amount, a promise with neither is no answer.
        if not (
            isinstance(command, Unknown) or (pending in _FOR_A_VALUE and _says_nothing(command))
        )
    )


def _sure_of_language(ruled: Understanding, reading: Reading) -> float:
    """The rules' own confidence, or that of the spelling where it says the same more surely."""
    by_spelling = float(reading.look.languages[LANGUAGES.index(ruled.language)])
    long_enough = len(reading.look.text.split()) >= _WORDS_THAT_SHOW_A_LANGUAGE
    return max(ruled.language_confidence, min(by_spelling, 1.0) if long_enough else 0.0)


def _says_nothing(command: Command) -> bool:
    return isinstance(command, ProposePayment) and command == ProposePayment(
        source=command.source, confidence=command.confidence, span=command.span
    )


def _wanted_language(text: str, reading: Reading) -> Language:
    folded = fold(text)
    for language, name in _NAMED_LANGUAGES:
        named = name.search(folded)
        if named and not _NOT_SPOKEN.search(folded[: named.start()]):
            return language
    return LANGUAGES[int(reading.look.languages.argmax())]


def _evidence(text: str, hit: Hit) -> Evidence:
    return Evidence(intent=hit.intent, rule=hit.rule, start=hit.start, end=hit.end, text=text)
