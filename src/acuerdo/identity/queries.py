"""Which creditors a member of staff may touch, and how."""

from __future__ import annotations

from acuerdo.core.actor import Actor
from acuerdo.core.errors import NotAllowed, NotFound
from acuerdo.identity.models import Membership, User
from acuerdo.identity.rules import may


def list_creditor_ids(user: User, right: str) -> list[int]:
    """The creditors at which `user` has `right`, by id. Every page's queries start here."""
    if not user.is_active:
        return []
    memberships = Membership.objects.filter(user=user).values_list("creditor_id", "role")
    return sorted(creditor_id for creditor_id, role in memberships if may(role, right))


def get_actor(user: User, creditor_id: int, right: str) -> Actor:
    """Who `user` is at the creditor.

    Raises NotFound where they are nothing to it (it must not show that it exists), and
    NotAllowed where their role lacks `right`.
    """
    role = (
        Membership.objects.filter(user=user, creditor_id=creditor_id)
        .values_list("role", flat=True)
        .first()
    )
    if role is None or not user.is_active:
        raise NotFound(what="creditor")
    if not may(role, right):
        raise NotAllowed()
    return Actor("user", id=str(user.pk), creditor_id=creditor_id, role=role)
