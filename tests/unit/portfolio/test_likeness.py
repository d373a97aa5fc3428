"""Whether two debtors may be one human."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acuerdo.portfolio.rules.likeness import (
    Known,
    compare_documents,
    compare_names,
    judge,
    name_words,
)

PHONE = frozenset({("phone", "+573001234567")})


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("ana maria perez gomez", "perez gomez ana maria", "same_name"),
        ("maria de los angeles ruiz", "maria angeles ruiz", "same_name"),
        ("ana perez", "ana maria perez gomez", "name_contained"),
        ("a. perez gomez", "ana perez gomez", "name_contained"),
        ("jose hernandes ruiz", "jose hernandez ruiz", "similar_name"),
        ("joao da silva", "joao dos santos silva", "name_contained"),
        ("ana perez", "ana ruiz", ""),
        ("ana", "ana maria perez", ""),
        ("ana perez", "ana gomez perez ruiz", "name_contained"),
        ("luis perez", "luz perez", ""),
        ("ana ana perez", "ana perez ruiz", ""),
        ("", "", ""),
        ("de la", "de la", ""),
    ],
)
def test_names(one: str, other: str, reason: str) -> None:
    assert compare_names(one, other) == compare_names(other, one) == reason


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("1020304050", "1020304050", "same_document"),
        ("001020304050", "1020304050", "same_document"),
        ("900123456", "9001234568", "same_document"),
        ("X1234567L", "1234567", "same_document"),
        ("1020304050", "1020304051", "near_document"),
        ("1020304050", "1020340050", "near_document"),
        ("1020304050", "102034050", "near_document"),
        ("1020304050", "1020304150", "near_document"),
        ("1020304050", "1029999950", ""),
        ("12345", "12345", ""),
        ("", "1020304050", ""),
    ],
)
def test_documents(one: str, other: str, reason: str) -> None:
    assert compare_documents(one, other) == compare_documents(other, one) == reason


def test_who_is_likely_and_why() -> None:
    ana = Known("ana perez gomez", "1020304050", "cc", date(1980, 5, 1), PHONE)
    same = judge(ana, Known("perez gomez ana", addresses=PHONE))
    assert (same.is_likely, same.reasons) == (True, ("same_name", "same_phone"))
    typed = judge(ana, Known("ana perez gomez", "1020304051", "cc"))
    assert (typed.is_likely, typed.reasons) == (True, ("near_document", "same_name"))
    # A family shares a phone, and often its surnames; two numbers of one kind are two people.
    assert not judge(ana, Known("luis perez gomez", addresses=PHONE)).is_likely
    assert not judge(ana, Known("ana perez gomez", "5555555", "cc", None, PHONE)).is_likely
    assert not judge(ana, Known("ana perez gomez", birth_on=date(2004, 5, 1))).is_likely
    # A CURP and an RFC are not made of each other.
    assert judge(ana, Known("ana perez gomez", "7777777", "ce", None, PHONE)).is_likely
    assert not judge(Known("ana perez"), Known("ana perez")).is_likely


WORDS = st.lists(st.text("abcdeñ", min_size=1, max_size=6), max_size=4).map(" ".join)


@given(WORDS, WORDS)
def test_order_decides_nothing(one: str, other: str) -> None:
    assert compare_names(one, other) == compare_names(other, one)
    assert judge(Known(one, addresses=PHONE), Known(other, addresses=PHONE)) == judge(
        Known(other, addresses=PHONE), Known(one, addresses=PHONE)
    )
    assert compare_names(one, one) == ("same_name" if name_words(one) else "")
