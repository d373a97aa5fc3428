"""Refusals of the strategies room."""

from django.utils.translation import gettext_lazy as _

from acuerdo.core.errors import AcuerdoError


class StrategyInvalid(AcuerdoError):
    """Steps that the planner could not walk, or that would crowd a person."""

    code = "strategy_invalid"
    http_status = 422
    message = _("The strategy {strategy} cannot be used: step {step}, {found}.")
