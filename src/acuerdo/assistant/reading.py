"""Reading one turn in the light of what was asked: by whichever reader is at work."""

from __future__ import annotations

from datetime import date

from acuerdo.assistant.commands import GiveDocument, Unknown
from acuerdo.assistant.contact_answers import read_contact
from acuerdo.assistant.dialogue.model import Facts, State
from acuerdo.assistant.nlu.contract import QuestionKind, Understander, Understanding
from acuerdo.assistant.proof_answers import read_proof


def read_turn(
    understander: Understander, text: str, *, state: State, facts: Facts, today: date
) -> Understanding:
    """What `text` means; `today` is the debtor's own day. Before a proof, what means nothing else
    may be the proof, given unasked."""

    def read(pending: QuestionKind | None) -> Understanding:
        return understander.understand(
            text,
            lang_hint=state.language or facts.language,
            country=facts.country,
            pending_question=pending,
            ref_date=today,
        )

    understanding = read(state.pending.kind if state.pending else None)
    asked = state.pending.factor if state.pending else None
    understanding = read_proof(understanding, text, asked, facts.country)
    wants = state.pending.wants if state.pending else None
    understanding = read_contact(
        understanding, text, country=facts.country, wanted=wants == "contact"
    )
    unknown = all(isinstance(command, Unknown) for command in understanding.commands)
    if unknown and state.pending is None and not facts.verified:
        unasked = read("verification")
        if any(isinstance(command, GiveDocument) for command in unasked.commands):
            return unasked
    return understanding
