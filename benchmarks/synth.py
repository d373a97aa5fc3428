"""How long a synthetic portfolio takes to write.

    python benchmarks/synth.py [--accounts 1000000]

Prints seconds, rows a second and megabytes for a hundredth of the size and for all of it, over all
countries, so that growth shows; and the memory of this process after each.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
from datetime import date
from pathlib import Path
from time import perf_counter

GOAL = 30


def measure(accounts: int, folder: Path) -> None:
    from acuerdo.simulation.actions import write_portfolio
    from acuerdo.simulation.rules.countries import COUNTRIES

    path = folder / "synthetic.csv"
    start = perf_counter()
    write_portfolio(
        accounts=accounts, countries=list(COUNTRIES), seed=7, as_of_on=date(2026, 11, 24), path=path
    )
    seconds = perf_counter() - start
    size = path.stat().st_size / 1_000_000
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{accounts:>10,} rows {seconds:7.2f} s {accounts / seconds:>10,.0f} rows/s"
        f" {size:7.1f} MB   memory: {peak:.0f} MB at most"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--accounts", type=int, default=1_000_000)
    count = parser.parse_args().accounts
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "acuerdo.config.settings")
    print(f"{os.cpu_count()} cores   (goal: 1,000,000 rows in {GOAL} s)")
    with tempfile.TemporaryDirectory() as folder:
        measure(max(count // 100, 1), Path(folder))
        measure(count, Path(folder))


if __name__ == "__main__":
    main()
