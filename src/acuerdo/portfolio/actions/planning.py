"""How an uploaded file would be read and what it would change, before anything is written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import polars as pl
from django.db import transaction

from acuerdo.core.crypto import decrypt_bytes
from acuerdo.core.storage import load
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.actions.deltas import (
    choose_placed,
    plan_missing,
    read_operation,
    sort_operations,
)
from acuerdo.portfolio.actions.intake import WORKBOOKS, open_data
from acuerdo.portfolio.columns import list_columns
from acuerdo.portfolio.errors import FileRecallsTooMuch, ImportRefused
from acuerdo.portfolio.models import SavedMapping, Upload
from acuerdo.portfolio.operations import list_operations
from acuerdo.portfolio.rules.cutting import guess_layout, looks_fixed
from acuerdo.portfolio.rules.deltas import PLACE, Chosen, Sorted
from acuerdo.portfolio.rules.headers import guess_columns
from acuerdo.portfolio.rules.layouts import Layout
from acuerdo.portfolio.rules.mapping import Mapping
from acuerdo.portfolio.rules.plans import (
    Column,
    Plan,
    cut_sample,
    hash_headers,
    list_examples,
    plan_reading,
)
from acuerdo.portfolio.rules.reader import FAULT_SCHEMA
from acuerdo.portfolio.rules.rows import read_rows
from acuerdo.portfolio.rules.text import Records, read_lines


@dataclass(frozen=True, slots=True)
class Look:
    """`plan_upload`: the plan, and how the file was recognised. Of a full file that was read whole,
    `missing` active accounts are not in it; `guard` says that these are too many."""

    plan: Plan
    encoding: str
    separator: str
    is_remembered: bool
    missing: int | None = None
    guard: FileRecallsTooMuch | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What rows of a delta ask for: how many, and how many of them can be read."""

    operation: str
    rows: int
    readable: int


@dataclass(frozen=True, slots=True)
class DeltaLook:
    """`plan_delta`: the columns with the fields that they are taken for (several operations may
    read one column), what is asked for, and what cannot be read. Where all of it cannot, `refusal`
    says why."""

    columns: tuple[tuple[Column, tuple[str, ...]], ...]
    asked: tuple[Asked, ...]
    rejections: pl.DataFrame
    warnings: pl.DataFrame
    read: int
    refusal: ImportRefused | None
    encoding: str
    separator: str
    is_sample: bool

    @property
    def readable(self) -> int:
        return sum(one.readable for one in self.asked)


def plan_upload(upload: Upload, *, now: datetime) -> Look:
    """How the file would be read with its mapping; of a large text its first part. Changes
    nothing. Raises an ImportRefused."""
    mapping = Mapping.model_validate(upload.mapping)
    records, is_sample = open_sample(upload.file_name, read_upload(upload), mapping)
    creditor = upload.creditor
    plan = plan_reading(
        records,
        mapping=mapping,
        registered={column.name: column.headers for column in list_columns()},
        country=creditor.country,
        currency=creditor.currency,
        as_of_on=_today(creditor, now),
        is_sample=is_sample,
    )
    remembered = SavedMapping.objects.filter(
        creditor=creditor, headers_hash=upload.headers_hash, mapping=upload.mapping
    )
    missing, guard = None, None
    if upload.kind == Upload.Kind.FULL and not is_sample:
        missing, guard = plan_missing(creditor, records, mapping)
    return Look(plan, records.encoding, records.separator, remembered.exists(), missing, guard)


