"""The parts of a page that are smaller than an include: icons, money, rates, bars, dates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from acuerdo.core import clock
from acuerdo.core.money import Money
from acuerdo.web import formats
from acuerdo.web.assets import asset_url
from acuerdo.web.reads.hours import Stretch

register = template.Library()


def _language() -> str:
    return get_language() or "en"


@register.simple_tag
def style(name: str) -> SafeString:
    """The link to one built style sheet."""
    url = asset_url(name)
    return format_html('<link rel="stylesheet" href="{}">', url) if url else SafeString("")


@register.simple_tag
def script(name: str) -> SafeString:
    """The tag of one built script, a module and so deferred."""
    url = asset_url(name)
    return format_html('<script type="module" src="{}"></script>', url) if url else SafeString("")


@register.simple_tag
def icon(name: str, label: str = "", sprite: str = "icons") -> SafeString:
    """One symbol of the sprite; with a `label` it speaks for itself, else it is decoration."""
    href = f"{static(f'web/{sprite}.svg')}#{name}"
    speaks = format_html('role="img" aria-label="{}"', label) if label else 'aria-hidden="true"'
    return format_html(
        '<svg class="icon" width="16" height="16" {}><use href="{}"/></svg>',
        SafeString(speaks),
        href,
    )


@register.simple_tag
def sign(name: str) -> SafeString:
    """As `icon`, from the debtor's small sprite: a slow line carries no symbol in vain."""
    return icon(name, sprite="debtor-icons")


@register.simple_tag
def money(amount: Money | None, country: str, code: bool = True) -> SafeString:
    """An amount as `country` writes it, with the currency's code where the sign is ambiguous."""
    if amount is None:
        return SafeString("–")
    text, currency = formats.write_money(amount, country)
    if currency and code:
        return format_html(
            '<span class="money">{}<span class="code">{}</span></span>', text, currency
        )
    return format_html('<span class="money">{}</span>', text)


@register.simple_tag
def rate(part: int, whole: int) -> SafeString:
    """A rate that tells its numerator and denominator on hover and on focus."""
    text = formats.write_rate(part, whole, _language())
    if whole == 0:
        return format_html('<span class="soft">{}</span>', text)
    of = _("%(part)s of %(whole)s") % {
        "part": formats.write_count(part, _language()),
        "whole": formats.write_count(whole, _language()),
    }
    tone = "rate" if part else "rate soft"
    return format_html(
        '<span class="{}" tabindex="0">{}<span class="of"> {}</span></span>', tone, text, of
    )


@register.simple_tag
def bar(part: float, whole: float, mark: float | None = None) -> SafeString:
    """A horizontal bar filled to `part` of `whole`; `mark` draws a line (what was expected).

    Widths are SVG attributes: the pages' content policy forbids inline styles.
    """
    width = 0.0 if whole <= 0 else max(0.0, min(100.0, 100 * part / whole))
    if part > 0:
        width = max(width, 0.6)
    line: SafeString | str = ""
    if mark is not None and whole > 0:
        at = max(0.0, min(99.2, 100 * mark / whole - 0.4))
        line = format_html('<rect class="mark" x="{}" width="0.8" height="8"/>', f"{at:.2f}")
    return format_html(
        '<svg class="bar" width="120" height="8" viewBox="0 0 100 8" preserveAspectRatio="none"'
        ' aria-hidden="true">'
        '<rect class="rest" width="100" height="8"/>'
        '<rect class="fill" width="{}" height="8"/>{}</svg>',
        f"{width:.2f}",
        line,
    )


