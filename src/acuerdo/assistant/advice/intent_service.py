"""Services that name the intent of a text: Dialogflow, Watson and CLU, by the shape they answer in.

They are taught with the labels of the project (`acuerdo labels export`), so that their intents
have our names; others are not understood here. What they find of values is not read: values come
from our own grammar.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

import httpx

from acuerdo.assistant.advice.contract import Answer, NoAdvice, Proposal, Proposals, Question
from acuerdo.assistant.advice.openai_endpoint import read_bounded
from acuerdo.assistant.nlu.intents import RULE_OF

Shape = Literal["dialogflow", "watson", "clu"]
# Under this the service itself is not sure.
_SURE_ENOUGH = 0.6


class IntentService:
    """`Adviser` over one of those services; `url` is the address that reads one text."""

    def __init__(self, shape: Shape, url: str, key: str) -> None:
        self._shape, self._url, self._key = shape, url, key

    def propose(self, question: Question, *, seconds: float) -> Answer[Proposals]:
        """See `Adviser`."""
        ask, found = _SHAPES[self._shape]
        try:
            with httpx.stream(
                "POST", self._url, timeout=seconds, **ask(question, self._key, self._url)
            ) as response:
                if response.status_code != 200:
                    raise NoAdvice("refused", str(response.status_code))
                raw = read_bounded(response.iter_bytes())
        except httpx.TimeoutException as error:
            raise NoAdvice("late") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NoAdvice("unreachable", type(error).__name__) from error
        try:
            ranked = sorted(
                ((float(sure), str(name)) for name, sure in found(json.loads(raw))), reverse=True
            )
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            raise NoAdvice("unreadable") from error
        names = [RULE_OF.get(name, name) for sure, name in ranked[:1] if sure >= _SURE_ENOUGH]
        return Answer(
            Proposals(
                commands=tuple(
                    Proposal(name=name, quote=question.text)
                    for name in names
                    if name in question.names
                )
            )
        )

    def reword(self, sentence: str, question: Question, *, seconds: float) -> Answer[str]:
        """They read, and do not write."""
        raise NoAdvice("refused", "cannot write")


_Pairs = Iterable[tuple[Any, Any]]


def _ask_dialogflow(question: Question, key: str, url: str) -> dict[str, Any]:
    spoken: dict[str, Any] = {"text": question.text, "languageCode": question.language}
    if "/v3" in url:  # CX has the language beside the text, ES within it
        query: dict[str, Any] = {
            "text": {"text": question.text},
            "languageCode": question.language,
        }
    else:
        query = {"text": spoken}
    return {"headers": {"Authorization": f"Bearer {key}"}, "json": {"queryInput": query}}


def _from_dialogflow(body: Any) -> _Pairs:
    result = body["queryResult"]
    match = result.get("match") or {
        "intent": result.get("intent"),
        "confidence": result.get("intentDetectionConfidence"),
    }
    return [(match["intent"]["displayName"], match["confidence"])] if match["intent"] else []


def _ask_watson(question: Question, key: str, url: str) -> dict[str, Any]:
    return {
        "auth": ("apikey", key),
        "json": {
            "input": {
                "message_type": "text",
                "text": question.text,
                "options": {"alternate_intents": True},
            }
        },
    }


def _from_watson(body: Any) -> _Pairs:
    return [(one["intent"], one["confidence"]) for one in body["output"]["intents"]]


def _ask_clu(question: Question, key: str, url: str) -> dict[str, Any]:
    named = parse_qs(urlsplit(url).query)
    item = {
        "id": "1",
        "participantId": "1",
        "text": question.text,
        "language": question.language,
    }
    return {
        "headers": {"Ocp-Apim-Subscription-Key": key},
        "json": {
            "kind": "Conversation",
            "analysisInput": {"conversationItem": item},
            "parameters": {
                "projectName": named.get("project", [""])[0],
                "deploymentName": named.get("deployment", [""])[0],
                "stringIndexType": "Utf16CodeUnit",
            },
        },
    }


def _from_clu(body: Any) -> _Pairs:
    found = body["result"]["prediction"]["intents"]
    return [(one["category"], one["confidenceScore"]) for one in found]


_Asks = Callable[[Question, str, str], dict[str, Any]]
_SHAPES: dict[str, tuple[_Asks, Callable[[Any], _Pairs]]] = {
    "dialogflow": (_ask_dialogflow, _from_dialogflow),
    "watson": (_ask_watson, _from_watson),
    "clu": (_ask_clu, _from_clu),
}
