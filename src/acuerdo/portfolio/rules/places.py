"""Countries, subdivisions and languages as creditors write them, and the time of places."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from babel.core import Locale, get_global
from babel.numbers import get_territory_currencies, list_currencies

from acuerdo.portfolio.rules.subdivisions import MAIN_ZONES, list_subdivisions

_ISO3 = {
    "ARG": "AR", "BOL": "BO", "BRA": "BR", "CHL": "CL", "COL": "CO", "CRI": "CR", "DOM": "DO",
    "ECU": "EC", "ESP": "ES", "GBR": "GB", "GTM": "GT", "HND": "HN", "MEX": "MX", "NIC": "NI",
    "PAN": "PA", "PER": "PE", "PRT": "PT", "PRY": "PY", "SLV": "SV", "URY": "UY", "USA": "US",
    "VEN": "VE", "ZAF": "ZA",
}  # fmt: skip
# Words that say what kind of part it is, or nothing.
_FILLERS = frozenset(
    "de del la el los las do da dos das y e of the region regiao provincia province departamento"
    " depto dpto estado state comunidad autonoma distrito district".split()
)
_LANGUAGES = {
    **dict.fromkeys("es spa esp espanol castellano spanish espanhol".split(), "es"),
    **dict.fromkeys("pt por portugues portuguese".split(), "pt"),
    **dict.fromkeys("en eng ing ingles english".split(), "en"),
}


def plain(text: str) -> str:
    """Lower case, without accents, spaces and punctuation: how words are compared here."""
    return re.sub(r"[^a-z0-9]", "", _fold(text))


def _fold(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.lower())
    return letters.encode("ascii", "ignore").decode()


@cache
def _country_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for language in ("es", "pt", "en"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha():
                names.setdefault(plain(name), code)
    return {**names, "brasil": "BR", "usa": "US", "eeuu": "US", "uk": "GB", "mejico": "MX"}


def find_country(text: str) -> str:
    """ISO 3166-1 alpha-2 of a code or a name in es, pt or en; '' where it is none."""
    code = text.strip().upper()
    if len(code) == 2 and code in Locale("en").territories and code.isascii():
        return code
    return _ISO3.get(code) or _country_names().get(plain(text), "")


def find_subdivision(text: str, country: str) -> str:
    """ISO 3166-2 ("MX-JAL") of a code or name; '' where it is not known."""
    codes, names = _subdivision_names(country)
    code = plain(re.sub(rf"^\s*{country}[-_. ]", "", text, flags=re.IGNORECASE))
    if code in codes:
        return codes[code]
    name = _subdivision_key(text)
    if name not in names and country == "CL":
        # "XII Región de Magallanes": its number, its name, or both.
        number, _, rest = _fold(text).strip().partition(" ")
        name = _subdivision_key(rest) if number in names else name
        name = name or number
    return names.get(name, "")


def _subdivision_key(text: str) -> str:
    words = re.findall(r"[a-z0-9]+", _fold(text))
    return "".join(word for word in words if word not in _FILLERS)


@cache
def _subdivision_names(country: str) -> tuple[dict[str, str], dict[str, str]]:
    """Code → ISO 3166-2, and name → ISO 3166-2, both as they are compared."""
    codes: dict[str, str] = {}
    names: dict[str, str] = {}
    for part in list_subdivisions(country):
        codes[part.code.lower()] = f"{country}-{part.code}"
        for name in part.names:
            names.setdefault(_subdivision_key(name), f"{country}-{part.code}")
    return codes, names


def find_language(text: str) -> str:
    """es, pt or en; '' for any other word."""
    word = re.split(r"[-_ ]", text.strip())[0]
    return _LANGUAGES.get(plain(word), "")


def default_language(country: str) -> str:
    """What a debtor of `country` is written to in where the file does not say."""
    if country in ("BR", "PT", "AO", "MZ"):
        return "pt"
    return "en" if country in ("US", "GB", "IE", "CA", "AU", "NZ", "ZA") else "es"


def default_currency(country: str) -> str:
    """The legal tender of `country` ('' where unknown)."""
    try:
        currencies = get_territory_currencies(country)
    except KeyError:
        return ""
    return str(currencies[0]) if currencies else ""


@cache
def list_currency_codes() -> frozenset[str]:
    """ISO 4217 codes, in use and past."""
    return frozenset(list_currencies())


# How exports name a currency that they do not code: which currencies the word may mean.
_MONEY_WORDS = {
    "pesos": ("COP", "MXN", "ARS", "CLP", "UYU", "DOP"),
    "pesos colombianos": ("COP",),
    "pesos mexicanos": ("MXN",),
    "pesos argentinos": ("ARS",),
    "pesos chilenos": ("CLP",),
    "mn": ("MXN",),
    "moneda nacional": ("MXN", "PEN"),
    "sol": ("PEN",),
    "soles": ("PEN",),
    "s/": ("PEN",),
    "real": ("BRL",),
    "reais": ("BRL",),
    "r$": ("BRL",),
    "euro": ("EUR",),
    "euros": ("EUR",),
    "€": ("EUR",),
    "dolar": ("USD",),
    "dolares": ("USD",),
    "us$": ("USD",),
    "u$s": ("USD",),
    "libra": ("GBP",),
    "pounds": ("GBP",),
    "£": ("GBP",),
}


def find_currency(text: str, country: str) -> str:
    """ISO 4217 of a code or word, as it is used in a country: `PESOS` is COP in CO; '' where
    unknown."""
    code = text.upper()
    if code in list_currency_codes():
        return code
    plain = unicodedata.normalize("NFKD", text.lower()).replace("\u0301", "").replace(".", "")
    meant = _MONEY_WORDS.get(plain.strip(), ())
    own = default_currency(country)
    return own if own in meant else meant[0] if len(meant) == 1 else ""


@cache
def list_zones(country: str, subdivision: str = "") -> tuple[str, ...]:
    """Every time zone of a country (ISO 3166-1), or of its part (ISO 3166-2, with or without the
    country), the one of most people first; () where unknown. A part that is not known means the
    whole country."""
    parts = {part.code: part for part in list_subdivisions(country)}
    code = subdivision.removeprefix(f"{country}-")
    if code in parts:
        return parts[code].zones
    if parts:
        every = (zone for part in parts.values() for zone in part.zones)
        return tuple(dict.fromkeys((MAIN_ZONES[country], *every)))
    territories = get_global("zone_territories")
    return tuple(
        sorted(
            zone
            for zone, territory in territories.items()
            if territory == country and "/" in zone and not zone.startswith("Etc/")
        )
    )
