"""Refusals of the messaging room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from acuerdo.core.errors import AcuerdoError

if TYPE_CHECKING:
    from acuerdo.messaging.lint import Finding


class UnknownProvider(AcuerdoError):
    code = "unknown_provider"
    http_status = 404
    message = _("There is no provider {provider} for the channel {channel}.")


class WebhookUnreadable(AcuerdoError):
    """The signature is right and the content is not what the provider's documentation says."""

    code = "webhook_unreadable"
    http_status = 400
    message = _("The message of {provider} could not be read: {reason}.")


class TemplateInvalid(AcuerdoError):
    code = "template_invalid"
    http_status = 422
    message = _("The template cannot be used: {reason} (line {line}).")


class TemplateRefused(AcuerdoError):
    """The contact gate would never let a message of this template out. `findings` say why, the
    flagged ones included."""

    code = "template_refused"
    http_status = 422
    message = _("The template cannot be used as it is. {reason} {words}")

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(rules=sorted({one.rule_id for one in findings if one.is_refused}))

    def __str__(self) -> str:
        first = next(one for one in self.findings if one.is_refused)
        words = f"«{first.words}»" if first.words else ""
        reason = first.explain(get_language() or "en")
        return str(self.message).format(reason=reason, words=words).strip()


class FactMissing(AcuerdoError):
    code = "fact_missing"
    http_status = 422
    message = _("The template needs {fact}, which is not known for this account.")


class DraftInvalid(AcuerdoError):
    code = "draft_invalid"
    http_status = 422
    message = _("The message {key} cannot be queued: {reason}.")


class LinkUnknown(AcuerdoError):
    """One answer for a link that never was, was withdrawn, or is over: nothing to learn from."""

    code = "link_unknown"
    http_status = 404
    message = _("This link does not work any more. Ask us for a new one by answering our message.")
