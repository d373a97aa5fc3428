from datetime import UTC, datetime

import pytest

from acuerdo.core.actor import SYSTEM
from acuerdo.core.errors import NotAllowed, NotFound
from acuerdo.creditors.actions import create_creditor
from acuerdo.creditors.errors import CreditorExists, UnknownCountry
from acuerdo.identity.actions import create_user, grant_role
from acuerdo.identity.errors import UserExists
from acuerdo.identity.models import User
from acuerdo.identity.queries import get_actor, list_creditor_ids

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)


def make_user(email: str = "ana@example.com") -> User:
    return create_user(
        actor=SYSTEM, now=NOW, email=email, full_name="Ana", password="correct horse battery"
    )


def test_without_a_role_a_creditor_does_not_exist() -> None:
    mine = create_creditor(actor=SYSTEM, now=NOW, name="Mine", country="CO")
    other = create_creditor(actor=SYSTEM, now=NOW, name="Other", country="BR")
    user = make_user()
    grant_role(actor=SYSTEM, now=NOW, user=user, creditor=mine, role="agent")
    assert list_creditor_ids(user, "see_accounts") == [mine.pk]
    assert list_creditor_ids(user, "see_dashboard") == []
    assert get_actor(user, mine.pk, "converse").role == "agent"
    with pytest.raises(NotFound):
        get_actor(user, other.pk, "see_accounts")
    with pytest.raises(NotAllowed):
        get_actor(user, mine.pk, "manage_users")


def test_a_login_that_was_closed_sees_nothing() -> None:
    mine = create_creditor(actor=SYSTEM, now=NOW, name="Mine", country="CO")
    user = make_user()
    grant_role(actor=SYSTEM, now=NOW, user=user, creditor=mine, role="manager")
    user.is_active = False
    user.save()
    assert list_creditor_ids(user, "see_accounts") == []
    with pytest.raises(NotFound):
        get_actor(user, mine.pk, "see_accounts")


def test_an_address_logs_in_once_whatever_its_case() -> None:
    make_user("Ana@Example.com")
    with pytest.raises(UserExists):
        make_user("ANA@example.COM")


def test_a_creditor_has_a_known_country_and_a_name_of_its_own() -> None:
    made = create_creditor(actor=SYSTEM, now=NOW, name="Banco", country="CO")
    assert (made.timezone, made.currency, made.language) == ("America/Bogota", "COP", "es")
    with pytest.raises(UnknownCountry, match="XX"):
        create_creditor(actor=SYSTEM, now=NOW, name="Otro", country="XX")
    with pytest.raises(CreditorExists, match="Banco"):
        create_creditor(actor=SYSTEM, now=NOW, name="Banco", country="CO")