@register.simple_tag
def hours_bar(stretches: Sequence[Stretch], now_minute: int | None = None) -> SafeString:
    """The 24 hours of a day, filled where they are open; a line is the present minute. The words
    beside it say the same."""
    open_hours = format_html_join(
        "",
        '<rect class="fill" x="{}" width="{}" height="20"/>',
        ((one.start_minute, one.end_minute - one.start_minute) for one in stretches),
    )
    lines = format_html_join("", '<rect class="line" x="{}" width="2" height="20"/>', _QUARTERS)
    now: SafeString | str = ""
    if now_minute is not None:
        at = min(now_minute, 1434)
        now = format_html('<rect class="now" x="{}" width="6" height="20"/>', at)
    return format_html(
        '<svg class="hours-bar" width="240" height="18" viewBox="0 0 1440 20"'
        ' preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="rest" width="1440" height="20"/>{}{}{}</svg>',
        open_hours,
        lines,
        now,
    )


_QUARTERS = ((359,), (719,), (1079,))


@register.simple_tag
def stretch_words(stretch: Stretch, zone: str, on: date) -> str:
    """`07:00–19:00` in `zone`, as hours of the date `on`."""
    return formats.write_stretch(stretch.start, stretch.end, zone, on)


@register.simple_tag
def tag(text: str, tone: str = "", symbol: str = "") -> SafeString:
    """A badge. `tone` is good, warn, bad, info or empty; the words carry the meaning."""
    tone_class = f"tag tag-{tone}" if tone else "tag"
    return format_html(
        '<span class="{}">{}{}</span>', tone_class, icon(symbol) if symbol else "", text
    )


@register.filter
def count(value: int | None) -> str:
    """A whole number with separators."""
    return "–" if value is None else formats.write_count(value, _language())


@register.filter
def day(value: date | datetime | None) -> str:
    """A date in the page's language."""
    return formats.write_day(value, _language()) if value else "–"


@register.filter
def long_day(value: date | None) -> str:
    """A date with the month in words."""
    return formats.write_day(value, _language(), long=True) if value else "–"


@register.filter
def weekday(value: date) -> str:
    """A day group's heading: Tuesday, 24 November."""
    text = formats.write_day(value, _language(), weekday=True)
    return text[:1].upper() + text[1:]


@register.filter
def short_day(value: date) -> str:
    """`Tue 24 Nov`: what a row of a calendar begins with."""
    text = formats.write_short_day(value, _language())
    return text[:1].upper() + text[1:]


@register.filter
def day_month(value: date) -> str:
    """`24 Nov`."""
    return formats.write_day_month(value, _language())


@register.filter
def day_and_hour(value: datetime, zone: str) -> str:
    """`Tue 24 Nov, 10:05` in `zone`."""
    return formats.write_day_and_hour(value, zone, _language())


@register.filter
def number(value: float) -> str:
    """A figure of a drawing, whatever the language writes its decimals with."""
    return f"{value:.2f}"


@register.filter
def moment(value: datetime | None, zone: str = "UTC") -> str:
    """Date and time in `zone`."""
    return formats.write_moment(value, zone, _language()) if value else "–"


@register.filter
def clock_time(value: datetime | None, zone: str = "UTC") -> str:
    """`14:05` in `zone`."""
    return formats.write_clock(value, zone) if value else "–"


@register.filter
def since(value: datetime | None) -> str:
    """How long ago, in its largest unit, by the business's clock."""
    if value is None:
        return "–"
    amount, unit = formats.waiting(value, clock.now())
    if unit == "days":
        return ngettext("%(n)s day", "%(n)s days", amount) % {"n": amount}
    if unit == "hours":
        return ngettext("%(n)s h", "%(n)s h", amount) % {"n": amount}
    return ngettext("%(n)s min", "%(n)s min", amount) % {"n": amount}


@register.filter
def initials(name: str) -> str:
    """`Financiera Andina` → `FA`."""
    words = [word for word in name.split() if word[:1].isalnum()]
    return "".join(word[0] for word in words[:2]).upper()


@register.filter
def hue_class(hue: int) -> int:
    """The creditor's hue on the grid of 15 degrees that the style sheet knows."""
    return round((hue % 360) / 15) * 15 % 360


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """This page's address with some parameters changed; an empty value removes one."""
    params = context["request"].GET.copy()
    for key, value in changes.items():
        if value in (None, ""):
            params.pop(key, None)
        else:
            params[key] = str(value)
    return f"?{params.urlencode()}"
