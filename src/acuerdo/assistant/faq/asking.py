"""A debtor's message beside the FAQ: whether an entry answers it, and what is remembered of it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F

from acuerdo.assistant.commands import AskFaq
from acuerdo.assistant.dialogue.asked import Answered, AnswerQuestion
from acuerdo.assistant.dialogue.engine import TurnResult
from acuerdo.assistant.dialogue.model import Refused
from acuerdo.assistant.dialogue.replies import locale_for
from acuerdo.assistant.faq.answers import is_private, language_of, say_answer
from acuerdo.assistant.faq.index import encode, find_entry
from acuerdo.assistant.faq.rules import is_unanswered, may_answer, pack
from acuerdo.assistant.masking import mask_personal
from acuerdo.assistant.models import FaqEntry, FaqQuestion
from acuerdo.assistant.nlu.contract import Evidence, Understanding
from acuerdo.assistant.nlu.text import clean
from acuerdo.assistant.teaching.rules import fingerprint_of
from acuerdo.conversations.models import Conversation, Turn
from acuerdo.core.errors import NotFound
from acuerdo.messaging.facts import FactSubject
from acuerdo.portfolio.models import Account, Debtor


def consult(understanding: Understanding, text: str, creditor_id: int) -> Understanding:
    """The same understanding, or the question of the FAQ that the message asks."""
    if not may_answer(understanding, text):
        return understanding
    match = find_entry(creditor_id, text)
    if match is None:
        return understanding
    said = clean(text)
    return understanding.model_copy(
        update={
            "commands": (
                AskFaq(entry=match.entry, source="nlu", confidence=_share(match.similarity)),
            ),
            "confidence": _share(match.similarity),
            "evidence": (
                *understanding.evidence,
                Evidence(
                    intent="ask_faq", rule="faq.nearest", start=0, end=len(said), text=match.wording
                ),
            ),
        }
    )


def answer_question(
    act: AnswerQuestion, *, debtor: Debtor, account: Account | None, verified: bool
) -> Answered:
    """The answer for this debtor. One that tells of a debt comes without its words where nobody
    has proved who they are. Raises NotFound where the entry is off, FactMissing."""
    entry = (
        FaqEntry.objects.select_related("creditor")
        .filter(creditor_id=debtor.creditor_id, public_id=act.entry, is_active=True)
        .first()
    )
    language = language_of(entry, act.language) if entry else ""
    if entry is None or not language:
        raise NotFound(what=act.entry)
    private = is_private(entry, language)
    if private and not verified:
        return Answered(private=True)
    country = debtor.country or entry.creditor.country
    subject = FactSubject(
        key=entry.pk,
        creditor_id=debtor.creditor_id,
        debtor_id=debtor.pk,
        account_id=account.pk if account else None,
        locale=locale_for(language, country),
        timezone=debtor.timezone or entry.creditor.timezone,
    )
    said = say_answer(entry, language, subject)
    return Answered(text=said.text, facts=said.facts, private=private)


def note_question(
    *,
    turn: Turn,
    conversation: Conversation,
    understood: Understanding,
    result: TurnResult,
    now: datetime,
) -> FaqQuestion | None:
    """Remember what was asked, masked: with the entry that answered it, or none, so that somebody
    writes one. None where the message asked nothing of the kind."""
    asked = next((one for one in understood.commands if isinstance(one, AskFaq)), None)
    if asked is None and not is_unanswered(understood, turn.text):
        return None
    entry = None
    if asked is not None and not _failed(result):
        entry = FaqEntry.objects.filter(public_id=asked.entry).first()
    debtor = conversation.debtor
    text = mask_personal(turn.text, understood.entities, (debtor.name, debtor.person.full_name))
    vectors = encode([text])
    row, made = FaqQuestion.objects.get_or_create(
        creditor_id=conversation.creditor_id,
        language=understood.language,
        fingerprint=fingerprint_of(text),
        defaults={
            "entry": entry,
            "turn": turn,
            "text": text,
            "vector": b"" if vectors is None else pack(vectors),
            "first_at": now,
            "last_at": now,
        },
    )
    if not made:
        FaqQuestion.objects.filter(pk=row.pk).update(times=F("times") + 1, last_at=now, entry=entry)
    return row


def _failed(result: TurnResult) -> bool:
    """Whether the answer could not be given: a fact that it names is not known."""
    return any(
        isinstance(act, AnswerQuestion) and isinstance(outcome, Refused)
        for step in result.decision.steps
        for act, outcome in zip(step.acts, step.outcomes, strict=True)
    )


def _share(similarity: float) -> float:
    return round(max(0.0, min(1.0, similarity)), 3)
