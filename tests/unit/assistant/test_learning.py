"""Learning from a handful of examples: what it needs, that it repeats itself, what it promises."""

from __future__ import annotations

import numpy as np

from acuerdo.assistant.nlu.card import card, robustness
from acuerdo.assistant.nlu.encoder import CachedEncoder, get_encoder
from acuerdo.assistant.nlu.examples import Example, load_examples
from acuerdo.assistant.nlu.intents import INTENTS
from acuerdo.assistant.nlu.learn import learn_classifier
from acuerdo.assistant.nlu.looking import Message
from acuerdo.assistant.nlu.train import train

ENCODER = CachedEncoder(get_encoder())
# One in sixteen of the real ones: enough of every intent to learn something from.
FEW = sorted(load_examples(), key=lambda one: one.text)[::16]


def likeliest(examples: list[Example], text: str) -> str:
    look = learn_classifier(examples, ENCODER).look([Message(text)], ENCODER)[0]
    return INTENTS[int(look.logits.argmax())]


def test_a_small_set_is_learned_and_described() -> None:
    model, figures, folds = train(FEW, ENCODER)
    assert sum(len(fold.unseen) for fold in folds) == len(FEW)
    writers = [{one.example.writer for one in fold.unseen} for fold in folds]
    assert all(not (a & b) for i, a in enumerate(writers) for b in writers[i + 1 :])
    # Far better than guessing (3 %), and what was seen is known again.
    assert figures.primary > 0.4
    known = model.reader.read([Message(one.text, one.pending) for one in FEW], ENCODER)
    share = np.mean([r.top3[0] == one.primary for r, one in zip(known, FEW, strict=True)])
    assert share > 0.85
    assert figures.calibration_error < 0.15
    text = card(model, figures, FEW, robustness(model, folds[0], ENCODER))
    assert model.facts["data"]["sha256"] in text
    assert "| stop_contact |" in text
    assert "| typos |" in text


def test_the_same_examples_give_the_same_weights() -> None:
    few = FEW[::2]
    one, other = learn_classifier(few, ENCODER), learn_classifier(few, ENCODER)
    assert one.linear.vocabulary.grams == other.linear.vocabulary.grams
    assert np.array_equal(one.linear.grams, other.linear.grams)
    assert one.speller == other.speller


def test_a_new_label_changes_the_answer() -> None:
    """What operators do: the same odd message, labelled by several of them."""
    odd = "zarpame la fula compadre"
    labelled = [
        Example(f"{odd} {word}", ("send_link",), "es", "es-AR", "chat", f"label-{number}")
        for number, word in enumerate(("ya", "porfa", "hoy", "dale", "che", "ahora"))
    ]
    assert likeliest(FEW, odd) != "send_link"
    assert likeliest([*FEW, *labelled], odd) == "send_link"
