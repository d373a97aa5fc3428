"""Do-not-contact lists: from the cells of a file to addresses and documents. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from acuerdo.compliance.rules.reading import (
    CHANNEL_HEADERS,
    PEOPLE,
    PURPOSE_HEADERS,
    SOURCE_HEADERS,
    Headers,
    open_table,
    read_channel_cell,
    read_document_keys,
    read_purposes,
)
from acuerdo.core.vocabulary import Purpose
from acuerdo.portfolio.rules.addresses import list_spellings
from acuerdo.portfolio.rules.dates import read_dates
from acuerdo.portfolio.rules.people import is_email
from acuerdo.portfolio.rules.phones import read_phones
from acuerdo.portfolio.rules.reader import Reader, clean, look_up
from acuerdo.portfolio.rules.text import Source

_HEADERS: Headers = {
    **{name: words for name, words in PEOPLE.items() if name != "account"},
    "channel": CHANNEL_HEADERS,
    "purpose": PURPOSE_HEADERS,
    "since": tuple(
        "desde fecha_desde fecha fecha_baja fecha_exclusion fecha_inscripcion fecha_registro"
        " data data_inclusao data_cadastro since from date since_date opted_out_at opt_out_date"
        " registered_at registration_date".split()
    ),
    "source": SOURCE_HEADERS,
}
_NEEDED = ("phone", "email", "document")
_ENTRY = {"line": pl.Int64, "kind": pl.String, "value": pl.String}


@dataclass(frozen=True, slots=True)
class ListReading:
    """What a list says.

    `entries`: one row per address, channel and line: `line`, `kind` (phone, email, document),
    `value` (a phone in one spelling for all its variants, an e-mail in lower case, a document as
    `CO:CC:123`), `channel` (empty: all), `purpose` (empty: all), `since_on` (Date, null where not
    said) and `source` (may be empty). `rejections` and `warnings`: `line`, `column`, `value`,
    `reason`. `read` counts the data rows.
    """

    entries: pl.DataFrame
    rejections: pl.DataFrame
    warnings: pl.DataFrame
    read: int


def read_list(
    source: Source, *, country: str, as_of_on: date, dates: str | None = None
) -> ListReading:
    """Read a list of whom not to contact. `country` is what phones and documents without one are
    of; `dates` declares the order of dates (`day_first`, `month_first`, `iso`).

    A row without any address that can be read is rejected; a wrong one beside a good one is a
    warning. A channel that is not understood closes all of them, because nobody on a list may be
    contacted by mistake. Raises HeaderNotRecognised, DatesAmbiguous, DatesMixed and what the
    reader of the file raises.
    """
    reader = open_table(source, _HEADERS, _NEEDED)
    addresses = pl.concat(
        [
            pl.DataFrame(schema=_ENTRY),
            *_phones(reader, country),
            *_emails(reader),
            *_documents(reader, country),
        ]
    )
    rows = pl.DataFrame(
        {
            "line": reader.rows["line"],
            "channels": _channels(reader),
            "purpose": _purposes(reader),
            "since_on": _dates(reader, as_of_on, dates),
            "source": clean(reader.cells("source")).str.slice(0, 200)
            if "source" in reader.columns
            else pl.Series([""]).new_from_index(0, reader.rows.height),
        }
    )
    warnings = reader.all_faults("warn")
    unreadable = rows.select("line").join(addresses, on="line", how="anti", maintain_order="left")
    told = warnings.join(unreadable, on="line", how="semi", maintain_order="left").filter(
        pl.col("reason") != "unknown_channel_all"
    )
    empty = unreadable.join(told, on="line", how="anti", maintain_order="left").select(
        "line",
        pl.lit(reader.header(next(name for name in _NEEDED if name in reader.columns))).alias(
            "column"
        ),
        pl.lit("").alias("value"),
        pl.lit("missing_value").alias("reason"),
    )
    rejections = pl.concat([reader.all_faults("reject"), told, empty])
    bad = rejections.select("line").unique()
    entries = (
        addresses.join(rows, on="line", how="inner", maintain_order="left")
        .join(bad, on="line", how="anti", maintain_order="left")
        .explode("channels")
        .rename({"channels": "channel"})
        .unique(["line", "kind", "value", "channel"], keep="first", maintain_order=True)
    )
    return ListReading(
        entries=entries,
        rejections=rejections.sort("line", maintain_order=True),
        warnings=warnings.join(bad, on="line", how="anti", maintain_order="left"),
        read=reader.table.read,
    )


def _phones(reader: Reader, country: str) -> list[pl.DataFrame]:
    found = []
    for index in range(len(reader.columns.get("phone", ()))):
        cells = reader.cells("phone", index)
        phones = read_phones(cells, pl.Series([country]).new_from_index(0, len(cells)))
        bad = phones.with_columns(cell=cells).select(
            pl.when((pl.col("cell") != "") & ~pl.col("is_valid")).then(pl.lit("bad_phone"))
        )
        reader.fault("warn", reader.header("phone", index), cells, bad.to_series())
        good = phones.with_columns(line=reader.rows["line"]).filter("is_valid")
        one = {value: list_spellings("phone", value)[0] for value in good["value"].unique()}
        found.append(good.select("line", kind=pl.lit("phone"), value=look_up(good["value"], one)))
    return found


def _emails(reader: Reader) -> list[pl.DataFrame]:
    found = []
    for index in range(len(reader.columns.get("email", ()))):
        cells = reader.cells("email", index).str.to_lowercase()
        frame = pl.DataFrame({"line": reader.rows["line"], "value": cells}).with_columns(
            good=is_email(pl.col("value"))
        )
        bad = frame.select(
            pl.when((pl.col("value") != "") & ~pl.col("good")).then(pl.lit("bad_email"))
        )
        reader.fault("warn", reader.header("email", index), cells, bad.to_series())
        found.append(frame.filter("good").select("line", kind=pl.lit("email"), value="value"))
    return found


def _documents(reader: Reader, country: str) -> list[pl.DataFrame]:
    if "document" not in reader.columns:
        return []
    keys = read_document_keys(reader, country)
    return [keys.select("line", kind=pl.lit("document"), value="key")]


def _channels(reader: Reader) -> pl.Series:
    """Per row the list of channels; [""] for all."""
    if "channel" not in reader.columns:
        return pl.Series([[""]]).new_from_index(0, reader.rows.height)
    cells = reader.cells("channel")
    known = {text: read_channel_cell(text) for text in cells.unique()}
    unknown = {text: "unknown_channel_all" for text, found in known.items() if found is None}
    reader.fault("warn", reader.header("channel"), cells, look_up(cells, unknown))
    return pl.Series([sorted(known[text] or [""]) for text in cells], dtype=pl.List(pl.String))


def _purposes(reader: Reader) -> pl.Series:
    """`commercial_offer`, or empty where all contact is meant: also where it is not understood."""
    read = pl.DataFrame({"purpose": read_purposes(reader, "")})
    offers = pl.col("purpose") == str(Purpose.COMMERCIAL_OFFER)
    return read.select(pl.when(offers).then("purpose").otherwise(pl.lit(""))).to_series()


def _dates(reader: Reader, as_of_on: date, declared: str | None) -> pl.Series:
    if "since" not in reader.columns:
        return pl.Series([None], dtype=pl.Date).new_from_index(0, reader.rows.height)
    cells = reader.cells("since")
    read = read_dates(reader.header("since"), cells, declared)
    bad = pl.DataFrame({"bad": look_up(cells, read.bad), "on": read.values}).select(
        pl.when(pl.col("on") > as_of_on).then(pl.lit("in_the_future")).otherwise(pl.col("bad"))
    )
    reader.fault("warn", reader.header("since"), cells, bad.to_series())
    good = pl.DataFrame({"on": read.values}).select(
        pl.when(pl.col("on") <= as_of_on).then(pl.col("on"))
    )
    return good.to_series()
