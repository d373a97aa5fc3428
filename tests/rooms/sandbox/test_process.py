"""The sandbox as its own process: pages, mail server and webhooks come up and go down together."""

from __future__ import annotations

import os
import signal
import smtplib
import subprocess
import sys
import time

import httpx
import pytest
from django.conf import settings
from sandbox_peer import free_port

from acuerdo.sandbox.models import Mail

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_starts_serves_and_stops() -> None:
    web, mail = free_port(), free_port()
    process = subprocess.Popen(
        [
            os.path.join(os.path.dirname(sys.executable), "granian"),
            "--interface", "asgi", "--host", "127.0.0.1", "--port", str(web),
            "--log-level", "warning", "acuerdo.sandbox.asgi:application",
        ],
        env=os.environ
        | {
            "ACUERDO_PROCESS": "sandbox",
            "ACUERDO_SANDBOX_SMTP_PORT": str(mail),
            "DATABASE_URL": settings.DATABASE_URL,
            "PYTHONPATH": os.pathsep.join(sys.path),
        },
    )  # fmt: skip
    try:
        _wait(f"http://127.0.0.1:{web}/healthz")
        with smtplib.SMTP("127.0.0.1", mail, timeout=10) as smtp:
            smtp.sendmail("a@b.example", ["c@example.com"], "Subject: hola\r\n\r\nhola")
        assert Mail.objects.get().subject == "hola"
        page = httpx.get(f"http://127.0.0.1:{web}/mail", trust_env=False)
        assert "hola" in page.text
        style = httpx.get(f"http://127.0.0.1:{web}/static/sandbox/sandbox.css", trust_env=False)
        assert style.status_code == 200
        assert httpx.get(f"http://127.0.0.1:{web}/login", trust_env=False).status_code == 404
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


def _wait(url: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            if httpx.get(url, trust_env=False, timeout=1).is_success:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError("the sandbox did not start")
