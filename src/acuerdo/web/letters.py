"""An agreement's letter on its way to a browser."""

from __future__ import annotations

from django.http import HttpResponse

from acuerdo.agreements.letter import print_letter
from acuerdo.agreements.models import Agreement


def send_letter(agreement: Agreement, language: str = "") -> HttpResponse:
    """The PDF, in the debtor's language unless another is asked for."""
    response = HttpResponse(print_letter(agreement, language), content_type="application/pdf")
    name = f"{agreement.public_id}.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response
