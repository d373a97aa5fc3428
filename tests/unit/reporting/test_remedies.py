"""Whatever kept a contact from being made, somebody is told what to do about it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils import translation

from acuerdo.compliance.rules.facts import OUTCOMES as GATE_OUTCOMES
from acuerdo.compliance.rules.facts import REASON_CODES
from acuerdo.core.vocabulary import Party, Purpose
from acuerdo.reporting.remedies import KINDS, REMEDIES, explanation_of, remedy_of
from acuerdo.reporting.texts import (
    OUTCOMES,
    PARTIES,
    PURPOSES,
    WORDS,
    outcome_of,
    party_of,
    purpose_of,
)

SOURCE = Path(__file__).parents[3] / "src" / "acuerdo"
ALLOWED = {"ok", "ok_literal"}


def outbox_reasons() -> set[str]:
    """The codes that the outbox and the guards withhold a message with."""
    found = set()
    for path in ("messaging/actions/delivery.py", "messaging/own.py", "agreements/guards.py"):
        text = (SOURCE / path).read_text()
        found |= set(re.findall(r'\] = \(?"([a-z_]+)"', text))
        found |= set(re.findall(r'pk: "([a-z_]+)"', text))
    return found


def test_the_reasons_are_found_in_the_code() -> None:
    assert {"no_address", "too_late", "no_provider", "agreement_active", "nothing_owed"} <= (
        outbox_reasons()
    )


def test_every_reason_of_the_gate_and_the_outbox_has_words_and_a_remedy() -> None:
    reasons = (REASON_CODES - ALLOWED) | outbox_reasons()
    assert reasons - set(REMEDIES) == set()
    assert reasons - set(WORDS) == set()


def test_every_reason_of_the_outbox_is_explained() -> None:
    assert {code for code in outbox_reasons() if not explanation_of(code)} == set()
    assert explanation_of("daily_cap") == ""


def test_an_unknown_reason_sends_somebody_to_look() -> None:
    remedy = remedy_of("something_new")
    assert remedy.kind == "look"
    assert {one.kind for one in REMEDIES.values()} <= KINDS


def test_time_is_waited_for_and_a_wish_respected() -> None:
    assert remedy_of("outside_hours").kind == "wait"
    assert remedy_of("opt_out").kind == "wish"
    assert remedy_of("channel_not_authorized").kind == "consent"
    assert remedy_of("disputed").kind == "case"
    assert remedy_of("no_address").kind == "address"
    with translation.override("es"):
        assert str(remedy_of("daily_cap").title) == "Nada: espera"


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (PURPOSES, set(Purpose)),
        (PARTIES, set(Party)),
        (OUTCOMES, {*GATE_OUTCOMES, ""}),
    ],
)
def test_closed_lists_are_named_in_full(words: dict[str, object], codes: set[str]) -> None:
    assert set(words) == codes


def test_names_are_in_the_active_language() -> None:
    with translation.override("pt"):
        assert purpose_of("collection") == "Cobrança"
        assert party_of("spouse") == "Cônjuge"
        assert outcome_of("") == "ainda sem resultado"
        assert outcome_of("odd") == "odd"
