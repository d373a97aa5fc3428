"""Columns of a debtor: name, language, document and how to reach them."""

from __future__ import annotations

import polars as pl

from acuerdo.portfolio.rules.documents import find_type, read_documents
from acuerdo.portfolio.rules.headers import plain_header
from acuerdo.portfolio.rules.mapping import Mapping
from acuerdo.portfolio.rules.phones import read_phones
from acuerdo.portfolio.rules.places import default_language, find_country, find_language
from acuerdo.portfolio.rules.reader import Reader, clean, is_formula, look_up

_EMAIL = (
    r"^[^@\s,;:<>()\[\]\"\\]{1,64}"
    r"@(?:[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9\-]{1,62}$"
)
_TRUE = ("1", "t", "true", "si", "sí", "s", "sim", "yes", "y", "x", "verdadero", "verdadeiro")
_WIDTHS = {"name": 200, "product": 80, "address": 300}


def is_email(text: pl.Expr) -> pl.Expr:
    """Whether lower-case text has the form of an address."""
    return text.str.contains(_EMAIL) & (text.str.len_bytes() <= 254)


def read_texts(reader: Reader, mapping: Mapping, country: pl.Series) -> list[pl.Series]:
    height = reader.rows.height

    def text(field: str) -> pl.Series:
        if field not in reader.columns:
            return pl.Series([""]).new_from_index(0, height)
        cells = clean(reader.cells(field))
        width = _WIDTHS.get(field, 200)
        long = pl.DataFrame({"cell": cells}).select(
            pl.when(pl.col("cell").str.len_chars() > width).then(pl.lit("shortened"))
        )
        reader.fault("warn", reader.header(field), cells, long.to_series())
        if (found := cells.to_frame("cell").select(is_formula(pl.col("cell"))).to_series()).any():
            formula = pl.select(pl.when(found).then(pl.lit("formula_left_out"))).to_series()
            reader.fault("warn", reader.header(field), cells, formula)
            cells = pl.select(pl.when(found).then(pl.lit("")).otherwise(cells)).to_series()
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
    language = look_up(country, spoken)
    if "language" in reader.columns:
        cells = reader.cells("language")
        told = look_up(cells, {word: find_language(word) for word in cells.unique().to_list()})
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


def read_document(reader: Reader, country: pl.Series, home: str) -> list[pl.Series]:
    """A document that cannot be right identifies nobody: it is warned of and left out, so that
    two debtors with the same typing error never become one person.

    Without a column that says so, a document is one of the debtor's `country`, or of the
    creditor's (`home`) where only that has such a type: a Colombian cédula of one who lives in
    Spain.
    """
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, reader.rows.height)
    issued = country
    if "document_country" in reader.columns:
        cells = reader.cells("document_country")
        known = {text: find_country(text) for text in cells.unique().to_list()}
        issued = look_up(cells, known).fill_null(country)
    if "document" not in reader.columns:
        return [
            nothing.alias("document"),
            nothing.alias("document_type"),
            nothing.alias("identity"),
            issued.alias("document_country"),
        ]
    cells = reader.cells("document")
    cells = _with_check_digit(reader, cells, issued)
    types = reader.cells("document_type") if "document_type" in reader.columns else nothing
    if "document_type" not in reader.columns:
        # A column that is called RUT or CPF says what stands in it; one of two names does not.
        header = reader.header("document")
        places = {*issued.unique().to_list(), home}
        if any(find_type(header, place) for place in places):
            types = pl.Series([header]).new_from_index(0, reader.rows.height)
    if "document_country" not in reader.columns:
        pairs = pl.DataFrame({"typed": types, "issued": issued})
        moved = {
            (typed, place)
            for typed, place in pairs.unique().drop_nulls().iter_rows()
            if find_type(typed, home) and not find_type(typed, place)
        }
        if moved:
            issued = pl.Series(
                [home if pair in moved else pair[1] for pair in pairs.iter_rows()], dtype=pl.String
            )
    read = read_documents(cells, types, issued)
    reader.fault("warn", reader.header("document"), cells, read["reason"])
    good = pl.col("reason").is_null()
    read = read.select(
        document=pl.when(good).then(pl.col("document")),
        document_type=pl.when(good).then(pl.col("document_type")),
        identity=pl.when(good).then(pl.col("identity")),
    )
    return [*read.get_columns(), issued.alias("document_country")]


