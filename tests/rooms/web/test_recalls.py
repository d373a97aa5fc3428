"""The page of proposed recalls: what it shows, and who decides."""

from __future__ import annotations

import polars as pl
import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pages_kit import login, make_user
from small_portfolio import NOW, place, row

from acuerdo.core.actor import SYSTEM
from acuerdo.creditors.actions import create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.actions.recalls import propose_recalls
from acuerdo.portfolio.models import Account, ImportRun, RecallProposal

pytestmark = pytest.mark.django_db


def propose(creditor: Creditor, *named: str) -> None:
    with transaction.atomic():
        propose_recalls(
            creditor=creditor,
            import_run_id=ImportRun.objects.filter(creditor=creditor).latest("pk").pk,
            numbers=pl.Series(named, dtype=pl.String),
            portfolio_id=None,
            actor=SYSTEM,
            now=NOW,
        )


@pytest.fixture
def creditor() -> Creditor:
    with transaction.atomic():
        creditor = create_creditor(actor=SYSTEM, now=NOW, name="Banco Uno", country="CO")
    place(creditor, [row(f"A-{number:04}") for number in range(1, 5)])
    propose(creditor, "A-0001")
    return creditor


@pytest.fixture
def manager(creditor: Creditor) -> Client:
    return login(make_user("m@example.com", creditor, "manager"))


def states() -> dict[str, str]:
    return dict(Account.objects.values_list("number", "state"))


def ids() -> dict[str, str]:
    rows = RecallProposal.objects.values_list("account__number", "public_id")
    return {number: str(public_id) for number, public_id in rows}


def send(client: Client, act: str, *numbers: str, **more: str) -> str:
    chosen = [ids().get(number, number) for number in numbers]
    told = client.post(
        reverse("web:decide_recalls"), {"act": act, "proposal": chosen, **more}, follow=True
    )
    assert told.status_code == 200
    return str(told.content.decode())


def test_the_page_shows_what_waits_and_the_imports_page_says_so(manager: Client) -> None:
    shown = manager.get(reverse("web:recalls")).content.decode()
    assert all(f"A-000{number}" in shown for number in (2, 3, 4))
    assert "A-0001" not in shown
    assert "1.200.000" in shown
    assert reverse("web:recalls") in manager.get(reverse("web:imports")).content.decode()


def test_the_chosen_go_back_or_stay(manager: Client) -> None:
    send(manager, "recall", "A-0002")
    page = send(manager, "keep", "A-0003")
    assert states() == {
        "A-0001": "active", "A-0002": "recalled", "A-0003": "active", "A-0004": "active",
    }  # fmt: skip
    assert "m@" not in page
    assert dict(RecallProposal.objects.values_list("account__number", "state")) == {
        "A-0002": "approved", "A-0003": "refused", "A-0004": "open",
    }  # fmt: skip
    # The imports page is quiet once nothing waits.
    send(manager, "recall", scope="all")
    assert states()["A-0004"] == "recalled"
    assert reverse("web:recalls") not in manager.get(reverse("web:imports")).content.decode()


def test_nothing_chosen_changes_nothing(manager: Client) -> None:
    send(manager, "recall")
    send(manager, "recall", "not-an-id", "")
    send(manager, "", "A-0002")  # without a word for recall it is kept
    assert set(states().values()) == {"active"}


def test_another_creditors_proposals_are_out_of_reach(manager: Client) -> None:
    with transaction.atomic():
        other = create_creditor(actor=SYSTEM, now=NOW, name="Banco Dos", country="CO")
    place(other, [row("Z-0001", document="55555"), row("Z-0002", document="55556")])
    propose(other, "Z-0001")
    assert "Z-0002" not in manager.get(reverse("web:recalls")).content.decode()
    send(manager, "recall", "Z-0002")
    send(manager, "recall", scope="all")
    assert states()["Z-0002"] == "active"


def test_an_agent_does_not_decide(creditor: Creditor) -> None:
    agent = login(make_user("a@example.com", creditor, "agent"))
    assert agent.get(reverse("web:recalls")).status_code == 403
    told = agent.post(reverse("web:decide_recalls"), {"act": "recall", "scope": "all"})
    assert told.status_code == 403
    assert set(states().values()) == {"active"}
