"""An agent writes down where a debtor lives or is."""

from __future__ import annotations

import pytest
from deals_kit import NOW
from django.test import Client
from django.urls import reverse
from pages_kit import Side, login

from acuerdo.core.actor import SYSTEM
from acuerdo.core.models import Event
from acuerdo.portfolio.actions import declare_location
from acuerdo.portfolio.models import Debtor

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(ours: Side) -> Client:
    return login(ours.users["agent"])


def page_of(side: Side) -> str:
    return reverse("web:place", args=[side.account.public_id])


def debtor_of(side: Side) -> Debtor:
    return Debtor.objects.get(pk=side.account.debtor_id)


def test_the_page_says_which_hours_a_contact_must_suit(ours: Side, agent: Client) -> None:
    account = agent.get(reverse("web:account", args=[ours.account.public_id])).content.decode()
    assert page_of(ours) in account
    declare_location(
        creditor_id=ours.creditor.pk, debtor_id=ours.account.debtor_id, country="ES",
        subdivision="Canarias", actor=SYSTEM, now=NOW,
    )  # fmt: skip
    body = agent.get(page_of(ours)).content.decode()
    for text in ("America/Bogota", "Atlantic/Canary", "Canarias, España", ours.account.debtor.name):
        assert text in body


def test_what_the_debtor_says_and_what_was_verified(ours: Side, agent: Client) -> None:
    sent = agent.post(
        page_of(ours), {"what": "is", "country": "ES", "subdivision": "Islas Canarias"}
    )
    assert sent["Location"] == reverse("web:account", args=[ours.account.public_id])
    debtor = debtor_of(ours)
    assert (debtor.country, debtor.location_subdivision) == ("CO", "ES-CN")
    assert debtor.zone_candidates == ["Atlantic/Canary", "America/Bogota"]
    event = Event.objects.get(name="LocationDeclared")
    assert event.actor == f"user:{ours.users['agent'].pk}"
    agent.post(page_of(ours), {"what": "back", "country": "ES", "subdivision": "Atlantis"})
    assert debtor_of(ours).zone_candidates == ["America/Bogota"]
    agent.post(page_of(ours), {"what": "lives", "country": "PE", "subdivision": ""})
    debtor = debtor_of(ours)
    assert (debtor.country, debtor.subdivision) == ("PE", "")
    assert debtor.residence_verified_at is not None
    # The phone is still one of Colombia.
    assert debtor.zone_candidates == ["America/Lima", "America/Bogota"]


@pytest.mark.parametrize(
    "said",
    [
        {"what": "is", "country": "ES", "subdivision": "Macondo"},
        {"what": "lives", "country": "Narnia", "subdivision": ""},
        {"what": "lives", "country": "", "subdivision": ""},
        {"what": "flies", "country": "ES", "subdivision": ""},
        {"what": "is", "country": "ES", "subdivision": "x" * 81},
        {"what": "is", "country": "ES", "subdivision": "<script>alert(1)</script>"},
        {},
    ],
)
def test_a_place_that_there_is_not_is_refused(
    ours: Side, agent: Client, said: dict[str, str]
) -> None:
    before = debtor_of(ours)
    response = agent.post(page_of(ours), said)
    assert response.status_code == 422
    body = response.content.decode()
    assert "<script>alert(1)" not in body
    assert 'role="alert"' in body or "Macondo, ES" in body or "&lt;script&gt;" in body
    after = debtor_of(ours)
    assert (after.country, after.location_country, after.zone_candidates) == (
        before.country, "", before.zone_candidates,
    )  # fmt: skip
    # What was typed is still there.
    assert not said.get("subdivision") or said["subdivision"][:5] in body or "&lt;scr" in body


@pytest.mark.parametrize("role", ["manager", "administrator"])
def test_who_may_not_work_cases_moves_nobody(ours: Side, role: str) -> None:
    client = login(ours.users[role])
    response = client.post(page_of(ours), {"what": "is", "country": "ES", "subdivision": ""})
    may = role == "manager"
    assert response.status_code == (302 if may else 403)
    assert debtor_of(ours).location_country == ("ES" if may else "")


def test_another_creditor_s_debtor_is_not_found(theirs: Side, agent: Client) -> None:
    said = {"what": "lives", "country": "ES", "subdivision": ""}
    assert agent.post(page_of(theirs), said).status_code == 404
    assert debtor_of(theirs).country == "CO"


def test_countries_are_named_in_the_reader_s_language(ours: Side, agent: Client) -> None:
    for language, name in (("es", "Brasil"), ("pt", "Espanha"), ("en", "Spain")):
        agent.post(reverse("web:language"), {"language": language})
        assert name in agent.get(page_of(ours)).content.decode()
