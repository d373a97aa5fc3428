"""One human, however the document is written: the documents of thirteen countries."""

from __future__ import annotations

import random
import string
from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.ar import cuit
from stdnum.br import cnpj, cpf
from stdnum.cl import rut
from stdnum.co import nit
from stdnum.ec import ci
from stdnum.es import dni, nie
from stdnum.mx import curp
from stdnum.pe import cui, ruc
from stdnum.pt import nif
from stdnum.za import idnr

from acuerdo.portfolio.rules.document_kinds import KINDS
from acuerdo.portfolio.rules.documents import find_type, read_documents

COUNTRIES = "AR BR CL CO CR EC ES GB MX PE PT US ZA".split()


def read(country: str, *written: tuple[str, str]) -> pl.DataFrame:
    """What (type as declared, number as written) of a country mean."""
    return read_documents(
        pl.Series([number for _kind, number in written], dtype=pl.String),
        pl.Series([kind for kind, _number in written], dtype=pl.String),
        pl.Series([country] * len(written), dtype=pl.String),
    )


def whose(country: str, number: str, kind: str = "") -> str:
    """The identity of a good document, else the reason why it is none."""
    row = read(country, (kind, number)).row(0, named=True)
    return str(row["reason"] or row["identity"])


# One human, written in many ways: country → identity → (type: number), `|` between them.
WRITTEN = {
    "AR": {
        "DNI:20123456": "20.123.456 | 20123456 | DNI: 20123456 | DNI 20.123.456 | dni:20123456"
        " | LE:20123456 | D.N.I. 20.123.456 | 20123456.0 | M20123456 | 20 123 456"
        " | CUIT: {cuit20} | CUIL {cuit20} | {cuit20-} | cuil:{cuit20}",
        "DNI:5536168": "05536168 | 5.536.168 | 005536168 | {cuit5} | {cuit5-} | LC:5.536.168",
        "CUIT:30500010912": "30-50001091-2 | 30500010912 | CUIT:30.50001091.2",
    },
    "BR": {
        "CPF:39053344705": "390.533.447-05 | 39053344705 | CPF: 390.533.447-05 | cpf:390533447-05"
        " | CPF/MF 39053344705 | 390 533 447 05 | CNPJ:39053344705 | 39053344705.0",
        "CPF:01745382941": "CPF:1745382941 | CPF:017.453.829-41 | 01745382941 | 017.453.829-41",
        "CNPJ:11222333000181": "11.222.333/0001-81 | 11222333000181 | CPF:11222333000181"
        " | CNPJ 11.222.333/0001-81",
        "CNPJ:12ABC34501DE35": "12ABC34501DE35 | 12.ABC.345/01DE-35 | 12.abc.345/01de-35",
    },
    "CL": {
        "RUT:760864285": "76.086.428-5 | 76086428-5 | 760864285 | 076.086.428-5 | RUT 76.086.428-5"
        " | RUN: 76086428-5 | rut:76 086 428 - 5 | R.U.T. 76.086.428-5 | C.I. 760864285",
        "RUT:12345670K": "12.345.670-K | 12.345.670-k | 12345670K | Rut:12345670-k",
        "RUT:54321058": "5.432.105-8 | 05432105-8 | 54321058 | 0054321058",
    },
    "CO": {
        "CC:1023456788": "1.023.456.788 | 1023456788 | CC:1023456788 | C.C. 1.023.456.788"
        " | CC1023456788 | Cédula de ciudadanía:1'023.456.788 | cédula 1023456788"
        " | 0001023456788 | 1023456788.0 | TI:1023456788 | NIT:1023456788 | NIT:{nit1023}"
        " | {nit1023} | NIT {nit1023} | NIT:{nit1023.}",
        "CC:80123456": "80.123.456 | CC:80123456 | NIT:{nit80} | NIT:80123456 | {nit80}",
        "NIT:900123456": "NIT:900.123.456-8 | NIT:900123456 | NIT:9001234568 | 900.123.456-8"
        " | N.I.T. 900.123.456-8 | N:900123456",
    },
    "CR": {
        "CF:106130584": "1-0613-0584 | 106130584 | 0106130584 | 1-613-584 | 01-0613-0584"
        " | Cédula física:1 0613 0584 | CÉDULA:106130584 | cédula 1-0613-0584",
        "CJ:3101999999": "3-101-999999 | 3101999999 | Cédula jurídica:3-101-999999",
        "DIMEX:155812994816": "155812994816 | DIMEX:155812994816 | 1558-12994816",
    },
    "EC": {
        "CI:1714307103": "171430710-3 | 1714307103 | CI:1714307103 | C.I. 171430710-3"
        " | cédula:1714307103 | 1714307103001 | RUC:1714307103001 | RUC: 1714307103-001",
        "CI:0926687856": "0926687856 | CI:926687856 | 092668785-6 | CC:0926687856"
        " | RUC:926687856001 | 0926687856001",
        "RUC:1792060346001": "1792060346001 | 1792060346-001 | RUC:1792060346001",
    },
    "ES": {
        "DNI:54362315K": "54362315K | 54362315-K | 54.362.315-K | 54362315k | NIF:54362315K"
        " | ES54362315K | DNI:54362315 | DNI:54.362.315 | NIF 54362315K | D.N.I.:54362315-k",
        "DNI:01234567L": "1234567L | 01234567L | DNI:1234567 | DNI:01234567 | 1.234.567-L",
        "NIE:X2482300W": "X2482300W | X-2482300-W | x2482300w | NIE:X2482300 | X02482300W"
        " | NIF:X2482300W | N.I.E. X-2482300-W | NIE X2482300W",
        "CIF:B64717838": "B64717838 | B-64717838 | ESB64717838 | CIF:B-64.717.838",
    },
    "GB": {
        "NINO:JG103759": "JG103759A | JG 10 37 59 A | jg103759a | JG103759 | JG-10-37-59"
        " | NINO:JG103759A | National Insurance Number:JG 103759 A | NI JG103759A",
    },
    "MX": {
        "CURP:BOXW310820HNERXN09": "BOXW310820HNERXN09 | boxw310820hnerxn09"
        " | CURP:BOXW310820HNERXN09 | CURP: BOXW-310820-HNERXN-09 | RFC:BOXW310820HNERXN09",
        "RFC:GODE561231GR8": "GODE561231GR8 | GODE-561231-GR8 | GODE 561231 GR8"
        " | RFC:gode561231gr8 | R.F.C. GODE561231GR8 | CURP:GODE561231GR8",
        "RFC:A&B010101AB1": "A&B010101AB1 | A&B-010101-AB1 | RFC:A&B 010101 AB1",
    },
    "PE": {
        "DNI:10117410": "10117410 | DNI:10117410 | 10117410-2 | DNI:101174102 | DNI 10117410"
        " | D.N.I.:10117410 | 10101174102 | RUC:10101174102 | RUC 10101174102 | 10117410.0",
        "DNI:06789012": "06789012 | DNI:6789012 | DNI:06789012 | LE:06789012",
        "RUC:20512333797": "20512333797 | RUC:20512333797 | R.U.C. 20512333797",
    },
    "PT": {
        "NIF:501964843": "501964843 | 501 964 843 | PT501964843 | NIF: 501 964 843"
        " | NIF:501.964.843 | Contribuinte:501964843 | PT 501964843",
        "CC:14028937": "CC:14028937 1 ZX9 | 140289371ZX9 | BI:14028937 | B.I. 14028937",
    },
    "US": {
        "SSN:536904399": "536-90-4399 | 536904399 | 536 90 4399 | SSN:536904399 | SSN 536-90-4399"
        " | Social Security Number:536-90-4399 | 536904399.0",
        "SSN:036904399": "036-90-4399 | SSN:36904399 | 036904399",
        "ITIN:912903456": "912-90-3456 | ITIN:912903456 | SSN:912903456",
        "EIN:911144442": "91-1144442 | EIN:911144442 | EIN 91-1144442",
    },
    "ZA": {
        "ID:7503305044089": "7503305044089 | 750330 5044 089 | ID:7503305044089"
        " | ID Number:750330-5044-08-9 | RSA ID 7503305044089",
        "ID:0001014800088": "000101 4800 088 | 0001014800088 | ID:1014800088 | ID:0001014800088",
    },
}


