"""A real PostgreSQL for each run, a database of its own for each test that commits."""

from __future__ import annotations

import itertools
import os
import socket
from collections.abc import Iterator
from typing import Any

import chromium
import hypothesis
import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.test import TransactionTestCase
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from acuerdo.core.postgres import EmbeddedPostgres, database_url

# A loaded machine decides no test, and what passed passes again; `make chaos` looks further.
hypothesis.settings.register_profile(
    "acuerdo", deadline=None, derandomize="ACUERDO_CHAOS" not in os.environ
)
hypothesis.settings.load_profile("acuerdo")

TEMPLATE = "acuerdo_template"
_numbers = itertools.count(1)
_not_run: list[str] = []


def use_database(name: str) -> None:
    """Point Django, in every thread, and the children of tests at the database `name`."""
    connections.close_all()
    connection.settings_dict["NAME"] = name
    settings.DATABASE_URL = os.environ["DATABASE_URL"] = database_url(settings.DATA_DIR, name)


def administer(statement: str) -> None:
    with psycopg.connect(database_url(settings.DATA_DIR, "postgres"), autocommit=True) as link:
        link.execute(statement)  # type: ignore[call-overload]


class OwnDatabase:
    """What a test that commits does instead of emptying tables: the books refuse to be emptied."""

    name = ""
    home = ""

    @classmethod
    def make(cls) -> None:
        cls.home, cls.name = connection.settings_dict["NAME"], f"acuerdo_{next(_numbers)}"
        administer(f"CREATE DATABASE {cls.name} TEMPLATE {TEMPLATE}")
        use_database(cls.name)

    @classmethod
    def drop(cls) -> None:
        use_database(cls.home)
        administer(f"DROP DATABASE {cls.name} WITH (FORCE)")


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    server = EmbeddedPostgres(settings.DATA_DIR, durable=False)
    server.start()
    try:
        administer(f"CREATE DATABASE {TEMPLATE}")
        with django_db_blocker.unblock():
            use_database(TEMPLATE)
            call_command("migrate", verbosity=0)
            first = f"acuerdo_{next(_numbers)}"
            use_database(first)
            administer(f"CREATE DATABASE {first} TEMPLATE {TEMPLATE}")
            TransactionTestCase._fixture_setup = OwnDatabase.make  # type: ignore[method-assign]
            TransactionTestCase._fixture_teardown = OwnDatabase.drop  # type: ignore[method-assign]
        yield
    finally:
        with django_db_blocker.unblock():
            connections.close_all()
        server.stop()


@pytest.fixture(autouse=True)
def in_spanish() -> Iterator[None]:
    """A command line speaks the language of its terminal: no test hears that of another."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def only_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test speaks to anything beyond loopback."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        local = self.family == socket.AF_UNIX or str(address[0]) in {
            "127.0.0.1",
            "::1",
            "localhost",
        }
        if not local:
            raise RuntimeError(f"a test tried to reach {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


def drives_a_browser(item: pytest.Item) -> bool:
    return "page" in getattr(item, "fixturenames", ()) or "browser" in item.path.parts


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: their driver leaves an event loop running in this thread. Without
    any browser they are left out, and the summary says so."""
    items.sort(key=drives_a_browser)
    wanting = [item for item in items if drives_a_browser(item)]
    if wanting and (why := chromium.why_none()):
        for item in wanting:
            item.add_marker(pytest.mark.skip(reason=why))
            _not_run.append(item.nodeid)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _not_run:
        terminalreporter.section(f"{len(_not_run)} BROWSER TESTS DID NOT RUN", red=True, bold=True)
        terminalreporter.write_line(f"{chromium.why_none()}. Install Chromium and run them again:")
        for name in _not_run:
            terminalreporter.write_line(f"  {name}")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    arguments = ["--disable-quic", "--no-first-run", "--disable-background-networking"]
    arguments += ["--disable-component-update", "--disable-sync", "--disable-gpu"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    found = {"executable_path": path} if (path := chromium.installed()) else {}
    return {**browser_type_launch_args, **found, "args": arguments}
