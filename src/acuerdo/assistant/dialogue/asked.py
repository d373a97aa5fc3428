"""The act and the outcome of a question of the FAQ: what is looked for, and what is said to it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AnswerQuestion(_Frozen):
    """Say the answer of an entry of the FAQ (by public id); facts of a debt are those of the
    account."""

    kind: Literal["answer_question"] = "answer_question"
    entry: str
    account: str
    language: str


class Answered(_Frozen):
    """The answer in words, with the facts in it. `private`: it tells of a debt, and the words are
    left out for somebody who has not proved who they are."""

    kind: Literal["answered"] = "answered"
    text: str = ""
    facts: tuple[str, ...] = ()
    private: bool = False
