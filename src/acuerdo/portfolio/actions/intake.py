"""What an import takes in: a file or the answer to a query, opened once and read once."""

from __future__ import annotations

import gzip
import hashlib
import io
import zlib
from dataclasses import dataclass
from pathlib import Path

from acuerdo.portfolio.actions.decoding import decode_parquet, decode_workbook
from acuerdo.portfolio.errors import FileDamaged, FileMissing, FileTooLarge, LayoutInvalid
from acuerdo.portfolio.rules.fixed import open_fixed, read_layout
from acuerdo.portfolio.rules.headers import count_known
from acuerdo.portfolio.rules.layouts import Layout
from acuerdo.portfolio.rules.mapping import MAX_BYTES, Mapping
from acuerdo.portfolio.rules.rows import find_most_frequent_country
from acuerdo.portfolio.rules.text import Records, open_source

MAX_FILE_MEGABYTES = 512
# A zip archive, and what Excel wrote before it.
WORKBOOKS = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")


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
    return open_data(path.name, read_file(path), mapping, layout)


def open_data(name: str, data: bytes, mapping: Mapping, layout: Layout | None = None) -> Intake:
    """The same for the bytes of a file called `name`. A `layout` of the mapping cuts it as well."""
    digest = hashlib.sha256(data).hexdigest()
    declared = [name for names in mapping.columns.values() for name in names]
    records: Records
    layout = layout or mapping.layout
    if layout is not None:
        records = open_fixed(data, layout)
    elif data.startswith(b"PAR1"):
        records = decode_parquet(data)
    elif data.startswith(WORKBOOKS):
        records = decode_workbook(data, mapping.sheet, declared)
    else:
        records = open_source(data, mapping.separator, lambda cells: count_known(cells, declared))
    return Intake(name, digest, records)


def guess_country(intake: Intake, mapping: Mapping) -> str:
    """ISO 3166-1 of the country that most rows name, '' where none does."""
    if intake.records is None:
        raise RuntimeError("the country is guessed before the intake is taken")
    return find_most_frequent_country(intake.records, mapping)


def read_file(path: Path) -> bytes:
    """The bytes of a regular file of bounded size, unpacked where it is gzip. Raises FileMissing,
    FileTooLarge, FileDamaged."""
    try:
        if not path.is_file():
            raise FileMissing(name=path.name)
        megabytes = path.stat().st_size / 1_000_000
        if megabytes > MAX_FILE_MEGABYTES:
            raise FileTooLarge(megabytes=round(megabytes), limit=MAX_FILE_MEGABYTES)
        return _unpack(path.read_bytes())
    except OSError:
        raise FileMissing(name=path.name) from None


def _unpack(data: bytes) -> bytes:
    """What a gzip file holds, bounded like a file; anything else as it is."""
    if not data.startswith(b"\x1f\x8b"):
        return data
    limit = MAX_FILE_MEGABYTES * 1_000_000
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
            plain = packed.read(limit + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise FileDamaged(problem=str(error)[:200]) from None
    if len(plain) > limit:
        raise FileTooLarge(megabytes=round(len(plain) / 1_000_000), limit=MAX_FILE_MEGABYTES)
    return plain
