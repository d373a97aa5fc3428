"""The next lawful hour of several countries, and channels as people write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from acuerdo.compliance.rules import next_lawful_hour
from acuerdo.compliance.rules.channels import parse_channels

FOUR = ("CO", "MX", "BR", "ES")


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        # Seven in Tijuana, four in the afternoon in Madrid.
        ("2026-11-24T10:00", "2026-11-24T15:00"),
        ("2026-11-24T14:01", "2026-11-24T15:00"),
        ("2026-11-24T15:00", "2026-11-24T15:00"),
        # Until six on the island of Noronha.
        ("2026-11-24T19:01", "2026-11-25T15:00"),
        # Friday evening, before Christmas, and in summer time.
        ("2026-11-27T19:30", "2026-12-01T15:00"),
        ("2026-06-09T00:00", "2026-06-10T14:00"),
    ],
)
def test_the_next_hour_that_is_lawful_in_four_countries(after: str, expected: str) -> None:
    found = next_lawful_hour(FOUR, datetime.fromisoformat(after).replace(tzinfo=UTC))
    assert found == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_one_country() -> None:
    sunday = datetime(2026, 11, 29, 15, tzinfo=UTC)
    assert next_lawful_hour(["CO"], sunday) == datetime(2026, 11, 30, 12, tzinfo=UTC)


def test_there_is_an_hour_on_most_days_of_a_year() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    days = set()
    while at.year == 2026:
        at = next_lawful_hour(FOUR, at)
        days.add(at.date())
        at += timedelta(hours=1)
    assert len(days) > 150


def test_an_unknown_country_has_none() -> None:
    with pytest.raises(LookupError):
        next_lawful_hour(["XX"], datetime(2026, 11, 24, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sms", {"sms"}),
        ("SMS, correo y WhatsApp", {"sms", "email", "whatsapp"}),
        ("sms;email|call", {"sms", "email", "call"}),
        ("sms email", {"sms", "email"}),
        ("Correo electrónico", {"email"}),
        ("Ligação e e-mail", {"call", "email"}),
        ("llamada/carta", {"call", "letter"}),
        ("mensaje de texto + visita", {"sms", "visit"}),
        ("ninguno", set()),
        (",", set()),
    ],
)
def test_channels(text: str, expected: set[str]) -> None:
    assert parse_channels(text) == expected


@pytest.mark.parametrize("text", ["fax", "sms, paloma", "sms fax", "sí"])
def test_a_channel_that_nobody_knows(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_channels(text)
