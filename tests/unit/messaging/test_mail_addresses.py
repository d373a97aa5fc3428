"""Addresses that name a message."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acuerdo.messaging.mail.addresses import answer_address, find_keys, return_address, tag

KEY = "0192f0c1-a2b3-7c4d-8e5f-60718293a4b5"
HEX = UUID(KEY).hex


@pytest.mark.parametrize(
    ("config", "answers", "bounces"),
    [
        ({}, "", "no-reply@b.example"),
        ({"reply_to": "hola@b.example"}, "hola@b.example", "no-reply@b.example"),
        ({"return_path": "bounces@b.example"}, "", "bounces@b.example"),
        (
            {"plus_addressing": True},
            f"no-reply+{HEX}@b.example",
            f"no-reply+{HEX}@b.example",
        ),
        (
            {"plus_addressing": True, "reply_to": "hola@b.example"},
            f"hola+{HEX}@b.example",
            f"hola+{HEX}@b.example",
        ),
        (
            {"plus_addressing": True, "return_path": "bounces@b.example"},
            f"no-reply+{HEX}@b.example",
            f"bounces+{HEX}@b.example",
        ),
    ],
)
def test_where_answers_and_bounces_go(config: dict[str, Any], answers: str, bounces: str) -> None:
    config = {"from_address": "no-reply@b.example", **config}
    assert answer_address(config, KEY) == answers
    assert return_address(config, KEY) == bounces


def test_the_key_comes_back_in_whatever_case() -> None:
    key = str(uuid4())
    tagged = tag("hola@b.example", key)
    assert len(tagged.partition("@")[0]) <= 64
    assert find_keys([tagged.upper()], [f"{key}@b.example"]) == [key]


def test_the_address_comes_before_the_message_id() -> None:
    other = str(uuid4())
    assert find_keys([tag("hola@b.example", KEY)], [f"{other}@b.example"]) == [KEY, other]


@pytest.mark.parametrize(
    "text", ["", "a@b", "a+b@c", f"a+{HEX[:-1]}@b", f"a+{HEX}", "+@", f"{HEX}@b"]
)
def test_other_addresses_name_nothing(text: str) -> None:
    assert find_keys([text], [text]) == []


@given(st.lists(st.text()))
def test_strange_addresses_name_nothing_and_raise_nothing(texts: list[str]) -> None:
    assert find_keys(texts, texts) == []
