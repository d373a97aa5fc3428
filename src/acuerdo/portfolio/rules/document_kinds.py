"""Which identity documents the countries have: names, forms, and which ones are one human's.

A human's tax number is often made from the number of the identity card (a Colombian NIT, an
Argentine CUIT, a Peruvian or Ecuadorian RUC): then both are one identity, so that creditors who
write one or the other mean one person.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

Tidy = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Kind:
    """One type of document of a country.

    `names` are what lenders call it, in capitals without spaces, ours first. `form` is what it
    looks like in capitals without marks, after `tidy`, which restores what spreadsheets and people
    leave out; `shows` is what it looks like before, where no column says what it is. `module` of
    python-stdnum checks its digits. `is_telling`: who sees the form knows the type. `identity`
    gives the type and number that the human has.
    """

    names: tuple[str, ...]
    form: str
    module: str = ""
    is_telling: bool = True
    shows: str = ""
    tidy: Tidy | None = None
    identity: Callable[[str], str] | None = None

    @property
    def code(self) -> str:
        return self.names[0]


def _kind(
    names: str,
    form: str,
    module: str = "",
    *,
    told: bool = False,
    shows: str = "",
    tidy: Tidy | None = None,
    identity: Callable[[str], str] | None = None,
) -> Kind:
    form, shows = (f"^(?:{pattern})$" for pattern in (form, shows or ".+"))
    return Kind(tuple(names.split()), form, module, not told, shows, tidy, identity)


def _fill(width: int, least: int) -> Tidy:
    """Zeros before a number of at least `least` digits, up to `width`."""

    def tidy(text: str) -> str:
        return text.zfill(width) if text.isdigit() and len(text) >= least else text

    return tidy


def _strip_zeros(text: str) -> str:
    return text.lstrip("0")


def _strip_prefix(country: str, then: Tidy | None = None) -> Tidy:
    """Without the country's code before it, as in tax numbers inside the European Union."""

    def tidy(text: str) -> str:
        rest = text.removeprefix(country)
        return then(rest) if then else rest

    return tidy


# Colombia


def _colombian_tax_number(text: str) -> str:
    """A firm's NIT has nine digits and begins with 8 or 9; a human's is the number of the cédula.
    (`text` comes without its check digit.)"""
    return f"NIT:{text}" if len(text) == 9 and text[0] in "89" else f"CC:{text}"


def _colombian_minor(text: str) -> str:
    """The ten digits that a minor's card has are the later cédula's."""
    return f"CC:{text}" if re.fullmatch(r"1\d{9}", text) else f"TI:{text}"


# Spain

_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"


def _spanish_identity_card(text: str) -> str:
    digits = text.removeprefix("ES")
    if re.fullmatch(r"\d{6,7}[A-Z]", digits):
        return digits.zfill(9)
    if re.fullmatch(r"\d{7,8}", digits):
        # Written without its letter, which follows from the number.
        return digits.zfill(8) + _LETTERS[int(digits) % 23]
    return digits


def _spanish_foreigner(text: str) -> str:
    digits = text.removeprefix("ES")
    if re.fullmatch(r"[XYZ]0\d{7}[A-Z]?", digits):
        digits = digits[0] + digits[2:]
    if re.fullmatch(r"[XYZ]\d{7}", digits):
        return digits + _LETTERS[int(str("XYZ".index(digits[0])) + digits[1:]) % 23]
    return digits


# Others


def _peruvian_tax_number(text: str) -> str:
    return f"DNI:{text[2:10]}" if text.startswith("10") else f"RUC:{text}"


def _argentine_identity_card(text: str) -> str:
    """The old booklets had an M or F before the number."""
    return re.sub(r"^[MF](?=\d{6,8}$)", "", text).lstrip("0")


def _argentine_tax_number(text: str) -> str:
    """20, 23, 24 and 27 are humans, 25 and 26 humans of whom there were two; 30 to 34 are firms."""
    is_human = text[:2] in ("20", "23", "24", "25", "26", "27")
    return f"DNI:{text[2:10].lstrip('0')}" if is_human else f"CUIT:{text}"


def _ecuadorian_tax_number(text: str) -> str:
    """The third digit of a human is below 6; of the public hand 6, of firms 9."""
    return f"CI:{text[:10]}" if text[2] < "6" else f"RUC:{text}"


def _costa_rican(text: str) -> str:
    """Nine digits: a zero that is written before them, for some systems want ten, is no part."""
    return text[1:] if re.fullmatch(r"0[1-9]\d{8}", text) else text


_PASSPORT = _kind("PA PASAPORTE PASSAPORTE PASSPORT PP PAS", "[A-Z0-9]{5,15}", told=True)

