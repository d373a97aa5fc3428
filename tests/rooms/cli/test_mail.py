"""`acuerdo mail connect`."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from messaging_kit import NOW, make_creditor
from sandbox_peer import free_port
from typer.testing import CliRunner

from acuerdo.cli import mail
from acuerdo.core.actor import SYSTEM
from acuerdo.core.crypto import decrypt
from acuerdo.creditors.actions import connect_provider
from acuerdo.creditors.models import ProviderAccount
from acuerdo.messaging.models import MailboxState

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "with_database", lambda *_args: nullcontext())


def connect(tmp_path: Path, provider: str, config: Any, secret: str = "s3cret\n",
            creditor: str = "Banco Ejemplo") -> int:  # fmt: skip
    path = tmp_path / "config.json"
    path.write_text(config if isinstance(config, str) else json.dumps(config))
    options = ["connect", "--creditor", creditor, "--provider", provider, "--config", str(path)]
    return CliRunner().invoke(mail.app, options, input=secret).exit_code


def active(kind: str) -> ProviderAccount:
    return ProviderAccount.objects.get(kind=kind, is_active=True)


def test_a_service_is_connected_in_place_of_the_server(tmp_path: Path) -> None:
    make_creditor()
    config = {"esp": "postmark", "from_address": "hola@banco.example"}
    assert connect(tmp_path, "anymail", config, '{"server_token": "x"}\n') == 0
    account = active("email")
    assert (account.provider, account.config) == ("anymail", config)
    assert b"server_token" not in bytes(account.secret_encrypted)
    assert decrypt(account.secret_encrypted) == '{"server_token": "x"}'


@pytest.mark.parametrize(
    ("provider", "config"),
    [
        ("pigeon", {}),
        ("smtp", {"host": "x", "port": 25}),
        ("anymail", {"from_address": "a@b.example"}),
        ("imap", {"host": "x"}),
        ("imap", []),
        ("imap", "{"),
    ],
)
def test_what_cannot_work_is_not_kept(tmp_path: Path, provider: str, config: Any) -> None:
    make_creditor()
    assert connect(tmp_path, provider, config) == 2
    assert active("email").provider == "smtp"
    assert not ProviderAccount.objects.filter(kind="mailbox").exists()


def test_nobody_is_connected_for_an_unknown_creditor(tmp_path: Path) -> None:
    assert connect(tmp_path, "imap", {"host": "x", "username": "y"}, creditor="Nadie") == 2


def test_a_mailbox_that_cannot_be_opened_is_not_kept(tmp_path: Path) -> None:
    make_creditor()
    config = {"host": "127.0.0.1", "port": free_port(), "username": "x", "timeout_seconds": 1}
    assert connect(tmp_path, "imap", config) == 3
    assert not ProviderAccount.objects.filter(kind="mailbox").exists()


@pytest.mark.parametrize(
    ("state", "code", "words"),
    [
        ({}, 4, "cobranza"),
        ({"checked_at": NOW}, 0, "2026-11-24 15:00:00 UTC"),
        ({"checked_at": NOW, "error": "login refused"}, 4, "login refused"),
        ({"error": "no route"}, 4, "no route"),
    ],
)
def test_status_says_which_mailboxes_are_read(state: Any, code: int, words: str) -> None:
    account = connect_provider(
        actor=SYSTEM, now=NOW, creditor=make_creditor(), kind="mailbox", provider="imap",
        name="imap", config={"username": "cobranza"},
    )  # fmt: skip
    if state:
        MailboxState.objects.create(provider_account=account, **state)
    result = CliRunner().invoke(mail.app, ["status"])
    assert result.exit_code == code
    assert words in result.output
