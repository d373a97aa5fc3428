"""When somebody is called back: in their own time, never in the past."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from acuerdo.assistant.exchange import call_back_at

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=ZoneInfo("America/Bogota"))


@pytest.mark.parametrize(
    ("on", "at", "due"),
    [
        (date(2026, 11, 25), "17:00", "2026-11-25T17:00"),
        (date(2026, 11, 25), None, "2026-11-25T10:00"),
        (None, "15:00", "2026-11-24T15:00"),
        (None, "09:00", "2026-11-25T09:00"),
        (None, None, "2026-11-25T10:00"),
        (None, "+PT20M", "2026-11-24T10:50"),
        (date(2026, 11, 20), "09:00", "2026-11-25T09:00"),
    ],
)
def test_it_is_said_and_meant(on: date | None, at: str | None, due: str) -> None:
    found = call_back_at(on, at, NOW)
    assert found > NOW
    assert found.isoformat(timespec="minutes").startswith(due)
