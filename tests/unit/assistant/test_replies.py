"""Templates are complete in every language, and the guard lets only facts through."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from acuerdo.assistant.dialogue.clarifying import MEANT
from acuerdo.assistant.dialogue.flow import Address, Flow, Warmth
from acuerdo.assistant.dialogue.guard import check_text
from acuerdo.assistant.dialogue.replies import catalogue, compose, texts
from acuerdo.assistant.dialogue.values import (
    CountValue,
    DateValue,
    Due,
    FactValue,
    Meaning,
    MeaningValue,
    MoneyValue,
    OptionsValue,
    PercentValue,
    ProofValue,
    ReplyPart,
    ScheduleValue,
    TextValue,
    TimeValue,
    UrlValue,
    WordValue,
)
from acuerdo.assistant.nlu.rules import RulesUnderstander
from acuerdo.conversations.proofs import FACTORS

TODAY = date(2026, 11, 23)
PLACES = [
    ("es", "CO", "COP"),
    ("es", "MX", "MXN"),
    ("es", "AR", "ARS"),
    ("es", "ES", "EUR"),
    ("es", "CL", "CLP"),
    ("es", "PE", "PEN"),
    ("pt", "BR", "BRL"),
    ("en", "CO", "COP"),
    ("en", "MX", "MXN"),
    ("en", "ES", "EUR"),
    ("en", "BR", "BRL"),
    ("en", "GB", "GBP"),
]


def sample(name: str, currency: str) -> FactValue:
    dues = (
        Due(due_on=date(2026, 12, 5), amount_minor=41_234_50),
        Due(due_on=date(2027, 1, 5), amount_minor=1_234_567_800),
    )
    values: dict[str, FactValue] = {
        "creditor": TextValue(value="Banco 24 Horas"),
        "agent": TextValue(value="Ana"),
        "number": TextValue(value="192"),
        "product": TextValue(value="Crédito 36 cuotas"),
        "proof": ProofValue(factor="document_last4", digits=4),
        "place": TextValue(value="•••• 34"),
        "left": CountValue(value=2),
        "count": CountValue(value=2),
        "due": DateValue(on=date(2026, 12, 5)),
        "url": UrlValue(value="https://pay.example/p/A1b2-C3_d4"),
        "schedule": ScheduleValue(items=dues, currency=currency),
        "options": OptionsValue(
            items=(
                ReplyPart(
                    template="option.plan",
                    facts={
                        "count": CountValue(value=2),
                        "first": MoneyValue(minor=4_123_450, currency=currency),
                        "due": DateValue(on=date(2026, 12, 5)),
                        "rhythm": WordValue(name="biweekly"),
                    },
                ),
                ReplyPart(
                    template="option.account",
                    facts={
                        "product": TextValue(value="Tarjeta 2"),
                        "balance": MoneyValue(minor=99, currency=currency),
                    },
                ),
            )
        ),
    }
    if name in ("one", "other"):
        return MeaningValue(name="ask_discount" if name == "one" else "already_paid")
    if name == "code":
        return TextValue(value="ABCD-3467")
    if name == "time":
        return TimeValue(at="17:30")
    if name == "rhythm":
        return WordValue(name="monthly")
    amounts = {"total": 127_251_300, "first": 41, "balance": 1_000_000_00, "amount": 12_345}
    return values.get(name) or MoneyValue(minor=amounts.get(name, 777_700), currency=currency)


@pytest.mark.parametrize("language", ["es", "pt", "en"])
def test_every_template_has_a_text_with_its_facts(language: str) -> None:
    words = texts(language, "")
    for name, entry in catalogue().items():
        assert set(re.findall(r"\{(\w+)\}", words[name])) == entry.facts, name
    assert {name for name in words if name not in catalogue()} == {
        *(f"button.{name}" for name in ("accept", "again", "other", "human", "wrong_person")),
        *(f"proof.{factor}" for factor in FACTORS),
        *(f"word.{name}" for name in ("weekly", "biweekly", "monthly")),
        *(f"meant.{name}" for name in MEANT),
    }


@pytest.mark.parametrize("language", ["es", "pt", "en"])
def test_buttons_fit_and_say_what_they_mean(language: str) -> None:
    meanings = {
        "accept": "accept_offer",
        "other": "reject_offer",
        "human": "request_human",
        "wrong_person": "deny_identity",
    }
    for name, kind in meanings.items():
        title = texts(language, "")[f"button.{name}"]
        assert len(title) <= 20
        understanding = RulesUnderstander().understand(
            title,
            lang_hint=language,
            country="CO",
            pending_question="offer_confirm",
            ref_date=TODAY,
        )
        assert kind in [command.kind for command in understanding.commands]


@pytest.mark.parametrize("name", MEANT)
@pytest.mark.parametrize("language", ["es", "pt", "en"])
def test_a_meaning_fits_on_a_button_and_is_read_when_typed(language: str, name: Meaning) -> None:
    title = texts(language, "")[f"meant.{name}"]
    assert len(title) <= 20
    assert "?" not in title
    understanding = RulesUnderstander().understand(
        title, lang_hint=language, country="CO", pending_question=None, ref_date=TODAY
    )
    assert MEANT[name]().kind in [command.kind for command in understanding.commands]


TONES: list[tuple[Address, Warmth]] = [("country", "plain"), ("usted", "plain"), ("tu", "warm")]


@pytest.mark.parametrize("country", ["AR", "CO", "MX"])
@pytest.mark.parametrize(("address", "warmth"), TONES)
def test_a_country_and_a_tone_only_reword(country: str, address: Address, warmth: Warmth) -> None:
    for name, text in texts("es", country, address, warmth).items():
        if name in catalogue():
            assert set(re.findall(r"\{(\w+)\}", text)) == catalogue()[name].facts, name


# What only one form of address says.
TU = re.compile(r"\b(?:te|tu|tus|ti|contigo|puedes|prefieres)\b", re.I)
USTED = re.compile(r"\b(?:le|les|usted|su|sus|puede|prefiere)\b", re.I)
# These speak of something else as well.
OTHERS = {"fraud.reassure", "third_party.note", "repair.choice", "verification.code_wait"}


def test_whoever_is_told_tu_is_never_told_usted() -> None:
    for country in ("CO", "MX", "ES"):
        for name, text in texts("es", country, "tu").items():
            if name not in OTHERS:
                assert not USTED.search(text), (name, text)
    for name, text in texts("es", "AR", "usted").items():
        assert not TU.search(text), (name, text)


def test_vos_is_said_where_it_is_spoken() -> None:
    assert "escribís" in texts("es", "AR", "country")["verification.ask"]
    assert "escribís" in texts("es", "AR", "tu")["verification.ask"]
    assert "me escribe " in texts("es", "CO", "vos")["verification.ask"]
    assert texts("pt", "BR", "tu") == texts("pt", "BR")


@pytest.mark.parametrize(("address", "warmth"), TONES)
@pytest.mark.parametrize(("language", "country", "currency"), PLACES)
def test_our_own_texts_pass_the_guard(
    language: str, country: str, currency: str, address: Address, warmth: Warmth
) -> None:
    for name, entry in catalogue().items():
        facts = {fact: sample(fact, currency) for fact in entry.facts}
        reply = compose(
            [ReplyPart(template=name, facts=facts)],
            language=language,
            country=country,
            today=TODAY,
            verified=True,
            flow=Flow(address=address, warmth=warmth),
        )
        assert not reply.blocked, (name, reply.blocked)


def test_what_tells_of_a_debt_is_never_written_for_a_stranger() -> None:
    for name, entry in catalogue().items():
        facts = {fact: sample(fact, "COP") for fact in entry.facts}
        reply = compose(
            [ReplyPart(template=name, facts=facts)],
            language="es",
            country="CO",
            today=TODAY,
            verified=False,
        )
        assert bool(reply.blocked) == entry.verified
        if entry.verified:
            assert reply.text == texts("es", "CO")["plain"]


PART = ReplyPart(
    template="offer.promise",
    facts={
        "total": MoneyValue(minor=20_000_000, currency="COP"),
        "due": DateValue(on=date(2026, 11, 27)),
        "percent": PercentValue(value=Decimal(10)),
    },
)


@pytest.mark.parametrize(
    "text",
    [
        "Paga $ 200.000 el viernes 27 de noviembre de 2026",
        "Son 200 mil pesos, el 27/11/2026",
        "Doscientos mil pesos con 10 % de descuento",
        "COP 200,000 on Friday 27 November 2026",
    ],
)
def test_facts_in_other_words_pass(text: str) -> None:
    assert check_text(text, [PART], country="CO", today=TODAY) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Paga $ 199.999 el viernes 27 de noviembre de 2026",
        "Paga $ 200.000 el viernes 27 de noviembre de 2027",
        "Paga $ 200.000 mañana",
        "Paga € 200.000 el viernes 27 de noviembre de 2026",
        "Paga doscientos un mil pesos",
        "Le condono el 50 %",
        "Puede pagar en tres cuotas",
        "Llame al 3001234567",
        "La mitad queda condonada",
        "Entre en https://malo.example",
        "Escriba a cobros@malo.example",
        "Le llamo a las 15:00",
        "Pague en media hora",
        "Pague la próxima semana",
    ],
)
def test_anything_else_is_stopped(text: str) -> None:
    assert check_text(text, [PART], country="CO", today=TODAY)


def test_a_wording_of_the_creditor_that_invents_falls_back_to_ours() -> None:
    reply = compose(
        [PART],
        language="es",
        country="CO",
        today=TODAY,
        verified=True,
        overrides={"offer.promise": "Pague {total} hoy mismo y le regalo $ 50.000. ¿Sí?"},
    )
    assert reply.blocked
    assert reply.text.startswith("Entonces pagaría")


def test_a_wording_of_the_creditor_with_facts_alone_goes_out() -> None:
    reply = compose(
        [PART],
        language="es",
        country="CO",
        today=TODAY,
        verified=True,
        overrides={"offer.promise": "Quedamos en {total}, el {due}, ¿cierto?"},
    )
    assert not reply.blocked
    assert reply.text.startswith("Quedamos en")
