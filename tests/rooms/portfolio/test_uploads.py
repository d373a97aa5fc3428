"""A file on its way through the pages: looked at, mapped, imported by a job, once."""

from __future__ import annotations

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections, transaction

from acuerdo.core import storage
from acuerdo.core.actor import SYSTEM, Actor
from acuerdo.core.errors import NotFound
from acuerdo.core.models import Event
from acuerdo.creditors.actions import create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio import jobs
from acuerdo.portfolio.actions import (
    Retention,
    change_mapping,
    confirm_upload,
    discard_upload,
    plan_delta,
    plan_upload,
    read_rejections,
    read_results,
    set_retention,
    store_upload,
    uploads,
)
from acuerdo.portfolio.actions.importing import import_intake
from acuerdo.portfolio.errors import (
    FileEmpty,
    ImportRefused,
    NotText,
    RetentionInvalid,
    UploadGone,
)
from acuerdo.portfolio.models import Account, ImportRun, RecallProposal, Upload
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


def store(
    creditor: Creditor,
    text: str | bytes = TEXT,
    name: str = "cartera.csv",
    kind: str = Upload.Kind.PLACE,
) -> Upload:
    data = text if isinstance(text, bytes) else text.encode()
    with transaction.atomic():
        return store_upload(
            actor=SYSTEM, now=NOW, creditor=creditor, name=name, data=data, kind=kind
        )


def change(upload: Upload, **mapping: Any) -> None:
    with transaction.atomic():
        change_mapping(
            actor=SYSTEM, now=NOW, upload=upload, mapping=Mapping.model_validate(mapping)
        )
    upload.refresh_from_db()


def confirm(upload: Upload, *, remember: bool = False, actor: Actor = SYSTEM) -> Event:
    with transaction.atomic():
        confirm_upload(actor=actor, now=NOW, upload=upload, remember=remember)
    return Event.objects.filter(name="UploadConfirmed").latest("occurred_at", "id")


def confirm_and_run(upload: Upload) -> None:
    jobs.import_upload(confirm(upload), now=NOW)


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


def test_a_delta_is_told_before_and_done_by_the_job_in_its_persons_name(creditor: Creditor) -> None:
    confirm_and_run(store(creditor))
    text = (
        "Novedad;Cuenta;Fecha;Valor;Saldo;Vencimiento\n"
        "Pago;A-1;20/11/2026;50,00;;\n"
        "Ajuste;A-1;20/11/2026;-10,00;;\n"
        "Alta;N-7;;;500,00;14/03/2026\n"
        "Pago;X-9;20/11/2026;5,00;;\n"
        "Fiesta;A-1;;;;\n"
    )
    upload = store(creditor, text, "novedades.csv", kind=Upload.Kind.DELTA)
    look = plan_delta(upload, now=NOW)
    assert {one.operation: (one.rows, one.readable) for one in look.asked} == {
        "place": (1, 1),
        "adjustment": (1, 1),
        "payment": (2, 1),
    }
    assert dict(look.columns)[look.columns[3][0]] == ("amount",)
    assert sorted(look.rejections["reason"]) == ["unknown_account", "unknown_operation"]
    assert not Account.objects.filter(number="N-7").exists()
    user = Actor("user", id="12")
    jobs.import_upload(confirm(upload, actor=user), now=NOW)
    upload.refresh_from_db()
    assert upload.run is not None
    assert (upload.state, upload.run.actor) == ("done", "user:12")
    assert upload.run.report["operations"]["payment"] == {"done": 1, "known": 0}
    assert "X-9" not in str(upload.run.report)
    assert "X-9" in read_rejections(upload.run).decode()
    assert Account.objects.filter(number="N-7").exists()


def test_columns_of_a_delta_that_nobody_could_guess_are_chosen(creditor: Creditor) -> None:
    confirm_and_run(store(creditor))
    upload = store(creditor, "Que;Quien;Cuanto;Cuando\npago;A-1;5,5;20/11/2026\n", kind="delta")
    refusal = plan_delta(upload, now=NOW).refusal
    assert refusal is not None
    assert refusal.code == "header_not_recognised"
    change(upload, columns={"operation": "Que", "account": "Quien", "amount": "Cuanto",
                            "paid_on": "Cuando"})  # fmt: skip
    assert [one.readable for one in plan_delta(upload, now=NOW).asked] == [1]
    jobs.import_upload(confirm(upload), now=NOW)
    upload.refresh_from_db()
    assert upload.run is not None
    assert upload.run.portfolio is None
    assert upload.run.report["operations"]["payment"]["done"] == 1


