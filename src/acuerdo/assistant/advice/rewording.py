"""Which sentences a model may put into other words, and whether its words may go out. Pure.

Only sentences without a figure, a day, a link or a name: what is owed, offered and agreed is said
by our templates alone, letter by letter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from acuerdo.assistant.dialogue.guard import check_text
from acuerdo.assistant.dialogue.values import ReplyPart
from acuerdo.assistant.nlu.language import detect
from acuerdo.assistant.nlu.text import clean, fold

REWORDABLE = frozenset(
    {
        "cannot.how_much",
        "cannot.note",
        "offer.nearest",
        "open.help",
        "open.later",
        "open.next",
        "proposal.ask",
        "question.unknown",
        "repair.open",
        "social.bye",
        "social.greet",
        "social.thanks",
    }
)
_LONGER, _AT_LEAST = 2, 60
# What is no sentence of ours to promise, to deny or to threaten with, in any language.
_FORBIDDEN = re.compile(
    r"cancel|anul|perdon|condon|exoner|forgiv|forgav|waiv|erase|elimin|borr(?:ar|am|ad)|apag(?:ar|am|ad)"
    r"|grat[iu]|free\b|descuent|descont|discount|rebaj|abatim|reduc|reduz|mitad|metade|half"
    r"|sald(?:ad|o\b)|quitad|liquidad|paid\b|pagad[oa]|settled|nada\s+que\s+pagar|owe\s+nothing"
    r"|carcel|prision|cadeia|preso|prisao|jail|prison|polici|police|embarg|penhor|seize|demand"
    r"|juici|juez|juiz|judicial|tribunal|court|lawsuit|\bsue\b|abogad|advogad|lawyer|delito|crime"
    r"|denunci|verguenza|vergonha|shame|familia|family|jefe|patrao|chefe|employer|boss"
    r"|garanti|guarante|prome[ts]|promise|jur(?:o|amos)\b|contrasena|senha|password|pin\b|tarjeta"
    r"|cartao|\bcard\b|instruc|prompt|sistema|system|\bia\b|\bai\b|modelo|model"
)
_OF_A_DEBT = re.compile(
    r"deud|divid|debt|deb[eo]|owe|cuot|parcel|instal|pag[aou]|pay|cobr|collect|moros|overdue|venc"
)
_MARKUP = re.compile(r"[<>{}\[\]|`*#_\\@]|https?:|www\.")
_SENTENCE_START = re.compile(r"(?:^|[.!?\u00a1\u00bf:;\n]\s*)$")
_WORD = re.compile(r"[^\W\d_]+")


def may_reword(part: ReplyPart) -> bool:
    """Whether this part of a reply may have other words."""
    return part.template in REWORDABLE and not part.facts


def check_wording(
    wording: str, sentence: str, *, language: str, country: str, today: date, verified: bool
) -> tuple[str, ...]:
    """Why `wording` may not stand for `sentence` of ours (empty: it may)."""
    folded, ours = fold(clean(wording)), fold(clean(sentence))
    problems = list(check_text(wording, (), country=country, today=today))
    if len(wording) > max(_LONGER * len(sentence), _AT_LEAST):
        problems.append("too long")
    if wording.count("?") != sentence.count("?"):
        problems.append("another question")
    if _MARKUP.search(wording):
        problems.append("markup")
    problems += _words(_FORBIDDEN, folded, ours)
    if not verified:
        problems += _words(_OF_A_DEBT, folded, ours)
    problems += [f"name {name}" for name in _names(wording) if fold(name) not in ours]
    spoken, sure = detect(clean(wording), folded, language)
    if spoken != language and sure >= 0.75:
        problems.append("another language")
    return tuple(problems)


def _words(forbidden: re.Pattern[str], folded: str, ours: str) -> list[str]:
    known = set(forbidden.findall(ours))
    return [f"word {word}" for word in forbidden.findall(folded) if word not in known]


def _names(wording: str) -> Sequence[str]:
    """Words with a capital inside a sentence: names, which none of these sentences has."""
    return [
        found[0]
        for found in _WORD.finditer(wording)
        if found[0][0].isupper()
        and found[0] != "I"
        and not _SENTENCE_START.search(wording[: found.start()])
    ]
