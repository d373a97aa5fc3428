"""Invented debts: product, balance, age, what was paid before and which calls were answered.

The shares are measured or published where that was possible, else assumed:
`docs/synthetic-portfolios.md` says which is which.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from acuerdo.simulation.rules.countries import COUNTRIES
from acuerdo.simulation.rules.documents import Numbers

Floats = npt.NDArray[np.float64]

PRODUCT_SHARES = (0.28, 0.20, 0.20, 0.21, 0.11)
# Card, personal loan, retail, utility, micro credit.
_PRODUCTS = {
    "es": (
        "Tarjeta de crédito",
        "Crédito personal",
        "Tienda",
        "Telecomunicaciones",
        "Microcrédito",
    ),
    "pt": ("Cartão de crédito", "Empréstimo pessoal", "Varejo", "Telefonia", "Microcrédito"),
    "en": ("Credit card", "Personal loan", "Store credit", "Utility", "Micro loan"),
}
# In units of which `Facts.level` are one of the currency: with Brazil's, 1,408 reais a debt.
_MEDIANS = np.array([600.0, 1_500.0, 250.0, 60.0, 450.0])
_SPREADS = np.array([1.56, 0.74, 1.0, 0.8, 0.9])
BUCKETS = ((1, 30), (31, 60), (61, 90), (91, 180), (181, 720))
BUCKET_SHARES = (0.40, 0.18, 0.10, 0.14, 0.18)
CURES = (0.60, 0.302, 0.165, 0.08, 0.026)
# How much of the bill somebody late pays, when they pay: from, to, share.
PAYMENTS = ((0.005, 0.05, 0.224), (0.05, 0.20, 0.518), (0.20, 0.95, 0.148), (1.0, 1.0, 0.110))
VALID_SHARE, REACH = 0.80, (1.6, 4.0)
RIGHT_PARTY, PROMISES, KEPT = 0.80, 0.30, 0.58
SLOTS = ("manana", "tarde", "noche")
_PEAK, _OFF_PEAK = 1.25, 0.875
_CALLS = np.array([3.0, 6.0, 8.0, 6.0, 3.0])
_MONTHS, _DAYS = 6, 90


@dataclass(frozen=True, slots=True)
class Hidden:
    """What no file shows, one value per person: `ability` to pay (standard normal), `reach`
    (chance that a call is answered) and `peak` (place of the best hour in SLOTS)."""

    ability: Floats
    reach: Floats
    peak: Numbers


def draw_hidden(count: int, rng: np.random.Generator) -> Hidden:
    reach = rng.beta(*REACH, size=count) * (rng.random(count) < VALID_SHARE)
    return Hidden(rng.standard_normal(count), reach, rng.integers(len(SLOTS), size=count))


def make_debts(
    countries: tuple[str, ...],
    country: Numbers,
    owner: Numbers,
    hidden: Hidden,
    as_of_on: date,
    rng: np.random.Generator,
) -> pl.DataFrame:
    """One row per account under the headers of the file. `country` (place in `countries`) and
    `owner` (place in `hidden`) have one value per account."""
    count = len(owner)
    facts = [COUNTRIES[code] for code in countries]
    product = rng.choice(len(PRODUCT_SHARES), size=count, p=PRODUCT_SHARES)
    bucket = rng.choice(len(BUCKETS), size=count, p=BUCKET_SHARES)
    first, last = np.array(BUCKETS).T
    late = first[bucket] + rng.integers(last[bucket] - first[bucket] + 1)
    step = np.array([one.step for one in facts])[country]
    median = _MEDIANS[product] * np.array([one.level for one in facts])[country] * 100

    def whole(amounts: Floats | Numbers) -> Numbers:
        rounded: Numbers = (amounts // step).astype(np.int64) * step
        return rounded

    # Four standard deviations keep the one in a million within what a lender would lend.
    spread = np.clip(rng.standard_normal(count), -4, 4) * _SPREADS[product]
    principal = np.maximum(whole(median * np.exp(spread)), step)
    interest = whole(principal * late * rng.choice((20, 24, 28), size=count) / 36_500)
    fees = whole(principal * rng.choice((0.0, 0.0, 0.01, 0.02), size=count))
    costs = whole(principal * np.where(late > 90, 0.03, 0.0))
    today = np.datetime64(as_of_on, "D")
    due_on = today - late
    names = pl.Series([name for one in facts for name in _PRODUCTS[one.language]])
    frame = pl.DataFrame(
        {
            "producto": names.gather(country * len(PRODUCT_SHARES) + product),
            "moneda": pl.Series([one.currency for one in facts]).gather(country),
            "saldo_capital": _amount(principal),
            "intereses": _amount(interest),
            "comisiones": _amount(fees),
            "gastos_cobranza": _amount(costs),
            "saldo_total": _amount(principal + interest + fees + costs),
            "fecha_desembolso": due_on - rng.integers(90, 900, size=count),
            "fecha_vencimiento": due_on,
            "dias_mora": late,
        }
    )
    person = Hidden(hidden.ability[owner], hidden.reach[owner], hidden.peak[owner])
    paid = _payments(principal, step, bucket, person, today, rng)
    calls = _calls(bucket, person, today, rng)
    return pl.concat([frame, paid, calls], how="horizontal")


def _payments(
    principal: Numbers,
    step: Numbers,
    bucket: Numbers,
    person: Hidden,
    today: np.datetime64,
    rng: np.random.Generator,
) -> pl.DataFrame:
    """Payments in the six months before: how many, and the last one."""
    count = len(principal)
    cure = np.array(CURES)[bucket]
    payments = rng.binomial(_MONTHS, _shift(cure, 0.8 * person.ability))
    low, high, shares = np.array(PAYMENTS).T
    size = rng.choice(len(PAYMENTS), size=count, p=shares / shares.sum())
    share = low[size] + rng.random(count) * (high - low)[size]
    last = np.maximum((principal * share // step).astype(np.int64) * step, step)
    # The latest of so many days of the last six months.
    latest = rng.random(count) ** (1 / np.maximum(payments, 1))
    paid_on = today - 1 - ((1 - latest) * 30 * _MONTHS).astype(np.int64)
    none = pl.Series(payments == 0)
    return pl.DataFrame(
        {
            "pagos_6m": payments,
            "fecha_ultimo_pago": pl.Series(paid_on).set(none, None),
            "valor_ultimo_pago": _amount(last).set(none, None),
        }
    )


def _calls(
    bucket: Numbers, person: Hidden, today: np.datetime64, rng: np.random.Generator
) -> pl.DataFrame:
    """Calls of the last ninety days by time of day, and what came of them."""
    count = len(bucket)
    columns: dict[str, Numbers] = {}
    answered = np.zeros(count, dtype=np.int64)
    dialled = np.zeros(count, dtype=np.int64)
    for place, slot in enumerate(SLOTS):
        calls = rng.poisson(_CALLS[bucket] / len(SLOTS))
        factor = np.where(person.peak == place, _PEAK, _OFF_PEAK)
        heard = rng.binomial(calls, np.minimum(person.reach * factor, 1.0))
        columns[f"llamadas_{slot}"], columns[f"contestadas_{slot}"] = calls, heard
        dialled, answered = dialled + calls, answered + heard
    spoken = rng.binomial(answered, RIGHT_PARTY)
    promises = rng.binomial(spoken, PROMISES)
    kept = rng.binomial(promises, _shift(np.full(count, KEPT), 0.5 * person.ability))
    latest = rng.random(count) ** (1 / np.maximum(dialled, 1))
    called_on = today - 1 - ((1 - latest) * _DAYS).astype(np.int64)
    return pl.DataFrame(
        {
            **columns,
            "contactos_titular": spoken,
            "promesas": promises,
            "promesas_cumplidas": kept,
            "ultima_llamada": pl.Series(called_on).set(pl.Series(dialled == 0), None),
        }
    )


def _shift(chance: Floats, by: Floats) -> Floats:
    """A chance moved by `by` on the scale of log odds."""
    return 1 / (1 + (1 / chance - 1) * np.exp(-by))


def _amount(minor: Numbers) -> pl.Series:
    """1234567 → 12345,67"""
    whole = pl.Series(minor // 100).cast(pl.String)
    return whole + "," + pl.Series(minor % 100).cast(pl.String).str.zfill(2)
