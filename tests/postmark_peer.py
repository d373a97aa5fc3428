"""An e-mail service as Postmark's public documentation describes it: our words, not its code.

`POST /email` (https://postmarkapp.com/developer/api/email-api) keeps a mail in the sandbox's
inbox; `refused@…` is inactive there, for `later@…` it is out of order. Its webhooks do not sign:
they carry the user and password of their address.
"""

from __future__ import annotations

import base64
import json
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from acuerdo.sandbox.mail import keep_mail

TOKEN = "a-server-token"
HOOK_SECRET = "hook:a-password"
SECRET = json.dumps({"server_token": TOKEN, "webhook_secret": HOOK_SECRET})


@csrf_exempt
def email(request: HttpRequest) -> JsonResponse:
    if request.headers.get("X-Postmark-Server-Token") != TOKEN:
        return _error(401, 10, "Request does not contain a valid Server token.")
    data = json.loads(request.body)
    mailbox = str(data["To"]).partition("@")[0]
    if mailbox == "refused":
        return _error(
            422, 406,
            "You tried to send to a recipient that has been marked as inactive.\n"
            f"Found inactive addresses: {data['To']}.\n"
            "Inactive recipients are ones that have generated a hard bounce or a spam complaint.",
        )  # fmt: skip
    if mailbox == "later":
        return _error(503, 100, "We are down for maintenance.")
    if "@" not in data["To"] or " " in data["To"]:
        return _error(422, 300, f"Invalid 'To' address: '{data['To']}'.")
    keep_mail("", [data["To"]], _mime(data).as_bytes())
    return JsonResponse(
        {"To": data["To"], "ErrorCode": 0, "Message": "OK", "MessageID": str(uuid4())}
    )


def _error(status: int, code: int, message: str) -> JsonResponse:
    return JsonResponse({"ErrorCode": code, "Message": message}, status=status)


def _mime(data: dict[str, Any]) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = data["From"], data["To"], data["Subject"]
    if data.get("ReplyTo"):
        made["Reply-To"] = data["ReplyTo"]
    headers = {one["Name"]: one["Value"] for one in data.get("Headers", [])}
    if headers.pop("X-PM-KeepID", "") != "true":
        headers["Message-ID"] = f"<{uuid4()}@mtasv.net>"
    for name, value in headers.items():
        made[name] = value
    made["X-Metadata"] = json.dumps(data.get("Metadata", {}))
    made.set_content(data["TextBody"])
    if data.get("HtmlBody"):
        made.add_alternative(data["HtmlBody"], subtype="html")
    return made


def hook_headers(secret: str = HOOK_SECRET) -> dict[str, str]:
    """What Postmark sends with a webhook; names in lower case, as adapters get them."""
    credentials = base64.b64encode(secret.encode()).decode()
    return {"content-type": "application/json", "authorization": f"Basic {credentials}"}


def delivered(key: str) -> dict[str, Any]:
    return {
        "RecordType": "Delivery", "MessageID": "m-1", "Recipient": "ana@example.com",
        "DeliveredAt": "2026-03-02T15:00:00Z", "Details": "250 OK",
        "Metadata": {"acuerdo_key": key},
    }  # fmt: skip


def bounced(key: str, kind: str, details: str) -> dict[str, Any]:
    return {
        "RecordType": "Bounce", "ID": 42, "Type": kind, "MessageID": "m-1", "Details": details,
        "Email": "ana@example.com", "BouncedAt": "2026-03-02T15:00:00Z",
        "Metadata": {"acuerdo_key": key},
    }  # fmt: skip


def complained(key: str) -> dict[str, Any]:
    return {
        "RecordType": "SpamComplaint", "ID": 43, "Type": "SpamComplaint", "MessageID": "m-1",
        "Email": "ana@example.com", "BouncedAt": "2026-03-02T15:00:00Z",
        "Metadata": {"acuerdo_key": key},
    }  # fmt: skip


def inbound(sender: str, to: str, text: str, message_id: str = "in-1") -> dict[str, Any]:
    return {
        "FromFull": {"Email": sender, "Name": "Ana"}, "ToFull": [{"Email": to, "Name": ""}],
        "OriginalRecipient": to, "Subject": "Re: Su cuenta", "MessageID": message_id,
        "TextBody": text, "HtmlBody": "", "Headers": [{"Name": "X-Mailer", "Value": "x"}],
        "Attachments": [],
    }  # fmt: skip


urlpatterns = [path("email", email)]
