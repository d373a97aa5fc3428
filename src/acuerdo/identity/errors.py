from django.utils.translation import gettext_lazy as _

from acuerdo.core.errors import AcuerdoError


class UserExists(AcuerdoError):
    code = "user_exists"
    http_status = 409
    message = _("Somebody logs in with {email} already. Give them a role instead.")