def fill(text: str) -> str:
    """The numbers made of others: their check digits are the library's."""
    for name, number in {
        "cuit20": "20" + "20123456",
        "cuit5": "20" + "05536168",
    }.items():
        whole = number + str(cuit.calc_check_digit(number))
        text = text.replace(f"{{{name}}}", whole)
        text = text.replace(f"{{{name}-}}", f"{whole[:2]}-{whole[2:10]}-{whole[10]}")
    for name, number in {"nit1023": "1023456788", "nit80": "80123456"}.items():
        digit = nit.calc_check_digit(number)
        text = text.replace(f"{{{name}}}", f"{number}-{digit}")
        text = text.replace(f"{{{name}.}}", f"{int(number):,}-{digit}".replace(",", "."))
    return text


def known_type(country: str, item: str) -> tuple[str, str]:
    """`TYPE:number` declares its type in a column of its own; else the number stands alone."""
    kind, colon, number = item.partition(":")
    if colon and not number.startswith(" "):
        return kind, number
    return "", item


CASES = [
    (country, identity, item.strip())
    for country, humans in WRITTEN.items()
    for identity, items in humans.items()
    for item in fill(items).split(" | ")
    if item.strip()
]


@pytest.mark.parametrize(("country", "identity", "item"), CASES)
def test_one_human_however_the_document_is_written(country: str, identity: str, item: str) -> None:
    kind, number = known_type(country, item)
    assert whose(country, number, kind) == identity


