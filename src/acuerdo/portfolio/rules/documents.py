"""Identity documents: one spelling per number, its type, and whether its check digit is right.

CPF, CNPJ, DNI, NIE and CURP are checked as whole columns; all others one distinct number at a
time by python-stdnum, which is also what the tests compare the column arithmetic with.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module

import numpy as np
import numpy.typing as npt
import polars as pl

_Codes = npt.NDArray[np.int64]

# Types as lenders write them, by country; the first of a group is ours.
_TYPE_NAMES: dict[str, tuple[str, ...]] = {
    "CO": (
        "CC CEDULA CEDULADECIUDADANIA C CEDULACIUDADANIA",
        "CE CEDULADEEXTRANJERIA CEDULAEXTRANJERIA",
        "NIT N",
        "TI TARJETADEIDENTIDAD",
        "PPT PPTPERMISOPORPROTECCIONTEMPORAL",
        "PA PASAPORTE PP PASSPORT",
    ),
    "MX": ("CURP", "RFC", "PA PASAPORTE PASSPORT"),
    "BR": ("CPF", "CNPJ", "RG", "PA PASSAPORTE PASSPORT"),
    "ES": ("DNI NIF", "NIE", "CIF", "PA PASAPORTE PASSPORT"),
}
# The module of python-stdnum per country and type ('' where no type is given).
_STDNUM: dict[tuple[str, str], str] = {
    ("CO", "NIT"): "co.nit",
    ("MX", "RFC"): "mx.rfc",
    ("ES", "CIF"): "es.cif",
    ("CL", ""): "cl.rut",
    ("CL", "RUT"): "cl.rut",
    ("AR", "CUIT"): "ar.cuit",
    ("AR", "CUIL"): "ar.cuit",
    ("AR", "DNI"): "ar.dni",
    ("PE", "RUC"): "pe.ruc",
    ("PE", "DNI"): "pe.cui",
    ("EC", "CI"): "ec.ci",
    ("EC", "RUC"): "ec.ruc",
    ("UY", "RUT"): "uy.rut",
    ("PT", ""): "pt.nif",
    ("PT", "NIF"): "pt.nif",
    ("CR", "CPF"): "cr.cpf",
    ("DO", "CEDULA"): "do.cedula",
    ("US", "SSN"): "us.ssn",
}
_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_FILLER = re.compile(r"0*|(.)\1*|0?123456789?0?|9876543210?")


def read_documents(cells: pl.Series, types: pl.Series, countries: pl.Series) -> pl.DataFrame:
    """`document` (upper case, letters and digits alone), `document_type` and `reason`.

    Aligned with the cells; an empty cell gives nulls. `reason` is null where the number is good
    or its type has no check digit (a Colombian cédula), else `bad_check_digit`,
    `unreadable_document` (wrong length or characters) or `placeholder_document` (000, 123456789).
    """
    frame = pl.DataFrame({"raw": cells.str.strip_chars(), "typed": types, "country": countries})
    triples = frame.filter(pl.col("raw") != "").unique(maintain_order=True)
    if triples.is_empty():
        return frame.select(
            document=pl.lit(None, dtype=pl.String),
            document_type=pl.lit(None, dtype=pl.String),
            reason=pl.lit(None, dtype=pl.String),
        )
    triples = triples.with_columns(
        document=pl.col("raw").str.to_uppercase().str.replace_all(r"[^0-9A-ZÑ]", ""),
        declared=_normal_types(triples),
    )
    triples = triples.with_columns(document_type=_infer_type())
    triples = triples.with_columns(document=_restore_zeros())
    checked = pl.concat(
        [
            group.with_columns(reason=_check(str(country), str(kind), group))
            for (country, kind), group in triples.group_by(
                ["country", "document_type"], maintain_order=True
            )
        ]
    )
    return frame.join(
        checked.select("raw", "typed", "country", "document", "document_type", "reason"),
        on=["raw", "typed", "country"],
        how="left",
        maintain_order="left",
        nulls_equal=True,
    ).select("document", "document_type", "reason")


def list_types(country: str) -> tuple[str, ...]:
    """The types under which a number of `country` may be known, the untyped one included."""
    named = [group.split()[0] for group in _TYPE_NAMES.get(country, ())]
    checked = [kind for code, kind in _STDNUM if code == country]
    return tuple(dict.fromkeys([*named, *checked, ""]))


def _normal_types(triples: pl.DataFrame) -> pl.Series:
    """Our spelling of each declared type; one we do not know stays, in capitals."""
    names: dict[tuple[str, str], str] = {}
    for country, typed in triples.select("country", "typed").unique().iter_rows():
        plain = re.sub(r"[^A-Z]", "", _plain(typed or "").upper())
        known = [group.split() for group in _TYPE_NAMES.get(country, ())]
        names[country, typed] = next((group[0] for group in known if plain in group), plain[:20])
    return pl.Series(
        [names[pair] for pair in triples.select("country", "typed").iter_rows()], dtype=pl.String
    )


def _plain(text: str) -> str:
    return text.translate(
        str.maketrans("áéíóúüñçãõâêôàÁÉÍÓÚÜÑÇÃÕÂÊÔÀ", "aeiouuncaoaeoaAEIOUUNCAOAEOA")
    )


def _infer_type() -> pl.Expr:
    """Brazil, Spain and Mexico: the form of the number tells more surely than the column."""
    text, country = pl.col("document"), pl.col("country")
    undeclared = pl.col("declared") == ""
    form: Callable[[str], pl.Expr] = text.str.contains
    return (
        pl.when(
            (country == "BR")
            & form(r"^\d{11}$")
            & (undeclared | pl.col("declared").is_in(["CNPJ"]))
        )
        .then(pl.lit("CPF"))
        .when((country == "BR") & form(r"^[0-9A-Z]{12}\d{2}$"))
        .then(pl.lit("CNPJ"))
        .when((country == "ES") & form(r"^\d{8}[A-Z]$"))
        .then(pl.lit("DNI"))
        .when((country == "ES") & form(r"^[XYZ]\d{7}[A-Z]$"))
        .then(pl.lit("NIE"))
        .when((country == "ES") & form(r"^[A-HJNP-SUVW]\d{7}[0-9A-J]$"))
        .then(pl.lit("CIF"))
        .when((country == "MX") & form(r"^[A-ZÑ]{4}\d{6}[A-Z]{6}[0-9A-Z]\d$"))
        .then(pl.lit("CURP"))
        .when((country == "MX") & form(r"^[A-ZÑ&]{3,4}\d{6}[0-9A-Z]{3}$"))
        .then(pl.lit("RFC"))
        .when((country == "CO") & undeclared & form(r"^\d+$"))
        .then(pl.lit("CC"))
        .otherwise(pl.col("declared"))
    )


def _restore_zeros() -> pl.Expr:
    """Spreadsheets drop the zeros that some numbers begin with."""
    text, kind = pl.col("document"), pl.col("document_type")
    country = pl.col("country")
    return (
        pl.when((country == "BR") & (kind == "CPF") & text.str.contains(r"^\d{8,10}$"))
        .then(text.str.zfill(11))
        .when((country == "BR") & (kind == "CNPJ") & text.str.contains(r"^\d{12,13}$"))
        .then(text.str.zfill(14))
        .when((country == "ES") & (kind == "DNI") & text.str.contains(r"^\d{6,7}[A-Z]$"))
        .then(text.str.zfill(9))
        .otherwise(text)
    )


def _check(country: str, kind: str, group: pl.DataFrame) -> pl.Series:
    """The reason per row of a group of one country and type."""
    texts = group["document"]
    filler = pl.Series([bool(_FILLER.fullmatch(text)) for text in texts.to_list()])
    checker = _COLUMN_CHECKS.get((country, kind))
    if checker is not None:
        well_formed, is_right = checker(texts)
    elif country == "CO" and kind == "CC":
        well_formed = texts.str.contains(r"^[1-9]\d{4,9}$")
        is_right = well_formed
    elif (country, kind) in _STDNUM:
        well_formed, is_right = _by_stdnum(country, kind, group)
    else:
        well_formed = texts.str.len_chars().is_between(4, 30)
        is_right = well_formed
    return (
        pl.DataFrame({"filler": filler, "formed": well_formed, "right": is_right})
        .select(
            pl.when("filler")
            .then(pl.lit("placeholder_document"))
            .when(~pl.col("formed"))
            .then(pl.lit("unreadable_document"))
            .when(~pl.col("right"))
            .then(pl.lit("bad_check_digit"))
            .alias("reason")
        )
        .to_series()
    )


def _by_stdnum(country: str, kind: str, group: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    module = import_module(f"stdnum.{_STDNUM[country, kind]}")
    from stdnum.exceptions import InvalidChecksum, ValidationError

    formed, right = [], []
    for raw, text in group.select("raw", "document").iter_rows():
        if (country, kind) == ("CO", "NIT") and not _has_check_digit(raw, text):
            ok = bool(re.fullmatch(r"[1-9]\d{5,9}", text))
            formed.append(ok)
            right.append(ok)
            continue
        try:
            module.validate(text)
            formed.append(True)
            right.append(True)
        except InvalidChecksum:
            formed.append(True)
            right.append(False)
        except ValidationError:
            formed.append(False)
            right.append(False)
    return pl.Series(formed, dtype=pl.Boolean), pl.Series(right, dtype=pl.Boolean)


def _has_check_digit(raw: str, text: str) -> bool:
    """A NIT comes with its check digit ("900.123.456-8") or without it (nine digits)."""
    return bool(re.search(r"-\s*\d$", raw)) or len(text) > 9


# Whole columns: a matrix of character codes, weights and remainders


def _codes(texts: pl.Series, length: int) -> _Codes:
    """The character codes of texts of exactly `length` ASCII characters, one row each."""
    joined = "".join(texts.to_list()).encode("ascii")
    return np.frombuffer(joined, dtype=np.uint8).reshape(-1, length).astype(np.int64)


def _apply(
    texts: pl.Series, pattern: str, length: int, check: Callable[[_Codes], npt.NDArray[np.bool_]]
) -> tuple[pl.Series, pl.Series]:
    formed = texts.str.contains(pattern)
    right = np.zeros(len(texts), dtype=np.bool_)
    mask = formed.to_numpy()
    if mask.any():
        right[mask] = check(_codes(texts.filter(formed), length))
    return formed, pl.Series(right)


def _cpf(codes: _Codes) -> npt.NDArray[np.bool_]:
    digits = codes - 48
    first = digits[:, :9] @ np.arange(10, 1, -1) * 10 % 11 % 10
    second = digits[:, :10] @ np.arange(11, 1, -1) * 10 % 11 % 10
    result: npt.NDArray[np.bool_] = (first == digits[:, 9]) & (second == digits[:, 10])
    return result


def _cnpj(codes: _Codes) -> npt.NDArray[np.bool_]:
    # Letters count as their code less 48, since the register gives out numbers with letters.
    values = codes - 48
    weights = np.array([6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2])
    first = -(values[:, :12] @ weights[1:]) % 11 % 11
    second = -(values[:, :13] @ weights) % 11 % 11
    first, second = np.where(first > 9, 0, first), np.where(second > 9, 0, second)
    result: npt.NDArray[np.bool_] = (first == values[:, 12]) & (second == values[:, 13])
    return result


def _dni(codes: _Codes) -> npt.NDArray[np.bool_]:
    letters = np.frombuffer(_LETTERS.encode(), dtype=np.uint8)
    # A NIE's X, Y, Z count as 0, 1, 2.
    first = np.where(codes[:, 0] > 57, codes[:, 0] - ord("X"), codes[:, 0] - 48)
    number = first * 10**7 + (codes[:, 1:8] - 48) @ 10 ** np.arange(6, -1, -1)
    result: npt.NDArray[np.bool_] = letters[number % 23] == codes[:, 8]
    return result


def _curp(codes: _Codes) -> npt.NDArray[np.bool_]:
    # The alphabet has Ñ after N, so that O and what follows count one more.
    values = np.where(codes > 57, codes - 55 + (codes > ord("N")), codes - 48)
    remainder = -(values[:, :17] @ np.arange(18, 1, -1)) % 10
    result: npt.NDArray[np.bool_] = remainder == values[:, 17]
    return result


_DAY = r"\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_COLUMN_CHECKS: dict[tuple[str, str], Callable[[pl.Series], tuple[pl.Series, pl.Series]]] = {
    ("BR", "CPF"): lambda texts: _apply(texts, r"^\d{11}$", 11, _cpf),
    ("BR", "CNPJ"): lambda texts: _apply(texts, r"^[0-9A-Z]{12}\d{2}$", 14, _cnpj),
    ("ES", "DNI"): lambda texts: _apply(texts, r"^\d{8}[A-Z]$", 9, _dni),
    ("ES", "NIE"): lambda texts: _apply(texts, r"^[XYZ]\d{7}[A-Z]$", 9, _dni),
    ("MX", "CURP"): lambda texts: _apply(
        texts, rf"^[A-Z]{{4}}{_DAY}[HMX][A-Z]{{5}}[0-9A-Z]\d$", 18, _curp
    ),
}
