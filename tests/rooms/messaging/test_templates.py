"""A template is checked when it is saved, and its messages tell the gate all that they say."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.utils.translation import override
from messaging_kit import accounts, draft, make_creditor, queue
from small_portfolio import NOW

from acuerdo.compliance.packs import get_library
from acuerdo.compliance.rules.facts import MESSAGE_FACTS
from acuerdo.core.actor import SYSTEM
from acuerdo.core.models import Event
from acuerdo.creditors.models import Creditor
from acuerdo.messaging.actions import save_template
from acuerdo.messaging.channels.registry import get_adapter
from acuerdo.messaging.content import CALL_ONLY
from acuerdo.messaging.errors import TemplateInvalid, TemplateRefused
from acuerdo.messaging.models import Message, Template
from acuerdo.messaging.queries import check_content, list_template_countries
from acuerdo.messaging.rendering import render_messages
from acuerdo.portfolio.models import Debtor

pytestmark = pytest.mark.django_db

GOOD = "{{ creditor.name }}: tenemos un mensaje para usted. Responda BAJA y no le escribimos más."


def save(creditor: Creditor, body: str, **given: Any) -> Template:
    fields = {"code": "own", "channel": "sms", "locale": "es", "purpose": "collection"}
    with transaction.atomic():
        return save_template(
            creditor_id=creditor.pk, actor=SYSTEM, now=NOW, body=body, **{**fields, **given}
        )


def test_a_calm_template_is_stored_without_findings() -> None:
    saved = save(make_creditor(), GOOD)
    assert Template.objects.get(pk=saved.pk).findings == []
    assert Event.objects.filter(name="TemplateSaved").get().data["flagged"] == []


def test_a_refused_template_leaves_nothing_behind_and_says_why() -> None:
    creditor = make_creditor()
    first = save(creditor, GOOD)
    with pytest.raises(TemplateRefused) as refusal:
        save(creditor, "{{ creditor.name }}: último aviso, iremos al juzgado.")
    error = refusal.value
    assert (error.code, error.http_status) == ("template_refused", 422)
    assert {one.rule_id for one in error.findings if one.is_refused} == {"base.threat"}
    with override("es"):
        assert "amenaza" in str(error)
        assert "«último aviso»" in str(error)
    with override("pt"):
        assert "ameaça" in str(error)
    (kept,) = Template.objects.filter(creditor=creditor, code="own")
    assert (kept.pk, kept.is_active, kept.version) == (first.pk, True, 1)


def test_what_is_flagged_stays_on_the_row() -> None:
    saved = save(make_creditor(), "{{ creditor.name }}: es urgente.")
    assert {one["rule_id"] for one in saved.findings} == {"lint.has_opt_out", "lint.urgency"}
    (urgent,) = [one for one in saved.findings if one["rule_id"] == "lint.urgency"]
    assert (urgent["words"], urgent["part"], urgent["countries"]) == ("urgente", "body", ["CO"])
    assert Event.objects.filter(name="TemplateSaved").get().data["flagged"] == [
        "lint.has_opt_out",
        "lint.urgency",
    ]


def test_what_cannot_be_rendered_is_said_before_what_is_not_allowed() -> None:
    creditor = make_creditor()
    for body in ("{{ nobody.knows }} último aviso", "{{ x"):
        with pytest.raises(TemplateInvalid):
            save(creditor, body)
    assert not Template.objects.filter(code="own").exists()


def test_a_template_is_checked_where_its_debtors_live() -> None:
    creditor = make_creditor()
    (account,) = accounts(creditor)
    asks = GOOD + " ¿Cuál es el motivo del impago?"
    Debtor.objects.filter(pk=account.debtor_id).update(country="CL")
    Creditor.objects.filter(pk=creditor.pk).update(country="CL")
    creditor.refresh_from_db()
    assert list_template_countries(creditor, code="own", channel="sms", locale="es") == ("CL",)
    verified = {"purpose": "reply_to_debtor_query"}
    assert "lint.asks_reason_for_default" in {
        one["rule_id"] for one in save(creditor, asks, **verified).findings
    }
    Debtor.objects.filter(pk=account.debtor_id).update(country="CO")
    with pytest.raises(TemplateRefused):
        save(creditor, asks, **verified)
    save(creditor, asks, countries=["CL"], **verified)


def test_a_locale_of_a_country_is_for_that_country_and_leaves_the_rest_to_the_general_one() -> None:
    creditor = make_creditor()
    given = {"code": "first_contact", "channel": "sms"}
    assert list_template_countries(creditor, locale="es_MX", **given) == ("MX",)
    assert list_template_countries(creditor, locale="es", **given) == ("CO",)
    (account,) = accounts(creditor)
    Debtor.objects.filter(pk=account.debtor_id).update(country="MX")
    # es_MX is one of the defaults, so the general text reaches nobody there.
    assert list_template_countries(creditor, locale="es", **given) == ("CO",)
    assert list_template_countries(creditor, code="own", channel="sms", locale="es") == ("CO", "MX")


def test_the_creditors_own_rules_and_agency_are_known_to_the_lint() -> None:
    creditor = make_creditor()
    creditor.settings = {
        "agency_name": "Recupera Sur",
        "contact_rules": [
            {
                "id": "own.no_plans", "kind": "stop", "code": "prohibited_content",
                "when": {"message.offers_payment_plan": True}, "effective_from": "2026-01-01",
                "citation": "", "confidence": "house", "house_default": True,
                "texts": {"es": "Sin planes.", "pt": "Sem planos.", "en": "No plans."},
            }
        ],
    }  # fmt: skip
    given = {"channel": "sms", "locale": "es", "purpose": "collection", "countries": ["US"]}
    found = {
        one.rule_id
        for one in check_content(creditor, body=GOOD + " Hay opciones.", **given)
        if one.is_refused
    }
    assert {"own.no_plans", "us.identity"} <= found
    named = GOOD + " Escribe {{ creditor.agency_name }}."
    assert "us.identity" not in {
        one.rule_id for one in check_content(creditor, body=named, **given)
    }


def test_a_seeded_text_that_is_saved_again_is_taken() -> None:
    creditor = make_creditor()
    for template in Template.objects.filter(creditor=creditor, channel="email"):
        saved = save(
            creditor,
            template.body,
            code=template.code,
            channel=template.channel,
            locale=template.locale,
            purpose=template.purpose,
            subject=template.subject,
            buttons=template.buttons,
        )
        assert (saved.version, saved.findings) == (2, [])


@pytest.mark.parametrize("channel", ["sms", "whatsapp", "email"])
def test_the_gate_is_told_every_fact_of_a_message_that_any_rule_reads(channel: str) -> None:
    """Facts of a call are the exception: a text is not recorded and shows no number."""
    (account,) = accounts(make_creditor())
    queue(draft(account, channel=channel), draft(account, channel, key="own", body="Hola"))
    messages = list(
        Message.objects.select_related("creditor", "debtor", "account", "template").order_by("pk")
    )
    provider = {"sms": "sandbox", "whatsapp": "sandbox", "email": "smtp"}[channel]
    capabilities = get_adapter(channel, provider).capabilities
    batch = render_messages(
        messages, capabilities={one.pk: capabilities for one in messages}, now=NOW
    )
    assert not batch.errors
    read = {
        name.partition(".")[2]
        for rule in get_library().rules
        for name in rule.reads
        if name.startswith("message.")
    }
    assert read >= {"has_opt_out", "mini_miranda", "payee", "callback_number_type"}
    for rendered in batch.done.values():
        assert set(rendered.facts) >= read - CALL_ONLY
        assert set(rendered.facts) == set(MESSAGE_FACTS) - CALL_ONLY
    seeded, own = (batch.done[one.pk].facts for one in messages)
    assert (seeded["has_opt_out"], seeded["identifies_creditor"]) == (True, True)
    assert (own["has_opt_out"], own["identifies_creditor"]) == (False, False)
