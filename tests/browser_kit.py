"""What tests of the pages in a real browser share: a window, a login, and a critical look."""

from __future__ import annotations

import os
from collections.abc import Iterable

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.urls import reverse
from pages_kit import PASSWORD, Side
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

# Playwright's loop runs in this thread, and Django would take its own work for async code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

LANGUAGES = ("es", "pt", "en")
HEIGHTS = {1440: 900, 390: 844}


def watch(page: Page) -> list[str]:
    """Whatever goes wrong in the page, the content policy's refusals included."""
    wrong: list[str] = []
    page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    return wrong


def look(page: Page, *, with_axe: bool = True) -> list[str]:
    """What axe finds that is serious, and whether the page is wider than its window."""
    page.wait_for_load_state()
    violations = Axe().run(page).response["violations"] if with_axe else []
    found = [
        f"{item['id']}: {item['nodes'][0]['html'][:120]}"
        for item in violations
        if item["impact"] in ("serious", "critical")
    ]
    # What is still being laid out (a font that arrives, a part that is swapped) is waited for.
    for _ in range(5):
        wide, window = page.locator("html").evaluate("html => [html.scrollWidth, innerWidth]")
        if wide <= window:
            break
        page.wait_for_timeout(100)
    if wide > window:
        found.append(f"wider than the window: {wide} > {window}")
    return found


def look_through(
    page: Page, urls: Iterable[str], language: str, *, with_axe: bool = True
) -> dict[str, list[str]]:
    """What `look` finds on each page that is not sound, by its URL; every one speaks `language`."""
    problems = {}
    for url in urls:
        page.goto(url)
        assert page.locator("html").get_attribute("lang") == language
        problems[url] = look(page, with_axe=with_axe)
    return {url: found for url, found in problems.items() if found}


def open_browser(
    browser: Browser, live_server: LiveServer, language: str, width: int, theme: str = ""
) -> BrowserContext:
    context = browser.new_context(viewport={"width": width, "height": HEIGHTS[width]})
    # The server of tests answers one request after another: a stream would hold it.
    context.route("**/live*", lambda route: route.abort())
    cookies = {settings.LANGUAGE_COOKIE_NAME: language, "theme": theme}
    context.add_cookies(
        [
            {"name": name, "value": value, "url": live_server.url}
            for name, value in cookies.items()
            if value
        ]
    )
    return context


def log_in(page: Page, live_server: LiveServer, side: Side, role: str) -> None:
    page.goto(live_server.url + reverse("web:login"))
    page.fill("#id_username", side.users[role].email)
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)
