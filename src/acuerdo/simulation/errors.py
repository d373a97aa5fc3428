"""Why no portfolio is made."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from acuerdo.core.errors import AcuerdoError


class CountryUnknown(AcuerdoError):
    code = "country_unknown"
    http_status = 422
    message = _(
        "No portfolio can be made for {names}. Name one or more of these countries, with commas"
        " between them: {known}."
    )
