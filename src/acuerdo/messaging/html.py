"""The HTML form of a mail, made from its plain text: one column, no images, no tracking.

The text of a template is plain. Two things in it are more: an empty line parts paragraphs, and
`[label](https://…)` is a link: a button where it stands alone, which the plain form shows as
`label: https://…`. Nothing a creditor's staff writes reaches the mail as HTML.
"""

from __future__ import annotations

import colorsys
import re
from dataclasses import dataclass
from html import escape

_LINK = re.compile(r"\[([^\[\]\n]{1,80})\]\((https?://[^\s()<>\"']{1,500})\)")
_URL = re.compile(r"(https?://[^\s()<>\"']{1,500}[^\s()<>\"'.,;:!?])")


@dataclass(frozen=True, slots=True)
class Brand:
    """The creditor's face: the name on top, and `hue` in degrees (0–360)."""

    name: str
    hue: int


def to_plain(text: str) -> str:
    """The plain form: links written out."""
    return _LINK.sub(r"\1: \2", text)


def to_html(text: str, *, brand: Brand, language: str, subject: str) -> str:
    """A whole HTML document for `text` (as `render` made it, before `to_plain`)."""
    colour = brand_colour(brand.hue)
    paragraphs = [part.strip() for part in re.split(r"\n\s*\n", text.strip()) if part.strip()]
    body = "\n".join(_paragraph(part, colour) for part in paragraphs)
    return f"""<!doctype html>
<html lang="{escape(language)}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>{escape(subject)}</title></head>
<body style="margin:0;padding:0;background:#f4f4f2">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr>
<td align="center" style="padding:24px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" \
style="max-width:560px;background:#ffffff;border-radius:10px;\
font-family:Inter,'Segoe UI',Helvetica,Arial,sans-serif">
<tr><td style="padding:20px 28px;border-bottom:3px solid {colour};font-size:18px;\
font-weight:600;color:#1c1e21">{escape(brand.name)}</td></tr>
<tr><td style="padding:28px;font-size:17px;line-height:1.55;color:#1c1e21">
{body}</td></tr>
</table></td></tr></table></body></html>"""


def brand_colour(hue: int) -> str:
    """A hex colour of this hue, dark enough for white text on it (contrast 4.5 or more)."""
    for lightness in range(42, 10, -2):
        red, green, blue = colorsys.hls_to_rgb((hue % 360) / 360, lightness / 100, 0.6)
        if _contrast_with_white(red, green, blue) >= 4.6:
            return "#" + "".join(f"{round(part * 255):02x}" for part in (red, green, blue))
    return "#222222"


def _contrast_with_white(*channels: float) -> float:
    """WCAG 2 contrast of an sRGB colour (0–1) with white."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels
    ]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.05 / (luminance + 0.05)


def _paragraph(text: str, colour: str) -> str:
    alone = _LINK.fullmatch(text)
    if alone:
        return (
            f'<p style="margin:24px 0"><a href="{escape(alone[2])}" style="display:inline-block;'
            f"padding:14px 24px;border-radius:8px;background:{colour};color:#ffffff;"
            f'text-decoration:none;font-weight:600">{escape(alone[1])}</a></p>'
        )
    return f'<p style="margin:0 0 16px">{_inline(text, colour)}</p>'


def _inline(text: str, colour: str) -> str:
    """Escaped text with its links and bare addresses made clickable."""
    parts: list[str] = []
    place = 0
    for match in _LINK.finditer(text):
        parts.append(_bare(text[place : match.start()], colour))
        parts.append(_anchor(match[2], match[1], colour))
        place = match.end()
    parts.append(_bare(text[place:], colour))
    return "".join(parts).replace("\n", "<br>\n")


def _bare(text: str, colour: str) -> str:
    pieces = _URL.split(text)
    return "".join(
        _anchor(piece, piece, colour) if index % 2 else escape(piece)
        for index, piece in enumerate(pieces)
    )


def _anchor(url: str, label: str, colour: str) -> str:
    return f'<a href="{escape(url)}" style="color:{colour}">{escape(label)}</a>'
