"""Holds and wishes of a debtor on their page: read by all, written down by agents and managers."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from deals_kit import NOW, make_account, make_creditor
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pages_kit import login, make_user

from acuerdo.cases.actions import open_case
from acuerdo.compliance.actions import place_hold, quarantine_contact_points
from acuerdo.compliance.models import Consent, ContactWish, Hold, OptOut, Quarantine
from acuerdo.core import clock
from acuerdo.core.actor import SYSTEM
from acuerdo.identity.models import User
from acuerdo.portfolio.models import Account, ContactPoint

pytestmark = pytest.mark.django_db

WHY = {"why": "she called on Tuesday"}
SAID = {"source": "call of 24 November", "text": "“I work in the morning.”"}


@pytest.fixture(autouse=True)
def at_ten() -> Any:
    with clock.travel(NOW):
        yield


@pytest.fixture
def account() -> Account:
    return make_account(make_creditor("Banco Ejemplo"), "A-1001", name="Óscar Peña")


@pytest.fixture
def agent(account: Account) -> Client:
    return login(make_user("agent@example.com", account.creditor, "agent"))


def page(client: Client, account: Account, name: str = "account_wishes") -> str:
    answer = client.get(reverse(f"web:{name}", args=[account.public_id]))
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def change(client: Client, account: Account, act: str, **typed: Any) -> Any:
    address = reverse("web:change_wishes", args=[account.public_id])
    return client.post(address, {"act": act, **typed}, headers={"accept-language": "en"})


def done(client: Client, account: Account, act: str, **typed: Any) -> None:
    assert change(client, account, act, **typed).status_code == 302


def by(account: Account) -> str:
    return f"user:{User.objects.get(email='agent@example.com').pk}"


# Writing down


def test_a_hold_until_the_end_of_a_day_and_its_release(agent: Client, account: Account) -> None:
    typed = {"reason": "hardship", "scope": "debtor", "until": "2026-12-24", "note": "lost work"}
    done(agent, account, "place_hold", **typed)
    hold = Hold.objects.get()
    assert (hold.debtor_id, hold.account_id, hold.note) == (account.debtor_id, None, "lost work")
    assert hold.until_at is not None
    assert hold.until_at.isoformat() == "2026-12-25T05:00:00+00:00"  # Bogotá's midnight
    assert hold.placed_by == by(account)
    shown = page(agent, account)
    for words in ("lost work", "agent", "25 "):
        assert words in shown
    done(agent, account, "release_hold", id=hold.pk, **WHY)
    hold.refresh_from_db()
    assert (hold.released_by, hold.released_why) == (by(account), WHY["why"])
    assert WHY["why"] in page(agent, account)


def test_one_account_alone(agent: Client, account: Account) -> None:
    done(agent, account, "place_hold", reason="lawsuit", scope="account", note="served")
    hold = Hold.objects.get()
    assert (hold.account_id, hold.debtor_id, hold.until_at) == (account.pk, None, None)


@pytest.mark.parametrize(
    ("what", "channel", "purpose", "is_stop"),
    [
        ("stop", "", "", True),
        ("stop", "sms", "", True),
        ("channel", "call", "", False),
        ("offers", "", "commercial_offer", False),
    ],
)
def test_an_opt_out_and_its_withdrawal(
    agent: Client, account: Account, what: str, channel: str, purpose: str, is_stop: bool
) -> None:
    done(agent, account, "record_opt_out", what=what, channel=channel, **SAID)
    one = OptOut.objects.get()
    assert (one.channel, one.purpose, one.is_stop) == (channel, purpose, is_stop)
    assert (one.source, one.text, one.recorded_by) == (*SAID.values(), by(account))
    done(agent, account, "withdraw_opt_out", id=one.pk, **WHY)
    one.refresh_from_db()
    assert (one.withdrawn_why, one.withdrawn_by) == (WHY["why"], by(account))


def test_hours_and_a_channel(agent: Client, account: Account) -> None:
    hours = {"kind": "inconvenient_hours", "from_time": "08:00", "to_time": "12:30"}
    done(agent, account, "record_hours", instrument="", **hours, **SAID)
    done(agent, account, "prefer_channel", channel="whatsapp", **SAID)
    assert "08:00–12:30" in page(agent, account)
    # The account's page tells whoever is about to call.
    assert "08:00–12:30" in page(agent, account, "account")
    wish = ContactWish.objects.get(kind="preferred_channel")
    done(agent, account, "withdraw_wish", id=wish.pk, **WHY)
    assert ContactWish.objects.filter(withdrawn_at=None).get().kind == "inconvenient_hours"


def test_a_consent_with_its_proof(agent: Client, account: Account) -> None:
    Consent.objects.all().delete()
    done(agent, account, "grant_consent", channel="sms", purpose="commercial_offer", **SAID)
    one = Consent.objects.get()
    assert (one.purpose, one.source, one.text) == ("commercial_offer", *SAID.values())
    done(agent, account, "revoke_consent", id=one.pk, **WHY)
    one.refresh_from_db()
    assert (one.revoked_at, one.revoked_why) == (NOW, WHY["why"])
    # A second click finds that it is over.
    assert change(agent, account, "revoke_consent", id=one.pk, **WHY).status_code == 404


def test_an_address_at_rest_is_decided(agent: Client, account: Account) -> None:
    point = ContactPoint.objects.get(debtor=account.debtor, kind="phone")
    with transaction.atomic():
        quarantine_contact_points(
            ids=[point.pk], creditor_id=account.creditor_id, source="conversation:1",
            actor=SYSTEM, now=NOW,
        )  # fmt: skip
    assert point.value in page(agent, account)
    one = Quarantine.objects.get()
    done(agent, account, "clear_address", id=one.pk, **WHY)
    point.refresh_from_db()
    one.refresh_from_db()
    assert (point.is_valid, one.outcome, one.ended_why) == (True, "cleared", WHY["why"])


def test_an_address_that_is_removed_stays_unused(agent: Client, account: Account) -> None:
    point = ContactPoint.objects.get(debtor=account.debtor, kind="phone")
    with transaction.atomic():
        quarantine_contact_points(
            ids=[point.pk], creditor_id=account.creditor_id, source="conversation:1",
            actor=SYSTEM, now=NOW,
        )  # fmt: skip
    done(agent, account, "remove_address", id=Quarantine.objects.get().pk, **WHY)
    point.refresh_from_db()
    assert (point.is_valid, Quarantine.objects.get().outcome) == (False, "removed")


# What is refused


@pytest.mark.parametrize(
    ("act", "typed", "kept"),
    [
        ("place_hold", {"reason": "hardship", "scope": "debtor", "note": ""}, ""),
        ("place_hold", {"reason": "x", "scope": "debtor", "note": "because it rains"}, "it rains"),
        (
            "place_hold",
            {"reason": "hardship", "scope": "debtor", "until": "soon", "note": "rain"},
            "rain",
        ),
        ("record_opt_out", {"what": "stop", "channel": "pigeon", **SAID}, "24 November"),
        ("record_opt_out", {"what": "channel", "channel": "", **SAID}, "24 November"),
        ("record_opt_out", {"what": "stop", "channel": "", "text": "no"}, ""),
        ("record_hours", {"kind": "inconvenient_hours", **SAID}, "24 November"),
        ("record_hours", {"kind": "requested_hours", "from_time": "25:00", **SAID}, "24 November"),
        ("prefer_channel", {"channel": "social_public", **SAID}, "24 November"),
        ("grant_consent", {"channel": "sms", "purpose": "collection", "source": "x"}, ""),
        ("grant_consent", {"channel": "sms", "purpose": "everything", **SAID}, "24 November"),
        ("release_hold", {"id": "1", "why": ""}, ""),
        ("release_hold", {"id": "one", **WHY}, ""),
        ("burn", {}, ""),
        ("", {}, ""),
    ],
)
def test_what_cannot_be_taken_changes_nothing_and_loses_nothing(
    agent: Client, account: Account, act: str, typed: dict[str, str], kept: str
) -> None:
    Consent.objects.all().delete()
    answer = change(agent, account, act, **typed)
    assert answer.status_code == 422
    assert kept in answer.content.decode()
    assert 'role="alert"' in answer.content.decode()
    for model in (Hold, OptOut, ContactWish, Consent):
        assert not model.objects.exists()


def test_a_hold_that_ends_in_the_past(agent: Client, account: Account) -> None:
    typed = {"reason": "hardship", "scope": "debtor", "until": "2026-01-01", "note": "rain"}
    answer = change(agent, account, "place_hold", **typed)
    assert answer.status_code == 422
    assert "rain" in answer.content.decode()
    assert not Hold.objects.exists()


def test_what_another_decides_is_not_ended_here(agent: Client, account: Account) -> None:
    with transaction.atomic():
        case = open_case(
            kind="wrong_person", debtor=account.debtor, channel="sms", actor=SYSTEM, now=NOW,
            key="1",
        )  # fmt: skip
        place_hold(
            creditor_id=account.creditor_id, account_id=account.pk, reason="agreement_active",
            source="agreement:1", actor=SYSTEM, now=NOW,
        )  # fmt: skip
    shown = page(agent, account)
    assert reverse("web:task", args=[case.task_set.get().public_id]) in shown
    for hold in Hold.objects.all():
        assert change(agent, account, "release_hold", id=hold.pk, **WHY).status_code == 403
    rest = Quarantine.objects.first()
    assert rest is not None
    for act in ("clear_address", "remove_address"):
        assert change(agent, account, act, id=rest.pk, **WHY).status_code == 403
    assert not Hold.objects.exclude(released_at=None).exists()
    assert not Quarantine.objects.exclude(ended_at=None).exists()


def test_another_debtors_things_cannot_be_ended(agent: Client, account: Account) -> None:
    other = make_account(account.creditor, "A-2002", name="Otra Persona")
    done(agent, other, "place_hold", reason="hardship", scope="debtor", note="x")
    done(agent, other, "record_opt_out", what="stop", channel="", **SAID)
    done(agent, other, "prefer_channel", channel="sms", **SAID)
    things = {
        "release_hold": Hold.objects.get().pk,
        "withdraw_opt_out": OptOut.objects.get().pk,
        "withdraw_wish": ContactWish.objects.get().pk,
        "revoke_consent": Consent.objects.filter(debtor=other.debtor)[0].pk,
        "clear_address": 1,
    }
    for act, pk in things.items():
        assert change(agent, account, act, id=pk, **WHY).status_code == 404
    assert Hold.objects.get().released_at is None


def test_a_hold_of_another_creditor_shows_no_more_than_itself(
    agent: Client, account: Account
) -> None:
    other = make_creditor("Otro Banco")
    with transaction.atomic():
        hold = place_hold(
            creditor_id=other.pk, person_id=account.debtor.person_id, reason="deceased",
            source="case:1", note="secret of Otro", actor=SYSTEM, now=NOW,
        )  # fmt: skip
    shown = page(agent, account)
    assert "secret of Otro" not in shown
    assert "Otro Banco" not in shown
    assert change(agent, account, "release_hold", id=hold.pk, **WHY).status_code == 404


# Who


def test_an_administrator_reads_and_changes_nothing(account: Account) -> None:
    client = login(make_user("admin@example.com", account.creditor, "administrator"))
    assert 'name="act"' not in page(client, account)
    answer = change(client, account, "place_hold", reason="hardship", scope="debtor", note="x")
    assert answer.status_code == 403
    assert not Hold.objects.exists()


def test_a_manager_sees_no_address(account: Account) -> None:
    point = ContactPoint.objects.get(debtor=account.debtor, kind="phone")
    with transaction.atomic():
        quarantine_contact_points(
            ids=[point.pk], creditor_id=account.creditor_id, source="conversation:1",
            actor=SYSTEM, now=NOW,
        )  # fmt: skip
    client = login(make_user("manager@example.com", account.creditor, "manager"))
    shown = page(client, account)
    assert point.value not in shown
    assert point.value[-4:] in shown


def test_what_is_over_stands_in_the_past(agent: Client, account: Account) -> None:
    with transaction.atomic():
        place_hold(
            creditor_id=account.creditor_id, debtor_id=account.debtor_id, reason="hardship",
            source="page", note="a short one", until_at=NOW + timedelta(hours=1), actor=SYSTEM,
            now=NOW,
        )  # fmt: skip
    with clock.travel(NOW + timedelta(hours=2)):
        shown = page(agent, account)
    past = shown.index('id="past"')
    assert shown.index("a short one") > past


def test_hostile_words_stay_words(agent: Client, account: Account) -> None:
    evil = "<script>alert(1)</script>"
    done(agent, account, "place_hold", reason="hardship", scope="debtor", note=evil)
    done(agent, account, "prefer_channel", channel="sms", source=evil, text=evil)
    shown = page(agent, account)
    assert evil not in shown
    assert "&lt;script&gt;" in shown
