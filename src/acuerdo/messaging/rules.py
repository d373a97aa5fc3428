"""Pure rules of the outbox and the inbox: states, back-off, masks. No Django, no clock."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

# The order in which a message grows. A report may come late, twice or before its forerunner:
# the state is the furthest one ever heard of, so the order of arrival changes nothing. A failure
# ranks below delivery: once it was in the person's hands, a late "failed" does not take it back.
_RANK = {
    "planned": 0,
    "claimed": 1,
    "unknown": 2,
    "sent": 3,
    "failed": 4,
    "delivered": 5,
    "read": 6,
}
# A message that we decided not to send was not sent, whatever a provider says.
FINAL_HERE = frozenset({"withheld"})
REPORTED = frozenset({"sent", "failed", "delivered", "read"})

# The source of a text that was typed into the portal's form, with the number of the link.
PORTAL_SOURCE = "portal:"

LEASE = timedelta(minutes=5)
MAX_TRIES = 5
_BACK_OFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=20),
    timedelta(hours=1),
)


def advance(state: str, reported: str) -> str:
    """The state after a report: never an earlier one (`delivered` then `sent` is `delivered`)."""
    if state in FINAL_HERE or reported not in REPORTED:
        return state
    return max(state, reported, key=_RANK.__getitem__)


def next_try(tries: int, now: datetime, not_after: datetime | None) -> datetime | None:
    """When to try again after `tries` temporary failures; None: give up.

    The waits grow from a minute to an hour; a try that would come after `not_after` is none.
    """
    if tries < 1 or tries >= MAX_TRIES:
        return None
    at = now + _BACK_OFF[min(tries, len(_BACK_OFF)) - 1]
    return None if not_after is not None and at > not_after else at


def locale_chain(
    language: str, country: str, fallback_languages: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """The locales under which a template is looked for, best first: `es_MX`, `es`, `pt`, `en`."""
    locales: list[str] = []
    base = language[:2].lower()
    if base:
        locales += [f"{base}_{country}"] if country else []
        locales.append(base)
    locales += [other[:2].lower() for other in fallback_languages]
    locales.append("en")
    return tuple(dict.fromkeys(locales))


def locale_of(locale: str, country: str) -> str:
    """The locale in which figures and dates are written: `es` in CO → `es_CO`; `es_AR` stays."""
    return locale if "_" in locale or not country else f"{locale}_{country}"


def first_name(full_name: str) -> str:
    """What to call somebody: `LOPEZ, MARIA INES` → `Maria`, `João da Silva` → `João`."""
    given = full_name.split(",", 1)[1] if "," in full_name else full_name
    words = given.split()
    if not words:
        return ""
    return words[0].capitalize() if words[0].isupper() or words[0].islower() else words[0]


_CARD = re.compile(r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)")


def mask_cards(text: str) -> str:
    """`text` with numbers that could be payment cards (13–19 digits, Luhn) masked but the last 4.

    Nobody asks for a card here; people send one all the same, and it must not be kept.
    """

    def mask(match: re.Match[str]) -> str:
        digits = re.sub(r"\D", "", match.group())
        return f"•••• {digits[-4:]}" if _luhn(digits) else match.group()

    return _CARD.sub(mask, text)


def _luhn(digits: str) -> bool:
    total = 0
    for index, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if index % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def clean_text(text: str, limit: int) -> str:
    """`text` without control characters (but new lines), trimmed to `limit` characters."""
    clean = "".join(char for char in text if char in "\n\t" or ord(char) >= 32)
    return clean.replace("\t", " ")[:limit].strip()


def is_from_portal(source: str) -> bool:
    """Whether an inbound text was typed by a visitor of the portal: by whoever holds the link."""
    return source.startswith(PORTAL_SOURCE)
