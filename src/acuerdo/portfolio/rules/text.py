"""From bytes to a table of text, one row per record, each with the line it came from.

Pure: it takes bytes and gives polars frames of text. Nothing here knows what a column means.
Every count is bounded (length of a line, number of columns, lines of one quoted record), so that
a hostile file costs no more memory than a few times its own size.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import polars as pl

from acuerdo.portfolio.errors import FileEmpty, LineTooLong, NotText, TooManyColumns
from acuerdo.portfolio.rules.signatures import find_kind

MAX_LINE_BYTES = 65_536
MAX_COLUMNS = 100
MAX_RECORD_LINES = 20
SEPARATORS = (",", ";", "\t", "|")
_BLOCK = 1 << 24
_SAMPLE_LINES = 200
_TITLE_LINES = 20
AT_ONCE = 100_000
"""Rows whose text or cells are held as such: of a large file not all at a time."""

_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Fault:
    """One cell or row that cannot be taken: `column` is empty where it is the whole row."""

    line: int
    column: str
    value: str
    reason: str


@dataclass(slots=True)
class Table:
    """The records of a file. `rows` has `line` (Int64) and one String column per read header,
    named `c<position>`; cells are as written, an empty cell is ''."""

    encoding: str
    separator: str
    headers: list[str]
    rows: pl.DataFrame
    faults: list[Fault] = field(default_factory=list)
    read: int = 0


class Records(Protocol):
    """Any source of rows: text, or a table that something else has cut into cells.

    `points` are the headers of columns of numbers, whose decimal mark needs no guess.
    """

    encoding: str
    separator: str
    headers: list[str]
    points: tuple[str, ...]

    def read_table(self, positions: list[int]) -> Table:
        """The columns at `positions` of all records. Raises FileEmpty."""
        ...


@dataclass(slots=True)
class Source:
    """A file that proved to be text: UTF-8 bytes with `\\n` line ends, its separator and header.

    `is_damaged` says that some bytes were no UTF-8 although most of the file is: such cells hold
    U+FFFD and their rows are rejected.
    """

    data: bytes
    encoding: str
    separator: str
    headers: list[str]
    first_line: int
    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    is_damaged: bool
    points: tuple[str, ...] = ()

    def read_table(self, positions: list[int]) -> Table:
        """The columns at `positions` (in the header) of all records. See `Table`."""
        return _read_table(self, positions)


def open_source(
    data: bytes,
    declared_separator: str | None = None,
    count_known: Callable[[list[str]], int] | None = None,
) -> Source:
    """Recognise encoding, line ends, separator and header of a file's bytes.

    `count_known` tells how many of a line's cells are known headers: titles above the header are
    then skipped.

    Raises FileEmpty, NotText, LineTooLong, TooManyColumns.
    """
    data, encoding, is_damaged = _to_utf8(data)
    data = _plain_line_ends(data)
    starts, ends = _index_lines(data)
    line, declared = _first_line(data, starts, ends)
    if count_known is not None:
        line = _skip_titles(data, starts, ends, line, declared_separator or declared, count_known)
    separator = (
        declared_separator or declared or _detect_separator(data, starts[line:], ends[line:])
    )
    headers = _parse(data[starts[line] : ends[line]], separator)
    if len(headers) > MAX_COLUMNS:
        raise TooManyColumns(count=len(headers), limit=MAX_COLUMNS)
    return Source(
        data=data,
        encoding=encoding,
        separator=separator,
        headers=[header.strip() for header in headers],
        first_line=line + 1,
        starts=starts,
        ends=ends,
        is_damaged=is_damaged,
    )


def read_lines(data: bytes) -> tuple[list[str], str]:
    """All lines of a text and the encoding it had. Raises FileEmpty, NotText, LineTooLong."""
    data, encoding, _damaged = _to_utf8(data)
    data = _plain_line_ends(data)
    _index_lines(data)
    return data.decode().split("\n"), encoding


# Encoding and line ends


def _to_utf8(data: bytes) -> tuple[bytes, str, bool]:
    """The text as UTF-8 bytes, the name of the encoding it had, and whether it is damaged."""
    start = data[:64].lstrip()
    if not start and not data.strip():
        raise FileEmpty()
    if kind := find_kind(start):
        raise NotText(kind=kind)
    if data.startswith(codecs.BOM_UTF8):
        data, encoding = data[3:], "utf-8-sig"
    elif data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            data, encoding = data.decode("utf-16").encode(), "utf-16"
        except UnicodeError:
            raise NotText(kind="encoding") from None
    else:
        encoding = "utf-8"
    data = data.rstrip(b"\x1a")
    if not data.strip():
        raise FileEmpty()
    sample = data[:_BLOCK]
    if b"\x00" in data or len(_CONTROLS.findall(sample)) * 50 > len(sample):
        raise NotText(kind="binary")
    if _is_utf8(data):
        return data, encoding, False
    return _from_bytes(data)


def _is_utf8(data: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), _BLOCK):
            decoder.decode(data[start : start + _BLOCK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _from_bytes(data: bytes) -> tuple[bytes, str, bool]:
    """Text that is not clean UTF-8: either damaged UTF-8 or one byte per character."""
    text = data.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    plain = np.count_nonzero(np.frombuffer(data, dtype=np.uint8) < 128)
    letters = len(text) - int(plain) - damaged
    if letters > 10 * damaged:
        return text.encode(), "utf-8", True
    has_c1 = re.search(rb"[\x80-\x9f]", data) is not None
    encoding = "cp1252" if has_c1 else "latin-1"
    try:
        return data.decode(encoding).encode(), encoding, False
    except UnicodeDecodeError:
        raise NotText(kind="encoding") from None


def _plain_line_ends(data: bytes) -> bytes:
    if b"\r" not in data:
        return data
    data = data.replace(b"\r\n", b"\n")
    return data.replace(b"\r", b"\n") if b"\r" in data else data


# Lines


def _index_lines(data: bytes) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Where each physical line starts and ends. Raises LineTooLong."""
    buffer = np.frombuffer(data, dtype=np.uint8)
    breaks = np.concatenate(
        [
            np.flatnonzero(buffer[start : start + _BLOCK] == 10) + start
            for start in range(0, buffer.size, _BLOCK)
        ]
    )
    if not data.endswith(b"\n"):
        breaks = np.append(breaks, buffer.size)
    starts = np.concatenate(([0], breaks[:-1] + 1)).astype(np.int64)
    lengths = breaks - starts
    longest = int(lengths.argmax())
    if lengths[longest] > MAX_LINE_BYTES:
        raise LineTooLong(line=longest + 1, length=int(lengths[longest]), limit=MAX_LINE_BYTES)
    return starts, breaks.astype(np.int64)


