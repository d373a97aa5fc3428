"""How well the lexicons read: measured on labelled texts, fact by fact and language by language.

`tests/data/messaging/content_*.jsonl`: `true` and `false` are what a careful reader says; a fact
of harm that stands in neither is not there; about those in `maybe` careful readers differ.
"""

from __future__ import annotations

import json
from collections import defaultdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from acuerdo.messaging.content import Content, Identity, read_content

DATA = Path(__file__).resolve().parents[2] / "data" / "messaging"
LANGUAGES = ("es", "pt", "en")
HARM = (
    "discloses_debt",
    "contains_threat",
    "threatens_legal_action",
    "refers_to_judicial_act",
    "looks_judicial",
    "impersonates_public_institution",
    "asks_reason_for_default",
)
SENDERS = {
    "es": Identity(
        "Crédito Andino", "Crédito Andino S.A.", "900.123.456-7", "Calle 1 # 2-3, Bogotá"
    ),
    "pt": Identity(
        "Banco Aurora", "Banco Aurora S.A.", "12.345.678/0001-95", "Av. Paulista 100, São Paulo"
    ),
    "en": Identity("Northgate Finance", "Northgate Finance Ltd", "12-3456789", "1 Main Street"),
}
AGENCIES = {"es": "Recupera Sur", "pt": "Cobra Fácil Assessoria", "en": "Harbour Collections"}


def samples(language: str) -> list[dict[str, Any]]:
    lines = (DATA / f"content_{language}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def read(language: str, sample: dict[str, Any]) -> Content:
    own = SENDERS[language]
    name = sample.get("creditor", own.name)
    identity = Identity(
        name,
        own.legal_name if name == own.name else "",
        own.tax_id,
        own.address,
        AGENCIES[language] if sample.get("agency") else "",
    )
    return read_content(
        text=sample["text"],
        subject=sample.get("subject", ""),
        identity=identity,
        channel=sample["channel"],
        country=sample["country"],
    )


@lru_cache(maxsize=3)
def judged(language: str) -> dict[str, dict[str, list[str]]]:
    """Per fact the ids of the texts that are `right`, `missed` and `false`."""
    score: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for sample in samples(language):
        facts = read(language, sample).facts
        for fact in {*HARM, *sample["true"], *sample.get("false", [])} - {*sample.get("maybe", [])}:
            expected, found = fact in sample["true"], bool(facts[fact])
            if expected and found:
                score[fact]["right"].append(sample["id"])
            elif expected or found:
                score[fact]["missed" if expected else "false"].append(sample["id"])
        for fact in ("payee", "callback_number_type"):
            if fact in sample:
                right = facts[fact] == sample[fact]
                score[fact]["right" if right else "missed"].append(sample["id"])
    return score


def test_the_samples_are_many_and_each_stands_once() -> None:
    found = [sample for language in LANGUAGES for sample in samples(language)]
    assert len(found) >= 300
    assert len({sample["id"] for sample in found}) == len(found)
    texts = [(sample["country"], sample.get("subject"), sample["text"]) for sample in found]
    assert len(set(texts)) == len(texts)
    assert {sample["channel"] for sample in found} >= {
        "sms", "whatsapp", "email", "letter", "voicemail", "push", "call",
    }  # fmt: skip
    harmless = [sample for sample in found if not {*HARM} & {*sample["true"]}]
    assert len(harmless) >= 0.25 * len(found)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("fact", HARM)
def test_harm_is_seen_and_calm_is_left_alone(fact: str, language: str) -> None:
    score = judged(language)[fact]
    right, missed, false = len(score["right"]), len(score["missed"]), len(score["false"])
    assert right >= 5, "too few samples to say anything"
    assert right / (right + missed) >= 0.97, score["missed"]
    assert right / (right + false) >= 0.95, score["false"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_must_be_there_is_found(language: str) -> None:
    for fact, score in judged(language).items():
        if fact not in HARM:
            assert not score["missed"], (fact, score["missed"])
            assert not score["false"], (fact, score["false"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fact_has_its_words(language: str) -> None:
    """What is claimed of a text can be shown in it."""
    for sample in samples(language):
        content = read(language, sample)
        parts = {"subject": sample.get("subject", ""), "body": sample["text"]}
        for fact in HARM:
            quotes = content.quotes.get(fact, ())
            assert bool(content.facts[fact]) is bool(quotes), (sample["id"], fact)
            for quote in quotes:
                assert parts[quote.part][quote.start : quote.end] == quote.words
                assert quote.words.strip()
