"""Why a row of a list or of a history was rejected or warned of, in words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from acuerdo.portfolio.reasons import reason_text as read_by_portfolio

REASONS: dict[str, str | Promise] = {
    "unknown_channel_all": _("The channel is not known; all channels were closed."),
    "unknown_channel_here": _("The channel is not known, or there is more than one."),
    "unknown_document": _("The creditor has no debtor with this document."),
    "unknown_debtor": _("The creditor has no such debtor."),
    "debtors_differ": _("The row names two different debtors."),
    "nobody_named": _("The row names no account, document or debtor."),
    "unknown_kind": _("Use contact, consent, opt_out or revocation."),
    "unknown_direction": _("Use outbound or inbound."),
    "unknown_outcome": _("The outcome is not known."),
    "unknown_purpose": _("The purpose is not known."),
    "unknown_zone": _("The time zone is not known. Use its IANA name, such as America/Bogota."),
    "assumed_noon": _("The time is missing; noon was used."),
    "unreadable_time": _("The value is not a time."),
}


def reason_text(reason: str) -> str:
    """The reason in the active language; an unknown code stands for itself."""
    return str(REASONS[reason]) if reason in REASONS else read_by_portfolio(reason)
