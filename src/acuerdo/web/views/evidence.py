"""One click: all that is known of a debtor's contacts, to hand to somebody who judges it."""

from __future__ import annotations

import io
import zipfile
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from acuerdo.core import clock
from acuerdo.core.errors import NotFound
from acuerdo.portfolio.models import Account
from acuerdo.reporting.actions import export_evidence
from acuerdo.web.access import StaffRequest, page


@require_POST
@page("export_evidence")
def evidence(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The evidence file of the account's debtor as a ZIP: JSON and PDF. Asked for by POST, because
    it leaves a trace."""
    account = Account.objects.filter(
        public_id=public_id, creditor_id__in=request.creditor_ids
    ).first()
    if account is None:
        raise NotFound(what=_("The account"))
    made = export_evidence(
        creditor_ids=[account.creditor_id],
        debtor_id=account.debtor_id,
        actor=request.access.actor(account.creditor_id, "export_evidence"),
        now=clock.now(),
    )
    files = dict(made.files)
    if made.no_pdf is not None:
        files["no-pdf.txt"] = f"{made.no_pdf}\n".encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    response = HttpResponse(buffer.getvalue(), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{made.stem}.zip"'
    return response
