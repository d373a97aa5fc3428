"""Two creditors import the same human at the same time: one person comes of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections, transaction
from small_portfolio import NOW, place, row

from acuerdo.core.actor import SYSTEM
from acuerdo.creditors.actions import create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.models import Debtor, Person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("cells", [{"document": ""}, {}])
def test_two_imports_at_once_make_each_human_once(cells: dict[str, str]) -> None:
    count, workers = 20, 4
    with transaction.atomic():
        creditors = [
            create_creditor(actor=SYSTEM, now=NOW, name=f"Banco {number}", country="CO")
            for number in range(workers)
        ]
    start = Barrier(workers)

    def work(number: int) -> None:
        try:
            rows = [row(f"A-{person:04}", **cells) for person in range(count)]
            # Everybody begins elsewhere.
            rows = rows[number * 5 :] + rows[: number * 5]
            start.wait()
            place(Creditor.objects.get(pk=creditors[number].pk), rows)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(workers) as pool:
        for done in [pool.submit(work, number) for number in range(workers)]:
            done.result()
    assert Debtor.objects.count() == count * workers
    assert Person.objects.count() == count
