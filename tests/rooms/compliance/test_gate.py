"""The gate with a real database: what it reads, what it keeps, and how contacts are counted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from contact_kit import local
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from small_portfolio import NOW, place, row

from acuerdo.compliance.actions import (
    check_contacts,
    claim_contacts,
    grant_consents,
    obey_stop,
    place_hold,
    record_inbound_attempt,
    record_opt_out,
    release_attempt,
    release_attempts,
    release_hold,
    reserve_attempt,
    reserve_attempts,
    revoke_consents,
    settle_attempt,
    settle_attempts,
    withdraw_opt_out,
)
from acuerdo.compliance.errors import (
    AttemptUnknown,
    ChannelUnknown,
    HoldOnNothing,
    HoldOver,
    OutcomeUnknown,
)
from acuerdo.compliance.models import Consent, ContactAttempt, Hold, OptOut
from acuerdo.compliance.models import Verdict as VerdictRow
from acuerdo.compliance.queries import (
    explain_verdict,
    list_consents,
    list_holds,
    list_opt_outs,
    list_verdicts,
)
from acuerdo.compliance.rules import ContactRequest, Verdict
from acuerdo.core.actor import SYSTEM
from acuerdo.core.models import Event
from acuerdo.core.money import Money
from acuerdo.creditors.actions import create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.ledger.actions import post_entry
from acuerdo.ledger.rules import Code, PostingSpec, debt
from acuerdo.portfolio.models import Account, ContactPoint, Person

pytestmark = pytest.mark.django_db

ME: dict[str, Any] = {"actor": SYSTEM, "now": NOW}


@pytest.fixture
def creditor() -> Creditor:
    return create_creditor(**ME, name="Banco Ejemplo", country="CO")


@pytest.fixture
def account(creditor: Creditor) -> Account:
    return make_account(creditor)


def make_account(creditor: Creditor, number: str = "A-0001", **cells: str) -> Account:
    place(creditor, [row(number, **cells)])
    return Account.objects.select_related("debtor").get(creditor=creditor, number=number)


def asked(account: Account, channel: str = "sms", **more: Any) -> ContactRequest:
    return ContactRequest(
        **{
            "creditor_id": account.creditor_id,
            "account_id": account.pk,
            "debtor_id": account.debtor_id,
            "channel": channel,
            "purpose": "collection",
            **more,
        }
    )


def ask(account: Account, channel: str = "sms", now: Any = NOW, **more: Any) -> Verdict:
    request = asked(account, channel, **more)
    return check_contacts([request], actor=SYSTEM, now=now, stage="plan")[0]


def why(account: Account, channel: str = "sms", now: Any = NOW, **more: Any) -> str:
    return ask(account, channel, now, **more).reason_code


def contact(account: Account, reference: str, channel: str = "sms", now: Any = NOW) -> str:
    """Claim a contact and settle it as delivered; returns the reason code."""
    ((verdict, permit),) = claim_contacts(
        [asked(account, channel, reference=reference)], actor=SYSTEM, now=now
    )
    assert (permit is not None) == verdict.allowed
    if verdict.allowed:
        settle_attempt(reference=reference, outcome="delivered", now=now)
    return verdict.reason_code


def pay(account: Account, minor: int) -> None:
    post_entry(
        **ME,
        creditor_id=account.creditor_id,
        kind="payment",
        effective_on=NOW.date(),
        key=f"pay:{account.pk}:{minor}",
        postings=[
            PostingSpec(Code("received"), debt("principal", account.pk), Money(minor, "COP"))
        ],
    )


# What is read


def test_a_contact_that_nothing_is_against(account: Account) -> None:
    verdict = ask(account)
    assert (verdict.allowed, verdict.reason_code, verdict.pack) == (True, "ok", "CO")
    row_ = VerdictRow.objects.get(id=verdict.id)
    assert (row_.stage, row_.allowed, row_.decided_at) == ("plan", True, NOW)
    assert (row_.debtor_id, row_.person_id) == (account.debtor_id, account.debtor.person_id)


def test_a_refusal_is_kept_with_its_rule(account: Account) -> None:
    sunday = local("2026-11-29 10:00")
    verdict = ask(account, now=sunday, reference="message:1")
    (row_,) = list_verdicts(creditor_ids=[account.creditor_id], reference="message:1")
    assert (row_.reason_code, row_.rule_id) == ("sunday", "co.hours")
    assert row_.citation == "Ley 2300 de 2023, art. 3"
    assert row_.next_allowed_at == verdict.next_allowed_at == local("2026-11-30 07:00")
    words = explain_verdict(row_, "pt")
    assert words.text.startswith("Contata-se de segunda a sexta")
    assert words.house_default is False
    # No other creditor sees it.
    assert list_verdicts(creditor_ids=[account.creditor_id + 1]) == []


def test_a_verdict_cannot_be_changed(account: Account) -> None:
    ask(account)
    with pytest.raises(IntegrityError), transaction.atomic():
        VerdictRow.objects.update(allowed=False)


def test_the_file_says_which_channels_were_authorised(creditor: Creditor) -> None:
    made = make_account(creditor, authorised_channels="SMS y correo")
    assert {one.channel for one in list_consents(made.debtor_id)} == {"sms", "email"}
    assert list_consents(made.debtor_id)[0].source == "portfolio.csv"
    assert why(made, "sms") == "ok"
    assert why(made, "whatsapp") == "channel_not_authorized"


def test_without_a_column_nothing_is_authorised(creditor: Creditor) -> None:
    made = make_account(creditor, authorised_channels="")
    assert why(made) == "channel_not_authorized"
    other = make_account(creditor, "A-0002", authorised_channels="sms, paloma")
    assert why(other) == "channel_not_authorized"


def test_an_old_file_does_not_bring_back_what_was_withdrawn(creditor: Creditor) -> None:
    made = make_account(creditor)
    wanted: dict[str, Any] = {**ME, "creditor_id": creditor.pk, "source": "call 12"}
    assert revoke_consents(**wanted, debtor_id=made.debtor_id, channels=["sms"]) == 1
    assert why(made) == "channel_not_authorized"
    place(creditor, [row("A-0001", total="1300000.00")])
    assert why(made) == "channel_not_authorized"
    # Their own new word does.
    assert grant_consents(**wanted, grants=[(made.debtor_id, "sms")]) == 1
    assert grant_consents(**wanted, grants=[(made.debtor_id, "sms")]) == 0
    assert why(made) == "ok"
    assert Consent.objects.filter(debtor_id=made.debtor_id, channel="sms").count() == 2
    names = Event.objects.filter(name__startswith="Consents").values_list("name", flat=True)
    assert sorted(names) == ["ConsentsGranted", "ConsentsGranted", "ConsentsRevoked"]
    with pytest.raises(ChannelUnknown):
        grant_consents(**wanted, grants=[(made.debtor_id, "fax")])


def test_consents_stay_with_their_creditor(account: Account) -> None:
    other = create_creditor(**ME, name="Otro", country="CO")
    granted = grant_consents(
        **ME, creditor_id=other.pk, grants=[(account.debtor_id, "call")], source="x"
    )
    assert granted == 0


def test_a_paid_debt_is_never_chased(account: Account) -> None:
    pay(account, 120_000_000)
    assert why(account) == "paid"
    # A caller's own fact counts where it is given, and a receipt may go.
    assert why(account, flags={"paid": False}) == "ok"
    assert why(account, purpose="servicing") == "ok"
    # Without an account: nothing at all is owed.
    assert why(account, account_id=None) == "paid"


def test_one_account_of_two_is_paid(creditor: Creditor) -> None:
    one = make_account(creditor)
    two = make_account(creditor, "A-0002", document="102000001")
    assert one.debtor_id == two.debtor_id
    pay(one, 120_000_000)
    assert why(one) == "paid"
    assert why(two) == "ok"
    assert why(two, account_id=None) == "ok"


def test_a_recalled_account_is_left_alone(account: Account) -> None:
    Account.objects.filter(pk=account.pk).update(state="recalled")
    assert why(account) == "hold"
    Account.objects.filter(pk=account.pk).update(state="closed")
    assert why(account) == "paid"


def test_a_minor_by_date_of_birth(account: Account) -> None:
    people = Person.objects.filter(pk=account.debtor.person_id)
    people.update(birth_on=NOW.date().replace(year=2008) + timedelta(days=1))
    assert why(account) == "minor"
    people.update(birth_on=NOW.date().replace(year=2008))
    assert why(account) == "ok"


def test_another_creditors_debtor_is_refused(account: Account) -> None:
    other = create_creditor(**ME, name="Otro", country="CO")
    theirs = make_account(other, "B-0001", document="102005555")
    for more in (
        {"creditor_id": other.pk},
        {"account_id": theirs.pk},
        {"debtor_id": theirs.debtor_id},
        {"debtor_id": 0},
        {"account_id": 0},
        {"creditor_id": None},
    ):
        assert why(account, **more) == "unknown_input"


def test_creditors_own_options(account: Account) -> None:
    settle_attempt(
        reference=reserve_attempt(
            request=asked(account), reference="m:1", now=NOW - timedelta(days=1), actor=SYSTEM
        ).reference,
        outcome="delivered",
        now=NOW,
    )
    assert why(account) == "ok_literal"
    Creditor.objects.update(settings={"contact_options": ["once_a_week"]})
    assert why(account) == "weekly_message_cap"


def test_a_country_without_a_pack_is_refused(account: Account) -> None:
    account.debtor.country = "FR"
    account.debtor.save()
    assert why(account) == "unknown_input"


# Sets


def test_a_set_takes_a_fixed_number_of_queries(creditor: Creditor) -> None:
    place(creditor, [row(f"A-{number:04}") for number in range(40)])
    accounts = list(Account.objects.filter(creditor=creditor))

    def count(chosen: list[Account]) -> int:
        with CaptureQueriesContext(connection) as queries:
            verdicts = check_contacts([asked(one) for one in chosen], **ME, stage="plan")
        assert all(verdict.allowed for verdict in verdicts)
        return len(queries)

    count(accounts[:2])
    assert count(accounts[:2]) == count(accounts) <= 12
    assert VerdictRow.objects.count() == 44


def test_an_empty_set() -> None:
    assert check_contacts([], **ME, stage="deliver") == []


def test_channels_of_a_plan_are_compared_and_a_delivery_is_counted(account: Account) -> None:
    both = [asked(account, "sms", reference="a"), asked(account, "email", reference="b")]
    assert [one.allowed for one in check_contacts(both, **ME, stage="plan")] == [True, True]
    told = claim_contacts(both, **ME)
    assert [one.reason_code for one, _permit in told] == ["ok", "daily_cap"]
    assert ContactAttempt.objects.get().reference == "a"


# Counting


def test_contacts_count_per_person_over_debts_and_creditors(account: Account) -> None:
    assert contact(account, "m:1") == "ok"
    assert why(account, "email") == "daily_cap"
    second = make_account(account.creditor, "A-0002", document="102000001")
    assert why(second) == "daily_cap"
    other = create_creditor(**ME, name="Otro", country="CO")
    theirs = make_account(other, "B-0001", document="102000001")
    assert theirs.debtor.person_id == account.debtor.person_id
    assert why(theirs) == "daily_cap"
    tomorrow = NOW + timedelta(days=1)
    assert why(theirs, "email", tomorrow) == "one_channel_per_week"
    assert why(theirs, "sms", tomorrow) == "ok_literal"


def test_a_creditor_may_mind_the_household(account: Account) -> None:
    """Two debtors with one telephone: the creditor's option keeps to one call a day for both."""
    channels = {"phone": "+573005550099", "authorised_channels": "call,sms"}
    account = make_account(account.creditor, "A-0008", **channels)
    other = make_account(account.creditor, "A-0009", **channels)
    # Mexico's mobile 1 makes no other telephone of it.
    points = ContactPoint.objects.filter(kind="phone")
    points.filter(debtor=account.debtor).update(value="+525512345678")
    points.filter(debtor=other.debtor).update(value="+5215512345678")
    assert other.debtor.person_id != account.debtor.person_id
    assert contact(account, "m:1", "call") == "ok"
    assert why(other, "call") == "ok"
    Creditor.objects.update(settings={"contact_options": ["household_once_a_day"]})
    verdict = ask(other, "call")
    assert (verdict.reason_code, verdict.rule_id) == ("daily_cap", "base.household_once_a_day")
    assert why(other, "sms") == "ok"


