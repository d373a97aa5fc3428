"""The pages that teach the assistant, as tabs of one section."""

from __future__ import annotations

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from acuerdo.web.reads.compliance import Tab

_TABS: tuple[tuple[str, Promise | str], ...] = (
    ("unclear", _("Unclear messages")),
    ("faq", _("Questions and answers")),
    ("flows", _("Conversation flows")),
    ("satisfaction", _("Satisfaction")),
    ("models", _("Versions")),
    ("asked", _("Questions asked")),
    ("explain", _("Explain a text")),
)


def tabs(here: str) -> list[Tab]:
    """All of them: who may open one may open the others."""
    return [Tab(str(label), reverse(f"web:{code}"), code == here) for code, label in _TABS]
