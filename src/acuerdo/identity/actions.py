"""Logins and roles."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from acuerdo.core.actor import Actor
from acuerdo.core.events import publish
from acuerdo.creditors.models import Creditor
from acuerdo.identity.errors import NameMissing, TooManyViews, UserExists
from acuerdo.identity.models import Membership, SavedView, User

MOST_VIEWS: Final = 20


def create_user(
    *,
    actor: Actor,
    now: datetime,
    email: str,
    full_name: str,
    password: str,
    language: str = "es",
) -> User:
    """A new login, without any role yet. Raises UserExists."""
    if User.objects.filter(email=email.strip().lower()).exists():
        raise UserExists(email=email)
    user = User.objects.create_user(email, password, full_name=full_name, language=language)
    publish("UserCreated", actor=actor, now=now, refs=[f"user:{user.pk}"])
    return user


def grant_role(
    *, actor: Actor, now: datetime, user: User, creditor: Creditor, role: str
) -> Membership:
    """Give `user` exactly this role at the creditor, in place of any other."""
    membership, _created = Membership.objects.update_or_create(
        user=user, creditor=creditor, defaults={"role": role}
    )
    publish(
        "RoleGranted",
        actor=actor,
        now=now,
        creditor_id=creditor.pk,
        refs=[f"user:{user.pk}"],
        data={"role": role},
    )
    return membership


def set_language(*, user: User, language: str) -> User:
    """The language in which `user` works from now on."""
    user.language = language
    user.save(update_fields=["language"])
    return user


def save_view(*, user: User, page: str, name: str, query: str) -> SavedView:
    """Keep how `user` sees the list of `page` (its address's query) under `name`, in place of what
    had that name. Raises NameMissing and TooManyViews."""
    name = " ".join(name.split())[:60]
    if not name:
        raise NameMissing()
    views = SavedView.objects.filter(user=user, page=page)
    if views.exclude(name=name).count() >= MOST_VIEWS:
        raise TooManyViews(most=MOST_VIEWS)
    view, _created = SavedView.objects.update_or_create(
        user=user, page=page, name=name, defaults={"query": query[:1000]}
    )
    return view


def forget_view(*, user: User, public_id: UUID) -> None:
    """Forget one of the user's own views; one that is not there is forgotten already."""
    SavedView.objects.filter(user=user, public_id=public_id).delete()
