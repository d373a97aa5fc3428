"""Refusals of conversation flows."""

from django.utils.translation import gettext_lazy as _

from acuerdo.core.errors import AcuerdoError


class AddressNotUsed(AcuerdoError):
    code = "address_not_used"
    http_status = 422
    message = _("Nobody is spoken to like that in {country}. Choose one of: {forms}.")


class FlowUntested(AcuerdoError):
    code = "flow_untested"
    http_status = 409
    message = _("Run the scripted conversations with version {version} of {code} first.")


class FlowUnsafe(AcuerdoError):
    code = "flow_unsafe"
    http_status = 422
    message = _(
        "Version {version} of {code} does not go live: it breaks what has to hold in {count}"
        " scripted conversations. Look at them, change it, and run them again."
    )


class RunUnderWay(AcuerdoError):
    code = "flow_test_under_way"
    http_status = 409
    message = _("The scripted conversations are being run with this version already.")