def test_a_full_file_tells_what_is_missing_and_is_held_by_the_guard(creditor: Creditor) -> None:
    rows = "".join(f"F-{n};9,50;2026-03-01\n" for n in range(30))
    confirm_and_run(store(creditor, f"Cuenta;Saldo;Vencimiento\n{rows}"))
    short = store(creditor, "Cuenta;Saldo;Vencimiento\nF-1;9,50;2026-03-01\n", kind="full")
    look = plan_upload(short, now=NOW)
    assert (look.missing, look.guard is not None) == (29, True)
    jobs.import_upload(confirm(short), now=NOW)
    short.refresh_from_db()
    assert (short.state, short.refusal["code"]) == ("open", "file_recalls_too_much")
    assert not RecallProposal.objects.exists()
    whole = store(creditor, f"Cuenta;Saldo;Vencimiento\n{rows[:-20]}", kind="full")
    look = plan_upload(whole, now=NOW)
    assert (look.missing, look.guard) == (1, None)
    jobs.import_upload(confirm(whole), now=NOW)
    whole.refresh_from_db()
    assert whole.run is not None
    assert whole.run.results_key
    assert RecallProposal.objects.count() == 1
    assert Account.objects.filter(state="active").count() == 30


def test_a_fixed_width_text_is_cut_remembered_and_imported(creditor: Creditor) -> None:
    text = "".join(f"01{n:010}{'Ana':<12}{n * 1234:012}031120{26}\n" for n in (1, 2))
    upload = store(creditor, text, "cartera.txt")
    layout = Mapping.model_validate(upload.mapping).layout
    assert layout is not None
    assert [(column.start, column.length) for column in layout.columns] == [(1, 24), (25, 20)]
    columns = [
        {"name": "cuenta", "from": 3, "length": 10},
        {"name": "nombre", "from": 13, "length": 12},
        {"name": "saldo", "from": 25, "length": 12, "type": "amount", "decimals": 2},
        {"name": "vencimiento", "from": 37, "length": 8, "type": "date", "format": "ddmmyyyy"},
    ]
    change(upload, layout={"columns": columns})
    reading = plan_upload(upload, now=NOW).plan.reading
    assert reading is not None
    assert reading.accounts["principal"].to_list() == [1234, 2468]
    assert (reading.read, reading.rejected) == (2, 0)
    jobs.import_upload(confirm(upload, remember=True), now=NOW)
    assert set(Account.objects.values_list("number", flat=True)) == {"0000000001", "0000000002"}
    again = store(creditor, text.replace("0000001", "0000007"), "otra.txt")
    assert again.mapping == upload.mapping
    # A text of lines of all lengths is not taken for one.
    assert store(creditor, "hola\nque tal todo por alla\nbien\nyo\n").mapping == {}


def test_what_nobody_imports_is_thrown_away_after_the_days_of_the_rule(creditor: Creditor) -> None:
    upload, kept = store(creditor), store(creditor)
    Upload.objects.filter(pk=upload.pk).update(uploaded_at=NOW - timedelta(days=31))
    Upload.objects.filter(pk=kept.pk).update(uploaded_at=NOW - timedelta(days=29))
    jobs.apply_retention_all(now=NOW)
    upload.refresh_from_db()
    kept.refresh_from_db()
    assert (upload.state, kept.state) == ("discarded", "open")
    with pytest.raises(NotFound):
        storage.load(upload.file_key)
    with transaction.atomic():
        set_retention(creditor_id=creditor.pk, rules=Retention(files=10), actor=SYSTEM, now=NOW)
    jobs.apply_retention_all(now=NOW)
    kept.refresh_from_db()
    assert kept.state == "discarded"
    with pytest.raises(RetentionInvalid), transaction.atomic():
        set_retention(creditor_id=creditor.pk, rules=Retention(files=0), actor=SYSTEM, now=NOW)
