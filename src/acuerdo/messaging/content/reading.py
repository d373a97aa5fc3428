"""A finished text, read as its reader does: the gate's facts, and the words behind each."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from acuerdo.core.vocabulary import Channel, Purpose
from acuerdo.messaging.content.folding import Folded, compile_quiet, fold, fold_with_places
from acuerdo.messaging.content.lexicon import read_sentence
from acuerdo.messaging.content.sender import (
    Identity,
    find_agent,
    find_callbacks,
    find_foreign_payee,
    shows,
    shows_number,
)

# Facts of a call that no text has: whether it is recorded, and the number that it shows.
CALL_ONLY = frozenset({"recording_enabled", "recording_announced", "caller_id"})

# To announce the suit that follows is what these are for; it is no threat in itself.
ANNOUNCING = frozenset(
    {Purpose.PRE_ACTION_DEMAND, Purpose.NOTICE_OF_SPECIFIED_REMEDY, Purpose.STATUTORY_NOTICE}
)
# Whoever passes by reads these.
PUBLIC = frozenset({Channel.POSTCARD, Channel.SOCIAL_PUBLIC})

# Where the law itself makes a collector say that it is one: the notice, and nothing beside it, is
# then no disclosure of ours.
NOTICE_COUNTRIES = frozenset({"US"})

# Links hold random letters, which are nobody's words.
_URL = re.compile(r"https?://\S+")
# A sentence ends where the next one begins with a capital.
_END = re.compile(r"(?<=[.!?…])[\"»”’)\]]*\s+(?=[¿¡\"«“(]*[^\W\d_a-zà-ÿ])")
# A commercial purpose is stated at the start, or it is not stated.
_START = 240
_AMOUNT = re.compile(
    r"(?:[$€£₡]|\b(?:r\$|us\$|s/|cop|mxn|brl|eur|usd|clp|pen|ars|crc|gbp|zar)(?![a-z]))\s?\d"
    r"|(?<!\w)(?:r\$|s/)\s?\d"
    r"|\d[\d.,]*\s?(?:[$€£₡]"
    r"|(?:cop|mxn|brl|eur|usd|clp|pen|ars|crc|gbp|zar|pesos|reais|euros|soles|dolares|dollars"
    r"|pounds|colones|rands?|rand)\b)"
)
_HEADING_LINES = 3
_HEADING_WORDS = 12
# More than this in capitals, of a text that is long enough, is shouting.
_SHOUTED = 0.6
_SHOUT_FROM = 40


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of the text: `part` is `subject`, `body` or `button`; places count characters in it."""

    part: str
    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class Content:
    """`facts` by their names in the gate; `quotes`: the words that made one of them so. `doubts`
    are no facts of the gate: `urgency`, `shouting`."""

    facts: Mapping[str, bool | str]
    quotes: Mapping[str, tuple[Quote, ...]]
    doubts: Mapping[str, tuple[Quote, ...]]


def collect_message_facts(
    *,
    text: str,
    identity: Identity,
    subject: str = "",
    titles: Sequence[str] = (),
    channel: str = "",
    purpose: str = "",
    country: str = "",
    quiet: Sequence[str] = (),
    figures: Sequence[str] = (),
    optout_url: str = "",
    discloses: bool = False,
) -> dict[str, bool | str]:
    """The gate's facts about a finished text, by their names in the gate.

    `titles` are those of its buttons, `country` where its telephone numbers are dialled from,
    `quiet` what is nobody's words (the reader's name), `figures` what is nobody's telephone (the
    number of the account). `optout_url` is the address under which
    the reader can stop it, `discloses` what the used facts say.
    """
    content = read_content(
        text=text,
        identity=identity,
        subject=subject,
        titles=titles,
        channel=channel,
        purpose=purpose,
        country=country,
        quiet=quiet,
        figures=figures,
        optout_url=optout_url,
        discloses=discloses,
    )
    return dict(content.facts)


