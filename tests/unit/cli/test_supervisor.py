from __future__ import annotations

import signal
import socket
import sys
import time
from pathlib import Path

import pytest
from django.utils.translation import override

from acuerdo.cli.supervisor import Child, Supervisor, free_port, keep_port
from acuerdo.core.postgres import EmbeddedPostgres, database_url, default_data_dir, socket_dir


def test_another_port_is_chosen_where_one_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port(port) != port
    # Freed or not yet listening: a port that was given away is not given away again.
    first = keep_port(port)
    assert keep_port(first) != first
    assert free_port(0) > 0


def test_a_socket_path_stays_within_the_limit_of_the_system() -> None:
    for depth in (1, 200):
        folder = socket_dir(Path("/var/tmp") / ("x" * depth))
        assert len(str(folder / ".s.PGSQL.5432")) <= 107
    assert socket_dir(Path("/a") / ("x" * 200)) != socket_dir(Path("/b") / ("x" * 200))


def test_data_lives_where_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACUERDO_DATA", str(tmp_path))
    assert default_data_dir() == tmp_path
    assert str(tmp_path) in database_url(tmp_path, "other").replace("%2F", "/")


def test_a_child_that_does_not_answer_is_told_with_its_log(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-c",
        "print('no port for me', flush=True); import time; time.sleep(9)",
    ]
    child = Child("deaf", command, {}, tmp_path / "log", healthy=lambda: False)
    supervisor = Supervisor(None, [child])
    with pytest.raises(TimeoutError) as told:
        supervisor.start(seconds=1.5)
    for language, words in (("en", "deaf does not answer"), ("es", "deaf no responde")):
        with override(language):
            assert words in str(told.value)
            assert "no port for me" in str(told.value)
    supervisor.stop()
    assert child.process is not None
    assert child.process.poll() is not None


def test_a_child_that_ignores_the_wish_to_stop_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("acuerdo.cli.supervisor._STOP_SECONDS", 0.3)
    code = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        " print(1, flush=True); time.sleep(60)"
    )
    child = Child("stubborn", [sys.executable, "-c", code], {}, tmp_path / "log")
    child.start()
    deadline = time.monotonic() + 20
    while not (tmp_path / "log").read_text() and time.monotonic() < deadline:
        time.sleep(0.05)
    child.stop()
    assert child.process is not None
    assert child.process.returncode == -signal.SIGKILL


def test_data_of_a_running_server_is_left_alone(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path)
    server._take_lock()
    assert EmbeddedPostgres(tmp_path).is_running()
    server._drop_lock()
    assert not EmbeddedPostgres(tmp_path).is_running()
