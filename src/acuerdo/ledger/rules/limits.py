"""How much a debt may bear by law: figures with their source, date and how sure we are. Pure data.

A country that certifies a maximum for every month or half year needs a figure for each day: on a
day without one nothing is borne until somebody enters it, and then the difference is posted. A
country that is not here has no figure that we know of; its courts may still hold a rate to be
usury. None of this is legal advice: check it before you charge anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Final

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The most a year may cost between two dates, both included.

    `annual_percent` is nominal, or `is_effective`: with interest on interest, month by month.
    `confidence`: `law` (the text itself), `press` (a report of the authority's figure), `entered`
    (by the creditor).
    """

    from_on: date
    until_on: date
    annual_percent: Decimal
    is_effective: bool
    source: str
    seen_on: date | None = None
    confidence: str = "press"

    @property
    def nominal(self) -> Decimal:
        """The rate a year (0.24 is 24 %) that, charged every month, comes to no more than this."""
        rate = self.annual_percent / 100
        if self.is_effective:
            rate = 12 * (((1 + rate).ln() / 12).exp() - 1)
        return rate.quantize(Decimal("1e-8"), ROUND_DOWN)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a country allows. `ceilings` cap rates, the whole time where there are any; `share`
    caps a late fee, as a part of what is owed; `ratio` all that a debt bears, as a part of its
    principal. None: no figure that we know of. `notes` says where from."""

    ceilings: tuple[Ceiling, ...] = ()
    share: Decimal | None = None
    ratio: Decimal | None = None
    notes: tuple[str, ...] = field(default=())

    def spans(self) -> Iterator[tuple[date, date, Decimal | None]]:
        """(first day, last day, the most) for all days on which anything may be borne."""
        if not self.ceilings:
            yield date.min, date.max, None
        for one in self.ceilings:
            yield one.from_on, one.until_on, one.nominal

    def find_gaps(self, from_on: date, until_on: date) -> list[tuple[date, date]]:
        """The days within two dates, both included, for which a figure is missing."""
        gaps, day = [], from_on
        for first, last, _most in sorted(self.spans(), key=lambda span: span[0]):
            if first > until_on:
                break
            if day < first:
                gaps.append((day, first - _DAY))
            if last >= until_on:
                return gaps
            day = max(day, last + _DAY)
        return [*gaps, (day, until_on)]

    def extend(self, entered: Sequence[Ceiling]) -> Limits:
        """With figures that a creditor entered, which win where both know one."""
        ceilings = list(entered)
        for one in self.ceilings:
            for first, last in _uncovered(one, entered):
                ceilings.append(replace(one, from_on=first, until_on=last))
        return replace(self, ceilings=tuple(sorted(ceilings, key=lambda one: one.from_on)))


def _uncovered(one: Ceiling, entered: Sequence[Ceiling]) -> list[tuple[date, date]]:
    if not entered:
        return [(one.from_on, one.until_on)]
    return Limits(tuple(sorted(entered, key=lambda each: each.from_on))).find_gaps(
        one.from_on, one.until_on
    )


UNLIMITED: Final = Limits()


def _months(rows: str, source: str, seen_on: date) -> tuple[Ceiling, ...]:
    """Effective annual maxima of calendar months: `2025-01 24.89 Resolución …` a line."""
    found = []
    for row in rows.strip().splitlines():
        month, percent, *more = row.split(maxsplit=2)
        first = date.fromisoformat(f"{month}-01")
        last = (first + timedelta(days=31)).replace(day=1) - _DAY
        said = ", ".join([source, *more])
        found.append(Ceiling(first, last, Decimal(percent), True, said, seen_on))
    return tuple(found)


_COLOMBIA: Final = """
2025-01 24.89
2025-02 26.30 Resolución 0138 de 2025
2025-03 24.92 Resolución 0352 de 2025
2025-04 25.62
2025-09 25.01
2025-10 24.36
2025-11 24.99
2025-12 25.02 Resolución 2134 de 2025
2026-01 24.36 Resolución 2288 de 2025
2026-02 25.23
2026-03 25.52 Resolución 0405 de 2026
"""
_PERU: Final = (
    (date(2024, 11, 1), date(2025, 4, 30), "112.98"),
    (date(2025, 5, 1), date(2025, 10, 31), "115.14"),
    (date(2025, 11, 1), date(2026, 4, 30), "113.16"),
)
_SEEN: Final = date(2026, 11, 28)

LIMITS: Final = {
    "CO": Limits(
        _months(
            _COLOMBIA,
            "Superintendencia Financiera de Colombia, tasa de usura, crédito de consumo y"
            " ordinario (Código de Comercio, art. 884; Código Penal, art. 305)",
            _SEEN,
        ),
        notes=("Figures as reported by the press; May to August 2025 are not in our sources.",),
    ),
    "PE": Limits(
        tuple(
            Ceiling(
                first,
                last,
                Decimal(percent),
                True,
                "Banco Central de Reserva del Perú, tasa máxima de interés convencional"
                " compensatorio en moneda nacional (Ley 31143)",
                _SEEN,
            )
            for first, last, percent in _PERU
        ),
        notes=("For firms of the financial system; between others another maximum holds.",),
    ),
    "EC": Limits(
        _months(
            "2026-01 16.77",
            "Junta de Política y Regulación Financiera y Monetaria, tasa activa efectiva máxima,"
            " consumo",
            _SEEN,
        ),
        notes=("Fixed for each month.",),
    ),
    "BR": Limits(
        share=Decimal("0.02"),
        notes=(
            "Late fee of a consumer: Lei 8.078/1990 (Código de Defesa do Consumidor), art. 52 § 1.",
            "Interest for late payment: not verified; enter the rate of the contract.",
        ),
    ),
    "ZA": Limits(
        (
            Ceiling(
                date(2015, 11, 6),
                date.max,
                Decimal(24),
                False,
                "National Credit Regulations, reg. 42, table A: incidental credit, 2 % a month",
                _SEEN,
                "law",
            ),
        ),
        ratio=Decimal(1),
        notes=(
            "Other kinds of credit have maxima above the repurchase rate: enter yours.",
            "National Credit Act, s 103(5), in duplum: not verified against the text.",
        ),
    ),
}
"""By country. CL and CR certify maxima that are not in our sources, which must be entered; for AR,
ES, GB, MX, PT and US no general figure is known to us."""

CERTIFIED: Final = frozenset({"CL", "CO", "CR", "EC", "PE", "ZA"})
"""Countries in which nothing may be borne on a day without a figure."""


def limits_of(country: str, entered: Sequence[Ceiling] = ()) -> Limits:
    """The limits of a country with the figures that a creditor entered. Where the country
    certifies maxima and none is known, nothing may be borne."""
    limits = LIMITS.get(country, UNLIMITED).extend(entered)
    if country in CERTIFIED and not limits.ceilings:
        nothing = Ceiling(date.min, date.max, Decimal(0), False, "no figure is known")
        return replace(limits, ceilings=(nothing,))
    return limits
