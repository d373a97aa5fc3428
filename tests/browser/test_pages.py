"""Every page in a real browser: three languages, two widths, light and dark, axe and keyboard."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_kit import HEIGHTS, LANGUAGES, log_in, look, open_browser, watch
from deals_kit import NOW, FakeProvider, make_account, make_creditor
from django.conf import settings
from django.urls import reverse
from pages_kit import Side, make_link, make_side
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from acuerdo.agreements.models import Agreement
from acuerdo.core import clock
from acuerdo.messaging.models import TrackedLink
from acuerdo.payments.providers import registry
from acuerdo.web import assets

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(assets.asset_url("work.css") is None, reason="the assets are not built"),
]


@pytest.fixture(autouse=True)
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(registry.PROVIDERS, "fake", FakeProvider)
    monkeypatch.setattr(settings, "DEMO", True)
    FakeProvider.reset()
    with clock.travel(NOW):
        yield


def staff_pages(side: Side) -> list[str]:
    return [
        reverse("web:dashboard"),
        reverse("web:accounts"),
        reverse("web:accounts") + "?q=nadie",
        reverse("web:account", args=[side.account.public_id]),
        reverse("web:place", args=[side.account.public_id]),
        reverse("web:account_wishes", args=[side.account.public_id]),
        reverse("web:conversations"),
        reverse("web:conversation", args=[side.conversation.public_id]),
        reverse("web:tasks"),
        reverse("web:task", args=[side.task.public_id]),
        reverse("web:imports"),
        reverse("web:import", args=[side.run.public_id]),
        reverse("web:clock"),
        "/nowhere",
    ]


@pytest.mark.parametrize("width", HEIGHTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_work_face(
    live_server: LiveServer, browser: Browser, language: str, width: int
) -> None:
    side = make_side("Banco Ejemplo", "A-1001")
    context = open_browser(browser, live_server, language, width)
    page = context.new_page()
    page.goto(live_server.url + reverse("web:login"))
    # Words differ in width, not in what axe looks at: it goes once over each page and width.
    with_axe = language == "es"
    problems = {"login": look(page, with_axe=with_axe)}
    log_in(page, live_server, side, "manager")
    wrong = watch(page)
    for address in staff_pages(side):
        page.goto(live_server.url + address)
        assert page.locator("html").get_attribute("lang") == language
        problems[address] = look(page, with_axe=with_axe)
    assert {address: found for address, found in problems.items() if found} == {}
    assert [line for line in wrong if "404" not in line and "ERR_FAILED" not in line] == []
    context.close()


def test_the_work_face_in_the_dark(live_server: LiveServer, browser: Browser) -> None:
    side = make_side("Banco Ejemplo", "A-1001")
    context = open_browser(browser, live_server, "es", 1440, theme="acuerdo-dark")
    page = context.new_page()
    log_in(page, live_server, side, "manager")
    problems = {}
    for address in staff_pages(side):
        page.goto(live_server.url + address)
        problems[address] = look(page)
    assert {address: found for address, found in problems.items() if found} == {}
    context.close()


def test_everything_by_keyboard(live_server: LiveServer, browser: Browser) -> None:
    side = make_side("Banco Ejemplo", "A-1001")
    make_account(side.creditor, "A-1002", name="Zoraida Última")
    context = open_browser(browser, live_server, "es", 1440)
    page = context.new_page()
    log_in(page, live_server, side, "agent")
    page.goto(live_server.url + reverse("web:tasks"))
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("g")
    page.keyboard.press("a")
    page.wait_for_url("**/accounts")
    rows = page.locator("[data-row]")
    for key, row in (("j", 0), ("j", 1), ("j", 2), ("j", 2), ("k", 1), ("k", 0)):
        page.keyboard.press(key)
        expect(rows.nth(row)).to_be_focused()
    first = rows.nth(0).get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{first}")
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("ultima")
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts?q=ultima")
    expect(page.locator("[data-row]")).to_have_text(["Zoraida Última"])
    context.close()


def test_one_click_brings_the_evidence_file(
    live_server: LiveServer, browser: Browser, tmp_path: Path
) -> None:
    side = make_side("Banco Ejemplo", "A-1001")
    context = open_browser(browser, live_server, "es", 1440)
    page = context.new_page()
    wrong = watch(page)
    log_in(page, live_server, side, "manager")
    address = live_server.url + reverse("web:account", args=[side.account.public_id])
    page.goto(address)
    with page.expect_download() as arriving:
        page.get_by_role("button", name="Expediente de prueba").click()
    arriving.value.save_as(tmp_path / "file.zip")
    with zipfile.ZipFile(tmp_path / "file.zip") as archive:
        assert any(name.endswith(".json") for name in archive.namelist())
    assert page.url == address
    assert [line for line in wrong if "ERR_FAILED" not in line] == []
    context.close()


def test_an_agent_takes_over_answers_and_gives_back(
    live_server: LiveServer, browser: Browser
) -> None:
    side = make_side("Banco Ejemplo", "A-1001")
    context = open_browser(browser, live_server, "es", 1440)
    page = context.new_page()
    log_in(page, live_server, side, "agent")
    page.goto(live_server.url + reverse("web:conversation", args=[side.conversation.public_id]))
    page.locator("form[action$='/take-over'] button").click()
    expect(page.locator("#say")).to_be_visible()
    page.wait_for_load_state()
    page.keyboard.press("r")
    expect(page.locator("#say")).to_be_focused()
    page.keyboard.type("Buenas tardes, soy Andrés.")
    # What was written is kept when the page is left.
    page.reload()
    expect(page.locator("#say")).to_have_value("Buenas tardes, soy Andrés.")
    page.locator("#say").press("Control+Enter")
    expect(page.locator(".by-person .bubble")).to_have_text("Buenas tardes, soy Andrés.")
    expect(page.locator("#say")).to_have_value("")
    assert look(page) == []
    page.locator("form[action$='/release'] button").click()
    expect(page.locator("#say")).to_have_count(0)
    context.close()


def portal_link() -> TrackedLink:
    account = make_account(make_creditor("Banco Ejemplo"), "A-1001", name="Óscar Peña")
    return make_link(account)


@pytest.mark.parametrize("width", HEIGHTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_debtors_face(
    live_server: LiveServer, browser: Browser, language: str, width: int
) -> None:
    link = portal_link()
    with_axe = language == "es"
    context = open_browser(browser, live_server, language, width)
    page = context.new_page()
    wrong = watch(page)
    home = live_server.url + reverse("web:portal", args=[link.token])
    problems = {}
    page.goto(home)
    problems["question"] = look(page, with_axe=with_axe)
    page.fill("#answer", link.debtor.person.document_last4)
    page.locator("main .go").click()
    expect(page.locator(".amount")).to_contain_text("1.200.000")
    problems["home"] = look(page, with_axe=with_axe)
    for name in ("cannot_pay", "dispute", "person", "real"):
        page.goto(live_server.url + reverse(f"web:portal_{name}", args=[link.token]))
        problems[name] = look(page, with_axe=with_axe)
    page.goto(home + "?more=1")
    page.locator("input[name=offer]").last.check()
    page.locator("form[action$='/offer'] .go").click()
    expect(page.locator("form[action$='/accept'] button")).to_be_visible()
    problems["offer"] = look(page, with_axe=with_axe)
    page.locator("form[action$='/accept'] button").click()
    expect(page.locator("form[action$='/pay'] button")).to_be_visible()
    problems["agreed"] = look(page, with_axe=with_axe)
    assert {name: found for name, found in problems.items() if found} == {}
    assert wrong == []
    context.close()


def test_the_portal_without_javascript(live_server: LiveServer, browser: Browser) -> None:
    link = portal_link()
    context = browser.new_context(java_script_enabled=False, locale="es-CO")
    page = context.new_page()
    page.goto(live_server.url + reverse("web:portal", args=[link.token]))
    page.fill("#answer", link.debtor.person.document_last4)
    page.locator("main .go").click()
    page.locator("input[name=offer]").last.check()
    page.locator("form[action$='/offer'] .go").click()
    page.locator("form[action$='/accept'] button").click()
    expect(page.locator("form[action$='/pay'] button")).to_be_visible()
    assert re.search(r"\$\s?[\d.]+", page.locator("form[action$='/pay'] button").inner_text())
    assert Agreement.objects.get(account=link.account).kind == "plan"
    context.close()


def test_a_wish_is_written_down_and_withdrawn_by_keyboard(
    live_server: LiveServer, browser: Browser
) -> None:
    side = make_side("Banco Ejemplo", "A-1001")
    context = open_browser(browser, live_server, "en", 1440)
    page = context.new_page()
    log_in(page, live_server, side, "agent")
    page.goto(live_server.url + reverse("web:account", args=[side.account.public_id]))
    page.get_by_role("link", name="Holds and wishes").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/wishes")
    form = page.locator("details.note-form").filter(has_text="Preferred channel")
    form.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("w")  # WhatsApp
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("in the evening")
    form.get_by_role("button").focus()
    page.keyboard.press("Enter")
    # Nothing that was typed is lost where something is missing.
    wrong = page.get_by_role("alert")
    expect(wrong).to_have_text("Please fill this in.")
    expect(page.locator("#prefer_channel_text")).to_have_value("in the evening")
    assert look(page) == []
    page.locator("#prefer_channel_source").fill("call of today")
    page.keyboard.press("Enter")
    row = page.locator("tr").filter(has_text="Prefers WhatsApp")
    expect(row).to_contain_text("call of today")
    row.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("changed her mind")
    assert look(page) == []
    page.keyboard.press("Enter")
    expect(page.locator("section").filter(has=page.locator("#past"))).to_contain_text(
        "changed her mind"
    )
    context.close()
