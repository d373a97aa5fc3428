"""Two workers at one person: only one gets the last contact that the law allows."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, connections, transaction
from small_portfolio import NOW, place, row

from acuerdo.compliance.actions import check_contacts, claim_contacts, reserve_attempt
from acuerdo.compliance.models import ContactAttempt
from acuerdo.compliance.rules import ContactRequest
from acuerdo.core.actor import SYSTEM
from acuerdo.creditors.actions import create_creditor
from acuerdo.portfolio.models import Account, Person

pytestmark = pytest.mark.django_db(transaction=True)


def make_accounts(rows: list[dict[str, str]]) -> list[Account]:
    with transaction.atomic():
        creditor = create_creditor(actor=SYSTEM, now=NOW, name="Banco", country="CO")
    place(creditor, rows)
    return list(Account.objects.order_by("number"))


def asked(account: Account, reference: str, channel: str = "sms") -> ContactRequest:
    return ContactRequest(
        creditor_id=account.creditor_id,
        account_id=account.pk,
        debtor_id=account.debtor_id,
        channel=channel,
        purpose="collection",
        reference=reference,
    )


def test_two_workers_never_both_take_the_last_contact() -> None:
    """Eight workers, two debts of each of ten persons, every day anew."""
    rows = []
    for person in range(10):
        document = f"102{person:06}"
        rows += [row(f"A-{person:03}{half}", document=document) for half in (0, 1)]
    accounts = make_accounts(rows)
    workers, days = 8, 3
    start = Barrier(workers)

    def work(worker: int) -> None:
        try:
            for day in range(days):
                start.wait()
                for turn in range(len(accounts)):
                    # Everybody begins elsewhere, so that orders of locking meet.
                    account = accounts[(turn * (1 if worker % 2 else -1) + worker) % len(accounts)]
                    with transaction.atomic():
                        claim_contacts(
                            [asked(account, f"{day}:{worker}:{account.pk}")],
                            actor=SYSTEM,
                            now=NOW + timedelta(days=day),
                        )
        finally:
            connections.close_all()

    with ThreadPoolExecutor(workers) as pool:
        for done in [pool.submit(work, worker) for worker in range(workers)]:
            done.result()
    taken = Counter(ContactAttempt.objects.values_list("person_id", "occurred_at"))
    assert len(taken) == 10 * days
    assert set(taken.values()) == {1}


def test_whole_sets_in_opposite_order_do_not_lock_each_other_out() -> None:
    accounts = make_accounts([row(f"A-{number:04}") for number in range(20)])
    start = Barrier(2)

    def work(worker: int) -> int:
        ordered = accounts if worker else accounts[::-1]
        try:
            start.wait()
            with transaction.atomic():
                claimed = claim_contacts(
                    [asked(one, f"{worker}:{one.pk}") for one in ordered], actor=SYSTEM, now=NOW
                )
            return sum(permit is not None for _verdict, permit in claimed)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        allowed = [done.result() for done in [pool.submit(work, worker) for worker in (0, 1)]]
    assert sorted(allowed) == [0, 20]
    assert ContactAttempt.objects.count() == 20


def test_a_checked_person_is_locked_until_the_end() -> None:
    (account,) = make_accounts([row("A-0001")])

    def is_free() -> bool:
        try:
            with transaction.atomic():
                rows = Person.objects.select_for_update(skip_locked=True, no_key=True)
                return rows.filter(pk=account.debtor.person_id).exists()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            request = asked(account, "m:1")
            (verdict,) = check_contacts([request], actor=SYSTEM, now=NOW, stage="deliver")
            assert verdict.allowed
            assert pool.submit(is_free).result() is False
            reserve_attempt(request=request, reference="m:1", now=NOW, actor=SYSTEM)
        assert pool.submit(is_free).result() is True
    connection.close()
