"""The books of an account corrected on a page, and who answers for it."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from deals_kit import NOW, cop, make_account, make_creditor, pay
from django.test import Client
from django.urls import reverse
from pages_kit import login, make_user

from acuerdo.core import clock
from acuerdo.core.actor import SYSTEM
from acuerdo.ledger.models import Entry
from acuerdo.ledger.queries import get_balance
from acuerdo.payments.models import Payment
from acuerdo.portfolio.actions import recall_accounts
from acuerdo.portfolio.models import Account, AccountParty, ContactPoint

pytestmark = pytest.mark.django_db

TODAY = NOW.date().isoformat()
ADJUST = {
    "act": "adjust", "way": "down", "component": "fees", "amount": "20.000", "on": TODAY,
    "reason": "calculated_wrong",
}  # fmt: skip


@pytest.fixture(autouse=True)
def at_ten() -> Any:
    with clock.travel(NOW):
        yield


@pytest.fixture
def account() -> Account:
    cells = {"total": "", "principal": "1000000", "interest": "150000", "fees": "50000"}
    return make_account(make_creditor("Banco Ejemplo"), "A-1001", dpd=90, **cells)


@pytest.fixture
def manager(account: Account) -> Client:
    return login(make_user("manager@example.com", account.creditor, "manager"))


def look(client: Client, account: Account, name: str = "account_books") -> str:
    address = reverse(f"web:{name}", args=[account.public_id])
    answer = client.get(address, headers={"accept-language": "en"})
    assert answer.status_code == 200
    return plain(answer)


def plain(answer: Any) -> str:
    return re.sub(r"\s+", " ", unescape(answer.content.decode())).replace("\xa0", " ")


def send(client: Client, account: Account, page: str = "account_books", /, **said: str) -> Any:
    address = reverse(f"web:{page}", args=[account.public_id])
    return client.post(address, said, headers={"accept-language": "en"})


def confirm(client: Client, account: Account, **said: str) -> Any:
    """See what a change would do, and do it."""
    shown = send(client, account, **said)
    assert shown.status_code == 200, plain(shown)
    hidden = dict(re.findall(r'type="hidden" name="(key|seen)" value="([^"]*)"', plain(shown)))
    assert set(hidden) == {"key", "seen"}
    return send(client, account, **said, **hidden)


def owed(account: Account) -> dict[str, int]:
    parts = get_balance(account.pk).components
    return {part.value: minor // 100 for part, minor in parts.items() if minor}


def test_a_change_is_seen_before_it_is_done(manager: Client, account: Account) -> None:
    shown = plain(send(manager, account, **ADJUST))
    for words in ("What will change", "1.200.000", "1.180.000", "30.000"):
        assert words in shown
    assert owed(account)["fees"] == 50_000
    assert Entry.objects.count() == 1
    assert confirm(manager, account, **ADJUST).status_code == 302
    assert owed(account) == {"principal": 1_000_000, "interest": 150_000, "fees": 30_000}
    entry = Entry.objects.latest("pk")
    assert (entry.kind, entry.memo) == ("adjustment", "calculated_wrong")
    assert entry.actor.startswith("user:")
    told = look(manager, account, "account")
    assert "it was calculated wrongly" in told
    assert re.search(r"Balance changed by [-$ ]*20\.000", told)


def test_a_button_pressed_twice_posts_once(manager: Client, account: Account) -> None:
    shown = plain(send(manager, account, **ADJUST))
    hidden = dict(re.findall(r'type="hidden" name="(key|seen)" value="([^"]*)"', shown))
    for _time in range(2):
        assert send(manager, account, **ADJUST, **hidden).status_code == 302
    assert owed(account)["fees"] == 30_000


def test_books_that_moved_meanwhile_are_looked_at_again(manager: Client, account: Account) -> None:
    shown = plain(send(manager, account, **ADJUST))
    hidden = dict(re.findall(r'type="hidden" name="(key|seen)" value="([^"]*)"', shown))
    pay(account, cop(10_000))
    again = send(manager, account, **ADJUST, **hidden)
    assert again.status_code == 200
    assert "The books moved since you looked" in plain(again)
    assert owed(account)["fees"] == 40_000


def test_a_payment_is_charged_back(manager: Client, account: Account) -> None:
    pay(account, cop(1_200_000))
    payment = Payment.objects.get()
    account.refresh_from_db()
    assert account.state == "closed"
    said = {"act": "undo", "what": f"payment:{payment.pk}", "reason": "charged_back"}
    assert "will be open again" in plain(send(manager, account, **said))
    assert Payment.objects.get().state == "confirmed"
    assert confirm(manager, account, **said).status_code == 302
    account.refresh_from_db()
    assert (account.state, Payment.objects.get().state) == ("active", "reversed")
    assert sum(owed(account).values()) == 1_200_000
    assert send(manager, account, **said).status_code == 422  # it is not there any more


def test_what_was_paid_too_much_is_given_back_and_that_is_undone(
    manager: Client, account: Account
) -> None:
    assert "there is nothing to give back" in look(manager, account)
    pay(account, cop(1_200_000))
    assert "will be closed" not in plain(send(manager, account, **ADJUST))
    confirm(manager, account, **ADJUST)
    refund = {"act": "refund", "amount": "20000", "on": TODAY, "reason": "by_transfer"}
    assert send(manager, account, **{**refund, "amount": "20.001"}).status_code == 409
    assert confirm(manager, account, **refund).status_code == 302
    assert get_balance(account.pk).credit_minor == 0
    assert "by bank transfer" in look(manager, account, "account")
    entry = Entry.objects.get(kind="refund")
    confirm(manager, account, act="undo", what=f"entry:{entry.pk}", reason="bounced")
    assert get_balance(account.pk).credit_minor == cop(20_000).minor


@pytest.mark.parametrize(
    ("said", "status", "words"),
    [
        ({"amount": "60.000"}, 409, "Only $ 50.000 is there; $ 60.000 cannot be taken"),
        ({"amount": "mil"}, 422, "Write an amount"),
        ({"amount": "0"}, 422, "above zero"),
        ({"amount": "-5"}, 422, "Write an amount"),
        ({"amount": ""}, 422, "Please fill this in"),
        ({"component": "gold"}, 422, "gold"),
        ({"on": (NOW + timedelta(days=1)).date().isoformat()}, 422, "cannot be"),
        ({"on": "2026-02-30"}, 422, "date"),
        ({"act": "steal"}, 422, "Choose what is to be changed"),
        ({"reason": "<script>"}, 422, "script"),
    ],
)
def test_what_cannot_be_done_is_said(
    manager: Client, account: Account, said: dict[str, str], status: int, words: str
) -> None:
    answer = send(manager, account, **{**ADJUST, **said})
    assert answer.status_code == status
    assert words in plain(answer)
    assert "<script>" not in answer.content.decode().split("<main")[1].split("</main")[0]
    assert owed(account)["fees"] == 50_000


def test_no_other_accounts_payment(manager: Client, account: Account) -> None:
    other = make_account(make_creditor("Caja Vecina"), "B-1")
    pay(other, cop(1_000))
    said = {"act": "undo", "what": f"payment:{Payment.objects.get().pk}", "reason": "bounced"}
    assert send(manager, account, **said).status_code == 422
    pay(account, cop(1_000))  # now the form is there, and it still knows its own alone
    assert send(manager, account, **said, key=str(uuid4())).status_code == 422
    assert Payment.objects.filter(state="reversed").count() == 0


def test_an_account_that_went_back_has_no_forms(manager: Client, account: Account) -> None:
    recall_accounts(
        creditor=account.creditor, account_ids=[account.pk], actor=SYSTEM, now=NOW, why="told"
    )
    assert "went back to its creditor" in look(manager, account)
    assert send(manager, account, **ADJUST).status_code == 422


def test_agents_look_and_do_not_correct(account: Account) -> None:
    agent = login(make_user("agent@example.com", account.creditor, "agent"))
    assert send(agent, account, **ADJUST).status_code == 403
    assert reverse("web:account_books", args=[account.public_id]) not in look(
        agent, account, "account"
    )


# Who answers for it

ROSA = {
    "act": "add", "role": "guarantor", "name": "Rosa Díaz", "document": "52.123.456",
    "phone": "310 555 0001", "email": "rosa@example.com", "source": "contract of 2024",
}  # fmt: skip


@pytest.fixture
def agent(account: Account) -> Client:
    return login(make_user("agent@example.com", account.creditor, "agent"))


def test_a_guarantor_comes_and_goes(agent: Client, account: Account) -> None:
    assert send(agent, account, "account_parties", **ROSA).status_code == 302
    party = AccountParty.objects.exclude(role="holder").get()
    assert (party.role, party.debtor.name) == ("guarantor", "Rosa Díaz")
    points = ContactPoint.objects.filter(debtor=party.debtor)
    assert set(points.values_list("value", "source")) == {
        ("+573105550001", "contract of 2024"), ("rosa@example.com", "contract of 2024"),
    }  # fmt: skip
    told = look(agent, account, "account")
    assert "Rosa Díaz" in told
    assert "Answers for the debt from now on: Rosa Díaz, Guarantor" in told
    said = {"act": "end", "party": str(party.pk)}
    assert send(agent, account, "account_parties", **said).status_code == 302
    assert not AccountParty.objects.exclude(role="holder").exists()
    assert "Answers for the debt no more: Rosa Díaz" in look(agent, account, "account")
    assert send(agent, account, "account_parties", **said).status_code == 404


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"name": " "}, "Please fill this in"),
        ({"source": ""}, "Please fill this in"),
        ({"role": "holder"}, "holder"),
        ({"document": "1234567890123456789012"}, "This cannot be right"),
        ({"phone": "12"}, "This cannot be right"),
        ({"email": "rosa at home"}, "This cannot be right"),
    ],
)
def test_a_party_that_cannot_be(
    agent: Client, account: Account, said: dict[str, str], words: str
) -> None:
    answer = send(agent, account, "account_parties", **{**ROSA, **said})
    assert answer.status_code == 422
    assert words in plain(answer)
    assert AccountParty.objects.count() == 1


def test_the_holder_stays_and_others_accounts_are_not_touched(
    agent: Client, account: Account
) -> None:
    holder = AccountParty.objects.get()
    answer = send(agent, account, "account_parties", act="end", party=str(holder.pk))
    assert answer.status_code == 409
    other = make_account(make_creditor("Caja Vecina"), "B-1")
    foreign = str(AccountParty.objects.get(account=other).pk)
    for party in (foreign, "", "x", "9" * 30):
        answer = send(agent, account, "account_parties", act="end", party=party)
        assert answer.status_code == 404
    assert AccountParty.objects.count() == 2
