"""Pure rules of the outside world: what a number does, when a webhook is tried again."""

from __future__ import annotations

import re
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

# A webhook that failed is tried again after one second, two, four …, and at last every ten minutes
# for about a day.
LONGEST_WAIT_SECONDS = 600
GIVE_UP_AFTER = 150  # tries


class CheckoutState(StrEnum):
    OPEN = "open"
    PAID = "paid"
    DECLINED = "declined"
    EXPIRED = "expired"


def is_phone(text: str) -> bool:
    """Whether `text` is a number in E.164."""
    return bool(_PHONE.fullmatch(text))
