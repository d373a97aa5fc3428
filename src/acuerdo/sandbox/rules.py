"""Pure rules of the outside world: what a number does, when a webhook is tried again."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from enum import StrEnum

# Numbers that misbehave on purpose; README.md lists them.
UNREACHABLE = "9999990"
BUSY = "9999991"
UNDELIVERABLE = "9999992"
SLOW = "9999993"
SLOW_SECONDS = 10.0

CHANNELS = ("sms", "whatsapp")
MAX_TEXT = 4_096
MAX_BUTTONS = 3
MAX_BUTTON_TITLE = 20

_PHONE = re.compile(r"\+[1-9]\d{6,14}")
_LONGEST_WAIT = timedelta(minutes=10)
_GIVE_UP_AFTER = 150  # tries: about a day


class CheckoutState(StrEnum):
    OPEN = "open"
    PAID = "paid"
    DECLINED = "declined"
    EXPIRED = "expired"


def is_phone(text: str) -> bool:
    """Whether `text` is a number in E.164."""
    return bool(_PHONE.fullmatch(text))


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """When a webhook that failed `attempts` times is tried again; None: never.

    One second, two, four … and ten minutes at most between two tries, for about a day.
    """
    if attempts >= _GIVE_UP_AFTER:
        return None
    return now + min(timedelta(seconds=2 ** min(attempts - 1, 20)), _LONGEST_WAIT)
