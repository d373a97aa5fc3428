"""The worker killed in the middle of its jobs: each is done, and done once."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection, transaction

from acuerdo.core import events
from acuerdo.core.actor import SYSTEM
from acuerdo.core.models import Command
from acuerdo.workflow.models import ReactionRun
from acuerdo.workflow.queue import count_waiting
from acuerdo.workflow.worker import is_running

AT = datetime(2026, 11, 24, 15, tzinfo=UTC)
LONG = os.environ.get("ACUERDO_CHAOS") == "long"
JOBS, KILLS = (4000, 40) if LONG else (300, 3)


def start(log: Path) -> subprocess.Popen[bytes]:
    script = Path(__file__).with_name("worker_process.py")
    with log.open("ab") as file:
        return subprocess.Popen([sys.executable, str(script)], stdout=file, stderr=file)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "worker.log"


def done() -> int:
    return Command.objects.filter(action="work").count()


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_leaves_nothing_half_done_and_nothing_done_twice(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "_reactions", {"Noted": ("work",)})
    for _number in range(JOBS):
        with transaction.atomic():
            events.publish("Noted", actor=SYSTEM, now=AT)
    for kill in range(KILLS):
        worker = start(log)
        before, deadline = done(), time.monotonic() + 60
        while done() < before + 20 and worker.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        assert done() > before, (kill, log.read_text()[-2000:])
        worker.kill()
        worker.wait()
    worker = start(log)
    try:
        deadline = time.monotonic() + 60 + JOBS / 20
        while count_waiting() and time.monotonic() < deadline:
            assert is_running() or time.monotonic() < deadline
            time.sleep(0.1)
    finally:
        worker.terminate()
        assert worker.wait(15) == 0
    assert count_waiting() == 0
    assert ReactionRun.objects.count() == JOBS
    assert done() == JOBS
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pgqueuer")
        assert cursor.fetchone()[0] == 0
    assert not is_running()
