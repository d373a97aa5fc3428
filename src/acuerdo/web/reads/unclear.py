"""The queue of unclear messages: those of the reader's creditors, filtered, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Case, QuerySet, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from acuerdo.assistant.models import UnclearMessage
from acuerdo.assistant.nlu.contract import LANGUAGES
from acuerdo.assistant.nlu.intents import OUT_OF_SCOPE
from acuerdo.assistant.teaching.rules import FLAGGED, OPEN, REASONS, STATES
from acuerdo.core.errors import NotFound
from acuerdo.reporting.texts import channel_of
from acuerdo.web.reads.accounts import Choice
from acuerdo.web.reads.meanings import (
    ASKED_WORDS,
    REASON_WORDS,
    STATE_WORDS,
    list_meanings,
    meaning_of,
)

PAGE = 25
# Bands of the confidence: from, to.
_BANDS = {"low": (0.0, 0.3), "middle": (0.3, 0.6), "high": (0.6, 1.01)}
_LANGUAGES = {
    "es": gettext_lazy("Spanish"),
    "pt": gettext_lazy("Portuguese"),
    "en": gettext_lazy("English"),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What of the queue is asked for; "" is all."""

    state: str = OPEN
    language: str = ""
    reason: str = ""
    band: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A button: what the classifier thought likely. `key` presses it."""

    intent: str
    label: str
    key: str


@dataclass(frozen=True, slots=True)
class UnclearRow:
    """One message as the page shows it."""

    message: UnclearMessage
    creditor: str
    zone: str
    language: str
    channel: str
    asked: str
    reason: str
    percent: int
    suggestions: list[Suggestion]
    meaning: str
    decided_by: str

    @property
    def is_open(self) -> bool:
        return self.message.state == OPEN


def read_filters(asked: dict[str, str]) -> Filters:
    """The filters of an address; what is unknown there asks for all."""

    def one_of(name: str, known: Sequence[str], usual: str = "") -> str:
        value = asked.get(name, usual)
        return value if value in known else usual

    return Filters(
        state=one_of("state", (*STATES, "all"), OPEN),
        language=one_of("language", LANGUAGES),
        reason=one_of("reason", REASONS),
        band=one_of("sure", tuple(_BANDS)),
    )


def list_unclear(
    creditor_ids: Sequence[int], filters: Filters, number: int
) -> tuple[list[UnclearRow], int]:
    """(one page of rows, how many there are): what agents reported first, then the newest."""
    found = _scoped(creditor_ids)
    if filters.state != "all":
        found = found.filter(state=filters.state)
    if filters.language:
        found = found.filter(language=filters.language)
    if filters.reason:
        found = found.filter(reason=filters.reason)
    if filters.band:
        low, high = _BANDS[filters.band]
        found = found.filter(confidence__gte=low, confidence__lt=high)
    first = (number - 1) * PAGE
    reported = Case(When(reason=FLAGGED, then=0), default=1)
    rows = found.order_by(reported, "-last_at", "-pk")[first : first + PAGE]
    return [_row(message) for message in rows], found.count()


def get_unclear(public_id: UUID, creditor_ids: Sequence[int]) -> UnclearRow:
    """One message of those creditors. Raises NotFound."""
    found = _scoped(creditor_ids).filter(public_id=public_id).first()
    if found is None:
        raise NotFound(what=_("The message"))
    return _row(found)


def language_of(code: str) -> str:
    """A language's name in the reader's."""
    return str(_LANGUAGES.get(code, code))


def filter_choices() -> dict[str, list[Choice]]:
    """The options of the filters."""
    bands = {
        "low": _("Hardly (under 30 %)"),
        "middle": _("Half (30–60 %)"),
        "high": _("Nearly (60 % and more)"),
    }
    return {
        "states": [
            *(Choice(one, str(STATE_WORDS[one])) for one in STATES),
            Choice("all", _("All")),
        ],
        "language_choices": [Choice(one, language_of(one)) for one in LANGUAGES],
        "reasons": [Choice(one, str(REASON_WORDS[one])) for one in REASONS],
        "bands": [Choice(one, bands[one]) for one in _BANDS],
        "meanings": list_meanings(),
    }


def _scoped(creditor_ids: Sequence[int]) -> QuerySet[UnclearMessage]:
    return UnclearMessage.objects.filter(creditor_id__in=creditor_ids).select_related(
        "creditor", "turn__conversation", "decided_by"
    )


def _row(message: UnclearMessage) -> UnclearRow:
    likely = [intent for intent in message.top3 if intent != OUT_OF_SCOPE]
    return UnclearRow(
        message=message,
        creditor=message.creditor.name,
        zone=message.creditor.timezone,
        language=language_of(message.language),
        channel=channel_of(message.channel),
        asked=str(ASKED_WORDS.get(message.pending, "")),
        reason=str(REASON_WORDS[message.reason]),
        percent=round(100 * message.confidence),
        suggestions=[
            Suggestion(intent, meaning_of(intent), str(place))
            for place, intent in enumerate(likely, start=1)
        ],
        meaning=", ".join(meaning_of(intent) for intent in message.intents),
        decided_by=str(message.decided_by) if message.decided_by else "",
    )
