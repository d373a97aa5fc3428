"""Writes a synthetic portfolio as a lender would export it: semicolons, decimal commas, dates day
first, four countries in one file.

    python examples/make_portfolio.py --accounts 1000 --seed 7 --out examples/portfolio.csv

The same arguments give the same file. Nobody in it exists: see examples/README.md for how names,
documents, phones and addresses are made. Standard library only.
"""

from __future__ import annotations

import argparse
import csv
import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

ANCHOR = date(2026, 11, 24)
COLUMNS = (
    "numero_credito",
    "nombre_completo",
    "tipo_documento",
    "numero_documento",
    "pais",
    "departamento",
    "ciudad",
    "direccion",
    "telefono_1",
    "telefono_2",
    "correo",
    "producto",
    "moneda",
    "saldo_capital",
    "intereses",
    "comisiones",
    "gastos_cobranza",
    "saldo_total",
    "fecha_desembolso",
    "fecha_vencimiento",
    "dias_mora",
    "idioma",
    "canales_autorizados",
    "datos_sinteticos",
)

FIRST_NAMES = {
    "CO": "Luisa Andrés Camila Santiago Valentina Julián Marcela Diego Paola Sebastián Natalia"
    " Óscar Adriana Mauricio Liliana Hernán Yolanda Wilson Ximena Fabián",
    "MX": "Guadalupe José María Fernando Alejandra Miguel Verónica Raúl Leticia Arturo Brenda"
    " Héctor Rocío Iván Patricia Gerardo Lorena Saúl Araceli Jorge",
    "BR": "João Mariana Lucas Beatriz Rafael Juliana Thiago Fernanda Gabriel Aline Bruno Patrícia"
    " Felipe Vanessa Rodrigo Larissa Marcelo Simone Otávio Débora",
    "ES": "Lucía Hugo Carmen Pablo Marta Álvaro Elena Sergio Nuria Iñaki Rosa Adrián Pilar Rubén"
    " Montserrat Javier Ainhoa Íñigo Laura Manuel",
}
LAST_NAMES = {
    "CO": "Gómez Rodríguez Martínez López Castaño Restrepo Ospina Cárdenas Zapata Londoño Quintero"
    " Beltrán Acosta Peña Arango Muñoz Salazar Vargas",
    "MX": "Hernández García Pérez González Sánchez Ramírez Torres Flores Rivera Mendoza Chávez"
    " Ortiz Núñez Juárez Cervantes Ibarra Lozano Téllez",
    "BR": "Silva Santos Oliveira Souza Lima Pereira Ferreira Costa Rodrigues Almeida Nascimento"
    " Araújo Ribeiro Carvalho Gonçalves Barbosa Teixeira Moraes",
    "ES": "García Fernández Álvarez Moreno Jiménez Ruiz Navarro Domínguez Gil Serrano Blanco Molina"
    " Castro Ortega Rubio Marín Ibáñez Etxeberria",
}
# subdivision as the file writes it, city, and what the phone of a mobile there begins with
PLACES = {
    "CO": (
        ("Antioquia", "Medellín"),
        ("Bogotá", "Bogotá"),
        ("Valle del Cauca", "Cali"),
        ("Atlántico", "Barranquilla"),
        ("Santander", "Bucaramanga"),
        ("Cundinamarca", "Soacha"),
    ),
    "MX": (
        ("Ciudad de México", "Ciudad de México"),
        ("Jalisco", "Guadalajara"),
        ("Nuevo León", "Monterrey"),
        ("Puebla", "Puebla"),
        ("Baja California", "Tijuana"),
        ("Sonora", "Hermosillo"),
        ("Quintana Roo", "Cancún"),
    ),
    "BR": (
        ("SP", "São Paulo"),
        ("RJ", "Rio de Janeiro"),
        ("MG", "Belo Horizonte"),
        ("BA", "Salvador"),
        ("AM", "Manaus"),
        ("RS", "Porto Alegre"),
        ("PE", "Recife"),
    ),
    "ES": (
        ("Madrid", "Madrid"),
        ("Cataluña", "Barcelona"),
        ("Andalucía", "Sevilla"),
        ("Comunidad Valenciana", "Valencia"),
        ("Canarias", "Las Palmas"),
        ("País Vasco", "Bilbao"),
    ),
}
STREETS = {
    "CO": "Calle {a} # {b}-{c}",
    "MX": "Av. Ejemplo {b}, Col. Centro",
    "BR": "Rua Exemplo, {b}",
    "ES": "Calle Ejemplo, {b}",
}
MX_STATE_CODES = {
    "Ciudad de México": "DF",
    "Jalisco": "JC",
    "Nuevo León": "NL",
    "Puebla": "PL",
    "Baja California": "BC",
    "Sonora": "SR",
    "Quintana Roo": "QR",
}
MX_AREAS = ("55", "33", "81", "222", "664", "662", "998")
BR_AREAS = ("11", "21", "31", "71", "92", "51", "81")
CO_OPERATORS = ("300", "301", "302", "304", "305", "310", "311", "312", "313", "314", "320")
CURRENCIES = {"CO": "COP", "MX": "MXN", "BR": "BRL", "ES": "EUR"}
WEIGHTS = {"CO": 40, "MX": 25, "BR": 20, "ES": 15}
# product in the words of the country, median balance in its currency, spread (sigma of the log)
PRODUCTS = {
    "CO": (
        ("Tarjeta de crédito", 2_400_000, 1.0),
        ("Crédito de consumo", 6_500_000, 0.7),
        ("Microcrédito", 1_800_000, 0.6),
        ("Telecomunicaciones", 210_000, 0.5),
    ),
    "MX": (
        ("Tarjeta de crédito", 14_000, 1.0),
        ("Crédito personal", 28_000, 0.7),
        ("Crédito de nómina", 19_000, 0.6),
        ("Tienda departamental", 4_800, 0.7),
    ),
    "BR": (
        ("Cartão de crédito", 2_300, 1.0),
        ("Empréstimo pessoal", 5_600, 0.7),
        ("Varejo", 900, 0.7),
        ("Telefonia", 280, 0.5),
    ),
    "ES": (
        ("Tarjeta de crédito", 1_500, 0.9),
        ("Préstamo personal", 4_200, 0.7),
        ("Financiación al consumo", 950, 0.6),
        ("Suministro", 190, 0.5),
    ),
}
# from, to, share of the accounts
AGES = ((-10, 0, 9), (1, 30, 34), (31, 60, 18), (61, 90, 11), (91, 180, 14), (181, 400, 14))
CHANNELS = ("sms,email,whatsapp", "sms,email", "email", "sms,whatsapp", "email,whatsapp", "")
CHANNEL_WEIGHTS = (46, 20, 12, 10, 6, 6)
DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
CURP_ALPHABET = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Debtor:
    """One invented human."""

    country: str
    name: str
    document_type: str
    document: str
    subdivision: str
    city: str
    address: str
    phone: str
    second_phone: str
    email: str
    language: str
    channels: str


