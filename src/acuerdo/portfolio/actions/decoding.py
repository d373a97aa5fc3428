"""Parquet files and workbooks are decoded by a child process.

A hostile length makes a decoder abort rather than raise, or ask for all memory there is: what ends
the child (`acuerdo.portfolio.decoder`) is damage, and the worker and the web server live.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence

import polars as pl

from acuerdo.portfolio import decoder, errors
from acuerdo.portfolio.errors import FileDamaged
from acuerdo.portfolio.rules.grids import Grid, open_parquet
from acuerdo.portfolio.rules.workbooks import Sheet, check_workbook, grid_of

_SECONDS = 300


def decode_parquet(data: bytes) -> Grid:
    """A Parquet file that a child could decode; its columns are read again as they are used.
    Raises FileDamaged and what `open_parquet` raises."""
    _run("parquet", data)
    return open_parquet(data)


def decode_workbook(data: bytes, wanted: str, declared: Sequence[str]) -> Grid:
    """The sheet `wanted` of a workbook, or the one that holds the accounts. `declared` are headers
    named in a mapping. Raises what `check_workbook` and `open_workbook` raise."""
    check_workbook(data)
    answer = _run("workbook", data, wanted, *declared)
    told, _, rows = answer.partition(b"\n")
    return grid_of(Sheet(**json.loads(told), frame=pl.read_ipc(io.BytesIO(rows))))


def _run(work: str, data: bytes, *arguments: str) -> bytes:
    try:
        child = subprocess.run(  # noqa: S603 - our own interpreter and code
            [sys.executable, "-m", decoder.__name__, work, json.dumps(arguments)],
            input=data,
            capture_output=True,
            timeout=_SECONDS,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "RUST_BACKTRACE": "0"},
        )
    except subprocess.TimeoutExpired:
        raise FileDamaged(problem="timeout") from None
    if child.returncode == 0:
        return child.stdout
    lines = child.stderr.decode("utf-8", "replace").strip().splitlines()
    last = lines[-1] if lines else f"exit {child.returncode}"
    if child.returncode == decoder.REFUSED:
        told = json.loads(last)
        raise getattr(errors, told["error"])(**told["params"])
    raise FileDamaged(problem=last[:200])