def _with_check_digit(reader: Reader, cells: pl.Series, issued: pl.Series) -> pl.Series:
    """Numbers whose check digit stands in a column of its own: in Chile all, elsewhere where the
    column holds tax numbers."""
    if "check_digit" not in reader.columns:
        return cells
    is_tax = plain_header(reader.header("document")) in ("nit", "rut")
    digit = pl.col("digit")
    return (
        pl.DataFrame({"cell": cells, "digit": reader.cells("check_digit"), "place": issued})
        .select(
            pl.when(
                (pl.lit(is_tax) | (pl.col("place") == "CL"))
                & digit.str.contains(r"^[0-9kK]$")
                & ~pl.col("cell").str.contains("-", literal=True)
                & (pl.col("cell") != "")
            )
            .then(pl.col("cell") + "-" + digit)
            .otherwise("cell")
        )
        .to_series()
    )


def read_contacts(reader: Reader, country: pl.Series) -> pl.DataFrame:
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
        phones = _read_phones(reader, index, cells, country)
        bad = phones.with_columns(cell=cells).select(
            pl.when((pl.col("cell") != "") & ~pl.col("is_valid")).then(pl.lit("bad_phone"))
        )
        reader.fault("warn", reader.header("phone", index), cells, bad.to_series())
        add("phone", phones, index)
    for index in range(len(reader.columns.get("email", ()))):
        cells = reader.cells("email", index).str.to_lowercase()
        emails = pl.DataFrame({"value": cells.str.slice(0, 300)}).with_columns(
            is_valid=is_email(pl.col("value"))
        )
        bad = emails.select(
            pl.when((pl.col("value") != "") & ~pl.col("is_valid")).then(pl.lit("bad_email"))
        )
        reader.fault("warn", reader.header("email", index), cells, bad.to_series())
        add("email", emails, index)
    lines = [
        clean(reader.cells(field, index))
        for field in ("address", "postal_code", "city")
        for index in range(len(reader.columns.get(field, ())))
    ]
    if "address" in reader.columns:
        addresses = pl.DataFrame(
            [line.alias(str(position)) for position, line in enumerate(lines)]
        ).select(value=pl.concat_str(pl.all().replace("", None), separator=", ", ignore_nulls=True))
        street = clean(reader.cells("address"))
        add(
            "address",
            addresses.with_columns(
                value=pl.when(street != "").then(pl.col("value").str.slice(0, 300)),
                is_valid=pl.lit(value=True),
            ),
            0,
        )
    return pl.concat(frames)


def _read_phones(reader: Reader, index: int, cells: pl.Series, country: pl.Series) -> pl.DataFrame:
    """The phones of a column, with the area code that stands in the column before it, if any.

    A number that is not valid with its area code is taken as it stands: some lenders repeat the
    code in the number.
    """
    alone = read_phones(cells, country)
    position = reader.columns["phone"][index]
    earlier = [at for at in reader.columns["phone"] if at < position]
    between = range(max(earlier, default=-1) + 1, position)
    areas = reader.columns.get("area_code", ())
    found = [number for number, at in enumerate(areas) if at in between]
    if not found:
        return alone
    area = reader.cells("area_code", found[-1]).str.replace_all(r"[^0-9]", "")
    area = area.str.strip_chars_start("0")
    whole = pl.DataFrame({"area": area, "cell": cells}).select(
        pl.when((pl.col("area") != "") & pl.col("cell").str.contains(r"^[0-9]"))
        .then(pl.col("area") + pl.col("cell"))
        .otherwise(pl.lit(""))
    )
    joined = read_phones(whole.to_series(), country)
    return pl.DataFrame(
        {
            "joined": joined["value"],
            "is_joined": joined["is_valid"],
            "alone": alone["value"],
            "is_alone": alone["is_valid"],
        }
    ).select(
        value=pl.when("is_joined").then("joined").otherwise("alone"),
        is_valid=pl.col("is_joined") | pl.col("is_alone"),
    )
