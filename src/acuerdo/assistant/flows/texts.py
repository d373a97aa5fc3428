"""What is wrong with a conversation flow that somebody wrote, by the code that its check gave."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FAULTS: Final[dict[str, str | Promise]] = {
    "protected": _(
        "Law and safety ask for this: it holds in every conversation and cannot be switched off."
    ),
    "twice": _("This stands twice."),
    "no_condition": _("Say for which debts, or leave the rule out."),
    "less_than_from": _("It is less than the amount from which it holds."),
    "words_too_long": _("Say it in 300 characters."),
    "unknown_fact": _("Only {{creditor}} can be named here."),
    "asks": _("No question here: the assistant asks one at a time, and the next one is its own."),
    "states": _("No amount, date, number, address or link here: nobody has checked it."),
    "of_a_debt": _("Nothing of a debt here: whoever reads it has not proved who they are."),
    "no_creditor": _("Say for whom it writes, with {{creditor}}."),
    "no_assistant": _("Say that it is a virtual assistant: nobody may take it for a person."),
}
