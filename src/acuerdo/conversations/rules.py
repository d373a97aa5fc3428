"""Verification in pure rules: what counts as the right answer, how often one may try."""

from __future__ import annotations

import hmac
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

# Three wrong answers from one address lock it: four digits are 10,000 guesses.
MAX_ATTEMPTS = 3
LOCK = timedelta(hours=24)
# Somebody who goes through addresses one by one locks the whole conversation.
MAX_LOCKED_ADDRESSES = 2
# A proof lasts as long as one day's talk; a phone changes hands overnight.
LEVEL_LASTS = timedelta(hours=12)
DIGITS = 4

Result = Literal["passed", "failed", "locked", "unavailable"]


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


def check_answer(
    *,
    answer: str,
    last4: str,
    document: str = "",
    failed_attempts: int,
    locked_until: datetime | None,
    now: datetime,
) -> Attempt:
    """Compare the last four characters of a document. Whoever gives more gives it right: where the
    whole `document` is known, another's that ends the same is wrong.

    `unavailable` where no document is on file: nobody can prove anything then, and an empty
    answer must not match an empty field.
    """
    if locked_until is not None and locked_until > now:
        return Attempt("locked", failed_attempts, locked_until)
    wanted = fold_document(last4)
    if not wanted:
        return Attempt("unavailable", failed_attempts)
    # A lock that has run out gives new tries.
    failed = 0 if locked_until is not None else failed_attempts
    given, whole = fold_document(answer), fold_document(document)
    if len(given) > len(wanted) and whole:
        wanted = whole[-len(given) :]
    else:
        given = given[-len(wanted) :]
    if hmac.compare_digest(given.encode(), wanted.encode()):
        return Attempt("passed", 0)
    failed += 1
    if failed >= MAX_ATTEMPTS:
        return Attempt("locked", failed, now + LOCK)
    return Attempt("failed", failed)
