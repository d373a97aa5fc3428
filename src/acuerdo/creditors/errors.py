from django.utils.translation import gettext_lazy as _

from acuerdo.core.errors import AcuerdoError


class UnknownCountry(AcuerdoError):
    code = "unknown_country"
    http_status = 422
    message = _("{country} is not a country that acuerdo knows. Use one of {known}.")


class CreditorExists(AcuerdoError):
    code = "creditor_exists"
    http_status = 409
    message = _("A creditor called {name} exists already. Choose another name.")
