"""Two first writers of a month: both write, one makes the partition."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from acuerdo.core.actor import SYSTEM
from acuerdo.core.events import publish
from acuerdo.core.models import Event

WRITERS = 6


@pytest.mark.django_db(transaction=True)
def test_first_writers_of_a_month_wait_for_each_other() -> None:
    start = threading.Barrier(WRITERS)
    failures: list[BaseException] = []

    def write(month: int) -> None:
        try:
            for year in range(2040, 2044):
                start.wait(120)
                with transaction.atomic():
                    publish("Tried", actor=SYSTEM, now=datetime(year, month, 1, tzinfo=UTC))
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(5,)) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert Event.objects.count() == WRITERS * 4
