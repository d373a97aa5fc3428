"""Why a run is refused."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from acuerdo.core.errors import AcuerdoError


class OptionWrong(AcuerdoError):
    """An option that cannot be understood: which one, and how it is written."""

    code = "option_wrong"
    http_status = 422
    message = _("{option}: {value} cannot be understood. {help}")


class AsOfRefused(AcuerdoError):
    code = "as_of_refused"
    http_status = 409
    message = _(
        "{creditor} was last run as of {last}; {as_of} is before that. What happened cannot be"
        " undone by an earlier run: take a later date."
    )


class LiveNotNow(AcuerdoError):
    code = "live_not_now"
    http_status = 409
    message = _(
        "--live sends to real people now, so it runs as of now: leave out --as-of {as_of}, or"
        " leave out --live."
    )


class NothingLive(AcuerdoError):
    code = "nothing_live"
    http_status = 409
    message = _(
        "{creditor} has no provider but the sandbox, so --live would reach nobody. Connect a real"
        " provider first, or leave out --live."
    )
