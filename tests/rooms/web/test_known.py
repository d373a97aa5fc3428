"""The page of proofs, what an agent sees as known, and how often something is asked again."""

from __future__ import annotations

import pytest
from deals_kit import NOW
from django.test import Client
from django.urls import reverse
from pages_kit import Side, login

from acuerdo.conversations.known import note_asked
from acuerdo.conversations.models import KnownFact
from acuerdo.conversations.proofs import read_policy
from acuerdo.core.models import Event

USUAL = {
    "first": ["document_last4"],
    "balance": "verified",
    "negotiate": "verified",
    "pay_link": "verified",
    "change_data": "verified",
}


def manager(side: Side) -> Client:
    return login(side.users["manager"])


def save(client: Client, side: Side, **values: object) -> int:
    body = {**USUAL, "creditor": str(side.creditor.public_id), **values}
    return client.post(reverse("web:proofs"), body).status_code


def test_the_policy_of_proofs_is_shown_and_set(ours: Side) -> None:
    client = manager(ours)
    page = client.get(reverse("web:proofs")).content.decode()
    assert 'value="document_last4" checked' in page
    assert save(client, ours, second=["code"], balance="claimed") == 302
    ours.creditor.refresh_from_db()
    policy = read_policy(ours.creditor.settings)
    assert (policy.second, policy.balance, policy.negotiate) == (("code",), "claimed", "verified")
    assert Event.objects.filter(name="SettingsChanged").exists()


@pytest.mark.parametrize(
    "values",
    [
        {"first": []},
        {"second": ["document_last4"]},
        {"balance": "claimed"},
        {"balance": "none"},
        {"change_data": ""},
        {"first": ["shoe_size"]},
    ],
)
def test_what_makes_no_sense_is_shown_and_not_kept(ours: Side, values: dict[str, object]) -> None:
    assert save(manager(ours), ours, **values) == 422
    ours.creditor.refresh_from_db()
    assert "verification" not in ours.creditor.settings


def test_nobody_sets_the_proofs_of_another_creditor(ours: Side, theirs: Side) -> None:
    assert save(manager(ours), theirs) == 404
    theirs.creditor.refresh_from_db()
    assert "verification" not in theirs.creditor.settings


def test_what_an_agent_writes_down_is_shown_to_all(ours: Side) -> None:
    client = login(ours.users["agent"])
    talk = ours.conversation
    address = reverse("web:write_fact", args=[talk.public_id])
    client.post(address, {"kind": "pay_day", "value": "15"})
    client.post(address, {"kind": "identity", "value": "verified"})
    client.post(address, {"kind": "pay_day", "value": " "})
    assert list(KnownFact.objects.values_list("kind", "value")) == [("pay_day", "15")]
    page = client.get(reverse("web:conversation", args=[talk.public_id])).content.decode()
    known = page.split('id="fact-kind"')[0]
    assert "día 15 del mes" in known
    phone = ours.account.debtor.contact_points.get(kind="phone").value
    assert phone not in known
    assert phone[-4:] in known


def test_the_rate_of_what_was_asked_again(ours: Side, theirs: Side) -> None:
    where = {"channel": "chat", "asked_by": "agent", "now": NOW}
    note_asked(debtor=ours.account.debtor, kinds=["pay_day"], known={"pay_day"}, **where)
    note_asked(debtor=ours.account.debtor, kinds=["email", "phone"], known=set(), **where)
    note_asked(debtor=theirs.account.debtor, kinds=["income"], known={"income"}, **where)
    page = manager(ours).get(reverse("web:asked")).content.decode()
    assert "33" in page.split("</h1>")[0].rsplit("<h1>", 1)[1]
    assert page.count('<th scope="row">') == 3
