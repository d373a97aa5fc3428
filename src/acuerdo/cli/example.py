"""The example portfolio as it would look today: its dates are made for one fixed day."""

from __future__ import annotations

import csv
import re
from datetime import date, datetime, timedelta
from pathlib import Path

# The day that examples/portfolio.csv is made for (examples/README.md).
ANCHOR = date(2026, 11, 24)
_DATE = re.compile(r"\d{2}/\d{2}/\d{4}")


def write_example(source: Path, target: Path, today: date) -> Path:
    """Write the example to `target` with every valid date moved by the days from its anchor to
    `today`, so that a demo of any year has debts from ten days before to 400 days after their
    due date. Returns `target`."""
    days = timedelta(days=(today - ANCHOR).days)
    with (
        source.open(encoding="utf-8", newline="") as old,
        target.open("w", encoding="utf-8", newline="") as new,
    ):
        writer = csv.writer(new, delimiter=";", lineterminator="\n")
        for row in csv.reader(old, delimiter=";"):
            writer.writerow([_move(cell, days) for cell in row])
    return target


def _move(cell: str, days: timedelta) -> str:
    """A date moved by `days`; all else, dates that do not exist included, as it is."""
    if not _DATE.fullmatch(cell):
        return cell
    try:
        return f"{datetime.strptime(cell, '%d/%m/%Y').date() + days:%d/%m/%Y}"  # noqa: DTZ007
    except ValueError:
        return cell
