"""The small form of `make bench`: it runs, and prints its ratios."""

import subprocess
import sys
from pathlib import Path

BENCHMARK = Path(__file__).resolve().parents[3] / "benchmarks" / "import.py"


def test_the_import_benchmark_prints_its_ratios() -> None:
    done = subprocess.run(
        [sys.executable, str(BENCHMARK), "--rows", "500"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "500 rows" in done.stdout
    for word in ("bare COPY of the file", "x file", "x rows", "memory"):
        assert word in done.stdout
