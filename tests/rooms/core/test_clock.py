from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from pytest_django import Settings

from acuerdo.core import clock

pytestmark = pytest.mark.django_db


def test_travel_pins_the_business_time_but_not_the_real_one() -> None:
    at = datetime(2030, 1, 1, 12, tzinfo=UTC)
    with clock.travel(at):
        assert clock.now() == at
        assert clock.real_now() != at
    assert clock.now() < at


def test_the_demo_clock_runs_ahead_and_never_back(settings: Settings) -> None:
    settings.DEMO = True
    try:
        with transaction.atomic():
            clock.set_offset(timedelta(days=2))
            clock.set_offset(timedelta(days=1))
        assert clock.get_offset() == timedelta(days=2)
        assert clock.now() - clock.real_now() > timedelta(days=1, hours=23)
        settings.DEMO = False
        assert clock.get_offset() == timedelta(0), "what a demo left behind moves nobody's clock"
    finally:
        clock.forget_offset()


def test_a_naive_time_is_refused() -> None:
    with (
        pytest.raises(ValueError, match="aware"),
        clock.travel(datetime.fromisoformat("2030-01-01")),
    ):
        pass
