"""The training examples: what is in them, and that a bad line is refused with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from acuerdo.assistant.nlu.examples import (
    COLUMNS,
    VARIETIES,
    BadExample,
    Example,
    balance,
    check,
    hash_of,
    identity,
    load_examples,
)
from acuerdo.assistant.nlu.intents import INTENTS, RISK

EXAMPLES = load_examples()
HEAD = "\t".join(COLUMNS)


def write(folder: Path, *lines: str, intent: str = "greet", language: str = "es") -> Path:
    file = folder / language / f"{intent}.tsv"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def test_there_are_enough_of_every_kind() -> None:
    counts = balance(EXAMPLES)
    assert len(EXAMPLES) >= 4_000
    assert counts["intent"]["out_of_scope"] >= 600
    assert min(counts["intent"][intent] for intent in INTENTS) >= 140
    assert min(counts["intent"][intent] for intent in RISK) >= 200
    assert set(counts["variety"]) == {one for several in VARIETIES.values() for one in several}
    assert min(counts["variety"].values()) >= 400
    assert min(counts["style"].values()) >= 200
    assert sum(len(example.intents) > 1 for example in EXAMPLES) >= 400
    assert sum(bool(example.pending) for example in EXAMPLES) >= 400
    assert len({example.writer for example in EXAMPLES}) >= 150


def test_no_intent_outweighs_the_others_in_a_language() -> None:
    for language in VARIETIES:
        counts = balance([one for one in EXAMPLES if one.language == language])["intent"]
        assert set(counts) == set(INTENTS)
        assert max(counts.values()) <= 0.15 * sum(counts.values())


def test_the_same_message_twice_is_refused() -> None:
    one = Example("Ya pagué", ("already_paid",), "es", "es-CO", "chat", "w")
    other = Example("ya  PAGUE", ("affirm",), "es", "es-MX", "sms", "v")
    with pytest.raises(BadExample, match="twice"):
        check([one, other])
    check([one, Example("ya pagué", ("affirm",), "es", "es-CO", "chat", "w", pending="accept")])
    assert identity(one) == identity(other)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("hola\tgreet\tes-CO\tchat\tw", "5 columns"),
        ("hola\tgreet\tes-CO\tchat\tw\t\t", "7 columns"),
        ("hola\thello\tes-CO\tchat\tw\t", "unknown intent hello"),
        ("hola\tgreet,greet\tes-CO\tchat\tw\t", "twice"),
        ("hola\tthanks\tes-CO\tchat\tw\t", "first intent is thanks"),
        ("hola\tgreet,out_of_scope\tes-CO\tchat\tw\t", "nothing else"),
        ("hola\tgreet\tpt-BR\tchat\tw\t", "unknown variety"),
        ("hola\tgreet\tes-CO\tletter\tw\t", "unknown style"),
        ("hola\tgreet\tes-CO\tchat\tw\tweather", "unknown question"),
        ("  \tgreet\tes-CO\tchat\tw\t", "no text"),
        ("hola\tgreet\tes-CO\tchat\t\t", "no writer"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, complaint: str) -> None:
    good = "buenas\tgreet\tes-CO\tchat\tw\t"
    with pytest.raises(BadExample, match=complaint) as refused:
        load_examples(write(tmp_path, HEAD, good, line))
    assert "greet.tsv:3:" in str(refused.value)


def test_a_file_without_its_head_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadExample, match="first line"):
        load_examples(write(tmp_path, "hola\tgreet\tes-CO\tchat\tw\t"))


def test_the_hash_sees_every_change_but_not_the_order() -> None:
    some = EXAMPLES[:50]
    assert hash_of(some) == hash_of(reversed(some))
    changed = [*some[1:], Example(some[0].text, some[0].intents, "es", "es-CO", "chat", "another")]
    assert hash_of(some) != hash_of(changed)
    assert hash_of(some) != hash_of(some[1:])
