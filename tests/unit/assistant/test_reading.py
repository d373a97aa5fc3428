"""The parts of the classifier: spelling, clauses, grams, order, disturbed texts, calibration."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acuerdo.assistant.nlu.clauses import MOST, split
from acuerdo.assistant.nlu.cues import NAMES, cues_of
from acuerdo.assistant.nlu.examples import Example
from acuerdo.assistant.nlu.grams import Vocabulary, words_of
from acuerdo.assistant.nlu.intents import INTENTS, OF_RULE, PENDING, RISK, RULE_OF, pending_of
from acuerdo.assistant.nlu.learn import folds_of
from acuerdo.assistant.nlu.lexicon import RULES
from acuerdo.assistant.nlu.looking import in_order, own_stretch
from acuerdo.assistant.nlu.measuring import calibration_error
from acuerdo.assistant.nlu.normal import for_encoder, for_grams
from acuerdo.assistant.nlu.perturb import as_spoken, with_typos, without_accents
from acuerdo.assistant.nlu.spelling import Speller
from acuerdo.assistant.nlu.text import clean, fold

KNOWN = ["quiero pagar mañana", "quiero pagar todo", "voy a pagar mañana", "quiero saber mañana"]


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("wrong number. stop texting", ["wrong number.", "stop texting"]),
        (
            "hola, perdí el trabajo y quiero pagar en cuotas",
            ["hola,", "perdí el trabajo", "y quiero pagar en cuotas"],
        ),
        ("luz y agua", ["luz y agua"]),
        ("debo $1.200.000", ["debo $1.200.000"]),
        ("me cobran 3,5 por ciento", ["me cobran 3,5 por ciento"]),
        ("não posso agora mas pago sexta", ["não posso agora", "mas pago sexta"]),
        ("", []),
        ("...", []),
        ("🙏🙏", []),
    ],
)
def test_clauses(text: str, clauses: list[str]) -> None:
    assert [clause.text for clause in split(text)] == clauses


@given(st.text(max_size=300))
def test_clauses_stand_where_they_say(text: str) -> None:
    original = clean(text)
    clauses = split(original)
    assert len(clauses) <= MOST
    for clause in clauses:
        assert original[clause.start : clause.end].strip() == clause.text
    assert all(one.end <= other.start for one, other in pairwise(clauses))


@pytest.mark.parametrize(
    ("written", "mended"),
    [
        ("quieor pagar", "quiero pagar"),
        ("kquiero pgar", "quiero pagar"),
        ("voy a paagr mñana", "voy a pagar mañana"),
        ("Saber", "Saber"),
        ("xyzzy", "xyzzy"),
        ("pag", "pag"),
        ("paga@correo.co", "paga@correo.co"),
        ("https://pagr.co", "https://pagr.co"),
    ],
)
def test_spelling(written: str, mended: str) -> None:
    assert Speller.learn(KNOWN).mend(written) == mended


@given(st.text(max_size=200))
def test_spelling_leaves_what_it_knows_and_what_is_no_word(text: str) -> None:
    speller = Speller.learn(KNOWN)
    mended = speller.mend(text)
    assert speller.mend(mended) == mended
    assert len(mended.split(" ")) == len(text.split(" "))


def test_grams_have_length_one_and_know_only_the_vocabulary() -> None:
    vocabulary = Vocabulary.learn(KNOWN, pieces_in=2, runs_in=2)
    counted = vocabulary.count(["quiero pagar", "", "zzz 🙂"])
    indices, values = counted.row(0)
    assert len(counted) == 3
    assert np.isclose((values**2).sum(), 2)  # pieces and runs each have length 1
    assert {vocabulary.grams[index] for index in indices} >= {"quiero", "pagar", "quiero pagar"}
    assert len(counted.row(1)[0]) == 0
    assert len(counted.row(2)[0]) == 0


@given(st.text(max_size=200))
def test_what_is_counted_keeps_its_place(text: str) -> None:
    original = clean(text)
    assert len(for_grams(text)) == len(original)
    for word in words_of(original):
        assert 0 <= word.start < word.end <= len(original)
    assert not any(character.isupper() for character in for_encoder(text) if character.isascii())


def test_abbreviations_are_written_out() -> None:
    assert for_encoder("vc  nao MANDOUUU msg pq?") == "você nao mandou mensagem porque?"
    assert for_encoder("u gonna pay") == "you going to pay"


@given(st.text(max_size=300), st.sampled_from(["", *PENDING]))
def test_cues_are_zeros_and_ones(text: str, pending: str) -> None:
    original = clean(text)
    row = cues_of(fold(original), original, pending)
    assert row.shape == (len(NAMES),)
    assert set(np.unique(row)) <= {0.0, 1.0}


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("verification", "document"),
        ("offer_confirm", "accept"),
        ("payment_date", "date"),
        ("account_choice", ""),
        ("installments", "installments"),
        ("¿Qué día puede pagar?", "date"),
        ("Quanto você consegue pagar?", "amount"),
        ("How many instalments would suit you?", "installments"),
        ("¿En cuántas cuotas?", "installments"),
        ("Me confirma los últimos 4 dígitos de su cédula", "document"),
        ("???", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_a_question_is_known_by_its_kind_or_words(question: str | None, kind: str) -> None:
    assert pending_of(question) == kind


def test_every_intent_but_one_has_a_rule_and_a_command() -> None:
    assert set(RULE_OF) == set(INTENTS) - {"out_of_scope"}
    assert len(OF_RULE) == len(RULE_OF)
    assert set(RULE_OF.values()) <= {rule.intent for rule in RULES}
    assert set(RISK) <= set(INTENTS)


def test_order_is_that_of_the_words() -> None:
    evidence = np.zeros((5, 3), np.float32)
    evidence[:2, 2] = 3  # the first words speak for the last intent
    evidence[2, 1] = 1
    evidence[3:, 0] = 2
    assert in_order(evidence, [0, 1, 2]) == [2, 1, 0]
    assert in_order(evidence, [1]) == [1]
    assert in_order(evidence, []) == []
    more, alone = own_stretch(evidence, 0, 2)
    assert more == 4
    assert alone > 0.9
    assert own_stretch(evidence, 0, 0) == (0.0, 0.0)


def test_folds_keep_a_writer_together() -> None:
    examples = [
        Example(f"{number}", ("greet",), "es", writer=f"w{number % 13}") for number in range(200)
    ]
    folds = folds_of(examples, 5)
    by_writer = {one.writer: set[int]() for one in examples}
    for example, fold_of_it in zip(examples, folds, strict=True):
        by_writer[example.writer].add(fold_of_it)
    assert all(len(found) == 1 for found in by_writer.values())
    assert set(folds) == {0, 1, 2, 3, 4}
    assert max(folds.count(one) for one in range(5)) <= 2 * min(
        folds.count(one) for one in range(5)
    )


@pytest.mark.parametrize(
    ("text", "language", "spoken"),
    [
        ("Pago $1.250 el 5, ¿sí?", "es", "pago $ mil doscientos cincuenta el cinco sí"),
        ("pago 184 mil", "es", "pago ciento ochenta y cuatro mil"),
        ("R$ 320 dia 16", "pt", "r$ trezentos e vinte dia dezesseis"),
        ("100 reais", "pt", "cem reais"),
        ("2,500 on the 21", "en", "two thousand five hundred on the twenty one"),
        ("mi id 0071", "es", "mi id cero cero siete uno"),
        ("a X@Y.co 5", "es", "a x@y.co 5"),
    ],
)
def test_as_spoken(text: str, language: str, spoken: str) -> None:
    assert as_spoken(text, language, Random(0)) == spoken


def test_typos_come_once_in_about_twelve_letters() -> None:
    text = "abcdefghij" * 300
    changed = with_typos(text, "es", Random(1))
    assert changed == with_typos(text, "es", Random(1))
    assert changed != with_typos(text, "es", Random(2))
    kept = sum(changed.count(letter) for letter in "abcdefghij")
    assert 0.85 * len(text) < kept < 1.05 * len(text)
    assert without_accents("mañana não é", "es", Random(0)) == "manana nao e"


def test_calibration_error() -> None:
    assert calibration_error([0.95] * 100, [True] * 95 + [False] * 5) == pytest.approx(0, abs=1e-6)
    assert calibration_error([1.0, 1.0], [False, True]) == pytest.approx(0.5)
    assert calibration_error([0.05, 0.95], [False, True]) == pytest.approx(0.05)
