"""A creditor is opened ready to work, with the sandbox as its provider of everything."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pytest_django.fixtures import Settings

from acuerdo.core.actor import SYSTEM
from acuerdo.core.models import Event
from acuerdo.creditors.models import ProviderAccount
from acuerdo.workflow.creditors import follow_sandbox, open_creditor

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)


@pytest.mark.django_db
def test_accounts_follow_the_sandbox_to_another_port(settings: Settings) -> None:
    settings.SANDBOX_URL, settings.SANDBOX_SMTP_PORT = "http://127.0.0.1:8010", 8025
    creditor = open_creditor(actor=SYSTEM, now=NOW, name="Banco", country="CO")
    before = {
        row.kind: (row.pk, row.config.get("from_address")) for row in ProviderAccount.objects.all()
    }
    follow_sandbox(actor=SYSTEM, now=NOW)
    assert not Event.objects.filter(name="ProviderMoved").exists()
    settings.SANDBOX_URL, settings.SANDBOX_SMTP_PORT = "http://127.0.0.1:9010", 9025
    follow_sandbox(actor=SYSTEM, now=NOW)
    accounts = {row.kind: row for row in ProviderAccount.objects.filter(creditor=creditor)}
    assert set(accounts) == {"email", "sms", "whatsapp", "payments"}
    for kind, row in accounts.items():
        assert (row.pk, row.config.get("from_address")) == before[kind]
        if kind == "email":
            assert row.config["port"] == 9025
        else:
            assert row.config["base_url"] == "http://127.0.0.1:9010"
    assert Event.objects.filter(name="ProviderMoved").count() == 4


@pytest.mark.django_db
def test_a_real_provider_is_left_where_it_is(settings: Settings) -> None:
    creditor = open_creditor(actor=SYSTEM, now=NOW, name="Banco", country="CO")
    own = {"host": "mail.example.com", "port": 587, "from_address": "no-reply@example.com"}
    ProviderAccount.objects.filter(creditor=creditor, kind="email").update(
        name="Our mail", config=own
    )
    settings.SANDBOX_SMTP_PORT = 9025
    follow_sandbox(actor=SYSTEM, now=NOW)
    assert ProviderAccount.objects.get(creditor=creditor, kind="email").config == own
