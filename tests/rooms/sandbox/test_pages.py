"""The phone, the inbox and the checkout, as a person uses them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from acuerdo.core.clock import real_now
from acuerdo.sandbox.mail import keep_mail
from acuerdo.sandbox.models import Checkout, PhoneMessage, Webhook

from rooms.sandbox.test_api import CHECKOUT, MESSAGE, call  # isort: skip

pytestmark = [pytest.mark.django_db, pytest.mark.urls("acuerdo.sandbox.urls")]

PHONE = MESSAGE["to"]
MAIL = (
    b"From: Banco <no-reply@banco.example>\r\nTo: ana@example.com\r\n"
    b"Subject: =?utf-8?q?Hola_A=C3=B1a?=\r\n"
    b"Message-ID: <m-1@banco.example>\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
    b"Hola\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><head></head><body>"
    b"<script>alert(1)</script><p>Hola</p></body></html>\r\n--b--\r\n"
)


@pytest.fixture
def sent() -> str:
    return str(call("post", "/api/messages", MESSAGE, key="k").json()["id"])


@pytest.mark.parametrize("language", ["es", "pt", "en"])
def test_every_page_speaks_three_languages(sent: str, language: str) -> None:
    keep_mail("a@b.example", ["ana@example.com"], MAIL)
    checkout = call("post", "/api/checkouts", CHECKOUT | {"language": language}, key="c").json()
    client = Client(headers={"Accept-Language": language})
    for path in (
        "/",
        "/?q=300",
        f"/phone/{PHONE}",
        f"/phone/{PHONE}?list",
        f"/phone/{PHONE}/whatsapp/acc-1",
        "/mail",
        "/mail?to=ana@example.com",
        f"/mail/{_mail_id()}",
        f"/checkout/{checkout['id']}",
    ):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert f'<html lang="{language}">' in answer.content.decode(), path
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy, path


def _mail_id() -> int:
    from acuerdo.sandbox.models import Mail

    return Mail.objects.values_list("pk", flat=True)[0]


def test_to_open_a_whatsapp_thread_is_to_read_it_and_a_list_is_not(sent: str) -> None:
    Client().get(f"/phone/{PHONE}")
    assert PhoneMessage.objects.get().status == "delivered"
    for _ in range(3):
        Client().get(f"/phone/{PHONE}/whatsapp/acc-1")
    states = [w.payload["state"] for w in Webhook.objects.order_by("pk")]
    assert states == ["sent", "delivered", "read"]


def test_a_reply_becomes_a_webhook(sent: str) -> None:
    client = Client(enforce_csrf_checks=True)
    path = f"/phone/{PHONE}/whatsapp/acc-1"
    assert client.post(path + "/reply", {"text": "quiero pagar"}).status_code == 403
    client.get(path)
    token = client.cookies["csrftoken"].value
    client.post(path + "/reply", {"text": " quiero pagar\0 ", "csrfmiddlewaretoken": token})
    client.post(path + "/reply", {"text": "BAJA", "payload": "stop", "csrfmiddlewaretoken": token})
    events = [w.payload for w in Webhook.objects.order_by("pk") if "from" in w.payload]
    assert [(e["from"], e["text"], e["button"]) for e in events] == [
        (PHONE, "quiero pagar", ""),
        (PHONE, "BAJA", "stop"),
    ]
    assert len({e["id"] for e in events}) == 2


def test_nobody_writes_to_a_thread_that_is_not_there(sent: str) -> None:
    for path in (f"/phone/{PHONE}/sms/acc-1/reply", "/phone/+573000000000/whatsapp/acc-1/reply"):
        assert Client().post(path, {"text": "x"}).status_code == 404
    assert Client().get("/phone/abc").status_code == 404


def test_texts_are_shown_as_text(sent: str) -> None:
    call(
        "post",
        "/api/messages",
        MESSAGE | {"text": "<script>x</script> https://a.example/p/t"},
        key="h",
    )
    page = Client().get(f"/phone/{PHONE}/whatsapp/acc-1").content.decode()
    assert "<script>x" not in page
    assert 'href="https://a.example/p/t"' in page


def test_a_mail_is_shown_in_a_sealed_frame() -> None:
    keep_mail("x@y.example", ["ana@example.com", "Luis@Example.com"], MAIL)
    inbox = Client().get("/mail?to=ana@example.com").content.decode()
    assert "Hola Aña" in inbox
    assert "luis@example.com" not in inbox
    page = Client().get(f"/mail/{_mail_id()}").content.decode()
    assert 'sandbox="allow-popups' in page
    frame = Client().get(f"/mail/{_mail_id()}/html")
    policy = frame.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert frame.headers["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("junk", [b"", b"\x00\xff\xfe", b"Subject: \xff\r\n\r\n\xff", MAIL[:150]])
def test_mails_that_are_none_are_kept_and_shown(junk: bytes) -> None:
    keep_mail("x@y.example", ["a@example.com"], junk)
    assert Client().get(f"/mail/{_mail_id()}").status_code == 200
    assert Client().get(f"/mail/{_mail_id()}/html").status_code == 200


@pytest.mark.parametrize(
    ("ending", "state"), [("pay", "paid"), ("decline", "declined"), ("expire", "expired")]
)
def test_a_checkout_ends_once(ending: str, state: str) -> None:
    made = call("post", "/api/checkouts", CHECKOUT, key="c").json()
    path = f"/checkout/{made['id']}"
    answer = Client().post(f"{path}/{ending}")
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"http://127.0.0.1:1/p/x?step=2&checkout={made['id']}"
    for other in ("pay", "decline", "expire"):
        Client().post(f"{path}/{other}")
    (webhook,) = Webhook.objects.all()
    assert webhook.payload["type"] == f"checkout.{state}"
    assert webhook.payload["checkout"] == call("get", f"/api/checkouts/{made['id']}").json()
    shown = webhook.payload["checkout"]
    assert bool(shown["payment_id"]) == bool(shown["paid_at"]) == (state == "paid")


def test_a_checkout_past_its_time_cannot_be_paid() -> None:
    made = call("post", "/api/checkouts", CHECKOUT, key="c").json()
    Checkout.objects.update(expires_at=real_now() - timedelta(seconds=1))
    Client().post(f"/checkout/{made['id']}/pay")
    assert call("get", f"/api/checkouts/{made['id']}").json()["state"] == "expired"
    assert Webhook.objects.get().payload["type"] == "checkout.expired"


def test_the_browser_may_follow_the_redirect_and_go_nowhere_else() -> None:
    made = call("post", "/api/checkouts", CHECKOUT, key="c").json()
    answer = Client().get(f"/checkout/{made['id']}")
    policy = answer.headers["Content-Security-Policy"]
    assert "form-action" in policy
    assert "http://127.0.0.1:1" in policy


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_the_language_link_leads_nowhere_else(back: str) -> None:
    answer: Any = Client().get("/language/pt", {"next": back})
    assert answer.headers["Location"] == "/"
    assert answer.cookies["acuerdo_language"].value == "pt"
