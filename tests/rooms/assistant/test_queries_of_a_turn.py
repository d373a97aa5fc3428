"""How many queries a turn may take: what bounds its time, whatever else the machine does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from small_portfolio import NOW

from acuerdo.simulation.dialogues.lines import AssistantLine
from acuerdo.simulation.dialogues.staging import last4_of, stage
from acuerdo.simulation.rules.debtors.talker import Said

pytestmark = pytest.mark.django_db


@pytest.fixture
def line() -> tuple[AssistantLine, str]:
    cast = stage(personas=12, attempts=1, seed=1, now=NOW)
    one = next(each for each in cast if each.persona.home.language == "es")
    return AssistantLine(one), last4_of(one)


def count(line: AssistantLine, text: str, minutes: int) -> int:
    with CaptureQueriesContext(connection) as captured:
        heard = line.say(Said("", text), NOW + timedelta(minutes=minutes))
    assert heard.parts, text
    return len(captured)


def test_a_turn_takes_few_queries(line: tuple[AssistantLine, str]) -> None:
    talks, last4 = line
    taken = {
        "asked": count(talks, "quiero pagar en cuotas", 1),
        "proved": count(talks, last4, 2),  # and three offers are made
        "chosen": count(talks, "la primera", 3),
        "agreed": count(talks, "sí, acepto", 4),
    }
    most = {"asked": 51, "proved": 81, "chosen": 51, "agreed": 73}
    assert all(taken[name] <= most[name] for name in most), taken


def test_a_long_history_takes_no_more(line: tuple[AssistantLine, str]) -> None:
    talks, last4 = line
    count(talks, "cuánto debo", 1)
    count(talks, last4, 2)
    early = count(talks, "cuánto debo", 3)
    for minutes in range(4, 34):
        count(talks, "cuánto debo", minutes)
    assert count(talks, "cuánto debo", 35) == early
