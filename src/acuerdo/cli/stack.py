"""What `demo` and `up` have in common: a database, migrations, and the supervised children."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import environs
from django.utils.translation import gettext_lazy as _
from rich.console import Console

from acuerdo.cli.language import use_language
from acuerdo.cli.supervisor import Child, Supervisor, keep_port, web_child, worker_child
from acuerdo.core.postgres import EmbeddedPostgres, check_server, default_data_dir

_PORT = environs.validate.Range(min=1, max=65_535)


def check_settings() -> None:
    """Read the settings before anything is touched. Raises EnvError and ImproperlyConfigured."""
    from django.conf import settings

    assert settings.DATABASE_URL


def use_demo() -> Path:
    """Point this process at the demo's own data, whose clock is moved, and say where they are.
    Before the settings are read."""
    data = default_data_dir() / "demo"
    os.environ["ACUERDO_DEMO"] = "1"
    os.environ["ACUERDO_DATA"] = str(data)
    return data


@contextmanager
def with_database(data: Path) -> Iterator[None]:
    """Django on the operator's database, or on the embedded one: a server that already runs on
    `data` is used, else one is started for the length of the block."""
    check_settings()
    use_language()
    server: EmbeddedPostgres | None = None
    if url := os.environ.get("DATABASE_URL"):
        check_server(url)
    else:
        server = EmbeddedPostgres(data)
        if server.is_running():
            server = None
        else:
            server.start()
            server.ensure_database("acuerdo")
    try:
        yield
    finally:
        if server:
            from django.db import connections

            connections.close_all()
            server.stop()


class Stack:
    """Everything that runs on this machine."""

    def __init__(self, data: Path, *, sandbox: bool, demo: bool) -> None:
        self.data, self.demo = data, demo
        env = environs.Env()
        self.host: str = env.str("ACUERDO_BIND", "127.0.0.1")
        self.port = keep_port(env.int("ACUERDO_PORT", 8000, validate=_PORT))
        self.sandbox_port = keep_port(8010) if sandbox else None
        os.environ.setdefault("ACUERDO_PUBLIC_URL", f"http://127.0.0.1:{self.port}")
        if sandbox:
            os.environ["ACUERDO_SANDBOX_URL"] = f"http://127.0.0.1:{self.sandbox_port}"
            os.environ["ACUERDO_SANDBOX_SMTP_PORT"] = str(keep_port(8025))
        check_settings()

    def serve(self, console: Console, *, fresh: bool) -> None:
        """Set up, run until told to stop, and leave nothing behind. Raises StartFailed, with what
        the failing part logged."""
        use_language()
        url = os.environ.get("DATABASE_URL")
        postgres = None if url else EmbeddedPostgres(self.data)
        supervisor = Supervisor(postgres, [])
        supervisor.listen()
        try:
            if postgres:
                postgres.start()
                postgres.ensure_database("acuerdo")
            elif url:
                check_server(url)
            self._prepare(console, fresh=fresh)
            supervisor.children = self._children()
            supervisor.start()
            if not supervisor.stopping:
                self._tell(console)
            supervisor.run()
        finally:
            if supervisor.children:
                console.print(_("Stopping ..."))
            supervisor.stop()

    def _prepare(self, console: Console, *, fresh: bool) -> None:
        from django.core.management import call_command
        from django.db import connections, transaction

        from acuerdo.core import clock
        from acuerdo.core.actor import SYSTEM
        from acuerdo.workflow.creditors import follow_sandbox

        call_command("migrate", verbosity=0)
        if self.demo:
            from acuerdo.cli import demo

            demo.prepare(console, fresh=fresh)
        if self.sandbox_port:
            with transaction.atomic():
                follow_sandbox(actor=SYSTEM, now=clock.now())
        connections.close_all()

    def _children(self) -> list[Child]:
        logs = self.data / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        web = web_child(
            "web",
            "acuerdo.config.asgi:application",
            self.port,
            {"ACUERDO_PROCESS": "web"},
            logs / "web.log",
            host=self.host,
            interface="asginl",
        )
        children = [web, worker_child(logs / "worker.log")]
        if self.sandbox_port:
            children.insert(
                0,
                web_child(
                    "sandbox",
                    "acuerdo.sandbox.asgi:application",
                    self.sandbox_port,
                    {"ACUERDO_PROCESS": "sandbox"},
                    logs / "sandbox.log",
                ),
            )
        return children

    def _tell(self, console: Console) -> None:
        rows = [(_("Work"), os.environ["ACUERDO_PUBLIC_URL"])]
        if self.sandbox_port:
            sandbox = os.environ["ACUERDO_SANDBOX_URL"]
            rows += [
                (_("Debtor's phone"), sandbox),
                (_("Mail inbox"), f"{sandbox}/mail"),
            ]
        rows.append((_("Logs"), str(self.data / "logs")))
        for label, place in rows:
            console.print(f"  [bold]{label!s:<18}[/bold] {place}")
        console.print(_("Press Ctrl-C to stop."))
