"""From what is seen to what is meant: which intents a message really has, and how sure we are.

Two small logistic models stand on the classifier, learned on messages that it had not seen: one
says for each likely intent whether the message has it, one how likely the first answer is right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from acuerdo.assistant.nlu.encoder import Encoder
from acuerdo.assistant.nlu.intents import COURTESY, INDEX, INTENTS, OF_RULE, OUT_OF_SCOPE, RISK
from acuerdo.assistant.nlu.linear import probabilities
from acuerdo.assistant.nlu.looking import Classifier, Look, Message, in_order, own_stretch
from acuerdo.assistant.nlu.matching import Hit

Floats = NDArray[np.float32]

# An intent is considered where the whole message or a clause gives it at least this much.
_WORTH_A_LOOK = 0.02
_MOST_INTENTS = 3
_NOT_RULED_OUT = 0.05
_COURTESY = frozenset(INDEX[intent] for intent in COURTESY)
# What counts for nothing beside something else that was said.
_POLITE = frozenset(INDEX[intent] for intent in ("greet", "thanks", "bye"))
_RISK = frozenset(INDEX[intent] for intent in RISK)
_OUTSIDE = INDEX[OUT_OF_SCOPE]

MEMBER_FEATURES = 11 + len(INTENTS)
SURENESS_FEATURES = 9


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where probabilities become decisions; chosen on messages the classifier had not seen.

    `also`: from here on a further intent is named; `risk`: the same for each intent of RISK, as
    overlooking one costs more; `act`: the confidence from which a reading is acted on; `ask`:
    below this confidence nothing is named, so the message is asked again.
    """

    also: float
    risk: dict[str, float]
    act: float
    ask: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message means. `intents` in text order, those only feared (risks) at the end;
    `probabilities` says for each that was worth a look how likely the message has it."""

    intents: tuple[str, ...]
    top3: tuple[str, ...]
    confidence: float
    act: bool
    out_of_scope: float
    probabilities: dict[str, float]
    look: Look


@dataclass(frozen=True)
class Reader:
    """The whole trained understanding of intents."""

    classifier: Classifier
    temperature: float
    member: Floats
    sureness: Floats
    thresholds: Thresholds

    def read(self, messages: Sequence[Message], encoder: Encoder) -> list[Reading]:
        """Read messages, all in one batch."""
        return [self.judge(look) for look in self.classifier.look(messages, encoder)]

    def judge(self, look: Look) -> Reading:
        """Say what a message means that has been looked at."""
        whole = probabilities(look.logits, self.temperature)
        clauses = probabilities(look.clause_logits, self.temperature)
        having = self.having(look)
        chosen, feared = self.choose(having, look.hits)
        ordered = in_order(look.evidence, chosen)
        confidence = float(
            _sigmoid(sureness_features(look, whole, clauses, having, ordered) @ self.sureness)
        )
        intents = tuple(INTENTS[intent] for intent in (*ordered, *feared))
        if confidence < self.thresholds.ask and not feared:
            intents = ()
        return Reading(
            intents=intents,
            top3=_top3(ordered, whole, having),
            confidence=round(confidence, 4),
            act=bool(intents) and confidence >= self.thresholds.act,
            out_of_scope=round(float(whole[_OUTSIDE]), 4),
            probabilities={INTENTS[intent]: round(p, 4) for intent, p in having.items()},
            look=look,
        )

    def having(self, look: Look) -> dict[int, float]:
        """How likely the message has each intent that is worth a look, the likeliest first."""
        whole = probabilities(look.logits, self.temperature)
        clauses = probabilities(look.clause_logits, self.temperature)
        found = candidates(whole, clauses)
        scores = _sigmoid(member_features(look, whole, clauses, found) @ self.member)
        return dict(sorted(zip(found, map(float, scores), strict=True), key=lambda pair: -pair[1]))

    def choose(
        self, having: dict[int, float], hits: Sequence[Hit] = ()
    ) -> tuple[list[int], list[int]]:
        """(the intents that the message has, the risks that it may have beside them).

        A risk that a rule finds is named whatever the classifier thinks of it, and is among what
        the message has where the classifier does not rule it out.
        """
        ruled = {INDEX[OF_RULE[hit.intent]] for hit in hits if hit.intent in OF_RULE} & _RISK
        best, *others = having
        chosen = [best]
        for intent in others:
            likely = having[intent] >= (_NOT_RULED_OUT if intent in ruled else self.thresholds.also)
            if likely and _OUTSIDE not in (best, intent) and len(chosen) < _MOST_INTENTS:
                chosen.append(intent)
        chosen = [intent for intent in chosen if intent not in _POLITE] or chosen
        feared = [
            intent
            for intent in others
            if intent not in chosen
            and intent in _RISK
            and having[intent] >= self.thresholds.risk[INTENTS[intent]]
        ]
        return chosen, feared + sorted(ruled - {*chosen, *feared})


def candidates(whole: Floats, clauses: Floats) -> list[int]:
    """The intents worth a look, the likeliest in the whole message first."""
    best = np.maximum(whole, clauses.max(axis=0)) if len(clauses) else whole
    order = np.argsort(-best)
    return [
        int(intent) for intent in order[:6] if best[intent] >= _WORTH_A_LOOK or intent == order[0]
    ]


def member_features(look: Look, whole: Floats, clauses: Floats, found: Sequence[int]) -> Floats:
    """One row per candidate for "does the message have it"."""
    rows = np.zeros((len(found), MEMBER_FEATURES), np.float32)
    top = int(whole.argmax())
    tops = set(clauses.argmax(axis=1).tolist()) if len(clauses) else set()
    for row, intent in zip(rows, found, strict=True):
        in_clause = float(clauses[:, intent].max()) if len(clauses) else float(whole[intent])
        more, alone = own_stretch(look.evidence, intent, top)
        row[:11] = (
            1.0,
            _logit(float(whole[intent])),
            _logit(in_clause),
            intent == top,
            intent in tops,
            len(clauses) > 1,
            intent in _COURTESY and intent != top,
            _logit(float(whole[top])) - _logit(float(whole[intent])),
            np.log1p(more),
            _logit(alone) if more else 0.0,
            more > 0,
        )
        row[11 + intent] = 0.5
    return rows


def sureness_features(
    look: Look, whole: Floats, clauses: Floats, having: dict[int, float], ordered: Sequence[int]
) -> Floats:
    """What tells how likely the first intent is right."""
    first = ordered[0]
    order = np.sort(whole)
    rest = max((p for intent, p in having.items() if intent not in ordered), default=0.0)
    return np.array(
        [
            1.0,
            _logit(float(whole[first])),
            _logit(having[first]),
            _logit(float(order[-1])) - _logit(float(order[-2])),
            first == int(look.meaning.argmax()),
            first == int(look.words.argmax()),
            len(ordered) > 1,
            _logit(rest),
            first == _OUTSIDE,
        ],
        np.float32,
    )


def _top3(ordered: Sequence[int], whole: Floats, having: dict[int, float]) -> tuple[str, ...]:
    # The first is what would be acted on; then what else the message may be.
    rest = [intent for intent in having if intent != ordered[0]]
    rest += [int(intent) for intent in np.argsort(-whole)]
    return tuple(INTENTS[intent] for intent in list(dict.fromkeys([ordered[0], *rest]))[:3])


def _logit(p: float) -> float:
    inside = min(max(p, 1e-4), 1 - 1e-4)
    return float(np.log(inside / (1 - inside)))


def _sigmoid(x: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-x)), np.float32)
