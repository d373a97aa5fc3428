"""Why a proposal could not be accepted as it was, in words that show no limit of the policy."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

OUTSIDE: Final[dict[str, str | Promise]] = {
    "nothing_owed": _("Nothing is owed."),
    "no_policy": _("Nothing can be offered on this account. A person has to look at it."),
    "terms_missing": _("No amount and no date were named."),
    "amount_missing": _("No amount was named."),
    "date_missing": _("No date was named."),
    "count_missing": _("The number of instalments was not named."),
    "amount_too_low": _("The amount is too low."),
    "amount_too_high": _("The amount is more than what is owed."),
    "does_not_cover": _("The instalments do not add up to what is owed."),
    "down_payment_too_low": _("The first payment is too low."),
    "instalment_too_low": _("An instalment is too low."),
    "above_capacity": _("An instalment is more than what is left of the income."),
    "too_few_instalments": _("A plan has two instalments or more."),
    "too_many_instalments": _("There are too many instalments."),
    "discount_not_offered": _("There is no discount on this account."),
    "discount_too_high": _("The discount is too high."),
    "in_the_past": _("The date is past."),
    "too_late": _("The date is too far away."),
    "not_a_business_day": _("The date is not a working day."),
    "not_later": _("The date is not later than the one agreed."),
    "moved_too_often": _("This date has been moved already."),
    "dates_out_of_order": _("The dates are out of order."),
}


def describe_outside(code: str) -> str:
    """The sentence of a code in the active language; the code itself where it is unknown."""
    return str(OUTSIDE.get(code, code))