KINDS: dict[str, tuple[Kind, ...]] = {
    "AR": (
        _kind(
            "CUIT CUIL CUITCUIL CDI CLAVEUNICADEIDENTIFICACIONTRIBUTARIA",
            r"(?:2[034567]|3[034])\d{9}",
            "ar.cuit",
            identity=_argentine_tax_number,
        ),
        _kind(
            "DNI DU LE LC DOCUMENTONACIONALDEIDENTIDAD DOCUMENTOUNICO LIBRETADEENROLAMIENTO"
            " LIBRETACIVICA",
            r"[1-9]\d{5,7}",
            tidy=_argentine_identity_card,
        ),
        _PASSPORT,
    ),
    "BR": (
        _kind(
            "CPF CPFMF CADASTRODEPESSOASFISICAS",
            r"\d{11}",
            "br.cpf",
            shows=r"\d{11}",
            tidy=_fill(11, 8),
        ),
        _kind(
            "CNPJ CNPJMF CGC",
            r"[0-9A-Z]{12}\d{2}",
            "br.cnpj",
            shows=".{14}",
            tidy=_fill(14, 12),
        ),
        _kind("RG CI CARTEIRADEIDENTIDADE IDENTIDADE", "[0-9A-Z]{5,14}", told=True),
        _kind("RNE RNM CRNM", "[0-9A-Z]{6,10}", told=True),
        _PASSPORT,
    ),
    "CL": (
        _kind(
            "RUT RUN CI CEDULA CEDULADEIDENTIDAD CARNET CARNETDEIDENTIDAD",
            r"[1-9]\d{5,7}[0-9K]",
            "cl.rut",
            tidy=_strip_zeros,
        ),
        _PASSPORT,
    ),
    "CO": (
        _kind(
            "CC CEDULA CEDULADECIUDADANIA C CEDULACIUDADANIA",
            r"[1-9]\d{4,9}",
            tidy=_strip_zeros,
        ),
        _kind("CE CEDULADEEXTRANJERIA CEDULAEXTRANJERIA", "[A-Z0-9]{4,15}", told=True),
        _kind(
            "NIT N NUMERODEIDENTIFICACIONTRIBUTARIA",
            r"[1-9]\d{4,10}",
            told=True,
            identity=_colombian_tax_number,
        ),
        _kind(
            "TI TARJETADEIDENTIDAD RC REGISTROCIVIL NUIP",
            r"[1-9]\d{5,10}",
            told=True,
            identity=_colombian_minor,
        ),
        _kind("PPT PPTPERMISOPORPROTECCIONTEMPORAL PEP", "[A-Z0-9]{4,15}", told=True),
        _PASSPORT,
    ),
    "CR": (
        _kind(
            "CF CPF CI CEDULA CEDULAFISICA FISICA CEDULADEIDENTIDAD",
            r"[1-9]\d{8}",
            tidy=_costa_rican,
        ),
        _kind("CJ CPJ CEDULAJURIDICA JURIDICA", r"[2345]\d{9}", "cr.cpj"),
        _kind("DIMEX RESIDENTE", r"1\d{10,11}", "cr.cr"),
        _PASSPORT,
    ),
    "DO": (
        _kind(
            "CEDULA CI CEDULADEIDENTIDAD",
            r"\d{11}",
            "do.cedula",
            shows=r"\d{11}",
            tidy=_fill(11, 9),
        ),
        _kind("RNC", r"\d{9}", "do.rnc", told=True),
        _PASSPORT,
    ),
    "EC": (
        _kind(
            "RUC REGISTROUNICODECONTRIBUYENTES",
            r"\d{13}",
            "ec.ruc",
            shows=r"\d{13}",
            tidy=_fill(13, 12),
            identity=_ecuadorian_tax_number,
        ),
        _kind(
            "CI CC CED CEDULA CEDULADEIDENTIDAD CEDULADECIUDADANIA",
            r"\d{10}",
            "ec.ci",
            shows=r"\d{10}",
            tidy=_fill(10, 9),
        ),
        _PASSPORT,
    ),
    "ES": (
        _kind(
            "DNI NIF DOCUMENTONACIONALDEIDENTIDAD",
            r"\d{8}[A-Z]",
            "es.dni",
            shows=r"(?:ES)?\d{6,8}[A-Z]",
            tidy=_spanish_identity_card,
        ),
        _kind(
            "NIE TIE",
            r"[XYZ]\d{7}[A-Z]",
            "es.nie",
            shows=r"(?:ES)?[XYZ]\d{7,8}[A-Z]",
            tidy=_spanish_foreigner,
        ),
        _kind("CIF", r"[A-HJNP-SUVW]\d{7}[0-9A-J]", "es.cif", tidy=_strip_prefix("ES")),
        # Humans without a card: children, Spaniards abroad, foreigners.
        _kind("NIFK NIFL NIFM", r"[KLM]\d{7}[A-Z]", "es.nif", tidy=_strip_prefix("ES")),
        _PASSPORT,
    ),
    "GB": (
        _kind(
            "NINO NI NIN NATIONALINSURANCE NATIONALINSURANCENUMBER NINUMBER",
            # The last letter may be left out: it only says when cards were to be changed.
            r"[ABCEGHJ-PR-TW-Z][ABCEGHJ-NPR-TW-Z]\d{6}[A-D]?",
            identity=lambda text: f"NINO:{text[:8]}",
        ),
        _kind("UTR", r"\d{10}", "gb.utr", told=True),
        _kind("NHS NHSNUMBER", r"\d{10}", "gb.nhs", told=True),
        _PASSPORT,
    ),
    "MX": (
        _kind("CURP", "[A-ZÑ]{4}[0-9]{6}[A-Z]{6}[0-9A-Z][0-9]", "mx.curp"),
        # Ten characters are no RFC: without the last three many humans share one.
        _kind("RFC", "[A-ZÑ&]{3,4}[0-9]{6}[0-9A-Z]{3}", "mx.rfc"),
        _kind("INE IFE CLAVEDEELECTOR CREDENCIALPARAVOTAR", r"[A-Z]{6}\d{8}[HM]\d{3}"),
        _PASSPORT,
    ),
    "PE": (
        _kind(
            "RUC REGISTROUNICODECONTRIBUYENTES",
            r"(?:10|15|16|17|20)\d{9}",
            "pe.ruc",
            identity=_peruvian_tax_number,
        ),
        _kind(
            "DNI LE DOCUMENTONACIONALDEIDENTIDAD LIBRETAELECTORAL CUI",
            # Some write the check digit or letter after it.
            r"\d{8}[0-9A-K]?",
            "pe.cui",
            shows=r"\d{8}",
            tidy=_fill(8, 6),
            identity=lambda text: f"DNI:{text[:8]}",
        ),
        _kind("CE CARNEDEEXTRANJERIA CARNETDEEXTRANJERIA", "[A-Z0-9]{8,12}", told=True),
        _kind("PTP CPP PERMISOTEMPORALDEPERMANENCIA", "[A-Z0-9]{8,15}", told=True),
        _PASSPORT,
    ),
    "PT": (
        _kind(
            "NIF NIPC CONTRIBUINTE NUMERODECONTRIBUINTE NUMERODEIDENTIFICACAOFISCAL",
            r"[1-9]\d{8}",
            "pt.nif",
            tidy=_strip_prefix("PT"),
        ),
        _kind(
            "CC CARTAODECIDADAO",
            r"\d{9}[A-Z0-9]{2}\d",
            "pt.cc",
            identity=lambda text: f"CC:{text[:8]}",
        ),
        # The number of the old card is the beginning of the new one's.
        _kind(
            "BI BILHETEDEIDENTIDADE NIC",
            r"\d{8}",
            told=True,
            tidy=_fill(8, 6),
            identity=lambda text: f"CC:{text}",
        ),
        _PASSPORT,
    ),
    "US": (
        _kind(
            "SSN SOCIALSECURITY SOCIALSECURITYNUMBER SS",
            r"[0-8]\d{8}",
            "us.ssn",
            shows=r"\d{9}",
            tidy=_fill(9, 7),
        ),
        _kind("ITIN", r"9\d{8}", "us.itin"),
        _kind("EIN FEIN TIN", r"\d{9}", "us.ein", told=True, tidy=_fill(9, 8)),
        _kind("DL DRIVERLICENSE DRIVERSLICENSE", "[A-Z0-9]{4,20}", told=True),
        _PASSPORT,
    ),
    "UY": (
        _kind("RUT", r"\d{12}", "uy.rut"),
        _kind("CI CEDULA CEDULADEIDENTIDAD", r"[1-9]\d{6,7}", tidy=_strip_zeros),
        _PASSPORT,
    ),
    "ZA": (
        _kind(
            "ID IDNUMBER RSAID SAID SAIDNUMBER IDENTITYNUMBER IDENTITYDOCUMENT",
            r"\d{13}",
            "za.idnr",
            shows=r"\d{13}",
            # Who was born in 2000 has up to three zeros in front.
            tidy=_fill(13, 10),
        ),
        _PASSPORT,
    ),
}
"""Country → its kinds, the ones that a form is compared with first in front."""

TOLD_BY_MARKS = {
    "CO": (r"^[\d.\s]{6,14}-\s*\d$", "NIT"),
    "PE": (r"^\d{8}\s*-\s*[0-9A-K]$", "DNI"),
    "US": (r"^\d{2}-\d{7}$", "EIN"),
}
"""Country → how a number is written of which no column says the type, and the type."""

FILLERS = frozenset(
    "12345678909 12345678Z 00000000T X0000000T X1234567L 999999990 XAXX010101000 XEXX010101000"
    " XEXX010101HNEXXXA4 XEXX010101MNEXXXA8 078051120 219099999 123456785 AB123456 AB123456A"
    " AB123456B AB123456C AB123456D".split()
)
"""Numbers that pass every check and belong to nobody: examples, and what cashiers type."""