def plan_delta(upload: Upload, *, now: datetime) -> DeltaLook:
    """What the rows of a delta would ask for; of a large text those of its first part. Changes
    nothing. Raises an ImportRefused where the file has no rows."""
    mapping = Mapping.model_validate(upload.mapping)
    records, is_sample = open_sample(upload.file_name, read_upload(upload), mapping)
    fields: dict[str, list[str]] = {}
    asked: list[Asked] = []
    rejections, warnings = [], [pl.DataFrame(schema=FAULT_SCHEMA)]
    refusal, read = None, 0
    try:
        found = sort_operations(records, mapping)
        rejections, read = [found.rejections], found.read
        fields[records.headers[found.column]] = ["operation"]
        with transaction.atomic():  # accounts are found by way of a temporary table
            today = _today(upload.creditor, now)
            parts = list(_read(records, found, mapping, upload.creditor, today))
        for one, columns, bad, doubtful in parts:
            asked.append(one)
            rejections.append(bad)
            warnings.append(doubtful)
            for field, header in columns:
                if field not in fields.setdefault(header, []):
                    fields[header].append(field)
    except ImportRefused as error:
        refusal = error
    return DeltaLook(
        columns=tuple(
            (Column(place, header, examples, "", ""), tuple(fields.get(header, ())))
            for place, header, examples in list_examples(records)
        ),
        asked=tuple(asked),
        rejections=pl.concat(rejections or warnings).sort("line", maintain_order=True),
        warnings=pl.concat(warnings).sort("line", maintain_order=True),
        read=read,
        refusal=refusal,
        encoding=records.encoding,
        separator=records.separator,
        is_sample=is_sample,
    )


_Part = tuple[Asked, list[tuple[str, str]], pl.DataFrame, pl.DataFrame]


def _read(
    records: Records, found: Sorted, mapping: Mapping, creditor: Creditor, today: date
) -> Iterator[_Part]:
    """Each operation of a delta as its rows can be read: its columns (field, header), rejections
    and warnings."""
    if PLACE in found.lines:
        rows, own = choose_placed(records, found, mapping)
        registered = {column.name: column.headers for column in list_columns()}
        reading = read_rows(
            rows,
            mapping=own,
            registered=registered,
            country=creditor.country,
            currency=creditor.currency,
            as_of_on=today,
        )
        declared = {name: list(names) for name, names in own.columns.items()}
        places = guess_columns(rows.headers, registered, declared)
        columns = [(name, rows.headers[place]) for name, some in places.items() for place in some]
        taken = reading.read - reading.rejected
        yield Asked(PLACE, reading.read, taken), columns, reading.rejections, reading.warnings
    for operation in list_operations():
        if operation.name in found.lines:
            facts = read_operation(
                operation, Chosen(records, found.lines[operation.name]), creditor, mapping, today
            )
            one = Asked(operation.name, facts.read, facts.rows.height)
            yield one, list(facts.columns.items()), facts.rejections, facts.warnings


def read_upload(upload: Upload) -> bytes:
    """The file as it was brought."""
    return decrypt_bytes(load(upload.file_key))


def read_first_lines(upload: Upload, count: int) -> list[str]:
    """The first lines of a text, to see where its columns stand; none of any other file."""
    data = read_upload(upload)
    return _lines(data)[:count] if _is_text(data) else []


def guess_upload_layout(upload: Upload) -> Layout:
    """Where the columns of a fixed width text may stand. Raises NotText, LineTooLong."""
    return guess_layout(_lines(read_upload(upload)))


def look_at_shape(name: str, data: bytes) -> tuple[str, Mapping]:
    """What files that are read alike share, and how one is read that nobody mapped yet: a text
    without separators whose lines are of one length by a guessed layout. Raises an
    ImportRefused."""
    records, _is_sample = open_sample(name, data, Mapping())
    shape, mapping = hash_headers(records.headers), Mapping()
    if len(records.headers) == 1 and _is_text(data) and looks_fixed(lines := _lines(data)):
        shape = f"fixed width {max(map(len, lines))}"
        mapping = Mapping(layout=guess_layout(lines))
    return hashlib.sha256(shape.encode()).hexdigest(), mapping


def open_sample(name: str, data: bytes, mapping: Mapping) -> tuple[Records, bool]:
    """The records of a file, of a large text those of its first part, and whether that is not all
    of it. Raises an ImportRefused."""
    sample, is_sample = cut_sample(data) if _is_text(data) else (data, False)
    return open_data(name, sample, mapping).take(), is_sample


def _is_text(data: bytes) -> bool:
    return not data.startswith((b"PAR1", *WORKBOOKS))


def _lines(data: bytes) -> list[str]:
    return [line for line in read_lines(cut_sample(data)[0])[0] if line.strip()]


def _today(creditor: Creditor, now: datetime) -> date:
    return now.astimezone(ZoneInfo(creditor.timezone)).date()
