"""A file on its way through the pages: looked at, mapped, imported by a job, once."""

from __future__ import annotations

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections, transaction

from acuerdo.core import storage
from acuerdo.core.actor import SYSTEM
from acuerdo.core.errors import NotFound
from acuerdo.core.models import Event
from acuerdo.creditors.actions import create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio import jobs
from acuerdo.portfolio.actions import (
    change_mapping,
    confirm_upload,
    discard_upload,
    plan_upload,
    read_results,
    store_upload,
    uploads,
)
from acuerdo.portfolio.actions.importing import import_intake
from acuerdo.portfolio.errors import FileEmpty, ImportRefused, NotText, UploadGone
from acuerdo.portfolio.models import Account, ImportRun, Upload
from acuerdo.portfolio.rules import plans
from acuerdo.portfolio.rules.mapping import Mapping

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
TEXT = (
    "Cuenta;Nombre;Saldo;Vencimiento;Celular\n"
    "A-1;Ana;1.500,50;13/03/2026;3005550101\n"
    "A-2;=1+1;2.000,00;14/03/2026;3005550102\n"
    "A-2;=1+1;2.000,00;14/03/2026;3005550102\n"
    "-A3;Eva;@SUM(A1);14/03/2026;3005550103\n"
    "A-1;Ana;7,00;14/04/2026;3005550101\n"
    "TOTAL;;3.507,50;;\n"
)


@pytest.fixture
def creditor() -> Creditor:
    with transaction.atomic():
        return create_creditor(actor=SYSTEM, now=NOW, name="Lender", country="CO")


def store(creditor: Creditor, text: str | bytes = TEXT, name: str = "cartera.csv") -> Upload:
    data = text if isinstance(text, bytes) else text.encode()
    with transaction.atomic():
        return store_upload(actor=SYSTEM, now=NOW, creditor=creditor, name=name, data=data)


def change(upload: Upload, **mapping: Any) -> None:
    with transaction.atomic():
        change_mapping(
            actor=SYSTEM, now=NOW, upload=upload, mapping=Mapping.model_validate(mapping)
        )
    upload.refresh_from_db()


def confirm(upload: Upload, *, remember: bool = False) -> Event:
    with transaction.atomic():
        confirm_upload(actor=SYSTEM, now=NOW, upload=upload, remember=remember)
    return Event.objects.filter(name="UploadConfirmed").latest("occurred_at", "id")


def test_nothing_is_written_before_it_is_confirmed(creditor: Creditor) -> None:
    upload = store(creditor)
    look = plan_upload(upload, now=NOW)
    assert [(c.header, c.field, c.certainty) for c in look.plan.columns] == [
        ("Cuenta", "account", "word"),
        ("Nombre", "name", "word"),
        ("Saldo", "total", "word"),
        ("Vencimiento", "due_on", "word"),
        ("Celular", "phone", "word"),
    ]
    assert look.plan.columns[2].examples == ("1.500,50", "2.000,00", "@SUM(A1)")
    reading = look.plan.reading
    assert reading is not None
    assert (reading.read, reading.rejected, reading.duplicates, reading.totals) == (5, 1, 1, 1)
    assert plans.list_first_rows(reading, 9)["state"].to_list() == [
        "taken", "taken", "duplicate", "rejected", "part", "total",
    ]  # fmt: skip
    assert not Account.objects.exists()
    assert not ImportRun.objects.exists()
    # The file is kept where nobody reads it.
    kept = storage.load(upload.file_key)
    assert b"Ana" not in kept
    assert b"Cuenta" not in kept


def test_the_job_imports_and_says_what_became_of_each_row(creditor: Creditor) -> None:
    upload = store(creditor)
    event = confirm(upload)
    jobs.import_upload(event, now=NOW)
    upload.refresh_from_db()
    assert (upload.state, upload.run is not None) == ("done", True)
    assert upload.run is not None
    assert set(Account.objects.values_list("number", flat=True)) == {"A-1", "A-2"}
    rows = list(csv.reader(io.StringIO(read_results(upload.run).decode("utf-8-sig"))))
    assert [(row[0], row[1], row[-1]) for row in rows[1:]] == [
        ("2", "A-1", "new"),
        ("3", "A-2", "new:formula_left_out"),
        ("3", "A-2", "new:missing_name"),
        ("4", "A-2", "duplicate"),
        ("5", "", "rejected:formula"),
        ("6", "A-1", "part"),
        ("7", "", "total:totals_row"),
    ]
    # No cell is a formula.
    assert rows[2][4] == "'=1+1"
    assert rows[5][4] == "'@SUM(A1)"
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    # The file is gone, and the job again does nothing.
    with pytest.raises(NotFound):
        storage.load(upload.file_key)
    jobs.import_upload(event, now=NOW)
    assert ImportRun.objects.count() == 1