def test_a_creditors_own_rules_come_on_top_of_the_laws(account: Account) -> None:
    own = {
        "id": "own.no_sms",
        "kind": "stop",
        "code": "opt_out",
        "channels": ["sms"],
        "effective_from": "2026-01-01",
        "citation": "",
        "confidence": "house",
        "house_default": True,
        "texts": {"es": "Sin SMS.", "pt": "Sem SMS.", "en": "No SMS."},
    }
    Creditor.objects.update(settings={"contact_rules": [own]})
    verdict = ask(account, "sms")
    assert (verdict.allowed, verdict.rule_id, verdict.house_default) == (False, "own.no_sms", True)
    assert why(account, "email") == "ok"


def test_a_contact_does_not_stand_in_its_own_way(account: Account) -> None:
    assert contact(account, "m:1") == "ok"
    assert why(account, reference="m:1") == "ok"
    assert contact(account, "m:1") == "ok"
    assert ContactAttempt.objects.count() == 1


def test_a_released_place_is_free_again(account: Account) -> None:
    claim_contacts([asked(account, reference="m:1")], **ME)
    assert why(account) == "daily_cap"
    release_attempt(reference="m:1", now=NOW)
    release_attempt(reference="m:1", now=NOW)
    assert why(account) == "ok"
    later = NOW + timedelta(hours=1)
    claim_contacts([asked(account, reference="m:1")], actor=SYSTEM, now=later)
    attempt = ContactAttempt.objects.get()
    assert (attempt.state, attempt.occurred_at) == ("reserved", later)
    assert why(account) == "daily_cap"


