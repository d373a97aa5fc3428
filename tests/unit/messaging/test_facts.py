"""Facts become text in the reader's locale; a wrong type is an error."""

from datetime import UTC, date, datetime

import pytest

from acuerdo.core.money import Money
from acuerdo.messaging.facts import FactType, format_fact


@pytest.mark.parametrize(
    ("kind", "value", "locale", "text"),
    [
        (FactType.MONEY, Money(127251300, "COP"), "es_CO", "$ 1.272.513"),
        (FactType.MONEY, Money(123456, "BRL"), "pt_BR", "R$ 1.234,56"),
        (FactType.DATE, date(2026, 3, 5), "es_CO", "5 de marzo de 2026"),
        (FactType.DATE, date(2026, 3, 5), "pt_BR", "5 de março de 2026"),
        (FactType.NUMBER, 12000, "es_ES", "12.000"),
        (FactType.TEXT, "x", "xx_YY", "x"),
        (FactType.MONEY, None, "es_CO", None),
    ],
)
def test_texts(kind: FactType, value: object, locale: str, text: str | None) -> None:
    shown = format_fact(kind, value, locale, "America/Bogota")
    assert (shown.replace("\xa0", " ") if shown else shown) == text


def test_instants_are_shown_in_the_readers_zone() -> None:
    instant = datetime(2026, 3, 5, 2, 30, tzinfo=UTC)
    shown = format_fact(FactType.DATETIME, instant, "es_CO", "America/Bogota")
    assert shown is not None
    assert shown.startswith("4 de marzo de 2026")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (FactType.MONEY, 12.5),
        (FactType.MONEY, "12"),
        (FactType.DATE, datetime(2026, 1, 1, tzinfo=UTC)),
        (FactType.DATETIME, datetime(2026, 1, 1)),  # noqa: DTZ001
        (FactType.NUMBER, 1.5),
    ],
)
def test_wrong_types_are_errors(kind: FactType, value: object) -> None:
    with pytest.raises(TypeError):
        format_fact(kind, value, "es_CO", "America/Bogota")
