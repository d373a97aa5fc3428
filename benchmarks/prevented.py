"""How fast the report of prevented contacts is, over a million verdicts of twelve weeks.

    python benchmarks/prevented.py [--rows 1000000]

It starts a PostgreSQL of its own on a temporary directory, writes the verdicts by COPY (nine of ten
refused, a third of them asked again on the same date), and prints:

- the first counting of all dates, and the hourly one;
- the report when everything is counted, when an hour's verdicts are not counted yet, and the same
  figures taken from the verdicts themselves, for a ratio;
- the page of contacts behind one week, and behind one rule of one week.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import UUID

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
TODAY = NOW.date()
RULES = ("co.hours", "co.once_a_day", "co.one_channel_a_week", "co.authorised_channel", "base.hold")
CHANNELS = ("sms", "whatsapp", "email", "call")
COLUMNS = (
    "id decided_at creditor_id account_id debtor_id person_id channel purpose stage allowed"
    " reason_code rule_id citation pack pack_version reference"
).split()
CREDITORS = 4


def make_verdicts(count: int, creditor_ids: list[int]) -> Any:
    """(number, row) of `count` verdicts, the last hour's share among them."""
    rng = random.Random(7)
    first = NOW - timedelta(days=82)
    span = (NOW - first).total_seconds()
    for number in range(count):
        again = number % 3 == 0
        person = rng.randrange(1, count // 4 + 2)
        rule = "base.allowed" if number % 10 == 0 else RULES[person % len(RULES)]
        channel = CHANNELS[(person // 7) % len(CHANNELS)] if again else rng.choice(CHANNELS)
        yield (
            UUID(int=number + 1),
            first + timedelta(seconds=span * number / count),
            creditor_ids[person % len(creditor_ids)],
            person,
            person,
            person,
            channel,
            "collection",
            "plan",
            rule == "base.allowed",
            "outside_hours",
            rule,
            "Ley 2300 de 2023, art. 3",
            ("CO", "MX", "BR", "ES")[person % 4],
            "2026.11.1/2026.11.1",
            "",
        )


def timed(work: Callable[[], Any], times: int = 5) -> tuple[float, Any]:
    """Milliseconds (the median) and the last result."""
    seconds = []
    result = None
    for _time in range(times):
        start = perf_counter()
        result = work()
        seconds.append(perf_counter() - start)
    return statistics.median(seconds) * 1000, result


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    options = parser.parse_args()
    # Below /var/tmp: root's temporary folder may be closed to the user of PostgreSQL.
    home = Path(tempfile.mkdtemp(prefix="acuerdo-bench-", dir="/var/tmp"))
    home.chmod(0o755)
    os.environ.update(
        ACUERDO_DATA=str(home),
        ACUERDO_LOG_LEVEL="WARNING",
        DJANGO_SETTINGS_MODULE="acuerdo.config.settings",
    )
    os.environ.pop("DATABASE_URL", None)
    from acuerdo.core.postgres import EmbeddedPostgres

    server = EmbeddedPostgres(home)
    server.start()
    try:
        measure(options.rows, server)
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


def measure(rows: int, server: Any) -> None:
    server.ensure_database("acuerdo")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction

    from acuerdo.compliance.actions import count_refusals
    from acuerdo.core.actor import SYSTEM
    from acuerdo.core.bulk import copy_rows
    from acuerdo.core.partitions import ensure_month
    from acuerdo.creditors.actions import create_creditor
    from acuerdo.reporting.prevented import Selection, first_monday, get_prevented, list_refused

    call_command("migrate", verbosity=0)
    with transaction.atomic():
        ids = [
            create_creditor(actor=SYSTEM, now=NOW, name=f"Benchmark {n}", country="CO").pk
            for n in range(CREDITORS)
        ]
    for month in (8, 9, 10, 11):
        ensure_month("compliance_verdict", datetime(2026, month, 2, tzinfo=UTC))
    hour = NOW - timedelta(hours=1)
    start = perf_counter()
    with transaction.atomic():
        copy_rows("compliance_verdict", COLUMNS, make_verdicts(rows, ids))
    written = perf_counter() - start
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE compliance_verdict")

    def count_all(now: datetime) -> float:
        begun = perf_counter()
        for creditor_id in ids:
            with transaction.atomic():
                count_refusals(creditor_id=creditor_id, now=now)
        return (perf_counter() - begun) * 1000

    def report() -> Any:
        return get_prevented(ids, today=TODAY, now=NOW, language="es")

    raw_ms, raw = timed(report, 3)
    first_ms = count_all(hour)
    fresh_ms, fresh = timed(report)
    hourly_ms = count_all(NOW)
    done_ms, done = timed(report)
    assert (raw.law, raw.house) == (fresh.law, fresh.house) == (done.law, done.house)
    week = first_monday(TODAY) + timedelta(weeks=10)

    def behind(chosen: Selection) -> Any:
        return list_refused(ids, first=week, last=week + timedelta(days=7), selection=chosen)

    week_ms, page = timed(lambda: behind(Selection()))
    law_ms, _page = timed(lambda: behind(Selection(source="law")))
    rule_ms, _page = timed(lambda: behind(Selection(rule_id="co.hours", channel="sms")))
    print(f"{rows:,} verdicts of {CREDITORS} creditors, written in {written:.0f} s")
    print(f"{done.law + done.house:,} contacts prevented, {page.count:,} of them in one week")

    def show(name: str, milliseconds: float, *parts: str) -> None:
        print(f"{name:<34}{milliseconds:>9.0f} ms  {'  '.join(parts)}")

    show("counting, all dates", first_ms)
    show("counting, the last hour", hourly_ms)
    show("report, taken from the verdicts", raw_ms)
    show("report, an hour not counted", fresh_ms, f"{fresh_ms / raw_ms:.2f} x verdicts")
    show("report, all counted", done_ms, f"{done_ms / raw_ms:.2f} x verdicts")
    show("contacts behind a week", week_ms)
    show("contacts behind a week, the law's", law_ms)
    show("contacts behind a rule", rule_ms)


if __name__ == "__main__":
    main()
