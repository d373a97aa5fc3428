"""Which column of a file is which field: by the headers' words (`header_words`).

The words are looked for as they stand first, and where none is found as sets of tokens, so that
`Fec. Vto` is `fecha_de_vencimiento` and `Total Saldo` is `saldo_total`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from acuerdo.portfolio.errors import HeaderAmbiguous
from acuerdo.portfolio.rules.header_words import (
    AMOUNTS,
    COMPONENTS,
    FIELDS,
    LATER,
    SEVERAL,
    SHORT,
    SILENT,
    SUMMED,
)

__all__ = [
    "AMOUNTS",
    "COMPONENTS",
    "FIELDS",
    "SEVERAL",
    "SUMMED",
    "Guess",
    "count_known",
    "find_columns",
    "guess_columns",
    "list_guesses",
    "plain_header",
]

Certainty = Literal["declared", "word", "likeness", "last_resort", "unclear"]
# Two columns for one of these would change who owes what: then the file must say which.
_NEVER_GUESSED = frozenset(
    {"principal", "total", "account", "due_on", "days_overdue", "months_overdue", "currency"}
)
# "Capital (COP)", "saldo en pesos": what follows the word may name the unit.
_UNITS = frozenset("cop mxn brl eur usd clp pen ars r rs mn pesos euros reais soles".split())


@dataclass(frozen=True, slots=True)
class Guess:
    """A column, by its position, and why it was taken: a mapping declares it, its header is a known
    word, is like one, nothing else was there, or others could be the same (`plans`)."""

    position: int
    certainty: Certainty


def plain_header(text: str) -> str:
    """`Fecha de Vencimiento.` → `fecha_de_vencimiento`; a number at the end stays."""
    letters = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "_", letters).strip("_")
    return words[:80]


def _tokens(plain: str) -> frozenset[str]:
    """What a plain header says, however it is shortened and in whatever order."""
    words = [SHORT.get(word, word) for word in plain.split("_") if word not in SILENT]
    return frozenset(
        word[:-1] if len(word) > 4 and word.endswith("s") else word
        for word in words
        if word not in _UNITS
    ) - {""}


_ALL_WORDS = frozenset(word for words in FIELDS.values() for word in words)
_ALL_TOKENS = frozenset(_tokens(word) for word in _ALL_WORDS)


def count_known(cells: Sequence[str], declared: Iterable[str] = ()) -> int:
    """How many different headers among `cells` name a field, or are declared in a mapping."""
    known = _ALL_WORDS | {plain_header(name) for name in declared}
    plain = {plain_header(cell) for cell in cells} - {""}
    return sum(cell in known or _tokens(cell) in _ALL_TOKENS for cell in plain)


def guess_columns(
    headers: Sequence[str],
    extra: Mapping[str, Sequence[str]],
    declared: Mapping[str, Sequence[str]],
) -> dict[str, list[int]]:
    """Field → positions of its columns: `list_guesses` without the certainties."""
    return {
        field: [guess.position for guess in guesses]
        for field, guesses in list_guesses(headers, extra, declared).items()
    }


def list_guesses(
    headers: Sequence[str],
    extra: Mapping[str, Sequence[str]],
    declared: Mapping[str, Sequence[str]],
) -> dict[str, list[Guess]]:
    """Field → its columns. `extra` are registered columns with their headers; `declared` (field →
    headers) comes from a mapping and is never second-guessed.

    Raises HeaderAmbiguous where two columns could be the same amount, account, or date.
    """
    plain = [plain_header(header) for header in headers]
    known: dict[str, tuple[tuple[str, ...], ...]] = {}
    for field, words in FIELDS.items():
        later = LATER.get(field, ())
        put_off = {word for group in later for word in group}
        known[field] = (tuple(word for word in words if word not in put_off), *later)
    known.update(
        {field: (tuple(plain_header(word) for word in words),) for field, words in extra.items()}
    )
    taken: set[int] = set()
    found: dict[str, list[Guess]] = {}
    for field, names in declared.items():
        positions = [
            position
            for name in names
            for position, header in enumerate(headers)
            if header == name or plain[position] == plain_header(name)
        ]
        if positions:
            found[field] = [Guess(position, "declared") for position in dict.fromkeys(positions)]
            taken.update(positions)
    for field, groups in known.items():
        if field in declared:
            continue
        guesses = _guess(field, groups, headers, plain, taken)
        if guesses:
            found[field] = guesses
            taken.update(guess.position for guess in guesses)
    return found


def _guess(
    field: str,
    groups: Sequence[Sequence[str]],
    headers: Sequence[str],
    plain: Sequence[str],
    taken: set[int],
) -> list[Guess]:
    """The columns of a field: by the first of the groups of words that any header is in."""
    several = field in SEVERAL
    for place, words in enumerate(groups):
        exact = _rank(plain, words, taken, several=several)
        like = _rank_like(plain, words, taken, several=several)
        if several or field in SUMMED:
            seen = {position for _, position in exact}
            both = [Guess(position, "word") for position in seen]
            both += [Guess(position, "likeness") for _, position in like if position not in seen]
            if both:
                return sorted(both, key=lambda guess: guess.position)
            continue
        ranked = sorted(exact or like)
        if not ranked:
            continue
        if field in _NEVER_GUESSED and len(ranked) > 1 and place == 0:
            names = ", ".join(headers[position] for _, position in ranked)
            raise HeaderAmbiguous(field=field, found=names, first=headers[ranked[0][1]])
        certainty: Certainty = "last_resort" if place else "word" if exact else "likeness"
        return [Guess(ranked[0][1], certainty)]
    return []


def find_columns(
    headers: Sequence[str], fields: Mapping[str, tuple[str, ...]]
) -> dict[str, list[int]]:
    """Field → the positions of its columns, the surest header first; a number at the end of one is
    ignored ("Telefono 2"). For files that change no debt's amount: nothing is refused here."""
    exact = [plain_header(header) for header in headers]
    plain = [name.rstrip("0123456789").rstrip("_") for name in exact]
    found: dict[str, list[int]] = {}
    taken: set[int] = set()
    for field, words in fields.items():
        ranked = [
            (words.index(name), position)
            for position in range(len(headers))
            if position not in taken
            for name in (exact[position], plain[position])
            if name in words
        ]
        positions = list(dict.fromkeys(position for _rank, position in sorted(ranked)))
        if positions:
            found[field] = positions
            taken.update(positions)
    return found