def test_progress_is_seen_from_outside_while_the_import_is_under_way(
    creditor: Creditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = store(creditor)
    event = confirm(upload)
    seen: list[tuple[str, str, int, int]] = []
    outside = connection.copy()
    real = import_intake

    def spy(**arguments: Any) -> Any:
        tell = arguments.pop("progress")

        def progress(stage: str, done: int, of: int) -> None:
            tell(stage, done, of)
            with outside.cursor() as cursor:
                cursor.execute(
                    "SELECT state, stage, progress, (SELECT count(*) FROM portfolio_account)"
                    " FROM portfolio_upload WHERE id = %s",
                    [upload.pk],
                )
                seen.append(cursor.fetchone())

        return real(progress=progress, **arguments)

    monkeypatch.setattr(uploads, "import_intake", spy)
    jobs.import_upload(event, now=NOW)
    outside.close()
    assert [row[:3] for row in seen] == [
        ("running", "read", 35),
        ("running", "match", 42),
        ("running", "people", 62),
        ("running", "accounts", 76),
        ("running", "books", 94),
        ("running", "columns", 99),
    ]
    # All of it is one transaction.
    assert {row[3] for row in seen} == {0}


def test_a_job_that_was_cut_off_does_it_all_the_second_time(
    creditor: Creditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = store(creditor)
    event = confirm(upload)
    real = import_intake

    def cut(**arguments: Any) -> Any:
        real(**arguments)
        raise MemoryError

    monkeypatch.setattr(uploads, "import_intake", cut)
    with pytest.raises(MemoryError):
        jobs.import_upload(event, now=NOW)
    upload.refresh_from_db()
    assert (upload.state, Account.objects.count()) == ("running", 0)
    monkeypatch.setattr(uploads, "import_intake", import_intake)
    jobs.import_upload(event, now=NOW)
    upload.refresh_from_db()
    assert (upload.state, Account.objects.count(), ImportRun.objects.count()) == ("done", 2, 1)


def test_two_workers_do_not_import_one_file_twice(creditor: Creditor) -> None:
    upload = store(creditor)
    event = confirm(upload)

    def work() -> None:
        try:
            jobs.import_upload(event, now=NOW)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        for job in [pool.submit(work) for _ in range(3)]:
            job.result()
    upload.refresh_from_db()
    assert (upload.state, ImportRun.objects.count(), Account.objects.count()) == ("done", 1, 2)


def test_what_is_refused_in_the_job_is_open_again_with_the_reason(
    creditor: Creditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The first part is fine; what makes the column unreadable stands behind it.
    monkeypatch.setattr(plans, "SAMPLE_BYTES", 200)
    rows = "".join(f"B-{n};{n}.50;2026-03-01\n" for n in range(10, 40))
    upload = store(creditor, f"Cuenta;Saldo;Vencimiento\n{rows}" + rows.replace(".50", ",50"))
    look = plan_upload(upload, now=NOW)
    assert look.plan.is_sample
    assert look.plan.refusal is None
    jobs.import_upload(confirm(upload), now=NOW)
    upload.refresh_from_db()
    assert (upload.state, upload.refusal["code"]) == ("open", "amounts_mixed")
    change(upload, decimal=".")
    jobs.import_upload(confirm(upload), now=NOW)
    upload.refresh_from_db()
    assert (upload.state, upload.refusal, Account.objects.count()) == ("done", {}, 30)


def test_columns_that_nobody_could_guess_are_chosen_and_remembered(creditor: Creditor) -> None:
    text = "X1;Monto;Saldo;Cuando\nC-1;1.234;5,50;01/02/2026\n"
    upload = store(creditor, text)
    plan = plan_upload(upload, now=NOW).plan
    assert plan.refusal is not None
    assert [column.certainty for column in plan.columns] == ["", "unclear", "unclear", ""]
    chosen = {"account": ["X1"], "total": ["Saldo"], "due_on": ["Cuando"]}
    change(upload, columns=chosen)
    refusal = plan_upload(upload, now=NOW).plan.refusal
    assert refusal is not None
    assert refusal.code == "dates_ambiguous"
    change(upload, columns=chosen, dates="day_first")
    look = plan_upload(upload, now=NOW)
    assert look.plan.reading is not None
    assert not look.is_remembered
    jobs.import_upload(confirm(upload, remember=True), now=NOW)
    again = store(creditor, text.replace("C-1", "C-2").replace("X1", "x1"))
    assert again.mapping == upload.mapping
    assert plan_upload(again, now=NOW).is_remembered
    with transaction.atomic():
        other = create_creditor(actor=SYSTEM, now=NOW, name="Other", country="MX")
    assert store(other, text).mapping == {}


def test_a_confirmed_or_discarded_file_is_changed_no_more(creditor: Creditor) -> None:
    upload = store(creditor)
    confirm(upload)
    for act in (confirm, change):
        with pytest.raises(UploadGone):
            act(upload)
    other = store(creditor)
    with transaction.atomic():
        discard_upload(actor=SYSTEM, now=NOW, upload=other)
    with pytest.raises(UploadGone):
        confirm(other)
    assert not list((settings.DATA_DIR / "files/uploads").glob(f"{other.public_id}*"))


@pytest.mark.parametrize(
    ("data", "error"), [(b"", FileEmpty), (b"\x89PNG\r\n\x1a\n" + bytes(90), NotText)]
)
def test_a_wrong_file_is_not_kept(
    creditor: Creditor, data: bytes, error: type[ImportRefused]
) -> None:
    with pytest.raises(error):
        store(creditor, data)
    assert not Upload.objects.exists()
