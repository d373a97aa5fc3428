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
from acuerdo.portfolio.rules.amounts import read_amounts
from acuerdo.portfolio.rules.dates import read_dates
from acuerdo.portfolio.rules.documents import read_documents
from acuerdo.portfolio.rules.headers import AMOUNTS, FIELDS, guess_columns
from acuerdo.portfolio.rules.mapping import Mapping
from acuerdo.portfolio.rules.phones import read_phones
from acuerdo.portfolio.rules.places import (
    default_currency,
    default_language,
    find_country,
    find_language,
    find_subdivision,
    list_currency_codes,
)
from acuerdo.portfolio.rules.text import Source, Table

_FAULT_SCHEMA = {"line": pl.Int64, "column": pl.String, "value": pl.String, "reason": pl.String}
_EMAIL = (
    r"^[^@\s,;:<>()\[\]\"\\]{1,64}"
    r"@(?:[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9\-]{1,62}$"
)
_TRUE = ("1", "t", "true", "si", "sí", "s", "sim", "yes", "y", "x", "verdadero", "verdadeiro")
_MAX_NUMBER = 64
_WIDTHS = {"name": 200, "product": 80, "address": 300}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says.

    `accounts`: one row per accepted account, with `line`, `number`, `name`, `document`,
    `document_type`, `document_country` (null `document` where there is none that can identify
    a person), `currency`, `country`, `subdivision`, `language`, `product`, `opened_on`,
    `due_on`, `birth_on`, `is_synthetic` and `principal`, `interest`, `fees`, `costs` (minor
    units, never null), and `x_<name>` for each registered column the file has.
    `contacts`: `line`, `kind`, `value`, `is_valid`, `priority`.
    `rejections` and `warnings`: `line`, `column`, `value`, `reason`, ordered by line.
    """

    accounts: pl.DataFrame
    contacts: pl.DataFrame
    rejections: pl.DataFrame
    warnings: pl.DataFrame
    read: int
    rejected: int
    duplicates: int
    encoding: str
    separator: str
    decimal: str
    date_order: str
    unused: tuple[str, ...]


class _Reader:
    """Collects faults while the columns of one table are read."""

    def __init__(self, table: Table, columns: AnyMapping[str, Sequence[int]]) -> None:
        self.table = table
        self.columns = columns
        self.rows = table.rows
        self.rejections: list[pl.DataFrame] = [
            pl.DataFrame(
                [[f.line, f.column, f.value, f.reason] for f in table.faults],
                schema=_FAULT_SCHEMA,
                orient="row",
            )
        ]
        self.warnings: list[pl.DataFrame] = []
        self.decimals: set[str] = set()
        self.orders: set[str] = set()

    def header(self, field: str, index: int = 0) -> str:
        return self.table.headers[self.columns[field][index]]

    def cells(self, field: str, index: int = 0) -> pl.Series:
        """The stripped cells of a field's column."""
        return self.rows[f"c{self.columns[field][index]}"].str.strip_chars()

    def fault(self, kind: str, column: str, cells: pl.Series, reasons: pl.Series | pl.Expr) -> None:
        """Note `reasons` (null where fine) for `column`, as `rejections` or `warnings`."""
        frame = pl.DataFrame({"line": self.rows["line"], "value": cells}).with_columns(
            reason=reasons
        )
        frame = frame.filter(pl.col("reason").is_not_null())
        if frame.height:
            found = frame.select(
                "line",
                pl.lit(column).alias("column"),
                pl.col("value").fill_null("").str.slice(0, 200),
                pl.col("reason").cast(pl.String),
            )
            (self.rejections if kind == "reject" else self.warnings).append(found)

    def all_faults(self, kind: str) -> pl.DataFrame:
        frames = self.rejections if kind == "reject" else self.warnings
        empty = pl.DataFrame(schema=_FAULT_SCHEMA)
        return pl.concat([empty, *frames]).sort("line", maintain_order=True)


