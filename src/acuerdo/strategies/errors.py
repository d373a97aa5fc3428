"""Refusals of the strategies room."""

from django.utils.translation import gettext_lazy as _

from acuerdo.core.errors import AcuerdoError


class PictureUntrue(AcuerdoError):
    """The picture of a date that the books do not show any more, or not yet."""

    code = "picture_untrue"
    http_status = 409
    message = _("{on} cannot be pictured: the books stand at {now}, and they have moved since.")


class PictureTooEarly(AcuerdoError):
    code = "picture_too_early"
    http_status = 422
    message = _("{on} has not come yet: its picture is taken when it is there.")


class StrategyInvalid(AcuerdoError):
    """Steps that the planner could not walk, or that would crowd a person."""

    code = "strategy_invalid"
    http_status = 422
    message = _("The strategy {strategy} cannot be used: step {step}, {found}.")
