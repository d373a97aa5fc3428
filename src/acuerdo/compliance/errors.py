"""What this room refuses to do."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from acuerdo.core.errors import AcuerdoError


class AttemptUnknown(AcuerdoError):
    code = "attempt_unknown"
    http_status = 404
    message = _("No contact was reserved under {reference}. Reserve it before it is settled.")


class OutcomeUnknown(AcuerdoError):
    code = "outcome_unknown"
    http_status = 422
    message = _("{outcome} is not an outcome of a contact. Use one of: {known}.")


class ChannelUnknown(AcuerdoError):
    code = "channel_unknown"
    http_status = 422
    message = _("{channel} is not a channel. Use one of: {known}.")


class PurposeUnknown(AcuerdoError):
    code = "purpose_unknown"
    http_status = 422
    message = _("{purpose} cannot be chosen here. Use one of: {known}.")


class ConsentUnproven(AcuerdoError):
    code = "consent_unproven"
    http_status = 422
    message = _("Say where the consent can be looked up, and what was agreed to.")


class WishUnknown(AcuerdoError):
    code = "wish_unknown"
    http_status = 422
    message = _("{kind} is not a wish. Use one of: {known}.")


class WishHoursWrong(AcuerdoError):
    code = "wish_hours_wrong"
    http_status = 422
    message = _("Hours need a beginning or an end, and the two must differ.")


class HoldOnNothing(AcuerdoError):
    code = "hold_on_nothing"
    http_status = 422
    message = _("Say whom to leave alone: an account, a debtor or a person.")


class HoldOver(AcuerdoError):
    code = "hold_over"
    http_status = 422
    message = _("The end of a hold lies in the future. Choose a later date.")
