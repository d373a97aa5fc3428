"""Phone numbers as E.164, whole columns at a time.

The rules of each numbering plan come from phonenumbers' metadata. Its parser takes some 20 µs a
number, so its patterns are applied to columns first; only what they do not match goes through
the parser, one distinct number at a time.
"""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers
import polars as pl
from phonenumbers import PhoneNumberFormat

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
# Mexico dropped its mobile 1 (and the 01, 044 and 045 before ten digits) in 2019; lists keep them.
_OLD_MX = re.compile(r"^(?:(?:\+?52)?1|(?:\+?52)?0(?:1|44|45))(\d{10})$")
# Brazil put a 9 before all mobile numbers; those without it begin with 6 to 9.
_OLD_BR = re.compile(r"^(?:\+?55)?0?(\d{2})([6-9]\d{7})$")
_MAX_LENGTH = 60


def normalise_phone(text: str, country: str) -> tuple[str, bool]:
    """E.164 and True, or the text as it came (at most 60 characters) and False.

    `country` (ISO 3166-1) is the plan that a number without a country code belongs to.
    """
    raw = text.strip()[:_MAX_LENGTH]
    digits = ("+" if raw.startswith("+") else "") + re.sub(r"[^0-9]", "", raw)
    if country == "MX" or digits.startswith("+52"):
        raw = _OLD_MX.sub(r"+52\1", digits) if _OLD_MX.match(digits) else raw
    elif (country == "BR" or digits.startswith("+55")) and _OLD_BR.match(digits):
        raw = _OLD_BR.sub(r"+55\g<1>9\2", digits)
    for candidate in (raw, "+" + digits.lstrip("+0") if digits.startswith("00") else ""):
        if not candidate:
            continue
        try:
            number = phonenumbers.parse(candidate, country or None)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, PhoneNumberFormat.E164), True
    return raw, False


def list_phone_variants(e164: str) -> tuple[str, ...]:
    """All forms under which one number may be written: networks disagree with lists.

    Mexico's mobile 1, Argentina's mobile 9 and Brazil's ninth digit are there or not.
    """
    if match := re.fullmatch(r"\+521?(\d{10})", e164):
        return (f"+52{match[1]}", f"+521{match[1]}")
    if match := re.fullmatch(r"\+549?(\d{10})", e164):
        return (f"+54{match[1]}", f"+549{match[1]}")
    if match := re.fullmatch(r"\+55(\d{2})9?([6-9]\d{7})", e164):
        return (f"+55{match[1]}9{match[2]}", f"+55{match[1]}{match[2]}")
    return (e164,)


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
    pairs = frame.filter(pl.col("raw") != "").unique(maintain_order=True)
    results = [
        _read_country(str(country), group)
        for (country,), group in pairs.group_by(["country"], maintain_order=True)
    ]
    if not results:
        return pl.DataFrame(
            {"value": [None] * len(cells), "is_valid": [False] * len(cells)},
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
        plain = pl.col("raw").str.contains(r"^\+?[\d\s().\-/]+$")
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
