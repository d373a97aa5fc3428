"""The pages of policies: what is typed, what it gives, and who approves it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from deals_kit import FakeProvider
from django.urls import reverse
from pages_kit import Side, login, make_user

from acuerdo.agreements.models import OfferPolicy
from acuerdo.agreements.policies import to_document
from acuerdo.web.policy_form import PolicyForm
from acuerdo.web.typed import Unreadable, parse_amount

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def provider(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeProvider.reset()


def typed(side: Side, **changes: str) -> dict[str, str]:
    values = dict(PolicyForm.of(to_document(side.policy), "COP").values)
    return {**values, "owed": "1.000.000", "dpd": "120", "note": "why", **changes}


def post(side: Side, name: str, data: dict[str, str], role: str = "manager") -> Any:
    policy = OfferPolicy.objects.filter(creditor=side.creditor, code="late").latest("version")
    client = login(side.users[role])
    client.cookies["language"] = "en"
    return client.post(
        reverse(f"web:{name}", args=[policy.public_id]), data, headers={"accept-language": "en"}
    )


def test_the_list_tells_what_each_policy_gives(ours: Side) -> None:
    client = login(ours.users["manager"])
    page = client.get(reverse("web:policies"), headers={"accept-language": "en"})
    body = page.content.decode()
    for code in ("before_due", "small", "late", "very_late"):
        assert code in body
    assert "day 91 to 180 past due" in body
    assert "up to 15% off" in body


def test_what_is_typed_is_tried_on_an_example_and_not_stored(ours: Side) -> None:
    page = post(ours, "policy_example", typed(ours, **{"levers.max_discount_percent": "18,5"}))
    body = page.content.decode()
    assert page.status_code == 200
    assert "815.000" in body  # 1,000,000 less 18.5 per cent
    assert 'value="18,5"' in body
    assert OfferPolicy.objects.filter(creditor=ours.creditor, code="late").count() == 1


def test_what_cannot_be_read_stays_where_it_was_typed(ours: Side) -> None:
    wrong = {"levers.max_instalments": "nine", "min_instalment": "lots", "dpd_to": "3"}
    page = post(ours, "write_policy", typed(ours, **wrong))
    body = page.content.decode()
    assert page.status_code == 422
    for text in ("nine", "lots", "Write a number.", "Write an amount."):
        assert text in body
    page = post(ours, "write_policy", typed(ours, dpd_to="3"))
    assert "It ends before it begins." in page.content.decode()
    assert OfferPolicy.objects.filter(creditor=ours.creditor, code="late").count() == 1


@pytest.mark.parametrize("owed", ["", "-1", "0", "1e9", "<script>", "9" * 30])
def test_a_strange_example_is_no_fault_of_the_policy(ours: Side, owed: str) -> None:
    page = post(ours, "policy_example", typed(ours, owed=owed))
    assert page.status_code == 200
    assert "Write an amount and a number of days." in page.content.decode()
    assert "<script>" not in page.content.decode().replace("<script ", "")


def test_a_version_is_written_approved_and_taken_back(ours: Side) -> None:
    post(ours, "write_policy", typed(ours, **{"levers.max_instalments": "12"}))
    row = OfferPolicy.objects.get(creditor=ours.creditor, code="late", version=2)
    assert (row.is_waiting, row.max_instalments, row.note) == (True, 12, "why")
    assert row.min_instalment_minor["MXN"] == 10_000  # what the form does not show stays
    assert post(ours, "decide_policy", {"act": "approve"}).status_code == 302
    row.refresh_from_db()
    assert row.is_active
    assert post(ours, "decide_policy", {"act": "approve"}).status_code == 409
    assert post(ours, "decide_policy", {"act": "retire"}).status_code == 302
    assert not OfferPolicy.objects.filter(code="late", is_active=True).exists()


def test_where_two_are_asked_for_another_must_approve(ours: Side) -> None:
    admin = login(ours.users["administrator"])
    rule = reverse("web:policy_rule", args=[ours.creditor.public_id])
    assert login(ours.users["manager"]).post(rule, {"two": "on"}).status_code == 403
    admin.post(rule, {"two": "on"})
    page = post(ours, "write_policy", typed(ours, grace_days="5"))
    shown = login(ours.users["manager"]).get(page["Location"], headers={"accept-language": "en"})
    assert "You wrote it: somebody else has to approve it." in shown.content.decode()
    assert post(ours, "decide_policy", {"act": "approve"}).status_code == 409
    colleague = make_user("colleague@example.com", ours.creditor, "manager")
    ours.users["manager"] = colleague
    assert post(ours, "decide_policy", {"act": "approve"}).status_code == 302
    admin.post(rule, {})
    assert post(ours, "write_policy", typed(ours, grace_days="6")).status_code == 302
    assert post(ours, "decide_policy", {"act": "decline"}).status_code == 302


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("1.000.000", "COP", "1000000"),
        ("1 000 000", "COP", "1000000"),
        ("$ 20.000", "COP", "20000"),
        ("20000", "COP", "20000"),
        ("1.234,56", "EUR", "1234.56"),
        ("1,234.56", "USD", "1234.56"),
        ("15,5", "BRL", "15.5"),
        ("1.500", "BRL", "1500"),
        ("0", "EUR", "0"),
    ],
)
def test_amounts_are_typed_as_people_type_them(text: str, currency: str, amount: str) -> None:
    assert parse_amount(text, currency) == Decimal(amount)


@pytest.mark.parametrize("text", ["", "x", "-5", "1..0", ",5", "5,", "1e6", "nan", "١٢", "1" * 16])
def test_what_is_no_amount_is_not_read(text: str) -> None:
    with pytest.raises(Unreadable):
        parse_amount(text, "EUR")
