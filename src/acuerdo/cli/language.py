"""The language that the command line speaks."""

from __future__ import annotations

import os

import django
from django.utils import translation


def use_language() -> None:
    """Speak the language of the terminal (LANG), English where it is none of ours.

    Sets Django up, because texts come from its apps: call it when the settings are final.
    """
    django.setup()
    wanted = (os.environ.get("LC_ALL") or os.environ.get("LANG") or "en")[:2].lower()
    translation.activate(wanted if wanted in ("es", "pt") else "en")
