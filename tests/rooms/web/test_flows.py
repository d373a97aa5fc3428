"""The pages of conversation flows: what is typed, what the draft answers, and who approves it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from deals_kit import FakeProvider
from django.conf import settings
from django.urls import reverse
from pages_kit import Side, login

from acuerdo.assistant.flows.actions import run_test
from acuerdo.assistant.flows.documents import read_document
from acuerdo.assistant.models import ConversationFlow
from acuerdo.cases.actions import create_task
from acuerdo.conversations.models import Turn
from acuerdo.core.actor import SYSTEM
from acuerdo.core.clock import now
from acuerdo.core.models import Event

pytestmark = pytest.mark.django_db

ENGLISH = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def world(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeProvider.reset()
    monkeypatch.setattr(settings, "NLU", "rules")


def typed(side: Side, **changes: Any) -> dict[str, Any]:
    return {
        "version": str(side.flow.public_id),
        "code": side.flow.code,
        "steps.order": ["inform", "offer", "ask"],
        "steps": ["inform"],
        "levers.order": ["full", "date", "split", "instalments", "discount"],
        "tone.address": "country",
        "tone.warmth": "plain",
        "failures": "2",
        "people.days": ["mon", "tue"],
        "rule": ["0"],
        "owed": "1.200.000",
        "dpd": "45",
        "trial_language": "es",
        **changes,
    }


def post(side: Side, name: str, data: dict[str, Any], role: str = "manager") -> Any:
    of_creditor = name in ("try_flow", "write_flow")
    public_id = side.creditor.public_id if of_creditor else side.flow.public_id
    client = login(side.users[role])
    return client.post(reverse(f"web:{name}", args=[public_id]), data, headers=ENGLISH)


def newest(side: Side) -> ConversationFlow:
    return ConversationFlow.objects.filter(creditor=side.creditor).latest("pk")


def test_a_creditor_without_flows_is_told_what_leads(ours: Side) -> None:
    client = login(ours.users["manager"])
    page = client.get(reverse("web:flows"), headers=ENGLISH).content.decode()
    assert "The assistant leads in its own way" in page
    assert ours.flow.code in page
    new = client.get(
        reverse("web:new_flow", args=[ours.creditor.public_id]), headers=ENGLISH
    ).content.decode()
    assert "Talk to the draft" in new


def test_what_is_typed_becomes_a_version_that_is_run(ours: Side) -> None:
    page = post(
        ours,
        "write_flow",
        typed(
            ours,
            **{
                "steps": ["offer", "inform"],
                "steps.order": ["offer", "inform", "ask"],
                "levers": ["instalments", "full"],
                "levers.order": ["instalments", "full", "date", "split", "discount"],
                "whom.balance_to": "5.000.000",
                "whom.products": "Crédito Fácil, Tarjeta",
                "tone.address": "tu",
                "asks.contact": "on",
                "hand_over.0.balance_from": "3.000.000",
                "hand_over.0.legal_stages": "lawsuit, attorney",
                "people.opens": "09:00",
                "people.closes": "18:00",
                "silence.forget_after_hours": "24",
                "words.pt.closing": "Até logo, da parte de {creditor}.",
                "note": "why",
            },
        ),
    )
    assert page.status_code == 302
    row = newest(ours)
    document = read_document(row.document)
    assert document.steps == ("offer", "inform")
    assert document.levers == ("instalments", "full")
    assert document.whom.products == ("Crédito Fácil", "Tarjeta")
    assert str(document.whom.balance_to["COP"]) == "5000000"
    assert document.hand_over[0].legal_stages == ("lawsuit", "attorney")
    assert document.people is not None
    assert document.people.days == ("mon", "tue")
    assert (row.note, row.test_state) == ("why", "waiting")
    assert Event.objects.filter(name="FlowTestRequested").count() == 1
    run_test(flow=ConversationFlow.objects.select_related("creditor").get(pk=row.pk), now=now())
    ours = replace(ours, flow=row)
    client = login(ours.users["manager"])
    shown = client.get(page["Location"], headers=ENGLISH).content.decode()
    assert "safe in every conversation" in shown
    assert "Answered otherwise" in shown
    assert post(ours, "decide_flow", {"act": "approve"}).status_code == 302
    assert newest(ours).is_active
    assert post(ours, "decide_flow", {"act": "retire"}).status_code == 302
    assert post(ours, "decide_flow", {"act": "dance"}).status_code == 422


def test_what_cannot_be_is_said_beside_its_field(ours: Side) -> None:
    wrong = {
        "steps": [],
        "whom.dpd_from": "many",
        "whom.balance_from": "lots",
        "hand_over.0.dpd_from": "99999",
        "people.opens": "9",
    }
    page = post(ours, "write_flow", typed(ours, **wrong))
    body = page.content.decode()
    assert page.status_code == 422
    for text in ("many", "lots", "It needs one entry at least.", "Write an amount."):
        assert text in body
    page = post(ours, "write_flow", typed(ours, **{"words.es.greeting": "Hola, ¿paga ya?"}))
    assert "No question here" in page.content.decode()
    assert ConversationFlow.objects.filter(creditor=ours.creditor).count() == 1


def test_an_entry_is_moved_without_a_mouse(ours: Side) -> None:
    page = post(ours, "try_flow", typed(ours, move="steps:offer:up"))
    body = page.content.decode()
    assert body.index('value="steps:offer:up"') < body.index('value="steps:inform:up"')
    page = post(ours, "try_flow", typed(ours, move="steps:inform:up"))
    assert page.status_code == 200
    for strange in ("steps:nothing:up", "x", "a:b:c:d", "levers:full"):
        assert post(ours, "try_flow", typed(ours, move=strange)).status_code == 200


def test_the_draft_is_talked_to_and_nothing_is_kept(ours: Side) -> None:
    before = Turn.objects.count()
    first = post(ours, "try_flow", typed(ours, say="hola", talk="1", steps=["offer"]))
    body = first.content.decode()
    assert "documento de identidad" in body
    assert '<input type="hidden" name="line" value="hola">' in body
    second = post(
        ours, "try_flow", typed(ours, line=["hola"], say="5678", talk="1", steps=["offer"])
    )
    assert "¿Cuál le sirve más?" in second.content.decode()
    assert Turn.objects.count() == before
    unsent = post(ours, "try_flow", typed(ours, say="not yet"))
    assert 'value="not yet"' in unsent.content.decode()
    again = post(ours, "try_flow", typed(ours, line=["hola"], again="1"))
    assert 'name="line"' not in again.content.decode()


@pytest.mark.parametrize("owed", ["", "-1", "0", "1e9", "<script>alert(1)</script>", "9" * 30])
def test_a_strange_debt_is_no_fault_of_the_flow(ours: Side, owed: str) -> None:
    page = post(ours, "try_flow", typed(ours, owed=owed, say="hola", talk="1"))
    body = page.content.decode()
    assert page.status_code == 200
    assert "Write an amount and a number of days." in body
    assert "<script>alert" not in body


def test_another_creditors_version_is_no_start(ours: Side, theirs: Side) -> None:
    page = post(ours, "try_flow", typed(ours, version=str(theirs.flow.public_id)))
    assert page.status_code == 404
    assert post(ours, "try_flow", typed(ours, version="x")).status_code == 404


def test_who_takes_over_sees_what_is_known(ours: Side) -> None:
    packet = {
        "reason": "no_agreement",
        "next_step": "negotiate",
        "mood": "in_trouble",
        "offers_shown": [
            {
                "count": 2,
                "total_minor": 90_000_000,
                "discount_minor": 10_000_000,
                "currency": "COP",
                "schedule": [
                    {"due_on": "2026-12-01", "amount_minor": 45_000_000},
                    {"due_on": "2027-01-04", "amount_minor": 45_000_000},
                ],
            }
        ],
        "promises": [
            {"kind": "promise", "total_minor": 5_000_000, "currency": "COP", "state": "active"}
        ],
        "asked": [
            {"question": "verification", "answered": True},
            {"question": "date", "answered": False},
        ],
    }
    create_task(
        kind="hand_off",
        debtor=ours.account.debtor,
        packet=packet,
        subject="no_agreement",
        actor=SYSTEM,
        now=now(),
        key="packet",
    )
    client = login(ours.users["agent"])
    address = reverse("web:conversation", args=[ours.conversation.public_id])
    body = client.get(address, headers=ENGLISH).content.decode()
    for text in ("Negotiate", "in trouble", "2 instalments", "the proof of identity", "still open"):
        assert text in body
    assert "450.000" in body
