"""There is no other way to a channel than through the contact gate."""

from __future__ import annotations

import ast
import inspect
import typing
from collections.abc import Iterator
from pathlib import Path

import pytest

from acuerdo.compliance.permits import Permit
from acuerdo.messaging.channels.base import Outgoing
from acuerdo.messaging.channels.registry import ADAPTERS

SOURCE = Path(__file__).resolve().parents[2] / "src" / "acuerdo"
MODULES = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
DELIVERY = "messaging/actions/delivery.py"
# Ways out of this machine that are no contact with a debtor, and the module that has each.
OTHER_WAYS = {
    "payments/providers/": "asks a payment provider about money",
    "assistant/advice/": "asks what a text means, without saying who wrote it",
    "messaging/mailbox.py": "reads what people wrote, and sends nothing",
    "sandbox/": "plays the world outside",
    "core/postgres.py": "its own database",
    "cli/": "its own processes",
    "workflow/": "its own database",
    "web/live.py": "its own database",
}
NETWORK = {
    "aiohttp", "aiosmtplib", "anymail", "ftplib", "http.client", "httpx", "imap_tools", "imaplib",
    "poplib", "pywebpush", "requests", "smpplib", "smtplib", "socket", "telnetlib", "twilio",
    "urllib.request", "urllib3", "websockets", "django.core.mail",
}  # fmt: skip


def named(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def calls(name: str) -> Iterator[tuple[str, str]]:
    """Where a function, class or method of that name is called: (module, enclosing function)."""
    for path in MODULES:
        tree = ast.parse(path.read_text("utf-8"))
        for owner in ast.walk(tree):
            if isinstance(owner, (ast.FunctionDef, ast.AsyncFunctionDef)):
                for node in ast.walk(owner):
                    if isinstance(node, ast.Call) and _called(node) == name:
                        yield named(path), owner.name


def _called(node: ast.Call) -> str:
    target = node.func
    if isinstance(target, ast.Attribute):
        return target.attr
    return target.id if isinstance(target, ast.Name) else ""


def test_what_goes_out_carries_a_permit() -> None:
    assert typing.get_type_hints(Outgoing)["permit"] is Permit
    with pytest.raises(TypeError):
        Outgoing(to="+573000000000", text="Hola", language="es")  # type: ignore[call-arg]


def test_nobody_but_the_gate_makes_a_permit() -> None:
    with pytest.raises(TypeError, match="only the contact gate"):
        Permit("message:1", "sms", None, object())
    assert set(calls("Permit")) == {("compliance/permits.py", "grant")}
    assert set(calls("grant")) == {("compliance/actions/checking.py", "claim_contacts")}


def test_the_gate_is_asked_before_the_only_send() -> None:
    assert set(calls("claim_contacts")) == {("messaging/gate.py", "ask")}
    assert set(calls("Outgoing")) == {(DELIVERY, "_make_claim")}
    assert {module for module, _owner in calls("_make_claim")} == {DELIVERY}
    rooms = {(module, owner) for module, owner in calls("send") if not _is_adapter(module)}
    assert rooms == {(DELIVERY, "_send_share")}


def _is_adapter(module: str) -> bool:
    return module.startswith(("messaging/channels/", "messaging/vendors/", *OTHER_WAYS))


def test_every_adapter_sends_only_what_was_permitted() -> None:
    assert ADAPTERS
    for adapter in ADAPTERS:
        parameters = list(inspect.signature(adapter.send).parameters)
        assert parameters == ["self", "outgoing", "idempotency_key"], adapter
        assert typing.get_type_hints(adapter.send)["outgoing"] is Outgoing


def test_nothing_else_speaks_to_the_world() -> None:
    """A new module that opens a connection must be an adapter, or be listed with its reason."""
    found = set()
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            if any(name in NETWORK or name.split(".")[0] in NETWORK for name in names):
                found.add(named(path))
    assert {module for module in found if not _is_adapter(module)} == set()
