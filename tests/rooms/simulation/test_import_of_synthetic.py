"""The import reads a synthetic portfolio of every country, without a mapping and without a loss."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import transaction
from small_portfolio import NOW, TODAY

from acuerdo.core.actor import SYSTEM
from acuerdo.creditors.actions import create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.actions import import_file
from acuerdo.portfolio.models import Account, Person
from acuerdo.simulation.actions import write_portfolio
from acuerdo.simulation.rules.countries import COUNTRIES

pytestmark = pytest.mark.django_db


def make(country: str) -> Creditor:
    return create_creditor(actor=SYSTEM, now=NOW, name="Banco Ejemplo", country=country)


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_country_comes_in(tmp_path: Path, country: str) -> None:
    path = tmp_path / "synthetic.csv"
    write_portfolio(accounts=300, countries=[country], seed=7, as_of_on=TODAY, path=path)
    creditor = make(country)
    with transaction.atomic():
        report = import_file(actor=SYSTEM, now=NOW, creditor=creditor, path=path)
    assert (report.accepted, report.rejected, report.duplicates) == (300, 0, 0)
    assert report.warnings.rows() == []
    accounts = Account.objects.filter(creditor=creditor)
    assert accounts.filter(is_synthetic=True).count() == 300
    assert set(accounts.values_list("currency", flat=True)) == {COUNTRIES[country].currency}
    assert Person.objects.count() == accounts.values("debtor__person").distinct().count()


def test_all_countries_come_in_together_and_the_same_again_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "synthetic.csv"
    write_portfolio(accounts=600, countries=list(COUNTRIES), seed=3, as_of_on=TODAY, path=path)
    creditor = make("CO")
    with transaction.atomic():
        first = import_file(actor=SYSTEM, now=NOW, creditor=creditor, path=path)
        again = import_file(actor=SYSTEM, now=NOW, creditor=creditor, path=path)
    assert (first.accepted, first.rejected) == (600, 0)
    assert set(first.balances) == {facts.currency for facts in COUNTRIES.values()}
    assert (again.new, again.changed, again.unchanged) == (0, 0, 600)