def test_what_was_not_delivered_does_not_count(account: Account) -> None:
    contact(account, "m:1")
    settle_attempt(reference="m:1", outcome="undelivered", now=NOW)
    assert why(account) == "ok"


def test_settling_what_is_not_there(account: Account) -> None:
    with pytest.raises(AttemptUnknown, match="m:9"):
        settle_attempt(reference="m:9", outcome="delivered", now=NOW)
    claim_contacts([asked(account, reference="m:1")], **ME)
    with pytest.raises(OutcomeUnknown):
        settle_attempt(reference="m:1", outcome="lovely", now=NOW)


def test_sets_of_attempts(creditor: Creditor) -> None:
    place(creditor, [row(f"A-{number:04}") for number in range(3)])
    places = [(asked(one), f"m:{one.number}") for one in Account.objects.order_by("number")]
    names = [reference for _request, reference in places]
    assert reserve_attempts(places=places, **ME) == 3
    assert reserve_attempts(places=places, **ME) == 0
    assert reserve_attempts(places=[], **ME) == 0
    assert settle_attempts(references=names[:2], outcome="delivered", now=NOW) == 2
    assert release_attempts(references=names[2:], now=NOW) == 1
    assert release_attempts(references=["m:none"], now=NOW) == 0
    found = ContactAttempt.objects.order_by("reference").values_list("state", "outcome")
    assert list(found) == [("settled", "delivered")] * 2 + [("released", "")]
    assert reserve_attempts(places=places, **ME) == 1


