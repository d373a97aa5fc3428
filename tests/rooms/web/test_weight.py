"""The debtor's first screen on a slow line: 60 KB, all of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pages_kit import Side

from acuerdo.web import assets

STATIC = Path(assets.__file__).parent / "static"
LIMIT = 60_000


def weigh(path: Path) -> int:
    """What the server sends: the compressed neighbour where the build made one."""
    packed = path.with_name(f"{path.name}.br")
    return (packed if packed.exists() else path).stat().st_size


@pytest.mark.skipif(assets.asset_url("debtor.css") is None, reason="the assets are not built")
def test_the_first_screen_weighs_little(ours: Side) -> None:
    page = Client().get(reverse("web:portal", args=[ours.link.token]))
    body = page.content.decode()
    found = set(re.findall(rf'(?:href|src)="{settings.STATIC_URL}([^"#]+)', body))
    style = next(name for name in found if name.endswith(".css"))
    fonts = re.findall(r"url\(/static/([^)]+\.woff2)\)", (STATIC / style).read_text())
    assert len(fonts) == 1
    files = {name: weigh(STATIC / name) for name in {*found, *fonts}}
    assert sum(files.values()) + len(page.content) < LIMIT, files
