"""Why a contact was not made: the rule, what was known then, and what the rules say now."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from messaging_kit import accounts as place_accounts
from messaging_kit import draft, make_creditor, queue
from small_portfolio import NOW, place, row

from acuerdo.compliance.actions import (
    check_contacts,
    place_hold,
    record_inbound_attempt,
    record_opt_out,
    release_hold,
    reserve_attempts,
    settle_attempt,
    withdraw_opt_out,
)
from acuerdo.compliance.models import OptOut
from acuerdo.compliance.models import Verdict as VerdictRow
from acuerdo.compliance.rules import ContactRequest
from acuerdo.core.actor import SYSTEM
from acuerdo.core.errors import NotFound
from acuerdo.creditors.actions import create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.messaging.models import Message
from acuerdo.portfolio.models import Account
from acuerdo.reporting.timeline import get_timeline
from acuerdo.reporting.why import (
    HOUSE,
    LAW,
    PRODUCT,
    Why,
    explain_channel,
    explain_refusal,
    explain_withheld,
)

pytestmark = pytest.mark.django_db
ME: dict[str, Any] = {"actor": SYSTEM, "now": NOW}
DAY = timedelta(days=1)


@pytest.fixture
def creditor() -> Creditor:
    return make_creditor()


@pytest.fixture
def account(creditor: Creditor) -> Account:
    return place_accounts(creditor)[0]


def asked(account: Account, channel: str, **more: Any) -> ContactRequest:
    return ContactRequest(
        creditor_id=account.creditor_id,
        account_id=account.pk,
        debtor_id=account.debtor_id,
        person_id=account.debtor.person_id,
        channel=channel,
        purpose="collection",
        **more,
    )


def contact(account: Account, reference: str, at: datetime, channel: str = "sms") -> None:
    reserve_attempts(places=[(asked(account, channel), reference)], now=at, actor=SYSTEM)
    settle_attempt(reference=reference, outcome="delivered", now=at)


def refuse(account: Account, channel: str = "sms", now: datetime = NOW) -> Why:
    """Ask the planner's question, which must be refused, and explain the answer."""
    (verdict,) = check_contacts([asked(account, channel)], actor=SYSTEM, now=now, stage="plan")
    assert not verdict.allowed
    assert verdict.id is not None
    return explain_refusal(
        creditor_ids=[account.creditor_id], verdict_id=verdict.id, now=now, language="en"
    )


def test_a_refusal_tells_the_rule_and_its_source(account: Account) -> None:
    why = refuse(account, "call")
    assert (why.reason_code, why.source, why.stage) == ("channel_not_authorized", LAW, "plan")
    assert why.told is not None
    assert why.told.rule_id == "co.authorised_channel"
    assert why.told.citation == "Ley 2300 de 2023, art. 2"
    assert (why.told.pack, why.told.pack_name) == ("CO", "Colombia")
    assert "authorised" in why.told.text
    assert why.next_allowed_at is None
    assert [consent.channel for consent in why.known.consents] == ["email", "sms", "whatsapp"]
    assert why.known.zones == ("America/Bogota",)


def test_our_own_caution_is_not_called_law(account: Account) -> None:
    assert refuse(account, "postcard").source == HOUSE


def test_contacts_that_the_rule_counts_are_marked(account: Account) -> None:
    contact(account, "a", NOW - 2 * DAY, "whatsapp")
    contact(account, "b", NOW - 40 * DAY)  # older than any rule looks back
    record_inbound_attempt(
        creditor_id=account.creditor_id,
        debtor=account.debtor,
        channel="whatsapp",
        reference="in",
        now=NOW - timedelta(days=1, hours=2),
        actor=SYSTEM,
    )
    why = refuse(account, "sms")
    assert why.reason_code == "one_channel_per_week"
    assert [(one.channel, one.direction, one.counted) for one in why.known.contacts] == [
        ("whatsapp", "inbound", True),
        ("whatsapp", "outbound", True),
    ]
    assert why.next_allowed_at is not None


def test_other_creditors_contacts_are_a_number(account: Account) -> None:
    other = create_creditor(**ME, name="Caja Vecina", country="CO")
    place(other, [row("Z-0001", document="102000001")])
    theirs = Account.objects.select_related("debtor").get(creditor=other)
    assert theirs.debtor.person_id == account.debtor.person_id
    contact(theirs, "theirs", NOW - timedelta(hours=1))
    place_hold(
        creditor_id=other.pk,
        person_id=account.debtor.person_id,
        reason="attorney",
        source="theirs",
        note="private",
        **ME,
    )
    why = refuse(account, "sms")
    assert why.known.contacts == ()
    assert why.known.elsewhere == 1
    assert why.known.holds == ()
    assert why.known.foreign_holds == 1


