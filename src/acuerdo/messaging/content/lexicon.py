"""The lexicons: what words tell a reader, in es, pt and en, as data.

A file has `words` (named parts of patterns), `harmless` (what is blanked out before a fact is
looked for; `any` for all of them), `facts` (the patterns of each) and `cues`. A pattern is a
regular expression over folded text, with shorter signs for what is common:

    a blank      a blank and light punctuation, never the end of a sentence
    ` .. `       up to five words of the same sentence
    `pag*`       a word that begins so
    `<name>`     a part from `words`
    ` ...`       (at the end) the rest of the sentence
    ` ...!`      the same, but only in a sentence without a condition («there will be no suit *if
                 you pay*» is no comfort)

All languages are read whatever the locale of a text says, and what is harmless in one is harmless.
A sentence is read once: the texts of a portfolio differ in the names only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import yaml

LANGUAGES = ("es", "pt", "en")

_GAP = r"(?:[^\w.!?]{1,4})"
_NAME = re.compile(r"<([a-z]+)>")
_BLANKED = "\x00"


@dataclass(frozen=True, slots=True)
class Hit:
    """A fact's words in a folded sentence."""

    fact: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Lexicon:
    facts: Mapping[str, re.Pattern[str]]
    harmless: Mapping[str, re.Pattern[str]]
    cautious: Mapping[str, re.Pattern[str]]
    unless: re.Pattern[str]
    cues: Mapping[str, str]


def read_sentence(folded: str, *, heading: bool = False) -> tuple[Hit, ...]:
    """What a folded sentence says; as a heading, what it looks like (`heading`)."""
    return _read(folded, heading) if folded else ()


@lru_cache(maxsize=32_768)
def _read(folded: str, heading: bool) -> tuple[Hit, ...]:
    lexicon = get_lexicon()
    hits: list[Hit] = []
    conditional = lexicon.unless.search(folded) is not None
    calm = _blank(folded, lexicon.harmless.get("any"))
    for fact, pattern in lexicon.facts.items():
        if (fact == "heading") is not heading:
            continue
        name = "looks_judicial" if heading else fact
        text = _blank(calm, lexicon.harmless.get(name))
        if not conditional:
            text = _blank(text, lexicon.cautious.get(name))
        hits += [Hit(name, hit.start(), hit.end()) for hit in pattern.finditer(text)]
    return tuple(hits)


def _blank(text: str, pattern: re.Pattern[str] | None) -> str:
    if pattern is None:
        return text
    return pattern.sub(lambda hit: _BLANKED * len(hit.group()), text)


@lru_cache(maxsize=1)
def get_lexicon() -> Lexicon:
    """The lexicons of all languages as one. Raises ValueError on an unknown `<name>`."""
    facts: dict[str, list[str]] = {}
    harmless: dict[str, list[str]] = {}
    cautious: dict[str, list[str]] = {}
    cues: dict[str, list[str]] = {}
    unless: list[str] = []
    for language in LANGUAGES:
        data: dict[str, Any] = yaml.safe_load(
            (files(__package__) / f"{language}.yaml").read_text("utf-8")
        )
        words = data["words"]
        for fact, patterns in data["facts"].items():
            facts.setdefault(fact, []).extend(_expand(one, words) for one in patterns)
        for fact, patterns in data["harmless"].items():
            for one in patterns:
                kind = cautious if one.endswith(" ...!") else harmless
                kind.setdefault(fact, []).append(_expand(one.removesuffix("!"), words))
        for name, pattern in data["cues"].items():
            cues.setdefault(name, []).append(_expand(pattern, words))
        unless.append(_expand(words["unless"], words))
    return Lexicon(
        facts=_compiled(facts),
        harmless=_compiled(harmless),
        cautious=_compiled(cautious),
        unless=_any(unless),
        cues=MappingProxyType({name: "|".join(parts) for name, parts in cues.items()}),
    )


def _compiled(patterns: Mapping[str, list[str]]) -> Mapping[str, re.Pattern[str]]:
    return MappingProxyType({fact: _any(parts) for fact, parts in patterns.items()})


def _any(parts: list[str]) -> re.Pattern[str]:
    return re.compile(r"(?<!\w)(?:" + "|".join(parts) + r")(?!\w)")


def _expand(pattern: str, words: Mapping[str, str]) -> str:
    """A pattern in short signs as a regular expression."""

    def part(name: re.Match[str]) -> str:
        if name[1] not in words:
            raise ValueError(f"there are no words called {name[1]}")
        return f"(?:{words[name[1]]})"

    while _NAME.search(pattern):
        pattern = _NAME.sub(part, pattern)
    pattern = re.sub(r"\((?!\?)", "(?:", pattern)
    pattern = re.sub(r"(?<=\w)\*", r"\\w*", pattern)
    rest = pattern.endswith(" ...")
    pattern = pattern.removesuffix(" ...")
    pattern = pattern.replace(" .. ", "\x01").replace(" ", _GAP)
    pattern = pattern.replace("\x01", rf"(?:{_GAP}[\w']+){{0,5}}?{_GAP}")
    return f"(?:{pattern}{'[^.!?]*' if rest else ''})"
