"""Many messages from outside at once: what `acuerdo understand` reads and writes.

A request is plain data; what is wrong in it is said by `BadRequest` and concerns it alone. Nothing
here needs a database, a clock or the network.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, cast, get_args

from acuerdo.assistant.nlu.contract import LANGUAGES, Language, QuestionKind
from acuerdo.assistant.nlu.encoder import Encoder
from acuerdo.assistant.nlu.export import read_text
from acuerdo.assistant.nlu.intents import pending_of
from acuerdo.assistant.nlu.language import detect
from acuerdo.assistant.nlu.looking import Message
from acuerdo.assistant.nlu.model import Model
from acuerdo.assistant.nlu.reading import Reading
from acuerdo.assistant.nlu.text import clean, fold

COUNTRY_OF: dict[str, str] = {"es": "CO", "pt": "BR", "en": "US"}
_TAG = re.compile(r"^(es|pt|en)(?:[-_]([A-Za-z]{2}))?$", re.IGNORECASE)
_COUNTRY = re.compile(r"^[A-Za-z]{2}$")
_QUESTIONS: dict[str, QuestionKind] = {
    "document": "verification",
    "identity": "verification",
    "accept": "offer_confirm",
    "offer": "offer_choice",
    "date": "payment_date",
    "amount": "payment_amount",
    "installments": "proposal",
    "anything": "open",
}


class BadRequest(ValueError):
    """A request that cannot be read; the text names the field and what is wrong."""


@dataclass(frozen=True, slots=True)
class Request:
    """A message from outside. `language` and `country` are "" where they were not told; `asked`
    is the question before it, by its kind or in words."""

    id: str | int
    text: str
    language: Language | Literal[""] = ""
    country: str = ""
    channel: str = ""
    ref_date: date | None = None
    asked: str = ""


@dataclass(frozen=True)
class Pipeline:
    """A trained model with its encoder."""

    model: Model
    encoder: Encoder

    def read(self, requests: Sequence[Request]) -> list[Reading]:
        """The readings alone, in one batch."""
        messages = [Message(request.text, pending_of(request.asked)) for request in requests]
        return self.model.reader.read(messages, self.encoder)

    def understand(self, requests: Sequence[Request], today: date) -> list[dict[str, Any]]:
        """One answer per request, ready for JSON; `today` where a request has no `ref_date`."""
        return [
            _answer(request, reading, today)
            for request, reading in zip(requests, self.read(requests), strict=True)
        ]


def parse_request(given: object) -> Request:
    """A request from JSON: id, text and, all optional, lang, country, channel, ref_date and
    pending_question. Raises BadRequest."""
    if not isinstance(given, Mapping):
        raise BadRequest("not an object")
    name = given.get("id")
    if isinstance(name, bool) or not isinstance(name, str | int):
        raise BadRequest("id: missing, or neither a text nor a number")
    text = given.get("text")
    if not isinstance(text, str):
        raise BadRequest("text: missing or not a text")
    language, region = _language(_text(given, "lang"))
    country = _text(given, "country")
    if country and not _COUNTRY.match(country):
        raise BadRequest("country: not two letters of ISO 3166")
    if not country:
        country = region or _language(_text(given, "variety"))[1]
    return Request(
        id=name,
        text=text,
        language=language,
        country=country.upper(),
        channel=_text(given, "channel"),
        ref_date=_day(given),
        asked=_question(given),
    )


def _text(given: Mapping[Any, Any], field: str) -> str:
    value = given.get(field)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadRequest(f"{field}: not a text")
    return value.strip()


def _language(tag: str) -> tuple[Language | Literal[""], str]:
    # A language that is none of ours is no hint, and no reason to refuse the message.
    match = _TAG.match(tag)
    if not match:
        return "", ""
    return cast(Language, match[1].lower()), match[2] or ""


def _day(given: Mapping[Any, Any]) -> date | None:
    value = _text(given, "ref_date")
    try:
        return date.fromisoformat(value[:10]) if value else None
    except ValueError:
        raise BadRequest("ref_date: not a date such as 2026-11-23") from None


def _question(given: Mapping[Any, Any]) -> str:
    for field in ("pending_question", "pending"):
        value = given.get(field)
        if isinstance(value, Mapping):
            value = next((value[key] for key in ("kind", "type", "text") if key in value), None)
        if value is None:
            continue
        if not isinstance(value, str):
            raise BadRequest(f"{field}: not a text")
        return value
    return ""


def _answer(request: Request, reading: Reading, today: date) -> dict[str, Any]:
    language = language_of(request, reading)
    blank = not request.text.strip()
    return {
        "id": request.id,
        "lang": language,
        "intents": [] if blank else list(reading.intents),
        "top3": list(reading.top3),
        "confidence": 0.0 if blank else reading.confidence,
        "act": reading.act and not blank,
        "entities": read_text(
            request.text,
            country=request.country or COUNTRY_OF[language],
            ref_date=request.ref_date or today,
            pending=question_of(request.asked),
        ),
    }


def question_of(asked: str) -> QuestionKind | None:
    """The dialogue's own kind of a question given by its kind or in words; None for nothing."""
    if asked in get_args(QuestionKind):
        return cast(QuestionKind, asked)
    return _QUESTIONS.get(pending_of(asked))


def language_of(request: Request, reading: Reading) -> Language:
    """The language of a message: what was told, unless its words clearly say another."""
    if not request.language:
        return LANGUAGES[int(reading.look.languages.argmax())]
    original = clean(request.text)
    return detect(original, fold(original), request.language)[0]
