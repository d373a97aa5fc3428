"""How figures, dates and addresses are written on the pages. Pure: no clock, no database."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_decimal, format_percent

from acuerdo.core.money import Money, format_money
from acuerdo.creditors.countries import locale_of

_LANGUAGE_LOCALES = {"es": "es", "pt": "pt_BR", "en": "en_GB"}


def language_locale(language: str) -> str:
    """The locale of a page's language, for dates and counts: `pt` → `pt_BR`."""
    return _LANGUAGE_LOCALES.get(language[:2], "en_GB")


def write_money(money: Money, country: str) -> tuple[str, str]:
    """The amount as the country writes it, and the code where the sign alone could mislead."""
    text = format_money(money, locale_of(country, "en")).replace(" ", "\N{NO-BREAK SPACE}")
    plain_dollar = "$" in text and "R$" not in text and "US$" not in text
    return text, money.currency if plain_dollar else ""


def write_count(value: int, language: str) -> str:
    """A whole number with the language's separators."""
    return format_decimal(value, locale=language_locale(language))


def write_rate(part: int, whole: int, language: str) -> str:
    """`part` of `whole` in per cent, one decimal under 10 %; a dash where there is no whole."""
    if whole == 0:
        return "–"
    value = part / whole
    pattern = "#,##0.0 %" if 0 < value < 0.1 else "#,##0 %"
    if language[:2] == "en":
        pattern = pattern.replace(" ", "")
    text = format_percent(value, format=pattern, locale=language_locale(language))
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def write_percent(part: Decimal, language: str) -> str:
    """A rate as it is, with no more than two decimals: 0.2436 → `24.36%`, in Spanish `24,36 %`."""
    text = format_percent(part, format="#,##0.## %", locale=language_locale(language))
    if language[:2] == "en":
        return text.replace(" ", "")
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def write_day(day: date, language: str, *, weekday: bool = False, long: bool = False) -> str:
    """`24 nov 2026`; with `weekday` the form that a day group's heading has."""
    locale = language_locale(language)
    if weekday:
        pattern = "EEEE, d MMMM" if language[:2] == "en" else "EEEE, d 'de' MMMM"
        return format_date(day, pattern, locale=locale)
    return format_date(day, "long" if long else "medium", locale=locale)


def write_moment(at: datetime, zone: str, language: str, *, seconds: bool = False) -> str:
    """Date and time in `zone`."""
    pattern = "medium" if seconds else "short"
    local = at.astimezone(ZoneInfo(zone))
    locale = language_locale(language)
    if seconds:
        return format_datetime(local, pattern, locale=locale)
    day = format_date(local, "d MMM", locale=locale)
    return f"{day}, {format_time(local, 'HH:mm', locale=locale)}"


def write_short_day(day: date, language: str) -> str:
    """`mar 24 nov`: what a row of a calendar begins with."""
    locale = language_locale(language)
    return format_date(day, "EEE d MMM", locale=locale).replace(".", "")


def write_day_month(day: date, language: str) -> str:
    """`24 nov`, for a chart that shows weeks of one year."""
    return format_date(day, "d MMM", locale=language_locale(language)).replace(".", "")


def write_day_and_hour(at: datetime, zone: str, language: str) -> str:
    """`mar 24 nov, 10:05` in `zone`."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{write_short_day(local.date(), language)}, {local:%H:%M}"


def write_stretch(start: datetime, end: datetime, zone: str, on: date) -> str:
    """`07:00–19:00` in `zone`, as hours of the date `on`: 24:00 is its end, and an hour of the
    date before or after says so: `22:00 (−1)–04:00`."""
    return f"{_hour_of(start, zone, on)}–{_hour_of(end, zone, on, is_end=True)}"


def _hour_of(at: datetime, zone: str, on: date, *, is_end: bool = False) -> str:
    local = at.astimezone(ZoneInfo(zone))
    days = (local.date() - on).days
    if is_end and days == 1 and (local.hour, local.minute) == (0, 0):
        return "24:00"
    mark = f" ({'+' if days > 0 else '−'}{abs(days)})" if days else ""
    return f"{local:%H:%M}{mark}"


def write_clock(at: datetime, zone: str) -> str:
    """`14:05` in `zone`."""
    return at.astimezone(ZoneInfo(zone)).strftime("%H:%M")


def same_day(first: datetime, second: datetime, zone: str) -> bool:
    """Whether both instants fall on one date in `zone`."""
    place = ZoneInfo(zone)
    return first.astimezone(place).date() == second.astimezone(place).date()


def mask_phone(value: str) -> str:
    """`+573001234567` → `+57 ··· 4567`: the country and the last four."""
    if len(value) < 8:
        return "···"
    return f"{value[:3]} ··· {value[-4:]}"


def mask_email(value: str) -> str:
    """`ana.perez@example.com` → `a···@example.com`."""
    name, at, host = value.partition("@")
    return f"{name[:1]}···{at}{host}" if at else "···"


def mask_address(value: str) -> str:
    """A postal address keeps its last part (the town) only."""
    town = value.rsplit(",", 1)[-1].strip()
    return f"··· {town}" if town and town != value.strip() else "···"


def mask(kind: str, value: str) -> str:
    """A contact point as those see it who need not use it."""
    if kind == "phone":
        return mask_phone(value)
    if kind == "email":
        return mask_email(value)
    return mask_address(value)


def waiting(since: datetime, now: datetime) -> tuple[int, str]:
    """How long somebody waits, in its largest unit: (3, "hours")."""
    gap = max(now - since, timedelta(0))
    if gap.days:
        return gap.days, "days"
    if gap.seconds >= 3600:
        return gap.seconds // 3600, "hours"
    return max(gap.seconds // 60, 1), "minutes"