def _first_line(
    data: bytes, starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]
) -> tuple[int, str]:
    """The index of the header's line, and the separator where a `sep=` line declares it."""
    declared = ""
    for line in range(min(len(starts), 1000)):
        text = data[starts[line] : ends[line]].strip()
        if not text:
            continue
        if not declared and re.fullmatch(rb'"?sep=[,;|\t]"?', data[starts[line] : ends[line]]):
            declared = chr(text.strip(b'"')[4]) if len(text.strip(b'"')) > 4 else "\t"
            continue
        return line, declared
    raise FileEmpty()


def _skip_titles(
    data: bytes,
    starts: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
    first: int,
    separator: str,
    count_known: Callable[[list[str]], int],
) -> int:
    """The line, from `first` on, with most known headers; `first` where no line has two."""
    best, most = first, 1
    for line in range(first, min(first + _TITLE_LINES, len(starts))):
        record = data[starts[line] : ends[line]]
        known = max(count_known(_parse(record, mark)) for mark in separator or SEPARATORS)
        if known > most:
            best, most = line, known
    return best


def _detect_separator(
    data: bytes, starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]
) -> str:
    """The separator that cuts the sampled lines into the same number of fields as the header."""
    lines = [
        data[start:end]
        for start, end in zip(starts[:_SAMPLE_LINES], ends[:_SAMPLE_LINES], strict=True)
        if end > start
    ]
    best, best_score = ",", (0.0, 0)
    for separator in SEPARATORS:
        width = len(_parse(lines[0], separator))
        if width < 2:
            continue
        same = sum(len(_parse(line, separator)) == width for line in lines[1:])
        score = (same / max(1, len(lines) - 1), width)
        # A comma inside names can agree by chance on a few lines: width decides only among equals.
        if score > best_score:
            best, best_score = separator, score
    return best


