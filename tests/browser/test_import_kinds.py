"""Deltas, full files and fixed width on the mapping page, in a real browser."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_kit import HEIGHTS, LANGUAGES, log_in, look, open_browser, watch
from deals_kit import NOW, FakeProvider
from django.conf import settings
from django.urls import reverse
from pages_kit import Side, bring, make_side
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from acuerdo.core import clock
from acuerdo.payments.providers import registry
from acuerdo.portfolio.models import Account, ImportRun, Upload
from acuerdo.web import assets
from acuerdo.workflow.worker import drain

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(assets.asset_url("work.css") is None, reason="the assets are not built"),
]
DELTA = (
    "Novedad;Cuenta;Fecha;Valor;Saldo;Dias mora\n"
    "Pago;A-1001;20/11/2026;50,50;;\n"
    "Ajuste;A-1001;20/11/2026;-10,00;;\n"
    "Alta;N-7;;;500,00;12\n"
    "Pago;X-9;20/11/2026;5,00;;\n"
    "Fiesta;A-1001;;;;\n"
)
FIXED = "".join(
    f"{'01' if n else '00'}{n:010}{name:<20}{n * 1234:012}{day:02}112026\n"
    for n, (name, day) in enumerate(
        [("CARTERA", 24), ("Ana Ruiz Gil", 3), ("Luis Paz", 4), ("Eva María Sol", 5)]
    )
)


@pytest.fixture(autouse=True)
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(registry.PROVIDERS, "fake", FakeProvider)
    monkeypatch.setattr(settings, "DEMO", True)
    FakeProvider.reset()
    with clock.travel(NOW):
        yield


@pytest.fixture
def side() -> Side:
    return make_side("Banco Ejemplo", "A-1001")


def snap(page: Page, name: str) -> None:
    if folder := os.environ.get("ACUERDO_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("width", HEIGHTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_changes_are_chosen_looked_at_and_taken_in(
    live_server: LiveServer, browser: Browser, side: Side, language: str, width: int, tmp_path: Path
) -> None:
    path = tmp_path / "novedades.csv"
    path.write_text(DELTA, encoding="utf-8")
    context = open_browser(browser, live_server, language, width)
    page = context.new_page()
    log_in(page, live_server, side, "manager")
    wrong = watch(page)
    problems = {}
    page.goto(live_server.url + reverse("web:imports"))
    page.check("#kind-delta")
    page.set_input_files("#id_file", path)
    snap(page, f"imports-{language}-{width}")
    problems["choose"] = look(page, with_axe=language == "es")
    page.locator("form[data-max-bytes] button").click()
    page.wait_for_url(re.compile("/imports/files/"))
    snap(page, f"delta-{language}-{width}")
    problems["check"] = look(page, with_axe=language == "es")
    # Three rows can be read: a payment, an adjustment and a new account.
    assert page.locator(".plan-figures .figure").count() == 4
    expect(page.locator(".faults").first).to_contain_text("X-9")
    expect(page.locator(".faults").first).to_contain_text("Fiesta")
    page.locator("button[value=import]").click()
    expect(page.locator(".stages")).to_be_visible()
    drain()
    run = ImportRun.objects.get(file_name="novedades.csv")
    page.wait_for_url(lambda url: url.endswith(str(run.public_id)), timeout=15_000)
    snap(page, f"delta-done-{language}-{width}")
    problems["done"] = look(page, with_axe=language == "es")
    assert Account.objects.filter(number="N-7").exists()
    assert run.actor == f"user:{side.users['manager'].pk}"
    assert {place: found for place, found in problems.items() if found} == {}
    assert [line for line in wrong if "ERR_FAILED" not in line] == []
    context.close()


@pytest.mark.parametrize("width", HEIGHTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_borders_of_a_fixed_width_text_are_set_by_a_click(
    live_server: LiveServer, browser: Browser, side: Side, language: str, width: int
) -> None:
    upload = bring(side.creditor, "cartera.txt", FIXED)
    context = open_browser(browser, live_server, language, width)
    page = context.new_page()
    log_in(page, live_server, side, "manager")
    wrong = watch(page)
    page.goto(live_server.url + reverse("web:upload", args=[upload.public_id]))
    # It was recognised; names end in blanks, so that one border at least was found.
    names = page.locator("input[name$=_name]")
    expect(names.first).to_be_visible()
    before = names.count()
    for place in (2, 12, 44):
        click_at(page, place)
        before += 1
        expect(names).to_have_count(before)
    # A border that is there goes by the same click.
    click_at(page, 5)
    expect(names).to_have_count(before + 1)
    click_at(page, 5)
    expect(names).to_have_count(before)
    rows = {place: page.locator(f"tr:has(input[value='{place}'][name$=_from])") for place in
            (3, 13, 33, 45)}  # fmt: skip
    for place, kind in {33: "amount:2", 45: "date:ddmmyyyy"}.items():
        rows[place].locator("select").select_option(kind)
        expect(page.locator("#plan select").first).to_be_enabled()
        page.wait_for_timeout(400)
    page.fill("#record_value", "01")
    page.fill("#record_length", "2")
    page.locator("#record_length").blur()
    page.wait_for_timeout(400)
    froms = page.locator("#plan input[name^=l][name$=_from]")
    order = [int(value) for value in froms.evaluate_all("all => all.map(e => e.value)")]
    for place, field in {3: "account", 13: "name", 33: "total", 45: "due_on"}.items():
        page.select_option(f"#f{order.index(place)}", field)
        page.wait_for_timeout(400)
    expect(page.locator("button[value=import]")).to_be_enabled(timeout=15_000)
    snap(page, f"fixed-{language}-{width}")
    assert look(page, with_axe=language == "es") == []
    page.locator("button[value=import]").click()
    expect(page.locator(".stages")).to_be_visible()
    drain()
    upload.refresh_from_db()
    assert upload.state == Upload.State.DONE
    assert set(Account.objects.filter(creditor=side.creditor, number__startswith="0000")
               .values_list("number", "debtor__name")) == {
        ("0000000001", "Ana Ruiz Gil"), ("0000000002", "Luis Paz"), ("0000000003", "Eva María Sol"),
    }  # fmt: skip
    assert [line for line in wrong if "ERR_FAILED" not in line] == []
    context.close()


def click_at(page: Page, place: int) -> None:
    """Click between two characters of the picture, scrolled to where it can be clicked."""
    where = page.evaluate(
        """place => {
            const rule = document.querySelector('[data-rule]');
            const box = rule.getBoundingClientRect();
            const left = box.width / rule.textContent.length * place;
            rule.closest('.cutting').scrollLeft = Math.max(left - 150, 0);
            rule.scrollIntoView({block: 'center'});
            const moved = rule.getBoundingClientRect();
            return [moved.left + left, moved.top + 30];
        }""",
        place,
    )
    page.mouse.click(*where)
