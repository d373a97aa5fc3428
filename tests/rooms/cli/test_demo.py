"""The demo's first start makes everything or nothing; the second one finds it."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from pytest_django import Settings
from rich.console import Console

from acuerdo.assistant.faq.index import find_entry
from acuerdo.assistant.models import FaqEntry
from acuerdo.cli import demo
from acuerdo.core import clock
from acuerdo.core.actor import SYSTEM
from acuerdo.creditors.actions import create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.identity.models import Membership, User
from acuerdo.portfolio.models import Account
from acuerdo.workflow.errors import DemoRefused

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
ZONES = ("America/Bogota", "America/Mexico_City", "America/Sao_Paulo", "Europe/Madrid")


@pytest.fixture(autouse=True)
def demo_clock(settings: Settings) -> object:
    settings.DEMO = True
    clock.forget_offset()
    yield
    clock.forget_offset()


def prepare() -> str:
    console = Console(file=io.StringIO(), width=120)
    demo.prepare(console, fresh=False)
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


@pytest.mark.django_db(transaction=True)
def test_the_second_start_goes_on_with_the_data_of_the_first() -> None:
    said = prepare()
    passwords = re.findall(r"@example\.com\s+│\s+(\S+)", said)
    assert len(set(passwords)) == 3
    manager = User.objects.get(email="manager@example.com")
    assert manager.check_password(passwords[0])
    assert set(Membership.objects.values_list("role", flat=True)) == {
        "manager",
        "agent",
        "administrator",
    }
    countries = Account.objects.values_list("country", flat=True)
    assert set(countries) == {"CO", "MX", "BR", "ES"}
    assert len(countries) == 1000
    assert Account.objects.filter(is_synthetic=False).count() == 0
    # What the demo answers beside a debt: every first wording finds its own entry.
    entries = list(FaqEntry.objects.filter(is_active=True))
    assert len(entries) >= 7
    for entry in entries:
        assert set(entry.answers) == {"es", "pt", "en"}
        for wordings in entry.questions.values():
            found = find_entry(entry.creditor_id, wordings[0].upper())
            assert found is not None
            assert found.entry == str(entry.public_id)
    again = prepare()
    assert "@example.com" not in again
    assert Creditor.objects.count() == 1
    assert Account.objects.count() == 1000


@pytest.mark.django_db(transaction=True)
def test_the_clock_starts_at_an_hour_that_is_lawful_in_all_four_countries() -> None:
    prepare()
    now = clock.now()
    assert now - clock.real_now() < timedelta(days=7)
    for zone in ZONES:
        local = now.astimezone(ZoneInfo(zone))
        assert 8 <= local.hour < 19, zone
        assert local.weekday() < 6


@pytest.mark.django_db(transaction=True)
def test_a_start_that_is_cut_off_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(demo, "import_file", broken)
        with pytest.raises(KeyboardInterrupt):
            prepare()
    assert not Creditor.objects.exists()
    assert not User.objects.exists()
    assert "manager@example.com" in prepare()


@pytest.mark.django_db(transaction=True)
def test_a_database_with_a_real_creditor_is_left_alone() -> None:
    with transaction.atomic():
        create_creditor(actor=SYSTEM, now=NOW, name="Real", country="CO")
    with pytest.raises(DemoRefused, match="Real"):
        prepare()
    assert clock.get_offset() == timedelta(0)
