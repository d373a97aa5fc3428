"""Refusals of the agreements room."""

from django.utils.translation import gettext_lazy as _

from acuerdo.core.errors import AcuerdoError


class AccountNotActive(AcuerdoError):
    code = "account_not_active"
    http_status = 409
    message = _("This account is closed. Nothing can be agreed on it.")


class OfferNotAdmissible(AcuerdoError):
    """`outside` has the codes of what the policy does not allow."""

    code = "offer_not_admissible"
    http_status = 422
    message = _("This arrangement cannot be offered. Choose one of those on the list.")


class ReasonMissing(AcuerdoError):
    """A person goes beyond what the assistant may offer."""

    code = "reason_missing"
    http_status = 422
    message = _("This is more than the policy gives by itself. Write down why you offer it.")


class OfferNotOpen(AcuerdoError):
    code = "offer_not_open"
    http_status = 409
    message = _("This offer no longer stands. Ask for the offers of today.")


class AgreementRuns(AcuerdoError):
    code = "agreement_runs"
    http_status = 409
    message = _("There is an agreement on this account already. Keep it, or cancel it first.")


class TooManyChanges(AcuerdoError):
    code = "too_many_changes"
    http_status = 409
    message = _("This agreement cannot be changed again. A person can look at it.")


class CannotRoll(AcuerdoError):
    """`outside` has the codes of what the policy does not allow."""

    code = "cannot_roll"
    http_status = 422
    message = _("The date cannot be moved to that day.")


class BalanceChanged(AcuerdoError):
    code = "balance_changed"
    http_status = 409
    message = _("What is owed has changed since this was offered. Ask for the offers of today.")


class NotVerified(AcuerdoError):
    code = "not_verified"
    http_status = 403
    message = _("Only the debtor can agree. Verify who they are first.")


class AgreementClosed(AcuerdoError):
    code = "agreement_closed"
    http_status = 409
    message = _("This agreement has ended. Reload the page to see how.")


class FourEyes(AcuerdoError):
    code = "four_eyes"
    http_status = 409
    message = _("You wrote this version. Somebody else has to approve it.")


class PolicySettled(AcuerdoError):
    code = "policy_settled"
    http_status = 409
    message = _("This version has been decided on already. Reload the page to see how.")


class CapacityNotAsked(AcuerdoError):
    code = "capacity_not_asked"
    http_status = 409
    message = _("Income and expenses are not asked for on this account.")


class CapacityUnreadable(AcuerdoError):
    code = "capacity_unreadable"
    http_status = 422
    message = _("Write each amount in the currency of the account, not below zero.")
