"""The sandbox in a real browser: three languages, two widths, axe, and a conversation live."""

from __future__ import annotations

import os
import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from sandbox_peer import serve, serve_mail

from acuerdo.core.crypto import derive_secret
from acuerdo.messaging.html import Brand, to_html

# Playwright's loop runs in this thread, and Django would take its own work for async code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = "+573001234567"
TEXT = (
    "Hola María.\n\nLe escribimos de Banco Ejemplo porque tenemos un mensaje para usted sobre su"
    " cuenta. Puede verlo con calma en este enlace:\n"
    "http://127.0.0.1:8000/p/w8Qz3xQb0mJkzF8m1d3k2A\n\nResponda BAJA y no le escribimos más."
)
BUTTONS = [
    {"title": "Hablar con alguien", "payload": "human"},
    {"title": "BAJA", "payload": "stop"},
]


def call(url: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    headers = {
        "X-Sandbox-Account": "acc-1",
        "Authorization": "Bearer " + derive_secret("sandbox:acc-1"),
        "Idempotency-Key": str(uuid4()),
    }
    answer = httpx.post(url + path, json=body, headers=headers, trust_env=False, timeout=30)
    answer.raise_for_status()
    return dict(answer.json())


def write(url: str, channel: str, text: str = TEXT) -> None:
    body = {"channel": channel, "to": PHONE, "text": text, "sender": "Banco Ejemplo"}
    call(url, "/api/messages", body | ({"buttons": BUTTONS} if channel == "whatsapp" else {}))


@pytest.fixture
def url() -> Iterator[str]:
    with serve("acuerdo.sandbox.urls") as url:
        yield url


def send_mail() -> None:
    with serve_mail() as server, smtplib.SMTP(server.host, server.port) as smtp:
        mail = EmailMessage()
        mail["From"] = "Banco Ejemplo <no-reply@banco.example>"
        mail["To"] = "ana@example.com"
        mail["Subject"] = "Un mensaje de Banco Ejemplo para usted"
        mail.set_content(TEXT)
        html = to_html(TEXT, brand=Brand("Banco Ejemplo", 250), language="es", subject="Hola")
        mail.add_alternative(html, subtype="html")
        smtp.send_message(mail)


def watch(page: Page) -> list[str]:
    """Whatever goes wrong in the page, the policy's refusals included."""
    wrong: list[str] = []
    page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    return wrong


@pytest.mark.parametrize("width", [390, 1440])
def test_every_page_is_whole_in_every_language(browser: Browser, url: str, width: int) -> None:
    write(url, "sms")
    write(url, "whatsapp")
    send_mail()
    checkout = call(
        url,
        "/api/checkouts",
        {
            "amount_minor": 41_666_700, "currency": "COP", "reference": "c-1",
            "payee": "Banco Ejemplo", "return_url": url, "webhook_url": "http://127.0.0.1:1/x",
        },
    )  # fmt: skip
    pages = (
        "/",
        f"/phone/{PHONE}",
        f"/phone/{PHONE}/whatsapp/acc-1",
        "/mail",
        "/mail/1",
        f"/checkout/{checkout['id']}",
    )
    for language, scheme in (("es", "light"), ("pt", "light"), ("en", "dark")):
        context = browser.new_context(
            locale=language, viewport={"width": width, "height": 800}, color_scheme=scheme
        )
        page = context.new_page()
        wrong = watch(page)
        for path in pages:
            page.goto(url + path)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
            found = Axe().run(page).response["violations"]
            serious = [v["id"] for v in found if v["impact"] in ("serious", "critical")]
            assert serious == [], (path, language, serious)
        assert wrong == []
        context.close()


def test_a_conversation_on_the_phone(page: Page, url: str) -> None:
    write(url, "whatsapp")
    wrong = watch(page)
    page.goto(f"{url}/phone/{PHONE}/whatsapp/acc-1")
    page.fill("#text", "hola, quiero pagar")
    page.keyboard.press("Enter")
    expect(page.locator(".bubble.out")).to_contain_text(["hola, quiero pagar"])
    page.fill("#text", "a medio escribir")
    write(url, "whatsapp", "¿Cómo prefiere seguir?")
    expect(page.locator(".bubble.in").last).to_contain_text("¿Cómo prefiere seguir?")
    # What is being typed survives the refresh.
    assert page.input_value("#text") == "a medio escribir"
    page.get_by_role("button", name="Hablar con alguien").click()
    expect(page.locator(".bubble.out").last).to_contain_text("Hablar con alguien")
    expect(page.locator(".chip")).to_have_count(0)
    assert wrong == []


def test_a_payer_ends_the_checkout(page: Page, url: str) -> None:
    checkout = call(
        url,
        "/api/checkouts",
        {
            "amount_minor": 41_666_700, "currency": "COP", "reference": "c-1",
            "return_url": f"{url}/mail?to=x", "webhook_url": "http://127.0.0.1:1/x",
        },
    )  # fmt: skip
    wrong = watch(page)
    page.goto(f"{url}/checkout/{checkout['id']}")
    page.get_by_role("button", name="$ 416.667").click()
    page.wait_for_url(f"**/mail?to=x&checkout={checkout['id']}")
    page.goto(f"{url}/checkout/{checkout['id']}")
    expect(page.get_by_role("button")).to_have_count(0)
    assert wrong == []
