"""How long a synthetic portfolio takes to write.

    python benchmarks/synth.py [--accounts 1000000]

Prints seconds, rows a second, megabytes and the ratio to Python's csv module, which reads the file
and writes it again, for 10,000, 100,000 and 1,000,000 rows over all countries, how a row's time
grows, and the memory of this process after each.
"""

from __future__ import annotations

import argparse
import csv
import os
import resource
import tempfile
from datetime import date
from pathlib import Path
from time import perf_counter

from scratch import list_sizes, tell_growth

GOAL = 30


def measure(accounts: int, folder: Path) -> dict[str, float]:
    """Seconds to write it, and to write it again."""
    from acuerdo.simulation.actions import write_portfolio
    from acuerdo.simulation.rules.countries import COUNTRIES

    path = folder / "synthetic.csv"
    start = perf_counter()
    write_portfolio(
        accounts=accounts, countries=list(COUNTRIES), seed=7, as_of_on=date(2026, 11, 24), path=path
    )
    seconds = perf_counter() - start
    bare = copy_by_csv(path, folder / "again.csv")
    size = path.stat().st_size / 1_000_000
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{accounts:>10,} rows {seconds:7.2f} s {accounts / seconds:>10,.0f} rows/s"
        f" {size:7.1f} MB {seconds / bare:6.2f} x csv   memory: {peak:.0f} MB at most"
    )
    return {"synth": seconds, "csv": bare}


def copy_by_csv(path: Path, copy: Path) -> float:
    """Seconds to read a file and write it again by the csv module."""
    start = perf_counter()
    with (
        path.open(encoding="utf-8", newline="") as source,
        copy.open("w", encoding="utf-8", newline="") as target,
    ):
        csv.writer(target).writerows(csv.reader(source))
    return perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--accounts", type=int, default=1_000_000)
    count = parser.parse_args().accounts
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "acuerdo.config.settings")
    print(f"{os.cpu_count()} cores   (goal: 1,000,000 rows in {GOAL} s)")
    with tempfile.TemporaryDirectory() as folder:
        sizes = list_sizes(count)
        tell_growth(sizes, [measure(size, Path(folder)) for size in sizes])


if __name__ == "__main__":
    main()