def plain(text: str) -> str:
    """Lower case ASCII."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()


# Documents, with right check digits


def make_cpf(number: int) -> str:
    """A CPF of the nine digits of `number`, with its two check digits."""
    digits = [int(character) for character in f"{number:09d}"]
    for _ in range(2):
        weights = range(len(digits) + 1, 1, -1)
        total = sum(w * digit for w, digit in zip(weights, digits, strict=True))
        digits.append(total * 10 % 11 % 10)
    text = "".join(map(str, digits))
    return f"{text[:3]}.{text[3:6]}.{text[6:9]}-{text[9:]}"


def make_dni(number: int) -> str:
    return f"{number:08d}{DNI_LETTERS[number % 23]}"


def make_nie(number: int) -> str:
    """A NIE of the series Z, which counts as 2 before the seven digits."""
    return f"Z{number:07d}{DNI_LETTERS[(20_000_000 + number) % 23]}"


def make_curp(first: str, last: str, second: str, birth: date, state: str, sex: str) -> str:
    """A CURP after the official construction, with its check digit."""
    names = [plain(name).upper() for name in (last, second, first)]

    def vowel(name: str) -> str:
        return next((letter for letter in name[1:] if letter in "AEIOU"), "X")

    def consonant(name: str) -> str:
        return next(
            (letter for letter in name[1:] if letter.isalpha() and letter not in "AEIOU"), "X"
        )

    base = (
        names[0][0] + vowel(names[0]) + names[1][0] + names[2][0]
        + f"{birth:%y%m%d}" + sex + state
        + "".join(consonant(name) for name in names)
        + ("A" if birth.year >= 2000 else "0")
    )  # fmt: skip
    total = sum(CURP_ALPHABET.index(letter) * (18 - place) for place, letter in enumerate(base))
    return f"{base}{-total % 10}"


# People


def make_phone(country: str, serial: int, rng: random.Random) -> str:
    """The phone of serial number `serial`, in one of the ways lists write it."""
    tail = serial % 10_000
    if country == "CO":
        head = CO_OPERATORS[serial // 10_000 % len(CO_OPERATORS)]
        forms = (f"{head}000{tail:04d}", f"+57 {head} 000 {tail:04d}", f"{head} 000 {tail:04d}")
    elif country == "MX":
        area = MX_AREAS[serial // 10_000 % len(MX_AREAS)]
        local = f"0{tail:0{9 - len(area)}d}"
        forms = (f"{area}{local}", f"+52 {area} {local}", f"52{area}{local}")
    elif country == "BR":
        area = BR_AREAS[serial // 10_000 % len(BR_AREAS)]
        forms = (
            f"({area}) 90000-{tail:04d}",
            f"+55 {area} 90000 {tail:04d}",
            f"{area}90000{tail:04d}",
        )
    else:
        local = serial % 100_000
        text = f"7300{local:05d}"
        forms = (
            text,
            f"+34 {text[:3]} {text[3:6]} {text[6:]}",
            f"{text[:3]} {text[3:6]} {text[6:]}",
        )
    return rng.choice(forms)


def make_debtor(serial: int, rng: random.Random) -> Debtor:
    country = rng.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
    first = rng.choice(FIRST_NAMES[country].split())
    last, second = rng.sample(LAST_NAMES[country].split(), 2)
    subdivision, city = rng.choice(PLACES[country])
    language = "pt" if country == "BR" else "es"
    if country == "CO":
        kind, document = "CC", f"19{serial % 100_000_000:08d}"
    elif country == "MX":
        birth = date(1958, 1, 1) + timedelta(days=rng.randrange(17_000))
        sex = "M" if plain(first)[-1] == "a" else "H"
        state = MX_STATE_CODES[subdivision]
        kind, document = "CURP", make_curp(first, last, second, birth, state, sex)
    elif country == "BR":
        kind, document = "CPF", make_cpf(rng.randrange(100_000_000, 999_999_999))
    elif rng.random() < 0.15:
        kind, document = "NIE", make_nie(9_000_000 + serial % 1_000_000)
        language = rng.choice(("es", "en"))
    else:
        kind, document = "DNI", make_dni(99_000_000 + serial % 1_000_000)
    street = STREETS[country].format(
        a=rng.randrange(1, 120), b=rng.randrange(1, 99), c=rng.randrange(1, 99)
    )
    domain = rng.choice(("example.com", "example.org", "example.net"))
    has_email = rng.random() < 0.93
    return Debtor(
        country=country,
        name=f"{first} {last} {second}",
        document_type=kind,
        document=document,
        subdivision=subdivision,
        city=city,
        address=street,
        phone=make_phone(country, 2 * serial, rng),
        second_phone=make_phone(country, 2 * serial + 1, rng) if rng.random() < 0.3 else "",
        email=f"{plain(first)}.{plain(last)}.{serial}@{domain}" if has_email else "",
        language=language,
        channels=rng.choices(CHANNELS, CHANNEL_WEIGHTS)[0],
    )


# Accounts


def show_amount(minor: int) -> str:
    """1234567 → 12.345,67"""
    whole = f"{abs(minor) // 100:,}".replace(",", ".")
    return f"{'-' if minor < 0 else ''}{whole},{abs(minor) % 100:02d}"


def make_account(serial: int, debtor: Debtor, anchor: date, rng: random.Random) -> list[str]:
    first, last, _ = rng.choices(AGES, [share for *_, share in AGES])[0]
    dpd = rng.randint(first, last)
    due_on = anchor - timedelta(days=dpd)
    product, median, spread = rng.choice(PRODUCTS[debtor.country])
    principal = round(median * 100 * rng.lognormvariate(0, spread))
    step = 100_00 if debtor.country == "CO" else 1
    principal = max(step, principal // step * step)
    late = max(0, dpd)
    interest = principal * late * rng.choice((20, 24, 28)) // 36_000 // step * step
    fees = median * 100 * rng.choice((0, 0, 1, 2)) // 100 // step * step if late else 0
    costs = median * 100 * 3 // 100 // step * step if dpd > 90 else 0
    return [
        f"{debtor.country}-{4_000_000 + serial}",
        debtor.name,
        debtor.document_type,
        debtor.document,
        debtor.country,
        debtor.subdivision,
        debtor.city,
        debtor.address,
        debtor.phone,
        debtor.second_phone,
        debtor.email,
        product,
        CURRENCIES[debtor.country],
        show_amount(principal),
        show_amount(interest),
        show_amount(fees),
        show_amount(costs),
        show_amount(principal + interest + fees + costs),
        f"{due_on - timedelta(days=rng.randrange(90, 900)):%d/%m/%Y}",
        f"{due_on:%d/%m/%Y}",
        str(dpd),
        debtor.language,
        debtor.channels,
        "si",
    ]


def make_rows(accounts: int, seed: int, anchor: date) -> Iterator[list[str]]:
    """`accounts` good rows; a debtor has one to three of them."""
    rng = random.Random(seed)  # noqa: S311 - nothing here is secret
    recent: list[Debtor] = []
    debtors = 0
    for serial in range(accounts):
        if recent and rng.random() < 0.25:
            debtor = recent.pop(rng.randrange(len(recent)))
            if rng.random() < 0.3:
                recent.append(debtor)
        else:
            debtor = make_debtor(debtors, rng)
            debtors += 1
            recent = [*recent[-200:], debtor]
        yield make_account(serial, debtor, anchor, rng)


# Defects, on purpose


def spoil(rows: list[list[str]]) -> list[list[str]]:
    """The same rows with the defects that examples/README.md lists.

    Five rows get a weak cell and stay good; eleven rows that must be rejected and one duplicate
    are added between the others.
    """
    place = {name: position for position, name in enumerate(COLUMNS)}

    def copy(row: list[str], number: str, **cells: str) -> list[str]:
        changed = [*row]
        changed[0] = number
        for name, value in cells.items():
            changed[place[name]] = value
        return changed

    def find(country: str, kind: str, after: int) -> list[str]:
        return next(
            row for row in rows[after:]
            if row[place["pais"]] == country and row[place["tipo_documento"]] == kind
        )  # fmt: skip

    find("CO", "CC", 40)[place["telefono_1"]] = "no tiene"
    find("MX", "CURP", 120)[place["correo"]] = "sin correo"
    for country, kind, after in (("BR", "CPF", 200), ("ES", "DNI", 280)):
        row = find(country, kind, after)
        last = row[place["numero_documento"]][-1]
        wrong = str((int(last) + 1) % 10) if last.isdigit() else ("A" if last != "A" else "B")
        row[place["numero_documento"]] = row[place["numero_documento"]][:-1] + wrong
    find("CO", "CC", 360)[place["departamento"]] = "Macondo"
    spoiled = [
        (55, copy(rows[50], "XX-1", saldo_capital="N/D")),
        (130, copy(rows[51], "XX-2", intereses="-1.500,00")),
        (205, copy(rows[52], "")),
        (280, copy(rows[53], "XX-4", fecha_vencimiento="31/02/2026")),
        (355, copy(rows[54], "XX-5", moneda="PESOS")),
        (430, copy(rows[55], "XX-6", pais="Macondo")),
        (505, copy(rows[56], "XX-7", saldo_total="1,00")),
        (580, copy(rows[57], "XX-8", comisiones="12,3456")),
        (655, copy(rows[58], "XX-9")[:15]),
        (730, copy(rows[59], "XX-10", saldo_total="9,99E+06")),
        (805, [*rows[60]]),
        (880, copy(rows[61], rows[61][0], saldo_capital="1.000,00", saldo_total="")),
    ]
    result = [*rows]
    for position, row in reversed(spoiled):
        result.insert(position, row)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--accounts", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--anchor", type=date.fromisoformat, default=ANCHOR)
    parser.add_argument("--clean", action="store_true", help="without the rows that are wrong")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    rows = list(make_rows(options.accounts, options.seed, options.anchor))
    if not options.clean:
        if options.accounts < 1_000:
            parser.error("the defects need 1,000 accounts; use --clean for fewer")
        rows = spoil(rows)
    with options.out.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=";", lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)


if __name__ == "__main__":
    main()
