"""The life of an account as one list: complete, in order, in words, and nobody else's."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from small_portfolio import NOW, place, row

from acuerdo.cases.actions import open_case
from acuerdo.compliance.actions import (
    end_quarantine,
    import_history,
    place_hold,
    quarantine_contact_points,
    record_wish,
    withdraw_wish,
)
from acuerdo.compliance.models import Quarantine
from acuerdo.conversations.actions import append_turn, open_conversation, take_over
from acuerdo.core import clock
from acuerdo.core.actor import SYSTEM, Actor
from acuerdo.core.errors import NotFound
from acuerdo.creditors.models import Creditor
from acuerdo.identity.actions import create_user
from acuerdo.messaging.models import Message
from acuerdo.portfolio.actions import change_residence, declare_location
from acuerdo.portfolio.models import Account, ContactPoint
from acuerdo.reporting.queries import get_timeline
from acuerdo.reporting.types import TimelineItem
from acuerdo.strategies.actions import plan
from acuerdo.strategies.night import run_night
from acuerdo.workflow.creditors import open_creditor

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def creditor() -> Creditor:
    return open_creditor(actor=SYSTEM, now=NOW, name="Banco Uno", country="CO")


def begin(creditor: Creditor, *rows: dict[str, str]) -> Account:
    """Import, night and plan; the first account."""
    place(creditor, rows)
    with clock.travel(NOW):
        run_night(creditor_id=creditor.pk, actor=SYSTEM, now=NOW)
        plan(creditor_id=creditor.pk, actor=SYSTEM, now=NOW)
    return Account.objects.order_by("pk")[0]


def timeline(account: Account, **options: Any) -> list[TimelineItem]:
    return get_timeline(creditor_ids=[account.creditor_id], account_id=account.pk, **options)


def of(items: list[TimelineItem], kind: str) -> TimelineItem:
    return next(item for item in items if item.kind == kind)


def details(item: TimelineItem) -> dict[str, str]:
    return {detail.label: detail.value for detail in item.details}


def test_the_first_day_of_an_account_in_order(creditor: Creditor) -> None:
    account = begin(creditor, row("A-0001"))
    with translation.override("en"):
        items = timeline(account)
        assert [item.kind for item in reversed(items)] == [
            "placed", "scored", "segment", "enrolled", "message_planned", "authorised",
            "authorised", "authorised",
        ]  # fmt: skip
        placed = of(items, "placed")
        assert placed.title == "Placed: account A-0001, $\xa01.200.000"
        assert details(placed)["Principal"] == "$\xa01.200.000"
        assert of(items, "scored").title == "Score A: 64% likely to pay within 30 days"
        assert of(items, "segment").title == "In the segment Early (1 to 30 days)"
        assert details(of(items, "segment"))["Days past due"] == "20"
        message = of(items, "message_planned")
        assert message.title == "WhatsApp planned"
        assert details(message)["To"] == "••• 0001"
        assert message.account_id == account.pk


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("es", "Asignada: cuenta A-0001, $\xa01.200.000"),
        ("pt", "Recebida: conta A-0001, $\xa01.200.000"),
    ],
)
def test_it_speaks_the_reader_s_language(creditor: Creditor, language: str, title: str) -> None:
    account = begin(creditor, row("A-0001"))
    with translation.override(language):
        items = timeline(account)
        assert of(items, "placed").title == title
        assert all(item.title and "{" not in item.title for item in items)


def test_what_the_law_refused_is_told_with_rule_and_end(creditor: Creditor) -> None:
    account = begin(creditor, row("A-0001", authorised_channels=""))
    with translation.override("en"):
        items = timeline(account)
        refused = [item for item in items if item.kind == "refused"]
        assert len(refused) == 3
        assert refused[0].actor_kind == "law"
        assert {item.title for item in refused} >= {
            "SMS not allowed: the channel is not authorised"
        }
        facts = details(refused[0])
        assert {"Explanation", "Rule", "Source of the rule", "Rules applied"} <= set(facts)
        assert "2300" in facts["Source of the rule"]


def test_a_message_shows_the_exact_text_and_why_it_was_withheld(creditor: Creditor) -> None:
    account = begin(creditor, row("A-0001"))
    Message.objects.update(
        state="withheld", reason_code="nothing_owed", subject="Asunto", body="Hola Ana"
    )
    with translation.override("en"):
        item = of(timeline(account), "message_withheld")
        assert item.title == "WhatsApp withheld: nothing is owed any more"
        assert (item.body, item.tone, item.actor_kind) == ("Asunto\n\nHola Ana", "warn", "law")


def test_people_are_named_and_turns_keep_their_order(creditor: Creditor) -> None:
    account = begin(creditor, row("A-0001"))
    user = create_user(
        actor=SYSTEM, now=NOW, email="ana@example.com", full_name="Ana Ruiz", password="x" * 14
    )
    agent = Actor("user", str(user.pk), creditor.pk, "agent")
    debtor = Actor("debtor", str(account.debtor_id), creditor.pk)
    conversation = open_conversation(
        debtor_id=account.debtor_id, channel="chat", address="", actor=debtor, now=LATER
    )
    for author, actor, text in (
        ("debtor", debtor, "hola"),
        ("assistant", Actor("assistant"), "Buenos días"),
        ("debtor", debtor, "una persona"),
    ):
        append_turn(
            conversation=conversation,
            author=author,
            channel="chat",
            address="",
            text=text,
            actor=actor,
            now=LATER,
        )
    take_over(conversation=conversation, user=user, actor=agent, now=LATER + timedelta(minutes=1))
    items = timeline(account)
    said = [item.body for item in reversed(items) if item.kind.startswith("said_")]
    assert said == ["hola", "Buenos días", "una persona"]
    with translation.override("en"):
        taken = of(items, "taken_over")
        assert taken.title == "Ana Ruiz took over the conversation"
        assert taken.actor_name == "Ana Ruiz"


def test_cases_and_holds_are_told_but_not_those_of_others(creditor: Creditor) -> None:
    account = begin(creditor, row("A-0001"))
    other = open_creditor(actor=SYSTEM, now=NOW, name="Banco Dos", country="CO")
    open_case(
        kind="dispute",
        account=account,
        debtor=account.debtor,
        reason="No es mía",
        actor=SYSTEM,
        now=LATER,
        key="c1",
    )
    place_hold(
        creditor_id=other.pk,
        person_id=account.debtor.person_id,
        reason="deceased",
        source="letter",
        note="secret",
        actor=Actor("user", "77", other.pk),
        now=LATER,
    )
    items = timeline(account)
    assert of(items, "case_opened").body == "No es mía"
    holds = [item for item in items if item.kind == "held"]
    foreign = next(item for item in holds if not item.account_id)
    assert (foreign.body, foreign.actor_kind, foreign.actor_name) == ("", "system", "")
    assert len(holds) == 2


def test_nobody_reads_another_creditor_s_account(creditor: Creditor) -> None:
    account = begin(creditor, row("A-0001"))
    for ids in ([], [creditor.pk + 1]):
        with pytest.raises(NotFound):
            get_timeline(creditor_ids=ids, account_id=account.pk)
        with pytest.raises(NotFound):
            get_timeline(creditor_ids=ids, debtor_id=account.debtor_id)
    with pytest.raises(ValueError, match="one account or of one debtor"):
        get_timeline(creditor_ids=[creditor.pk])


def test_a_debtor_has_the_history_of_all_accounts(creditor: Creditor) -> None:
    first = row("A-0001")
    account = begin(creditor, first, first | {"account": "A-0002"})
    items = get_timeline(creditor_ids=[creditor.pk], debtor_id=account.debtor_id)
    assert {item.account_id for item in items if item.kind == "placed"} == set(
        Account.objects.values_list("pk", flat=True)
    )
    assert len([item for item in items if item.kind == "message_planned"]) == 1


def test_the_length_of_the_history_costs_no_queries(
    creditor: Creditor, django_assert_max_num_queries: Any
) -> None:
    account = begin(creditor, row("A-0001"))
    for day in range(1, 8):
        now = NOW + timedelta(days=day)
        with clock.travel(now):
            run_night(creditor_id=creditor.pk, actor=SYSTEM, now=now)
            plan(creditor_id=creditor.pk, actor=SYSTEM, now=now)
    with django_assert_max_num_queries(27):
        assert len(timeline(account)) > 8
    assert len(timeline(account, limit=3)) == 3


def test_wishes_and_what_was_before_are_told(creditor: Creditor, tmp_path: Path) -> None:
    account = begin(creditor, row("A-0001"))
    path = tmp_path / "past.csv"
    path.write_text(
        "account,channel,datetime,direction,outcome\n"
        "A-0001,call,2026-11-20 10:00,outbound,no_answer\n"
        "A-0001,email,2026-11-21 10:00,inbound,conversation\n"
    )
    phone = ContactPoint.objects.get(debtor=account.debtor, kind="phone")
    common: dict[str, Any] = {"actor": SYSTEM, "now": NOW}
    import_history(creditor=creditor, path=path, **common)
    wish = record_wish(
        debtor=account.debtor, kind="inconvenient_hours", from_time=time(9), to_time=time(11),
        source="call", text="at work", **common,
    )  # fmt: skip
    withdraw_wish(wish=wish, source="letter", actor=SYSTEM, now=LATER)
    quarantine_contact_points(ids=[phone.pk], creditor_id=creditor.pk, source="x", **common)
    end_quarantine(
        quarantine=Quarantine.objects.get(), outcome="cleared", why="hers", actor=SYSTEM, now=LATER
    )
    with translation.override("en"):
        items = timeline(account)
        assert of(items, "wished").title == "Wish: Not at these hours: 09:00–11:00"
        assert (of(items, "wished").body, details(of(items, "wish_ended"))) == (
            "at work",
            {"Source": "letter"},
        )
        assert of(items, "contacted_before").title == "Call, before the account came to us"
        assert details(of(items, "contacted_before")) == {"Outcome": "no answer"}
        assert of(items, "wrote_before").actor_kind == "debtor"
        # An address is recognised, not read.
        assert of(items, "address_rests").params["address"] == f"••• {phone.value[-4:]}"
        assert of(items, "address_used").at == LATER


def test_where_the_debtor_lives_and_is_stands_in_words(creditor: Creditor) -> None:
    account = begin(creditor, row("A-1"))
    where: dict[str, Any] = {"creditor_id": creditor.pk, "debtor_id": account.debtor_id}
    change_residence(**where, country="ES", subdivision="Canarias", actor=SYSTEM, now=NOW)
    declare_location(**where, country="PE", actor=SYSTEM, now=LATER)
    declare_location(**where, country="", actor=SYSTEM, now=LATER + timedelta(hours=1))
    with translation.override("es"):
        items = timeline(account)
        assert (
            of(items, "residence_changed").title == "Vive en Canarias, España: rige la ley de allí"
        )
        assert of(items, "location_declared").title == "Dice estar en Perú"
        assert of(items, "location_ended").title == "Volvió a casa"
