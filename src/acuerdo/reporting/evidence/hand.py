"""How the records of an evidence file are written on paper: moments, amounts, people."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date
from django.utils.translation import pgettext

from acuerdo.core.money import Money, format_money
from acuerdo.reporting.evidence import words
from acuerdo.reporting.evidence.chain import Chained
from acuerdo.reporting.evidence.words import word
from acuerdo.reporting.texts import reason_text, word_of

Record = Mapping[str, Any]

# What turns the direction of writing around, and so what a reader believes to be written.
_TURNS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Decision:
    """One answer of the contact rules."""

    number: int
    allowed: bool
    answer: str
    stage: str
    reason: str
    rule: str
    citation: str
    pack: str
    again: str


class Hand:
    """Writes for one file, in the active language, its zone and the form of its country."""

    def __init__(self, chained: Chained, limit: int | None) -> None:
        self.header = chained.header
        self.records = chained.records
        self.limit = limit
        self.zone = ZoneInfo(self.header["zone"])
        self.locale = _locale(self.header["language"], self.header["debtor"]["country"])
        self.by_kind: dict[str, list[Record]] = defaultdict(list)
        for record in self.records:
            self.by_kind[record["kind"]].append(record)
        self._accounts = {
            record["body"]["id"]: record["body"]["number"] for record in self.by_kind["account"]
        }

    def local(self, at: str) -> dt.datetime:
        return dt.datetime.fromisoformat(at).astimezone(self.zone)

    def moment(self, at: str | None, missing: str = "") -> str:
        return f"{self.day(at)} {self.local(at):%H:%M}" if at else missing

    def second(self, at: str) -> str:
        """A moment to the second, where the order of things matters."""
        return f"{self.day(at)} {self.time(at)}"

    def time(self, at: str) -> str:
        return f"{self.local(at):%H:%M:%S}"

    def day(self, at: str) -> str:
        return str(format_date(self.local(at).date(), "medium", locale=self.locale))

    def date(self, text: str) -> str:
        """A date that is no moment."""
        return str(format_date(dt.date.fromisoformat(text), "medium", locale=self.locale))

    def long_day(self, on: dt.date) -> str:
        text = str(format_date(on, "full", locale=self.locale))
        return text[:1].upper() + text[1:]

    def zone_name(self) -> str:
        offset = self.local(self.header["made_at"]).strftime("%z")
        return f"{self.header['zone']} (UTC{offset[:3]}:{offset[3:]})"

    def money(self, minor: int, currency: str) -> str:
        return format_money(Money(minor, currency), self.locale)

    def count(self, number: int) -> str:
        return f"{number:,}".replace(",", "\u202f")

    def by(self, label: str) -> str:
        """Who did it: a member of staff by name."""
        if label in self.header["people"]:
            return str(self.header["people"][label])
        kind, _colon, name = label.partition(":")
        return name if kind == "user" and name else word(words.ACTORS, kind)

    def account(self, body: Record) -> str:
        return str(self._accounts.get(body.get("account_id"), ""))

    def cut(self, rows: Sequence[_T]) -> tuple[Sequence[_T], int]:
        """The latest rows that are shown, and how many are not."""
        if self.limit is None or len(rows) <= self.limit:
            return rows, 0
        return rows[-self.limit :], len(rows) - self.limit

    def decision(self, record: Record) -> Decision:
        body = record["body"]
        return Decision(
            number=record["seq"],
            allowed=body["allowed"],
            answer=pgettext("evidence", "allowed")
            if body["allowed"]
            else pgettext("evidence", "refused"),
            stage=word(words.STAGES, body["stage"]),
            reason="" if body["allowed"] else reason_text(body["reason_code"]),
            rule=body["rule_id"],
            citation=body["citation"],
            # The country's version and the common one, which may stand on a line each.
            pack=f"{body['pack']} {body['pack_version']}".strip().replace("/", "/\u200b"),
            again=self.moment(body["next_allowed_at"]),
        )

    def ended(self, at: str | None, by: str = "", why: str = "") -> str:
        """When something ended, through whom and why; a dash where it did not."""
        parts = (self.moment(at, "–"), self.by(by) if at and by else "", why)
        return "\n".join(part for part in parts if part)

    def exact(self, text: str) -> str:
        """What somebody wrote, with marks that would show it otherwise than it is written named."""
        return _TURNS.sub(lambda mark: f"[U+{ord(mark[0]):04X}]", text)

    def held_for(self, body: Record) -> str:
        """Why somebody is left alone; of another creditor's hold only that it is there."""
        return (
            word_of(body["reason"])
            if "reason" in body
            else pgettext("evidence", "placed by another creditor")
        )


def _locale(language: str, country: str) -> str:
    """Dates and amounts as the debtor's country writes them, where it speaks the language."""
    try:
        return str(Locale.parse(f"{language}_{country}"))
    except (UnknownLocaleError, ValueError):
        return language