def test_an_inbound_message_opens_the_answer(account: Account) -> None:
    night = local("2026-11-24 22:00")
    reply: dict[str, Any] = {"purpose": "reply_to_debtor_query", "now": night}
    assert why(account, **reply) == "outside_hours"
    for _again in range(2):
        record_inbound_attempt(
            creditor_id=account.creditor_id,
            debtor=account.debtor,
            channel="sms",
            reference="inbound:1",
            now=night - timedelta(minutes=2),
            actor=SYSTEM,
        )
    assert ContactAttempt.objects.count() == 1
    assert why(account, **reply) == "ok"
    assert why(account, "email", **reply) == "outside_hours"


# Holds


def test_holds_on_account_debtor_and_person(account: Account) -> None:
    second = make_account(account.creditor, "A-0002", document="102000001")
    base: dict[str, Any] = {**ME, "creditor_id": account.creditor_id, "source": "case:1"}
    hold = place_hold(**base, account_id=account.pk, reason="dispute")
    assert place_hold(**base, account_id=account.pk, reason="dispute").pk == hold.pk
    assert (why(account), why(second)) == ("disputed", "ok")
    assert [one.pk for one in list_holds([account.pk, second.pk], NOW)[account.pk]] == [hold.pk]
    assert list_holds([second.pk], NOW) == {second.pk: []}
    release_hold(hold=hold, **ME)
    release_hold(hold=hold, **ME)
    assert why(account) == "ok"

    hold = place_hold(**base, debtor_id=account.debtor_id, reason="wrong_person")
    assert (why(account), why(second)) == ("third_party", "third_party")
    release_hold(hold=hold, **ME)
    place_hold(**base, person_id=account.debtor.person_id, reason="deceased")
    assert (why(account), why(second)) == ("deceased", "deceased")
    assert why(account, party="executor", purpose="servicing") == "ok"
    names = Event.objects.filter(name__startswith="Hold").values_list("name", flat=True)
    assert sorted(names) == ["HoldPlaced"] * 3 + ["HoldReleased"] * 2
    event = Event.objects.filter(name="HoldPlaced").earliest("occurred_at", "id")
    assert f"account:{account.pk}" in event.refs


