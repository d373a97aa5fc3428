"""Proposed recalls in a real browser: looks in three languages, and a decision by hand."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
import pytest
from browser_kit import HEIGHTS, LANGUAGES, log_in, look, open_browser, watch
from deals_kit import NOW, FakeProvider
from django.db import transaction
from django.urls import reverse
from pages_kit import Side, make_side
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer
from small_portfolio import place, row

from acuerdo.core import clock
from acuerdo.core.actor import SYSTEM
from acuerdo.payments.providers import registry
from acuerdo.portfolio.actions.recalls import propose_recalls
from acuerdo.portfolio.models import Account, ImportRun, RecallProposal
from acuerdo.web import assets

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(assets.asset_url("work.css") is None, reason="the assets are not built"),
]
NAMES = ("Óscar Peña", "María Fernanda Restrepo", "Luz Marina Quiñones", "João da Silva")


@pytest.fixture(autouse=True)
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(registry.PROVIDERS, "fake", FakeProvider)
    FakeProvider.reset()
    with clock.travel(NOW):
        yield


@pytest.fixture
def side() -> Side:
    """One creditor whose last full file named one account alone."""
    side = make_side("Banco Ejemplo", "A-1001")
    place(side.creditor, [row(f"B-{n:04}", name=name) for n, name in enumerate(NAMES, 1)])
    with transaction.atomic():
        propose_recalls(
            creditor=side.creditor,
            import_run_id=ImportRun.objects.filter(creditor=side.creditor).latest("pk").pk,
            numbers=pl.Series(["B-0004"]),
            portfolio_id=None,
            actor=SYSTEM,
            now=NOW,
        )
    return side


def test_it_looks_right_and_obeys(browser: Browser, live_server: LiveServer, side: Side) -> None:
    waiting = RecallProposal.objects.count()
    for language in LANGUAGES:
        for width in HEIGHTS:
            context = open_browser(browser, live_server, language, width)
            page = context.new_page()
            wrong = watch(page)
            log_in(page, live_server, side, "manager")
            page.goto(live_server.url + reverse("web:imports"))
            page.locator(f"a[href='{reverse('web:recalls')}']").click()
            expect(page.locator("form tbody tr")).to_have_count(waiting)
            assert look(page, with_axe=width == 1440) == []
            assert [line for line in wrong if "ERR_FAILED" not in line] == []
            if (language, width) == (LANGUAGES[-1], 390):
                page.get_by_label("Óscar Peña").check()
                page.get_by_role("button", name="Recall the chosen").click()
                expect(page.locator(".toast")).to_contain_text("1 account went back")
                assert look(page) == []
            context.close()
    assert Account.objects.get(number="B-0001").state == "recalled"
    assert Account.objects.get(number="B-0002").state == "active"
