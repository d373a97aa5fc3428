"""Every fact that a rule can ask about, and every word it may have, can be read in the form."""

from __future__ import annotations

import pytest
from django.utils import translation

from acuerdo.compliance.rules.facts import CREDITOR_TYPES, FLAGS, INSTRUMENTS, MESSAGE_FACTS
from acuerdo.web.reads.fact_words import (
    FLAG_WORDS,
    MAIN_FLAGS,
    MAIN_MESSAGE,
    MESSAGE_WORDS,
    VALUE_WORDS,
    value_of,
)


def test_every_fact_has_words() -> None:
    assert set(FLAG_WORDS) == set(FLAGS)
    assert set(MESSAGE_WORDS) == set(MESSAGE_FACTS)
    assert set(MAIN_FLAGS) <= {name for name, kind in FLAGS.items() if kind == "bool"}
    assert set(MAIN_MESSAGE) <= set(MESSAGE_FACTS)


def test_every_value_has_words() -> None:
    kinds = [*FLAGS.values(), *MESSAGE_FACTS.values(), CREDITOR_TYPES, INSTRUMENTS]
    values = {value for kind in kinds if isinstance(kind, frozenset) for value in kind}
    assert set(VALUE_WORDS) == values
    with translation.override("es"):
        assert value_of("hidden") == "oculto"
        assert value_of("something_new") == "something new"


@pytest.mark.parametrize("words", [FLAG_WORDS, MESSAGE_WORDS])
@pytest.mark.parametrize("language", ["es", "pt", "en"])
def test_no_two_facts_are_called_alike(words: dict[str, object], language: str) -> None:
    with translation.override(language):
        said = [str(text) for text in words.values()]
    assert len(set(said)) == len(said)
