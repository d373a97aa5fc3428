"""Simulated debtors talk to the real assistant on a real database: small, and always the same."""

from __future__ import annotations

import pytest
from small_portfolio import NOW

from acuerdo.agreements.models import Agreement
from acuerdo.portfolio.models import Account
from acuerdo.simulation.dialogues.lines import AssistantLine
from acuerdo.simulation.dialogues.menu import MenuLine
from acuerdo.simulation.dialogues.playing import Played, play
from acuerdo.simulation.dialogues.staging import stage
from acuerdo.simulation.rules.debtors.figures import add_up

pytestmark = pytest.mark.django_db

PERSONAS, ATTEMPTS, SEED = 12, 4, 7


def talk_to_assistant(personas: int = PERSONAS, attempts: int = ATTEMPTS) -> list[Played]:
    cast = stage(personas=personas, attempts=attempts, seed=SEED, now=NOW)
    return [play(cast=one, line=AssistantLine(one), now=NOW) for one in cast]


def explain(played: Played) -> str:
    return f"{played.cast.persona}\n{played.result}\n{played.transcript()}"


def test_debtors_get_where_they_want_and_nothing_is_wrong() -> None:
    played = talk_to_assistant()
    figures = add_up([one.result for one in played])
    for one in played:
        result = one.result
        assert not result.wrong, explain(one)
        assert result.floor_violations == 0, explain(one)
        assert result.disclosures == 0, explain(one)
        if result.goal == "instalments" and result.agreed and one.cast.persona.honest:
            assert result.turns <= 6, explain(one)
        # Whoever asks for a person gets one.
        if one.exchanges[-1].said.act == "human":
            assert result.handed_over, explain(one)
    failed = [explain(one) for one in played if not one.result.success]
    assert figures.success >= 0.97, "\n\n".join(failed)
    assert figures.pass_all >= 0.9, "\n\n".join(failed)
    assert figures.over_conceded <= 0.5


def test_the_same_seed_says_the_same() -> None:
    # Two of each on one database: apart from their addresses, nothing is drawn anew.
    runs = []
    for label in ("first", "second"):
        cast = stage(personas=6, attempts=1, seed=SEED, now=NOW, label=label)
        played = [play(cast=one, line=AssistantLine(one), now=NOW) for one in cast]
        runs.append(
            [
                [
                    (one.said.act, [part.template for part in one.heard.parts])
                    for one in each.exchanges
                ]
                for each in played
            ]
        )
    assert runs[0] == runs[1]


def test_a_menu_is_judged_by_the_same_rules() -> None:
    cast = stage(personas=PERSONAS, attempts=1, seed=SEED, now=NOW, label="menu")
    results = [play(cast=one, line=MenuLine(one), now=NOW).result for one in cast]
    figures = add_up(results)
    assert figures.dialogues == PERSONAS
    assert (figures.wrong, figures.floor_violations, figures.disclosures) == (0, 0, 0)
    assert 0.5 <= figures.success <= 1
    agreed = Agreement.objects.filter(account__in=Account.objects.filter(number__startswith="menu"))
    assert agreed.count() == sum(result.agreed for result in results) > 0
