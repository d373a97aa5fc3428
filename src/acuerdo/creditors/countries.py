"""What a country brings with it: its usual zone, language and currency."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Country:
    """`locale` is how money and dates are written to its people (Babel's name)."""

    code: str
    timezone: str
    language: str
    locale: str
    currency: str


_ROWS = """
CO America/Bogota es es_CO COP
MX America/Mexico_City es es_MX MXN
BR America/Sao_Paulo pt pt_BR BRL
ES Europe/Madrid es es_ES EUR
CL America/Santiago es es_CL CLP
PE America/Lima es es_PE PEN
AR America/Argentina/Buenos_Aires es es_AR ARS
PT Europe/Lisbon pt pt_PT EUR
EC America/Guayaquil es es_EC USD
CR America/Costa_Rica es es_CR CRC
US America/New_York en en_US USD
GB Europe/London en en_GB GBP
ZA Africa/Johannesburg en en_ZA ZAR
"""

COUNTRIES = {
    code: Country(code, zone, language, locale, currency)
    for code, zone, language, locale, currency in (row.split() for row in _ROWS.split("\n") if row)
}


def locale_of(country: str, language: str) -> str:
    """How figures are written to somebody of `country` who reads `language`: `es_CO`.

    The country's own way wins: a Brazilian debt is written the Brazilian way in English too.
    """
    known = COUNTRIES.get(country)
    return known.locale if known else language
