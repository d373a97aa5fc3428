"""A synthetic portfolio: what is in it, and that the same seed gives the same."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from datetime import date
from importlib import import_module
from pathlib import Path

import numpy as np
import phonenumbers
import polars as pl
import pytest

from acuerdo.creditors.countries import COUNTRIES as KNOWN
from acuerdo.portfolio.rules.documents import read_documents
from acuerdo.portfolio.rules.phones import read_phones
from acuerdo.simulation.actions import (
    CHUNK,
    COLUMNS,
    MOST,
    make_chunk,
    read_countries,
    write_portfolio,
)
from acuerdo.simulation.errors import CountryUnknown
from acuerdo.simulation.rules.countries import COUNTRIES
from acuerdo.simulation.rules.debts import (
    BUCKET_SHARES,
    BUCKETS,
    KEPT,
    PAYMENTS,
    PROMISES,
    REACH,
    RIGHT_PARTY,
    SLOTS,
    VALID_SHARE,
    draw_hidden,
)
from acuerdo.simulation.rules.documents import Named, make_documents
from acuerdo.simulation.rules.people import make_people

DAY = date(2026, 11, 24)
ALL = tuple(COUNTRIES)
STDNUM = {
    ("MX", "CURP"): "mx.curp",
    ("BR", "CPF"): "br.cpf",
    ("ES", "DNI"): "es.dni",
    ("ES", "NIE"): "es.nie",
    ("CL", "RUT"): "cl.rut",
    ("PE", "DNI"): "pe.cui",
    ("AR", "CUIL"): "ar.cuit",
    ("PT", "NIF"): "pt.nif",
    ("EC", "CI"): "ec.ci",
    ("CR", "CPF"): "cr.cpf",
    ("ZA", "ID"): "za.idnr",
}
# Never given out, or made up: there is no check digit to ask for.
FORMS = {
    ("CO", "CC"): r"^19\d{8}$",
    ("US", "DL"): r"^SYN\d{9}$",
    ("GB", "DL"): r"^SYN\d{9}$",
}


@pytest.fixture(scope="module")
def brazil() -> pl.DataFrame:
    return make_chunk(0, 60_000, ("BR",), 3, DAY)


def minor(frame: pl.DataFrame, column: str) -> pl.Series:
    return frame[column].str.replace(",", "").cast(pl.Int64)


def write(path: Path, *, accounts: int = 500, seed: int = 7, countries: str = "CO,BR,US") -> bytes:
    write_portfolio(
        accounts=accounts, countries=countries.split(","), seed=seed, as_of_on=DAY, path=path
    )
    return path.read_bytes()


# The same again


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(tmp_path: Path) -> None:
    first = write(tmp_path / "a.csv")
    assert write(tmp_path / "b.csv") == first
    assert write(tmp_path / "c.csv", seed=8) != first
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["a.csv", "b.csv", "c.csv"]


def test_another_process_gives_the_same_bytes(tmp_path: Path) -> None:
    here = hashlib.sha256(write(tmp_path / "here.csv", countries=",".join(ALL))).hexdigest()
    there = tmp_path / "there.csv"
    command = [sys.executable, "-m", "acuerdo", "synth", "--accounts", "500", "--seed", "7",
               "--country", ",".join(ALL), "--out", str(there)]  # fmt: skip
    # Neither the hash seed nor the number of threads may show in the file.
    given = {
        "PYTHONHASHSEED": "5",
        "POLARS_MAX_THREADS": "1",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    subprocess.run(command, env={**os.environ, **given}, check=True, timeout=120)
    assert hashlib.sha256(there.read_bytes()).hexdigest() == here


def test_a_long_file_has_one_header_and_no_number_twice(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    path = tmp_path / "long.csv"
    write_portfolio(
        accounts=CHUNK + 10, countries=["CO"], seed=1, as_of_on=DAY, path=path,
        progress=lambda done, total: told.append((done, total)),
    )  # fmt: skip
    frame = pl.read_csv(path, separator=";", infer_schema=False)
    assert tuple(frame.columns) == COLUMNS
    assert frame.height == CHUNK + 10
    assert frame["numero_credito"].is_unique().all()
    assert told == [(CHUNK, CHUNK + 10), (CHUNK + 10, CHUNK + 10)]
    people = frame.unique(["numero_documento", "nombre_completo"]).height
    assert people == frame["numero_documento"].n_unique()


def test_every_row_says_that_it_is_synthetic() -> None:
    frame = make_chunk(0, 5_000, ALL, 1, DAY)
    assert frame["datos_sinteticos"].to_list() == ["si"] * 5_000
    assert frame["numero_credito"].str.starts_with("SYN-").all()
    emails = frame["correo"].drop_nulls()
    assert emails.str.contains(r"^[a-z.\-]+\.\d+@example\.(com|org|net)$").all()
    assert set(frame["pais"].unique()) == set(ALL)


# People


def people_of(country: str, count: int = 3_000) -> pl.DataFrame:
    # Serials as far apart as in the largest file.
    serial = np.unique(np.random.default_rng(5).integers(0, MOST, size=count))
    return make_people(country, serial, np.random.default_rng(9))


@pytest.mark.parametrize("country", ALL)
def test_documents_are_right(country: str) -> None:
    people = people_of(country)
    for (kind,), group in people.group_by(["tipo_documento"]):
        numbers = group["numero_documento"]
        if (country, kind) in FORMS:
            assert numbers.str.contains(FORMS[country, str(kind)]).all()
            continue
        module = import_module(f"stdnum.{STDNUM[country, str(kind)]}")
        wrong = [number for number in numbers if not module.is_valid(number)]
        assert wrong == []
    read = read_documents(people["numero_documento"], people["tipo_documento"], people["pais"])
    assert read.filter(pl.col("reason").is_not_null()).height == 0
    assert read["document_type"].n_unique() == people["tipo_documento"].n_unique()
    # What the import tells people apart by: it may leave letters of the document out.
    assert read["identity"].n_unique() == people.height


@pytest.mark.parametrize("country", ALL)
def test_no_two_people_share_a_document(country: str) -> None:
    serial = np.arange(1_000_000)
    # All are called the same: the worst case where the name is part of the document.
    one = pl.Series(["Ana"]).new_from_index(0, len(serial))
    _, numbers = make_documents(country, Named(serial, one, one, one))
    assert numbers.n_unique() == len(serial)


@pytest.mark.parametrize("country", ALL)
def test_phones_are_read_and_belong_to_the_country(country: str) -> None:
    people = people_of(country)
    for column in ("telefono_1", "telefono_2"):
        cells = people[column].fill_null("")
        read = read_phones(cells, people["pais"]).filter(pl.Series(cells != ""))
        assert read["is_valid"].all()
        for number in read["value"].unique().head(300):
            parsed = phonenumbers.parse(number)
            assert str(parsed.country_code) == COUNTRIES[country].dial


@pytest.mark.parametrize(
    ("country", "form"),
    [
        ("CO", r"^\+57 ?3\d\d000\d{4}$"),
        ("MX", r"^\+52 ?((55|33|81)00\d{6}|(222|664|662|998)0\d{6})$"),
        ("BR", r"^\+55 ?\d\d90000\d{4}$"),
        ("ES", r"^\+34 ?7300\d{5}$"),
        ("AR", r"^\+54 ?9110\d{7}$"),
        ("US", r"^\+1 ?\d{3}55501\d\d$"),
        ("GB", r"^\+44 ?(\d{3}4960|1914980|2079460|2896496|2920180)\d{3}$"),
    ],
)
def test_phones_are_of_those_that_are_never_given_out(country: str, form: str) -> None:
    phones = people_of(country)["telefono_1"]
    abroad = phones.filter(phones.str.starts_with("+"))
    assert 0.4 < len(abroad) / len(phones) < 0.6
    assert abroad.str.contains(form).all()


def test_the_countries_are_those_of_the_product() -> None:
    assert set(COUNTRIES) == set(KNOWN)
    for code, facts in COUNTRIES.items():
        assert (facts.currency, facts.language) == (KNOWN[code].currency, KNOWN[code].language)


# Shares


def test_buckets_have_their_shares(brazil: pl.DataFrame) -> None:
    days = brazil["dias_mora"]
    for (first, last), share in zip(BUCKETS, BUCKET_SHARES, strict=True):
        assert days.is_between(first, last).mean() == pytest.approx(share, abs=0.01)
    assert days.is_between(1, 720).all()
    due = pl.Series([DAY]).new_from_index(0, brazil.height) - brazil["fecha_vencimiento"]
    assert (due.dt.total_days() == days).all()


def test_balances_add_up_and_have_the_published_mean(brazil: pl.DataFrame) -> None:
    total = minor(brazil, "saldo_total")
    parts = ("saldo_capital", "intereses", "comisiones", "gastos_cobranza")
    assert (sum(minor(brazil, part) for part in parts) == total).all()
    principal = minor(brazil, "saldo_capital")
    assert principal.min() > 0  # type: ignore[operator]
    assert principal.mean() / 100 == pytest.approx(1_408, rel=0.08)  # type: ignore[operator]
    cards = principal.filter(brazil["producto"] == "Cartão de crédito")
    assert len(cards) / brazil.height == pytest.approx(0.28, abs=0.01)
    assert cards.cast(pl.Float64).log().std() == pytest.approx(1.56, abs=0.04)


def test_calls_are_answered_as_often_as_measured(brazil: pl.DataFrame) -> None:
    dialled = sum(int(brazil[f"llamadas_{slot}"].sum()) for slot in SLOTS)
    answered = sum(int(brazil[f"contestadas_{slot}"].sum()) for slot in SLOTS)
    reach = VALID_SHARE * REACH[0] / sum(REACH)
    assert answered / dialled == pytest.approx(reach, abs=0.01)
    spoken, promises, kept = (
        int(brazil[name].sum()) for name in ("contactos_titular", "promesas", "promesas_cumplidas")
    )
    assert spoken / answered == pytest.approx(RIGHT_PARTY, abs=0.01)
    assert promises / spoken == pytest.approx(PROMISES, abs=0.01)
    assert kept / promises == pytest.approx(KEPT, abs=0.02)
    assert (brazil["ultima_llamada"].is_null() == (
        sum(brazil[f"llamadas_{slot}"] for slot in SLOTS) == 0  # type: ignore[comparison-overlap]
    )).all()  # fmt: skip


def test_payments_become_rarer_with_age_and_have_their_sizes(brazil: pl.DataFrame) -> None:
    ages = [brazil.filter(pl.col("dias_mora").is_between(*bucket)) for bucket in BUCKETS]
    means = [float(group["pagos_6m"].mean()) for group in ages]  # type: ignore[arg-type]
    assert means == sorted(means, reverse=True)
    assert means[0] / 6 == pytest.approx(0.60, abs=0.04)
    paid = brazil.filter(pl.col("pagos_6m") > 0)
    assert paid["fecha_ultimo_pago"].null_count() == 0
    assert brazil.filter(pl.col("pagos_6m") == 0)["valor_ultimo_pago"].null_count() == (
        brazil.height - paid.height
    )
    assert paid["fecha_ultimo_pago"].is_between(date(2026, 5, 27), date(2026, 11, 23)).all()
    share = minor(paid, "valor_ultimo_pago") / minor(paid, "saldo_capital")
    found = [
        (share < 0.05).mean(),
        share.is_between(0.05, 0.2, closed="left").mean(),
        share.is_between(0.2, 0.95, closed="left").mean(),
        (share == 1).mean(),
    ]
    assert found == pytest.approx([part for *_, part in PAYMENTS], abs=0.015)


def test_a_person_has_several_debts_and_is_the_same_in_all_of_them(brazil: pl.DataFrame) -> None:
    owners = brazil.group_by("numero_documento").agg(
        pl.len(), pl.struct("nombre_completo", "telefono_1", "correo").n_unique().alias("faces")
    )
    assert brazil.height / owners.height == pytest.approx(1 / 0.77, abs=0.02)
    assert owners["faces"].max() == 1
    authorised = brazil["canales_autorizados"].is_not_null().mean()
    assert authorised == pytest.approx(0.70, abs=0.015)


def test_what_is_hidden_is_not_in_the_file() -> None:
    hidden = draw_hidden(50_000, np.random.default_rng(1))
    assert (hidden.reach > 0).mean() == pytest.approx(VALID_SHARE, abs=0.01)
    assert abs(hidden.ability.mean()) < 0.02
    assert not {"ability", "reach", "peak"} & set(COLUMNS)


# What is refused


@pytest.mark.parametrize(
    "text", ["XX", "CO,XX", "", ",", "CO;BR", "Colombia", "C" * 5_000, "CO\x1b[31m"]
)
def test_a_country_that_is_not_known_is_named(text: str) -> None:
    with pytest.raises(CountryUnknown) as told:
        read_countries(text)
    assert "CO, MX, BR" in str(told.value)
    assert len(str(told.value)) < 600


def test_countries_are_read_as_people_write_them() -> None:
    assert read_countries(" co, BR,co ") == ("CO", "BR")


@pytest.mark.parametrize(("accounts", "seed"), [(0, 1), (-5, 1), (MOST + 1, 1), (10, -1)])
def test_numbers_that_make_no_file_are_refused(tmp_path: Path, accounts: int, seed: int) -> None:
    with pytest.raises(ValueError, match="accounts"):
        write(tmp_path / "none.csv", accounts=accounts, seed=seed)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_stays_where_the_new_one_fails(tmp_path: Path) -> None:
    path = tmp_path / "kept.csv"
    path.write_text("mine")

    def fail(_done: int, _total: int) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_portfolio(
            accounts=5, countries=["CO"], seed=1, as_of_on=DAY, path=path, progress=fail
        )
    assert path.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [path]