def _parse(record: bytes, separator: str, *, strict: bool = False) -> list[str]:
    """The fields of one record, by the csv module; [] where it is not exactly one record.

    `strict` refuses a quote that is closed in the middle of a field.
    """
    text = io.StringIO(record.decode("utf-8", "replace"), newline="")
    try:
        rows = list(csv.reader(text, delimiter=separator, strict=strict))
    except csv.Error:
        return []
    return rows[0] if len(rows) == 1 else []


# Records


def _read_table(source: Source, positions: list[int]) -> Table:
    first = source.first_line
    starts, ends = source.starts[first:], source.ends[first:]
    width = len(source.headers)
    blank, plain = _classify(source.data, starts, ends, ord(source.separator), width)
    has_quotes = b'"' in source.data
    odd = np.flatnonzero(~blank & ~plain)
    records, faults, consumed = _read_odd(source, starts, ends, odd, width)
    plain[consumed] = False
    lines = np.flatnonzero(plain)
    frame = _read_plain(source, starts, ends, lines, positions, width, has_quotes)
    frame.insert_column(0, pl.Series("line", lines + first + 1, dtype=pl.Int64))
    if records:
        extra = pl.DataFrame(
            [[line, *(cells[position] for position in positions)] for line, cells in records],
            schema=frame.schema,
            orient="row",
        )
        frame = pl.concat([frame, extra]).sort("line")
    read = frame.height + len(faults)
    if read == 0:
        raise FileEmpty()
    table = Table(source.encoding, source.separator, source.headers, frame, faults, read)
    if source.is_damaged:
        _reject_damaged(table, positions)
    return table


def _classify(
    data: bytes,
    starts: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
    separator: int,
    width: int,
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Which lines are blank, and which are plainly one record of `width` fields.

    A line is plain where its quotes pair up, open at the start of a field and close at its end,
    and the separators outside quotes are as many as the header's. All else is looked at one by
    one by `_read_odd`.
    """
    buffer = np.frombuffer(data, dtype=np.uint8)
    blank = np.zeros(len(starts), dtype=np.bool_)
    plain = np.zeros(len(starts), dtype=np.bool_)
    low = 0
    while low < len(starts):
        high = int(np.searchsorted(starts, starts[low] + _BLOCK, side="left"))
        high = max(high, low + 1)
        offset, stop = int(starts[low]), int(ends[high - 1])
        block = buffer[offset:stop]
        begins, finishes = starts[low:high] - offset, ends[low:high] - offset
        marks = np.flatnonzero(block == separator)
        quotes = np.flatnonzero(block == 34)
        proper = np.ones(high - low, dtype=np.bool_)
        if quotes.size:
            proper, inside = _check_quotes(block, quotes, begins, finishes, marks, separator)
            marks = marks[~inside]
        count = np.searchsorted(marks, finishes) - np.searchsorted(marks, begins)
        blank[low:high] = count == finishes - begins
        plain[low:high] = proper & (count == width - 1)
        low = high
    return blank, plain & ~blank


def _check_quotes(
    block: npt.NDArray[np.uint8],
    quotes: npt.NDArray[np.int64],
    begins: npt.NDArray[np.int64],
    finishes: npt.NDArray[np.int64],
    marks: npt.NDArray[np.int64],
    separator: int,
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Per line whether its quotes are proper, per separator whether it stands inside quotes."""
    before_line = np.searchsorted(quotes, begins)
    per_line = np.searchsorted(quotes, finishes) - before_line
    proper = per_line % 2 == 0
    line = np.searchsorted(begins, quotes, side="right") - 1
    opens = (np.arange(quotes.size) - before_line[line]) % 2 == 0
    at_start = quotes == begins[line]
    at_end = quotes + 1 == finishes[line]
    previous = block[np.maximum(quotes - 1, 0)]
    following = block[np.minimum(quotes + 1, block.size - 1)]
    good = np.where(
        opens,
        at_start | (previous == separator) | (previous == 34),
        at_end | (following == separator) | (following == 34),
    )
    np.logical_and.at(proper, line, good)
    if not marks.size:
        return proper, np.zeros(0, dtype=np.bool_)
    mark_line = np.searchsorted(begins, marks, side="right") - 1
    rank = np.searchsorted(quotes, marks) - before_line[mark_line]
    return proper, rank % 2 == 1


def _read_odd(
    source: Source,
    starts: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
    odd: npt.NDArray[np.int64],
    width: int,
) -> tuple[list[tuple[int, list[str]]], list[Fault], list[int]]:
    """Records that are not plainly one line: quoted line breaks, stray quotes, wrong widths.

    Returns the records with their first line, the faults, and the lines that were used up.
    """
    records: list[tuple[int, list[str]]] = []
    faults: list[Fault] = []
    consumed: list[int] = []
    free = 0
    for position in odd.tolist():
        if position < free:
            continue
        line = position + source.first_line + 1
        text = source.data[starts[position] : ends[position]]
        if not text.strip():
            continue
        last = position
        cells: list[str] = []
        if is_open := bool(text.count(b'"') % 2):
            last = _last_line(source.data, starts, ends, position)
            record = source.data[starts[position] : ends[last]]
            cells = _parse(record, source.separator, strict=True)
        if len(cells) != width:
            last, cells = position, _parse(text, source.separator)
        while len(cells) > width and not cells[-1].strip():
            cells.pop()
        if len(cells) == width:
            records.append((line, cells))
            consumed.extend(range(position, last + 1))
            free = last + 1
            continue
        reason = "quote_not_closed" if is_open else "wrong_number_of_fields"
        faults.append(Fault(line, "", text[:120].decode("utf-8", "ignore"), reason))
    return records, faults, consumed


def _last_line(
    data: bytes, starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64], position: int
) -> int:
    """The line on which the quote that `position` leaves open is closed, else `position`."""
    for last in range(position + 1, min(position + MAX_RECORD_LINES, len(starts))):
        if ends[last] - starts[position] > MAX_LINE_BYTES:
            break
        if data.count(b'"', starts[last], ends[last]) % 2:
            return last
    return position


