"""Any endpoint that speaks the OpenAI chat API: of a vendor, or a model on one's own machine."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from acuerdo.assistant.advice.asking import (
    messages_for,
    messages_to_reword,
    schema_for,
    schema_to_reword,
)
from acuerdo.assistant.advice.contract import MAX_BYTES, Answer, NoAdvice, Proposals, Question

# A few commands, or a sentence.
_MAX_TOKENS = 300


class _Wording(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    text: str = Field(min_length=1, max_length=600)


class OpenAIEndpoint:
    """`Adviser` through the `openai` client: temperature 0, a schema, no retries."""

    def __init__(self, url: str, key: str, model: str) -> None:
        # Loaded here and not above: it takes a second, which most installations need not spend,
        # and no debtor should.
        import openai

        self._model = model
        self._errors = openai
        self._client = openai.OpenAI(base_url=url, api_key=key or "none", max_retries=0)

    def propose(self, question: Question, *, seconds: float) -> Answer[Proposals]:
        """See `Adviser`."""
        said, tokens_in, tokens_out = self._ask(
            messages_for(question), schema_for(question), seconds
        )
        try:
            return Answer(Proposals.model_validate_json(said), tokens_in, tokens_out)
        except ValidationError as error:
            raise NoAdvice("unreadable") from error

    def reword(self, sentence: str, question: Question, *, seconds: float) -> Answer[str]:
        """See `Adviser`."""
        said, tokens_in, tokens_out = self._ask(
            messages_to_reword(sentence, question), schema_to_reword(), seconds
        )
        try:
            return Answer(_Wording.model_validate_json(said).text.strip(), tokens_in, tokens_out)
        except ValidationError as error:
            raise NoAdvice("unreadable") from error

    def _ask(
        self, messages: list[dict[str, str]], schema: dict[str, Any], seconds: float
    ) -> tuple[str, int, int]:
        """The text of the answer, and the tokens of the question and of the answer."""
        named = {"name": "answer", "strict": True, "schema": schema}
        asking: Any = self._client.chat.completions.with_streaming_response
        try:
            with asking.create(
                model=self._model,
                messages=messages,
                temperature=0,
                max_tokens=_MAX_TOKENS,
                response_format={"type": "json_schema", "json_schema": named},
                timeout=seconds,
            ) as response:
                raw = read_bounded(response.iter_bytes())
        except self._errors.APITimeoutError as error:
            raise NoAdvice("late") from error
        except self._errors.APIStatusError as error:
            raise NoAdvice("refused", str(error.status_code)) from error
        except self._errors.OpenAIError as error:
            raise NoAdvice("unreachable", type(error).__name__) from error
        try:
            body = json.loads(raw)
            said = body["choices"][0]["message"]["content"]
            used = body.get("usage") or {}
            tokens = int(used.get("prompt_tokens") or 0), int(used.get("completion_tokens") or 0)
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            raise NoAdvice("unreadable") from error
        if not isinstance(said, str):
            raise NoAdvice("unreadable")
        return said, *tokens


def read_bounded(chunks: Iterable[bytes]) -> bytes:
    """All of an answer, unless it is longer than one can be. Raises NoAdvice."""
    raw = bytearray()
    for chunk in chunks:
        raw += chunk
        if len(raw) > MAX_BYTES:
            raise NoAdvice("too_large")
    return bytes(raw)
