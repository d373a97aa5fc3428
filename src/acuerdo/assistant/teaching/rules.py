"""What is worth a look, what a label becomes, when a version may be put to work. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from acuerdo.assistant.nlu.contract import Understanding
from acuerdo.assistant.nlu.examples import VARIETIES
from acuerdo.assistant.nlu.intents import OUT_OF_SCOPE, RISK
from acuerdo.assistant.nlu.text import clean, fold
from acuerdo.core.vocabulary import Channel

FLAGGED, NO_MATCH, NOT_SURE = "flagged", "no_match", "not_sure"
REASONS: Final = (FLAGGED, NO_MATCH, NOT_SURE)
OPEN, LABELLED, SKIPPED = "open", "labelled", "skipped"
STATES: Final = (OPEN, LABELLED, SKIPPED)

# Below this share of a risk's messages found, nobody may put a version to work.
RISK_FLOOR: Final = 0.90

_COURTEOUS = {"small_talk", "unknown"}
_STYLES: Final[Mapping[str, str]] = {
    Channel.CALL: "voice",
    Channel.SMS: "sms",
    Channel.EMAIL: "email",
    Channel.CHAT: "webchat",
}


def why_unclear(understood: Understanding) -> str:
    """Why a person should say what this message means (one of REASONS), or "".

    What a rule hears is precise, so the classifier's doubts count only where rules hear nothing
    but courtesy. What is surely out of scope is understood, and teaches nothing.
    """
    kinds = {command.kind for command in understood.commands}
    if understood.act and OUT_OF_SCOPE in understood.intents:
        return ""
    if "unknown" in kinds:
        return NO_MATCH
    if understood.intents and not understood.act and kinds <= _COURTEOUS:
        return NOT_SURE
    return ""


def fingerprint_of(text: str) -> str:
    """Equal for messages that differ in nothing but case, accents and spaces."""
    return hashlib.sha256(" ".join(fold(clean(text)).split()).encode()).hexdigest()


def variety_of(language: str, country: str) -> str:
    """The variety of the training examples that is nearest: that of the country, else the first."""
    wanted = f"{language}-{country}"
    return wanted if wanted in VARIETIES[language] else VARIETIES[language][0]


def style_of(channel: str) -> str:
    """The style of the training examples that is written on a channel."""
    return _STYLES.get(channel, "chat")


@dataclass(frozen=True, slots=True)
class Loss:
    """A risk that a version finds less often than the one at work: shares of the fixed set."""

    intent: str
    before: float
    after: float


def list_losses(figures: Mapping[str, Any]) -> list[Loss]:
    """The risks that are found less often after a training than before, the gravest first."""
    before, after = figures["before"]["risk_recall"], figures["after"]["risk_recall"]
    losses = [
        Loss(intent, before.get(intent, 0.0), after.get(intent, 0.0))
        for intent in RISK
        if after.get(intent, 0.0) < before.get(intent, 0.0)
    ]
    return sorted(losses, key=lambda loss: loss.after)
