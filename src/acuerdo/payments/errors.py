"""Refusals of the payments room."""

from django.utils.translation import gettext_lazy as _

from acuerdo.core.errors import AcuerdoError


class NothingToPay(AcuerdoError):
    code = "nothing_to_pay"
    http_status = 409
    message = _("Nothing is owed on this account any more.")


class AmountNotPayable(AcuerdoError):
    code = "amount_not_payable"
    http_status = 422
    message = _("{amount} cannot be paid here. Choose an amount above zero, up to what is owed.")


class NoPaymentProvider(AcuerdoError):
    code = "no_payment_provider"
    http_status = 503
    message = _("Payments are not set up. An administrator has to connect a payment provider.")


class UnknownPaymentProvider(AcuerdoError):
    code = "unknown_payment_provider"
    http_status = 422
    message = _("{provider} is not a payment provider. Use one of {known}.")


class ProviderUnavailable(AcuerdoError):
    """The provider did not answer, or not in words we know: what it did is not known."""

    code = "payment_provider_unavailable"
    http_status = 503
    message = _("The payment page does not answer. Nothing was charged; try again in a minute.")


class ProviderRefused(AcuerdoError):
    """The provider said no for good."""

    code = "payment_provider_refused"
    http_status = 502
    message = _("The payment provider refused the payment. Talk to a person.")


class RequestClosed(AcuerdoError):
    code = "payment_request_closed"
    http_status = 409
    message = _("This payment has ended. Go back and choose what to pay.")


class RequestBusy(AcuerdoError):
    code = "payment_request_busy"
    http_status = 409
    message = _("The payment page is being opened. Try again in a moment.")


class WebhookUnreadable(AcuerdoError):
    code = "webhook_unreadable"
    http_status = 400
    message = _("The message of {provider} cannot be read.")


class AccountOver(AcuerdoError):
    code = "account_over"
    http_status = 409
    message = _("The account went back to its creditor: its books are corrected there.")


class DateOutside(AcuerdoError):
    code = "date_outside"
    http_status = 422
    message = _("{on} cannot be: choose a date from {first}, when the account came, to {last}.")
