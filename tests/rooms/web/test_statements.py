"""The statement of an account, on the page and on paper."""

from __future__ import annotations

import pytest
from deals_kit import NOW, cop, make_account, make_creditor, pay
from django.urls import reverse
from django.utils import translation
from pages_kit import Side, login

from acuerdo.reporting.statements import get_statement, to_html

pytestmark = pytest.mark.django_db


def test_a_statement_runs_to_what_is_owed() -> None:
    account = make_account(make_creditor(), "A-0007")
    pay(account, cop(200_000))
    with translation.override("en"):
        statement = get_statement(account, NOW)
    assert [row.title for row in statement.rows] == ["Placement", "Payment"]
    assert [row.change.minor for row in statement.rows] == [120_000_000, -20_000_000]
    assert statement.rows[-1].balance == statement.total == cop(1_000_000)
    assert [name for name, _amount in statement.components] == ["Principal"]


@pytest.mark.parametrize(("language", "title"), [("es", "Estado de cuenta"), ("pt", "Extrato")])
def test_the_paper_says_the_same_in_the_readers_language(language: str, title: str) -> None:
    account = make_account(make_creditor(), "A-0007", name="<b>Núñez & Hijos</b>")
    pay(account, cop(200_000))
    with translation.override(language):
        text = to_html(get_statement(account, NOW))
    for words in (
        title,
        "&lt;b&gt;Núñez &amp; Hijos&lt;/b&gt;",
        "A-0007",
        "1.200.000",
        "200.000",
        "1.000.000",
    ):
        assert words in text, words


def test_the_page_leads_to_the_paper(ours: Side) -> None:
    client = login(ours.users["agent"])
    account = client.get(reverse("web:account", args=[ours.account.public_id])).content.decode()
    address = reverse("web:statement", args=[ours.account.public_id])
    assert address in account
    page = client.get(address).content.decode()
    paper = reverse("web:statement_pdf", args=[ours.account.public_id])
    assert paper in page
    assert "1.100.000" in page
    response = client.get(paper)
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-")
