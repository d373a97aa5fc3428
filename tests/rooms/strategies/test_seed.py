"""Strategies are seeded once and changed by versions: who walks one finishes that one."""

from __future__ import annotations

import pytest
from small_portfolio import NOW

from acuerdo.core.actor import SYSTEM
from acuerdo.creditors.actions import create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.messaging.defaults import PURPOSES
from acuerdo.strategies.actions import save_strategy, seed_strategies
from acuerdo.strategies.defaults import DEFAULT_STRATEGIES
from acuerdo.strategies.errors import StrategyInvalid
from acuerdo.strategies.models import Step, Strategy
from acuerdo.strategies.rules import REMINDER_TEMPLATE

pytestmark = pytest.mark.django_db
NAMES = {"es": "Uno", "pt": "Um", "en": "One"}
MESSAGE = ("message", {"channels": ["sms"], "template": "first_contact"})


@pytest.fixture
def creditor() -> Creditor:
    return create_creditor(actor=SYSTEM, now=NOW, name="Banco Uno", country="CO")


def test_a_creditor_gets_the_default_strategies_once(creditor: Creditor) -> None:
    assert len(seed_strategies(creditor_id=creditor.pk)) == len(DEFAULT_STRATEGIES)
    assert seed_strategies(creditor_id=creditor.pk) == []
    assert Step.objects.filter(strategy__code="early").count() == 6


def test_every_step_has_a_text_with_the_same_purpose() -> None:
    for spec in DEFAULT_STRATEGIES:
        for kind, config in spec.steps:
            if kind == "message":
                assert PURPOSES[config["template"]] == config["purpose"]
    assert REMINDER_TEMPLATE in PURPOSES


def test_a_change_is_a_new_version(creditor: Creditor) -> None:
    first = save_strategy(
        creditor_id=creditor.pk, code="x", segment_code="early", names=NAMES, steps=[MESSAGE]
    )
    second = save_strategy(
        creditor_id=creditor.pk,
        code="x",
        segment_code="early",
        names=NAMES,
        steps=[MESSAGE, ("wait", {"days": 2}), MESSAGE],
    )
    first.refresh_from_db()
    assert (first.version, first.is_active) == (1, False)
    assert (second.version, second.is_active) == (2, True)
    assert first.steps.count() == 1


def test_steps_that_would_crowd_a_person_are_refused(creditor: Creditor) -> None:
    with pytest.raises(StrategyInvalid) as refusal:
        save_strategy(
            creditor_id=creditor.pk,
            code="x",
            segment_code="early",
            names=NAMES,
            steps=[MESSAGE, MESSAGE],
        )
    assert refusal.value.params == {"strategy": "x", "step": 2, "found": "crowded"}
    assert not Strategy.objects.exists()
