"""The webhooks of e-mail services: proved and read by anymail's views, told in our words.

Anymail has a view per service for tracking and one for inbound mail, with an address each. Here a
service has one address for both, and no view is ever routed to: each is made with the account's
own settings, asked to prove the request, and to read it. A view that is given the other's event
says so.
"""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Iterator, Mapping
from importlib import import_module
from io import BytesIO
from typing import Any

from anymail.exceptions import (
    AnymailConfigurationError,
    AnymailError,
    AnymailInsecureWebhookWarning,
)
from anymail.signals import AnymailInboundEvent, EventType, RejectReason
from anymail.webhooks.base import AnymailCoreWebhookView
from django.core.handlers.wsgi import WSGIRequest

from acuerdo.core.errors import SignatureRefused
from acuerdo.messaging.channels.base import (
    Complaint,
    Inbound,
    RawMail,
    StatusState,
    StatusUpdate,
)
from acuerdo.messaging.errors import WebhookUnreadable
from acuerdo.messaging.mail.addresses import is_plain
from acuerdo.messaging.mail.reports import blames_address

# Our public id in a message's metadata.
KEY = "acuerdo_key"

_STATES = {
    EventType.SENT: StatusState.SENT,
    EventType.DELIVERED: StatusState.DELIVERED,
    EventType.OPENED: StatusState.READ,
    EventType.CLICKED: StatusState.READ,
    EventType.BOUNCED: StatusState.FAILED,
    EventType.REJECTED: StatusState.FAILED,
    EventType.FAILED: StatusState.FAILED,
}
_COMPLAINTS = frozenset({EventType.COMPLAINED, EventType.UNSUBSCRIBED})
# What anymail's views raise for input that is not what they expect, and for missing settings.
_BROKEN = (AnymailError, AnymailConfigurationError, ValueError, LookupError, TypeError,
           AttributeError, RecursionError)  # fmt: skip
_ADDRESS_FAULTS = frozenset({RejectReason.BOUNCED, RejectReason.INVALID})


def read_hook(
    esp: str, options: Mapping[str, Any], headers: Mapping[str, str], body: bytes
) -> list[Inbound]:
    """The facts in a webhook. Raises SignatureRefused and WebhookUnreadable."""
    views = list(_views(esp, options))
    proved = [view for view in views if _proves(view, headers, body)]
    if not proved:
        raise SignatureRefused
    reason = ""
    for view in proved:
        try:
            events = view.parse_events(_request(headers, body))
            return [fact for event in events if (fact := _fact(event)) is not None]
        except AnymailConfigurationError:
            reason = reason or "not for this view"
        except _BROKEN as error:
            reason = type(error).__name__
    raise WebhookUnreadable(provider=esp, reason=reason)


def _views(esp: str, options: Mapping[str, Any]) -> Iterator[Any]:
    """The service's views with the account's settings; those that lack one are left out."""
    try:
        module = import_module(f"anymail.webhooks.{esp}")
    except ImportError:
        return
    for name, kind in vars(module).items():
        is_view = isinstance(kind, type) and issubclass(kind, AnymailCoreWebhookView)
        if is_view and name.endswith("WebhookView") and kind.__module__ == module.__name__:
            with warnings.catch_warnings():
                # Who does not prove anything is refused below, not warned of.
                warnings.simplefilter("ignore", AnymailInsecureWebhookWarning)
                try:
                    view = kind(**options)
                except _BROKEN:
                    continue
            if view.signal is not None or name.endswith("CombinedWebhookView"):
                yield view


def _proves(view: Any, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether the request is the service's. A view without any means to tell proves nothing."""
    if view.warn_if_no_basic_auth and not view.basic_auth:
        return False
    try:
        view.run_validators(_request(headers, body))
    except _BROKEN:
        return False
    return True


def _request(headers: Mapping[str, str], body: bytes) -> WSGIRequest:
    """The webhook as Django's views know requests."""
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/",
        "wsgi.input": BytesIO(body),
        "wsgi.url_scheme": "https",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "443",
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": headers.get("content-type", ""),
    }
    for name, value in headers.items():
        environ["HTTP_" + name.upper().replace("-", "_")] = value
    request = WSGIRequest(environ)
    # The door has read and measured the body: it is not measured by Django's limit for forms.
    request._body = body
    return request


def _fact(event: Any) -> Inbound | None:
    if isinstance(event, AnymailInboundEvent):
        return RawMail(_raw(event.message), external_id=_external_id(event))
    key = str((event.metadata or {}).get(KEY, ""))
    message_id = str(event.message_id or "")
    if event.event_type in _COMPLAINTS:
        return Complaint(_external_id(event), provider_message_id=message_id, key=key)
    state = _STATES.get(event.event_type)
    if state is None:
        return None
    words = " ".join(str(event.mta_response or event.description or "").split())[:200]
    return StatusUpdate(
        external_id=_external_id(event),
        state=state,
        provider_message_id=message_id,
        key=key,
        at=event.timestamp,
        detail=words,
        is_dead=state is StatusState.FAILED
        and event.reject_reason in _ADDRESS_FAULTS
        and blames_address(words),
    )


def _external_id(event: Any) -> str:
    """The service's id of the event, else a digest of all that it says."""
    if event.event_id:
        return f"{event.event_type}:{event.event_id}"[:200]
    said = json.dumps(event.esp_event, sort_keys=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()


def _raw(message: Any) -> bytes:
    """The mail, under the address that it was brought to, which names our message."""
    raw = bytes(message.as_bytes())
    recipient = str(message.envelope_recipient or "")
    if is_plain(recipient):
        raw = f"Delivered-To: {recipient}\n".encode() + raw
    return raw
