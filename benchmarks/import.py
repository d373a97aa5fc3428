"""How long an import takes, against bare COPYs of the same data in the same run.

    python benchmarks/import.py [--rows 100000]

It starts a PostgreSQL of its own on a temporary directory and prints:

- `file`: COPY of the file as it is into one table of text with a primary key and two indexes;
- `rows`: COPY of all rows that the import made (people, contact points, accounts, due items,
  entries, ...) into the same empty tables with the same indexes and foreign keys;
- the import of new rows, of the same file again, and of a file in which 5 % of the balances
  changed, each as seconds and as a ratio; and the memory of this process.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import os
import resource
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
# In the order of their foreign keys.
TABLES = (
    "portfolio_portfolio",
    "portfolio_importrun",
    "portfolio_person",
    "portfolio_debtor",
    "portfolio_contactpoint",
    "portfolio_account",
    "portfolio_accountparty",
    "portfolio_dueitem",
    "ledger_ledgeraccount",
    "ledger_entry",
    "ledger_posting",
)


def load_generator() -> Any:
    spec = importlib.util.spec_from_file_location(
        "make_portfolio", ROOT / "examples" / "make_portfolio.py"
    )
    if spec is None or spec.loader is None:
        raise SystemExit("examples/make_portfolio.py is missing")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def write_file(path: Path, columns: tuple[str, ...], rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=";", lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def peak_megabytes() -> int:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def copy_file(url: str, path: Path, columns: tuple[str, ...]) -> float:
    """Seconds of a COPY of the file into one indexed table of text."""
    import psycopg

    fields = ", ".join(f"{name} text" for name in columns)
    with psycopg.connect(url) as link:
        link.execute(f"CREATE TABLE bare ({fields}, PRIMARY KEY (numero_credito))")
        link.execute("CREATE INDEX ON bare (numero_documento)")
        link.execute("CREATE INDEX ON bare (pais, moneda, fecha_vencimiento)")
        link.commit()
        data = path.read_bytes()
        start = perf_counter()
        with link.cursor().copy(
            "COPY bare FROM STDIN (FORMAT csv, HEADER, DELIMITER ';')"
        ) as stream:
            stream.write(data)
        link.commit()
        seconds = perf_counter() - start
        link.execute("DROP TABLE bare")
    return seconds


def copy_rows(source: str, target: str) -> tuple[float, int]:
    """Seconds of a COPY of all rows that the import made into the same tables, and how many."""
    import psycopg

    with psycopg.connect(source) as link:
        dumps = []
        for table in ("creditors_creditor", *TABLES):
            with link.cursor().copy(f"COPY {table} TO STDOUT (FORMAT binary)") as stream:
                dumps.append((table, b"".join(bytes(part) for part in stream)))
    with psycopg.connect(target) as link:
        rows = 0
        start = perf_counter()
        for table, data in dumps:
            with link.cursor() as cursor:
                with cursor.copy(f"COPY {table} FROM STDIN (FORMAT binary)") as stream:
                    stream.write(data)
                rows += cursor.rowcount
        link.commit()
        return perf_counter() - start, rows


def run_import(path: Path) -> tuple[float, Any]:
    from django.db import transaction

    from acuerdo.core.actor import SYSTEM
    from acuerdo.creditors.models import Creditor
    from acuerdo.portfolio.actions import import_file

    creditor = Creditor.objects.get(name="Benchmark")
    start = perf_counter()
    with transaction.atomic():
        report = import_file(actor=SYSTEM, now=NOW, creditor=creditor, path=path)
    return perf_counter() - start, report


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
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
    from acuerdo.core.postgres import EmbeddedPostgres, database_url

    server = EmbeddedPostgres(home)
    server.start()
    try:
        measure(options.rows, home, database_url(home), database_url(home, "bare"), server)
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


def measure(count: int, home: Path, url: str, bare_url: str, server: Any) -> None:
    server.ensure_database("acuerdo")
    import django

    django.setup()
    import psycopg
    from django.core.management import call_command
    from django.db import connections

    from acuerdo.core.actor import SYSTEM
    from acuerdo.creditors.actions import create_creditor

    call_command("migrate", verbosity=0)
    connections.close_all()
    connections["default"].close_pool()  # a template may have no other user
    with psycopg.connect(bare_url.replace("/bare?", "/postgres?"), autocommit=True) as link:
        link.execute("CREATE DATABASE bare TEMPLATE acuerdo")
    from django.db import transaction

    with transaction.atomic():
        create_creditor(actor=SYSTEM, now=NOW, name="Benchmark", country="CO")
    generator = load_generator()
    rows = list(generator.make_rows(count, 7, generator.ANCHOR))
    path, changed_path = home / "new.csv", home / "changed.csv"
    write_file(path, generator.COLUMNS, rows)
    principal, whole = (generator.COLUMNS.index(name) for name in ("saldo_capital", "saldo_total"))
    for row in rows[::20]:
        row[principal], row[whole] = "1.234,56", ""
    write_file(changed_path, generator.COLUMNS, rows)
    del rows
    before = peak_megabytes()
    file_seconds = copy_file(url, path, generator.COLUMNS)
    new_seconds, report = run_import(path)
    after = peak_megabytes()
    rows_seconds, written = copy_rows(url, bare_url)
    same_seconds, same = run_import(path)
    changed_seconds, changed = run_import(changed_path)
    assert (report.new, same.unchanged) == (count, count)
    assert changed.changed == len(range(0, count, 20))

    def show(name: str, seconds: float, *parts: str) -> None:
        print(f"{name:<28}{seconds:>8.2f} s  {'  '.join(parts)}")

    size = path.stat().st_size / 1e6
    print(f"{count:,} rows, {size:.1f} MB; {written:,} rows written; {os.cpu_count()} cores")
    show("bare COPY of the file", file_seconds)
    show("bare COPY of the rows", rows_seconds)
    show(
        "import, all new",
        new_seconds,
        f"{new_seconds / file_seconds:.1f} x file",
        f"{new_seconds / rows_seconds:.2f} x rows",
        f"{count / new_seconds:,.0f} rows/s",
    )
    show("import again, no change", same_seconds, f"{same_seconds / new_seconds:.2f} x new")
    show("import, 5 % changed", changed_seconds, f"{changed_seconds / new_seconds:.2f} x new")
    print(f"stages of the first: {report.seconds}")
    print(f"stages of the second: {same.seconds}")
    print(f"memory: {after} MB at most, {before} MB before the import")


if __name__ == "__main__":
    main()
