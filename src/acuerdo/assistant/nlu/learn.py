"""Learning a Reader from examples: in seconds for the layer, in about a minute with the proof.

Everything that is chosen (temperature, the two small models, thresholds) is chosen on messages
that the classifier had not seen: cross-validation leaves out whole writers, never single rows, as
two rows of one writer resemble each other more than a stranger's will.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar

from acuerdo.assistant.nlu import perturb
from acuerdo.assistant.nlu.contract import LANGUAGES
from acuerdo.assistant.nlu.encoder import Encoder
from acuerdo.assistant.nlu.examples import Example
from acuerdo.assistant.nlu.fitting import fit, join
from acuerdo.assistant.nlu.grams import Vocabulary
from acuerdo.assistant.nlu.intents import INDEX, INTENTS, RISK
from acuerdo.assistant.nlu.linear import probabilities, see
from acuerdo.assistant.nlu.looking import Classifier, Look, Message, in_order
from acuerdo.assistant.nlu.reading import (
    MEMBER_FEATURES,
    SURENESS_FEATURES,
    Reader,
    Thresholds,
    candidates,
    member_features,
    sureness_features,
)
from acuerdo.assistant.nlu.spelling import Speller
from acuerdo.assistant.nlu.text import clean

Floats = NDArray[np.float32]

FOLDS = 5
_SEED = 20_26
# A frequent intent counts less per example, so that a rare one is not drowned.
_EVENNESS = 0.4
# In doubt rather a risk: so much is added to its evidence (as a logarithm of odds).
_LEAN = 0.5
# How much a disturbed copy of an example counts, and what its later intents count in training.
_COPY = 0.4
_LATER = 0.25
# Wanted on unseen messages: what is acted on is right this often; a risk is named this often.
_RIGHT_WHERE_ACTED = 0.967
_RISK_RECALL = 0.97


@dataclass(frozen=True, slots=True)
class Unseen:
    """An example, and what a classifier saw in it that had not learned from its writer."""

    example: Example
    look: Look


@dataclass(frozen=True, slots=True)
class Fold:
    """One turn of cross-validation: a classifier and the messages of writers it did not know."""

    classifier: Classifier
    unseen: tuple[Unseen, ...]


def learn_classifier(
    examples: Sequence[Example], encoder: Encoder, seed: int = _SEED
) -> Classifier:
    """Fit speller, vocabulary and linear layer on the examples and one disturbed copy of each."""
    random = Random(seed)  # noqa: S311 (repeatable, not secret)
    speller = Speller.learn(example.text for example in examples)
    texts = [speller.mend(clean(example.text)) for example in examples]
    copies = [_disturbed(example, random) for example in examples]
    pendings = [example.pending for example in examples]
    vocabulary = Vocabulary.learn(texts)
    seen = join(
        see(texts, pendings, encoder, vocabulary), see(copies, pendings, encoder, vocabulary)
    )
    counts = Counter(example.primary for example in examples)
    weights = np.array([counts[e.primary] ** -_EVENNESS for e in examples], np.float32)
    wanted = np.array([_wanted(example) for example in examples], np.float32)
    layer = fit(
        seen,
        np.vstack([wanted, wanted]),
        np.concatenate([weights, weights * _COPY]),
        vocabulary,
    )
    lean = np.array([_LEAN if intent in RISK else 0 for intent in INTENTS], np.float32)
    layer = replace(layer, bias=layer.bias + lean)
    spoken = np.array(
        [
            [
                # Who asks for another language writes in it, whatever the conversation's was.
                (example.language == language) * (example.primary != "language_switch")
                for language in LANGUAGES
            ]
            for example in examples
        ],
        np.float32,
    )
    told = spoken.sum(axis=1)
    tongue = fit(seen.spelling(len(examples)), spoken, told, vocabulary)
    return Classifier(speller, layer, tongue)


def _disturbed(example: Example, random: Random) -> str:
    # Unmended, so that the pieces of words learn what the speller does not mend.
    change = random.choice((perturb.with_typos, perturb.with_typos, perturb.as_spoken))
    text = change(clean(example.text), example.language, random)
    return perturb.without_accents(text, example.language, random)


def _wanted(example: Example) -> Floats:
    row = np.zeros(len(INTENTS), np.float32)
    later = example.intents[1:]
    row[INDEX[example.primary]] = 1 - _LATER if later else 1
    for intent in later:
        row[INDEX[intent]] = _LATER / len(later)
    return row


def cross_validate(
    examples: Sequence[Example],
    encoder: Encoder,
    folds: int = FOLDS,
    step: Callable[[], None] = lambda: None,
) -> list[Fold]:
    """Look at each example with a classifier that has learned from other writers only; `step` is
    called after each fold."""
    fold_of = folds_of(examples, folds)
    turns: list[Fold] = []
    for fold in range(folds):
        inside = [e for e, of in zip(examples, fold_of, strict=True) if of != fold]
        outside = [e for e, of in zip(examples, fold_of, strict=True) if of == fold]
        classifier = learn_classifier(inside, encoder)
        looks = classifier.look([Message(e.text, e.pending) for e in outside], encoder)
        unseen = tuple(Unseen(e, look) for e, look in zip(outside, looks, strict=True))
        turns.append(Fold(classifier, unseen))
        step()
    return turns


def folds_of(examples: Sequence[Example], folds: int) -> list[int]:
    """The fold of each example: whole writers, the largest first, to the emptiest fold."""
    sizes = Counter(example.writer for example in examples)
    filled = [0] * folds
    fold_of: dict[str, int] = {}
    for writer, size in sorted(sizes.items(), key=lambda pair: (-pair[1], pair[0])):
        fold = filled.index(min(filled))
        fold_of[writer] = fold
        filled[fold] += size
    return [fold_of[example.writer] for example in examples]


def learn(
    examples: Sequence[Example], encoder: Encoder, step: Callable[[], None] = lambda: None
) -> tuple[Reader, list[Fold]]:
    """The Reader for these examples, and the folds on which it was calibrated."""
    folds = cross_validate(examples, encoder, step=step)
    unseen = [one for fold in folds for one in fold.unseen]
    classifier = learn_classifier(examples, encoder)
    step()
    return calibrate(unseen, classifier), folds


def calibrate(unseen: Sequence[Unseen], classifier: Classifier) -> Reader:
    """Choose everything above the classifier, which is passed through."""
    temperature = _temperature(unseen)
    member = _member(unseen, temperature)
    open_to_all = Thresholds(also=0.5, risk=dict.fromkeys(RISK, 1.1), act=0.0, ask=0.0)
    reader = Reader(
        classifier,
        temperature,
        member,
        np.zeros(SURENESS_FEATURES, np.float32),
        open_to_all,
    )
    having = [reader.having(one.look) for one in unseen]
    also = _also(unseen, having)
    reader = replace(reader, thresholds=replace(open_to_all, also=also))
    rows, right, one_of_them = [], [], []
    for one, probable in zip(unseen, having, strict=True):
        chosen, _ = reader.choose(probable, one.look.hits)
        ordered = in_order(one.look.evidence, chosen)
        whole = probabilities(one.look.logits, temperature)
        clauses = probabilities(one.look.clause_logits, temperature)
        rows.append(sureness_features(one.look, whole, clauses, probable, ordered))
        right.append(INTENTS[ordered[0]] == one.example.primary)
        one_of_them.append(INTENTS[ordered[0]] in one.example.intents)
    # Which of two things somebody said first is no matter of truth; acting is judged by it, though.
    sureness = _logistic(np.array(rows), np.array(one_of_them, np.float32))
    confidence = 1 / (1 + np.exp(-np.array(rows) @ sureness))
    return replace(
        reader,
        sureness=sureness,
        thresholds=Thresholds(
            also=also,
            risk={intent: _risk(intent, unseen, having) for intent in RISK},
            act=_act(confidence, np.array(right)),
            ask=0.15,
        ),
    )


def _temperature(unseen: Sequence[Unseen]) -> float:
    logits = np.array([one.look.logits for one in unseen])
    wanted = np.array([INDEX[one.example.primary] for one in unseen])

    def loss(log_temperature: float) -> float:
        p = probabilities(logits, float(np.exp(log_temperature)))
        return float(-np.log(p[np.arange(len(p)), wanted] + 1e-9).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-1.5, 1.5), method="bounded").x))


def _member(unseen: Sequence[Unseen], temperature: float) -> Floats:
    rows, has = [], []
    for one in unseen:
        whole = probabilities(one.look.logits, temperature)
        clauses = probabilities(one.look.clause_logits, temperature)
        found = candidates(whole, clauses)
        rows.append(member_features(one.look, whole, clauses, found))
        has += [INTENTS[intent] in one.example.intents for intent in found]
    features = np.vstack(rows)
    assert features.shape[1] == MEMBER_FEATURES
    return _logistic(features, np.array(has, np.float32))


def _logistic(features: Floats, wanted: Floats, strength: float = 1.0) -> Floats:
    """Plain logistic regression with a small ridge; the first feature is the constant."""

    def cost(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        score = features @ weights
        loss = np.logaddexp(0, score) - wanted * score
        slope = features.T @ (1 / (1 + np.exp(-score)) - wanted)
        return float(loss.sum() + 0.5 * strength * weights @ weights), slope + strength * weights

    start = np.zeros(features.shape[1])
    found = minimize(cost, start, jac=True, method="L-BFGS-B")
    return np.asarray(found.x, np.float32)


def _also(unseen: Sequence[Unseen], having: Sequence[dict[int, float]]) -> float:
    """The threshold for a further intent at which the sets agree best (F1 over the further)."""
    best, best_score = 0.5, -1.0
    for threshold in np.arange(0.4, 0.86, 0.05):
        hits = named = real = 0
        for one, probable in zip(unseen, having, strict=True):
            true = {INDEX[intent] for intent in one.example.intents}
            others = [intent for intent, p in list(probable.items())[1:] if p >= threshold]
            named += len(others)
            hits += sum(intent in true for intent in others)
            real += len(true - {next(iter(probable))})
        score = 2 * hits / max(1, named + real)
        if score > best_score:
            best, best_score = float(threshold), score
    return round(best, 2)


def _risk(intent: str, unseen: Sequence[Unseen], having: Sequence[dict[int, float]]) -> float:
    """The highest threshold at which this risk is named in nearly all messages that have it."""
    index = INDEX[intent]
    scores = sorted(
        1.0 if index == next(iter(probable)) else probable.get(index, 0.0)
        for one, probable in zip(unseen, having, strict=True)
        if intent in one.example.intents
    )
    if not scores:
        return 0.5
    lowest = scores[int(len(scores) * (1 - _RISK_RECALL))]
    return round(min(0.5, max(0.08, lowest)), 3)


def _act(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """The lowest confidence from which on what is acted on is right often enough."""
    order = np.argsort(-confidence)
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    good = np.nonzero(share >= _RIGHT_WHERE_ACTED)[0]
    return round(float(confidence[order[good[-1]]]) if len(good) else 1.0, 4)
