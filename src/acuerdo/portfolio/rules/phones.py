"""Phone numbers as E.164, whole columns at a time.

The rules of each numbering plan come from phonenumbers' metadata. Its parser takes some 20 µs a
number, so its patterns are applied to columns first; only what they do not match goes through
the parser, one distinct number at a time.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import phonenumbers
import polars as pl
from phonenumbers import PhoneNumberFormat

from acuerdo.portfolio.rules.text import AT_ONCE

_TYPES = (
    "fixed_line",
    "mobile",
    "toll_free",
    "premium_rate",
    "shared_cost",
    "personal_number",
    "voip",
    "pager",
    "uan",
    "voicemail",
)
# Old ways to write a number, which lists keep: what they look like as digits, and as E.164.
_OLD: dict[str, tuple[tuple[re.Pattern[str], str], ...]] = {
    # Mexico dropped its mobile 1 (and the 01, 044 and 045 before ten digits) in 2019.
    "MX": ((re.compile(r"^(?:\+?52)?(?:1|0(?:1|44|45))(\d{10})$"), r"+52\1"),),
    # Brazil put a 9 before all mobile numbers; those without it begin with 6 to 9. Before the area
    # there may be a 0, and after it the two digits of the carrier to dial by.
    "BR": ((re.compile(r"^(?:\+?55)?(?:0(?:\d{2})?)?(\d{2})([6-9]\d{7})$"), r"+55\g<1>9\2"),),
    # Colombia put 60 before its areas of one digit in 2021. Before them there may be 03, 05, ….
    "CO": ((re.compile(r"^(?:\+?57)?(?:0[3579]?)?([124-8])([2-8]\d{6})$"), r"+5760\1\2"),),
    # Chile had a 0 before the area and before the 9 of mobiles until 2016.
    "CL": ((re.compile(r"^(?:\+?56)?0([2-79]\d{8})$"), r"+56\1"),),
    # Argentina: 9 before the area or 15 after it says that it is a mobile; some write both.
    "AR": ((re.compile(r"^(?:\+?54)9(\d{2,4}15\d{6,8})$"), r"+54\1"),),
}
_CODES = {"MX": "52", "BR": "55", "CO": "57", "CL": "56", "AR": "54"}
# Words that say nothing about whose number it is. "mamá 300 …" is not the debtor's.
_WORDS = frozenset(
    "tel telf tlf tfno tlfno telefono telefone telephone phone ph cel celular cell cellphone movil"
    " movel mobile mob fijo fixo landline casa home oficina trabajo work whatsapp wa wsp wpp zap"
    " fono fone num numero number no nro n t m c x xx ext extension ramal interno int anexo isub"
    " principal contacto contact contato".split()
)
_MAX_LENGTH = 60


def normalise_phone(text: str, country: str) -> tuple[str, bool]:
    """E.164 and True, or the text as it came (at most 60 characters) and False.

    `country` (ISO 3166-1) is the plan that a number without a country code belongs to. A number
    without its area is not guessed, and one with a stranger's name beside it is not the debtor's.
    """
    raw = text.strip()[:_MAX_LENGTH]
    folded = unicodedata.normalize("NFKD", raw.lower())
    words = re.findall(r"[^\W\d_]+", re.sub(r"[\u0300-\u036f]", "", folded))
    if not _WORDS.issuperset(words):
        return raw, False
    said = re.sub(r"\.0$", "", unicodedata.normalize("NFKC", raw))
    digits = ("+" if said.startswith("+") else "") + re.sub(r"[^0-9]", "", said)
    candidates = [_modernise(digits, country) or said]
    if digits.startswith("00"):
        # First, for Brazil and Colombia dial a carrier after 00, and 0055 51 … is not Peru's 51.
        abroad = "+" + digits.lstrip("0")
        candidates.insert(0, _modernise(abroad, country) or abroad)
    for candidate in candidates:
        try:
            number = phonenumbers.parse(candidate, country or None)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, PhoneNumberFormat.E164), True
    return raw, False


def _modernise(digits: str, country: str) -> str:
    """E.164 of a number written in an old way of its country; '' of any other."""
    for owner, ways in _OLD.items():
        if country == owner or digits.startswith(f"+{_CODES[owner]}"):
            for pattern, form in ways:
                if pattern.match(digits):
                    return pattern.sub(form, digits)
    return ""


def list_phone_variants(e164: str) -> tuple[str, ...]:
    """All forms under which one number may be written: networks disagree with lists.

    Mexico's mobile 1, Argentina's mobile 9 and Brazil's ninth digit are there or not. The first
    is the same for every form: two numbers are one where it is equal.
    """
    if match := re.fullmatch(r"\+521?(\d{10})", e164):
        return (f"+52{match[1]}", f"+521{match[1]}")
    if match := re.fullmatch(r"\+549?([1-8]\d{9})", e164):
        return (f"+549{match[1]}", f"+54{match[1]}")
    if match := re.fullmatch(r"\+55(\d{2})9?([6-9]\d{7})", e164):
        return (f"+55{match[1]}9{match[2]}", f"+55{match[1]}{match[2]}")
    return (e164,)


def with_other_form(frame: pl.DataFrame) -> pl.DataFrame:
    """`frame` of `kind`, `value` with `other`: the second form that a stored phone of the same
    number may have, null where it has none. Of the three countries above only Argentina's mobiles
    are stored in two forms, for nothing tells a mobile without its 9 from a landline."""
    match = pl.col("value").str.extract(r"^\+549?([1-8]\d{9})$")
    return frame.with_columns(
        other=pl.when((pl.col("kind") == "phone") & match.is_not_null())
        .then(
            pl.when(pl.col("value").str.starts_with("+549"))
            .then(pl.lit("+54") + match)
            .otherwise(pl.lit("+549") + match)
        )
        .otherwise(pl.lit(None, dtype=pl.String))
    )


@lru_cache(maxsize=64)
def _plan(country: str) -> tuple[str, str] | None:
    """The country code and the pattern of a national number of `country`, None if unknown."""
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(country, None)
    if metadata is None:
        return None
    patterns = {
        description.national_number_pattern
        for name in _TYPES
        if (description := getattr(metadata, name)) is not None
        and description.national_number_pattern
        and description.possible_length != (-1,)
    }
    return str(metadata.country_code), "|".join(f"(?:{text})" for text in sorted(patterns))


def read_phones(cells: pl.Series, countries: pl.Series) -> pl.DataFrame:
    """`value` (E.164, or the text as it came) and `is_valid`, aligned with the cells.

    Empty cells give a null `value`.
    """
    frame = pl.DataFrame({"raw": cells.str.strip_chars(), "country": countries})
    parts = [_read_part(part) for part in frame.iter_slices(AT_ONCE)]
    return pl.concat(parts) if parts else _read_part(frame)


def _read_part(frame: pl.DataFrame) -> pl.DataFrame:
    pairs = frame.filter(pl.col("raw") != "").unique(maintain_order=True)
    results = [
        _read_country(str(country), group)
        for (country,), group in pairs.group_by(["country"], maintain_order=True)
    ]
    if not results:
        return pl.DataFrame(
            {"value": [None] * frame.height, "is_valid": [False] * frame.height},
            schema={"value": pl.String, "is_valid": pl.Boolean},
        )
    return frame.join(
        pl.concat(results), on=["raw", "country"], how="left", maintain_order="left"
    ).select("value", pl.col("is_valid").fill_null(value=False))


def _read_country(country: str, pairs: pl.DataFrame) -> pl.DataFrame:
    """`pairs` of one country with `value` and `is_valid`."""
    plan = _plan(country)
    national = pl.lit(None, dtype=pl.String)
    code = ""
    if plan is not None:
        code, pattern = plan
        whole = rf"^(?:{pattern})$"
        # "3001234567.0" is a number that went through a spreadsheet: the parser below knows.
        plain = pl.col("raw").str.contains(r"^\+?[\d\s().\-/]+$")
        plain &= ~pl.col("raw").str.ends_with(".0")
        digits = pl.col("raw").str.replace_all(r"[^0-9]", "")
        has_plus = pl.col("raw").str.starts_with("+")
        rest: pl.Expr = pl.when(digits.str.starts_with(code)).then(digits.str.slice(len(code)))
        if country == "MX":
            rest = rest.str.replace(r"^1(\d{10})$", "$1")
        elif country == "BR":
            mobile = r"^(\d{2})([6-9]\d{7})$"
            digits, rest = (text.str.replace(mobile, "${1}9$2") for text in (digits, rest))
        national = (
            pl.when(plain & ~has_plus & digits.str.contains(whole))
            .then(digits)
            .when(plain & rest.str.contains(whole))
            .then(rest)
        )
    pairs = pairs.with_columns(national=national)
    done = pairs.filter(pl.col("national").is_not_null()).select(
        "raw",
        "country",
        value=pl.lit(f"+{code}") + pl.col("national"),
        is_valid=pl.lit(value=True),
    )
    left = pairs.filter(pl.col("national").is_null()).get_column("raw").to_list()
    read = [normalise_phone(text, country) for text in left]
    slow = pl.DataFrame(
        {
            "raw": left,
            "country": [country] * len(left),
            "value": [value for value, _ in read],
            "is_valid": [is_valid for _, is_valid in read],
        },
        schema=done.schema,
    )
    return pl.concat([done, slow])