def _read_plain(
    source: Source,
    starts: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
    lines: npt.NDArray[np.int64],
    positions: list[int],
    width: int,
    has_quotes: bool,
) -> pl.DataFrame:
    """The plain lines by polars, which reads them at once."""
    schema: dict[str, Any] = {f"c{position}": pl.String for position in range(width)}
    wanted = [f"c{position}" for position in positions]
    if not lines.size:
        return pl.DataFrame(schema=dict.fromkeys(wanted, pl.String))
    if lines.size > AT_ONCE:
        parts = [lines[first : first + AT_ONCE] for first in range(0, lines.size, AT_ONCE)]
        return pl.concat(
            [
                _read_plain(source, starts, ends, part, positions, width, has_quotes)
                for part in parts
            ]
        )
    # Runs of neighbouring lines are taken as one piece.
    breaks = np.flatnonzero(np.diff(lines) != 1)
    firsts = np.concatenate(([lines[0]], lines[breaks + 1]))
    lasts = np.concatenate((lines[breaks], [lines[-1]]))
    view = memoryview(source.data)
    pieces = [view[starts[first] : ends[last]] for first, last in zip(firsts, lasts, strict=True)]
    text: Any = pieces[0].tobytes() if len(pieces) == 1 else b"\n".join(pieces)
    scan = pl.scan_csv(
        io.BytesIO(text),
        has_header=False,
        schema=schema,
        separator=source.separator,
        quote_char='"' if has_quotes else None,
        empty_string_is_null=False,
    )
    frame = scan.select(wanted).collect()
    if frame.height != lines.size:
        raise NotText(kind="lines")
    return frame


def _reject_damaged(table: Table, positions: list[int]) -> None:
    cells = [f"c{position}" for position in positions]
    for name, position in zip(cells, positions, strict=True):
        damaged = pl.col(name).str.contains("\ufffd", literal=True)
        for line, value in table.rows.filter(damaged).select("line", name).iter_rows():
            table.faults.append(Fault(line, table.headers[position], value, "undecodable"))
        table.rows = table.rows.filter(~damaged)
