"""The creditor chooses a hue; whatever it is, white on it and it on white can be read."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from acuerdo.web.templatetags.acuerdo import hue_class

STYLE = (Path(__file__).parents[3] / "src/acuerdo/web/ui/debtor.css").read_text()
HUES = [int(hue) for hue in re.findall(r'\[data-hue="(\d+)"\]', STYLE)]


def luminance(lightness: float, chroma: float, hue: float) -> float:
    """WCAG's relative luminance of an OKLCH colour, cut to what a screen can show."""
    a = chroma * math.cos(math.radians(hue))
    b = chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    shown = [min(max(part, 0.0), 1.0) for part in (red, green, blue)]
    return 0.2126 * shown[0] + 0.7152 * shown[1] + 0.0722 * shown[2]


def contrast(first: float, second: float) -> float:
    high, low = max(first, second), min(first, second)
    return (high + 0.05) / (low + 0.05)


def read(name: str) -> tuple[float, float]:
    found = re.search(rf"--{name}: oklch\(([\d.]+)% ([\d.]+) var\(--hue\)\)", STYLE)
    assert found is not None
    return float(found.group(1)) / 100, float(found.group(2))


@pytest.mark.parametrize("hue", HUES)
def test_every_hue_can_be_read(hue: int) -> None:
    own, soft = luminance(*read("own"), hue), luminance(*read("own-soft"), hue)
    assert contrast(own, 1.0) >= 4.5
    assert contrast(own, soft) >= 4.5


def test_any_number_finds_a_hue_that_the_style_sheet_knows() -> None:
    assert {hue_class(number) for number in range(721)} == set(HUES)
