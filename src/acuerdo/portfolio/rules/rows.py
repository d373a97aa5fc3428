"""From a table of text to accounts that can be written, and to the reasons for those that cannot.

One bad cell rejects its row and no other. What only weakens a row (a wrong phone, a wrong check
digit) is a warning. What no row can be read without (a column that is missing, an order of dates
that nothing proves) is raised for the whole file.
"""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from acuerdo.portfolio.errors import HeaderNotRecognised
from acuerdo.portfolio.rules.fields import (
    DATED,
    read_all_dates,
    read_currency,
    read_money,
    read_number,
    read_places,
)
from acuerdo.portfolio.rules.headers import AMOUNTS, FIELDS, guess_columns, plain_header
from acuerdo.portfolio.rules.mapping import Mapping
from acuerdo.portfolio.rules.parts import group_parts
from acuerdo.portfolio.rules.people import read_contacts, read_document, read_texts
from acuerdo.portfolio.rules.places import find_country
from acuerdo.portfolio.rules.reader import Reader
from acuerdo.portfolio.rules.text import Records
from acuerdo.portfolio.rules.totals import set_totals_aside, settle_totals


@dataclass(slots=True)
class Reading:
    """What a file says.

    `accounts`: one row per accepted account, with `line`, `number`, `name`, `document`,
    `document_type`, `document_country` (null `document` where there is none that can identify
    a person), `currency`, `country`, `subdivision`, `language`, `product`, `opened_on`,
    `due_on`, `birth_on`, `is_synthetic` and `principal`, `interest`, `fees`, `costs`, `taxes`
    (minor units, never null), `row_count` and `items` (see `parts.Grouped`), and `x_<name>` for
    each registered column the file has; `line` is that of its first row.
    `lines`: `line`, `state` (`taken`, `duplicate`, `total`) of every row that is not rejected, and
    `first`, the line of its account.
    `contacts`: `line` (the account's), `kind`, `value`, `is_valid`, `priority`.
    `rejections` and `warnings`: `line`, `column`, `value`, `reason`, ordered by line.
    `read` rows are those taken, `rejected` and `duplicates`; `totals` (rows of sums) come beside.
    """

    accounts: pl.DataFrame
    contacts: pl.DataFrame
    rejections: pl.DataFrame
    warnings: pl.DataFrame
    lines: pl.DataFrame
    read: int
    rejected: int
    duplicates: int
    totals: int
    encoding: str
    separator: str
    decimal: str
    date_order: str
    unused: tuple[str, ...]

    def take(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The accounts and contacts, given up by the reading, so that a million of them are freed
        once they are written. Their columns stay."""
        taken = self.accounts, self.contacts
        self.accounts, self.contacts = self.accounts.clear(), self.contacts.clear()
        return taken


def read_rows(
    source: Records,
    *,
    mapping: Mapping,
    registered: AnyMapping[str, Sequence[str]],
    country: str,
    currency: str,
    as_of_on: date,
) -> Reading:
    """Read all rows of `source`.

    `registered` are columns of other rooms (name → headers). `country` and `currency` are the
    creditor's, used where the file has no such column. `as_of_on` turns days overdue into a due
    date. Raises HeaderNotRecognised, HeaderAmbiguous, AmountsAmbiguous, AmountsMixed,
    DatesAmbiguous, DatesMixed and what `Records.read_table` raises.
    """
    mapping = mapping.with_points(source.points)
    declared = {field: list(names) for field, names in mapping.columns.items()}
    _check_declared(declared, registered, source.headers)
    columns = guess_columns(source.headers, registered, declared)
    _check_required(columns, source.headers)
    used = {position for found in columns.values() for position in found}
    # The first column is read for the word `Total`, which stands there.
    reader = Reader(source.read_table(sorted(used | {0})), columns)
    encoding, separator, headers = source.encoding, source.separator, source.headers
    del source  # The text of a large file is not needed any more.
    aside = set_totals_aside(reader)
    frame = pl.DataFrame({"line": reader.rows["line"], "number": read_number(reader)})
    repeated = reader.rows.filter(~frame["number"].is_unique())
    frame = frame.with_columns(read_places(reader, mapping, country))
    frame = frame.with_columns(read_currency(reader, mapping, frame["country"], currency))
    frame = frame.with_columns(read_money(reader, mapping, frame["currency"]))
    frame = frame.with_columns(read_all_dates(reader, mapping, as_of_on))
    reader.let_go("account", "currency", *AMOUNTS, *DATED, "opened_on", "birth_on")
    home = mapping.defaults.country or country
    frame = frame.with_columns(read_texts(reader, mapping, frame["country"]))
    frame = frame.with_columns(read_document(reader, frame["country"], home))
    reader.let_go("name", "first_name", "last_name", "product", "language", "document")
    for name in registered:
        if name in columns:
            frame = frame.with_columns(reader.cells(name).alias(f"x_{name}"))
    contacts = read_contacts(reader, frame["country"])
    grouped = group_parts(reader, frame, repeated)
    del frame, repeated
    totals = settle_totals(reader, aside, mapping.defaults.currency or currency)
    rejections = reader.all_faults("reject")
    told = pl.concat([grouped.parts.select("line"), totals])
    return Reading(
        accounts=grouped.accounts,
        contacts=_gather(contacts, grouped.parts, reader.rows.height),
        rejections=rejections,
        warnings=reader.all_faults("warn").join(told, on="line", how="semi"),
        lines=pl.concat(
            [
                grouped.parts.with_columns(state=pl.lit("taken")),
                grouped.duplicates.with_columns(state=pl.lit("duplicate")),
                totals.select("line", first="line", state=pl.lit("total")),
            ]
        ).sort("line"),
        read=reader.table.read - totals.height,
        rejected=rejections["line"].n_unique(),
        duplicates=grouped.duplicates.height,
        totals=totals.height,
        encoding=encoding,
        separator=separator,
        decimal=_one(reader.decimals),
        date_order=_one(reader.orders),
        unused=tuple(header for position, header in enumerate(headers) if position not in used),
    )


def find_most_frequent_country(source: Records, mapping: Mapping) -> str:
    """ISO 3166-1 of the country most rows name; '' where the file has no such column."""
    declared = {field: list(names) for field, names in mapping.columns.items()}
    positions = guess_columns(source.headers, {}, declared).get("country", [])
    if not positions:
        return mapping.defaults.country
    cells = source.read_table(positions[:1]).rows[f"c{positions[0]}"]
    counts: dict[str, int] = {}
    for text, count in cells.value_counts().iter_rows():
        if code := find_country(text):
            counts[code] = counts.get(code, 0) + count
    return max(sorted(counts), key=lambda code: counts[code]) if counts else ""


# What must be there


def _check_declared(
    declared: AnyMapping[str, Sequence[str]],
    registered: AnyMapping[str, Sequence[str]],
    headers: Sequence[str],
) -> None:
    unknown = [field for field in declared if field not in FIELDS and field not in registered]
    plain = {plain_header(header) for header in headers}
    missing = [
        f"{field} ({name})"
        for field, names in declared.items()
        for name in names
        if field in unknown or (name not in headers and plain_header(name) not in plain)
    ]
    if missing:
        raise HeaderNotRecognised(missing=", ".join(missing), found=_shown(headers))


def _check_required(columns: AnyMapping[str, Sequence[int]], headers: Sequence[str]) -> None:
    missing = []
    if not columns.get("account"):
        missing.append("account")
    if not columns.get("total") and not columns.get("principal"):
        missing.append("principal")
    if not any(columns.get(name) for name in DATED):
        missing.append("due_on")
    if missing:
        raise HeaderNotRecognised(missing=", ".join(missing), found=_shown(headers))


def _shown(headers: Sequence[str]) -> str:
    text = ", ".join(header[:40] for header in headers[:20])
    return text if len(headers) <= 20 else text + ", …"


def _gather(contacts: pl.DataFrame, parts: pl.DataFrame, read: int) -> pl.DataFrame:
    """The contacts of taken rows out of so many, each once per account."""
    if parts.height == read and parts["first"].n_unique() == read:
        return contacts
    found = contacts.join(parts, on="line", how="inner", maintain_order="left")
    if found.is_empty() or parts["first"].n_unique() == parts.height:
        return found.drop("first")
    found = found.with_columns(line=pl.col("first")).drop("first")
    return found.unique(["line", "kind", "value"], keep="first", maintain_order=True)


def _one(values: set[str]) -> str:
    values = values - {""}
    return values.pop() if len(values) == 1 else ("mixed" if values else "")
