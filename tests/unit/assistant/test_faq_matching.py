"""Which question of a FAQ a message asks: measured on words that no operator wrote."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from acuerdo.assistant.faq.rules import (
    Index,
    Match,
    decide,
    group,
    is_question,
    list_wordings,
    may_answer,
    pack,
    prepared,
    unpack,
)
from acuerdo.assistant.nlu.contract import Understanding
from acuerdo.assistant.nlu.encoder import get_encoder
from acuerdo.assistant.nlu.fused import FusedUnderstander
from acuerdo.assistant.nlu.model import get_model

DATA = yaml.safe_load((Path(__file__).parents[2] / "data" / "nlu" / "faq.yaml").read_text("utf-8"))
COUNTRIES = {"es": "CO", "pt": "BR", "en": "GB"}
READER = FusedUnderstander(get_model(), get_encoder())
INDEX = Index(
    [
        (
            name,
            list_wordings(entry["known"]),
            pack(get_encoder().encode([prepared(one) for one in list_wordings(entry["known"])])),
        )
        for name, entry in DATA["entries"].items()
    ]
)


def read(text: str, language: str = "es", pending: Any = None) -> Understanding:
    return READER.understand(
        text,
        lang_hint=language,
        country=COUNTRIES[language],
        pending_question=pending,
        ref_date=date(2026, 11, 23),
    )


def answer(text: str, language: str) -> str:
    """The entry that would answer, "" where none would: as a conversation has it."""
    if not may_answer(read(text, language), text):
        return ""
    match = INDEX.find_same(text) or decide(INDEX.rank(get_encoder().encode([prepared(text)])[0]))
    return match.entry if match else ""


def test_what_the_limits_give_on_words_that_were_held_back(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """All wordings of the file took part in choosing the limits, these the least."""
    lines = []
    for language in COUNTRIES:
        asked = [
            (name, text)
            for name, entry in DATA["entries"].items()
            for text in entry["asked"][language][1:]
        ]
        given = [(name, answer(text, language)) for name, text in asked]
        right = sum(name == found for name, found in given)
        wrong = sum(name != found != "" for name, found in given)
        outside = DATA["outside"][language][5:]
        mistaken = sum(bool(answer(text, language)) for text in outside)
        lines.append(
            f"FAQ {language}: answered {right}/{len(asked)}, wrongly {wrong}/{len(asked)},"
            f" questions that it has not {mistaken}/{len(outside)}"
        )
        assert right / len(asked) >= 0.5, lines
        assert wrong <= 1, lines
        assert mistaken <= 2, lines
    with capsys.disabled():
        print("\n" + "\n".join(lines))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("no me llamen más", "es"),
        ("¿cómo puedo pagar si ya pagué?", "es"),
        ("quiero pagar 200 mil el viernes", "es"),
        ("puedo pagar en 3 cuotas?", "es"),
        ("¿quién les dio mis datos? los voy a denunciar", "es"),
        ("onde ficam os escritórios? quero falar com um atendente", "pt"),
        ("meu irmão faleceu, ele pode fazer o pagamento?", "pt"),
        ("who gave you my details? this is a scam", "en"),
        ("can I pay by card? no, I dispute this debt", "en"),
        ("quiero pagar", "es"),
        ("quero pagar", "pt"),
        ("I want to pay", "en"),
    ],
)
def test_risks_and_commands_are_never_overridden(text: str, language: str) -> None:
    assert not may_answer(read(text, language), text)


@pytest.mark.parametrize("pending", ["verification", "payment_date", "payment_amount"])
def test_an_answer_to_our_question_is_none_of_the_debtors(pending: str) -> None:
    text = {"verification": "5678", "payment_date": "el 15", "payment_amount": "200 mil"}[pending]
    assert not may_answer(read(text, pending=pending), text)


def test_the_same_words_need_no_encoder() -> None:
    bare = Index([("hours", ["¿En qué horario atienden?"], b"")])
    found = bare.find_same("  en que HORARIO atienden ")
    assert found == Match("hours", "¿En qué horario atienden?", 1.0)
    assert bare.rank(np.zeros(512, np.float32)) == []
    assert bare.find_same("¿y los sábados?") is None


def test_near_is_not_enough_where_two_entries_are_as_near() -> None:
    assert decide([Match("a", "", 0.80), Match("b", "", 0.79)]) is None
    assert decide([Match("a", "", 0.80), Match("b", "", 0.70)]) == Match("a", "", 0.80)
    assert decide([Match("a", "", 0.50)]) is None
    assert decide([]) is None


def test_vectors_come_back_as_they_were_stored() -> None:
    vectors = get_encoder().encode(["hola", "adiós"])
    assert np.allclose(unpack(pack(vectors), 2), vectors, atol=1e-3)


def test_questions_that_are_alike_stand_together() -> None:
    texts = ["¿dónde quedan sus oficinas?", "do you sell phones?", "onde ficam os escritórios?"]
    vectors = get_encoder().encode([prepared(text) for text in texts])
    assert group(vectors) == [[0, 2], [1]]
    assert group(vectors[:0]) == []


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("cuándo abren", True),
        ("hola, tienen parqueadero", True),
        ("bom dia, vocês abrem domingo?", True),
        ("where do i park", True),
        ("no tengo idea", False),
        ("asdf qwer", False),
        ("", False),
    ],
)
def test_what_is_a_question(text: str, asks: bool) -> None:
    assert is_question(text) is asks
