from django.utils.translation import gettext_lazy as _

from acuerdo.core.errors import AcuerdoError


class UserExists(AcuerdoError):
    code = "user_exists"
    http_status = 409
    message = _("Somebody logs in with {email} already. Give them a role instead.")


class NameMissing(AcuerdoError):
    code = "name_missing"
    http_status = 422
    message = _("Give the view a name.")


class TooManyViews(AcuerdoError):
    code = "too_many_views"
    http_status = 409
    message = _("You have {most} saved views, which is the limit. Delete one first.")


class NoSuchScope(AcuerdoError):
    code = "no_such_scope"
    http_status = 422
    message = _("A key is for one or more of: {known}. There is no {scope}.")
