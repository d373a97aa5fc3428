"""Whoever writes is known by the number, in whatever form the provider or the file has it."""

from __future__ import annotations

import pytest
from django.db import transaction
from small_portfolio import NOW, place, row

from acuerdo.cases.actions import open_case
from acuerdo.cases.addresses import find_addresses
from acuerdo.core.actor import SYSTEM, Actor
from acuerdo.creditors.actions import create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.messaging.actions import receive_inbound
from acuerdo.messaging.models import InboundEvent
from acuerdo.portfolio.models import Account, ContactPoint

pytestmark = pytest.mark.django_db

# country → how the file writes a number, and how providers do
FORMS = {
    "AR": (
        ["11 15 2345 6789", "011 2345-6789", "+54 9 11 2345 6789"],
        ["+5491123456789", "5491123456789", "541123456789", "whatsapp:+5491123456789"],
    ),
    "BR": (
        ["(11) 98765-4321", "11 8765-4321", "0 15 11 98765 4321"],
        ["+5511987654321", "551187654321", "5511987654321", "whatsapp:+551187654321"],
    ),
    "CL": (["9 8765 4321", "09 8765 4321"], ["56987654321", "+56987654321"]),
    "CO": (["300 123 4567", "03 300 123 4567"], ["573001234567", "whatsapp:+573001234567"]),
    "MX": (
        ["55 1234 5678", "+52 1 55 1234 5678", "044 55 1234 5678"],
        ["+525512345678", "5215512345678", "525512345678", "whatsapp:+5215512345678"],
    ),
}


def receive(creditor: Creditor, address: str, number: int = 1) -> InboundEvent:
    with transaction.atomic():
        found = receive_inbound(
            source="sandbox:x", external_id=f"e-{number}", channel="whatsapp", address=address,
            text="hola", creditor_id=creditor.pk, now=NOW, actor=Actor("provider", "sandbox"),
        )  # fmt: skip
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("country", "written"), [(country, form) for country in FORMS for form in FORMS[country][0]]
)
def test_a_message_from_any_form_reaches_the_same_address(country: str, written: str) -> None:
    creditor = create_creditor(actor=SYSTEM, now=NOW, name="Uno", country=country)
    place(
        creditor,
        [
            row("A-0001", country=country, document="", phone=written),
            row("A-0002", country=country, document="", phone="", email="other@example.com"),
        ],
    )
    account = Account.objects.select_related("debtor").get(number="A-0001")
    point = ContactPoint.objects.get(debtor=account.debtor, kind="phone")
    for number, address in enumerate(FORMS[country][1]):
        inbound = receive(creditor, address, number)
        assert inbound.debtor_id == account.debtor_id
        case = open_case(
            kind="wrong_person", debtor=account.debtor, channel="whatsapp", actor=SYSTEM, now=NOW,
            key=f"turn:{number}",
        )  # fmt: skip
        assert find_addresses(case) == [point.pk]


@pytest.mark.parametrize(
    "address", ["5215512345679", "+5491123456780", "551187654322", "573001234568", "", "+", "x"]
)
def test_another_number_is_nobody_s(address: str) -> None:
    creditor = create_creditor(actor=SYSTEM, now=NOW, name="Uno", country="CO")
    place(
        creditor,
        [
            row(f"A-{country}", phone=f"+{forms[1][0].removeprefix('+')}")
            for country, forms in FORMS.items()
        ],
    )
    assert receive(creditor, address).debtor_id is None
