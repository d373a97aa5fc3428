"""E-mail through any service that django-anymail knows; which one the configuration says.

Configuration: `esp` (one of `ESPS`), `from_address`, `reply_to`, `plus_addressing` as for SMTP, and
`options`: what anymail's documentation calls the service's settings, in lower case and without the
service's name (`sender_domain`, `api_url`). The account's secret is a JSON object of those of
them that are secret (`api_key`, `webhook_signing_key`), and `webhook_secret` (`user:password`) for
services that do not sign: then their webhook address is `https://user:password@…`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from email.headerregistry import Address
from typing import Any, ClassVar

import requests
from anymail.exceptions import (
    AnymailAPIError,
    AnymailConfigurationError,
    AnymailError,
    AnymailImproperlyInstalled,
    AnymailRecipientsRefused,
)
from anymail.message import AnymailMessage
from django.utils.module_loading import import_string

from acuerdo.core.errors import SignatureRefused
from acuerdo.core.vocabulary import Channel
from acuerdo.messaging.channels.base import (
    Account,
    Capabilities,
    Inbound,
    Outcome,
    Outgoing,
    SendResult,
    Unsupported,
)
from acuerdo.messaging.channels.email.anymail.hooks import KEY, read_hook
from acuerdo.messaging.mail.addresses import answer_address, is_plain

ESPS = frozenset(
    "brevo mailersend mailgun mailjet mailtrap mandrill postal postmark resend scaleway sendgrid"
    " sparkpost unisender_go".split()
)

_SETTINGS = (AnymailConfigurationError, AnymailImproperlyInstalled)
# Whether the service took the message before it failed to say so is not known.
_NO_ANSWER = frozenset({500, 502, 504})
_OURS = frozenset({401, 403, 404, 408, 425, 429})


class AnymailAdapter:
    channel: ClassVar[Channel] = Channel.EMAIL
    provider: ClassVar[str] = "anymail"
    capabilities: ClassVar[Capabilities] = Capabilities(
        receives=True, statuses=True, html=True, subject=True
    )

    def __init__(self, account: Account) -> None:
        self._account = account
        self._open: Any = None

    def send(self, outgoing: Outgoing, *, idempotency_key: str) -> SendResult:
        try:
            message = self._compose(outgoing, idempotency_key)
        except (ValueError, IndexError):
            return SendResult(Outcome.PERMANENT, code="bad_address")
        try:
            self._backend().send_messages([message])
        except _SETTINGS as error:
            return SendResult(Outcome.TEMPORARY, code="not_configured", detail=_words(error))
        except AnymailRecipientsRefused as error:
            return SendResult(Outcome.PERMANENT, code="refused", detail=_words(error))
        except AnymailAPIError as error:
            if error.status_code is not None:
                return _refusal(error, error.status_code)
            self.close()
            outcome = Outcome.TEMPORARY if _never_left(error) else Outcome.UNKNOWN
            return SendResult(outcome, code="unreachable", detail=type(error.__cause__).__name__)
        except (AnymailError, ValueError) as error:
            return SendResult(Outcome.PERMANENT, code="unsendable", detail=_words(error))
        return SendResult(
            Outcome.ACCEPTED, provider_message_id=str(message.anymail_status.message_id or "")
        )

    def find(self, idempotency_key: str) -> SendResult | None:
        raise Unsupported("not every service can be asked for a message by a key of ours")

    def parse_webhook(
        self, headers: Mapping[str, str], body: bytes, *, at: datetime
    ) -> list[Inbound]:
        try:
            esp, options = self._esp(), self._options()
        except AnymailConfigurationError as error:
            raise SignatureRefused from error
        return read_hook(esp, options, headers, body)

    def close(self) -> None:
        backend, self._open = self._open, None
        if backend is not None:
            backend.close()

    def _esp(self) -> str:
        esp = str(self._account.config.get("esp", ""))
        if esp not in ESPS:
            raise AnymailConfigurationError(f"esp is none of {', '.join(sorted(ESPS))}")
        return esp

    def _options(self) -> dict[str, Any]:
        """What anymail takes as settings, the secret ones included."""
        try:
            secrets = json.loads(self._account.secret)
        except ValueError:
            secrets = None
        if not isinstance(secrets, dict):
            raise AnymailConfigurationError("the secret is not a JSON object")
        return {**dict(self._account.config.get("options", {})), **secrets}

    def _backend(self) -> Any:
        """The open connection to the service."""
        if self._open is None:
            kind = import_string(f"anymail.backends.{self._esp()}.EmailBackend")
            backend = kind(
                **self._options(),
                timeout=float(self._account.config.get("timeout_seconds", 15)),
                # Metadata or the tracking switch is missing in some; the mail is what counts.
                ignore_unsupported_features=True,
            )
            backend.open()
            self._open = backend
        return self._open

    def _compose(self, outgoing: Outgoing, key: str) -> AnymailMessage:
        """The mail. Raises ValueError where an address or a header cannot be one."""
        config = self._account.config
        sender = str(config["from_address"])
        if not is_plain(outgoing.to):
            raise ValueError("not an address that every server takes")
        if "\n" in outgoing.subject or "\r" in outgoing.subject:
            raise ValueError("a subject is one line")
        headers = {
            "Message-ID": f"<{key}@{sender.rpartition('@')[2]}>",
            "Content-Language": outgoing.language,
            "Auto-Submitted": "auto-generated",
        }
        if config.get("esp") == "postmark":
            headers["X-PM-KeepID"] = "true"  # else it gives the mail another Message-ID
        if outgoing.unsubscribe_url:
            headers["List-Unsubscribe"] = f"<{outgoing.unsubscribe_url}>"
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        answers = answer_address(config, key)
        message = AnymailMessage(
            subject=outgoing.subject,
            body=outgoing.text,
            from_email=str(Address(self._account.sender_name, addr_spec=sender)),
            to=[outgoing.to],
            reply_to=[answers] if answers else None,
            headers=headers,
            metadata={KEY: key},
            track_opens=False,
            track_clicks=False,
        )
        if outgoing.html:
            message.attach_alternative(outgoing.html, "text/html")
        return message


def _refusal(error: AnymailAPIError, status: int) -> SendResult:
    """408, 425, 429, 503: later. 401, 403, 404: a setting of ours, later too. 500, 502, 504, and
    a taken message with an answer that makes no sense: nobody knows. Other codes: never."""
    if 200 <= status < 300 or status in _NO_ANSWER:
        outcome = Outcome.UNKNOWN
    elif status in _OURS or status > 500:
        outcome = Outcome.TEMPORARY
    else:
        outcome = Outcome.PERMANENT
    return SendResult(outcome, code=f"http_{status}", detail=_words(error))


def _never_left(error: AnymailAPIError) -> bool:
    """Whether the connection was not even made."""
    cause = error.__cause__
    if isinstance(cause, requests.ConnectTimeout | requests.exceptions.SSLError):
        return True
    return "NewConnectionError" in repr(cause)


def _words(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
