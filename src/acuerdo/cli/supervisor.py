"""One parent of everything that runs: PostgreSQL, web server, worker, and the sandbox.

It starts them in order, brings back what dies, and on Ctrl-C or SIGTERM stops them in the
opposite order. If it is killed itself, the kernel tells its children to stop.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import structlog
from django.utils.translation import gettext_noop as _

from acuerdo.core.errors import StartFailed
from acuerdo.core.postgres import EmbeddedPostgres

logger = structlog.get_logger(__name__)

_STOP_SECONDS = 10.0
_STEADY_SECONDS = 30.0
_LONGEST_PAUSE = 20.0
_PR_SET_PDEATHSIG = 1
_reserved: list[socket.socket] = []


def _die_with_parent() -> None:
    """In a child, before it becomes another program: ask the kernel for SIGTERM when we die."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """A process that has to run. It is started again when it ends, sooner after a long life."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    log: Path
    healthy: Callable[[], bool] = lambda: True
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause: float = 0.5
    resume_at: float = 0.0
    restarts: int = field(default=-1)

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603
                self.command,
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is ours to hear, once
                preexec_fn=_die_with_parent,
            )
        self.started_at = time.monotonic()
        self.restarts += 1

    def look(self) -> None:
        """Start it again if it ended, after a pause that grows while it keeps ending."""
        if self.process is None:
            if time.monotonic() >= self.resume_at:
                self.start()
        elif (code := self.process.poll()) is not None:
            steady = time.monotonic() - self.started_at > _STEADY_SECONDS
            self.pause = 0.5 if steady else min(self.pause * 2, _LONGEST_PAUSE)
            logger.warning("child_ended", child=self.name, code=code, again_in=self.pause)
            self.process, self.resume_at = None, time.monotonic() + self.pause

    def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class ChildSilent(StartFailed, TimeoutError):
    """A child does not answer; the message says what its log ends with."""


class Supervisor:
    """Runs `children` on `postgres` (None: a database of the operator's own) until told to stop."""

    def __init__(self, postgres: EmbeddedPostgres | None, children: list[Child]) -> None:
        self.postgres = postgres
        self.children = children
        self._stopping = False

    def start(self, seconds: float = 60.0) -> None:
        """Start the children and wait until each answers. Raises ChildSilent, with its log."""
        for child in self.children:
            child.start()
        deadline = time.monotonic() + seconds
        for child in self.children:
            while not child.healthy():
                if self._stopping:
                    return
                if time.monotonic() > deadline:
                    ending = "\n".join(child.log.read_text(errors="replace").splitlines()[-15:])
                    raise ChildSilent(
                        _("{name} does not answer. Its log ({log}) ends with: {ending}"),
                        name=child.name,
                        log=child.log,
                        ending=f"\n{ending}",
                    )
                child.look()
                time.sleep(0.1)

    def run(self) -> None:
        """Watch over everything until SIGINT or SIGTERM."""
        while not self._stopping:
            self._look_after_postgres()
            for child in self.children:
                child.look()
            time.sleep(0.2)

    def listen(self) -> None:
        """Take SIGINT and SIGTERM as the wish to stop."""
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, self._hear)

    def stop(self) -> None:
        """Stop the children, the youngest first, and PostgreSQL last."""
        for child in reversed(self.children):
            child.stop()
        if self.postgres:
            self.postgres.stop()

    @property
    def stopping(self) -> bool:
        return self._stopping

    def _hear(self, *_signal: object) -> None:
        self._stopping = True

    def _look_after_postgres(self) -> None:
        if self.postgres and self.postgres.process and self.postgres.process.poll() is not None:
            code = self.postgres.process.returncode
            logger.warning("child_ended", child="postgres", code=code, again_in=0)
            self.postgres.start()


def answers(url: str) -> bool:
    """Whether a server answers there at all."""
    try:
        return httpx.get(url, timeout=2).status_code < 500
    except httpx.HTTPError:
        return False


def free_port(wanted: int) -> int:
    """`wanted`, or another port where something listens on it already."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise StartFailed(_("no port is free on this machine"))


def keep_port(wanted: int) -> int:
    """A free port, kept for this process until it ends.

    A server that comes later may share a port with one that already listens, so that two demos
    would take each other's visitors: the port is also reserved by name.
    """
    for preference in (wanted, *([0] * 20)):
        if _reserve(port := free_port(preference)):
            return port
    raise StartFailed(_("no port is free on this machine"))


def _reserve(port: int) -> bool:
    """Whether no other process of ours wants `port` too. The kernel lets go of the name when we
    end, however we end; other systems than Linux have no such names."""
    if sys.platform != "linux":
        return True
    name = socket.socket(socket.AF_UNIX)
    try:
        name.bind(f"\0acuerdo port {port}")
    except OSError:
        name.close()
        return False
    _reserved.append(name)
    return True


def web_child(
    name: str,
    target: str,
    port: int,
    environment: Mapping[str, str],
    log: Path,
    host: str = "127.0.0.1",
    interface: str = "asgi",
) -> Child:
    """A granian process that serves the ASGI application `target`; the interface `asginl` is for
    one that does not care when it starts and stops (Django's own)."""
    command = [
        *(sys.executable, "-m", "granian", "--interface", interface, "--no-ws", "--workers", "1"),
        *("--host", host, "--port", str(port), "--log-level", "warning", target),
    ]
    asked = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104
    health = f"http://{f'[{asked}]' if ':' in asked else asked}:{port}/healthz"
    return Child(name, command, environment, log, lambda: answers(health))


def worker_child(log: Path) -> Child:
    """The worker process."""
    command = [sys.executable, "-m", "acuerdo", "worker"]
    return Child("worker", command, {"ACUERDO_PROCESS": "worker"}, log)