def read_rows(
    source: Source,
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
    DatesAmbiguous, DatesMixed and what `Source.read_table` raises.
    """
    declared = {field: list(names) for field, names in mapping.columns.items()}
    _check_declared(declared, registered, source.headers)
    columns = guess_columns(source.headers, registered, declared)
    _check_required(columns, source.headers)
    positions = sorted({position for found in columns.values() for position in found})
    reader = _Reader(source.read_table(positions), columns)
    frame = pl.DataFrame({"line": reader.rows["line"], "number": _read_number(reader)})
    frame = frame.with_columns(_read_places(reader, mapping, country))
    frame = frame.with_columns(_read_currency(reader, mapping, frame["country"], currency))
    frame = frame.with_columns(_read_money(reader, mapping, frame["currency"]))
    frame = frame.with_columns(_read_all_dates(reader, mapping, as_of_on))
    frame = frame.with_columns(_read_texts(reader, mapping, frame["country"]))
    frame = frame.with_columns(_read_document(reader, frame["country"]))
    for name in registered:
        if name in columns:
            frame = frame.with_columns(reader.cells(name).alias(f"x_{name}"))
    contacts = _read_contacts(reader, frame["country"])
    duplicates = _find_duplicates(reader, frame)
    rejections = reader.all_faults("reject")
    bad = rejections.select("line").unique()
    accepted = frame.join(bad, on="line", how="anti", maintain_order="left").join(
        duplicates, on="line", how="anti", maintain_order="left"
    )
    lines = accepted.select("line")
    used = set(positions)
    return Reading(
        accounts=accepted,
        contacts=contacts.join(lines, on="line", how="semi", maintain_order="left"),
        rejections=rejections,
        warnings=reader.all_faults("warn").join(lines, on="line", how="semi"),
        read=reader.table.read,
        rejected=bad.height,
        duplicates=duplicates.height,
        encoding=source.encoding,
        separator=source.separator,
        decimal=_one(reader.decimals),
        date_order=_one(reader.orders),
        unused=tuple(
            header for position, header in enumerate(source.headers) if position not in used
        ),
    )


def find_most_frequent_country(source: Source, mapping: Mapping) -> str:
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
    missing = [
        f"{field} ({name})"
        for field, names in declared.items()
        for name in names
        if field in unknown or name.strip() not in headers
    ]
    if missing:
        raise HeaderNotRecognised(missing=", ".join(missing), found=_shown(headers))


def _check_required(columns: AnyMapping[str, Sequence[int]], headers: Sequence[str]) -> None:
    missing = []
    if not columns.get("account"):
        missing.append("account")
    if not columns.get("total") and not columns.get("principal"):
        missing.append("principal")
    if not columns.get("due_on") and not columns.get("days_overdue"):
        missing.append("due_on")
    if missing:
        raise HeaderNotRecognised(missing=", ".join(missing), found=_shown(headers))


def _shown(headers: Sequence[str]) -> str:
    text = ", ".join(header[:40] for header in headers[:20])
    return text if len(headers) <= 20 else text + ", …"


def _one(values: set[str]) -> str:
    values = values - {""}
    return values.pop() if len(values) == 1 else ("mixed" if values else "")


# Column by column


def _read_number(reader: _Reader) -> pl.Series:
    cells = reader.cells("account").str.replace_all(r"\s+", " ")
    column = reader.header("account")
    cell = pl.col("value")
    reasons = (
        pl.when(cell == "")
        .then(pl.lit("missing_value"))
        .when(cell.str.contains(r"^\d(?:[.,]\d+)?[eE]\+\d+$"))
        .then(pl.lit("damaged_number"))
        .when(cell.str.len_chars() > _MAX_NUMBER)
        .then(pl.lit("too_long"))
        .when(cell.str.contains(r"[\p{Cc}\p{Cf}]"))
        .then(pl.lit("control_characters"))
    )
    reader.fault("reject", column, cells, reasons)
    return cells


def _look_up(cells: pl.Series, found: AnyMapping[str, str]) -> pl.Series:
    """`cells` replaced by their meaning, null where there is none."""
    table = pl.DataFrame(
        {"text": list(found), "value": [value or None for value in found.values()]},
        schema={"text": pl.String, "value": pl.String},
    )
    return (
        cells.alias("text")
        .to_frame()
        .join(table, on="text", how="left", maintain_order="left", nulls_equal=True)["value"]
    )


def _read_places(reader: _Reader, mapping: Mapping, creditor_country: str) -> list[pl.Series]:
    fallback = mapping.defaults.country or creditor_country
    height = reader.rows.height
    if "country" in reader.columns:
        cells = reader.cells("country")
        country = _look_up(cells, {text: find_country(text) for text in cells.unique().to_list()})
        known = pl.DataFrame({"cell": cells, "code": country})
        reader.fault(
            "reject",
            reader.header("country"),
            cells,
            known.select(
                pl.when((pl.col("cell") != "") & pl.col("code").is_null()).then(
                    pl.lit("unknown_country")
                )
            ).to_series(),
        )
        reader.fault(
            "warn",
            reader.header("country"),
            cells,
            known.select(pl.when(pl.col("cell") == "").then(pl.lit("assumed_country"))).to_series(),
        )
        country = country.fill_null(fallback)
    else:
        country = pl.Series([fallback]).new_from_index(0, height)
    country = country.alias("country")
    if "subdivision" not in reader.columns:
        return [country, pl.Series("subdivision", [""]).new_from_index(0, height)]
    cells = reader.cells("subdivision")
    pairs = pl.DataFrame({"cell": cells, "country": country})
    distinct = pairs.unique()
    distinct = distinct.with_columns(
        code=pl.Series(
            [find_subdivision(text, code) if text else "" for text, code in distinct.iter_rows()],
            dtype=pl.String,
        )
    )
    codes = pairs.join(distinct, on=["cell", "country"], how="left", maintain_order="left")
    reader.fault(
        "warn",
        reader.header("subdivision"),
        cells,
        codes.select(
            pl.when((pl.col("cell") != "") & (pl.col("code") == "")).then(
                pl.lit("unknown_subdivision")
            )
        ).to_series(),
    )
    return [country, codes["code"].alias("subdivision")]


def _read_currency(
    reader: _Reader, mapping: Mapping, country: pl.Series, creditor_currency: str
) -> pl.Series:
    if "currency" in reader.columns:
        cells = reader.cells("currency")
        codes = list_currency_codes()
        known = {
            text: code if (code := text.upper()) in codes else ""
            for text in cells.unique().to_list()
        }
        currency = _look_up(cells, known)
        reader.fault(
            "reject",
            reader.header("currency"),
            cells,
            pl.DataFrame({"cell": cells, "code": currency})
            .select(
                pl.when(pl.col("cell") == "")
                .then(pl.lit("missing_value"))
                .when(pl.col("code").is_null())
                .then(pl.lit("unknown_currency"))
            )
            .to_series(),
        )
        return currency.fill_null("XXX").alias("currency")
    if mapping.defaults.currency or "country" not in reader.columns:
        fixed = mapping.defaults.currency or creditor_currency
        return pl.Series("currency", [fixed]).new_from_index(0, len(country))
    tender = {code: default_currency(code) for code in country.unique().to_list()}
    return _look_up(country, tender).fill_null(creditor_currency).alias("currency")


def _read_money(reader: _Reader, mapping: Mapping, currency: pl.Series) -> list[pl.Series]:
    """The four components. One total alone is all principal; a total next to components must
    be their sum, or gives the principal where that has no column of its own."""
    amounts: dict[str, pl.Series] = {}
    refused = pl.Series([False]).new_from_index(0, reader.rows.height)
    for field in AMOUNTS:
        if field not in reader.columns:
            continue
        column, cells = reader.header(field), reader.cells(field)
        read = read_amounts(column, cells, currency, mapping.decimal_for(column, field))
        reader.decimals.add(read.decimal)
        reader.fault("reject", column, cells, read.values["reason"])
        refused |= read.values["reason"].is_not_null()
        amounts[field] = read.values["minor"].alias(field)
        needed = field == "principal" or (field == "total" and "principal" not in reader.columns)
        if needed:
            reader.fault(
                "reject",
                column,
                cells,
                (cells == "").replace_strict(
                    {True: "missing_value", False: None}, return_dtype=pl.String
                ),
            )
    frame = pl.DataFrame(amounts).with_columns(is_read=~refused)
    parts = [name for name in ("interest", "fees", "costs") if name in amounts]
    rest = pl.sum_horizontal(pl.col(parts).fill_null(0)) if parts else pl.lit(0)
    if "principal" not in amounts:
        frame = frame.with_columns(principal=pl.col("total") - rest)
        _reject_total(reader, frame, pl.col("principal") < 0)
    elif "total" in amounts:
        _reject_total(reader, frame, pl.col("total") != pl.col("principal") + rest)
    return [
        (
            frame[name].fill_null(0)
            if name in frame.columns
            else pl.Series([0]).new_from_index(0, reader.rows.height)
        )
        .cast(pl.Int64)
        .alias(name)
        for name in ("principal", "interest", "fees", "costs")
    ]


def _reject_total(reader: _Reader, frame: pl.DataFrame, condition: pl.Expr) -> None:
    reasons = frame.select(
        pl.when(pl.col("is_read") & condition).then(pl.lit("total_differs"))
    ).to_series()
    reader.fault("reject", reader.header("total"), reader.cells("total"), reasons)


def _read_all_dates(reader: _Reader, mapping: Mapping, as_of_on: date) -> list[pl.Series]:
    dates: dict[str, pl.Series] = {}
    for field in ("opened_on", "due_on", "birth_on"):
        if field not in reader.columns:
            dates[field] = pl.Series(field, [None], dtype=pl.Date).new_from_index(
                0, reader.rows.height
            )
            continue
        column, cells = reader.header(field), reader.cells(field)
        read = read_dates(column, cells, mapping.dates_for(column, field))
        reader.orders.add(read.order)
        # Only the due date decides anything: a wrong birthday is no reason to lose a debt.
        kind = "reject" if field == "due_on" else "warn"
        reader.fault(kind, column, cells, _look_up(cells, read.bad))
        dates[field] = read.values.alias(field)
    due = dates["due_on"]
    if "days_overdue" in reader.columns:
        cells = reader.cells("days_overdue")
        days = cells.str.extract(r"^([+-]?\d{1,5})(?:[.,]0+)?$").cast(pl.Int32, strict=False)
        frame = pl.DataFrame({"cell": cells, "days": days, "due": due})
        reader.fault(
            "reject",
            reader.header("days_overdue"),
            cells,
            frame.select(
                pl.when((pl.col("cell") != "") & pl.col("days").is_null()).then(
                    pl.lit("unreadable_number")
                )
            ).to_series(),
        )
        due = frame.select(
            pl.coalesce("due", pl.lit(as_of_on) - pl.duration(days="days")).cast(pl.Date)
        ).to_series()
    field = "due_on" if "due_on" in reader.columns else "days_overdue"
    missing = pl.DataFrame({"cell": reader.cells(field), "due": due}).select(
        pl.when((pl.col("cell") == "") & pl.col("due").is_null()).then(pl.lit("missing_value"))
    )
    reader.fault("reject", reader.header(field), reader.cells(field), missing.to_series())
    return [dates["opened_on"], due.alias("due_on"), dates["birth_on"]]


def _clean(cells: pl.Series) -> pl.Series:
    """Without control and direction characters, and with single spaces."""
    return (
        cells.str.replace_all(r"[\p{Cc}\p{Cf}]+", " ")
        .str.replace_all(r"\s+", " ")
        .str.strip_chars()
    )


def _read_texts(reader: _Reader, mapping: Mapping, country: pl.Series) -> list[pl.Series]:
    height = reader.rows.height

    def text(field: str) -> pl.Series:
        if field not in reader.columns:
            return pl.Series([""]).new_from_index(0, height)
        cells = _clean(reader.cells(field))
        width = _WIDTHS.get(field, 200)
        long = pl.DataFrame({"cell": cells}).select(
            pl.when(pl.col("cell").str.len_chars() > width).then(pl.lit("shortened"))
        )
        reader.fault("warn", reader.header(field), cells, long.to_series())
        return cells.str.slice(0, width)

    name = text("name")
    if "first_name" in reader.columns or "last_name" in reader.columns:
        first = text("first_name")
        first = first if "first_name" in reader.columns else name
        joined = (first + " " + text("last_name")).str.strip_chars().str.slice(0, 200)
        name = pl.select(pl.when(joined == "").then(name).otherwise(joined)).to_series()
    if {"name", "first_name", "last_name"} & reader.columns.keys():
        field = (
            "name"
            if "name" in reader.columns
            else next(word for word in ("first_name", "last_name") if word in reader.columns)
        )
        missing = pl.select(pl.when(name == "").then(pl.lit("missing_name"))).to_series()
        reader.fault("warn", reader.header(field), reader.cells(field), missing)
    product = text("product")
    product = pl.select(
        pl.when(product == "").then(pl.lit(mapping.defaults.product)).otherwise(product)
    ).to_series()
    spoken = {
        code: mapping.defaults.language or default_language(code)
        for code in country.unique().to_list()
    }
    language = _look_up(country, spoken)
    if "language" in reader.columns:
        cells = reader.cells("language")
        told = _look_up(cells, {word: find_language(word) for word in cells.unique().to_list()})
        unknown = pl.DataFrame({"cell": cells, "code": told}).select(
            pl.when((pl.col("cell") != "") & pl.col("code").is_null()).then(
                pl.lit("unknown_language")
            )
        )
        reader.fault("warn", reader.header("language"), cells, unknown.to_series())
        language = told.fill_null(language)
    synthetic = (
        reader.cells("synthetic").str.to_lowercase().is_in(_TRUE)
        if "synthetic" in reader.columns
        else pl.Series([False]).new_from_index(0, height)
    )
    return [
        name.alias("name"),
        product.alias("product"),
        language.alias("language"),
        synthetic.alias("is_synthetic"),
    ]


def _read_document(reader: _Reader, country: pl.Series) -> list[pl.Series]:
    """A document that cannot be right identifies nobody: it is warned of and left out, so that
    two debtors with the same typing error never become one person."""
    height = reader.rows.height
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, height)
    issued = country
    if "document_country" in reader.columns:
        cells = reader.cells("document_country")
        known = {text: find_country(text) for text in cells.unique().to_list()}
        issued = _look_up(cells, known).fill_null(country)
    if "document" not in reader.columns:
        return [
            nothing.alias("document"),
            nothing.alias("document_type"),
            issued.alias("document_country"),
        ]
    cells = reader.cells("document")
    types = reader.cells("document_type") if "document_type" in reader.columns else nothing
    read = read_documents(cells, types, issued)
    reader.fault("warn", reader.header("document"), cells, read["reason"])
    good = pl.col("reason").is_null()
    read = read.select(
        document=pl.when(good).then(pl.col("document")),
        document_type=pl.when(good).then(pl.col("document_type")),
    )
    return [read["document"], read["document_type"], issued.alias("document_country")]


def _read_contacts(reader: _Reader, country: pl.Series) -> pl.DataFrame:
    frames = [
        pl.DataFrame(
            schema={
                "line": pl.Int64,
                "kind": pl.String,
                "value": pl.String,
                "is_valid": pl.Boolean,
                "priority": pl.Int64,
            }
        )
    ]

    def add(kind: str, frame: pl.DataFrame, priority: int) -> None:
        frames.append(
            frame.with_columns(line=reader.rows["line"])
            .filter(pl.col("value").is_not_null() & (pl.col("value") != ""))
            .select(
                "line",
                pl.lit(kind).alias("kind"),
                "value",
                "is_valid",
                pl.lit(priority, dtype=pl.Int64).alias("priority"),
            )
        )

    for index in range(len(reader.columns.get("phone", ()))):
        cells = reader.cells("phone", index)
        phones = read_phones(cells, country)
        bad = phones.with_columns(cell=cells).select(
            pl.when((pl.col("cell") != "") & ~pl.col("is_valid")).then(pl.lit("bad_phone"))
        )
        reader.fault("warn", reader.header("phone", index), cells, bad.to_series())
        add("phone", phones, index)
    for index in range(len(reader.columns.get("email", ()))):
        cells = reader.cells("email", index).str.to_lowercase()
        emails = pl.DataFrame({"value": cells.str.slice(0, 300)}).with_columns(
            is_valid=pl.col("value").str.contains(_EMAIL) & (pl.col("value").str.len_bytes() <= 254)
        )
        bad = emails.select(
            pl.when((pl.col("value") != "") & ~pl.col("is_valid")).then(pl.lit("bad_email"))
        )
        reader.fault("warn", reader.header("email", index), cells, bad.to_series())
        add("email", emails, index)
    lines = [
        _clean(reader.cells(field, index))
        for field in ("address", "postal_code", "city")
        for index in range(len(reader.columns.get(field, ())))
    ]
    if "address" in reader.columns:
        addresses = pl.DataFrame(
            [line.alias(str(position)) for position, line in enumerate(lines)]
        ).select(value=pl.concat_str(pl.all().replace("", None), separator=", ", ignore_nulls=True))
        street = _clean(reader.cells("address"))
        add(
            "address",
            addresses.with_columns(
                value=pl.when(street != "").then(pl.col("value").str.slice(0, 300)),
                is_valid=pl.lit(value=True),
            ),
            0,
        )
    return pl.concat(frames)


def _find_duplicates(reader: _Reader, frame: pl.DataFrame) -> pl.DataFrame:
    """Lines that repeat an account word for word. A row that says something else about an account
    of an earlier, acceptable row is rejected: the first stands."""
    bad = pl.concat([rejected.select("line") for rejected in reader.rejections]).unique()
    numbered = frame.select("line", "number").filter(pl.col("number") != "")
    numbered = numbered.join(bad, on="line", how="anti", maintain_order="left")
    again = numbered.filter(~pl.col("number").is_unique())
    none = pl.DataFrame(schema={"line": pl.Int64})
    if again.is_empty():
        return none
    cells = [name for name in reader.rows.columns if name != "line"]
    words = reader.rows.join(again, on="line", how="semi").select(
        "line",
        text=pl.concat_str(
            [pl.col(name).fill_null("").str.strip_chars() for name in cells], separator="\x1f"
        ),
    )
    compared = (
        again.join(words, on="line", how="left")
        .sort("line")
        .with_columns(
            first=pl.col("text").first().over("number"),
            first_line=pl.col("line").first().over("number"),
        )
    )
    later = compared.filter(pl.col("line") != pl.col("first_line"))
    different = later.filter(pl.col("text") != pl.col("first"))
    reader.rejections.append(
        different.select(
            "line",
            pl.lit(reader.header("account")).alias("column"),
            pl.col("number").alias("value"),
            pl.lit("account_twice").alias("reason"),
        )
    )
    return later.filter(pl.col("text") == pl.col("first")).select("line")
