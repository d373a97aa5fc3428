"""Reading a proof that was asked for: a code, a day of birth, a postal code. Pure.

The last characters of a document or a number are read by the grammar itself. What protects a
person is heard beside the proof; a figure of it is never taken for money or a payment day.
"""

from __future__ import annotations

import re

from acuerdo.assistant.commands import Command, GiveDocument, Repeat, Span
from acuerdo.assistant.nlu.contract import Entity, Understanding
from acuerdo.assistant.nlu.text import clean, fold
from acuerdo.conversations.proofs import Factor
from acuerdo.conversations.rules import CODE_DIGITS, read_birth_dates

RULE = "proof.answer"
_HEARD_BESIDE = frozenset(
    {
        "opt_out",
        "report_deceased",
        "deny_identity",
        "complaint",
        "request_human",
        "dispute",
        "claim_paid",
        "report_fraud_fear",
        "hardship",
    }
)
_CODE = re.compile(rf"(?<!\d)\d(?:[ .-]?\d){{{CODE_DIGITS - 1}}}(?!\d)")
_POSTAL_CODE = re.compile(r"(?<![\w])(?:\d{5}-\d{3}|\d{4,8}|[A-Za-z]\d{4}[A-Za-z]{3})(?![\w])")
_CODE_AGAIN = re.compile(
    r"\b(?:otro|nuevo|outro|novo|another|new) (?:codigo|code)\b|\bcodigo (?:nuevo|novo)\b"
    r"|\b(?:no|nao) (?:me |lo |o |he |recib|receb)?\s?(?:ha )?(?:lleg|cheg|recib|receb)"
    r"|\b(?:nada|nothing) (?:lleg|cheg|arriv|came)|\b(?:reenvi|resend)"
    r"|\b(?:not|n'?t|never) (?:yet )?(?:arriv|receiv|get|got|come|came)"
)


def read_proof(
    understanding: Understanding, text: str, factor: Factor | None, country: str
) -> Understanding:
    """`understanding` with the proof of `factor` that stands in `text`; as it is where none does,
    or where the grammar reads such a proof itself."""
    said = clean(text)
    span = _find(said, factor, country)
    beside = [one for one in understanding.commands if one.kind in _HEARD_BESIDE]
    if span is None and factor == "code" and not beside and _CODE_AGAIN.search(fold(said)):
        again: tuple[Command, ...] = (Repeat(confidence=0.9),)
        return understanding.model_copy(update={"commands": again, "confidence": 0.9})
    if span is None:
        return understanding
    found = said[span.start : span.end]
    born = read_birth_dates(found, country) if factor == "birth_date" else []
    characters = born[0].isoformat() if born else found
    given = GiveDocument(characters=characters, confidence=0.95, span=span)
    # As an entity of its own it is hidden wherever the turn is kept.
    entity = Entity(
        type="document", value=found, start=span.start, end=span.end, text=found, rule=RULE
    )
    return understanding.model_copy(
        update={
            "commands": (*beside, given),
            "entities": (*understanding.entities, entity),
            "confidence": given.confidence,
        }
    )


def _find(said: str, factor: Factor | None, country: str) -> Span | None:
    if factor == "birth_date":
        return Span(start=0, end=len(said)) if read_birth_dates(said, country) else None
    pattern = {"code": _CODE, "postal_code": _POSTAL_CODE}.get(factor or "")
    match = pattern.search(said) if pattern else None
    return Span(start=match.start(), end=match.end()) if match else None
