"""From a file on somebody's disk to finished accounts, in a real browser: looked at in every
language on desktop and phone, questions answered on the page, progress, result, refusals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_kit import HEIGHTS, LANGUAGES, log_in, look, open_browser, watch
from deals_kit import NOW, FakeProvider
from django.conf import settings
from django.urls import reverse
from pages_kit import Side, make_side
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from workbook_kit import make_workbook

from acuerdo.core import clock
from acuerdo.payments.providers import registry
from acuerdo.portfolio.models import Account, ImportRun
from acuerdo.web import assets
from acuerdo.workflow.worker import drain

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(assets.asset_url("work.css") is None, reason="the assets are not built"),
]
DATA = Path(__file__).resolve().parents[1] / "data/portfolio/exports"


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


def upload(page: Page, live_server: LiveServer, path: Path) -> None:
    page.goto(live_server.url + reverse("web:imports"))
    page.set_input_files("#id_file", path)
    page.locator("form[data-max-bytes] button").click()


@pytest.mark.parametrize("width", HEIGHTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_from_upload_to_finished_import(
    live_server: LiveServer, browser: Browser, side: Side, language: str, width: int
) -> None:
    context = open_browser(browser, live_server, language, width)
    page = context.new_page()
    log_in(page, live_server, side, "manager")
    wrong = watch(page)
    problems = {}
    with_axe = language == "es"
    upload(page, live_server, DATA / "co_banco_cartera.csv")
    page.wait_for_url(re.compile("/imports/files/"))
    assert page.locator("html").get_attribute("lang") == language
    problems["check"] = look(page, with_axe=with_axe)
    # Every column of the file is there, the amounts and faults of its rows too.
    assert page.locator(".map").count() == 16
    assert page.locator(".needs .missing").count() == 0
    expect(page.locator(".plan-figures")).to_contain_text(re.compile(r"18[.,]362[.,]351"))
    expect(page.locator(".faults").first).to_contain_text("31/09/2026")
    assert not Account.objects.filter(number="0000451278").exists()
    # A choice is answered at once.
    page.select_option("#f3", "")
    expect(page.locator("#f3").locator("xpath=..")).to_have_class(re.compile("unused"))
    page.select_option("#f0", "")
    expect(page.locator(".plan-ask")).to_be_visible()
    expect(page.locator("button[value=import]")).to_be_disabled()
    problems["question"] = look(page, with_axe=with_axe)
    page.select_option("#f0", "account")
    page.select_option("#f3", "name")
    expect(page.locator("button[value=import]")).to_be_enabled()
    page.locator("button[value=import]").click()
    expect(page.locator(".stages")).to_be_visible()
    problems["progress"] = look(page, with_axe=with_axe)
    drain()
    run = ImportRun.objects.get(file_name="co_banco_cartera.csv")
    page.wait_for_url(lambda url: url.endswith(str(run.public_id)), timeout=15_000)
    problems["done"] = look(page, with_axe=with_axe)
    assert Account.objects.filter(portfolio=run.portfolio).count() == 3
    with page.expect_download() as download:
        page.locator("a[href$='results.csv']").click()
    text = Path(download.value.path()).read_text("utf-8-sig")
    assert len(text.splitlines()) >= 9
    assert "0000451278" in text
    # The creditor's next file is read as this one was.
    upload(page, live_server, DATA / "co_banco_cartera.csv")
    expect(page.locator("[data-remembered]")).to_be_visible()
    assert {place: found for place, found in problems.items() if found} == {}
    assert [line for line in wrong if "ERR_FAILED" not in line] == []
    context.close()


def test_a_workbook_with_questions(
    live_server: LiveServer, browser: Browser, side: Side, tmp_path: Path
) -> None:
    path = tmp_path / "cartera.xlsx"
    path.write_bytes(
        make_workbook(
            {
                "Cartera": [
                    ["Ref.", "Monto", "Saldo", "Fecha"],
                    ["Q-1", "1.234", "1.234", "01/02/2026"],
                ]
            }
        )
    )
    context = open_browser(browser, live_server, "en", 1440)
    page = context.new_page()
    log_in(page, live_server, side, "manager")
    upload(page, live_server, path)
    ask = page.locator(".plan-ask")
    expect(ask).to_be_visible()
    # Faster than the answers come.
    page.select_option("#f3", "")
    page.select_option("#f2", "total")
    page.select_option("#f3", "due_on")
    expect(ask).to_contain_text("decimal mark", timeout=20_000)
    page.select_option("#decimal", ",")
    expect(ask).to_contain_text("order", timeout=20_000)
    page.select_option("#dates", "day_first")
    expect(page.locator("button[value=import]")).to_be_enabled(timeout=20_000)
    expect(page.locator(".sheet")).to_contain_text("1.234")
    page.locator("button[value=discard]").click()
    page.wait_for_url(re.compile("/imports$"))
    context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_file_has_a_clear_answer(
    live_server: LiveServer, browser: Browser, side: Side, language: str, tmp_path: Path
) -> None:
    files = {
        "foto.csv": b"\x89PNG\r\n\x1a\n" + bytes(200),
        "clave.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        "macros.xlsm": make_workbook({"A": [["a"]]}, extra={"xl/vbaProject.bin": b"x"}),
    }
    context = open_browser(browser, live_server, language, 1440)
    page = context.new_page()
    log_in(page, live_server, side, "manager")
    answers = set()
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
        upload(page, live_server, tmp_path / name)
        notice = page.locator(".notice-bad")
        expect(notice).to_be_visible()
        answers.add(notice.inner_text())
    assert len(answers) == 3
    # What is too large is told of before it is sent.
    page.evaluate("document.querySelector('form[data-max-bytes]').dataset.maxBytes = '100'")
    page.set_input_files("#id_file", tmp_path / "foto.csv")
    message = page.locator("#id_file").evaluate("field => field.validationMessage")
    assert "512" in message
    context.close()
