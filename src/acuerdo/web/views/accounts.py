"""The list of accounts, and one account with all that is known of it."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from acuerdo.agreements.queries import get_active_agreement
from acuerdo.core import clock
from acuerdo.core.errors import NotFound
from acuerdo.identity.models import SavedView
from acuerdo.portfolio.models import Account
from acuerdo.reporting.listing.filters import Filters
from acuerdo.web.access import StaffRequest, page
from acuerdo.web.letters import send_letter
from acuerdo.web.reads import account as reading
from acuerdo.web.reads.accounts import list_account_rows, list_choices

PAGE_NAME = "accounts"


@require_GET
@page("see_accounts")
def accounts(request: StaffRequest) -> HttpResponse:
    """Search, filter, page by page."""
    filters = Filters.read(request.GET.dict())
    after = request.GET.get("after", "")
    listed = list_account_rows(
        creditor_ids=request.creditor_ids, filters=filters, now=clock.now(), after=after
    )
    query = urlencode(filters.write())
    views = SavedView.objects.filter(user=request.user, page=PAGE_NAME).order_by("name")
    context = {
        "section": "accounts",
        "listed": listed,
        "filters": filters,
        "query": query,
        "views": views,
        "is_saved": any(view.query == query for view in views),
        "choices": list_choices(request.access, request.creditor_ids),
        "only_label": _only_label(filters.only),
        "is_later": bool(after),
        "many_creditors": len(request.creditor_ids) > 1,
        "can_import": request.access.may("import_portfolio"),
        "can_merge": request.access.may("merge_people"),
        "can_export": request.access.may("export_accounts"),
    }
    return render(request, "web/accounts.html", context)


@require_GET
@page("see_accounts")
def account(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Who and how much, what to do next, what is forbidden, what was said and what happened."""
    view = reading.get_account_view(
        public_id=public_id,
        access=request.access,
        creditor_ids=request.creditor_ids,
        now=clock.now(),
    )
    return render(request, "web/account.html", {"section": "accounts", "view": view})


@require_GET
@page("see_accounts")
def account_parts(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The account page's content alone, asked for when something changed."""
    view = reading.get_account_view(
        public_id=public_id,
        access=request.access,
        creditor_ids=request.creditor_ids,
        now=clock.now(),
    )
    return render(request, "web/parts/account.html", {"view": view})


@require_GET
@page("see_accounts")
def letter(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The letter of the agreement that runs, in the debtor's language."""
    account = Account.objects.filter(public_id=public_id, creditor_id__in=request.creditor_ids)
    found = account.first()
    agreement = get_active_agreement(found.pk) if found else None
    if agreement is None:
        raise NotFound(what=_("The agreement"))
    return send_letter(agreement)


def _only_label(only: str) -> str:
    labels = {
        "contacted": _("contacted"),
        "promised": _("with an agreement"),
        "active": _("with an active agreement"),
        "kept": _("with an agreement kept"),
        "broken": _("with a broken agreement"),
        "paid": _("with a payment"),
        "held": _("left alone"),
        "withheld": _("with a message withheld"),
        "failed": _("with a message that failed"),
        "unknown": _("with a message of unknown fate"),
        "refused": _("that the rules kept us from contacting"),
        "unclear": _("with a payment to look into"),
    }
    return labels.get(only, "")
