"""Every text that a person reads exists in Spanish and Portuguese, with the same placeholders."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parents[2] / "src" / "acuerdo"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
ROOMS = sorted(path.parent.name for path in SOURCE.glob("*/__init__.py"))
PLACEHOLDER = re.compile(r"\{\w*\}|%\(\w+\)[sd]|%[sd]")


def texts_of(room: str) -> set[tuple[str | None, str]]:
    """(context, text) of everything marked for translation in a room."""
    found: set[tuple[str | None, str]] = set()
    for path in (SOURCE / room).rglob("*"):
        if path.suffix == ".py":
            code = path.read_bytes()
        elif path.suffix in (".html", ".txt") and "templates" in path.parts:
            code = templatize(path.read_text()).encode()
        else:
            continue
        for _line, message, _comments, context in extract("python", io.BytesIO(code), KEYWORDS):
            text = message[0] if isinstance(message, tuple) else message
            if text:
                found.add((context, text))
    return found


def catalog_of(room: str, language: str) -> Catalog:
    path = SOURCE / room / "locale" / language / "LC_MESSAGES" / "django.po"
    if not path.exists():
        return Catalog()
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


@pytest.mark.parametrize("language", ["es", "pt"])
@pytest.mark.parametrize("room", ROOMS)
def test_a_room_speaks_the_language(room: str, language: str) -> None:
    catalog = catalog_of(room, language)
    missing, broken = [], []
    for context, text in sorted(texts_of(room), key=str):
        message = catalog.get(text, context)
        said = message.string if message else ""
        forms = said if isinstance(said, tuple) else (said,)
        asked = " ".join(message.id) if message and isinstance(message.id, tuple) else text
        if not all(forms) or (message and message.fuzzy):
            missing.append(text)
        elif any(
            set(PLACEHOLDER.findall(form)) - set(PLACEHOLDER.findall(asked)) for form in forms
        ):
            broken.append(text)
    assert missing == []
    assert broken == []
