"""Dates and hours as people type them, and what is none."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acuerdo.web.typed import Unreadable, parse_day, parse_hour, parse_moment


@pytest.mark.parametrize(
    "text", ["24/11/2026", "24-11-2026", "24.11.2026", "2026-11-24", " 24/11/2026 "]
)
def test_a_date_in_the_ways_that_people_write_it(text: str) -> None:
    assert parse_day(text) == date(2026, 11, 24)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "31/02/2026",
        "11/24/2026",
        "24/11",
        "24/11/26",
        "ayer",
        "2026-13-01",
        "1/1/0001",
        "31/12/9999",
        "٢٤/١١/٢٠٢٦x",
        "0/0/0000",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        parse_day(text)


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [
        ("9", 9, 0),
        ("9:30", 9, 30),
        ("09.30", 9, 30),
        ("9h", 9, 0),
        ("9h30", 9, 30),
        ("23:59", 23, 59),
    ],
)
def test_an_hour_in_the_ways_that_people_write_it(text: str, hour: int, minute: int) -> None:
    assert parse_hour(text) == time(hour, minute)


@pytest.mark.parametrize("text", ["", "24:00", "25", "9:60", "9:5", "nueve", "-1", "9:30:15:1"])
def test_what_is_no_hour_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        parse_hour(text)


@pytest.mark.parametrize("text", ["24/11/2026 9:30", "2026-11-24T09:30", "24/11/2026, 9h30"])
def test_a_date_with_its_hour(text: str) -> None:
    assert parse_moment(text).isoformat() == "2026-11-24T09:30:00"


@pytest.mark.parametrize("text", ["24/11/2026", "9:30", "", "24/11/2026 25:00"])
def test_half_a_moment_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        parse_moment(text)


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)), st.times())
def test_what_is_written_is_read_again(on: date, at: time) -> None:
    found = parse_moment(f"{on:%d/%m/}{on.year:04} {at:%H:%M}")
    assert (found.date(), found.time()) == (on, at.replace(second=0, microsecond=0))


@given(st.text(max_size=30))
def test_any_text_is_a_moment_or_refused(text: str) -> None:
    try:
        found = parse_moment(text)
    except Unreadable:
        return
    assert found.tzinfo is None
