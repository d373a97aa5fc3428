"""When people answer. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from acuerdo.assistant.dialogue.model import Opening

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
# Longer than any run of holidays.
_AHEAD = 15


class People(BaseModel):
    """The days and hours in which people answer, in the creditor's own time; not on holidays."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    days: Annotated[tuple[Weekday, ...], Field(min_length=1, max_length=7)] = WEEKDAYS[:5]
    opens: _Clock = "09:00"
    closes: _Clock = "18:00"


def next_opening(
    people: People, now: datetime, is_holiday: Callable[[date], bool]
) -> Opening | None:
    """When people answer again; None while they are there. `now` is in the creditor's zone."""
    opens, closes = time.fromisoformat(people.opens), time.fromisoformat(people.closes)

    def works(day: date) -> bool:
        return WEEKDAYS[day.weekday()] in people.days and not is_holiday(day)

    today = now.date()
    if works(today) and opens <= now.time() < closes:
        return None
    later = (today + timedelta(days=ahead) for ahead in range(_AHEAD))
    for day in later:
        if works(day) and (day > today or now.time() < opens):
            return Opening(on=day, at=people.opens)
    return None
