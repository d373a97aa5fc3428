"""Verification in pure rules: what counts as the right answer, how often one may try."""

from __future__ import annotations

import hmac
import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, date, datetime, timedelta
from typing import Literal

# Three wrong answers from one address lock it: four digits are 10,000 guesses.
MAX_ATTEMPTS = 3
LOCK = timedelta(hours=24)
# Somebody who goes through addresses one by one locks the whole conversation.
MAX_LOCKED_ADDRESSES = 2
# A proof lasts as long as one day's talk; a phone changes hands overnight.
LEVEL_LASTS = timedelta(hours=12)
DIGITS = 4

# One-time codes: how long one holds, how soon the next may follow, and how many in an hour.
CODE_DIGITS = 6
CODE_HOLDS = timedelta(minutes=10)
CODE_GAP = timedelta(seconds=60)
CODE_WINDOW = timedelta(hours=1)
CODES_OF_A_CONVERSATION = 3
CODES_TO_AN_ADDRESS = 3
CODES_OF_A_PERSON = 5
CODES_FROM_AN_ORIGIN = 10

_COMPACT = 8  # 12031985
_LAST_DAY = 31
_MONTHS = {
    name: number
    for names in (
        "ene feb mar abr may jun jul ago sep oct nov dic",
        "jan fev mar abr mai jun jul ago set out nov dez",
        "jan feb mar apr may jun jul aug sep oct nov dec",
    )
    for number, name in enumerate(names.split(), 1)
}

# `partly`: right, and one proof more is wanted; `expired`: the code holds no more.
Result = Literal["passed", "partly", "failed", "locked", "unavailable", "expired"]


@dataclass(frozen=True, slots=True)
class CodesSent:
    """How many codes went out in the last hour, by what they have in common with the next."""

    by_conversation: int = 0
    to_address: int = 0
    to_person: int = 0
    from_origin: int = 0


@dataclass(frozen=True, slots=True)
class Attempt:
    """What an answer comes to: the result, the wrong answers so far, until when it is locked."""

    result: Result
    failed_attempts: int
    locked_until: datetime | None = None

    @property
    def tries_left(self) -> int:
        return max(0, MAX_ATTEMPTS - self.failed_attempts)


def fold_document(answer: str) -> str:
    """Letters and digits of `answer` in upper case: `12.345.678-z` → `12345678Z`."""
    plain = unicodedata.normalize("NFKC", answer)
    return re.sub(r"[^0-9A-Za-z]", "", plain).upper()


def matches_document(answer: str, last4: str, document: str = "") -> bool | None:
    """Whether these are the last characters of the document. Whoever gives more gives it right:
    where the whole `document` is known, another's that ends the same is wrong.

    None where no document is on file: nobody can prove anything then, and an empty answer must not
    match an empty field.
    """
    wanted = fold_document(last4)
    if not wanted:
        return None
    given, whole = fold_document(answer), fold_document(document)
    if len(given) > len(wanted) and whole:
        wanted = whole[-len(given) :]
    else:
        given = given[-len(wanted) :]
    return hmac.compare_digest(given.encode(), wanted.encode())


def read_birth_dates(answer: str, country: str) -> list[date]:
    """The days that an answer may mean: year first, else in the country's order; the name of the
    month decides for itself."""
    plain = unicodedata.normalize("NFKD", answer.casefold())
    words = re.findall(r"\d+|[a-z]{3,}", re.sub(r"[\u0300-\u036f]", "", plain))
    parts = [int(word) if word.isdigit() else _MONTHS.get(word[:3], 0) for word in words]
    named = [word.isalpha() for word, part in zip(words, parts, strict=True) if part]
    parts = [part for part in parts if part]
    if len(parts) == 1 and len(words[0]) == _COMPACT:
        text = words[0]
        parts, named = [int(text[:2]), int(text[2:4]), int(text[4:])], [False] * 3
    if len(parts) != 3:  # day, month, year
        return []
    year, month, day = parts[2], parts[1], parts[0]
    if parts[0] > _LAST_DAY:
        year, month, day = parts
    elif named[0]:
        month, day = parts[0], parts[1]
    orders = [(month, day)]
    if country == "US" and not any(named) and parts[0] <= _LAST_DAY:
        # There the month comes first, and we ask for the day first.
        orders = [(day, month), (month, day)]
    return [
        date(year, a_month, a_day) for a_month, a_day in orders if _is_day(year, a_month, a_day)
    ]


def _is_day(year: int, month: int, day: int) -> bool:
    return 1 <= year <= MAXYEAR and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]


def count_attempt(
    is_right: bool | None,
    *,
    failed_attempts: int,
    locked_until: datetime | None,
    now: datetime,
) -> Attempt:
    """What an answer comes to; None is one that could be compared with nothing."""
    if locked_until is not None and locked_until > now:
        return Attempt("locked", failed_attempts, locked_until)
    if is_right is None:
        return Attempt("unavailable", failed_attempts)
    # A lock that has run out gives new tries.
    failed = 0 if locked_until is not None else failed_attempts
    if is_right:
        return Attempt("passed", 0)
    failed += 1
    if failed >= MAX_ATTEMPTS:
        return Attempt("locked", failed, now + LOCK)
    return Attempt("failed", failed)


def may_send_code(sent: CodesSent) -> bool:
    """Whether one more code may go out: nobody is flooded, and nobody guesses by the dozen."""
    return (
        sent.by_conversation < CODES_OF_A_CONVERSATION
        and sent.to_address < CODES_TO_AN_ADDRESS
        and sent.to_person < CODES_OF_A_PERSON
        and sent.from_origin < CODES_FROM_AN_ORIGIN
    )
