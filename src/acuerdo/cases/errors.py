"""Refusals of the cases room."""

from django.utils.translation import gettext_lazy as _

from acuerdo.core.errors import AcuerdoError


class UnknownKind(AcuerdoError):
    code = "unknown_case_kind"
    http_status = 422
    message = _("{kind} is not a kind of case. Use one of {known}.")


class CaseClosedAlready(AcuerdoError):
    code = "case_closed"
    http_status = 409
    message = _("This case was closed before. Reload the page to see how.")


class UnknownResolution(AcuerdoError):
    code = "unknown_resolution"
    http_status = 422
    message = _("A case of this kind cannot end as {resolution}. Use one of {known}.")


class TaskDoneAlready(AcuerdoError):
    code = "task_done"
    http_status = 409
    message = _("This task was done before. Reload the page to see by whom.")


class NotOfCreditor(AcuerdoError):
    code = "not_of_creditor"
    http_status = 404
    message = _("The account was not found at this creditor.")
