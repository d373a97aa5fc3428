"""Why a text is read as it is, arranged for the page: values in colour, meanings in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from acuerdo.assistant.nlu.contract import DateRange, Entity, Understanding
from acuerdo.assistant.nlu.explain import Explanation, explain
from acuerdo.assistant.nlu.pipeline import COUNTRY_OF, parse_request, question_of
from acuerdo.assistant.nlu.text import clean
from acuerdo.assistant.teaching.versions import get_live_version
from acuerdo.assistant.understanders import get_pipeline, get_understander
from acuerdo.web.reads.meanings import Words, meaning_of
from acuerdo.web.reads.unclear import language_of

_TYPES: dict[str, Words] = {
    "amount": gettext_lazy("amount"),
    "relative_amount": gettext_lazy("share"),
    "percent": gettext_lazy("per cent"),
    "date": gettext_lazy("date"),
    "date_range": gettext_lazy("days"),
    "time": gettext_lazy("time"),
    "installments": gettext_lazy("parts"),
    "frequency": gettext_lazy("how often"),
    "email": gettext_lazy("e-mail"),
    "phone": gettext_lazy("phone"),
    "document": gettext_lazy("document"),
    "ordinal": gettext_lazy("place in a list"),
    "number": gettext_lazy("number"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be explained. `language` and `country` are "" where they are not told."""

    text: str
    language: str = ""
    country: str = ""
    pending: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text; with `kind` it is a value, read as `value`."""

    text: str
    kind: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """A meaning and how probable it is, 0-1."""

    label: str
    share: float
    percent: int
    is_taken: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule or clause or neighbour: the words, and what they speak for."""

    words: str
    label: str
    detail: str = ""
    percent: int | None = None


@dataclass(frozen=True, slots=True)
class Pull:
    """A word and how much it speaks for the first meaning (above 0) or against it."""

    word: str
    weight: float

    @property
    def speaks_for(self) -> bool:
        return self.weight > 0


@dataclass(frozen=True, slots=True)
class ExplanationView:
    """The whole answer."""

    version: int
    pieces: list[Piece]
    mended: str
    language: str
    meanings: list[str]
    percent: int
    acts: bool
    acts_from: int
    shares: list[Share]
    by_meaning: str
    by_words: str
    agree: bool
    rules: list[Reason]
    clauses: list[Reason]
    pulls: list[Pull]
    other: str
    neighbours: list[Reason]
    commands: list[str]


def explain_text(asked: Asked, *, today: date) -> ExplanationView:
    """Read a text with the version at work, and say what led to the answer.

    Raises BadModel, WrongWeights where there is no classifier here.
    """
    pipeline = get_pipeline()
    request = parse_request(
        {
            "id": "",
            "text": asked.text,
            "lang": asked.language,
            "country": asked.country,
            "pending_question": asked.pending,
        }
    )
    found = explain(pipeline, request)
    understood = get_understander().understand(
        asked.text,
        lang_hint=asked.language,
        country=asked.country or COUNTRY_OF[found.language],
        pending_question=question_of(asked.pending),
        ref_date=today,
    )
    live = get_live_version()
    return _arrange(found, understood, live.number if live else 0)


def _arrange(found: Explanation, understood: Understanding, version: int) -> ExplanationView:
    taken = set(found.intents)
    return ExplanationView(
        version=version,
        pieces=list(_pieces(clean(found.text), understood.entities)),
        mended=found.mended if found.mended != clean(found.text) else "",
        language=language_of(found.language),
        meanings=[meaning_of(intent) for intent in found.intents],
        percent=round(100 * found.confidence),
        acts=found.act,
        acts_from=round(100 * found.acts_from),
        shares=[
            Share(meaning_of(intent), share, round(100 * share), intent in taken)
            for intent, share in found.probabilities.items()
        ],
        by_meaning=meaning_of(found.by_meaning),
        by_words=meaning_of(found.by_words),
        agree=found.by_meaning == found.by_words,
        rules=[
            Reason(evidence.text, evidence.rule)
            for evidence in understood.evidence
            if not evidence.rule.startswith("nlu.")
        ],
        clauses=[
            Reason(clause.text, meaning_of(clause.intent), percent=round(100 * clause.probability))
            for clause in found.clauses
        ],
        pulls=list(_pulls(found)),
        other=meaning_of(found.top3[1]),
        neighbours=[
            Reason(
                near.text,
                ", ".join(meaning_of(intent) for intent in near.intents),
                percent=round(100 * near.similarity),
            )
            for near in found.neighbours
        ],
        commands=[command.kind for command in understood.commands],
    )


def _pulls(found: Explanation) -> Iterator[Pull]:
    """Words, then families of words as ‹plan›; rules have a list of their own."""
    for word in found.words:
        if word.weight:
            yield Pull(word.name, word.weight)
    for cue in found.cues:
        kind, _colon, name = cue.name.partition(":")
        if kind != "rule" and cue.weight:
            yield Pull(f"‹{name or kind}›", cue.weight)


def _pieces(text: str, entities: Sequence[Entity]) -> Iterator[Piece]:
    """The text cut at its values, in order; where two overlap the first counts."""
    at = 0
    for entity in sorted(entities, key=lambda one: (one.start, -one.end)):
        if entity.start < at:
            continue
        if entity.start > at:
            yield Piece(text[at : entity.start])
        yield Piece(
            text[entity.start : entity.end],
            str(_TYPES.get(entity.type, entity.type)),
            _value_of(entity),
        )
        at = entity.end
    if at < len(text):
        yield Piece(text[at:])


def _value_of(entity: Entity) -> str:
    """How the grammar reads a value, plainly."""
    if entity.value is None:
        return entity.unresolved or _("not said")
    if isinstance(entity.value, DateRange):
        return f"{entity.value.first.isoformat()} – {entity.value.last.isoformat()}"
    if isinstance(entity.value, date):
        return entity.value.isoformat()
    if isinstance(entity.value, Decimal):
        plain = f"{entity.value.normalize():f}"
        return f"{plain} {entity.currency}" if entity.currency else plain
    return str(entity.value)
