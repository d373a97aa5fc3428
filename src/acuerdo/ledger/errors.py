"""Why the books refuse an entry."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from acuerdo.core.errors import AcuerdoError


class EntryInvalid(AcuerdoError):
    """A bug of the caller: an entry without postings, or one that moves nothing or backwards."""

    code = "entry_invalid"
    http_status = 422
    message = _("The entry cannot be posted: {problem}.")


class CurrencyMixed(AcuerdoError):
    code = "currency_mixed"
    http_status = 422
    message = _("The debt is in {expected}; {found} cannot be posted to it.")


class AlreadyReversed(AcuerdoError):
    code = "already_reversed"
    http_status = 409
    message = _("The entry was reversed before. Look at its reversal, or post a new entry.")


class NotReversible(AcuerdoError):
    code = "not_reversible"
    http_status = 409
    message = _("A reversal is not reversed. Post the corrected entry anew.")


class SchemeInvalid(AcuerdoError):
    code = "accrual_scheme_invalid"
    http_status = 422
    message = _("What debts bear cannot be read from the settings: {problem}.")


class NothingToTake(AcuerdoError):
    code = "nothing_to_take"
    http_status = 409
    message = _("Only {there} is there; {wanted} cannot be taken from it.")
