"""A wrong setting ends the start with a sentence, before anything is touched."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

KEY = "a-key-that-is-long-enough-to-be-taken-by-anyone"


def start(data: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if "ACUERDO" not in name}
    environment.pop("DATABASE_URL", None)
    environment["DJANGO_SETTINGS_MODULE"] = "acuerdo.config.settings"
    return subprocess.run(
        [sys.executable, "-m", "acuerdo", "migrate"],
        env={**environment, "ACUERDO_DATA": str(data), **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"ACUERDO_DB_POOL": "many"}, "ACUERDO_DB_POOL"),
        ({"ACUERDO_SECRET_KEYS": "short"}, "below 32 characters"),
        ({"DATABASE_URL": "postgresql://a@b/c"}, "ACUERDO_SECRET_KEYS is not set"),
        ({"DATABASE_URL": "foo://bar", "ACUERDO_SECRET_KEYS": KEY}, "DATABASE_URL"),
        ({"ACUERDO_PUBLIC_URL": "example"}, "ACUERDO_PUBLIC_URL"),
        ({"LLM_URL": "example", "LLM_MODEL": "small"}, "LLM_URL"),
        ({"LLM_URL": "http://127.0.0.1:1/v1"}, "LLM_MODEL"),
        ({"LLM_SECONDS": "30"}, "LLM_SECONDS"),
        ({"ACUERDO_SANDBOX_SMTP_PORT": "0"}, "ACUERDO_SANDBOX_SMTP_PORT"),
        ({"ACUERDO_LOG_LEVEL": "loud"}, "ACUERDO_LOG_LEVEL"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, settings: dict[str, str], words: str) -> None:
    # A database that nothing listens at: a check that comes too late would say so instead.
    given = {"DATABASE_URL": "postgresql://a@127.0.0.1:1/c", "ACUERDO_SECRET_KEYS": KEY}
    if "DATABASE_URL" in settings:
        given = {}
    done = start(tmp_path, **{**given, **settings})
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_does_not_answer_is_said(tmp_path: Path) -> None:
    url = "postgresql://someone:very-secret@127.0.0.1:1/c"
    done = start(tmp_path, DATABASE_URL=url, ACUERDO_SECRET_KEYS=KEY)
    assert done.returncode == 1
    assert "DATABASE_URL" in done.stderr
    assert "very-secret" not in done.stderr
