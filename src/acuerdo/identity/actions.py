"""Logins and roles."""

from __future__ import annotations

from datetime import datetime

from acuerdo.core.actor import Actor
from acuerdo.core.events import publish
from acuerdo.creditors.models import Creditor
from acuerdo.identity.errors import UserExists
from acuerdo.identity.models import Membership, User


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
