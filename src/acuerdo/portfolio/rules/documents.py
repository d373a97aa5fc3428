"""Identity documents: one spelling per number, its type, whether it is right, and whose it is.

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

from acuerdo.portfolio.rules.document_kinds import FILLERS, KINDS, TOLD_BY_MARKS, Kind
from acuerdo.portfolio.rules.text import AT_ONCE

_Codes = npt.NDArray[np.int64]

_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_FILLER = re.compile(r"0*|(.)\1*|0?123456789?0?|9876543210?")
# What hides digits (***-**-1234), or is a number that a spreadsheet has rounded (1.02E+09).
_DAMAGED = r"[*#•]|^(?:X[\s.-]*){3,}|^\d(?:[.,]\d+)?E\+?\d+$"


def read_documents(cells: pl.Series, types: pl.Series, countries: pl.Series) -> pl.DataFrame:
    """`document` (upper case, letters and digits alone), `document_type`, `identity` and `reason`.

    Aligned with the cells; an empty cell gives nulls. `identity` is the same text for all documents
    of a country that only one human has: an Argentine DNI and the CUIT made from it. `reason` is
    null where the number is good or its type has no check digit (a Colombian cédula), else
    `bad_check_digit`, `unreadable_document` (wrong length or characters) or `placeholder_document`
    (000, 123456789).
    """
    frame = pl.DataFrame({"raw": cells.str.strip_chars(), "typed": types, "country": countries})
    parts = [_read_part(part) for part in frame.iter_slices(AT_ONCE)]
    return pl.concat(parts) if parts else _read_part(frame)


def _read_part(frame: pl.DataFrame) -> pl.DataFrame:
    triples = frame.filter(pl.col("raw") != "").unique(maintain_order=True)
    columns = ("document", "document_type", "identity", "reason")
    if triples.is_empty():
        nothing = (pl.lit(None, dtype=pl.String).alias(name) for name in columns)
        return frame.with_columns(nothing).select(columns)
    said = pl.col("raw").str.normalize("NFKC").str.to_uppercase().str.replace(r"^(\d+)\.0$", "$1")
    triples = _split_words(triples.with_columns(said=said, declared=_declared_types(triples)))
    triples = triples.with_columns(
        text=pl.col("said").str.replace_all(r"[^0-9A-ZÑ&]", ""),
        is_damaged=said.str.contains(_DAMAGED),
    )
    groups = triples.group_by(["country"], maintain_order=True)
    triples = pl.concat([_assign(str(country), group) for (country,), group in groups])
    groups = triples.group_by(["country", "document_type"], maintain_order=True)
    checked = pl.concat(
        [_judge(str(country), str(kind), group) for (country, kind), group in groups]
    )
    return frame.join(
        checked.select("raw", "typed", "country", *columns),
        on=["raw", "typed", "country"],
        how="left",
        maintain_order="left",
        nulls_equal=True,
    ).select(columns)


def find_type(name: str, country: str) -> str:
    """Our code of a type of document as lenders call it; '' where the country has none such."""
    word = re.sub(r"[^A-Z]", "", _plain(name).upper())
    kinds = KINDS.get(country, ())
    return next((kind.code for kind in kinds if word in kind.names), "") if word else ""


def list_types(kind: str, country: str) -> tuple[str, ...]:
    """What a number may be that nobody gave a type and whose form is that of `kind`: this alone
    where it has check digits, else any type of the country."""
    kinds = KINDS.get(country, ())
    if any(one.code == kind and one.module for one in kinds):
        return (kind,)
    return tuple(dict.fromkeys([kind, "", *(one.code for one in kinds)]))


def _declared_types(triples: pl.DataFrame) -> pl.Series:
    """Our spelling of each declared type; one we do not know stays, in capitals."""
    names = {
        (country, typed): find_type(typed or "", country)
        or re.sub(r"[^A-Z]", "", _plain(typed or "").upper())[:20]
        for country, typed in triples.select("country", "typed").unique().iter_rows()
    }
    return pl.Series(
        [names[pair] for pair in triples.select("country", "typed").iter_rows()], dtype=pl.String
    )


def _plain(text: str) -> str:
    return text.translate(
        str.maketrans("áéíóúüñçãõâêôàÁÉÍÓÚÜÑÇÃÕÂÊÔÀ", "aeiouuncaoaeoaAEIOUUNCAOAEOA")
    )


def _split_words(triples: pl.DataFrame) -> pl.DataFrame:
    """ "C.C. 1.023" and "DNI12345678" declare their type in front: without it, as declared."""
    aliases = sorted({name for kinds in KINDS.values() for kind in kinds for name in kind.names})
    glued = "|".join(alias for alias in aliases if 2 <= len(alias) <= 6)
    worded = pl.col("said").str.contains(rf"^[A-ZÁÉÍÓÚ][A-ZÁÉÍÓÚÇÃ.]*[\s:#º°/]|^(?:{glued})\d")
    rows = triples.with_row_index("row")
    found = [
        (row, *split)
        for row, said, country in rows.filter(worded).select("row", "said", "country").iter_rows()
        if (split := _split_word(said, country))
    ]
    schema = {"row": pl.UInt32, "kind": pl.String, "rest": pl.String}
    split_rows = pl.DataFrame(found, schema=schema, orient="row")
    return (
        rows.join(split_rows, on="row", how="left", maintain_order="left")
        .with_columns(
            said=pl.coalesce("rest", "said"),
            declared=pl.when(pl.col("declared") == "")
            .then(pl.col("kind").fill_null(""))
            .otherwise("declared"),
        )
        .drop("row", "kind", "rest")
    )


def _split_word(said: str, country: str) -> tuple[str, str] | None:
    """The type that a number begins with, and the number."""
    glued = re.fullmatch(r"([A-Z]{2,6})(\d.*)", said)
    words = re.findall(r"[^\s:#º°/]+[\s:#º°/]*", said)
    heads = [(glued[1], glued[2])] if glued else []
    heads += [
        ("".join(words[:count]), "".join(words[count:]))
        for count in range(min(len(words) - 1, 6), 0, -1)
    ]
    found = (
        (code, rest)
        for head, rest in heads
        if not re.search(r"\d", head) and (code := find_type(head, country))
    )
    code, rest = next(found, ("", ""))
    telling = [kind for kind in KINDS.get(country, ()) if kind.is_telling]
    compact = re.sub(r"[^0-9A-ZÑ&]", "", said)
    is_whole = any(re.fullmatch(kind.form, compact) for kind in telling)
    # The letters may be the number's own: a British one may begin with PP, like a passport's.
    if not code or (is_whole and code not in [kind.code for kind in telling]):
        return None
    return code, rest


def _assign(country: str, group: pl.DataFrame) -> pl.DataFrame:
    """`document` and `document_type` of a country's rows: what is declared where the number has
    that form, else the first type whose form it has and shows."""
    kinds = KINDS.get(country, ())
    known = [kind.code for kind in kinds]
    if not kinds:
        return group.with_columns(document="text", document_type="declared")
    declared = pl.col("declared")
    if country in TOLD_BY_MARKS:
        marks, code = TOLD_BY_MARKS[country]
        is_told = (declared == "") & pl.col("said").str.contains(marks)
        group = group.with_columns(declared=pl.when(is_told).then(pl.lit(code)).otherwise(declared))
    if country == "CR":
        # "1-613-584": the zeros of its three parts may be left out.
        part = pl.col("said").str.extract_groups(r"^0?(\d)-(\d{1,4})-(\d{1,4})$").struct
        whole = part.field("1") + part.field("2").str.zfill(4) + part.field("3").str.zfill(4)
        group = group.with_columns(text=pl.coalesce(whole, "text"))
    texts = {
        kind.code: group["text"]
        if kind.tidy is None
        else pl.Series([kind.tidy(text) for text in group["text"].to_list()], dtype=pl.String)
        for kind in kinds
    }
    group = group.with_columns(texts[kind.code].alias(f"as_{kind.code}") for kind in kinds)
    fits = {kind.code: pl.col(f"as_{kind.code}").str.contains(kind.form) for kind in kinds}
    chosen: pl.Expr = pl.lit(None, dtype=pl.String)
    for kind in reversed(kinds):
        if kind.is_telling:
            shown = fits[kind.code] & pl.col("text").str.contains(kind.shows)
            chosen = pl.when(shown).then(pl.lit(kind.code)).otherwise(chosen)
    fits_declared = pl.any_horizontal((declared == code) & fits[code] for code in known)
    group = group.with_columns(
        document_type=pl.when(fits_declared)
        .then(declared)
        # A word that we do not know may be a type of its own: its number is not taken for another.
        .when((declared == "") | declared.is_in(known))
        .then(pl.coalesce(chosen, declared))
        .otherwise(declared)
    )
    document: pl.Expr = pl.col("text")
    for code in known:
        document = pl.when(pl.col("document_type") == code).then(f"as_{code}").otherwise(document)
    return group.with_columns(document=document).drop([f"as_{code}" for code in known])


def _judge(country: str, code: str, group: pl.DataFrame) -> pl.DataFrame:
    """`group` of one country and type with its `document`, `identity` and `reason`."""
    kind = next((kind for kind in KINDS.get(country, ()) if kind.code == code), None)
    texts = group["document"]
    if (country, code) == ("CO", "NIT"):
        well_formed, is_right, numbers = _read_tax_numbers(group)
    else:
        well_formed, is_right = _check(country, kind, texts)
        numbers = texts
    filler = [
        _is_filler(text) or (document != text and _is_filler(document))
        for text, document in group.select("text", "document").iter_rows()
    ]
    identity: pl.Series | pl.Expr = pl.lit(f"{code}:") + pl.col("document")
    if kind is not None and kind.identity is not None:
        own = [
            kind.identity(number) if is_formed else ""
            for number, is_formed in zip(numbers.to_list(), well_formed.to_list(), strict=True)
        ]
        identity = pl.Series(own, dtype=pl.String)
        filler = [
            is_filler or _is_filler(text.rpartition(":")[2])
            for is_filler, text in zip(filler, own, strict=True)
        ]
    # Of a country whose documents are known, what is none of them is a number of somebody's own.
    unknown = code == "" and country in KINDS
    return (
        group.with_columns(
            identity=identity,
            formed=well_formed,
            right=is_right,
            filler=pl.Series(filler, dtype=pl.Boolean),
        )
        .with_columns(
            reason=pl.when("is_damaged")
            .then(pl.lit("unreadable_document"))
            .when("filler")
            .then(pl.lit("placeholder_document"))
            .when(~pl.col("formed") | pl.lit(unknown))
            .then(pl.lit("unreadable_document"))
            .when(~pl.col("right"))
            .then(pl.lit("bad_check_digit"))
        )
        .drop("formed", "right", "filler")
    )


def _is_filler(text: str) -> bool:
    return text in FILLERS or (text != "" and bool(_FILLER.fullmatch(text)))


def _check(country: str, kind: Kind | None, texts: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Whether each text has the form of its type, and whether its check digits are right."""
    if kind is None:
        fine = texts.str.len_chars().is_between(4, 30)
        return fine, fine
    if column := _COLUMN_CHECKS.get((country, kind.code)):
        return column(texts)
    formed = texts.str.contains(kind.form)
    if not kind.module:
        return formed, formed
    module = import_module(f"stdnum.{kind.module}")
    from stdnum.exceptions import InvalidChecksum, ValidationError

    right = []
    for position, text in enumerate(texts.to_list()):
        try:
            module.validate(text)
            right.append(True)
        except InvalidChecksum:
            right.append(False)
        except ValidationError:
            right.append(False)
            formed[position] = False
    return formed, pl.Series(right, dtype=pl.Boolean)


