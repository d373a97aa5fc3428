"""Into the outbox: once by key, with an address, a language and a template."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from messaging_kit import NOW, accounts, draft, make_creditor, queue

from acuerdo.core.models import Event
from acuerdo.messaging.errors import DraftInvalid, TemplateInvalid
from acuerdo.messaging.models import Message, Template

pytestmark = pytest.mark.django_db


def test_the_same_key_is_one_message() -> None:
    (account,) = accounts(make_creditor())
    first = queue(draft(account))
    again = queue(draft(account), draft(account, channel="email"))
    assert again[0].pk == first[0].pk
    assert Message.objects.count() == 2
    events = Event.objects.filter(name="MessageQueued").order_by("id")
    assert [event.data["messages"] for event in events] == [1, 1]
    assert f"account:{account.pk}" in events[0].refs


def test_a_key_belongs_to_a_creditor() -> None:
    (one,) = accounts(make_creditor())
    (two,) = accounts(make_creditor("Otro Banco"), document="10300001")
    made = queue(draft(one, key="k"), draft(two, key="k"))
    assert made[0].pk != made[1].pk
    assert [message.creditor_id for message in made] == [one.creditor_id, two.creditor_id]


def test_rows_come_back_in_the_order_of_their_drafts() -> None:
    made = accounts(make_creditor(), 5)
    drafts = [draft(account, channel="email") for account in reversed(made)]
    assert [m.account_id for m in queue(*drafts)] == [account.pk for account in reversed(made)]


def test_address_and_words_are_the_debtors() -> None:
    (account,) = accounts(make_creditor())
    mail, sms = queue(draft(account, "email"), draft(account, "sms"))
    assert mail.address.endswith("@example.com")
    assert sms.address.startswith("+57")
    assert mail.template is not None
    assert (mail.template.locale, mail.language) == ("es", "es")


@pytest.mark.parametrize(
    ("country", "currency", "locale"),
    [("MX", "MXN", "es_MX"), ("ES", "EUR", "es_ES"), ("BR", "BRL", "pt"), ("CO", "COP", "es")],
)
def test_the_form_of_address_follows_the_debtors_country(
    country: str, currency: str, locale: str
) -> None:
    (account,) = accounts(
        make_creditor(), country=country, currency=currency, document="", document_type="", phone=""
    )
    (message,) = queue(draft(account, "email"))
    assert message.template is not None
    assert message.template.locale == locale


def test_without_a_template_or_an_address_the_row_still_tells() -> None:
    (account,) = accounts(make_creditor(), email="")
    (message, other) = queue(
        draft(account, "email"), draft(account, "sms", key="x", template="no_such")
    )
    assert (message.address, message.contact_point) == ("", None)
    assert other.template is None


@pytest.mark.parametrize(
    "change",
    [
        {"channel": "fax"},
        {"purpose": "spam"},
        {"key": ""},
        {"key": "x" * 201},
        {"body": "both"},
        {"template": ""},
        {"debtor_id": 0},
        {"not_before": NOW, "not_after": NOW - timedelta(seconds=1)},
    ],
)
def test_drafts_that_no_code_should_make(change: dict[str, object]) -> None:
    (account,) = accounts(make_creditor())
    with pytest.raises(DraftInvalid):
        queue(replace(draft(account), **change))
    assert Message.objects.count() == 0


def test_nobody_is_written_to_at_an_address_of_somebody_else() -> None:
    one, two = accounts(make_creditor(), 2)
    point = two.debtor.contact_points.first()
    assert point is not None
    with pytest.raises(DraftInvalid):
        queue(draft(one, contact_point_id=point.pk))
    (other,) = accounts(make_creditor("Otro Banco"), document="10300001")
    with pytest.raises(DraftInvalid):
        queue(replace(draft(one), debtor_id=other.debtor_id))


def test_seeding_again_changes_nothing() -> None:
    from acuerdo.core.actor import SYSTEM
    from acuerdo.messaging.actions import save_template, seed_templates

    creditor = make_creditor()
    count = Template.objects.count()
    fields = {"code": "first_contact", "channel": "sms", "locale": "es", "purpose": "collection"}
    new = save_template(
        creditor_id=creditor.pk, actor=SYSTEM, now=NOW, body="{{ creditor.name }}", **fields
    )
    assert new.version == 2
    assert seed_templates(creditor_id=creditor.pk, actor=SYSTEM, now=NOW) == 0
    assert Template.objects.count() == count + 1
    (account,) = accounts(creditor)
    (message,) = queue(draft(account))
    assert message.template_id == new.pk
    for body in ("{{ creditor.secret }}", "{{ (1..9) | join }}", "{{ x"):
        with pytest.raises(TemplateInvalid):
            save_template(creditor_id=creditor.pk, actor=SYSTEM, now=NOW, body=body, **fields)


def test_a_thousand_drafts_are_a_few_statements(
    django_assert_max_num_queries: object,
) -> None:
    (account,) = accounts(make_creditor())
    drafts = [draft(account, key=f"k-{number}") for number in range(1_000)]
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        queue(*drafts)
