"""A folder whose files come in by themselves: once, whole, and answered."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from small_portfolio import NOW, place, row

from acuerdo.core.actor import SYSTEM
from acuerdo.core.clock import real_now
from acuerdo.creditors.actions import create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.actions import inbox
from acuerdo.portfolio.actions.inbox import scan_inbox, set_inbox
from acuerdo.portfolio.errors import InboxInvalid
from acuerdo.portfolio.jobs import scan_inboxes
from acuerdo.portfolio.models import Account, InboxFile, RecallProposal

pytestmark = pytest.mark.django_db

FILE = "account,country,total,days_overdue\nN-1,CO,100.50,5\nN-2,CO,xx,5\n"


def watch(creditor: Creditor, folder: Path | str, **more: Any) -> Creditor:
    with transaction.atomic():
        return set_inbox(creditor=creditor, folder=str(folder), actor=SYSTEM, now=NOW, **more)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "banco"


@pytest.fixture
def creditor(folder: Path) -> Creditor:
    return watch(create_creditor(actor=SYSTEM, now=NOW, name="Banco", country="CO"), folder)


def put(path: Path, text: str = FILE, age: float = 60) -> Path:
    path.write_text(text, encoding="utf-8")
    changed = real_now().timestamp() - age
    os.utime(path, (changed, changed))
    return path


def scan(creditor: Creditor) -> tuple[int, int, int]:
    report = scan_inbox(creditor=creditor, now=NOW)
    return report.done, report.known, report.failed


def results(folder: Path) -> list[dict[str, Any]]:
    found = sorted(folder.glob("*.result.json"))
    return [json.loads(path.read_text(encoding="utf-8")) for path in found]


def test_a_file_comes_in_and_its_result_stands_beside_it(creditor: Creditor, folder: Path) -> None:
    put(folder / "place" / "cartera.csv")
    assert scan(creditor) == (1, 0, 0)
    assert Account.objects.get().number == "N-1"
    assert [path.name for path in (folder / "done").glob("*.csv")] == [
        "20261124T150000Z-cartera.csv"
    ]
    (told,) = results(folder / "done")
    assert told["state"] == "done"
    assert told["rejections"] == [
        {"line": 3, "column": "total", "value": "xx", "reason": "unreadable_amount"}
    ]
    assert scan(creditor) == (0, 0, 0)


def test_the_same_content_comes_in_once_under_any_name(creditor: Creditor, folder: Path) -> None:
    put(folder / "place" / "a.csv")
    scan(creditor)
    put(folder / "place" / "b.csv")
    assert scan(creditor) == (0, 1, 0)
    assert not list((folder / "place").iterdir())
    assert InboxFile.objects.count() == 1


def test_a_file_that_is_still_written_waits(creditor: Creditor, folder: Path) -> None:
    put(folder / "place" / "new.csv", age=2)
    put(folder / "place" / ".hidden.csv")
    for name in ("x.csv.part", "x.csv.filepart", "X.TMP"):
        put(folder / "place" / name)
    os.symlink(put(folder / "outside.csv"), folder / "place" / "link.csv")
    (folder / "place" / "sub").mkdir()
    assert scan(creditor) == (0, 0, 0)
    put(folder / "place" / "new.csv", age=31)
    assert scan(creditor) == (1, 0, 0)


def test_each_folder_is_read_its_own_way(creditor: Creditor, folder: Path) -> None:
    place(creditor, [row(f"A-{number:04}") for number in range(1, 4)])
    put(folder / "full" / "day.csv", "account,country,total,days_overdue\nA-0001,CO,9.50,5\n")
    put(folder / "delta" / "mapping.yaml", "columns: {operation: Que, account: Quien}")
    put(folder / "delta" / "day.csv", "Que,Quien\nrecall,A-0002\n", age=40)
    assert scan(creditor) == (2, 0, 0)
    assert RecallProposal.objects.count() == 2
    assert Account.objects.get(number="A-0002").state == "recalled"
    assert Account.objects.get(number="A-0003").state == "active"
    assert (folder / "delta" / "mapping.yaml").exists()


def test_what_cannot_be_read_is_put_aside_with_the_reason(creditor: Creditor, folder: Path) -> None:
    place(creditor, [row(f"A-{number:04}") for number in range(1, 21)])
    put(folder / "place" / "bad.csv", "a,b\n1,2\n")
    put(folder / "full" / "short.csv", "account,country,total,days_overdue\nA-0001,CO,9.50,5\n")
    put(folder / "place" / "good.csv", age=35)
    assert scan(creditor) == (1, 0, 2)
    told = {one["code"]: one["reason"] for one in results(folder / "failed")}
    assert set(told) == {"header_not_recognised", "file_recalls_too_much"}
    # In the creditor's language.
    assert "cuentas activas" in told["file_recalls_too_much"]
    assert not RecallProposal.objects.exists()
    watch(creditor, folder, recall_percent=100)
    creditor.refresh_from_db()
    put(folder / "full" / "short.csv", "account,country,total,days_overdue\nA-0001,CO,9.50,5\n")
    assert scan(creditor) == (1, 0, 0)


def test_a_scan_that_was_cut_off_is_gone_on_with(
    creditor: Creditor, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder / "place" / "a.csv")
    with monkeypatch.context() as cut:
        cut.setattr(inbox, "_put_away", lambda *_args: None)
        assert scan(creditor) == (1, 0, 0)
    assert scan(creditor) == (0, 1, 0)
    assert not list((folder / "place").iterdir())
    assert Account.objects.count() == 1


def test_a_folder_belongs_to_one_creditor(creditor: Creditor, folder: Path) -> None:
    other = create_creditor(actor=SYSTEM, now=NOW, name="Otro", country="CO")
    for wrong in (folder, folder / "place", folder.parent, "relative/path", "/proc/none/here"):
        with pytest.raises(InboxInvalid):
            watch(other, wrong)
    watch(creditor, folder)
    assert watch(other, folder.parent / "otro").settings["inbox"]
    put(folder.parent / "otro" / "place" / "a.csv")
    put(folder / "place" / "a.csv")
    scan_inboxes(now=NOW)
    assert sorted(Account.objects.values_list("creditor__name", flat=True)) == ["Banco", "Otro"]
    watch(other, "")
    put(folder.parent / "otro" / "place" / "b.csv", FILE + "N-3,CO,1.50,5\n")
    scan_inboxes(now=NOW)
    assert not Account.objects.filter(number="N-3").exists()
