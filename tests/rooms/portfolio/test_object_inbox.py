"""Files that come in from an object store: once, whole, and answered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import obstore
import pytest
from django.db import transaction
from obstore.store import LocalStore, MemoryStore, ObjectStore
from s3_peer import KEY, SECRET, Peer, serve_s3
from small_portfolio import NOW
from typer.testing import CliRunner

from acuerdo.cli.app import app
from acuerdo.core.actor import SYSTEM
from acuerdo.creditors.actions import create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.actions import folders, inbox
from acuerdo.portfolio.actions.inbox import scan_inbox, set_inbox
from acuerdo.portfolio.errors import InboxInvalid, InboxUnreachable
from acuerdo.portfolio.jobs import scan_inboxes
from acuerdo.portfolio.models import Account, InboxFile

pytestmark = pytest.mark.django_db

URL = "s3://bank-files/acuerdo"
FILE = b"account,country,total,days_overdue\nN-1,CO,100.50,5\nN-2,CO,xx,5\n"


@pytest.fixture(params=["local", "memory"])
def store(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> ObjectStore:
    made: ObjectStore = LocalStore(tmp_path) if request.param == "local" else MemoryStore()
    monkeypatch.setattr(folders, "from_url", lambda *_arguments, **_options: made)
    return made


@pytest.fixture
def creditor() -> Creditor:
    with transaction.atomic():
        return create_creditor(actor=SYSTEM, now=NOW, name="Banco", country="CO")


@pytest.fixture
def peer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Peer]:
    with serve_s3() as (made, address):
        for name, value in {
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_ENDPOINT_URL": address,
            "AWS_REGION": "us-east-1",
            "AWS_ALLOW_HTTP": "true",
        }.items():
            monkeypatch.setenv(name, value)
        yield made


def watch(creditor: Creditor, folder: str = URL) -> Creditor:
    with transaction.atomic():
        return set_inbox(creditor=creditor, folder=folder, actor=SYSTEM, now=NOW)


def scan(creditor: Creditor) -> tuple[int, int, int]:
    report = scan_inbox(creditor=creditor, now=NOW)
    return report.done, report.known, report.failed


def keys(store: ObjectStore) -> set[str]:
    return {one["path"] for part in obstore.list(store) for one in part}


def read(store: ObjectStore, key: str) -> Any:
    return json.loads(bytes(obstore.get(store, key).bytes()))


def test_a_file_comes_in_once_and_its_result_stands_beside_it(
    creditor: Creditor, store: ObjectStore
) -> None:
    creditor = watch(creditor)
    obstore.put(store, "place/cartera.csv", FILE)
    obstore.put(store, "place/half.csv.part", FILE)
    obstore.put(store, "place/sub/deep.csv", FILE)
    assert scan(creditor) == (1, 0, 0)
    assert Account.objects.get().number == "N-1"
    told = read(store, "done/20261124T150000Z-cartera.csv.result.json")
    assert told["state"] == "done"
    assert told["rejections"][0]["reason"] == "unreadable_amount"
    obstore.put(store, "place/again.csv", FILE)
    assert scan(creditor) == (0, 1, 0)
    assert scan(creditor) == (0, 0, 0)
    assert keys(store) == {
        "place/half.csv.part",
        "place/sub/deep.csv",
        *(f"done/20261124T150000Z-{name}.csv" for name in ("cartera", "again")),
        *(f"done/20261124T150000Z-{name}.csv.result.json" for name in ("cartera", "again")),
    }
    assert InboxFile.objects.count() == 1


def test_a_mapping_beside_it_is_used_and_what_is_wrong_is_put_aside(
    creditor: Creditor, store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    creditor = watch(creditor)
    obstore.put(store, "place/mapping.yaml", b"columns: {account: Quien, total: Cuanto}")
    obstore.put(store, "place/a.csv", b"Quien,Cuanto,days_overdue\nM-1,9.50,3\n")
    assert scan(creditor) == (1, 0, 0)
    assert Account.objects.get().number == "M-1"
    obstore.put(store, "place/photo.csv", b"\x89PNG\r\n\x1a\n" + bytes(90))
    obstore.put(store, "place/mapping.yaml", b"x" * 100_000)
    assert scan(creditor) == (0, 0, 1)
    assert read(store, "failed/20261124T150000Z-photo.csv.result.json")["state"] == "failed"
    monkeypatch.setattr(folders, "MAX_FILE_MEGABYTES", 0.00001)
    obstore.put(store, "full/large.csv", FILE)
    assert scan(creditor) == (0, 0, 1)
    told = read(store, "failed/20261124T150000Z-large.csv.result.json")
    assert told["code"] == "file_too_large"


def test_a_scan_that_was_cut_off_is_gone_on_with(
    creditor: Creditor, store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    creditor = watch(creditor)
    obstore.put(store, "place/a.csv", FILE)
    with monkeypatch.context() as cut:
        cut.setattr(inbox, "_put_away", lambda *_arguments: None)
        assert scan(creditor) == (1, 0, 0)
    assert scan(creditor) == (0, 1, 0)
    assert Account.objects.count() == 1
    assert not [key for key in keys(store) if key.startswith("place/")]


def test_a_store_that_speaks_s3(creditor: Creditor, peer: Peer) -> None:
    creditor = watch(creditor)
    peer.put("bank-files/acuerdo/place/enero niño.csv", FILE)
    assert scan(creditor) == (1, 0, 0)
    assert Account.objects.get().number == "N-1"
    moved = "bank-files/acuerdo/done/20261124T150000Z-enero niño.csv"
    assert set(peer.objects) == {moved, f"{moved}.result.json"}
    assert peer.objects[moved] == FILE
    assert {line.split()[0] for line in peer.asked} == {"GET", "PUT", "POST"}
    # What may not be reached waits: nothing is lost, and no other creditor waits for it.
    peer.put("bank-files/acuerdo/place/b.csv", FILE + b"N-3,CO,1.50,5\n")
    peer.refuses = True
    with pytest.raises(InboxUnreachable):
        scan(creditor)
    scan_inboxes(now=NOW)
    assert not Account.objects.filter(number="N-3").exists()
    with pytest.raises(InboxInvalid):
        watch(creditor)
    peer.refuses = False
    scan_inboxes(now=NOW)
    assert Account.objects.filter(number="N-3").exists()


def test_without_the_right_key_nothing_is_watched(
    creditor: Creditor, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "OTHER")
    with pytest.raises(InboxInvalid):
        watch(creditor)
    assert "inbox" not in Creditor.objects.get(pk=creditor.pk).settings


@pytest.mark.parametrize(
    "wrong",
    [
        "s3://key:secret@bank-files/acuerdo",
        "s3://bank-files/acuerdo?access_key_id=x",
        "s3:///acuerdo",
        "http://127.0.0.1/acuerdo",
        "file:///etc",
        "memory:///",
        "ftp://x/y",
    ],
)
def test_only_stores_are_watched_and_no_secret_is_written_down(
    creditor: Creditor, wrong: str
) -> None:
    with pytest.raises(InboxInvalid):
        watch(creditor, wrong)


def test_a_prefix_belongs_to_one_creditor(creditor: Creditor, store: ObjectStore) -> None:
    watch(creditor)
    other = create_creditor(actor=SYSTEM, now=NOW, name="Otro", country="CO")
    for wrong in (URL, f"{URL}/", f"{URL}/place", "s3://bank-files"):
        with pytest.raises(InboxInvalid):
            watch(other, wrong)
    assert watch(other, "s3://bank-files/acuerdo-dos").settings["inbox"]


@pytest.mark.django_db(transaction=True)
def test_the_command_watches_and_scans(creditor: Creditor, peer: Peer) -> None:
    run = CliRunner().invoke
    done = run(app, ["inbox", "set", "--creditor", "Banco", "--folder", URL])
    assert done.exit_code == 0, done.output
    peer.put("bank-files/acuerdo/place/a.csv", FILE)
    assert run(app, ["inbox", "scan"]).exit_code == 0
    assert Account.objects.filter(number="N-1").exists()
    peer.refuses = True
    assert run(app, ["inbox", "scan"]).exit_code == 4
