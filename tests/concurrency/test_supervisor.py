"""The supervisor: PostgreSQL killed under load comes back, and so does the worker's work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import httpx
import psycopg
import pytest
from django.utils.translation import override

from acuerdo.cli.supervisor import Child, Supervisor, free_port
from acuerdo.core.postgres import EmbeddedPostgres, PostgresFailed, database_url

JOB = b'{"event": "00000000-0000-0000-0000-000000000000", "at": "2026-11-24", "reaction": "none"}'
KILLS = 20 if os.environ.get("ACUERDO_CHAOS") == "long" else 1
WRITES = 400


def wait_for(what: Callable[[], object], seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


@pytest.fixture
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    import shutil
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="acuerdo-up-", dir="/var/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def up(data: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = free_port(0)
    environment = {**os.environ, "ACUERDO_DATA": str(data), "ACUERDO_PORT": str(port)}
    environment.pop("DATABASE_URL", None)
    environment.pop("ACUERDO_PUBLIC_URL", None)
    environment["DJANGO_SETTINGS_MODULE"] = "acuerdo.config.settings"
    with (data / "up.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "acuerdo", "up"], env=environment, stdout=log, stderr=log
        )
    try:
        yield process, port
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0, (data / "up.log").read_text()[-2000:]
        for name in ("postgres", "granian", "acuerdo worker"):
            assert not running(data, name), f"{name} was left running"


def running(data: Path, name: str) -> list[int]:
    """Processes of this run, by what their command line or folder says."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                environment = (entry / "environ").read_bytes()
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ")
            except OSError:
                continue
            if str(data).encode() in environment + command and name.encode() in command:
                found.append(int(entry.name))
    return found


def ask(data: Path, sql: str) -> object:
    try:
        with psycopg.connect(database_url(data), autocommit=True, connect_timeout=2) as link:
            cursor = link.execute(sql)
            row = cursor.fetchone() if cursor.description else None
            return row[0] if row else None
    except psycopg.Error:
        return None


def holds(data: Path, rows: int) -> bool:
    return ask(data, "SELECT count(*) FROM probe") == rows


def answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def test_postgres_killed_under_load_comes_back_and_work_goes_on(
    data: Path, up: tuple[subprocess.Popen[bytes], int]
) -> None:
    _process, port = up
    wait_for(lambda: answers(port), 180)
    wait_for(lambda: running(data, "acuerdo worker"))
    ask(data, "CREATE TABLE probe (n bigint PRIMARY KEY)")
    for kill in range(KILLS):
        with psycopg.connect(database_url(data), autocommit=True) as link:
            for number in range(WRITES):
                link.execute("INSERT INTO probe VALUES (%s)", [kill * WRITES + number])
            server = int((data / "pg18" / "postmaster.pid").read_text().splitlines()[0])
            os.kill(server, signal.SIGKILL)
        wait_for(partial(holds, data, (kill + 1) * WRITES))
        wait_for(lambda: answers(port))
    # The worker lives again: it takes a job from the queue (this one names no event and fails).
    ask(
        data,
        "INSERT INTO pgqueuer (priority, status, entrypoint, payload)"
        f" VALUES (0, 'queued', 'react', '{JOB.decode()}')",
    )
    wait_for(lambda: ask(data, "SELECT attempts > 0 OR status = 'picked' FROM pgqueuer LIMIT 1"))


def test_a_second_supervisor_keeps_off(data: Path) -> None:
    first, second = EmbeddedPostgres(data, durable=False), EmbeddedPostgres(data)
    first.start()
    try:
        assert second.is_running()
        with override("en"), pytest.raises(PostgresFailed, match="already runs"):
            second.start()
    finally:
        first.stop()
    assert not second.is_running()


def test_a_child_that_ends_is_started_again_ever_more_slowly(tmp_path: Path) -> None:
    child = Child("short", [sys.executable, "-c", "raise SystemExit(3)"], {}, tmp_path / "log")
    supervisor = Supervisor(None, [child])
    child.pause = 0.01
    child.start()
    wait_for(lambda: (child.look(), child.restarts >= 3)[1])
    assert child.pause > 0.03
    supervisor.stop()
