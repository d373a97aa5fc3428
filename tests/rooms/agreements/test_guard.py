from datetime import date

import pytest
from deals_kit import NOW, agree
from messaging_kit import accounts, draft, make_creditor, queue

from acuerdo.agreements.actions import cancel_agreement, seed_policies
from acuerdo.agreements.guards import guard_agreements
from acuerdo.core.actor import SYSTEM
from acuerdo.messaging.facts import FactSubject, read_facts

pytestmark = pytest.mark.django_db


def test_who_keeps_an_agreement_is_reminded_but_not_chased() -> None:
    creditor = make_creditor()
    seed_policies(creditor_id=creditor.pk)
    keeping, owing = accounts(creditor, 2)
    agreement = agree(keeping, kind="plan", count=3)
    part = agreement.instalments.order_by("sequence")[0]
    chase, reminder, answer, other = queue(
        draft(keeping),
        draft(keeping, "email", key=f"instalment:{part.pk}:reminder:1"),
        draft(keeping, "whatsapp", purpose="reply_to_debtor_query", body="Buenos días"),
        draft(owing),
    )
    messages = [chase, reminder, answer, other]
    assert guard_agreements(messages, NOW) == {chase.pk: "agreement_active"}
    chase.author = "user:7"
    assert guard_agreements(messages, NOW) == {}
    chase.author = "system"
    cancel_agreement(agreement=agreement, actor=SYSTEM, now=NOW)
    assert guard_agreements(messages, NOW) == {reminder.pk: "instalment_settled"}


def test_templates_may_name_the_next_part() -> None:
    creditor = make_creditor()
    seed_policies(creditor_id=creditor.pk)
    keeping, owing = accounts(creditor, 2)
    agree(keeping, kind="plan", count=3, on=date(2026, 12, 1))
    subjects = [
        FactSubject(number, creditor.pk, one.debtor_id, one.pk, "es_CO", "America/Bogota")
        for number, one in enumerate((keeping, owing))
    ]
    names = ["agreement.total", "agreement.next_amount", "agreement.next_due_on"]
    facts = read_facts(names, subjects)
    assert facts[0]["agreement.next_due_on"] == "1 de diciembre de 2026"
    assert str(facts[0]["agreement.next_amount"]).replace("\xa0", " ") == "$ 400.000"
    assert str(facts[0]["agreement.total"]).replace("\xa0", " ") == "$ 1.200.000"
    assert facts[1] == {}
