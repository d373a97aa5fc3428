"""An entry of a FAQ, and named facts, as fields that a person types in. Pure but for words.

A fault of a document stands beside the field that it is about, as in a form of policies.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from acuerdo.agreements.files import Fault, PolicyFaults
from acuerdo.assistant.faq.documents import FactDocument, FaqDocument, read_entry, read_fact
from acuerdo.assistant.nlu.contract import LANGUAGES
from acuerdo.assistant.nlu.text import fold

_LONGEST = 8_000
EMPTY_FACTS = 2  # lines to write a new one into


@dataclass(slots=True)
class LanguageFields:
    """The wordings (one a line) and the answer in one language, and what is wrong with them."""

    code: str
    questions: str = ""
    answer: str = ""
    wrong_questions: str = ""
    wrong_answer: str = ""


@dataclass(slots=True)
class FaqForm:
    """What stands in the fields. `document` is None where they cannot be an entry."""

    code: str = ""
    active: bool = True
    languages: list[LanguageFields] = field(default_factory=list)
    wrong_code: str = ""
    wrong: str = ""
    document: FaqDocument | None = None

    @classmethod
    def of(cls, document: FaqDocument) -> FaqForm:
        """The fields of an entry."""
        return cls(
            code=document.code,
            active=document.active,
            languages=[
                LanguageFields(
                    code=one,
                    questions="\n".join(document.questions.get(one, ())),
                    answer=document.answers.get(one, ""),
                )
                for one in LANGUAGES
            ],
            document=document,
        )

    @classmethod
    def asked(cls, questions: Mapping[str, Sequence[str]]) -> FaqForm:
        """The fields of a new entry, with wordings by language."""
        return cls(
            languages=[
                LanguageFields(code=one, questions="\n".join(questions.get(one, ())))
                for one in LANGUAGES
            ]
        )

    @classmethod
    def typed(cls, data: Mapping[str, str]) -> FaqForm:
        """What somebody typed, with what is wrong in it."""
        form = cls(
            code=data.get("code", "").strip()[:60],
            active=data.get("active") == "on",
            languages=[
                LanguageFields(
                    code=one,
                    questions=data.get(f"questions.{one}", "")[:_LONGEST].replace("\r", ""),
                    answer=data.get(f"answer.{one}", "")[:_LONGEST].replace("\r", "").strip(),
                )
                for one in LANGUAGES
            ],
        )
        form.code = form.code or form._code_of_question() or "entry"
        try:
            form.document = read_entry(form._plain())
        except PolicyFaults as wrong:
            form.mark(wrong.faults)
        return form

    def _plain(self) -> dict[str, Any]:
        questions = {
            one.code: [line.strip() for line in one.questions.split("\n") if line.strip()]
            for one in self.languages
        }
        return {
            "code": self.code,
            "active": self.active,
            "questions": {language: lines for language, lines in questions.items() if lines},
            "answers": {one.code: one.answer for one in self.languages if one.answer},
        }

    def _code_of_question(self) -> str:
        """A code from the first words of the question, where nobody gave one."""
        first = next((one.questions for one in self.languages if one.questions.strip()), "")
        words = re.findall(r"[a-z]{3,}", fold(first.strip().split("\n")[0]))
        return "_".join(words[:5])[:40].rstrip("_")

    def mark(self, faults: Sequence[Fault]) -> None:
        """Put each fault beside its field."""
        self.document = None
        by_code = {one.code: one for one in self.languages}
        for fault in faults:
            name, *rest = fault.path or ("",)
            fields = by_code.get(str(rest[0])) if rest else None
            if name == "code":
                self.wrong_code = fault.message
            elif name == "answers" and fields:
                fields.wrong_answer = fault.message
            elif name == "questions" and fields:
                place = f"{int(rest[1]) + 1}. " if len(rest) > 1 else ""
                fields.wrong_questions = f"{place}{fault.message}"
            else:
                self.wrong = " ".join([self.wrong, fault.message]).strip()


@dataclass(slots=True)
class FactLine:
    """A named fact as the page shows it; `es`, `pt`, `en` are its texts."""

    name: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    wrong: str = ""

    @property
    def cells(self) -> list[tuple[str, str]]:
        """(language, text), in the order of the columns."""
        return [(one, self.texts.get(one, "")) for one in LANGUAGES]


def fact_lines(facts: Mapping[str, Mapping[str, str]]) -> list[FactLine]:
    """The facts, and empty lines for new ones."""
    known = [FactLine(name, dict(texts)) for name, texts in facts.items()]
    return [*known, *(FactLine() for _new in range(EMPTY_FACTS))]


def read_facts(data: Any) -> tuple[list[FactLine], list[FactDocument] | None]:
    """(what was typed, the facts), None where a line cannot be one. A line without a name and
    texts is none; one whose texts were all emptied is taken away."""
    lines = [
        FactLine(name.strip()[:60], dict(zip(LANGUAGES, texts, strict=True)))
        for name, *texts in zip(
            data.getlist("name"), *(data.getlist(one) for one in LANGUAGES), strict=False
        )
    ]
    documents: list[FactDocument] = []
    for line in lines:
        texts = {one: text.strip() for one, text in line.texts.items() if text.strip()}
        if not texts:
            continue
        try:
            document = read_fact({"code": line.name, "texts": texts})
        except PolicyFaults as wrong:
            line.wrong = wrong.faults[0].message
            continue
        if any(document.code == one.code for one in documents):
            line.wrong = _("This name stands here twice.")
        documents.append(document)
    return lines, None if any(line.wrong for line in lines) else documents
