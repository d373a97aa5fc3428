"""The training examples: readable files in the project, checked as they are read.

`training/<language>/<intent>.tsv` has one message a line (`training/README.md`). The data's
version is a hash over what the training sees, so a model says exactly what it was made from.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from acuerdo.assistant.nlu.contract import LANGUAGES
from acuerdo.assistant.nlu.intents import INTENTS, OUT_OF_SCOPE, PENDING
from acuerdo.assistant.nlu.text import clean, fold

TRAINING = Path(__file__).with_name("training")
COLUMNS = ("text", "intents", "variety", "style", "writer", "pending")
STYLES = ("chat", "sms", "voice", "email", "webchat")
VARIETIES: dict[str, tuple[str, ...]] = {
    "es": ("es-CO", "es-MX", "es-AR", "es-CL", "es-PE", "es-ES"),
    "pt": ("pt-BR",),
    "en": ("en-US", "en-GB", "en-ZA"),
}


class BadExample(ValueError):
    """A line of the training files that cannot be used; says which and why."""


@dataclass(frozen=True, slots=True)
class Example:
    """One message and what it means: `intents` in text order, the first is the primary one.

    `writer` groups examples of one voice or pattern, which cross-validation never splits;
    `pending` is what was asked before (`intents.PENDING`), "" for nothing.
    """

    text: str
    intents: tuple[str, ...]
    language: str
    variety: str = ""
    style: str = "chat"
    writer: str = ""
    pending: str = ""

    @property
    def primary(self) -> str:
        return self.intents[0]


def load_examples(directory: Path = TRAINING) -> list[Example]:
    """All examples of a folder in a fixed order. Raises BadExample at the first bad line."""
    examples: list[Example] = []
    for file in sorted(directory.glob("*/*.tsv")):
        examples.extend(_read(file))
    check(examples)
    return examples


def _read(file: Path) -> Iterable[Example]:
    language = file.parent.name
    lines = file.read_text("utf-8").splitlines()
    if not lines or tuple(lines[0].split("\t")) != COLUMNS:
        raise BadExample(f"{file}: the first line must be {' '.join(COLUMNS)}")
    for number, line in enumerate(lines[1:], start=2):
        cells = line.split("\t")
        if len(cells) != len(COLUMNS):
            raise BadExample(f"{file}:{number}: {len(cells)} columns, not {len(COLUMNS)}")
        text, intents, variety, style, writer, pending = cells
        example = Example(
            text, tuple(intents.split(",")), language, variety, style, writer, pending
        )
        problem = problem_with(example)
        if not problem and example.primary != file.stem:
            problem = f"its first intent is {example.primary}"
        if problem:
            raise BadExample(f"{file}:{number}: {problem}")
        yield example


def problem_with(example: Example) -> str:
    """Why an example cannot be used, or ""."""
    unknown = [intent for intent in example.intents if intent not in INTENTS]
    if unknown or not example.intents:
        return f"unknown intent {', '.join(unknown)}"
    if len(set(example.intents)) != len(example.intents):
        return "an intent twice"
    if OUT_OF_SCOPE in example.intents and len(example.intents) > 1:
        return "what is out of scope means nothing else"
    if example.language not in LANGUAGES:
        return f"unknown language {example.language}"
    if example.variety not in VARIETIES[example.language]:
        return f"unknown variety {example.variety}"
    if example.style not in STYLES:
        return f"unknown style {example.style}"
    if example.pending and example.pending not in PENDING:
        return f"unknown question {example.pending}"
    if not example.text.strip() or not example.writer:
        return "no text or no writer"
    return ""


def identity(example: Example) -> tuple[str, str]:
    """What makes two examples the same: the folded words and what was asked."""
    return " ".join(fold(clean(example.text)).split()), example.pending


def check(examples: Sequence[Example]) -> None:
    """Raise BadExample where the same message stands twice in one language."""
    seen: dict[tuple[str, str, str], Example] = {}
    for example in examples:
        key = (example.language, *identity(example))
        if key in seen:
            raise BadExample(f"twice ({seen[key].primary}, {example.primary}): {example.text}")
        seen[key] = example


def balance(examples: Sequence[Example]) -> dict[str, Counter[str]]:
    """How many examples there are by intent, language, variety, style and question."""
    return {
        "intent": Counter(intent for example in examples for intent in example.intents),
        "language": Counter(example.language for example in examples),
        "variety": Counter(example.variety for example in examples),
        "style": Counter(example.style for example in examples),
        "pending": Counter(example.pending for example in examples),
    }


def hash_of(examples: Iterable[Example]) -> str:
    """The data's version: it changes with any text, label, writer or question, in any order."""
    digest = hashlib.sha256()
    for line in sorted(
        "\t".join(
            (
                example.language,
                example.text,
                ",".join(example.intents),
                example.variety,
                example.style,
                example.writer,
                example.pending,
            )
        )
        for example in examples
    ):
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()
