"""The portfolio of the repository, and the columns of other rooms."""

from __future__ import annotations

import importlib.util
import sys
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from django.db import transaction

from acuerdo.core.actor import SYSTEM
from acuerdo.creditors.actions import create_creditor
from acuerdo.ledger.queries import list_balances, recompute_balances
from acuerdo.portfolio import columns
from acuerdo.portfolio.actions import import_file, load_mapping
from acuerdo.portfolio.columns import ColumnContext, register_column
from acuerdo.portfolio.models import Account, ContactPoint, Debtor
from acuerdo.portfolio.queries import (
    find_debtor_by_address,
    get_account,
    list_accounts,
    list_contact_points,
    list_days_past_due,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
EXAMPLES = Path(__file__).resolve().parents[3] / "examples"


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[tuple[pl.DataFrame, ColumnContext]]:
    """What the writer of the authorised channels is given."""
    calls: list[tuple[pl.DataFrame, ColumnContext]] = []
    monkeypatch.setattr(columns, "_columns", {})

    def write(frame: pl.DataFrame, context: ColumnContext) -> None:
        calls.append((frame, context))

    register_column(
        "authorised_channels",
        ["canales autorizados"],
        write,
        check=lambda values: {value: "unknown_channel" for value in values if "pigeon" in value},
    )
    return calls


def test_the_example_is_as_its_readme_says(
    seen: list[tuple[pl.DataFrame, ColumnContext]],
) -> None:
    creditor = create_creditor(actor=SYSTEM, now=NOW, name="Lender", country="CO")
    with transaction.atomic():
        report = import_file(
            actor=SYSTEM, now=NOW, creditor=creditor, path=EXAMPLES / "portfolio.csv"
        )
    assert (report.read, report.accepted, report.rejected, report.duplicates) == (1012, 1000, 11, 1)
    assert dict(report.rejections.select("line", "reason").iter_rows()) == {
        57: "unreadable_amount", 133: "negative_amount", 209: "missing_value",
        285: "unreadable_date", 361: "unknown_currency", 437: "unknown_country",
        513: "total_differs", 589: "too_many_decimals", 665: "wrong_number_of_fields",
        741: "unreadable_amount", 893: "account_twice",
    }  # fmt: skip
    assert dict(report.warnings.select("line", "reason").iter_rows()) == {
        42: "bad_phone", 124: "bad_email", 214: "bad_check_digit", 293: "bad_check_digit",
        368: "unknown_subdivision",
    }  # fmt: skip
    assert report.unused_columns == ()
    assert set(report.balances) == {"COP", "MXN", "BRL", "EUR"}
    accounts = list(Account.objects.all())
    assert len(accounts) == 1000
    assert all(account.is_synthetic for account in accounts)
    ids = [account.pk for account in accounts]
    stored = list_balances(ids)
    assert stored == recompute_balances(ids)
    for currency, parts in report.balances.items():
        owed = [stored[account.pk] for account in accounts if account.currency == currency]
        assert sum(balance.total_minor for balance in owed) == parts["total_minor"]
    ages = list_days_past_due(ids, NOW.date()).values()
    assert min(ages) == -10
    assert 390 < max(ages) <= 400
    emails = ContactPoint.objects.filter(kind="email", is_valid=True).values_list(
        "value", flat=True
    )
    assert all(email.endswith(("@example.com", "@example.org", "@example.net")) for email in emails)
    [(frame, context)] = seen
    assert frame.columns == ["line", "account_id", "debtor_id", "person_id", "value"]
    assert frame.height < 1000
    assert context.source == "portfolio.csv"
    debtor = Debtor.objects.get(pk=frame["debtor_id"][0])
    assert debtor.person_id == frame["person_id"][0]


def test_the_generator_writes_the_same_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = importlib.util.spec_from_file_location("make_portfolio", EXAMPLES / "make_portfolio.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "make_portfolio", module)
    spec.loader.exec_module(module)
    monkeypatch.setattr(sys, "argv", ["make_portfolio", "--out", str(tmp_path / "again.csv")])
    module.main()
    assert (tmp_path / "again.csv").read_bytes() == (EXAMPLES / "portfolio.csv").read_bytes()


def test_channels_may_be_declared_for_a_file_without_the_column(
    tmp_path: Path, seen: list[tuple[pl.DataFrame, ColumnContext]]
) -> None:
    creditor = create_creditor(actor=SYSTEM, now=NOW, name="Lender", country="CO")
    path = tmp_path / "export.csv"
    path.write_text("cuenta;saldo;vencimiento\nA;1,5;2026-01-31\n")
    with transaction.atomic():
        import_file(actor=SYSTEM, now=NOW, creditor=creditor, path=path)
    assert seen == []
    with transaction.atomic():
        report = import_file(
            actor=SYSTEM,
            now=NOW,
            creditor=creditor,
            path=path,
            authorised=("sms,email", "contract clause 7"),
        )
    assert report.unchanged == 1
    [(frame, context)] = seen
    assert frame["value"].to_list() == ["sms,email"]
    assert context.source == "contract clause 7"


def test_a_value_that_the_other_room_cannot_read_is_a_warning(
    tmp_path: Path, seen: list[tuple[pl.DataFrame, ColumnContext]]
) -> None:
    creditor = create_creditor(actor=SYSTEM, now=NOW, name="Lender", country="CO")
    path = tmp_path / "export.csv"
    path.write_text(
        "cuenta;saldo;vencimiento;canales autorizados\n"
        "A;1,5;2026-01-31;sms\nB;1,5;2026-01-31;pigeon\nC;1,5;2026-01-31;\n"
    )
    with transaction.atomic():
        report = import_file(actor=SYSTEM, now=NOW, creditor=creditor, path=path)
    assert report.warnings.select("line", "value", "reason").rows() == [
        (3, "pigeon", "unknown_channel")
    ]
    assert seen[0][0]["line"].to_list() == [2]


def test_reads_are_scoped_and_phones_are_one_number(tmp_path: Path) -> None:
    from acuerdo.core.errors import NotFound

    mine = create_creditor(actor=SYSTEM, now=NOW, name="Mine", country="MX")
    other = create_creditor(actor=SYSTEM, now=NOW, name="Other", country="MX")
    path = tmp_path / "export.csv"
    path.write_text(
        "cuenta;saldo;vencimiento;nombre;celular;correo\n"
        "A;1,5;2026-01-31;Ana;044 55 0000 0123;Ana@Example.com\n"
        "B;1,5;2026-01-31;Eva;bad;\n"
    )
    with transaction.atomic():
        import_file(actor=SYSTEM, now=NOW, creditor=mine, path=path)
    account = Account.objects.get(number="A")
    assert get_account(str(account.public_id), [mine.pk]) == account
    for wanted, scope in ((account.public_id, [other.pk]), (account.public_id, []), ("x", [1])):
        with pytest.raises(NotFound):
            get_account(wanted, scope)
    assert list(list_accounts([mine.pk], state="active")) == list(Account.objects.order_by("id"))
    assert not list_accounts([other.pk]).exists()
    for phone in ("+525500000123", "+5215500000123", "5215500000123"):
        assert find_debtor_by_address(mine.pk, "phone", phone) == account.debtor
    assert find_debtor_by_address(mine.pk, "email", " ANA@example.com") == account.debtor
    assert find_debtor_by_address(other.pk, "phone", "+525500000123") is None
    assert find_debtor_by_address(mine.pk, "phone", "bad") is None
    eva = Account.objects.get(number="B").debtor
    points = list_contact_points([account.debtor_id, eva.pk])
    assert [point.kind for point in points[account.debtor_id]] == ["phone", "email"]
    assert points[eva.pk] == []


def test_the_example_mapping_reads_the_same_as_the_headers_do() -> None:
    creditor = create_creditor(actor=SYSTEM, now=NOW, name="Lender", country="CO")
    path = EXAMPLES / "portfolio.csv"
    mapping = load_mapping(EXAMPLES / "mapping.yaml")
    with transaction.atomic():
        said = import_file(actor=SYSTEM, now=NOW, creditor=creditor, path=path, mapping=mapping)
    with transaction.atomic():
        guessed = import_file(actor=SYSTEM, now=NOW, creditor=creditor, path=path)
    assert (said.accepted, said.balances) == (guessed.accepted, guessed.balances)
    assert guessed.to_json()["accounts"] == {"new": 0, "changed": 0, "unchanged": 1000}
