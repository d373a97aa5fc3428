"""Make a portfolio of people who do not exist, as a file that the import reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from acuerdo.simulation.errors import CountryUnknown
from acuerdo.simulation.rules.countries import COUNTRIES
from acuerdo.simulation.rules.debts import draw_hidden, make_debts
from acuerdo.simulation.rules.people import make_people

CHUNK = 50_000
"""Accounts that are made at a time: what bounds the memory."""
MOST = 1_000_000
"""Accounts of one file: beyond, two people would share a document."""
NEW_PERSON = 0.77
"""Share of accounts whose person had none before: 1.3 accounts a person."""
COLUMNS = tuple(
    "numero_credito nombre_completo tipo_documento numero_documento pais departamento ciudad"
    " direccion telefono_1 telefono_2 correo producto moneda saldo_capital intereses comisiones"
    " gastos_cobranza saldo_total fecha_desembolso fecha_vencimiento dias_mora idioma"
    " canales_autorizados pagos_6m fecha_ultimo_pago valor_ultimo_pago llamadas_manana"
    " contestadas_manana llamadas_tarde contestadas_tarde llamadas_noche contestadas_noche"
    " contactos_titular promesas promesas_cumplidas ultima_llamada datos_sinteticos".split()
)

Progress = Callable[[int, int], None]
"""Called with how many accounts are written, and how many there will be."""


def read_countries(text: str) -> tuple[str, ...]:
    """`co, BR` → ("CO", "BR"), each once. Raises CountryUnknown."""
    codes = [code.strip().upper() for code in text.split(",")]
    unknown = [code for code in codes if code not in COUNTRIES]
    if unknown:
        shown = ", ".join(code[:40] or "''" for code in unknown[:10])
        raise CountryUnknown(names=shown, known=", ".join(COUNTRIES))
    return tuple(dict.fromkeys(codes))


def write_portfolio(
    *,
    accounts: int,
    countries: Sequence[str],
    seed: int,
    as_of_on: date,
    path: Path,
    progress: Progress | None = None,
) -> None:
    """Write `accounts` rows to `path`, CSV with semicolons, as old as they are on `as_of_on`.

    The same arguments give the same bytes with the same libraries. Each country has about the same
    number of people. A file that is there is replaced only when the new one is whole. Raises
    CountryUnknown, ValueError for a number of accounts not in 1..MOST or a negative seed, and
    OSError.
    """
    codes = read_countries(",".join(countries))
    if not 1 <= accounts <= MOST or seed < 0:
        raise ValueError(f"1 to {MOST} accounts, and a seed of at least 0")
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as stream:
            for first, frame in _chunks(accounts, codes, seed, as_of_on):
                frame.write_csv(stream, separator=";", include_header=first == 0)
                if progress is not None:
                    progress(first + frame.height, accounts)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _chunks(
    accounts: int, countries: tuple[str, ...], seed: int, as_of_on: date
) -> Iterator[tuple[int, pl.DataFrame]]:
    for first in range(0, accounts, CHUNK):
        count = min(CHUNK, accounts - first)
        yield first, make_chunk(first, count, countries, seed, as_of_on)


def make_chunk(
    first: int, count: int, countries: tuple[str, ...], seed: int, as_of_on: date
) -> pl.DataFrame:
    """Accounts `first` to `first + count - 1`, under COLUMNS."""
    rng = np.random.Generator(np.random.PCG64([seed, first]))
    is_new = rng.random(count) < NEW_PERSON
    is_new[0] = True
    owner = np.cumsum(is_new) - 1
    persons = int(owner[-1]) + 1
    country = rng.integers(len(countries), size=persons)
    groups = []
    for place, code in enumerate(countries):
        where = np.flatnonzero(country == place)
        if len(where):
            # No chunk has more people than accounts, so a serial is given once.
            people = make_people(code, first + where, rng)
            groups.append(people.with_columns(place=pl.Series(where)))
    people = pl.concat(groups).sort("place")
    hidden = draw_hidden(persons, rng)
    debts = make_debts(countries, country[owner], owner, hidden, as_of_on, rng)
    number = pl.Series(np.arange(first, first + count)).cast(pl.String).str.zfill(9)
    return (
        pl.concat([people[owner], debts], how="horizontal")
        .with_columns(
            numero_credito="SYN-" + pl.col("pais") + "-" + number,
            datos_sinteticos=pl.lit("si"),
        )
        .select(COLUMNS)
    )
