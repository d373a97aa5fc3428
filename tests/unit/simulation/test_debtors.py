"""Simulated debtors: who they are, how they write and answer. No database."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from importlib import resources
from random import Random

import pytest

from acuerdo.assistant.dialogue.values import as_said
from acuerdo.assistant.nlu.entities.extraction import extract
from acuerdo.assistant.nlu.text import fold
from acuerdo.core.money import Money
from acuerdo.simulation.rules.debtors.bank import LANGUAGES, read_bank
from acuerdo.simulation.rules.debtors.figures import Result, add_up
from acuerdo.simulation.rules.debtors.personas import GOAL_SHARES, HOMES, Persona, draw_persona
from acuerdo.simulation.rules.debtors.talker import Heard, Part, Talker, read_deal
from acuerdo.simulation.rules.debtors.wording import scrawl, write_amount, write_exact_day

TODAY = date(2026, 11, 24)
SLOTS = {"each", "total", "day", "exact_day", "n", "last4"}


def persona_with(**wanted: object) -> Persona:
    """The first persona that is like this."""
    drawn = (draw_persona(number, 1, TODAY) for number in range(3_000))
    return next(
        one for one in drawn if all(getattr(one, name) == value for name, value in wanted.items())
    )


def test_the_bank_says_the_same_things_in_every_language() -> None:
    banks = [read_bank(language) for language in LANGUAGES]
    assert set(banks[0]) == set(banks[1]) == set(banks[2])
    for bank in banks:
        for act, manners in bank.items():
            assert set(manners) == {"polite", "casual"}, act
            wordings = [one for manner in manners.values() for one in manner]
            assert len(wordings) == len(set(wordings)) >= 4, act
            for wording in wordings:
                assert set(re.findall(r"\{(\w+)\}", wording)) <= SLOTS, wording


def test_the_bank_is_not_what_the_assistant_learnt_from() -> None:
    folder = resources.files("acuerdo.assistant.nlu").joinpath("training")
    learnt = {
        fold(line.split("\t")[-1]).strip(" ¿?¡!.,")
        for language in LANGUAGES
        for file in folder.joinpath(language).iterdir()
        for line in file.read_text("utf-8").splitlines()
    }
    for language in LANGUAGES:
        for act, manners in read_bank(language).items():
            for wording in (one for manner in manners.values() for one in manner):
                plain = fold(wording).strip(" ¿?¡!.,")
                # "Sí" and "número equivocado" are said by everybody.
                if len(plain.split()) > 3:
                    assert plain not in learnt, (language, act, wording)


def test_personas_are_drawn_the_same_and_of_every_kind() -> None:
    drawn = [draw_persona(number, 3, TODAY) for number in range(400)]
    assert drawn == [draw_persona(number, 3, TODAY) for number in range(400)]
    assert {one.goal for one in drawn} == set(GOAL_SHARES)
    assert {one.home.country for one in drawn} == {home.country for home in HOMES}
    for one in drawn:
        assert one.balance_minor > 0
        assert one.money_on > TODAY
        assert one.money_on.weekday() < 5
        if one.goal == "instalments":
            assert one.balance_minor <= one.budget_minor * one.parts


@pytest.mark.parametrize("hand", ["neat", "no_accents", "typos", "shouting"])
def test_no_hand_spoils_what_is_filled_in(hand: str) -> None:
    for language in LANGUAGES:
        for manners in read_bank(language).values():
            for wording in (one for manner in manners.values() for one in manner):
                written = scrawl(wording, hand, Random(4))  # type: ignore[arg-type]
                assert re.findall(r"\{\w+\}", written) == re.findall(r"\{\w+\}", wording)


@pytest.mark.parametrize("country", [home.country for home in HOMES])
def test_amounts_are_written_so_that_they_can_be_read(country: str) -> None:
    home = next(one for one in HOMES if one.country == country)
    writers = [draw_persona(number, 1, TODAY) for number in range(200)]
    for number, persona in enumerate(one for one in writers if one.home is home):
        money = Money(home.step * 100 * (number % 37 + 3), home.currency)
        text = write_amount(money, persona, Random(number))
        found = extract(fold(text), text, country=country, ref_date=TODAY, pending="payment_amount")
        values = [entity.value for entity in found if entity.type == "amount"]
        # "200 lucas" is 200,000, and so is "200" in pesos.
        said = as_said(Decimal(str(values[0])), home.currency) if values else None
        assert said == money.to_decimal(), (text, values)


def test_a_day_is_written_in_full() -> None:
    day = TODAY + timedelta(days=8)
    assert write_exact_day(day, "es") == "el 2 de diciembre"
    assert write_exact_day(day, "pt") == "dia 2 de dezembro"
    assert write_exact_day(day, "en") == "on 2 December"


def plan_of(minor: int, count: int) -> Part:
    rows = [
        {"due_on": (TODAY + timedelta(days=7 + 30 * number)).isoformat(), "amount_minor": minor}
        for number in range(count)
    ]
    return Part("offer.plan", {"schedule": {"items": rows}})


def test_who_wants_instalments_takes_what_they_can_pay_and_nothing_dearer() -> None:
    persona = persona_with(goal="instalments", honest=True, taps=False, hand="neat")
    talker = Talker(persona, 0, TODAY, "5678")
    assert talker.open().act in ("greet", "who", "why", "balance", "scam", "plan_n", "plan_each",
                                 "plan_open")  # fmt: skip
    proof = talker.answer(Heard((Part("verification.ask"),)))
    assert proof is not None
    dear = talker.answer(Heard((plan_of(persona.budget_minor + 1, 3),)))
    assert dear is not None
    assert dear.act in ("counter_each", "counter_n")
    assert talker.agreed_to is None
    persona = talker.persona = replace(persona, balance_minor=persona.budget_minor * 4)
    short = talker.answer(Heard((plan_of(persona.budget_minor, 3),)))
    assert short is not None
    assert short.act != "accept"  # a part of the debt is not what was wanted
    fair = talker.answer(Heard((plan_of(persona.budget_minor, 4),)))
    assert fair is not None
    assert fair.act == "accept"
    assert talker.agreed_to == read_deal(plan_of(persona.budget_minor, 4))
    assert talker.answer(Heard((Part("agreed.plan"),))) is None


def test_who_is_not_understood_says_it_otherwise_and_then_wants_a_person() -> None:
    persona = persona_with(goal="dispute", digressions=(), patience=3)
    talker = Talker(persona, 0, TODAY, "5678")
    said = [talker.open()]
    for _time in range(3):
        answer = talker.answer(Heard((Part("repair.open"),)))
        assert answer is not None
        said.append(answer)
    assert [one.act for one in said] == ["dispute", "dispute", "dispute", "human"]
    assert said[0].text != said[1].text


def test_silence_ends_a_conversation() -> None:
    talker = Talker(persona_with(goal="pay_all"), 0, TODAY, "5678")
    talker.open()
    assert talker.answer(Heard()) is None


def result(number: int, *, success: bool, **changes: object) -> Result:
    values: dict[str, object] = {
        "number": number, "goal": "later", "language": "es", "turns": 4, "success": success,
        "wrong": (), "recovered_share": 1.0, "over_conceded": False, "handed_over": False,
        "floor_violations": 0, "disclosures": 0, "agreed": True,
    }  # fmt: skip
    return Result(**{**values, **changes})  # type: ignore[arg-type]


def test_a_persona_passes_only_with_every_attempt() -> None:
    figures = add_up(
        [
            result(1, success=True),
            result(1, success=False, wrong=("x",), floor_violations=2, recovered_share=0.0),
            result(2, success=True),
            result(2, success=True, over_conceded=True),
        ]
    )
    assert (figures.success, figures.pass_all, figures.recovered) == (0.75, 0.5, 0.75)
    assert (figures.wrong, figures.floor_violations, figures.over_conceded) == (1, 2, 0.25)
    assert figures.success_by_goal == {"later": 0.75}
