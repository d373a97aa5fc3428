"""How figures, dates and addresses are written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acuerdo.core.money import Money
from acuerdo.web import formats

SPACE = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("minor", "currency", "country", "text", "code"),
    [
        (127_251_300, "COP", "CO", f"${SPACE}1.272.513", "COP"),
        (123_456, "BRL", "BR", f"R${SPACE}1.234,56", ""),
        (123_456, "EUR", "ES", f"1.234,56{SPACE}€", ""),
        (123_456, "MXN", "MX", "$1,234.56", "MXN"),
    ],
)
def test_money_is_written_as_the_country_does(
    minor: int, currency: str, country: str, text: str, code: str
) -> None:
    written, shown = formats.write_money(Money(minor, currency), country)
    assert written.replace(" ", SPACE) == text
    assert shown == code


def test_a_rate_of_nothing_is_no_rate() -> None:
    assert formats.write_rate(0, 0, "es") == "–"
    assert formats.write_rate(1, 2, "es") == f"50{SPACE}%"
    assert formats.write_rate(1, 300, "es") == f"0,3{SPACE}%"
    assert formats.write_rate(1, 300, "en") == "0.3%"


@given(st.text(max_size=40))
def test_a_masked_value_never_shows_itself(value: str) -> None:
    for kind in ("phone", "email", "address"):
        masked = formats.mask(kind, value)
        if len(value) > 8:
            assert masked != value


def test_addresses_keep_what_a_person_recognises() -> None:
    assert formats.mask("phone", "+573001234567") == "+57 ··· 4567"
    assert formats.mask("email", "ana.perez@example.com") == "a···@example.com"
    assert formats.mask("address", "Calle 1 # 2-3, Bogotá") == "··· Bogotá"


def test_waiting_is_told_in_its_largest_unit() -> None:
    now = datetime(2026, 11, 24, 15, tzinfo=UTC)
    assert formats.waiting(now - timedelta(days=3, hours=4), now) == (3, "days")
    assert formats.waiting(now - timedelta(hours=5), now) == (5, "hours")
    assert formats.waiting(now - timedelta(seconds=10), now) == (1, "minutes")
    assert formats.waiting(now + timedelta(hours=1), now) == (1, "minutes")


def test_a_day_is_written_in_the_language_of_the_page() -> None:
    assert formats.write_day(date(2026, 11, 24), "es", weekday=True) == "martes, 24 de noviembre"
    assert formats.write_day(date(2026, 11, 24), "en", weekday=True) == "Tuesday, 24 November"


def test_hours_of_a_date_say_when_they_are_of_another_one() -> None:
    on = date(2026, 11, 24)

    def at(hour: int, day: int = 24) -> datetime:
        return datetime(2026, 11, day, hour, tzinfo=UTC)

    bogota, madrid, auckland = "America/Bogota", "Europe/Madrid", "Pacific/Auckland"
    assert formats.write_stretch(at(12), at(0, 25), bogota, on) == "07:00–19:00"
    assert formats.write_stretch(at(5), at(5, 25), bogota, on) == "00:00–24:00"
    assert formats.write_stretch(at(12), at(0, 25), madrid, on) == "13:00–01:00 (+1)"
    assert formats.write_stretch(at(12), at(23), auckland, on) == "01:00 (+1)–12:00 (+1)"
    assert formats.write_stretch(at(2), at(6), bogota, on) == "21:00 (−1)–01:00"


def test_a_row_of_a_calendar_begins_with_its_weekday() -> None:
    on = date(2026, 11, 24)
    assert formats.write_short_day(on, "es") == "mar 24 nov"
    assert formats.write_short_day(on, "pt") == "ter 24 nov"
    assert formats.write_short_day(on, "en") == "Tue 24 Nov"
    assert formats.write_day_month(on, "es") == "24 nov"
    late = datetime(2026, 11, 25, 2, 5, tzinfo=UTC)
    assert formats.write_day_and_hour(late, "America/Bogota", "es") == "mar 24 nov, 21:05"
