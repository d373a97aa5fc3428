"""Countries, subdivisions, languages and time zones as creditors write them."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from babel.core import Locale, get_global
from babel.numbers import get_territory_currencies, list_currencies

_ISO3 = {
    "ARG": "AR", "BOL": "BO", "BRA": "BR", "CHL": "CL", "COL": "CO", "CRI": "CR", "DOM": "DO",
    "ECU": "EC", "ESP": "ES", "GBR": "GB", "GTM": "GT", "HND": "HN", "MEX": "MX", "NIC": "NI",
    "PAN": "PA", "PER": "PE", "PRT": "PT", "PRY": "PY", "SLV": "SV", "URY": "UY", "USA": "US",
    "VEN": "VE", "ZAF": "ZA",
}  # fmt: skip
# ISO 3166-2: code after the hyphen and the names in use, without accents.
_SUBDIVISIONS: dict[str, str] = {
    "CO": "AMA:amazonas ANT:antioquia ARA:arauca ATL:atlantico BOL:bolivar BOY:boyaca CAL:caldas"
    " CAQ:caqueta CAS:casanare CAU:cauca CES:cesar CHO:choco COR:cordoba CUN:cundinamarca"
    " DC:bogota,bogotadc,distritocapital GUA:guainia GUV:guaviare HUI:huila LAG:laguajira"
    " MAG:magdalena MET:meta NAR:narino NSA:nortedesantander PUT:putumayo QUI:quindio RIS:risaralda"
    " SAN:santander SAP:sanandres SUC:sucre TOL:tolima VAC:valledelcauca,valle VAU:vaupes"
    " VID:vichada",
    "MX": "AGU:aguascalientes BCN:bajacalifornia BCS:bajacaliforniasur CAM:campeche CHH:chihuahua"
    " CHP:chiapas CMX:ciudaddemexico,cdmx,distritofederal,df COA:coahuila,coahuiladezaragoza"
    " COL:colima DUR:durango GRO:guerrero GUA:guanajuato HID:hidalgo JAL:jalisco"
    " MEX:mexico,estadodemexico,edomex MIC:michoacan MOR:morelos NAY:nayarit NLE:nuevoleon"
    " OAX:oaxaca PUE:puebla QUE:queretaro ROO:quintanaroo SIN:sinaloa SLP:sanluispotosi SON:sonora"
    " TAB:tabasco TAM:tamaulipas TLA:tlaxcala VER:veracruz YUC:yucatan ZAC:zacatecas",
    "BR": "AC:acre AL:alagoas AM:amazonas AP:amapa BA:bahia CE:ceara DF:distritofederal"
    " ES:espiritosanto GO:goias MA:maranhao MG:minasgerais MS:matogrossodosul MT:matogrosso PA:para"
    " PB:paraiba PE:pernambuco PI:piaui PR:parana RJ:riodejaneiro RN:riograndedonorte RO:rondonia"
    " RR:roraima RS:riograndedosul SC:santacatarina SE:sergipe SP:saopaulo TO:tocantins",
    "ES": "AN:andalucia AR:aragon AS:asturias CB:cantabria CE:ceuta CL:castillayleon"
    " CM:castillalamancha CN:canarias CT:cataluna,catalunya EX:extremadura GA:galicia"
    " GC:laspalmas IB:islasbaleares,illesbalears,baleares MC:murcia MD:madrid,comunidaddemadrid"
    " ML:melilla NC:navarra PV:paisvasco,euskadi RI:larioja TF:santacruzdetenerife,tenerife"
    " VC:valencia,comunidadvalenciana",
}
# Where a country has several zones: subdivision → its own. What is not here has `_MAIN_ZONE`.
_ZONES: dict[str, dict[str, tuple[str, ...]]] = {
    "BR": {
        "AC": ("America/Rio_Branco",),
        "AM": ("America/Manaus", "America/Eirunepe"),
        "MS": ("America/Campo_Grande",),
        "MT": ("America/Cuiaba",),
        "PE": ("America/Recife", "America/Noronha"),
        "RO": ("America/Porto_Velho",),
        "RR": ("America/Boa_Vista",),
    },
    "MX": {
        "BCN": ("America/Tijuana",),
        "BCS": ("America/Mazatlan",),
        "CHH": ("America/Chihuahua", "America/Ciudad_Juarez", "America/Ojinaga"),
        "COA": ("America/Monterrey", "America/Matamoros"),
        "NAY": ("America/Mazatlan", "America/Bahia_Banderas"),
        "NLE": ("America/Monterrey", "America/Matamoros"),
        "ROO": ("America/Cancun",),
        "SIN": ("America/Mazatlan",),
        "SON": ("America/Hermosillo",),
        "TAM": ("America/Monterrey", "America/Matamoros"),
    },
    "ES": {
        "CE": ("Africa/Ceuta",),
        "CN": ("Atlantic/Canary",),
        "GC": ("Atlantic/Canary",),
        "TF": ("Atlantic/Canary",),
    },
}
_MAIN_ZONE = {
    "AR": "America/Argentina/Buenos_Aires",
    "BR": "America/Sao_Paulo",
    "CL": "America/Santiago",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "GB": "Europe/London",
    "MX": "America/Mexico_City",
    "PT": "Europe/Lisbon",
    "US": "America/New_York",
}
_LANGUAGES = {
    **dict.fromkeys("es spa esp espanol castellano spanish espanhol".split(), "es"),
    **dict.fromkeys("pt por portugues portuguese".split(), "pt"),
    **dict.fromkeys("en eng ing ingles english".split(), "en"),
}


def plain(text: str) -> str:
    """Lower case, without accents, spaces and punctuation: how words are compared here."""
    letters = unicodedata.normalize("NFKD", text.lower())
    return re.sub(r"[^a-z0-9]", "", letters.encode("ascii", "ignore").decode())


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
    names = _subdivision_names(country)
    word = plain(text)
    return names.get(word) or names.get(word.removeprefix(country.lower()), "")


@cache
def _subdivision_names(country: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in _SUBDIVISIONS.get(country, "").split():
        code, _, names = item.partition(":")
        found[code.lower()] = f"{country}-{code}"
        for name in names.split(","):
            found.setdefault(name, f"{country}-{code}")
    return found


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


@cache
def list_zones(country: str, subdivision: str = "") -> tuple[str, ...]:
    """Every time zone a debtor there may be in, the likeliest first; () where unknown.

    Facts: the time zone database's zone to country table, and its notes on which states a zone
    covers.
    """
    main = _MAIN_ZONE.get(country, "")
    special = _ZONES.get(country, {})
    if subdivision and country in _ZONES:
        code = subdivision.partition("-")[2] or subdivision
        if _subdivision_names(country).get(code.lower()):
            return special.get(code, (main,))
    territories = get_global("zone_territories")
    zones = {
        zone
        for zone, territory in territories.items()
        if territory == country and "/" in zone and not zone.startswith("Etc/")
    }
    if country in _ZONES:
        zones = {main, *(zone for group in special.values() for zone in group)}
    if main:
        return (main, *sorted(zones - {main}))
    return tuple(sorted(zones))
