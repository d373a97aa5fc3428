"""Nobody reads what is another creditor's, through any page, as any role."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pages_kit import ROLES, Side, login, make_link, make_user

from acuerdo.api.urls import urlpatterns as machine_patterns
from acuerdo.cases.models import Case
from acuerdo.compliance.models import Hold, OptOut
from acuerdo.creditors.models import ProviderAccount
from acuerdo.identity.models import Membership, SavedView
from acuerdo.identity.rules import may
from acuerdo.messaging.models import InboundEvent
from acuerdo.reporting.models import ListExport
from acuerdo.web.urls import urlpatterns

# Every route of the pages: how it is asked, what it names, and the right it takes. A new route
# must be declared here.
PUBLIC = {"login", "language", "appearance", "logout", "check"}
ANYBODY = {"home", "live"}
LISTS = {
    "dashboard": "see_dashboard",
    "figures": "see_dashboard",
    "accounts": "see_accounts",
    "exports": "export_accounts",
    "duplicates": "merge_people",
    "retention": "manage_personal_data",
    "tasks": "see_accounts",
    "open_tasks": "see_accounts",
    "conversations": "see_accounts",
    "conversation_list": "see_accounts",
    "policies": "manage_policies",
    "proofs": "manage_policies",
    "flows": "manage_policies",
    "compliance": "see_rules",
    "what_if": "audit_contacts",
    "prevented": "audit_contacts",
    "withheld": "audit_contacts",
    "unclear": "teach_assistant",
    "labels": "teach_assistant",
    "models": "teach_assistant",
    "asked": "teach_assistant",
    "explain": "teach_assistant",
    "faq": "teach_assistant",
    "faq_questions": "teach_assistant",
    "faq_facts": "teach_assistant",
    "new_faq": "teach_assistant",
    "satisfaction": "teach_assistant",
    "imports": "import_portfolio",
    "recalls": "decide_recalls",
    "clock": "move_demo_clock",
    "clock_now": "see_accounts",
    "clock_progress": "move_demo_clock",
}
# What is sent without naming a thing: the right it takes.
SENT = {
    "export_accounts": "export_accounts",
    "save_view": "see_accounts",
    "decide_recalls": "decide_recalls",
    "look_again": "merge_people",
    "try_faq": "teach_assistant",
    "dismiss_questions": "teach_assistant",
}
# What belongs to one user alone: how it is asked, and the right it takes.
OWN = {"forget_view": ("POST", "see_accounts"), "export_file": ("GET", "export_accounts")}
THINGS = {
    "account": ("GET", "account", "see_accounts"),
    "account_parts": ("GET", "account", "see_accounts"),
    "statement": ("GET", "account", "see_accounts"),
    "statement_pdf": ("GET", "account", "see_accounts"),
    "evidence": ("POST", "account", "export_evidence"),
    "account_offer": ("GET", "account", "converse"),
    "account_letter": ("GET", "account", "see_accounts"),
    "account_wishes": ("GET", "account", "see_accounts"),
    "change_wishes": ("POST", "account", "converse"),
    "why_channel": ("GET", "account", "see_rules"),
    "why_verdict": ("GET", "verdict", "see_rules"),
    "why_message": ("GET", "withheld", "see_rules"),
    "place": ("GET", "account", "work_cases"),
    "account_parties": ("GET", "account", "work_cases"),
    "account_books": ("GET", "account", "correct_books"),
    "flow": ("GET", "flow", "manage_policies"),
    "flow_run": ("GET", "flow", "manage_policies"),
    "test_flow": ("POST", "flow", "manage_policies"),
    "decide_flow": ("POST", "flow", "manage_policies"),
    "new_flow": ("GET", "creditor", "manage_policies"),
    "try_flow": ("POST", "creditor", "manage_policies"),
    "write_flow": ("POST", "creditor", "manage_policies"),
    "policy": ("GET", "policy", "manage_policies"),
    "policy_example": ("POST", "policy", "manage_policies"),
    "write_policy": ("POST", "policy", "manage_policies"),
    "decide_policy": ("POST", "policy", "manage_policies"),
    "accruals": ("GET", "creditor", "manage_policies"),
    "policy_rule": ("POST", "creditor", "manage_creditor"),
    "decide_pair": ("POST", "pair", "merge_people"),
    "personal": ("GET", "account", "manage_personal_data"),
    "export_personal": ("POST", "account", "manage_personal_data"),
    "erase_personal": ("POST", "account", "manage_personal_data"),
    "task": ("GET", "task", "see_accounts"),
    "task_receipt": ("GET", "evidence", "see_accounts"),
    "conversation": ("GET", "conversation", "see_accounts"),
    "conversation_thread": ("GET", "conversation", "see_accounts"),
    "take_over": ("POST", "conversation", "converse"),
    "release": ("POST", "conversation", "converse"),
    "say": ("POST", "conversation", "converse"),
    "write_fact": ("POST", "conversation", "converse"),
    "flag_turn": ("POST", "conversation", "converse"),
    "label": ("POST", "unclear", "teach_assistant"),
    "faq_entry": ("GET", "faq", "teach_assistant"),
    "switch_faq": ("POST", "faq", "teach_assistant"),
    "import": ("GET", "run", "import_portfolio"),
    "rejections": ("GET", "run", "import_portfolio"),
    "results": ("GET", "run", "import_portfolio"),
    "upload": ("GET", "upload", "import_portfolio"),
    "upload_progress": ("GET", "upload", "import_portfolio"),
}
# What belongs to no creditor: the versions of the model. Right at one creditor opens them; what
# changes them takes it at all (`test_teaching.py`).
SHARED = {"model", "model_progress", "promote_model", "train_model", "promote_shipped"}
PORTAL = {
    "portal": "GET",
    "portal_verify": "POST",
    "portal_offer": "GET",
    "portal_accept": "POST",
    "portal_letter": "GET",
    "portal_pay": "POST",
    "portal_payment": "GET",
    "portal_payment_state": "GET",
    "portal_receipt": "GET",
    "portal_cannot_pay": "GET",
    "portal_capacity": "GET",
    "portal_paid": "GET",
    "portal_dispute": "GET",
    "portal_chat": "GET",
    "portal_chat_thread": "GET",
    "portal_person": "GET",
    "portal_real": "GET",
}
# What anybody with a link may send, and whether it opens a case before a proof.
HELP = {
    "portal_cannot_pay": False,
    "portal_paid": False,
    "portal_dispute": True,
    "portal_person": False,
}
# The doors for machines: no role opens them, a signature or a random token does.
MACHINES = {"healthz", "webhook", "unsubscribe", "conversation", "turns"}
VISITORS = ("", *ROLES)


def ask(client: Client, method: str, name: str, *args: Any) -> Any:
    address = reverse(f"web:{name}", args=args)
    return client.get(address) if method == "GET" else client.post(address, {"text": "hola"})


def leaks(response: Any, side: Side) -> list[str]:
    body = response.content.decode(errors="replace")
    return [word for word in side.secrets if word in body]


def test_every_route_is_declared() -> None:
    names = {pattern.name for pattern in urlpatterns}
    assert names == PUBLIC | ANYBODY | SHARED | {*LISTS, *SENT, *OWN, *THINGS, *PORTAL}
    assert {pattern.name for pattern in machine_patterns} == MACHINES


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
def test_what_is_sent_follows_the_role_and_stays_inside(
    ours: Side, theirs: Side, role: str
) -> None:
    client = login(ours.users[role])
    for name, right in SENT.items():
        response = ask(client, "POST", name)
        assert response.status_code in ((200, 302) if may(role, right) else (403,)), name
        assert not leaks(response, theirs), name
    for name, (method, right) in OWN.items():
        response = ask(client, method, name, uuid4())
        assert response.status_code in ((302, 404) if may(role, right) else (403,)), name


def test_a_file_and_a_view_are_their_owners_alone(ours: Side, theirs: Side) -> None:
    owner, colleague = login(ours.users["manager"]), login(ours.users["administrator"])
    made = owner.post(reverse("web:export_accounts"))
    assert ours.account.number in made.content.decode()
    assert not leaks(made, theirs)
    file = reverse("web:export_file", args=[ListExport.objects.get().public_id])
    assert owner.get(file).content == made.content
    for other in (colleague, login(theirs.users["manager"])):
        assert other.get(file).status_code == 404
    owner.post(reverse("web:save_view"), {"name": "Mine", "query": "state=active"})
    view = SavedView.objects.get()
    colleague.post(reverse("web:forget_view", args=[view.public_id]))
    assert SavedView.objects.exists()
    assert "Mine" not in colleague.get(reverse("web:accounts")).content.decode()
    # Whoever is no longer anything to a creditor does not keep its lists.
    Membership.objects.filter(user=ours.users["manager"]).update(creditor=theirs.creditor)
    assert owner.get(file).status_code == 404


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
        if name in ("rejections", "results"):
            # All rows were accepted, and nobody asked for the results.
            expected = {404} if may(role, right) else {403}
        elif method == "POST":
            expected = {200, 302, 409, 422} if may(role, right) else {403}
        else:
            # A machine may lack what prints, or be too slow for it.
            printed = {200, 503} if name.endswith("_pdf") else {200}
            expected = printed if may(role, right) else {403}
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
    for name in ("dashboard", "compliance", "prevented", "withheld"):
        for kind in ("rules", "messages"):
            page = client.get(
                reverse(f"web:{name}"), {"creditor": str(theirs.creditor.public_id), "kind": kind}
            )
            assert page.status_code == 200
            assert not leaks(page, theirs), name


def test_without_a_login_there_is_only_the_login(ours: Side) -> None:
    client = Client()
    for name in LISTS:
        assert ask(client, "GET", name)["Location"].startswith("/login"), name
    for name in SENT:
        assert ask(client, "POST", name)["Location"].startswith("/login"), name
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


def visitor(side: Side, role: str) -> Client:
    """Somebody with that role, or nobody at all."""
    return login(side.users[role]) if role else Client()


@pytest.mark.parametrize("role", VISITORS)
def test_no_role_opens_the_doors_for_machines(ours: Side, theirs: Side, role: str) -> None:
    client = visitor(ours, role)
    health = client.get(reverse("api:healthz"))
    assert health.status_code == 200
    assert not leaks(health, ours) + leaks(health, theirs)
    accounts = ProviderAccount.objects.filter(creditor__in=(ours.creditor, theirs.creditor))
    assert {account.creditor_id for account in accounts} == {ours.creditor.pk, theirs.creditor.pk}
    for account in accounts:
        door = reverse("api:webhook", args=[account.provider, account.public_id])
        unsigned = client.post(door, b'{"events": []}', content_type="application/json")
        assert unsigned.status_code == 403
        assert client.get(door).status_code == 405
        assert not leaks(unsigned, ours) + leaks(unsigned, theirs)
    for token in (ours.link.token, theirs.link.token, "x" * 22):
        # A key of the portal is none of this door.
        door = reverse("api:unsubscribe", args=[token])
        for response in (client.get(door), client.post(door)):
            assert response.status_code == 404
            assert not leaks(response, ours) + leaks(response, theirs)
    assert not OptOut.objects.exists()
    assert not InboundEvent.objects.filter(kind="text").exists()


@pytest.mark.parametrize("role", VISITORS)
def test_one_click_stops_its_own_debtor_alone(ours: Side, theirs: Side, role: str) -> None:
    client = visitor(ours, role)
    link = make_link(ours.account)
    link.purpose = "optout"
    link.save()
    door = reverse("api:unsubscribe", args=[link.token])
    for response in (client.get(door), client.post(door)):
        assert response.status_code == 200
        assert not leaks(response, theirs)
        for word in (ours.account.debtor.name, ours.account.number):
            assert word not in response.content.decode()
    assert [wish.debtor_id for wish in OptOut.objects.all()] == [ours.account.debtor_id]


@pytest.mark.parametrize("role", VISITORS)
@pytest.mark.parametrize("name", HELP)
def test_what_an_unproven_visitor_sends_tells_and_moves_nothing(
    ours: Side, theirs: Side, name: str, role: str
) -> None:
    """A member of staff with a debtor's link has proved nothing either."""
    client = visitor(ours, role)
    cases = set(Case.objects.values_list("pk", flat=True))
    holds = set(Hold.objects.values_list("pk", flat=True))
    for account in (ours.account, theirs.account):
        response = client.post(
            reverse(f"web:{name}", args=[ours.link.token]),
            {
                "account": str(account.public_id),
                "kind": "already_paid",
                "text": "quiero pagar en 3 cuotas",
                "key": "k",
            },
        )
        body = response.content.decode()
        assert response.status_code == 200
        assert not leaks(response, theirs)
        for word in (ours.account.debtor.name, ours.account.number, "1.200.000", "1.100.000"):
            assert word not in body, word
    made = Case.objects.exclude(pk__in=cases)
    assert [(case.kind, case.debtor_id) for case in made] == (
        [("wrong_person", ours.account.debtor_id)] if HELP[name] else []
    )
    assert set(Hold.objects.exclude(pk__in=holds).values_list("creditor_id", flat=True)) == (
        {ours.creditor.pk} if HELP[name] else set()
    )
    ours.conversation.refresh_from_db()
    assert (ours.conversation.channel, ours.conversation.address) == ("whatsapp", "+573005550001")
    assert ours.conversation.needs_person is (name == "portal_person")
    theirs.conversation.refresh_from_db()
    assert not theirs.conversation.needs_person
    assert not InboundEvent.objects.filter(kind="text").exclude(channel="chat").exists()


@pytest.mark.parametrize("name", HELP)
def test_after_the_proof_another_creditors_debt_is_not_reached(
    ours: Side, theirs: Side, name: str
) -> None:
    client = Client()
    link = make_link(ours.account)
    last4 = ours.account.debtor.person.document_last4
    client.post(reverse("web:portal_verify", args=[link.token]), {"answer": last4})
    before = Case.objects.filter(debtor=theirs.account.debtor).count()
    response = client.post(
        reverse(f"web:{name}", args=[link.token]),
        {"account": str(theirs.account.public_id), "kind": "dispute", "key": "k"},
    )
    assert not leaks(response, theirs)
    assert Case.objects.filter(debtor=theirs.account.debtor).count() == before
    assert not Case.objects.filter(account=theirs.account, debtor=ours.account.debtor).exists()
