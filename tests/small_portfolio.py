"""A small portfolio for tests: rows as a lender would export them, imported by the real action."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django.db import transaction

from acuerdo.core.actor import SYSTEM
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.actions import ImportReport, import_file

# Tuesday, 10:00 in Bogotá: lawful in Colombia.
NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
TODAY = date(2026, 11, 24)


def row(number: str, *, dpd: int = 20, total: str = "1200000.00", **cells: str) -> dict[str, str]:
    """A debt of one person in Colombia: an own phone and e-mail unless `cells` say else."""
    digits = "".join(char for char in number if char.isdigit())[-4:].rjust(4, "0")
    return {
        "account": number,
        "name": f"Persona {number}",
        "document_type": "CC",
        "document": f"10200{digits}",
        "phone": f"+57300555{digits}",
        "email": f"persona{digits}@example.com",
        "country": "CO",
        "currency": "COP",
        "due_date": (TODAY - timedelta(days=dpd)).isoformat(),
        "total": total,
        "authorised_channels": "sms,email,whatsapp",
        **cells,
    }


def place(
    creditor: Creditor, rows: Iterable[Mapping[str, str]], *, now: datetime = NOW
) -> ImportReport:
    """Import `rows` as of `now` in a transaction of its own."""
    listed = list(rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(listed[0]))
    writer.writeheader()
    writer.writerows(listed)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "portfolio.csv"
        path.write_text(text.getvalue(), encoding="utf-8")
        with transaction.atomic():
            return import_file(actor=SYSTEM, now=now, creditor=creditor, path=path)
