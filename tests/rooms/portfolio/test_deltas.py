"""Deltas do what each row asks for; a full file only proposes what to give back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from deals_kit import agree, cop, make_creditor
from django.db import transaction
from messaging_kit import draft, queue
from small_portfolio import NOW, TODAY, place, row

from acuerdo.agreements.models import Agreement
from acuerdo.compliance.models import Hold
from acuerdo.core.actor import SYSTEM
from acuerdo.core.models import Event
from acuerdo.creditors.models import Creditor
from acuerdo.ledger.models import Entry
from acuerdo.ledger.queries import list_balances, recompute_balances
from acuerdo.messaging.actions import seed_templates, withhold_ended
from acuerdo.messaging.models import Message
from acuerdo.payments.models import Payment
from acuerdo.portfolio.actions import decide_recalls, import_delta, import_full, open_file
from acuerdo.portfolio.actions.deltas import DeltaReport, FullReport
from acuerdo.portfolio.errors import (
    FileChangesTooMuch,
    FileRecallsTooMuch,
    HeaderNotRecognised,
    ImportRefused,
)
from acuerdo.portfolio.models import Account, RecallProposal
from acuerdo.portfolio.rules.limits import Limits, read_limits
from acuerdo.portfolio.rules.mapping import Mapping, read_mapping
from acuerdo.strategies.actions import plan
from acuerdo.strategies.jobs import prepare
from acuerdo.strategies.models import Enrolment
from acuerdo.strategies.night import run_night
from acuerdo.workflow.worker import drain

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=1)
Delta = Callable[..., DeltaReport]
Full = Callable[..., FullReport]


@pytest.fixture
def creditor() -> Creditor:
    creditor: Creditor = make_creditor()
    place(creditor, [row(f"A-{number:04}") for number in range(1, 7)])
    return creditor


@pytest.fixture
def delta(creditor: Creditor, tmp_path: Path) -> Delta:
    def bring(text: str, mapping: Mapping | None = None, **more: Any) -> DeltaReport:
        path = tmp_path / "delta.csv"
        path.write_text(text, encoding="utf-8")
        mapping = mapping or Mapping()
        given = {"actor": SYSTEM, "now": LATER, "creditor": creditor, **more}
        with transaction.atomic():
            return import_delta(intake=open_file(path, mapping), mapping=mapping, **given)

    return bring


@pytest.fixture
def full(creditor: Creditor, tmp_path: Path) -> Full:
    def bring(numbers: list[str], **more: Any) -> FullReport:
        path = tmp_path / "full.csv"
        lines = ["account,country,total,days_overdue"]
        path.write_text("\n".join([*lines, *(f"{n},CO,1200000.00,21" for n in numbers), ""]))
        given = {"actor": SYSTEM, "now": LATER, "creditor": creditor, "mapping": Mapping(), **more}
        with transaction.atomic():
            return import_full(intake=open_file(path, Mapping()), **given)

    return bring


def faults(report: DeltaReport) -> list[tuple[int, str, str, str]]:
    return [tuple(one.values()) for one in report.rejections.to_dicts()]  # type: ignore[misc]


def owed() -> dict[str, int]:
    """Whole pesos by account number; what is stored is what the postings say."""
    numbers = dict(Account.objects.values_list("id", "number"))
    balances = list_balances(list(numbers))
    assert balances == recompute_balances(list(numbers))
    return {numbers[pk]: balance.total_minor // 100 for pk, balance in balances.items()}


def states() -> dict[str, str]:
    return dict(Account.objects.values_list("number", "state"))


DAY = """operacion;cuenta;monto;fecha;total;dias mora;estado;referencia
nuevo;A-0007;;;500000,50;3;;
saldo;A-0001;;;1300000,00;21;;
pago;A-0002;200000,00;25/11/2026;;;;P-1
ajuste;A-0003;-50000,00;;;;;
ajuste;A-0003;10000,00;;;;;NC-9
estado;A-0004;;;;;suspendida;
retiro;A-0005;;;;;;
cierre;A-0006;;;;;;
"""


def test_each_operation_does_what_it_says(creditor: Creditor, delta: Delta) -> None:
    report = delta(DAY)
    assert faults(report) == []
    assert report.to_json()["operations"] == {
        "place": {"done": 2, "known": 0},
        "payment": {"done": 1, "known": 0},
        "adjustment": {"done": 2, "known": 0},
        "status": {"done": 1, "known": 0},
        "recall": {"done": 1, "known": 0},
        "close": {"done": 1, "known": 0},
    }
    after = {
        "A-0001": 1_300_000, "A-0002": 1_000_000, "A-0003": 1_160_000, "A-0004": 1_200_000,
        "A-0005": 0, "A-0006": 0, "A-0007": 500_000,
    }  # fmt: skip
    assert owed() == after
    assert states() == {
        **dict.fromkeys(after, "active"), "A-0005": "recalled", "A-0006": "closed",
    }  # fmt: skip
    kinds = Entry.objects.exclude(kind="placement").values_list("kind", flat=True)
    assert sorted(kinds) == [*["adjustment"] * 4, "payment", "recall"]
    assert Payment.objects.get().external_id
    hold = Hold.objects.get()
    assert (hold.account.number, hold.reason, hold.source) == (  # type: ignore[union-attr]
        "A-0004", "on_request", "creditor",
    )  # fmt: skip


def test_the_same_delta_again_changes_nothing(creditor: Creditor, delta: Delta) -> None:
    delta(DAY)
    before, kept = owed(), Entry.objects.count()
    again = delta(DAY, now=LATER + timedelta(hours=3))
    assert {name: one["done"] for name, one in again.to_json()["operations"].items()} == (
        dict.fromkeys(("place", "payment", "adjustment", "status", "recall", "close"), 0)
    )
    assert (owed(), Entry.objects.count()) == (before, kept)
    assert Hold.objects.count() == Payment.objects.count() == 1


def test_the_next_full_file_does_not_undo_what_a_delta_told(
    creditor: Creditor, delta: Delta, full: Full
) -> None:
    delta("operation,account,amount\nadjustment,A-0001,50000\nadjustment,A-0002,-50000\n")
    assert owed()["A-0001"] == 1_250_000
    place(
        creditor,
        [row("A-0001", total="1250000.00"), row("A-0002", total="1150000.00")],
        now=LATER + timedelta(days=1),
    )
    assert (owed()["A-0001"], owed()["A-0002"]) == (1_250_000, 1_150_000)


def test_an_account_that_was_taken_back_can_be_placed_again(
    creditor: Creditor, delta: Delta
) -> None:
    delta("operation,account\nrecall,A-0001\n")
    assert (states()["A-0001"], owed()["A-0001"]) == ("recalled", 0)
    place(creditor, [row("A-0001")], now=LATER + timedelta(days=1))
    assert (states()["A-0001"], owed()["A-0001"]) == ("active", 1_200_000)
    place(creditor, [row("A-0001")], now=LATER + timedelta(days=2))
    assert owed()["A-0001"] == 1_200_000


def test_bad_rows_are_named_and_stop_no_other(creditor: Creditor, delta: Delta) -> None:
    delta("operation,account\nrecall,A-0006\nclose,A-0005\n")
    report = delta(
        "operation,account,amount,date,component,status\n"
        "fly,A-0001,,,,\n"
        ",A-0001,,,,\n"
        "payment,A-0001,,2026-11-25,,\n"
        "payment,A-0001,5,2026-12-25,,\n"
        "payment,Z-1,5,2026-11-25,,\n"
        "adjustment,A-0001,0,,,\n"
        "adjustment,A-0001,5,,gold,\n"
        "adjustment,A-0006,5,,,\n"
        "adjustment,A-0005,5,,,\n"
        "status,A-0001,,,,flying\n"
        "payment,A-0006,5,2026-11-25,,\n"
        "recall,Z-1,,,,\n"
        "adjustment,A-0001,5,,interest,\n"
        "payment,A-0001\n"
    )
    assert faults(report) == [
        (2, "operation", "fly", "unknown_operation"),
        (3, "operation", "", "missing_value"),
        (4, "amount", "", "missing_value"),
        (5, "date", "2026-12-25", "in_the_future"),
        (6, "account", "Z-1", "unknown_account"),
        (7, "amount", "A-0001", "zero_amount"),
        (8, "component", "gold", "unknown_component"),
        (9, "account", "A-0006", "account_recalled"),
        (10, "account", "A-0005", "account_closed"),
        (11, "status", "flying", "unknown_status"),
        (12, "account", "A-0006", "account_recalled"),
        (13, "account", "Z-1", "unknown_account"),
        (15, "", "payment,A-0001", "wrong_number_of_fields"),
    ]
    assert owed()["A-0001"] == 1_200_005
    assert report.to_json()["rows"]["accepted"] == 1


def test_a_mapping_names_the_columns_of_each_operation(delta: Delta) -> None:
    mapping = read_mapping(
        "columns: {operation: Que, account: Quien, amount: Cuanto, paid_on: Cuando, total: Debe}"
    )
    report = delta(
        "Que,Quien,Cuanto,Cuando,Debe,dias mora\n"
        "Pago,A-0001,100,2026-11-25,,\nAlta,B-0001,,,900,4\n",
        mapping,
    )
    assert (report.done, owed()["B-0001"]) == ({"place": 1, "payment": 1}, 900)
    with pytest.raises(HeaderNotRecognised):
        delta("Que,account\nPago,A-0001\n")
    with pytest.raises(ImportRefused):
        delta("operation,account\n")


def test_statuses_replace_each_other_and_are_lifted(delta: Delta) -> None:
    delta("operation,account,status\nstatus,A-0001,deceased\n")
    delta("operation,account,status\nstatus,A-0001,insolvency\nstatus,A-0002,active\n")
    assert list(Hold.objects.filter(released_at=None).values_list("reason", flat=True)) == [
        "insolvency"
    ]
    delta("operation,account,status\nstatus,A-0001,activa\n")
    assert not Hold.objects.filter(released_at=None).exists()


# No one is chased for what was taken back


def test_a_recall_ends_what_was_planned_and_agreed(creditor: Creditor, delta: Delta) -> None:
    seed_templates(creditor_id=creditor.pk, actor=SYSTEM, now=NOW)
    prepare(creditor_id=creditor.pk)
    run_night(creditor_id=creditor.pk, actor=SYSTEM, now=NOW)
    plan(creditor_id=creditor.pk, actor=SYSTEM, now=NOW)
    account = Account.objects.select_related("debtor", "creditor").get(number="A-0001")
    agree(account, kind="promise", amount=cop(400_000), on=TODAY + timedelta(days=6))
    other = Account.objects.select_related("debtor").get(number="A-0002")
    queue(draft(account, not_after=None), draft(other, not_after=None))
    assert Enrolment.objects.filter(account=account, state__in=["active", "paused"]).exists()
    chased = Message.objects.filter(account__number__in=["A-0001", "A-0002"], state="planned")
    assert chased.exists()
    delta("operation,account\nrecall,A-0001\nclose,A-0002\n")
    with transaction.atomic():
        assert withhold_ended(creditor_id=creditor.pk, actor=SYSTEM, now=LATER) == 2
    assert not chased.exists()
    withheld = Message.objects.filter(state="withheld").order_by("account__number")
    assert list(withheld.values_list("reason_code", flat=True)) == [
        "account_recalled", "account_closed",
    ]  # fmt: skip
    drain(LATER, creditor_id=creditor.pk)
    walking = Enrolment.objects.filter(account__number="A-0001", state__in=["active", "paused"])
    assert not walking.exists()
    assert Agreement.objects.get().state == "cancelled"
    assert not Event.objects.filter(name="AgreementBroken").exists()


# Full files


@pytest.fixture
def many(creditor: Creditor) -> list[str]:
    numbers = [f"B-{number:04}" for number in range(1, 101)]
    place(creditor, [row(number, document="") for number in numbers])
    return [*numbers, *(f"A-{number:04}" for number in range(1, 7))]


def test_what_a_full_file_leaves_out_is_proposed_and_not_recalled(
    creditor: Creditor, full: Full
) -> None:
    report = full(["A-0001", "A-0002", "A-0003", "A-0004"])
    assert report.to_json()["recalls"] == {"missing": 2, "proposed": 2}
    assert set(states().values()) == {"active"}
    assert owed()["A-0005"] == 1_200_000
    again = full(["A-0001", "A-0002", "A-0003", "A-0004"])
    assert (again.missing, again.proposed) == (2, 0)
    # Who comes again is not asked about any more.
    assert full([f"A-000{n}" for n in range(1, 6)]).missing == 1
    told = dict(RecallProposal.objects.values_list("account__number", "state"))
    assert told == {"A-0005": "withdrawn", "A-0006": "open"}


def test_a_person_decides_about_each(creditor: Creditor, full: Full) -> None:
    full(["A-0001", "A-0002", "A-0003", "A-0004"])
    ids = dict(RecallProposal.objects.values_list("account__number", "public_id"))
    with transaction.atomic():
        given = {"creditor": creditor, "actor": SYSTEM, "now": LATER}
        assert decide_recalls(proposals=[ids["A-0005"]], approve=True, **given) == 1
        assert decide_recalls(proposals=[ids["A-0006"]], approve=False, **given) == 1
        assert decide_recalls(proposals=list(ids.values()), approve=True, **given) == 0
    assert (states()["A-0005"], states()["A-0006"]) == ("recalled", "active")
    # A no holds until the account comes again.
    assert full(["A-0001", "A-0002", "A-0003", "A-0004"]).proposed == 0
    full(["A-0001", "A-0002", "A-0003", "A-0004", "A-0006"])
    assert full(["A-0001", "A-0002", "A-0003", "A-0004"]).proposed == 1


def test_another_creditors_proposals_are_out_of_reach(creditor: Creditor, full: Full) -> None:
    full(["A-0001"])
    other = make_creditor("Otro Banco")
    ids = list(RecallProposal.objects.values_list("public_id", flat=True))
    with transaction.atomic():
        assert not decide_recalls(
            creditor=other, proposals=ids, approve=True, actor=SYSTEM, now=LATER
        )
    assert set(states().values()) == {"active"}


def test_a_file_that_leaves_out_too_much_is_stopped(
    creditor: Creditor, many: list[str], full: Full, delta: Delta
) -> None:
    with pytest.raises(FileRecallsTooMuch) as refused:
        full(many[:90])
    assert refused.value.params == {"count": 16, "total": 106, "percent": 10}
    assert not RecallProposal.objects.exists()
    # A row that is rejected names its account all the same.
    assert full(many[:96]).missing == 10
    assert full(many[:90], limits=Limits(recall_percent=20)).missing == 16
    rows = "".join(f"recall,{number}\n" for number in many[:12])
    with pytest.raises(FileRecallsTooMuch):
        delta("operation,account\n" + rows)
    assert set(states().values()) == {"active"}
    creditor.settings = {"import_limits": {"recall_percent": 12}}
    creditor.save()
    assert delta("operation,account\n" + rows).done == {"recall": 12}


def test_a_file_that_changes_too_much_is_stopped(
    creditor: Creditor, many: list[str], full: Full
) -> None:
    with pytest.raises(FileChangesTooMuch):
        full(many, limits=Limits(change_percent=50))
    assert full(many).placed.changed == len(many)


def test_only_the_named_portfolio_is_compared(creditor: Creditor, full: Full) -> None:
    assert full(["C-0001"], portfolio_name="Other").missing == 0


def test_settings_that_are_no_share_count_for_nothing() -> None:
    assert read_limits({}) == Limits(10, 100)
    for wrong in ("40", -1, 101, None, [], 3.5):
        assert read_limits({"import_limits": {"recall_percent": wrong}}) == Limits(10, 100)
    assert read_limits({"import_limits": {"recall_percent": 0, "change_percent": 7}}) == Limits(
        0, 7
    )