def test_a_hold_ends_by_itself(account: Account) -> None:
    base: dict[str, Any] = {**ME, "creditor_id": account.creditor_id, "source": "agent"}
    until = NOW + timedelta(hours=2)
    place_hold(**base, account_id=account.pk, reason="hardship", until_at=until)
    verdict = ask(account)
    assert (verdict.reason_code, verdict.next_allowed_at) == ("hardship_pause", until)
    assert why(account, now=until) == "ok"
    assert list_holds([account.pk], until) == {account.pk: []}
    with pytest.raises(HoldOver):
        place_hold(**base, account_id=account.pk, reason="x", until_at=NOW)
    with pytest.raises(HoldOnNothing):
        place_hold(**base, reason="x")


# Wishes


def test_a_stop_word_closes_its_channel_and_ends_collection_on_all(account: Account) -> None:
    said: dict[str, Any] = {
        **ME,
        "creditor_id": account.creditor_id,
        "debtor": account.debtor,
        "channel": "sms",
        "source": "inbound:1",
    }
    assert obey_stop(**said, text="quiero cancelar mi deuda") == []
    assert not OptOut.objects.exists()
    (first,) = obey_stop(**said, text="BAJA, por favor")
    (again,) = obey_stop(**said, text="stop")
    assert first.pk == again.pk
    assert (why(account, "sms"), why(account, "email")) == ("opt_out", "opt_out")
    assert ask(account, "email").rule_id == "base.stop_everywhere"
    assert why(account, "email", purpose="preventive_reminder") == "opt_out"
    assert why(account, "email", purpose="servicing") == "ok"
    event = Event.objects.get(name="OptedOut")
    assert event.refs == [f"debtor:{account.debtor_id}"]
    assert event.data == {"channel": "sms", "is_stop": True}
    (stands,) = list_opt_outs(account.debtor_id)
    withdraw_opt_out(opt_out=stands, source="conversation:3", **ME)
    assert (why(account, "sms"), why(account, "email")) == ("ok", "ok")


@pytest.mark.parametrize(
    ("channel", "text"), [("sms", "No me contacten por ningún medio"), ("chat", "STOP")]
)
def test_a_stop_of_everything(account: Account, channel: str, text: str) -> None:
    obey_stop(
        **ME,
        creditor_id=account.creditor_id,
        debtor=account.debtor,
        channel=channel,
        text=text,
        source="inbound:1",
    )
    assert {why(account, one) for one in ("sms", "email", "whatsapp")} == {"opt_out"}


def test_a_recorded_wish(account: Account) -> None:
    said: dict[str, Any] = {
        **ME,
        "creditor_id": account.creditor_id,
        "debtor": account.debtor,
        "source": "conversation:1",
    }
    record_opt_out(**said, channel="email")
    servicing: dict[str, Any] = {"purpose": "servicing"}
    assert why(account, "email", **servicing) == "opt_out"
    assert (why(account, "sms"), why(account, "sms", **servicing)) == ("opt_out", "ok")
    record_opt_out(**said)
    assert why(account, "sms", **servicing) == "opt_out"
    with pytest.raises(ChannelUnknown):
        record_opt_out(**said, channel="fax")


def test_a_wish_is_for_one_creditor(account: Account) -> None:
    other = create_creditor(**ME, name="Otro", country="CO")
    theirs = make_account(other, "B-0001", document="102000001")
    record_opt_out(**ME, creditor_id=account.creditor_id, debtor=account.debtor, source="inbound:1")
    assert (why(account), why(theirs)) == ("opt_out", "ok")


def test_importing_again_changes_no_wish(creditor: Creditor) -> None:
    made = make_account(creditor)
    before = Consent.objects.count()
    place(creditor, [row("A-0001")])
    assert Consent.objects.count() == before
    assert Hold.objects.count() == 0
    assert why(made) == "ok"


@pytest.mark.django_db(transaction=True)
def test_the_gate_wants_a_transaction() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        check_contacts([], actor=SYSTEM, now=NOW, stage="deliver")