def test_every_country_is_there() -> None:
    assert set(WRITTEN) == set(COUNTRIES) <= set(KINDS)
    for kinds in KINDS.values():
        assert len({kind.code for kind in kinds}) == len(kinds)
        names = [name for kind in kinds for name in kind.names]
        assert len(set(names)) == len(names)


BAD = {
    "AR": "CUIT:20201234560=bad_check_digit 1234=unreadable_document 12345678=placeholder_document"
    " 20123456786=placeholder_document",
    "BR": "39053344706=bad_check_digit CPF:1234567=unreadable_document 111.111.111-11"
    "=placeholder_document 12345678909=placeholder_document 1745382941=unreadable_document"
    " 11222333000182=bad_check_digit",
    "CL": "76.086.428-6=bad_check_digit 1-9=unreadable_document 11.111.111-1=placeholder_document"
    " 12.345.678-5=placeholder_document 1234567890123=unreadable_document",
    "CO": "NIT:900.123.456-7=bad_check_digit CC:12=unreadable_document CC:A1023456"
    "=unreadable_document 222222222222=placeholder_document 12345678=placeholder_document"
    " CC:10234567889=unreadable_document",
    "CR": "12=unreadable_document CF:1-0613-05841=unreadable_document 000000000"
    "=placeholder_document",
    "EC": "1714307104=bad_check_digit 9999999999=placeholder_document 9999999999999"
    "=placeholder_document 171430710=unreadable_document",
    "ES": "54362315Q=bad_check_digit 54362315=unreadable_document 12345678Z=placeholder_document"
    " 00000000T=placeholder_document X2482300A=bad_check_digit ABC=unreadable_document",
    "GB": "QQ123456C=unreadable_document GB103759A=unreadable_document BG103759A"
    "=unreadable_document JG103759E=unreadable_document AB123456C=placeholder_document"
    " 10001=unreadable_document",
    "MX": "BOXW310820HNERXN08=bad_check_digit GODE561231=unreadable_document XAXX010101000"
    "=placeholder_document XEXX010101HNEXXXA4=placeholder_document RFC:12345"
    "=unreadable_document",
    "PE": "DNI:101174103=bad_check_digit 10101174103=bad_check_digit 12345678"
    "=placeholder_document 123=unreadable_document 10123456781=placeholder_document",
    "PT": "501964844=bad_check_digit 999999990=placeholder_document 123456789"
    "=placeholder_document 12=unreadable_document",
    "US": "XXX-XX-4399=unreadable_document ***-**-4399=unreadable_document 4399"
    "=unreadable_document 078-05-1120=placeholder_document 000-12-3456=unreadable_document"
    " 666-12-3456=unreadable_document 123456789=placeholder_document 1234567"
    "=unreadable_document",
    "ZA": "7503305044088=bad_check_digit 7513305044087=unreadable_document 123"
    "=unreadable_document 0000000000000=placeholder_document",
}


@pytest.mark.parametrize("country", BAD)
def test_what_is_nobody_s_document(country: str) -> None:
    for item in BAD[country].split():
        written, _, reason = item.rpartition("=")
        kind, number = known_type(country, written)
        assert whose(country, number, kind) == reason, written