def _rank(
    plain: Sequence[str], words: Sequence[str], taken: set[int], *, several: bool
) -> list[tuple[int, int]]:
    """(rank of the word, position) of every free column that any of `words` names."""
    ranked = []
    for position, header in enumerate(plain):
        if position in taken or not header:
            continue
        candidates = [header, _without_number(header)] if several else [header]
        if "_" in header:
            candidates.append(re.sub(rf"_(?:(?:en|em)_)?(?:{'|'.join(_UNITS)})$", "", header))
        for candidate in candidates:
            if candidate in words:
                ranked.append((words.index(candidate), position))
                break
    return ranked


def _rank_like(
    plain: Sequence[str], words: Sequence[str], taken: set[int], *, several: bool
) -> list[tuple[int, int]]:
    """The same for columns whose tokens are those of a word."""
    ranks: dict[frozenset[str], int] = {}
    for rank, word in enumerate(words):
        ranks.setdefault(_tokens(word), rank)
    ranked = []
    for position, header in enumerate(plain):
        if position in taken:
            continue
        tokens = _tokens(_without_number(header) if several else header)
        if tokens and tokens in ranks:
            ranked.append((ranks[tokens], position))
    return ranked


def _without_number(header: str) -> str:
    return re.sub(r"_?\d{1,2}$", "", header)
