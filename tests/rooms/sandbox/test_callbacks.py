"""Webhooks: signed, in groups, again until they are taken."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from acuerdo.core.clock import real_now
from acuerdo.core.crypto import verify_signature
from acuerdo.sandbox.access import secret_of
from acuerdo.sandbox.callbacks import _quiet, queue_event, send_due
from acuerdo.sandbox.models import Webhook

pytestmark = pytest.mark.django_db


class Client(BaseHTTPRequestHandler):
    seen: list[tuple[str, bytes]] = []
    status = 200

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).seen.append((self.headers["X-Acuerdo-Signature"], body))
        self.send_response(type(self).status)
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture(autouse=True)
def nobody_is_quiet() -> None:
    _quiet.clear()


@pytest.fixture
def client_url() -> Iterator[str]:
    Client.seen, Client.status = [], 200
    server = ThreadingHTTPServer(("127.0.0.1", 0), Client)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hook"
    server.shutdown()
    server.server_close()


def test_events_of_one_account_travel_together_and_signed(client_url: str) -> None:
    for number in range(3):
        queue_event(account_id="a", url=client_url, kind="t", fields={"n": number})
    queue_event(account_id="b", url=client_url, kind="t", fields={"n": 9})
    assert send_due() == 4
    assert send_due() == 0
    by_count = sorted(Client.seen, key=lambda call: -len(json.loads(call[1])["events"]))
    signature, body = by_count[0]
    verify_signature(signature, body, secret_of("a"), real_now())
    events = json.loads(body)["events"]
    assert [event["n"] for event in events] == [0, 1, 2]
    assert len({event["id"] for event in events}) == 3
    verify_signature(*by_count[1], secret_of("b"), real_now())


def test_what_is_not_taken_comes_again_and_never_less(client_url: str) -> None:
    queue_event(account_id="a", url=client_url, kind="t", fields={})
    Client.status = 500
    now = real_now()
    waits = []
    for _ in range(5):
        send_due(now=now)
        (webhook,) = Webhook.objects.all()
        waits.append(webhook.next_at - now)
        assert send_due(now=webhook.next_at - timedelta(milliseconds=1)) == 0
        now = webhook.next_at
    assert waits == [timedelta(seconds=2**power) for power in range(5)]
    Client.status = 204
    assert send_due(now=now) == 1
    assert len({body for _signature, body in Client.seen}) == 1


def test_nobody_there_is_no_error_and_an_end_comes() -> None:
    queue_event(account_id="a", url="http://127.0.0.1:1/x", kind="t", fields={})
    assert send_due() == 0
    _quiet.clear()
    Webhook.objects.update(attempts=149, next_at=real_now() - timedelta(seconds=1))
    send_due()
    assert Webhook.objects.get().given_up_at is not None
    assert send_due(now=real_now() + timedelta(days=9)) == 0


def test_who_is_down_is_asked_once_in_a_while_and_not_for_every_event(client_url: str) -> None:
    down = "http://127.0.0.1:1/x"
    for number in range(250):
        queue_event(account_id="a", url=down, kind="t", fields={"n": number})
    now = real_now()
    send_due(now=now)
    queue_event(account_id="a", url=client_url, kind="t", fields={})
    # The address that is up does not wait behind the one that is down.
    assert send_due(now=real_now()) == 1
    assert Webhook.objects.filter(url=down, attempts=0).count() == 150


def test_no_address_no_webhook() -> None:
    queue_event(account_id="a", url="", kind="t", fields={})
    assert Webhook.objects.count() == 0
