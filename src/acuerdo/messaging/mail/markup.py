"""The text of an HTML mail, quotes marked as plain mail marks them (`> `).

Mail programs say in their markup what plain text leaves to guess: a `blockquote` is a quote, Yahoo
names its own, Gmail and Thunderbird name signatures. All of it becomes the plain marks that
`reply` reads, so that there is one set of rules for both. Tags are found by one expression that
never looks back: Python's own parser takes a minute for 200 kB of a hostile mail.
"""

from __future__ import annotations

import re
from collections import Counter
from html import unescape

RULE = "_" * 32

_SPACE = re.compile(r"\s+")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*)([^<>]*)>|<[!?][^<>]*>")
_MARKS = re.compile(r"\b(?:class|id)\s*=\s*[\"']?([^\"'>]*)", re.IGNORECASE)
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_LINES = frozenset(
    "address article aside blockquote body center dd div dl dt footer form h1 h2 h3 h4 h5 h6 header"
    " li main ol p pre section table tbody td tfoot th thead tr ul".split()
)
_APART = frozenset("blockquote h1 h2 h3 h4 h5 h6 p pre".split())
_UNSEEN = frozenset("script style template title".split())
_SIGNATURES = ("gmail_signature", "moz-signature")
_DEPTH = 60


def to_text(html: str) -> str:
    """What a person reads in `html`, in lines. Never raises for what a mail may hold."""
    reader = _Reader()
    place = 0
    html = _without_comments(html)
    for match in _TAG.finditer(html):
        reader.read_text(unescape(html[place : match.start()]))
        place = match.end()
        closes, name, rest = match.groups()
        if closes:
            reader.close_tag(name.lower())
        elif name:
            reader.open_tag(name.lower(), " ".join(_MARKS.findall(rest)))
    reader.read_text(unescape(html[place:]))
    return reader.finish()


def _without_comments(html: str) -> str:
    kept = []
    place = 0
    while (start := html.find("<!--", place)) >= 0:
        kept.append(html[place:start])
        end = html.find("-->", start + 4)
        if end < 0:
            return "".join(kept)
        place = end + 3
    return "".join(kept) + html[place:]


class _Reader:
    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._open: list[tuple[str, bool]] = []  # tag, whether it quotes
        self._names: Counter[str] = Counter()
        self._quotes = 0

    def open_tag(self, tag: str, marks: str) -> None:
        """`marks` are the classes and the id."""
        if tag == "br":
            self._break()
        elif tag == "hr":
            self._end_line()
            self._line.append(RULE)
            self._break()
        if tag in _VOID:
            return
        if tag in _LINES:
            self._end_line(apart=tag in _APART and "MsoNormal" not in marks)
        if any(name in marks for name in _SIGNATURES) and "prefix" not in marks:
            self._end_line()
            self._line.append("-- ")
            self._break()
        quotes = tag == "blockquote" or "yahoo_quoted" in marks
        self._quotes += quotes
        self._names[tag] += 1
        self._open.append((tag, quotes))

    def close_tag(self, tag: str) -> None:
        if tag in _LINES:
            self._end_line()
        if not self._names[tag]:
            return
        apart = tag in _APART
        while self._open:
            name, quotes = self._open.pop()
            self._names[name] -= 1
            self._quotes -= quotes
            if name == tag:
                break
        if apart and tag == "blockquote":
            self._end_line(apart=True)

    def read_text(self, data: str) -> None:
        if any(self._names[tag] for tag in _UNSEEN):
            return
        if self._names["pre"]:
            *whole, rest = data.split("\n")
            for line in whole:
                self._line.append(line)
                self._break()
            self._line.append(rest)
        else:
            self._line.append(_SPACE.sub(" ", data))

    def finish(self) -> str:
        self._end_line()
        return "\n".join(self._lines)

    def _break(self) -> None:
        text = "".join(self._line)
        marks = "> " * min(self._quotes, _DEPTH)
        self._lines.append(marks + (text if text == "-- " else text.strip()))
        self._line = []

    def _end_line(self, *, apart: bool = False) -> None:
        """End the line where one was begun; `apart`: with an empty one after it."""
        if "".join(self._line).strip():
            self._break()
        self._line = []
        if apart and self._lines and self._lines[-1].strip("> "):
            self._break()
