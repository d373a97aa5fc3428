"""Refusals of the segments room."""

from django.utils.translation import gettext_lazy as _

from acuerdo.core.errors import AcuerdoError


class PredicateInvalid(AcuerdoError):
    """A predicate that asks for an unknown fact, or is not built as it must be."""

    code = "predicate_invalid"
    http_status = 422
    message = _("The condition of the segment {segment} is wrong at {place}: {found}.")


class SegmentUnnamed(AcuerdoError):
    code = "segment_unnamed"
    http_status = 422
    message = _("The segment {segment} needs a name in Spanish, Portuguese and English.")
