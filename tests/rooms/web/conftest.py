"""Two creditors, a provider in memory, and business hours."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from deals_kit import NOW, FakeProvider
from pages_kit import Side, make_side

from acuerdo.core import clock
from acuerdo.payments.providers import registry


@pytest.fixture(autouse=True)
def fake_provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(registry.PROVIDERS, "fake", FakeProvider)
    FakeProvider.reset()
    yield
    FakeProvider.reset()


@pytest.fixture(autouse=True)
def business_hours() -> Iterator[None]:
    with clock.travel(NOW):
        yield


@pytest.fixture
def ours(db: None) -> Side:
    return make_side("Banco Ejemplo", "A-1001")


@pytest.fixture
def theirs(db: None) -> Side:
    return make_side("Caja Vecina", "B-2002")
