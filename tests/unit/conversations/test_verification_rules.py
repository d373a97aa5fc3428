"""The last four characters of a document: what matches, and when it is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acuerdo.conversations.rules import (
    LOCK,
    MAX_ATTEMPTS,
    Attempt,
    count_attempt,
    fold_document,
    matches_document,
)

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)


def answer(text: str, last4: str = "5678", failed: int = 0, locked: datetime | None = None) -> str:
    return attempt(text, last4, failed, locked).result


def attempt(
    text: str, last4: str = "5678", failed: int = 0, locked: datetime | None = None
) -> Attempt:
    return count_attempt(
        matches_document(text, last4), failed_attempts=failed, locked_until=locked, now=NOW
    )


@pytest.mark.parametrize("text", ["5678", " 56-78 ", "1.020.345.678", "５６７８", "mine: 5678"])
def test_right_answers(text: str) -> None:
    assert answer(text) == "passed"


@pytest.mark.parametrize("text", ["", "678", "56789", "5679", "five", "5 6 7"])
def test_wrong_answers(text: str) -> None:
    assert answer(text) == "failed"


def test_letters_count_whatever_their_case() -> None:
    assert answer("678z", "678Z") == "passed"
    assert answer("12345678-Z", "678Z") == "passed"
    assert answer("6789", "678Z") == "failed"


def test_without_a_document_on_file_nobody_can_prove_anything() -> None:
    assert answer("", "") == "unavailable"
    assert answer("1234", " ") == "unavailable"


def test_the_third_wrong_answer_locks_and_time_opens() -> None:
    third = attempt("0000", failed=2)
    assert third.result == "locked"
    assert third.locked_until == NOW + LOCK
    assert answer("5678", failed=3, locked=NOW + timedelta(seconds=1)) == "locked"
    assert answer("5678", failed=3, locked=NOW) == "passed"
    assert answer("0000", failed=3, locked=NOW) == "failed"


@given(st.lists(st.text(max_size=12), max_size=12))
def test_never_more_wrong_answers_than_allowed(answers: list[str]) -> None:
    failed, locked, wrong = 0, None, 0
    for text in answers:
        tried = attempt(text, failed=failed, locked=locked)
        failed, locked = tried.failed_attempts, tried.locked_until
        wrong += tried.result == "failed"
        assert (tried.result == "passed") == (
            fold_document(text)[-4:] == "5678" and tried.result != "locked"
        )
        if tried.result == "passed":
            wrong = 0
        assert wrong < MAX_ATTEMPTS