def _read_tax_numbers(group: pl.DataFrame) -> tuple[pl.Series, pl.Series, pl.Series]:
    """A NIT comes with its check digit ("900.123.456-8") or without it (nine digits, or the ten of
    a cédula). Whether it has the form, whether the digit is right, and the number without it."""
    from stdnum.co import nit

    formed, right, numbers = [], [], []
    for said, text in group.select("said", "document").iter_rows():
        has_check = bool(re.search(r"-\s*\d$", said)) or (
            (len(text) == 10 and text[0] in "89") or len(text) == 11
        )
        number = text[:-1] if has_check else text
        numbers.append(number.lstrip("0"))
        formed.append(bool(re.fullmatch(r"[1-9]\d{4,9}", number)))
        right.append(not has_check or bool(nit.is_valid(text)))
    return (
        pl.Series(formed, dtype=pl.Boolean),
        pl.Series(right, dtype=pl.Boolean),
        pl.Series(numbers, dtype=pl.String),
    )


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


def _national_insurance(texts: pl.Series) -> tuple[pl.Series, pl.Series]:
    kind = next(kind for kind in KINDS["GB"] if kind.code == "NINO")
    # Pairs of letters that are never given out.
    never = ["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"]
    formed = texts.str.contains(kind.form) & ~texts.str.slice(0, 2).is_in(never)
    return formed, formed


_DAY = r"\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_COLUMN_CHECKS: dict[tuple[str, str], Callable[[pl.Series], tuple[pl.Series, pl.Series]]] = {
    ("GB", "NINO"): _national_insurance,
    ("BR", "CPF"): lambda texts: _apply(texts, r"^\d{11}$", 11, _cpf),
    ("BR", "CNPJ"): lambda texts: _apply(texts, r"^[0-9A-Z]{12}\d{2}$", 14, _cnpj),
    ("ES", "DNI"): lambda texts: _apply(texts, r"^\d{8}[A-Z]$", 9, _dni),
    ("ES", "NIE"): lambda texts: _apply(texts, r"^[XYZ]\d{7}[A-Z]$", 9, _dni),
    ("MX", "CURP"): lambda texts: _apply(
        texts, rf"^[A-Z]{{4}}{_DAY}[HMX][A-Z]{{5}}[0-9A-Z]\d$", 18, _curp
    ),
}
