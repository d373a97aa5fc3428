"""What the readers of lists and histories share: columns by their headers, words by their meaning.

Files are read with `portfolio`'s reader: the same encodings, separators and reasons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from acuerdo.compliance.rules.channels import parse_channels
from acuerdo.compliance.rules.stopwords import fold
from acuerdo.core.vocabulary import Purpose
from acuerdo.portfolio.errors import HeaderNotRecognised
from acuerdo.portfolio.rules.documents import list_types, read_documents
from acuerdo.portfolio.rules.headers import FIELDS, find_columns, plain_header
from acuerdo.portfolio.rules.places import find_country
from acuerdo.portfolio.rules.reader import Reader, look_up
from acuerdo.portfolio.rules.text import Source

Headers = Mapping[str, tuple[str, ...]]

PEOPLE: Headers = {
    name: tuple(plain_header(word) for word in FIELDS[name])
    for name in ("document", "document_type", "document_country", "phone", "email", "account")
}
CHANNEL_HEADERS = tuple(
    "canal canales medio medios canal_de_contacto medio_de_contacto canais meio channel channels"
    " medium contact_channel media".split()
)
SOURCE_HEADERS = tuple(
    "origen fuente procedencia origem fonte source origin evidencia soporte comprovante".split()
)
PURPOSE_HEADERS = tuple(
    "finalidad proposito motivo_contacto finalidade proposito_contato purpose reason_for_contact"
    .split()
)  # fmt: skip

_PURPOSES: Mapping[str, str] = {
    Purpose.COLLECTION: "cobranza cobro cobranca collection collections mora recaudo debt",
    Purpose.PREVENTIVE_REMINDER: "preventivo recordatorio lembrete reminder preventive"
    " recordatorio_preventivo lembrete_preventivo preventiva",
    Purpose.COMMERCIAL_OFFER: "comercial marketing publicidad publicidade oferta ofertas promocion"
    " promocao ventas vendas commercial offer offers promotion sales mercadeo propaganda",
    Purpose.SERVICING: "servicio servico servicing service informativo informacion",
    Purpose.STATUTORY_NOTICE: "aviso_legal notificacion_legal notificacao_legal statutory",
}
_PURPOSE_OF = {word: str(purpose) for purpose, words in _PURPOSES.items() for word in words.split()}
_EVERYTHING = frozenset("todos todas todo tudo all any cualquiera qualquer ambos".split())


def open_table(source: Source, fields: Headers, needed: Sequence[str]) -> Reader:
    """The columns of `fields` that a file has. Raises HeaderNotRecognised where it has none of
    `needed`."""
    columns = find_columns(source.headers, fields)
    if not any(name in columns for name in needed):
        shown = ", ".join(header[:40] for header in source.headers[:20])
        raise HeaderNotRecognised(missing=" / ".join(needed), found=shown)
    positions = sorted({position for found in columns.values() for position in found})
    return Reader(source.read_table(positions), columns)


def read_words(reader: Reader, field: str, meanings: Mapping[str, str], default: str) -> pl.Series:
    """A column of words by their `meanings` (folded, `_` between words); an empty cell, or a file
    without the column, means `default`. What is not known is null, and rejected by the caller."""
    if field not in reader.columns:
        return pl.Series(field, [default]).new_from_index(0, reader.rows.height)
    cells = reader.cells(field)
    known = {text: meanings.get(fold(text).replace(" ", "_"), "") for text in cells.unique()}
    read = look_up(cells, known)
    frame = pl.DataFrame({"cell": cells, "read": read})
    return frame.select(
        pl.when(pl.col("cell") == "").then(pl.lit(default)).otherwise(pl.col("read")).alias(field)
    ).to_series()


def read_purposes(reader: Reader, default: str) -> pl.Series:
    """The column of purposes, by our words and by people's. See `read_words`."""
    own = {str(purpose): str(purpose) for purpose in Purpose}
    return read_words(reader, "purpose", {**_PURPOSE_OF, **own}, default)


def read_channel_cell(text: str) -> frozenset[str] | None:
    """The channels of a cell; empty for all of them, None where it is not understood."""
    if fold(text) in _EVERYTHING or not text:
        return frozenset()
    try:
        return parse_channels(text) or None
    except ValueError:
        return None


def read_document_keys(reader: Reader, country: str) -> pl.DataFrame:
    """`line`, `key` (`CO:CC:123`, as a person's hash is made of it) of every document; several
    where the type is not said and the number may be of any. `country` is the creditor's.

    An unreadable number is a fault of the reader, as a warning.
    """
    cells = reader.cells("document")
    nothing = pl.Series([""]).new_from_index(0, len(cells))
    types = reader.cells("document_type") if "document_type" in reader.columns else nothing
    issued = pl.Series([country]).new_from_index(0, len(cells))
    if "document_country" in reader.columns:
        told = reader.cells("document_country")
        issued = look_up(told, {text: find_country(text) for text in told.unique()})
        issued = issued.fill_null(country)
    read = read_documents(cells, types, issued)
    frame = pl.DataFrame({"line": reader.rows["line"], "cell": cells, "country": issued})
    frame = frame.with_columns(typed=types, form=read["document_type"].fill_null(""))
    pairs = frame.select("form", "country").unique()
    pairs = pairs.with_columns(
        any_type=pl.Series(
            [list(list_types(*pair)) for pair in pairs.iter_rows()], dtype=pl.List(pl.String)
        )
    )
    asked = frame.join(pairs, on=["form", "country"], how="left", maintain_order="left")
    asked = asked.with_columns(
        typed=pl.when(pl.col("typed") != "").then(pl.concat_list("typed")).otherwise("any_type")
    ).explode("typed")
    known = read_documents(asked["cell"], asked["typed"], asked["country"])
    keys = asked.with_columns(identity=known["identity"], reason=known["reason"]).filter(
        pl.col("identity").is_not_null() & pl.col("reason").is_null()
    )
    found = keys.select("line", key=pl.col("country") + ":" + pl.col("identity")).unique(
        maintain_order=True
    )
    reasons = pl.DataFrame({"line": frame["line"], "reason": read["reason"]}).with_columns(
        reason=pl.when(~pl.col("line").is_in(found["line"].implode())).then("reason")
    )
    reader.fault("warn", reader.header("document"), cells, reasons["reason"])
    return found
