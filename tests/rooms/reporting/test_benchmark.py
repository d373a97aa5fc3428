"""The small form of `make bench` for the report of prevented contacts: it runs and compares."""

import subprocess
import sys
from pathlib import Path

BENCHMARK = Path(__file__).resolve().parents[3] / "benchmarks" / "prevented.py"


def test_the_report_benchmark_prints_its_ratios() -> None:
    done = subprocess.run(
        [sys.executable, str(BENCHMARK), "--rows", "2000"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    for word in ("2,000 verdicts", "report, all counted", "x verdicts", "contacts behind a rule"):
        assert word in done.stdout
