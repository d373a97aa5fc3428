"""One click stops mail, as RFC 8058 asks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from messaging_kit import NOW, accounts, make_creditor

from acuerdo.compliance.actions import withdraw_opt_out
from acuerdo.compliance.models import OptOut
from acuerdo.core.actor import SYSTEM
from acuerdo.core.clock import real_now
from acuerdo.messaging.actions import create_link
from acuerdo.messaging.models import InboundEvent, TrackedLink
from acuerdo.portfolio.models import Account

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def account(db: None) -> Account:
    (account,) = accounts(make_creditor())
    return account


def make(account: Account, **more: Any) -> TrackedLink:
    return create_link(
        **{
            "creditor_id": account.creditor_id,
            "debtor_id": account.debtor_id,
            "now": NOW,
            "purpose": "optout",
            "channel": "email",
            "address": "persona@example.com",
            **more,
        }
    )


def strict() -> Client:
    """A mail program: no session, no cookie, no token of a form."""
    return Client(enforce_csrf_checks=True)


def closed() -> list[tuple[int, str]]:
    return list(OptOut.objects.filter(withdrawn_at=None).values_list("debtor_id", "channel"))


@pytest.mark.parametrize(
    "body",
    [
        {"data": ONE_CLICK},  # multipart/form-data
        {
            "data": "List-Unsubscribe=One-Click",
            "content_type": "application/x-www-form-urlencoded",
        },
        {},  # the page's own button
    ],
)
def test_a_post_stops_at_once(account: Account, body: dict[str, Any]) -> None:
    answer = strict().post(f"/u/{make(account).token}", **body)
    # No redirect: a mail program would not follow it. No cookie: it is nobody's session.
    assert (answer.status_code, bool(answer.cookies)) == (200, False)
    assert answer["Cache-Control"] == "no-store"
    assert closed() == [(account.debtor_id, "email")]


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_scanner_that_follows_links_stops_nothing(account: Account, method: str) -> None:
    answer = getattr(strict(), method)(f"/u/{make(account).token}")
    assert answer.status_code == 200
    assert OptOut.objects.count() == 0
    assert InboundEvent.objects.count() == 0


def test_the_page_asks_and_its_button_works(account: Account) -> None:
    link = make(account)
    page = strict().get(f"/u/{link.token}").content.decode()
    assert '<form method="post">' in page
    assert "Banco Ejemplo" in page
    done = strict().post(f"/u/{link.token}").content.decode()
    assert "<form" not in done


def test_twice_is_once_and_a_withdrawn_wish_may_come_back(account: Account) -> None:
    link = make(account)
    for _twice in range(2):
        strict().post(f"/u/{link.token}", ONE_CLICK)
    with transaction.atomic():
        withdraw_opt_out(opt_out=OptOut.objects.get(), source="call", actor=SYSTEM, now=NOW)
    assert closed() == []
    strict().post(f"/u/{link.token}", ONE_CLICK)
    assert closed() == [(account.debtor_id, "email")]


def test_a_mail_of_long_ago_still_stops(account: Account) -> None:
    link = make(account, expires_at=real_now() - timedelta(days=400))
    assert strict().post(f"/u/{link.token}", ONE_CLICK).status_code == 200
    assert closed() == [(account.debtor_id, "email")]


def test_a_token_of_something_else_stops_nobody(account: Account) -> None:
    portal = make(account, purpose="portal")
    for token in (portal.token, portal.token[:-1], "x", "%00", "' OR 1=1 --"):
        assert strict().post(f"/u/{token}", ONE_CLICK).status_code == 404
    for method in ("put", "delete", "patch"):
        assert getattr(strict(), method)(f"/u/{make(account).token}").status_code == 405
    assert OptOut.objects.count() == 0
