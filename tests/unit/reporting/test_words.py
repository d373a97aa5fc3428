"""Every kind of thing that happens has an icon and a sentence, in three languages."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from string import Formatter

import pytest
from django.utils import translation

from acuerdo.core.money import Money
from acuerdo.core.vocabulary import Channel
from acuerdo.reporting.texts import CHANNELS, ICONS, RANKS, TITLES, WORDS, channel_of, word_of
from acuerdo.reporting.timeline.scope import mask
from acuerdo.reporting.types import MoneyIn, Stage, TimelineItem

NAMES = re.compile(r"\{(\w+)\}")


@pytest.mark.parametrize("language", ["es", "pt", "en"])
def test_sentences_have_the_same_blanks_in_every_language(language: str) -> None:
    with translation.override("en"):
        wanted = {kind: set(NAMES.findall(str(title))) for kind, title in TITLES.items()}
    with translation.override(language):
        for kind, title in TITLES.items():
            found = {name for _, name, _, _ in Formatter().parse(str(title)) if name}
            assert found == wanted[kind], kind
            assert ICONS[kind]


def test_things_of_one_instant_have_an_order() -> None:
    assert RANKS["placed"] < RANKS["scored"] < RANKS["message_sent"] < RANKS["agreed"]
    assert RANKS["agreed"] < RANKS["paid"] < RANKS["closed"]


def test_an_item_reads_itself_in_the_active_language() -> None:
    at = datetime(2026, 11, 24, tzinfo=UTC)
    item = TimelineItem("k", at, "paid", "payment", "provider", params={"amount": "$ 5"})
    with translation.override("es"):
        assert item.title == "Pagado: $ 5"
    with translation.override("pt"):
        assert item.title == "Pago: $ 5"


def test_every_channel_has_a_name_and_unknown_codes_stay_readable() -> None:
    assert {str(channel) for channel in Channel} | {""} == set(CHANNELS)
    with translation.override("es"):
        assert channel_of("email") == "Correo"
        assert word_of("daily_cap") == "se alcanzó el límite de contactos del día"
        assert word_of("some_new_reason") == "some new reason"
    assert len(WORDS) > 80


def test_addresses_are_recognised_and_cannot_be_used() -> None:
    assert mask("+573005551234") == "••• 1234"
    assert mask("ana.ruiz@example.com") == "a•••@example.com"
    assert mask("") == ""


def test_rates_need_something_to_be_a_part_of() -> None:
    assert Stage("paid", "Paid", 3, 12).rate == 0.25
    assert Stage("paid", "Paid", 0, 0).rate is None
    assert Stage("placed", "Placed", 5).rate is None
    zero = Money(0, "COP")
    money = MoneyIn("COP", zero, Money(50, "COP"), Money(200, "COP"), zero, zero)
    assert money.rate == 0.25
    assert MoneyIn("COP", zero, zero, zero, zero, zero).rate is None
