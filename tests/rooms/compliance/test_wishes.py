"""What debtors wish for, and how the gate and the planner obey it."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest
from contact_kit import local
from small_portfolio import NOW, place, row

from acuerdo.compliance.actions import (
    check_contacts,
    grant_consent,
    grant_consents,
    obey_stop,
    record_opt_out,
    record_wish,
    revoke_consents,
    withdraw_opt_out,
    withdraw_wish,
)
from acuerdo.compliance.errors import (
    ChannelUnknown,
    ConsentUnproven,
    PurposeUnknown,
    WishHoursWrong,
    WishUnknown,
)
from acuerdo.compliance.models import Consent, ContactWish, OptOut
from acuerdo.compliance.queries import list_preferred_channels, list_wished_hours
from acuerdo.compliance.rules import ContactRequest
from acuerdo.core.actor import Actor
from acuerdo.core.models import Event
from acuerdo.creditors.actions import create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.models import Account

pytestmark = pytest.mark.django_db

AGENT = Actor("user", "7")
ME: dict[str, Any] = {"actor": AGENT, "now": NOW}
ASKED: dict[str, Any] = {**ME, "source": "call of 24 November"}


@pytest.fixture
def creditor() -> Creditor:
    return create_creditor(**ME, name="Banco Ejemplo", country="CO")


@pytest.fixture
def account(creditor: Creditor) -> Account:
    return make_account(creditor)


@pytest.fixture
def unasked(creditor: Creditor) -> Account:
    """An account whose debtor has authorised nothing."""
    return make_account(creditor, "A-0002", authorised_channels="")


def make_account(creditor: Creditor, number: str = "A-0001", **cells: str) -> Account:
    place(creditor, [row(number, **cells)])
    return Account.objects.select_related("debtor").get(creditor=creditor, number=number)


def why(account: Account, channel: str = "sms", now: Any = NOW, **more: Any) -> str:
    request = ContactRequest(
        **{
            "creditor_id": account.creditor_id,
            "account_id": account.pk,
            "debtor_id": account.debtor_id,
            "channel": channel,
            "purpose": "collection",
            **more,
        }
    )
    return check_contacts([request], actor=AGENT, now=now, stage="plan")[0].reason_code


# Hours


def test_hours_called_inconvenient_are_left_out(account: Account) -> None:
    record_wish(
        **ASKED, debtor=account.debtor, kind="inconvenient_hours",
        from_time=time(9), to_time=time(11), text="works until eleven",
    )  # fmt: skip
    at = "2026-11-24 {}"
    assert why(account, now=local(at.format("08:59"))) == "ok"
    assert why(account, now=local(at.format("09:00"))) == "known_inconvenient_time"
    assert why(account, now=local(at.format("10:59"))) == "known_inconvenient_time"
    assert why(account, now=local(at.format("11:00"))) == "ok"


def test_hours_asked_for_are_kept(account: Account) -> None:
    wish = record_wish(
        **ASKED, debtor=account.debtor, kind="requested_hours",
        from_time=time(17), instrument="separate_after_contract",
    )  # fmt: skip
    refusal = why(account, now=local("2026-11-24 16:59"))
    # An agreement made apart from the contract takes the place of the usual hours in Colombia.
    assert refusal in {"customer_request_time", "outside_hours"}
    assert why(account, now=local("2026-11-24 17:00")) == "ok"
    withdraw_wish(wish=wish, source="chat", actor=AGENT, now=NOW)
    assert why(account, now=local("2026-11-24 16:59")) == "ok"


def test_what_the_caller_knows_stands_before_a_wish(account: Account) -> None:
    record_wish(
        **ASKED, debtor=account.debtor, kind="inconvenient_hours",
        from_time=time(9), to_time=time(11),
    )  # fmt: skip
    flags = {"known_inconvenient": {"from": "15:00", "to": "16:00"}}
    assert why(account, now=local("2026-11-24 10:00"), flags=flags) == "ok"


def test_the_form_of_the_flags(account: Account) -> None:
    record_wish(
        **ASKED, debtor=account.debtor, kind="inconvenient_hours", to_time=time(9, 30)
    )  # fmt: skip
    record_wish(
        **ASKED, debtor=account.debtor, kind="requested_hours", from_time=time(9),
        to_time=time(18), instrument="inside_contract",
    )  # fmt: skip
    assert list_wished_hours([account.debtor_id]) == {
        account.debtor_id: {
            "known_inconvenient": {"to": "09:30"},
            "consumer_requested_window": {
                "from": "09:00", "to": "18:00", "instrument": "inside_contract",
            },
        }
    }  # fmt: skip


def test_a_second_range_replaces_the_first(account: Account) -> None:
    said: dict[str, Any] = {**ASKED, "debtor": account.debtor, "kind": "inconvenient_hours"}
    first = record_wish(**said, from_time=time(8), to_time=time(9))
    assert record_wish(**said, from_time=time(8), to_time=time(9)) == first
    second = record_wish(**said, from_time=time(18), to_time=time(19))
    first.refresh_from_db()
    assert (first.withdrawn_at, first.withdrawn_by) == (NOW, "user:7")
    assert list(ContactWish.objects.filter(withdrawn_at=None)) == [second]
    events = Event.objects.filter(name="WishRecorded").order_by("id")
    assert [event.data["replaced"] for event in events] == [False, True]
    withdraw_wish(wish=second, source="chat", actor=AGENT, now=NOW)
    withdraw_wish(wish=second, source="chat", actor=AGENT, now=NOW)
    assert Event.objects.filter(name="WishWithdrawn").count() == 1


def test_wishes_that_make_no_sense(account: Account) -> None:
    said: dict[str, Any] = {**ASKED, "debtor": account.debtor}
    with pytest.raises(WishUnknown):
        record_wish(**said, kind="other", from_time=time(9))
    nothing: dict[str, time] = {}
    for hours in (nothing, {"from_time": time(9), "to_time": time(9)}):
        with pytest.raises(WishHoursWrong):
            record_wish(**said, kind="inconvenient_hours", **hours)
    with pytest.raises(WishHoursWrong):
        record_wish(**said, kind="requested_hours", from_time=time(9), instrument="shouted")
    for channel in ("", "pigeon"):
        with pytest.raises(ChannelUnknown):
            record_wish(**said, kind="preferred_channel", channel=channel)
    assert ContactWish.objects.count() == 0
    assert not Event.objects.filter(name="WishRecorded").exists()


def test_no_words_of_a_wish_in_its_event(account: Account) -> None:
    record_wish(
        **ASKED, debtor=account.debtor, kind="preferred_channel", channel="email",
        text="my wife must not know",
    )  # fmt: skip
    event = Event.objects.get(name="WishRecorded")
    assert "wife" not in str(event.data) + str(event.refs)
    assert list_preferred_channels([account.debtor_id]) == {account.debtor_id: "email"}


# Opt-outs


def stopped(account: Account, text: str, channel: str = "whatsapp") -> set[tuple[str, bool]]:
    obey_stop(
        **ME, creditor_id=account.creditor_id, debtor=account.debtor, channel=channel,
        text=text, source="inbound:1",
    )  # fmt: skip
    return set(OptOut.objects.values_list("channel", "is_stop"))


@pytest.mark.parametrize(
    ("text", "channel", "closed"),
    [
        ("STOP", "sms", {("sms", True)}),
        ("no me llamen más", "whatsapp", {("whatsapp", True), ("call", True)}),
        ("no me contacten por ningún medio", "sms", {("", True)}),
        ("BAJA", "chat", {("", True)}),
        ("No me llamen más, escríbanme por aquí", "whatsapp", {("call", False)}),
        ("No me llamen más, escríbanme por aquí", "chat", {("call", False)}),
        ("quiero pagar", "sms", set()),
    ],
)
def test_what_a_stop_closes(
    account: Account, text: str, channel: str, closed: set[tuple[str, bool]]
) -> None:
    assert stopped(account, text, channel) == closed


def test_another_channel_in_its_place_stays_open(account: Account) -> None:
    place_everywhere(account)
    stopped(account, "No me llamen más, escríbanme por aquí")
    assert why(account, "call") == "opt_out"
    assert why(account, "whatsapp") == "ok"
    # A later stop is one, whatever was said before.
    stopped(account, "dejen de llamarme", "call")
    assert OptOut.objects.get(channel="call").is_stop
    assert why(account, "whatsapp") == "opt_out"


def place_everywhere(account: Account) -> None:
    grant_consents(
        **ME, creditor_id=account.creditor_id, source="contract",
        grants=[(account.debtor_id, channel) for channel in ("call", "sms", "whatsapp", "email")],
    )  # fmt: skip


def test_an_objection_to_offers_closes_offers_alone(account: Account) -> None:
    place_everywhere(account)
    record_opt_out(
        **ASKED, creditor_id=account.creditor_id, debtor=account.debtor,
        purpose="commercial_offer",
    )  # fmt: skip
    assert why(account) == "ok"
    assert why(account, purpose="commercial_offer") == "opt_out"
    with pytest.raises(PurposeUnknown):
        record_opt_out(
            **ASKED, creditor_id=account.creditor_id, debtor=account.debtor, purpose="servicing"
        )


def test_who_withdrew_an_opt_out_and_why(account: Account) -> None:
    opt_out = record_opt_out(
        **ASKED, creditor_id=account.creditor_id, debtor=account.debtor, channel="sms", text="no"
    )
    assert (opt_out.recorded_by, opt_out.text) == ("user:7", "no")
    withdraw_opt_out(opt_out=opt_out, source="letter", actor=AGENT, now=NOW)
    opt_out.refresh_from_db()
    assert (opt_out.withdrawn_by, opt_out.withdrawn_why) == ("user:7", "letter")


# Consents


def test_a_consent_of_a_person_needs_its_proof(unasked: Account) -> None:
    account = unasked
    said: dict[str, Any] = {**ME, "debtor": account.debtor, "channel": "sms"}
    for source, text in (("", "yes"), ("form 12", " "), (" ", "")):
        with pytest.raises(ConsentUnproven):
            grant_consent(**said, source=source, text=text)
    with pytest.raises(PurposeUnknown):
        grant_consent(**said, source="form 12", text="I agree", purpose="everything")
    assert Consent.objects.count() == 0
    consent = grant_consent(**said, source="form 12", text="I agree")
    assert (consent.source, consent.text, consent.granted_by) == ("form 12", "I agree", "user:7")
    assert grant_consent(**said, source="form 13", text="again") == consent


def test_consent_to_offers_says_nothing_about_collection(unasked: Account) -> None:
    account = unasked
    said: dict[str, Any] = {**ME, "debtor": account.debtor, "source": "form", "text": "I agree"}
    grant_consent(**said, channel="sms", purpose="commercial_offer")
    before = why(account)
    revoke_consents(
        **ASKED, creditor_id=account.creditor_id, debtor_id=account.debtor_id, channels=["sms"],
        purpose="commercial_offer",
    )  # fmt: skip
    assert why(account) == before
    grant_consent(**said, channel="sms")
    assert why(account) == "ok"
    revoke_consents(
        **ASKED, creditor_id=account.creditor_id, debtor_id=account.debtor_id, channels=["sms"],
        purpose="collection",
    )  # fmt: skip
    # Offers again: what was taken back for collection stays taken back.
    grant_consent(**said, channel="sms", purpose="commercial_offer")
    assert why(account) == "channel_not_authorized"
    row_ = Consent.objects.filter(purpose="collection").get()
    assert (row_.revoked_by, row_.revoked_why) == ("user:7", ASKED["source"])


def test_a_wish_costs_the_gate_no_query_per_contact(
    creditor: Creditor, django_assert_max_num_queries: Any
) -> None:
    place(creditor, [row(f"B-{number:04}") for number in range(30)])
    accounts = list(Account.objects.filter(creditor=creditor).select_related("debtor"))
    for account in accounts[:20]:
        record_wish(
            **ASKED, debtor=account.debtor, kind="inconvenient_hours", to_time=time(9)
        )  # fmt: skip
    requests = [
        ContactRequest(
            creditor_id=creditor.pk, account_id=account.pk, debtor_id=account.debtor_id,
            channel="sms", purpose="collection",
        )
        for account in accounts
    ]  # fmt: skip
    with django_assert_max_num_queries(25):
        check_contacts(requests, actor=AGENT, now=NOW + timedelta(minutes=1), stage="plan")
