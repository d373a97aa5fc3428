"""Nobody reads what is another creditor's, through any page, as any role."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pages_kit import ROLES, Side, login, make_link, make_user

from acuerdo.identity.rules import may
from acuerdo.web.urls import urlpatterns

# Every route of the pages: how it is asked, what it names, and the right it takes. A new route
# must be declared here.
PUBLIC = {"login", "language", "appearance", "logout"}
ANYBODY = {"home", "live"}
LISTS = {
    "dashboard": "see_dashboard",
    "figures": "see_dashboard",
    "accounts": "see_accounts",
    "tasks": "see_accounts",
    "open_tasks": "see_accounts",
    "conversations": "see_accounts",
    "conversation_list": "see_accounts",
    "imports": "import_portfolio",
    "clock": "move_demo_clock",
    "clock_now": "see_accounts",
    "clock_progress": "move_demo_clock",
}
THINGS = {
    "account": ("GET", "account", "see_accounts"),
    "account_parts": ("GET", "account", "see_accounts"),
    "task": ("GET", "task", "see_accounts"),
    "conversation": ("GET", "conversation", "see_accounts"),
    "conversation_thread": ("GET", "conversation", "see_accounts"),
    "take_over": ("POST", "conversation", "converse"),
    "release": ("POST", "conversation", "converse"),
    "say": ("POST", "conversation", "converse"),
    "import": ("GET", "run", "import_portfolio"),
    "rejections": ("GET", "run", "import_portfolio"),
}
PORTAL = {
    "portal": "GET",
    "portal_verify": "POST",
    "portal_offer": "GET",
    "portal_accept": "POST",
    "portal_pay": "POST",
    "portal_payment": "GET",
    "portal_payment_state": "GET",
    "portal_receipt": "GET",
    "portal_cannot_pay": "GET",
    "portal_dispute": "GET",
    "portal_person": "GET",
    "portal_real": "GET",
}


def ask(client: Client, method: str, name: str, *args: Any) -> Any:
    address = reverse(f"web:{name}", args=args)
    return client.get(address) if method == "GET" else client.post(address, {"text": "hola"})


def leaks(response: Any, side: Side) -> list[str]:
    body = response.content.decode(errors="replace")
    return [word for word in side.secrets if word in body]


def test_every_route_is_declared() -> None:
    names = {pattern.name for pattern in urlpatterns}
    assert names == PUBLIC | ANYBODY | set(LISTS) | set(THINGS) | set(PORTAL)


@pytest.mark.parametrize("role", ROLES)
def test_lists_show_own_things_alone(ours: Side, theirs: Side, role: str) -> None:
    client = login(ours.users[role])
    settings.DEMO = True
    try:
        for name, right in LISTS.items():
            response = ask(client, "GET", name)
            assert response.status_code == (200 if may(role, right) else 403), name
            assert not leaks(response, theirs), name
    finally:
        settings.DEMO = False


@pytest.mark.parametrize("role", ROLES)
def test_things_of_another_creditor_are_not_found(ours: Side, theirs: Side, role: str) -> None:
    client = login(ours.users[role])
    for name, (method, kind, right) in THINGS.items():
        response = ask(client, method, name, getattr(theirs, kind).public_id)
        assert response.status_code in (403, 404), name
        assert response.status_code == 404 or not may(role, right), name
        assert not leaks(response, theirs), name
    theirs.conversation.refresh_from_db()
    assert theirs.conversation.owner == "assistant"
    assert theirs.conversation.turns.count() == 1


@pytest.mark.parametrize("role", ROLES)
def test_things_of_the_own_creditor_follow_the_role(ours: Side, role: str) -> None:
    client = login(ours.users[role])
    for name, (method, kind, right) in THINGS.items():
        response = ask(client, method, name, getattr(ours, kind).public_id)
        if name == "rejections":
            expected = {404} if may(role, right) else {403}  # all rows were accepted
        elif method == "POST":
            expected = {200, 302, 409} if may(role, right) else {403}
        else:
            expected = {200} if may(role, right) else {403}
        assert response.status_code in expected, (name, response.status_code)


def test_filters_and_search_stay_inside(ours: Side, theirs: Side) -> None:
    client = login(ours.users["manager"])
    for query in (
        {"q": theirs.account.number},
        {"q": theirs.account.debtor.name},
        {"q": "+573005552002"},
        {"q": theirs.account.debtor.person.document_last4},
        {"only": "paid"},
        {"creditor": str(theirs.creditor.public_id)},
        {"after": "WyIiLDBd"},
    ):
        response = client.get(reverse("web:accounts"), query)
        body = re.sub(r'value="[^"]*"', "", response.content.decode())
        assert response.status_code == 200
        assert "Persona de Caja" not in body, query
        assert "B-2002" not in body, query
    board = client.get(reverse("web:dashboard"), {"creditor": str(theirs.creditor.public_id)})
    assert not leaks(board, theirs)


def test_without_a_login_there_is_only_the_login(ours: Side) -> None:
    client = Client()
    for name in LISTS:
        assert ask(client, "GET", name)["Location"].startswith("/login"), name
    for name, (method, kind, _right) in THINGS.items():
        response = ask(client, method, name, getattr(ours, kind).public_id)
        assert response["Location"].startswith("/login"), name
    assert client.get(reverse("web:live")).status_code == 403


def test_a_login_without_a_role_sees_nothing(ours: Side) -> None:
    client = login(make_user("nobody@example.com"))
    for name in LISTS:
        assert ask(client, "GET", name).status_code == 403, name
    assert client.get(reverse("web:live")).status_code == 403


def test_addresses_are_masked_for_those_who_need_not_see_them(ours: Side) -> None:
    for role in ROLES:
        page = login(ours.users[role]).get(reverse("web:account", args=[ours.account.public_id]))
        assert ("+573005551001" in page.content.decode()) is may(role, "see_addresses")


def portal_args(side: Side, name: str) -> list[Any]:
    if name in ("portal_payment", "portal_payment_state"):
        return [side.request.public_id]
    return [side.payment.public_id] if name == "portal_receipt" else []


def test_the_portal_tells_nothing_before_the_proof(ours: Side) -> None:
    client = Client()
    for name, method in PORTAL.items():
        if name == "portal_verify":
            continue
        response = ask(client, method, name, ours.link.token, *portal_args(ours, name))
        body = response.content.decode()
        assert response.status_code == 200, name
        for word in (ours.account.debtor.name, ours.account.number, "1.200.000", "1.100.000"):
            assert word not in body, (name, word)


def test_a_link_opens_its_own_debtor_alone(ours: Side, theirs: Side) -> None:
    client = Client()
    link = make_link(ours.account)
    last4 = ours.account.debtor.person.document_last4
    client.post(reverse("web:portal_verify", args=[link.token]), {"answer": last4})
    home = reverse("web:portal", args=[link.token])
    assert "1.100.000" in client.get(home).content.decode()
    for name in ("portal_payment", "portal_payment_state", "portal_receipt"):
        response = ask(client, "GET", name, link.token, *portal_args(theirs, name))
        assert response.status_code == 404, name
        assert not leaks(response, theirs), name
    other = client.get(home, {"account": str(theirs.account.public_id)})
    assert other.status_code == 404
    assert not leaks(other, theirs)
    # What was proved on one link is not proved on another's.
    asked = client.get(reverse("web:portal", args=[theirs.link.token])).content.decode()
    assert theirs.account.debtor.name not in asked


def test_an_unknown_link_and_one_that_is_over_look_alike(ours: Side) -> None:
    client = Client()
    unknown = client.get(reverse("web:portal", args=["x" * 22]))
    ours.link.expires_at = ours.link.created_at
    ours.link.save()
    over = client.get(reverse("web:portal", args=[ours.link.token]))
    assert unknown.status_code == over.status_code == 404
    assert unknown.content == over.content