def read_content(
    *,
    text: str,
    identity: Identity,
    subject: str = "",
    titles: Sequence[str] = (),
    channel: str = "",
    purpose: str = "",
    country: str = "",
    quiet: Sequence[str] = (),
    figures: Sequence[str] = (),
    optout_url: str = "",
    discloses: bool = False,
) -> Content:
    """The same with the words behind each fact."""
    names = compile_quiet((*identity.names, identity.firm, identity.address, *quiet))
    found: dict[str, list[Quote]] = defaultdict(list)
    numberless = (identity.tax_id, identity.address, *quiet, *figures)
    parts = [("subject", subject), ("body", text), *(("button", title) for title in titles)]
    numbers: set[str] = set()
    length = 0
    for part, whole in parts:
        bare = _URL.sub(lambda hit: " " * len(hit.group()), whole)
        for folded, place, heading in _pieces(bare, part, names):
            for fact, first, last in _hits(folded, heading):
                start, end = place + first, place + last
                if fact != "states_commercial_purpose" or length + start < _START:
                    found[fact].append(_quote(part, whole, start, end))
        for callback in find_callbacks(bare, country, numberless):
            numbers.add(callback.kind)
            if callback.kind == "premium":
                found["callback_number_type"].append(
                    _quote(part, whole, callback.start, callback.end)
                )
        for fact, finder in (("identifies_agent", find_agent), ("payee", find_foreign_payee)):
            span = finder(bare, identity)
            if span:
                found[fact].append(_quote(part, whole, *span))
        if _is_shouted(bare, identity):
            found["shouting"].append(_quote(part, whole, 0, len(whole)))
        length += len(whole)
    asked = found.pop("pays_agent", [])
    found["payee"] += asked
    found["discloses_debt"] += asked
    doubts = {name: tuple(found.pop(name, ())) for name in ("urgency", "shouting")}
    if country in NOTICE_COUNTRIES:
        notices = found["mini_miranda"]
        found["discloses_debt"] = [
            quote for quote in found["discloses_debt"] if not _is_inside(quote, notices)
        ]
    if purpose not in ANNOUNCING:
        found["contains_threat"] += found["threatens_legal_action"]
    found["refers_to_judicial_act"] += found["looks_judicial"]
    quotes = {fact: tuple(words) for fact, words in found.items() if words}
    told = fold("\n".join(_URL.sub(" ", whole) for _part, whole in parts))
    named = any(shows(name, told) for name in identity.names)
    facts: dict[str, bool | str] = {
        fact: fact in quotes
        for fact in (
            "identifies_agent",
            "asks_reason_for_default",
            "offers_payment_plan",
            "contains_threat",
            "threatens_legal_action",
            "refers_to_judicial_act",
            "looks_judicial",
            "impersonates_public_institution",
            "mini_miranda",
            "states_commercial_purpose",
        )
    }
    facts |= {
        "discloses_debt": discloses or "discloses_debt" in quotes,
        "identifies_creditor": named,
        "identifies_firm": shows(identity.firm, told) if identity.firm else named,
        "supplier_name": named,
        "supplier_address": shows(identity.address, told),
        "supplier_tax_id": shows_number(identity.tax_id, told),
        "has_opt_out": "has_opt_out" in quotes or (bool(optout_url) and optout_url in text),
        "payee": "collection_agency" if "payee" in quotes else "creditor",
        "callback_number_type": _dearest(numbers),
        "public_display": channel in PUBLIC,
    }
    return Content(facts=facts, quotes=quotes, doubts=doubts)


def _pieces(
    text: str, part: str, names: re.Pattern[str] | None
) -> Iterator[tuple[Folded, int, bool]]:
    """The sentences of one part with their places, and again the lines that are headings."""
    lines = [hit.span() for hit in re.finditer(r"[^\n]*\S[^\n]*", text)]
    for number, (start, end) in enumerate(lines):
        line = text[start:end]
        cuts = [start, *(start + hit.end() for hit in _END.finditer(line)), end]
        for first, last in pairwise(cuts):
            yield fold_with_places(text[first:last]).masked(names), first, False
        if part == "subject" or (
            part == "body"
            and (_is_upper(line) or (number < _HEADING_LINES and number < len(lines) - 1))
        ):
            whole = fold_with_places(line).masked(names)
            if part == "subject" or whole.text.count(" ") < _HEADING_WORDS:
                yield whole, start, True


def _hits(folded: Folded, heading: bool) -> Iterator[tuple[str, int, int]]:
    for hit in read_sentence(folded.text, heading=heading):
        yield hit.fact, *folded.origin(hit.start, hit.end)
    if not heading:
        for amount in _AMOUNT.finditer(folded.text):
            yield "discloses_debt", *folded.origin(*amount.span())


def _quote(part: str, whole: str, start: int, end: int) -> Quote:
    return Quote(part, start, end, whole[start:end])


def _is_inside(quote: Quote, others: Sequence[Quote]) -> bool:
    return any(
        one.part == quote.part and one.start <= quote.start and quote.end <= one.end
        for one in others
    )


def _is_upper(line: str) -> bool:
    letters = sum(map(str.isalpha, line))
    return letters >= 5 and sum(map(str.isupper, line)) >= 0.8 * letters


def _is_shouted(text: str, identity: Identity) -> bool:
    for name in (*identity.names, identity.firm):
        text = text.replace(name, " ") if name else text
    letters = sum(map(str.isalpha, text))
    return letters >= _SHOUT_FROM and sum(map(str.isupper, text)) > _SHOUTED * letters


def _dearest(numbers: set[str]) -> str:
    """The dearest kind of number to call; a text without one has a normal one."""
    if "premium" in numbers:
        return "premium"
    return "toll_free" if numbers == {"toll_free"} else "normal"
