from __future__ import annotations

from collections.abc import Iterator

import pytest
from deals_kit import FakeProvider

from acuerdo.payments.providers import registry


@pytest.fixture(autouse=True)
def fake_provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[FakeProvider]]:
    monkeypatch.setitem(registry.PROVIDERS, "fake", FakeProvider)
    FakeProvider.reset()
    yield FakeProvider
    FakeProvider.reset()
