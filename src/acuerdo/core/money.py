"""Money: a whole number of minor units and a currency. Never a float."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache

from babel.core import Locale, UnknownLocaleError
from babel.numbers import format_currency, get_currency_precision

from acuerdo.core.errors import InvalidAmount

# ISO 4217 has two decimals for all currencies but these.
_EXPONENTS = {
    **dict.fromkeys(
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0
    ),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}

# Two decimals in the books, none on a price tag.
_SHOWN_WHOLE = frozenset(("COP", "CRC", "HUF"))


def exponent(currency: str) -> int:
    """How many decimals the currency has in ISO 4217: CLP 0, COP 2, KWD 3."""
    return _EXPONENTS.get(currency, 2)


def quantum(currency: str) -> int:
    """The smallest amount that people of the country are asked for, in minor units: COP 100."""
    return 10 ** exponent(currency) if currency in _SHOWN_WHOLE else 1


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An exact amount: `minor` units (cents) of an ISO 4217 `currency`.

    Two currencies never meet: adding or comparing them is a TypeError, and so is a float.
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"Money takes whole minor units, not {type(self.minor).__name__}")
        if len(self.currency) != 3 or not self.currency.isascii() or not self.currency.isupper():
            raise TypeError(f"Money takes an ISO 4217 currency code, not {self.currency!r}")

    @classmethod
    def from_decimal(cls, value: Decimal | int | str, currency: str) -> Money:
        """`value` in major units (12.34). Raises InvalidAmount where it has too many decimals."""
        if isinstance(value, float):
            raise TypeError("Money never takes a float; pass a Decimal or a string")
        number = Decimal(value)
        digits = exponent(currency)
        scaled = number.scaleb(digits) if number.is_finite() else number
        if not scaled.is_finite() or scaled != scaled.to_integral_value():
            raise InvalidAmount(value=value, currency=currency, digits=digits)
        return cls(int(scaled), currency)

    def to_decimal(self) -> Decimal:
        """The amount in major units, with all its decimals."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other).minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __mul__(self, factor: int | Decimal) -> Money:
        """Times a whole number, or times a Decimal rounded half to even."""
        if type(factor) is int:
            return Money(self.minor * factor, self.currency)
        if not isinstance(factor, Decimal):
            raise TypeError(f"Money is multiplied by int or Decimal, not {type(factor).__name__}")
        product = (self.minor * factor).to_integral_value(rounding=ROUND_HALF_EVEN)
        return Money(int(product), self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other).minor

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other).minor

    def __gt__(self, other: Money) -> bool:
        return self.minor > self._same(other).minor

    def __ge__(self, other: Money) -> bool:
        return self.minor >= self._same(other).minor

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        return f"{self.to_decimal():f} {self.currency}"

    def split(self, parts: int) -> list[Money]:
        """`parts` amounts that differ by one minor unit at most and add up to the whole.

        The larger ones come first, so that the last instalment is never a surprise.
        """
        if parts < 1:
            raise ValueError("an amount is split into at least one part")
        share, rest = divmod(self.minor, parts)
        return [Money(share + (1 if index < rest else 0), self.currency) for index in range(parts)]

    def _same(self, other: Money) -> Money:
        if not isinstance(other, Money):
            raise TypeError(f"Money meets Money only, not {type(other).__name__}")
        if other.currency != self.currency:
            raise TypeError(f"{self.currency} and {other.currency} never meet in one sum")
        return other


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum of `amounts`, zero where there are none."""
    return sum(amounts, Money(0, currency))


@lru_cache(maxsize=64)
def _locale(name: str) -> Locale:
    try:
        return Locale.parse(name.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse(name[:2])


def format_money(money: Money, locale: str) -> str:
    """As the country writes it: `es_CO` → `$ 1.272.513`, `pt_BR` → `R$ 1.234,56`.

    Decimals that the country does not show (COP) are shown where they are not zero, so that
    nothing is rounded unseen.
    """
    shown = 0 if money.currency in _SHOWN_WHOLE else get_currency_precision(money.currency)
    digits = exponent(money.currency)
    if shown < digits and money.minor % 10 ** (digits - shown):
        shown = digits
    place = _locale(locale)
    pattern = place.currency_formats["standard"].pattern
    if str(place) == "es_CO":  # Colombia sets the sign apart; CLDR does not
        pattern = pattern.replace("¤#", "¤\xa0#")
    text = format_currency(
        money.to_decimal(),
        money.currency,
        format=_with_decimals(pattern, shown),
        locale=place,
        currency_digits=False,
    )
    return str(text)


def _with_decimals(pattern: str, decimals: int) -> str:
    """The CLDR pattern with exactly `decimals` places: `¤ #,##0.00` → `¤ #,##0`."""
    whole = pattern.replace("0.00", "0")
    return whole.replace("##0", "##0." + "0" * decimals) if decimals else whole
