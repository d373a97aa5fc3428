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


class EvidenceNotTaken(AcuerdoError):
    code = "evidence_not_taken"
    http_status = 409
    message = _("Receipts belong to a payment that you told us of, while we are looking for it.")


class EvidenceTypeRefused(AcuerdoError):
    code = "evidence_type_refused"
    http_status = 422
    message = _("This is no picture and no PDF. Send a JPEG, PNG, WebP or HEIC picture, or a PDF.")


class EvidenceTooLarge(AcuerdoError):
    code = "evidence_too_large"
    http_status = 413
    message = _("A file may have {megabytes} MB at most. Send a smaller picture.")


class EvidenceTooMany(AcuerdoError):
    code = "evidence_too_many"
    http_status = 409
    message = _("We have {limit} files of this already, which is all that we can take.")
