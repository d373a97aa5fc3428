"""What is put up for a label, what is hidden in it, and what becomes of it in a training."""

from __future__ import annotations

import json
from datetime import date

import pytest

from acuerdo.assistant.masking import mask_personal
from acuerdo.assistant.nlu.contract import LANGUAGES, QuestionKind, Understanding
from acuerdo.assistant.nlu.encoder import get_encoder
from acuerdo.assistant.nlu.examples import Example, hash_of, load_examples, problem_with
from acuerdo.assistant.nlu.fused import FusedUnderstander
from acuerdo.assistant.nlu.intents import RISK
from acuerdo.assistant.nlu.model import get_model
from acuerdo.assistant.nlu.retrain import gather, read_labels
from acuerdo.assistant.nlu.rules import RulesUnderstander
from acuerdo.assistant.nlu.testing import is_kept_out, load_rows
from acuerdo.assistant.teaching import rules
from acuerdo.core.vocabulary import Channel

TODAY = date(2026, 11, 23)
FUSED = FusedUnderstander(get_model(), get_encoder())


def read(text: str, pending: QuestionKind | None = None, *, lang: str = "es") -> Understanding:
    country = {"es": "CO", "pt": "BR", "en": "US"}[lang]
    return FUSED.understand(
        text, lang_hint=lang, country=country, pending_question=pending, ref_date=TODAY
    )


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("quiero pagar en 3 cuotas", "es"),
        ("¿cuánto debo?", "es"),
        ("não reconheço essa dívida", "pt"),
        ("stop texting me", "en"),
        ("hola", "es"),
        ("qual a receita de pão de queijo", "pt"),  # surely out of scope: nothing to learn
    ],
)
def test_what_is_clear_is_not_put_up(text: str, lang: str) -> None:
    assert rules.why_unclear(read(text, lang=lang)) == ""


@pytest.mark.parametrize("text", ["asdkjh qwe zzz", "zarpame la fula compadre", "ehh", "mmm según"])
def test_what_is_not_understood_is_put_up(text: str) -> None:
    assert rules.why_unclear(read(text)) in (rules.NO_MATCH, rules.NOT_SURE)


def test_the_rules_alone_put_up_what_they_do_not_know() -> None:
    understood = RulesUnderstander().understand(
        "asdkjh qwe", lang_hint="es", country="CO", pending_question=None, ref_date=TODAY
    )
    assert rules.why_unclear(understood) == rules.NO_MATCH


@pytest.mark.parametrize(
    ("text", "hidden", "kept"),
    [
        ("mi cédula es 1.020.345.678 y ya pagué", ["1.020", "345"], ["cédula", "ya pagué"]),
        ("llámeme al 300 123 4567 el 15", ["123", "4567"], ["llámeme", "el 15"]),
        ("escríbame a ana.perez@correo.com", ["ana", "perez", "correo"], ["escríbame a", "@"]),
        ("pago con 4111 1111 1111 1111 hoy", ["4111", "1111"], ["pago con", "hoy"]),
        ("cuenta 00123456789012", ["123456789"], ["cuenta"]),
        ("No soy Carlos, CARLOS se mudó", ["Carlos", "CARLOS"], ["No soy", "se mudó"]),
        ("me llamo Jimena Ríos y no debo", ["Jimena", "Ríos"], ["me llamo", "y no debo"]),
        ("mi link es https://a.example/p/tokensecreto", ["tokensecreto"], ["mi link"]),
        ("my name is john, wrong number", ["john"], ["wrong number"]),
    ],
)
def test_what_tells_who_wrote_it_is_hidden(text: str, hidden: list[str], kept: list[str]) -> None:
    masked = mask_personal(text, read(text).entities, ("Carlos de la Peña",))
    assert [word for word in hidden if word in masked] == []
    assert [word for word in kept if word not in masked] == []


@pytest.mark.parametrize(
    "text", ["pago 200 mil el 15", "1.500.000 es mucho", "en 12 cuotas de 80.000", "el 24/11/2026"]
)
def test_what_says_what_somebody_wants_stays(text: str) -> None:
    assert mask_personal(text, read(text).entities, ("Carlos de la Peña",)) == text


def test_equal_messages_have_one_fingerprint() -> None:
    assert rules.fingerprint_of("  No PUEDO  más ") == rules.fingerprint_of("no puedo mas")
    assert rules.fingerprint_of("no puedo") != rules.fingerprint_of("puedo")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("country", ["CO", "BR", "US", "UY", "XX", ""])
def test_every_label_is_an_example_that_can_be_used(language: str, country: str) -> None:
    for channel in Channel:
        example = Example(
            "texto", ("hardship",), language, rules.variety_of(language, country),
            rules.style_of(channel), "conversation-1",
        )  # fmt: skip
        assert problem_with(example) == ""


def label(text: str, intent: str, *, lang: str = "es", pending: str = "") -> Example:
    return Example(text, (intent,), lang, rules.variety_of(lang, ""), "chat", "w", pending)


def test_a_label_joins_the_examples_and_the_newest_wins() -> None:
    shipped = [label("uno", "greet"), label("dos", "bye")]
    gathered = gather(
        shipped, [label("UNO", "thanks"), label("tres", "affirm"), label("tres", "negate")]
    )
    assert {example.text: example.primary for example in gathered} == {
        "UNO": "thanks",
        "dos": "bye",
        "tres": "negate",
    }
    assert len(gather(shipped, [label("uno", "thanks", pending="offer")])) == 3


def test_no_label_brings_the_test_set_into_the_training() -> None:
    row = next(row for row in load_rows() if len(row["text"].split()) > 4)
    given = label(row["text"].upper(), row["primary"], lang=row["lang"])
    assert is_kept_out(given)
    assert gather([], [given]) == []


def test_what_cannot_be_used_is_left_out() -> None:
    bad = [label("x", "no_such_intent"), label("  ", "greet"), label("y", "greet", pending="what")]
    shipped = load_examples()
    assert hash_of(gather(shipped, bad)) == hash_of(shipped)


def test_labels_are_read_as_they_were_written() -> None:
    line = (
        '{"text": "ola", "intents": ["greet"], "language": "es", "variety": "es-CO",'
        ' "style": "chat", "writer": "w", "pending": ""}'
    )
    assert read_labels([line]) == [Example("ola", ("greet",), "es", "es-CO", "chat", "w")]
    with pytest.raises(json.JSONDecodeError):
        read_labels(["nonsense"])


def test_a_risk_that_is_found_less_often_is_a_loss() -> None:
    same = dict.fromkeys(RISK, 1.0)
    figures = {"before": {"risk_recall": same}, "after": {"risk_recall": {**same, "abuse": 0.95}}}
    assert rules.list_losses(figures) == [rules.Loss("abuse", 1.0, 0.95)]
    assert rules.list_losses({"before": {"risk_recall": same}, "after": figures["before"]}) == []
    better = {"before": figures["after"], "after": figures["before"]}
    assert rules.list_losses(better) == []
