"""A mail's HTML is ours; what people wrote in it is text."""

import pytest

from acuerdo.messaging.html import Brand, brand_colour, to_html, to_plain


def _html(text: str) -> str:
    return to_html(text, brand=Brand("Banco <b>", 250), language="es", subject="s")


def test_paragraphs_links_and_a_button() -> None:
    html = _html("Hola Ana.\n\n[Ver mi mensaje](https://a.example/p/x)\n\nvea https://a.example/q.")
    assert html.count("<p ") == 3
    assert 'href="https://a.example/p/x"' in html
    assert "inline-block" in html
    assert 'href="https://a.example/q"' in html
    assert to_plain("[Ver](https://a.example/p)") == "Ver: https://a.example/p"


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        '[x](https://a.example/" onmouseover="alert(1))',
        "<img src=x onerror=alert(1)>",
        "[<b>](https://a.example/)",
    ],
)
def test_nothing_written_becomes_markup(text: str) -> None:
    html = _html(text)
    assert "<script" not in html
    assert "<img" not in html
    assert "<b>" not in html
    assert 'href="javascript' not in html
    assert 'onmouseover="' not in html


def test_every_hue_gives_readable_text() -> None:
    assert all(brand_colour(hue).startswith("#") for hue in range(0, 360, 5))
    assert brand_colour(60) != brand_colour(240)
