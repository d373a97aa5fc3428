"""Who looks at a page, at which creditors, with which rights.

`@page(right)` stands before every staff view: it asks for a login, reads the memberships once and
leaves the creditors at which the user has the right in `request.creditor_ids`. A view never
queries without them; what lies outside is not found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from acuerdo.core.actor import Actor
from acuerdo.core.errors import NotAllowed
from acuerdo.creditors.models import Creditor
from acuerdo.identity.models import Membership, Role, User
from acuerdo.identity.rules import may


@dataclass(frozen=True, slots=True)
class Access:
    """The roles of one user: creditor → role."""

    user_id: int
    roles: dict[int, str]
    creditors: dict[int, Creditor]

    def creditor_ids(self, right: str) -> list[int]:
        """Where the user has `right`."""
        return sorted(pk for pk, role in self.roles.items() if may(role, right))

    def may(self, right: str, creditor_id: int | None = None) -> bool:
        """Whether the user has `right` at the creditor, or anywhere where none is named."""
        if creditor_id is None:
            return bool(self.creditor_ids(right))
        return may(self.roles.get(creditor_id, ""), right)

    def actor(self, creditor_id: int, right: str) -> Actor:
        """Who the user is at the creditor. 404 where nothing, NotAllowed where not enough."""
        role = self.roles.get(creditor_id)
        if role is None:
            raise Http404
        if not may(role, right):
            raise NotAllowed()
        return Actor("user", id=str(self.user_id), creditor_id=creditor_id, role=role)

    def chosen(self, asked: str, creditor_ids: Sequence[int]) -> Creditor | None:
        """The creditor of those whose public id a filter asks for; None for all of them."""
        rows = (self.creditors[pk] for pk in creditor_ids)
        return next((row for row in rows if str(row.public_id) == asked), None)

    @property
    def creditor_names(self) -> list[str]:
        """For the frame of the page."""
        return sorted(creditor.name for creditor in self.creditors.values())

    @property
    def role_names(self) -> list[str]:
        """The distinct roles, in words."""
        return sorted({str(Role(role).label) for role in self.roles.values()})

    @property
    def zone(self) -> str:
        """The time zone in which pages over all creditors write their times."""
        first = min(self.creditors.values(), key=lambda creditor: creditor.pk, default=None)
        return first.timezone if first else "UTC"


class StaffRequest(HttpRequest):
    """A request that `page` let through."""

    user: User
    access: Access
    creditor_ids: list[int]


def read_access(user: User) -> Access:
    """The memberships of an active user; an inactive one has none."""
    rows = Membership.objects.filter(user=user).select_related("creditor")
    memberships: Iterable[Membership] = rows if user.is_active else ()
    found = list(memberships)
    return Access(
        user_id=user.pk,
        roles={row.creditor_id: row.role for row in found},
        creditors={row.creditor_id: row.creditor for row in found},
    )


StaffView = Callable[..., HttpResponse]


def page(right: str | None) -> Callable[[StaffView], Callable[..., HttpResponse]]:
    """Let only those in who have `right` at one creditor at least (None: any login)."""

    def decorate(view: StaffView) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            staff = cast(StaffRequest, request)
            staff.access = read_access(staff.user)
            staff.creditor_ids = staff.access.creditor_ids(right) if right else []
            if right and not staff.creditor_ids:
                raise NotAllowed()
            response = view(staff, *args, **kwargs)
            # A page about people's debts stays in no cache, of the browser or on the way.
            response.setdefault("Cache-Control", "no-store")
            return response

        return login_required(guarded)

    return decorate
