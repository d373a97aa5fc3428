"""An agent answers a proposal: as the policy does everywhere, or further, with a reason."""

from __future__ import annotations

import re
from typing import Any

import pytest
from deals_kit import cop, make_account, make_creditor
from django.test import Client
from django.urls import reverse
from pages_kit import login, make_link, make_user

from acuerdo.agreements.models import Agreement, Concession, Offer
from acuerdo.portfolio.models import Account

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> Account:
    return make_account(make_creditor(ladder=True), "A-1001", dpd=120)


@pytest.fixture
def agent(account: Account) -> Client:
    return login(make_user("agent@example.com", account.creditor, "agent"))


def say(client: Client, account: Account, act: str, **said: str) -> Any:
    address = reverse("web:account_offer", args=[account.public_id])
    data = {"kind": "settlement", "act": act, **said}
    return client.post(address, data, headers={"accept-language": "en"})


def test_the_policy_answers_an_agent_as_anybody_else(account: Account, agent: Client) -> None:
    for _twice in range(2):
        page = say(agent, account, "ask", amount="700.000").content.decode()
        assert "these may be agreed" in page
        assert "step 1 of 3" in page
    assert Concession.objects.get().made_by.startswith("user:")
    assert not Offer.objects.exists()
    page = say(agent, account, "ask", amount="1.150.000").content.decode()
    assert "It may be agreed" in page
    page = say(agent, account, "ask", kind="plan", count="6").content.decode()
    assert "It may be agreed" in page


def test_going_further_takes_a_reason_and_the_debtor_finds_it(
    account: Account, agent: Client
) -> None:
    page = say(agent, account, "offer", amount="960.000")
    assert page.status_code == 422
    assert "Write down why you offer it." in page.content.decode()
    page = say(agent, account, "offer", amount="700.000", reason="Lost the job")
    assert page.status_code == 422
    assert "The discount is too high." in page.content.decode()
    page = say(agent, account, "offer", amount="960.000", reason="Lost the job")
    assert page.status_code == 302
    row = Concession.objects.get()
    assert (row.kind, row.authority, row.reason) == ("exception", "agent", "Lost the job")
    told = agent.get(reverse("web:account", args=[account.public_id]))
    assert "Lost the job" in told.content.decode()
    # On the debtor's own page it comes first, and is accepted as it was made.
    link, debtor = make_link(account), Client()
    answer = {"answer": account.debtor.person.document_last4}
    debtor.post(reverse("web:portal_verify", args=[link.token]), answer)
    home = debtor.get(reverse("web:portal", args=[link.token])).content.decode()
    marks = re.findall(r'name="offer" value="([0-9a-f]+)"', home)
    data = {"offer": marks[0], "key": "once", "account": str(account.public_id)}
    accept = reverse("web:portal_accept", args=[link.token])
    assert debtor.post(accept, data).status_code == 302
    agreement = Agreement.objects.get()
    assert agreement.discount_minor == cop(240_000).minor
    assert agreement.offer == row.offer


@pytest.mark.parametrize(
    "said",
    [
        {"amount": ""},
        {"amount": "lots"},
        {"amount": "1", "on": "31/02/2027"},
        {"kind": "plan", "count": "1"},
        {"kind": "plan", "count": "999"},
        {"kind": "gift", "amount": "1"},
        {"amount": "9" * 29},
    ],
)
def test_what_is_no_proposal_is_asked_again(
    account: Account, agent: Client, said: dict[str, str]
) -> None:
    for act in ("ask", "offer"):
        assert say(agent, account, act, **said).status_code == 422
    assert not Offer.objects.exists()
    assert not Concession.objects.exists()


def test_a_strange_proposal_changes_nothing(account: Account, agent: Client) -> None:
    for said in ({"amount": "99.000.000"}, {"amount": "1", "on": "01/01/2020"}):
        assert say(agent, account, "offer", **said).status_code == 422
    assert not Offer.objects.exists()
