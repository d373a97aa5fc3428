from __future__ import annotations

from pathlib import Path

import environs
import pytest

from acuerdo.config.keys import secret_keys


def test_an_embedded_trial_keeps_one_random_key_for_its_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ACUERDO_SECRET_KEYS", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    first = secret_keys(environs.Env(), tmp_path)
    assert first == secret_keys(environs.Env(), tmp_path)
    assert len(first[0]) >= 32
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600
    assert first != secret_keys(environs.Env(), tmp_path / "other")


def test_the_newest_key_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new, old = "n" * 40, "o" * 40
    monkeypatch.setenv("ACUERDO_SECRET_KEYS", f"{new}, {old}")
    assert secret_keys(environs.Env(), tmp_path) == [new, old]