@pytest.mark.parametrize("country", [*COUNTRIES, "FR"])
@pytest.mark.parametrize(
    "text", ["1.02346E+09", "1,02E9", "1023****88", "xxxxx6788", "###", "•••12"]
)
def test_a_number_that_was_hidden_or_rounded_is_nobody_s(country: str, text: str) -> None:
    assert whose(country, text) in ("unreadable_document", "placeholder_document")
    assert whose(country, text, "PASAPORTE") in ("unreadable_document", "placeholder_document")


def test_types_that_are_not_known_keep_their_number_to_themselves() -> None:
    assert whose("CO", "1023456788", "LICENCIA") == "LICENCIA:1023456788"
    assert whose("AR", "20123456", "Pasaporte") == "PA:20123456"
    assert whose("FR", "1023456788") == ":1023456788"
    assert whose("FR", "1023456788", "carte") == "CARTE:1023456788"


def test_a_column_may_be_called_by_the_type() -> None:
    assert find_type("Cédula de Ciudadanía", "CO") == "CC"
    assert find_type("RUT", "CL") == "RUT"
    assert find_type("cpf", "BR") == "CPF"
    for word, country in (("documento", "CO"), ("cpf_cnpj", "BR"), ("", "CO"), ("CC", "XX")):
        assert find_type(word, country) == ""


# Numbers made at random


def digits(rng: random.Random, count: int, first: str = string.digits) -> str:
    return rng.choice(first) + "".join(rng.choices(string.digits, k=count - 1))


def grouped(text: str, mark: str = ".") -> str:
    return f"{int(text):,}".replace(",", mark)


def colombian(rng: random.Random) -> list[tuple[str, str]]:
    number = "1" + digits(rng, 9)
    whole = f"{number}-{nit.calc_check_digit(number)}"
    return [
        ("CC", number),
        ("", grouped(number)),
        ("NIT", whole),
        ("TI", number),
        ("", "CC " + number),
    ]


def argentine(rng: random.Random) -> list[tuple[str, str]]:
    number = digits(rng, 8, "1234")
    head = rng.choice(["20", "27"]) + number
    whole = head + cuit.calc_check_digit(head)
    written = [("DNI", number), ("", grouped(number)), ("LE", number), ("DNI", "0" + number)]
    return [*written, ("CUIL", whole), ("", f"{whole[:2]}-{number}-{whole[10]}")]


def brazilian(rng: random.Random) -> list[tuple[str, str]]:
    head = digits(rng, 9)
    number = head + cpf._calc_check_digits(head)
    return [("", number), ("CPF", cpf.format(number)), ("CPF", number.lstrip("0").zfill(8))]


def chilean(rng: random.Random) -> list[tuple[str, str]]:
    head = digits(rng, 8, "12")
    number = head + rut.calc_check_digit(head)
    return [("", number), ("RUT", rut.format(number)), ("RUN", number.lower()), ("", "0" + number)]


def mexican(rng: random.Random) -> list[tuple[str, str]]:
    letters = "".join(rng.choices("BCDFGHJKLMNPQRSTVWXYZ", k=7))
    day = f"{rng.randrange(40, 99)}{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}"
    head = f"{letters[0]}A{letters[1:3]}{day}{rng.choice('HM')}NL{letters[3:6]}0"
    number = head + curp.calc_check_digit(head)
    return [("", number), ("CURP", number.lower()), ("", f"CURP {number}")]


def peruvian(rng: random.Random) -> list[tuple[str, str]]:
    number = digits(rng, 8)
    head = "10" + number
    # The library gives a digit and a letter, which say the same.
    checks = cui.calc_check_digits(number)
    written = [("DNI", number), ("", f"{number}-{checks[0]}"), ("DNI", number.lstrip("0").zfill(6))]
    return [*written, ("RUC", head + ruc.calc_check_digit(head)), ("DNI", number + checks[1])]


def ecuadorian(rng: random.Random) -> list[tuple[str, str]]:
    head = f"{rng.randrange(1, 25):02}{rng.randrange(6)}{digits(rng, 6)}"
    number = next(head + end for end in string.digits if ci.is_valid(head + end))
    written = [("", number), ("CI", f"{head}-{number[9]}"), ("CI", number.lstrip("0"))]
    return [*written, ("RUC", number + "001"), ("", f"{number}001")]


