"""Refusals of the machines' door."""

from django.utils.translation import gettext_lazy as _

from acuerdo.core.errors import AcuerdoError


class TooLarge(AcuerdoError):
    code = "too_large"
    http_status = 413
    message = _("This is larger than {limit} bytes. Send it in parts.")


class KeyRefused(AcuerdoError):
    code = "key_refused"
    http_status = 401
    message = _("Send a key of this creditor that is for this: Authorization: Bearer …")


class Unreadable(AcuerdoError):
    code = "unreadable"
    http_status = 422
    message = _("This cannot be read: {reason}.")
