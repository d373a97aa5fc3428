"""Why a proposal could not be accepted as it was, in words that show no limit of the policy; and
what is wrong with a policy that somebody wrote."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

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


_FAULTS: Final[dict[str, str | Promise]] = {
    "missing": _("This is missing."),
    "extra_forbidden": _("There is no such key."),
    "greater_than_equal": _("It is {ge} at least."),
    "less_than_equal": _("It is {le} at most."),
    "decimal_max_places": _("It has at most {decimal_places} decimals."),
    "decimal_max_digits": _("It has at most {max_digits} digits."),
    "string_pattern_mismatch": _("Small letters, digits and _ only."),
    "string_too_long": _("It has at most {max_length} characters."),
    "string_type": _("Write a text."),
    "bool_parsing": _("Write true or false."),
    "bool_type": _("Write true or false."),
    "literal_error": _("Choose one of: {expected}."),
    "too_short": _("It needs one entry at least."),
    "too_long": _("It has at most {max_length} entries."),
    "tuple_type": _("Write a list here."),
    "before_from": _("It ends before it begins."),
    "opening_wider": _("What is given at first is more than what the assistant may give."),
    "authority_narrower": _("A higher authority may give less here than the one before it."),
    "no_currency": _("Write the three capital letters of a currency, like COP."),
    "too_fine": _("The currency has no such small part."),
    "too_large": _("The file is too large."),
    "alias": _("Write everything out: a file of policies has no anchors and aliases."),
    "no_yaml": _("This is no YAML."),
    "no_section": _("The file begins with a section, like policies:, and lists what is in it."),
    "no_list": _("List them under the name of the section."),
    "code_twice": _("This code stands twice in the file."),
    "key_twice": _("This key stands twice."),
}


def register_faults(texts: Mapping[str, str | Promise]) -> None:
    """Words for the codes of another room's documents; called when Django starts."""
    _FAULTS.update(texts)


_NO_NUMBER: Final = _("Write a number.")
_NO_MAPPING: Final = _("Write keys and values here.")


def describe_fault(code: str, limits: Mapping[str, Any]) -> str:
    """What is wrong with a value of a policy, by the code that its check gave it."""
    if code in _FAULTS:
        return str(_FAULTS[code]).format(**limits)
    return str(_NO_MAPPING if code.endswith(("model_type", "dict_type")) else _NO_NUMBER)
