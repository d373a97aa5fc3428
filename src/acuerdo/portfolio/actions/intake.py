"""What an import takes in: a file or the answer to a query, opened once and read once."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from acuerdo.portfolio.errors import FileDamaged, FileMissing, FileTooLarge, LayoutInvalid
from acuerdo.portfolio.rules.fixed import Layout, open_fixed, read_layout
from acuerdo.portfolio.rules.grids import open_parquet
from acuerdo.portfolio.rules.headers import count_known
from acuerdo.portfolio.rules.mapping import MAX_BYTES, Mapping
from acuerdo.portfolio.rules.rows import find_most_frequent_country
from acuerdo.portfolio.rules.text import Records, open_source

MAX_FILE_MEGABYTES = 512
_TRIAL_SECONDS = 300
_TRIAL_BYTES = 8 << 30
_TRIAL = f"""
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, ({_TRIAL_BYTES}, {_TRIAL_BYTES}))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
from acuerdo.portfolio.errors import ImportRefused
from acuerdo.portfolio.rules.fixed import Layout, open_fixed, read_layout
from acuerdo.portfolio.rules.grids import try_parquet
try:
    try_parquet(sys.stdin.buffer.read())
except ImportRefused:
    pass  # the parent meets it too, and tells it in its language
"""


@dataclass(slots=True)
class Intake:
    """Records with the name and SHA-256 that an import is remembered by."""

    name: str
    digest: str
    records: Records | None

    def take(self) -> Records:
        """The records, given up by the intake, so that they are freed once they are read."""
        records, self.records = self.records, None
        if records is None:
            raise RuntimeError("an intake is taken once")
        return records


def load_layout(path: str | Path) -> Layout:
    """The layout in a YAML file. Raises LayoutInvalid."""
    try:
        with Path(path).open("rb") as stream:
            return read_layout(stream.read(MAX_BYTES + 1))
    except OSError as error:
        raise LayoutInvalid(problem=error.strerror or str(error)) from None


def open_file(path: str | Path, mapping: Mapping, layout: Layout | None = None) -> Intake:
    """A file by what its first bytes say it is, or cut by `layout`. Raises an ImportRefused."""
    path = Path(path)
    data = read_file(path)
    digest = hashlib.sha256(data).hexdigest()
    records: Records
    if layout is not None:
        records = open_fixed(data, layout)
    elif data.startswith(b"PAR1"):
        _survive_parquet(data)
        records = open_parquet(data)
    else:
        declared = [name for names in mapping.columns.values() for name in names]
        records = open_source(data, mapping.separator, lambda cells: count_known(cells, declared))
    return Intake(path.name, digest, records)


def _survive_parquet(data: bytes) -> None:
    """Raises FileDamaged where decoding `data` ends the process that does it.

    A hostile length makes polars abort rather than raise: a child finds out, and the worker and
    the web server live.
    """
    try:
        child = subprocess.run(  # noqa: S603 - our own interpreter and code
            [sys.executable, "-c", _TRIAL],
            input=data,
            capture_output=True,
            timeout=_TRIAL_SECONDS,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "RUST_BACKTRACE": "0"},
        )
    except subprocess.TimeoutExpired:
        raise FileDamaged(problem="timeout") from None
    if child.returncode:
        text = child.stderr.decode("utf-8", "replace").strip().splitlines()
        raise FileDamaged(problem=text[-1][:200] if text else f"exit {child.returncode}")


def guess_country(intake: Intake, mapping: Mapping) -> str:
    """ISO 3166-1 of the country that most rows name, '' where none does."""
    if intake.records is None:
        raise RuntimeError("the country is guessed before the intake is taken")
    return find_most_frequent_country(intake.records, mapping)


def read_file(path: Path) -> bytes:
    """The bytes of a regular file of bounded size. Raises FileMissing, FileTooLarge."""
    try:
        if not path.is_file():
            raise FileMissing(name=path.name)
        megabytes = path.stat().st_size / 1_000_000
        if megabytes > MAX_FILE_MEGABYTES:
            raise FileTooLarge(megabytes=round(megabytes), limit=MAX_FILE_MEGABYTES)
        return path.read_bytes()
    except OSError:
        raise FileMissing(name=path.name) from None
