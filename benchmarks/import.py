"""How long an import takes, against bare COPYs of the same data in the same run, and how that
grows from ten thousand rows to a million.

    python benchmarks/import.py [--rows 1000000]

For 10,000, 100,000 and 1,000,000 rows (as far as `--rows`) it starts a PostgreSQL of its own on a
temporary directory and prints:

- `file`: COPY of the file as it is into one table of text with a primary key and two indexes;
- `rows`: COPY of all rows that the import made (people, contact points, accounts, due items,
  entries, ...) into the same empty tables with the same indexes and foreign keys;
- the import of new rows, of the same file again, and of a file in which 5 % of the balances
  changed, each as seconds and as a ratio;
- the memory of the importing process, which does nothing else: the file is made by another.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from scratch import list_sizes, tell_growth

GOALS = {"rows": 3.0, "same": 0.5, "changed": 0.6, "megabytes": 1_500}
_BLOCK = 1 << 20
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
        start = perf_counter()
        with link.cursor().copy(
            "COPY bare FROM STDIN (FORMAT csv, HEADER, DELIMITER ';')"
        ) as stream:
            pour(path, stream)
        link.commit()
        seconds = perf_counter() - start
        link.execute("DROP TABLE bare")
    return seconds


def pour(path: Path, stream: Any) -> None:
    """Write a file into a COPY, block by block: the peers' memory is not the import's."""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            stream.write(block)


def copy_rows(source: str, target: str, home: Path) -> tuple[float, int]:
    """Seconds of a COPY of all rows that the import made into the same tables, and how many."""
    import psycopg

    tables = ("creditors_creditor", *TABLES)
    with psycopg.connect(source) as link:
        for table in tables:
            with (
                link.cursor().copy(f"COPY {table} TO STDOUT (FORMAT binary)") as stream,
                (home / f"{table}.rows").open("wb") as file,
            ):
                for part in stream:
                    file.write(part)
    with psycopg.connect(target) as link:
        rows = 0
        start = perf_counter()
        for table in tables:
            with link.cursor() as cursor:
                with cursor.copy(f"COPY {table} FROM STDIN (FORMAT binary)") as stream:
                    pour(home / f"{table}.rows", stream)
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


def make_files(count: int, home: Path) -> None:
    """The portfolio, and the same with another balance in every twentieth row."""
    generator = load_generator()
    rows = list(generator.make_rows(count, 7, generator.ANCHOR))
    write_file(home / "new.csv", generator.COLUMNS, rows)
    principal, whole = (generator.COLUMNS.index(name) for name in ("saldo_capital", "saldo_total"))
    for row in rows[::20]:
        row[principal], row[whole] = "1.234,56", ""
    write_file(home / "changed.csv", generator.COLUMNS, rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--step", choices=("make", "measure"), help=argparse.SUPPRESS)
    parser.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step == "make":
        make_files(options.rows, options.home)
    elif options.step == "measure":
        run(options.rows, options.home)
    else:
        sizes = list_sizes(options.rows)
        tell_growth(sizes, [measure_apart(size) for size in sizes])


def measure_apart(count: int) -> dict[str, float]:
    """Each size, and the making of its files, in a process of its own: memory is its alone."""
    # Below /var/tmp: root's temporary folder may be closed to the user of PostgreSQL.
    home = Path(tempfile.mkdtemp(prefix="acuerdo-bench-", dir="/var/tmp"))
    home.chmod(0o755)
    try:
        for step in ("make", "measure"):
            command = (sys.executable, __file__, "--rows", str(count), "--step", step)
            subprocess.run([*command, "--home", str(home)], check=True)
        found: dict[str, float] = json.loads((home / "seconds.json").read_text())
        return found
    finally:
        shutil.rmtree(home, ignore_errors=True)


def run(count: int, home: Path) -> None:
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
        measure(count, home, database_url(home), database_url(home, "bare"), server)
    finally:
        server.stop()


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
    path, changed_path = home / "new.csv", home / "changed.csv"
    before = peak_megabytes()
    file_seconds = copy_file(url, path, load_generator().COLUMNS)
    new_seconds, report = run_import(path)
    new_peak = peak_megabytes()
    rows_seconds, written = copy_rows(url, bare_url, home)
    same_seconds, same = run_import(path)
    changed_seconds, changed = run_import(changed_path)
    peak = peak_megabytes()
    assert (report.new, same.unchanged) == (count, count)
    assert changed.changed == len(range(0, count, 20))

    def show(name: str, seconds: float, *parts: str) -> None:
        print(f"{name:<28}{seconds:>8.2f} s  {'  '.join(parts)}")

    size = path.stat().st_size / 1e6
    print(f"\n{count:,} rows, {size:.1f} MB; {written:,} rows written; {os.cpu_count()} cores")
    show("bare COPY of the file", file_seconds)
    show("bare COPY of the rows", rows_seconds)
    show(
        "import, all new",
        new_seconds,
        f"{new_seconds / file_seconds:.1f} x file",
        f"{new_seconds / rows_seconds:.2f} x rows (goal {GOALS['rows']})",
        f"{count / new_seconds:,.0f} rows/s",
    )
    for name, seconds, goal in (
        ("import again, no change", same_seconds, GOALS["same"]),
        ("import, 5 % changed", changed_seconds, GOALS["changed"]),
    ):
        show(name, seconds, f"{seconds / new_seconds:.2f} x new (goal {goal})")
    print(f"stages of the first: {report.seconds}")
    print(f"stages of the second: {same.seconds}")
    print(
        f"memory: {peak} MB at most (goal {GOALS['megabytes']:,}),"
        f" {new_peak} MB with new rows, {before} MB before"
    )
    seconds = {
        "new": new_seconds, "same": same_seconds, "changed": changed_seconds,
        "bare rows": rows_seconds, "bare file": file_seconds,
    }  # fmt: skip
    (home / "seconds.json").write_text(json.dumps(seconds))


if __name__ == "__main__":
    main()
