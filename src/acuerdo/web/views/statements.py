"""The statement of an account: on the page, and as a PDF to hand to the debtor."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from acuerdo.core import clock
from acuerdo.portfolio.queries import get_account
from acuerdo.reporting.statements import get_statement, print_statement
from acuerdo.web.access import StaffRequest, page


@require_GET
@page("see_accounts")
def statement(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Every entry, and what was owed after it."""
    account = get_account(public_id, request.creditor_ids)
    context = {
        "section": "accounts",
        "account": account,
        "statement": get_statement(account, clock.now()),
    }
    return render(request, "web/statement.html", context)


@require_GET
@page("see_accounts")
def statement_pdf(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The same on paper."""
    account = get_account(public_id, request.creditor_ids)
    data = print_statement(get_statement(account, clock.now()))
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="statement-{public_id}.pdf"'
    return response