def spanish(rng: random.Random) -> list[tuple[str, str]]:
    if rng.random() < 0.5:
        head = rng.choice("XYZ") + digits(rng, 7)
        number = head + nie.calc_check_digit(head)
        return [("", number), ("NIE", f"{head[0]}-{head[1:]}-{number[8]}"), ("NIE", head)]
    head = digits(rng, 8)
    number = head + dni.calc_check_digit(head)
    return [("", number), ("NIF", number.lower()), ("DNI", head), ("", f"ES{number}")]


def portuguese(rng: random.Random) -> list[tuple[str, str]]:
    head = digits(rng, 8, "123")
    number = head + nif.calc_check_digit(head)
    return [("", number), ("NIF", grouped(number, " ")), ("", f"PT{number}")]


def costa_rican(rng: random.Random) -> list[tuple[str, str]]:
    number = digits(rng, 9, "1234567")
    parts = f"{number[0]}-{number[1:5]}-{number[5:]}"
    short = f"{number[0]}-{int(number[1:5])}-{int(number[5:])}"
    return [("", number), ("CF", parts), ("cédula", short), ("", "0" + number)]


def american(rng: random.Random) -> list[tuple[str, str]]:
    number = f"{rng.randrange(1, 666):03}{rng.randrange(1, 100):02}{rng.randrange(1, 10000):04}"
    return [
        ("", number),
        ("SSN", f"{number[:3]}-{number[3:5]}-{number[5:]}"),
        ("SSN", number[0].strip("0") + number[1:]),
    ]


def british(rng: random.Random) -> list[tuple[str, str]]:
    number = f"{rng.choice('ABCEHJLMPRSWXY')}{rng.choice('ACEHJLMPRSWXY')}{digits(rng, 6)}"
    spaced = f"{number[:2]} {number[2:4]} {number[4:6]} {number[6:]} C"
    return [("", number), ("NINO", number + "A"), ("", spaced), ("NI", number.lower())]


def south_african(rng: random.Random) -> list[tuple[str, str]]:
    day = f"{rng.randrange(0, 100):02}{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}"
    head = f"{day}{digits(rng, 4)}08"
    number = next(head + end for end in string.digits if idnr.is_valid(head + end))
    return [
        ("", number),
        ("ID", f"{number[:6]} {number[6:10]} {number[10:]}"),
        ("ID", number.lstrip("0").zfill(10)),
    ]


MAKERS: dict[str, Callable[[random.Random], list[tuple[str, str]]]] = {
    "AR": argentine, "BR": brazilian, "CL": chilean, "CO": colombian, "CR": costa_rican,
    "EC": ecuadorian, "ES": spanish, "GB": british, "MX": mexican, "PE": peruvian,
    "PT": portuguese, "US": american, "ZA": south_african,
}  # fmt: skip


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_thousand_humans_are_a_thousand(country: str) -> None:
    """All writings of one number are one identity; two numbers never are."""
    rng = random.Random(f"acuerdo {country}")
    humans: dict[str, list[tuple[str, str]]] = {}
    while len(humans) < 1_000:
        written = MAKERS[country](rng)
        humans[written[0][1]] = written
    every = [(key, item) for key, written in humans.items() for item in written]
    frame = read(country, *(item for _key, item in every))
    found: dict[str, set[str]] = {}
    for (key, item), row in zip(every, frame.iter_rows(named=True), strict=True):
        if row["reason"] != "placeholder_document":
            assert row["reason"] is None, item
            found.setdefault(key, set()).add(row["identity"])
    assert all(len(identities) == 1 for identities in found.values())
    assert len({min(identities) for identities in found.values()}) == len(found) > 990


@given(
    st.sampled_from([*COUNTRIES, "FR", ""]),
    st.text(max_size=24),
    st.sampled_from(["", "CC", "DNI", "NIT", "passport", "?"]),
)
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_refused(country: str, text: str, kind: str) -> None:
    row = read(country, (kind, text)).row(0, named=True)
    if row["document"] is None:
        assert not text.strip()
    elif row["reason"] is None:
        assert row["identity"]
        # What was read means the same when it is read again.
        again = read(country, (row["document_type"], row["document"])).row(0, named=True)
        assert (again["identity"], again["reason"]) == (row["identity"], None)


def test_the_library_and_we_agree_on_firms() -> None:
    assert cnpj.is_valid("11222333000181")
    assert whose("BR", "11222333000181") == "CNPJ:11222333000181"
