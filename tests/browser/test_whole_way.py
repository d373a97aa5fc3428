"""The way of one datum, walked in a real browser on the real demo: from the imported file to a
payment in the books, with the manager watching."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from acuerdo.cli.supervisor import free_port
from acuerdo.core.postgres import database_url

START_SECONDS = 180
DEBTOR = """
    SELECT m.address, m.channel, pa.public_id::text, p.document_last4, a.id, a.public_id::text
    FROM messaging_message m
    JOIN portfolio_debtor d ON d.id = m.debtor_id
    JOIN portfolio_person p ON p.id = d.person_id
    JOIN portfolio_account a ON a.id = m.account_id
    JOIN creditors_provideraccount pa ON pa.id = m.provider_account_id
    WHERE d.country = 'CO' AND m.channel = 'whatsapp' AND m.state IN ('sent', 'delivered', 'read')
      AND a.segment_code = 'mid' AND p.document_last4 <> ''
      AND (SELECT count(*) FROM portfolio_account other WHERE other.debtor_id = d.id) = 1
    ORDER BY m.id LIMIT 1
"""


@dataclass(frozen=True)
class Demo:
    """A running demo: where its pages are, who may log in, and a look into its database."""

    work: str
    sandbox: str
    passwords: dict[str, str]
    data: Path

    def ask(self, sql: str, *values: object) -> tuple[Any, ...] | None:
        with psycopg.connect(database_url(self.data), autocommit=True) as link:
            return link.execute(sql, values).fetchone()  # type: ignore[call-overload]

    def wait(self, sql: str, *values: object, seconds: float = 90) -> tuple[Any, ...]:
        return wait_for(lambda: self.ask(sql, *values), seconds)


def wait_for(look: Callable[[], Any], seconds: float = 60) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.25)
    return found


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    data = Path(tempfile.mkdtemp(prefix="acuerdo-demo-", dir="/var/tmp"))
    data.chmod(0o755)
    log = data / "demo.log"
    environment = {
        **os.environ,
        "ACUERDO_DATA": str(data),
        "ACUERDO_PORT": str(free_port(0)),
        "DJANGO_SETTINGS_MODULE": "acuerdo.config.settings",
        "LANG": "en_US.UTF-8",
        "COLUMNS": "200",
    }
    for name in ("DATABASE_URL", "ACUERDO_PUBLIC_URL", "ACUERDO_SANDBOX_URL"):
        environment.pop(name, None)
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "acuerdo", "demo"], env=environment, stdout=output, stderr=output
        )
    try:
        wait_for(lambda: "Ctrl-C" in log.read_text() or process.poll() is not None, START_SECONDS)
        text = log.read_text()
        assert process.poll() is None, text
        urls = re.findall(r"http://127\.0\.0\.1:\d+", text)
        passwords = dict(re.findall(r"(\S+@example\.com)\W+([\w-]+)", text))
        yield Demo(urls[0], urls[1], passwords, data / "demo")
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0, log.read_text()
        shutil.rmtree(data, ignore_errors=True)


def log_in(page: Page, demo: Demo, email: str) -> None:
    page.goto(f"{demo.work}/login")
    page.fill("input[type=email]", email)
    page.fill("input[type=password]", demo.passwords[email])
    page.keyboard.press("Enter")
    page.wait_for_url("**/dashboard")


def say(phone: Page, text: str, answer: str) -> None:
    """Write on the debtor's phone and wait for an answer that holds `answer`."""
    phone.fill("#text", text)
    phone.keyboard.press("Enter")
    last = phone.locator(".bubble").last
    expect(last).to_contain_text(answer, timeout=60_000)


def test_from_the_file_to_a_payment_in_the_books(demo: Demo, browser: Browser) -> None:
    number, channel, sender, last4, account_id, account = demo.wait(DEBTOR, seconds=120)
    # Every first message out, so that what changes on the dashboard is this debtor's doing.
    demo.wait("SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM messaging_message WHERE state = 'planned')")
    owed = demo.ask(BALANCE, account_id)[0]  # type: ignore[index]

    manager = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    log_in(manager, demo, "manager@example.com")
    before = manager.inner_text("main")

    phone = browser.new_context(viewport={"width": 390, "height": 844}, locale="es-CO").new_page()
    phone.goto(f"{demo.sandbox}/phone/{number}/{channel}/{sender}")
    first = phone.locator(".bubble").first
    expect(first).to_contain_text("Banco Ejemplo")
    assert "$" not in first.inner_text(), "an amount was shown before anybody was verified"

    say(phone, "quiero pagar en 3 cuotas", "documento")
    say(phone, last4, "en 3 cuotas")
    offered = [int(n.replace(".", "")) for n in re.findall(r"\$\s([\d.]+\d)", last_text(phone))]
    assert offered[0] == owed // 100 == sum(offered[1:4])
    say(phone, "sí, acepto", "acordado")

    # What was said is what is written down, to the cent and the day.
    parts = demo.ask(INSTALMENTS, account_id)[0]  # type: ignore[index]
    assert [part // 100 for part in parts] == offered[1:4]

    portal = phone.locator(".bubble").last.locator("a").get_attribute("href")
    assert portal
    phone.goto(portal)
    expect(phone.locator("h1")).to_contain_text("$")  # nobody is asked twice who they are
    phone.locator("form[action$='/pay'] button").click()
    phone.wait_for_url("**/checkout/**")
    phone.locator("form[action$='/pay'] button").click()
    phone.wait_for_url("**/payments/**")
    expect(phone.locator(".mark-good")).to_be_visible(timeout=60_000)

    assert demo.ask(BALANCE, account_id) == (owed - parts[0],)
    assert demo.ask(STATES, account_id) == (["paid", "due", "due"],)

    # The manager's page was never reloaded.
    expect(manager.locator("main")).not_to_have_text(before, timeout=30_000)
    expect(manager.locator("main")).to_contain_text(f"{parts[0] // 100:,}".replace(",", "."))
    manager.goto(f"{demo.work}/accounts/{account}")
    timeline = " ".join(manager.locator(".timeline").all_inner_texts())
    newest_first = ["Pagado", "Acordado", "Ofrecido", "en 3 cuotas", "Le escribimos", "Asignada"]
    places = [timeline.rindex(word) for word in newest_first]
    assert places == sorted(places), timeline


BALANCE = """
    SELECT sum(balance_minor)::bigint FROM ledger_ledgeraccount
    WHERE subject_id = %s AND code LIKE 'debt.%%'
"""
INSTALMENTS = """
    SELECT array_agg(i.amount_minor ORDER BY i.sequence) FROM agreements_instalment i
    JOIN agreements_agreement g ON g.id = i.agreement_id WHERE g.account_id = %s
"""
STATES = """
    SELECT array_agg(i.state::text ORDER BY i.sequence) FROM agreements_instalment i
    JOIN agreements_agreement g ON g.id = i.agreement_id WHERE g.account_id = %s
"""


def last_text(phone: Page) -> str:
    return phone.locator(".bubble").last.inner_text().replace("\xa0", " ")