def test_what_was_known_is_what_stood_then(account: Account) -> None:
    hold = place_hold(
        creditor_id=account.creditor_id,
        account_id=account.pk,
        reason="hardship",
        source="x",
        actor=SYSTEM,
        now=NOW - DAY,
    )
    record_opt_out(
        creditor_id=account.creditor_id,
        debtor=account.debtor,
        channel="sms",
        source="sms",
        actor=SYSTEM,
        now=NOW - DAY,
    )
    why = refuse(account)
    assert [one.reason for one in why.known.holds] == ["hardship"]
    assert [one.channel for one in why.known.wishes] == ["sms"]
    verdict = VerdictRow.objects.get(allowed=False)
    # A day later both are gone, and the answer of then still tells of them.
    release_hold(hold=hold, actor=SYSTEM, now=NOW + DAY)
    withdraw_opt_out(opt_out=OptOut.objects.get(), source="a call", actor=SYSTEM, now=NOW + DAY)
    later = explain_refusal(
        creditor_ids=[account.creditor_id],
        verdict_id=verdict.id,
        now=NOW + DAY,
        language="es",
    )
    assert [one.reason for one in later.known.holds] == ["hardship"]
    assert [one.channel for one in later.known.wishes] == ["sms"]
    assert later.answer_now.allowed
    assert not why.answer_now.allowed


def test_a_message_that_the_gate_withheld_tells_its_rule(
    account: Account, django_capture_on_commit_callbacks: Any
) -> None:
    (message,) = queue(draft(account))
    Message.objects.filter(pk=message.pk).update(state="withheld", reason_code="daily_cap")
    contact(account, "today", NOW - timedelta(hours=1))
    reference = f"message:{message.public_id}"
    (verdict,) = check_contacts(
        [asked(account, "sms", reference=reference)], actor=SYSTEM, now=NOW, stage="deliver"
    )
    assert verdict.reason_code == "daily_cap"
    why = explain_withheld(
        creditor_ids=[account.creditor_id], public_id=message.public_id, now=NOW, language="en"
    )
    assert why.told is not None
    assert (why.told.rule_id, why.stage) == ("co.once_a_day", "deliver")
    assert why.message == message
    assert [one.counted for one in why.known.contacts] == [True]


@pytest.mark.parametrize("code", ["no_address", "too_late", "agreement_active", "nothing_owed"])
def test_a_message_withheld_before_any_rule_says_so(account: Account, code: str) -> None:
    (message,) = queue(draft(account))
    Message.objects.filter(pk=message.pk).update(state="withheld", reason_code=code)
    why = explain_withheld(
        creditor_ids=[account.creditor_id], public_id=message.public_id, now=NOW, language="en"
    )
    assert (why.source, why.told, why.reason_code) == (PRODUCT, None, code)
    assert why.decided_at == message.queued_at
    assert why.answer_now.allowed


def test_a_question_by_channel_is_answered_without_a_trace(account: Account) -> None:
    def channel(name: str) -> Why:
        return explain_channel(
            creditor_ids=[account.creditor_id],
            public_id=account.public_id,
            channel=name,
            purpose="collection",
            now=NOW,
            language="en",
        )

    assert channel("sms").reason_code == "ok"
    assert channel("call").reason_code == "channel_not_authorized"
    assert not VerdictRow.objects.exists()


def test_a_creditors_own_rule_is_told_in_its_words(account: Account) -> None:
    creditor = account.creditor
    creditor.settings["contact_rules"] = [
        {
            "id": "own.no_sms",
            "kind": "stop",
            "code": "prohibited_content",
            "channels": ["sms"],
            "effective_from": "2000-01-01",
            "citation": "Contrato 7",
            "confidence": "house",
            "house_default": True,
            "texts": {"es": "No por SMS.", "pt": "Não por SMS.", "en": "Not by SMS."},
        }
    ]
    creditor.save()
    why = refuse(account)
    assert why.told is not None
    assert (why.told.rule_id, why.told.text, why.source) == ("own.no_sms", "Not by SMS.", HOUSE)


def test_nobody_explains_what_is_another_creditors_or_was_allowed(account: Account) -> None:
    other = create_creditor(**ME, name="Caja Vecina", country="CO")
    why = refuse(account, "call")
    refused = VerdictRow.objects.get(allowed=False)
    check_contacts([asked(account, "sms")], actor=SYSTEM, now=NOW, stage="plan")
    allowed = VerdictRow.objects.get(allowed=True)
    (message,) = queue(draft(account))
    wrong: list[dict[str, Any]] = [
        {"creditor_ids": [other.pk], "verdict_id": refused.id},
        {"creditor_ids": [], "verdict_id": refused.id},
        {"creditor_ids": [account.creditor_id], "verdict_id": allowed.id},
        {"creditor_ids": [account.creditor_id], "verdict_id": uuid4()},
    ]
    for asking in wrong:
        with pytest.raises(NotFound):
            explain_refusal(**asking, now=NOW, language="en")
    # A message that is planned was not withheld.
    with pytest.raises(NotFound):
        explain_withheld(
            creditor_ids=[account.creditor_id], public_id=message.public_id, now=NOW, language="en"
        )
    with pytest.raises(NotFound):
        explain_channel(
            creditor_ids=[other.pk],
            public_id=account.public_id,
            channel="sms",
            purpose="collection",
            now=NOW,
            language="en",
        )
    assert why.debtor == account.debtor


def test_the_timeline_leads_to_the_explanation(account: Account) -> None:
    refuse(account, "call")
    (message,) = queue(draft(account))
    Message.objects.filter(pk=message.pk).update(state="withheld", reason_code="too_late")
    items = {
        item.kind: item.why
        for item in get_timeline(creditor_ids=[account.creditor_id], account_id=account.pk)
    }
    verdict = VerdictRow.objects.get(allowed=False)
    assert items["refused"] == f"verdict:{verdict.id}"
    assert items["message_withheld"] == f"message:{message.public_id}"
    assert items["placed"] == ""
