"""Refusals of the machines' door."""

from django.utils.translation import gettext_lazy as _

from acuerdo.core.errors import AcuerdoError


class TooLarge(AcuerdoError):
    code = "too_large"
    http_status = 413
    message = _("This is larger than {limit} bytes. Send it in parts.")
