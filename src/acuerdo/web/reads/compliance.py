"""The pages about contact rules, as tabs of one section."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from acuerdo.web.access import Access

_TABS: tuple[tuple[str, str, Promise | str], ...] = (
    ("compliance", "see_rules", _("Permitted hours")),
    ("what_if", "audit_contacts", _("What if")),
    ("prevented", "audit_contacts", _("Prevented")),
    ("withheld", "audit_contacts", _("Not sent")),
)


@dataclass(frozen=True, slots=True)
class Tab:
    """One page of the section."""

    label: str
    href: str
    is_here: bool


def tabs(access: Access, here: str) -> list[Tab]:
    """Those that the reader may open."""
    return [
        Tab(str(label), reverse(f"web:{code}"), code == here)
        for code, right, label in _TABS
        if access.may(right)
    ]
