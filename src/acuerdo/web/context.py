"""What the frame of every page needs: the navigation, the look, the demo's clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from acuerdo.core import clock
from acuerdo.web.access import Access

LANGUAGES = (("es", "Español"), ("pt", "Português"), ("en", "English"))
THEMES = ("acuerdo", "acuerdo-dark")


@dataclass(frozen=True, slots=True)
class NavItem:
    """One place of the main navigation; `key` follows `g` on the keyboard."""

    code: str
    right: str
    key: str
    icon: str
    label: str | Promise
    short: str | Promise

    @property
    def href(self) -> str:
        return reverse(f"web:{self.code}")


NAVIGATION = (
    NavItem("dashboard", "see_dashboard", "d", "layout-dashboard", _("Dashboard"), _("Board")),
    NavItem("tasks", "work_cases", "t", "clipboard-list", _("Tasks"), _("Tasks")),
    NavItem("conversations", "see_accounts", "c", "message-square", _("Conversations"), _("Chats")),
    NavItem("accounts", "see_accounts", "a", "list", _("Accounts"), _("Accounts")),
    NavItem("policies", "manage_policies", "p", "handshake", _("Policies"), _("Offers")),
    NavItem("compliance", "see_rules", "l", "scale", _("Compliance"), _("Rules")),
    NavItem("unclear", "teach_assistant", "u", "book-open-check", _("Assistant"), _("Assistant")),
    NavItem("imports", "import_portfolio", "i", "upload", _("Imports"), _("Imports")),
)
CLOCK = NavItem("clock", "move_demo_clock", "k", "calendar-clock", _("Demo clock"), _("Clock"))


@dataclass(frozen=True, slots=True)
class DemoLink:
    """A page of the outside world that a demo brings along."""

    href: str
    icon: str
    label: str | Promise


def is_demo() -> bool:
    """Whether the clock may be moved and the outside world is ours."""
    return bool(getattr(settings, "DEMO", False))


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context processor of all pages."""
    theme = request.COOKIES.get("theme", "")
    context: dict[str, Any] = {
        "languages": LANGUAGES,
        "theme": theme if theme in THEMES else "",
    }
    access: Access | None = getattr(request, "access", None)
    if access is None:
        return context
    items = [item for item in NAVIGATION if access.may(item.right)]
    if is_demo():
        if access.may(CLOCK.right):
            items.append(CLOCK)
            context["may_move_clock"] = True
        context["demo_now"] = clock.now()
        context["demo_links"] = _demo_links()
    return context | {
        "access": access,
        "nav": items,
        "zone": access.zone,
        "open_tasks": _count_tasks(access),
        "search_text": request.GET.get("q", ""),
    }


def _count_tasks(access: Access) -> int:
    from acuerdo.web.reads.tasks import count_open

    return count_open(access.creditor_ids("work_cases"))


def _demo_links() -> list[DemoLink]:
    base = str(getattr(settings, "SANDBOX_URL", ""))
    if not base:
        return []
    return [
        DemoLink(f"{base}/", "smartphone", _("The debtor's phone")),
        DemoLink(f"{base}/mail", "inbox", _("The debtor's inbox")),
    ]
