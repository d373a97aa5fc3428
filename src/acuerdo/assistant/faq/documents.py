"""An entry of a FAQ as a document: what a file says and what a page's form sends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from acuerdo.agreements.files import Fault, PolicyFaults, read_model
from acuerdo.assistant.nlu.contract import Language
from acuerdo.messaging.errors import TemplateInvalid
from acuerdo.messaging.liquid import list_paths

MAX_WORDINGS: Final = 20
MAX_ANSWER: Final = 1_500

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Wording = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=200)]
Answer = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_ANSWER)
]
OwnText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FaqDocument(_Part):
    """A question in several wordings and its answer, each by language (es, pt, en)."""

    code: Code
    active: bool = True
    questions: dict[Language, Annotated[list[Wording], Field(max_length=MAX_WORDINGS)]]
    answers: dict[Language, Answer]


class FactDocument(_Part):
    """A fact that a creditor gives a name: its text by language."""

    code: Code
    texts: dict[Language, OwnText]


def read_entry(data: Mapping[str, Any]) -> FaqDocument:
    """An entry from plain values. Raises PolicyFaults."""
    document = read_model(FaqDocument, data)
    faults = []
    if not any(document.questions.values()):
        faults.append(Fault(("questions",), _("Write the question in at least one wording.")))
    if not document.answers:
        faults.append(Fault(("answers",), _("Write the answer in at least one language.")))
    for language, answer in document.answers.items():
        try:
            list_paths(answer)
        except TemplateInvalid as wrong:
            faults.append(Fault(("answers", language), str(wrong)))
    if faults:
        raise PolicyFaults(faults)
    return document


def read_fact(data: Mapping[str, Any]) -> FactDocument:
    """A named fact from plain values. Raises PolicyFaults."""
    document = read_model(FactDocument, data)
    if not document.texts:
        raise PolicyFaults([Fault(("texts",), _("Write it in at least one language."))])
    return document
