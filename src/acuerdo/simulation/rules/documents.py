"""Identity documents for invented people, with right check digits, whole columns at a time.

`serial` numbers people from 0; two serials below the size of a country's range never share a
document. Ranges are those that are never given out, or far from those in use
(`docs/synthetic-portfolios.md` names them).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

Numbers = npt.NDArray[np.int64]

_DNI = "TRWAGMYFPDXBNJZSQVHLCKE"
_FIRST_BIRTH, _BIRTHS = np.datetime64("1958-01-01"), 15_000
# Where people were born, which is not where they live.
_STATES = (
    "AS BC BS CC CH CL CM CS DF DG GR GT HG JC MC MN MS NL NT OC PL QR QT SL SP SR TC TL TS VZ YN"
    " ZS"
).split()
# What the register replaces, of what the names of `countries` can give.
_RUDE = {word: f"{word[0]}X{word[2:]}" for word in ("LOCA", "CACA", "CAGA", "RATA", "TETA")}
_PLAIN = str.maketrans("ÁÉÍÓÚÑ", "AEIOUN")


@dataclass(frozen=True, slots=True)
class Named:
    """Whose documents are made; all of one length."""

    serial: Numbers
    first: pl.Series
    last: pl.Series
    second: pl.Series


def _scatter(serial: Numbers, size: int, factor: int) -> Numbers:
    """One-to-one on 0..size-1 (`factor` shares no divisor with `size`), in no visible order."""
    return (serial % size) * factor % size


def _digits(numbers: Numbers, width: int) -> Numbers:
    """One row of `width` decimal digits each."""
    return numbers[:, None] // 10 ** np.arange(width - 1, -1, -1, dtype=np.int64) % 10


def _text(numbers: Numbers, width: int) -> pl.Series:
    return pl.Series(numbers).cast(pl.String).str.zfill(width)


def _letters(alphabet: str, places: Numbers) -> pl.Series:
    return pl.Series(np.array(list(alphabet))[places].tolist(), dtype=pl.String)


def _luhn(digits: Numbers, *, first: int) -> Numbers:
    """The last digit; every second weight is 2, the first one `first`."""
    weights = np.where(np.arange(digits.shape[1]) % 2 == 0, first, 3 - first)
    products = digits * weights
    total: Numbers = (products - 9 * (products > 9)).sum(axis=1)
    return -total % 10


def _births(places: Numbers) -> tuple[pl.Series, Numbers]:
    """YYMMDD of the first `_BIRTHS` days, and what is left of the places."""
    days = pl.Series(_FIRST_BIRTH + (places % _BIRTHS).astype("timedelta64[D]"))
    return days.cast(pl.Date).dt.strftime("%y%m%d"), places // _BIRTHS


def _cedula(people: Named) -> tuple[pl.Series, pl.Series]:
    return _typed("CC", "19" + _text(people.serial % 10**8, 8))


def _cpf(people: Named) -> tuple[pl.Series, pl.Series]:
    base = 10**8 + _scatter(people.serial, 9 * 10**8, 387_420_489 + 2)
    digits = _digits(base, 9)
    first = digits @ np.arange(10, 1, -1) * 10 % 11 % 10
    digits = np.column_stack([digits, first])
    second = digits @ np.arange(11, 1, -1) * 10 % 11 % 10
    return _typed("CPF", _text(base * 100 + first * 10 + second, 11))


def _curp(people: Named) -> tuple[pl.Series, pl.Series]:
    upper = [series.str.to_uppercase() for series in (people.last, people.second, people.first)]
    last, second, first = (
        pl.Series([name.translate(_PLAIN) for name in series.to_list()]) for series in upper
    )
    vowel = last.str.slice(1).str.extract("([AEIOU])").fill_null("X")
    head = (last.str.head(1) + vowel + second.str.head(1) + first.str.head(1)).replace(_RUDE)
    births, rest = _births(_scatter(people.serial, _BIRTHS * 320, 1_234_577))
    sex = pl.select(pl.when(first.str.ends_with("A")).then(pl.lit("M")).otherwise(pl.lit("H")))
    inner = [
        name.str.slice(1).str.extract("([B-DF-HJ-NP-TV-Z])").fill_null("X")
        for name in (last, second, first)
    ]
    state = pl.Series(_STATES).gather(rest // 10)
    base = head + births + sex.to_series() + state + inner[0] + inner[1] + inner[2]
    base += _text(rest % 10, 1)
    codes = np.frombuffer("".join(base.to_list()).encode("ascii"), dtype=np.uint8)
    codes = codes.reshape(-1, 17).astype(np.int64)
    # The alphabet has Ñ after N, so that O and what follows count one more.
    values = np.where(codes > 57, codes - 55 + (codes > ord("N")), codes - 48)
    return _typed("CURP", base + _text(-(values @ np.arange(18, 1, -1)) % 10, 1))


def _spanish(people: Named) -> tuple[pl.Series, pl.Series]:
    """DNI 99…, and every seventh a NIE Z9…."""
    is_foreign = people.serial % 7 == 3
    tail = people.serial % 1_000_000
    number = np.where(is_foreign, 29_000_000 + tail, 99_000_000 + tail)
    letter = _letters(_DNI, number % 23)
    dni = _text(number, 8) + letter
    nie = "Z" + _text(9_000_000 + tail, 7) + letter
    mask = pl.Series(is_foreign)
    frame = pl.select(
        kind=pl.when(mask).then(pl.lit("NIE")).otherwise(pl.lit("DNI")),
        number=pl.when(mask).then(nie).otherwise(dni),
    )
    return frame["kind"], frame["number"]


def _rut(people: Named) -> tuple[pl.Series, pl.Series]:
    number = 45_000_000 + people.serial % 5_000_000
    check = -(_digits(number, 8) @ np.array([3, 2, 7, 6, 5, 4, 3, 2])) % 11
    return _typed("RUT", _text(number, 8) + "-" + _letters("0123456789K", check))


def _peruvian(people: Named) -> tuple[pl.Series, pl.Series]:
    number = 99_000_000 + people.serial % 1_000_000
    place = _digits(number, 8) @ np.array([3, 2, 7, 6, 5, 4, 3, 2]) % 11
    return _typed("DNI", _text(number, 8) + "-" + _letters("65432110987", place))


def _cuil(people: Named) -> tuple[pl.Series, pl.Series]:
    number = 2_099_000_000 + people.serial % 1_000_000
    rest = _digits(number, 10) @ np.array([5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11
    # No number of prefix 20 has check 10: the register gives those the prefix 23 and check 9.
    moved = rest == 1
    number = np.where(moved, number + 300_000_000, number)
    rest = np.where(moved, 2, rest)
    return _typed("CUIL", _text(number, 10) + _text(-rest % 11, 1))


def _nif(people: Named) -> tuple[pl.Series, pl.Series]:
    number = 38_000_000 + people.serial % 2_000_000
    check = -(_digits(number, 8) @ np.arange(9, 1, -1)) % 11 % 10
    return _typed("NIF", _text(number * 10 + check, 9))


def _ecuadorian(people: Named) -> tuple[pl.Series, pl.Series]:
    province = 1 + people.serial % 24
    number = province * 10**7 + 5 * 10**6 + people.serial // 24 % 10**6
    check = _luhn(_digits(number, 9), first=2)
    return _typed("CI", _text(number * 10 + check, 10))


def _costa_rican(people: Named) -> tuple[pl.Series, pl.Series]:
    rest = people.serial % 7_000_000
    number = (1 + rest % 7) * 10**8 + 99_000_000 + rest // 7
    return _typed("CPF", _text(number, 10))


def _licence(people: Named) -> tuple[pl.Series, pl.Series]:
    # Every well-formed SSN or NINO may be somebody's: a made-up licence number stands for it.
    return _typed("DL", "SYN" + _text(people.serial % 10**9, 9))


def _south_african(people: Named) -> tuple[pl.Series, pl.Series]:
    births, rest = _births(_scatter(people.serial, _BIRTHS * 200, 1_234_577))
    order = np.where(rest < 100, 4_900 + rest, 9_800 + rest)
    base = births + _text(order, 4) + "08"
    codes = np.frombuffer("".join(base.to_list()).encode("ascii"), dtype=np.uint8)
    digits = codes.reshape(-1, 12).astype(np.int64) - 48
    return _typed("ID", base + _text(_luhn(digits, first=1), 1))


def _typed(kind: str, numbers: pl.Series) -> tuple[pl.Series, pl.Series]:
    return pl.Series([kind]).new_from_index(0, len(numbers)), numbers


_MAKERS: dict[str, Callable[[Named], tuple[pl.Series, pl.Series]]] = {
    "CO": _cedula, "MX": _curp, "BR": _cpf, "ES": _spanish, "CL": _rut, "PE": _peruvian,
    "AR": _cuil, "PT": _nif, "EC": _ecuadorian, "CR": _costa_rican, "US": _licence,
    "GB": _licence, "ZA": _south_african,
}  # fmt: skip


def make_documents(country: str, people: Named) -> tuple[pl.Series, pl.Series]:
    """Types and numbers of the documents of `people`, who all live in `country`."""
    return _MAKERS[country](people)
