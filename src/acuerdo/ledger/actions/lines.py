"""The lines of the books: opened where they are new, locked while they change."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from acuerdo.ledger.errors import CurrencyMixed, EntryInvalid
from acuerdo.ledger.models import LedgerAccount
from acuerdo.ledger.rules import Code


def lock_lines(subjects: Iterable[int]) -> None:
    """Wait for whoever changes these debts, and keep others from it until the transaction ends.
    Lines are locked in order of subject and id, so that two callers never wait for each other."""
    wanted = sorted(set(subjects))
    if wanted:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM ledger_ledgeraccount WHERE subject_id = ANY(%s)"
                " ORDER BY subject_id, id FOR UPDATE",
                [wanted],
            )


def open_lines(creditor_id: int, currency: str, codes: Iterable[Code]) -> dict[Code, int]:
    """The ids of the lines `codes`, opened where they are new. Raises CurrencyMixed."""
    wanted = sorted(codes)
    subjects = [code.subject_id for code in wanted if code.subject_id]
    other = (
        LedgerAccount.objects.filter(subject_id__in=subjects)
        .exclude(creditor_id=creditor_id, currency=currency)
        .first()
    )
    if other is not None:
        if other.creditor_id != creditor_id:
            raise EntryInvalid(problem="the debt is of another creditor")
        raise CurrencyMixed(expected=other.currency, found=currency)
    LedgerAccount.objects.bulk_create(
        (
            LedgerAccount(
                creditor_id=creditor_id,
                code=code.code,
                subject_id=code.subject_id,
                currency=currency,
            )
            for code in wanted
        ),
        ignore_conflicts=True,
    )
    rows = LedgerAccount.objects.filter(
        creditor_id=creditor_id,
        currency=currency,
        subject_id__in={code.subject_id for code in wanted},
        code__in={code.code for code in wanted},
    )
    return {Code(row.code, row.subject_id): row.pk for row in rows}
