"""Which time a phone number's first digits tell of, where its country has more than one.

phonenumbers maps prefixes to zones from the operators' lists; for these countries it is too coarse
or wrong (each fault has a test), so that the prefixes stand here. The longest one that a number
begins with counts. `*` means that the prefix says nothing about the place (mobiles of countries
whose mobiles have no area, freephone and shared-cost numbers): every zone of the country.

Sources: the numbering plans of Anatel (DDD by state), IFT (claves por estado), Subtel, ARCOTEL,
CNMC and ANACOM as phonenumbers' own table of places tells them; for North America phonenumbers'
zones by exchange, of which we take all that occur in an area code, because numbers are ported
inside it, and the overlays (a new code over an old one's area), which it gives one zone alone.
"""

from __future__ import annotations

_ONE_ZONE = {
    # Argentina has had one legal time since 2009, whatever the name of the zone.
    "54": "America/Argentina/Buenos_Aires",
    "57": "America/Bogota",
    "506": "America/Costa_Rica",
    "44": "Europe/London",
    "51": "America/Lima",
    "27": "Africa/Johannesburg",
}

# Brazil: DDD → state (its zones are in `subdivisions`), or a zone where the DDD tells more.
_BRAZIL = {
    "11 12 13 14 15 16 17 18 19": "SP",
    "21 22 24": "RJ",
    "27 28": "ES",
    "31 32 33 34 35 37 38": "MG",
    "41 42 43 44 45 46": "PR",
    "47 48 49": "SC",
    "51 53 54 55": "RS",
    "61": "DF",
    "62 64": "GO",
    "63": "TO",
    "65 66": "MT",
    "67": "MS",
    "68": "AC",
    "69": "RO",
    "71 73 74 75 77": "BA",
    "79": "SE",
    # Recife, and the island of Noronha an hour ahead: phonenumbers knows the island alone.
    "81": "PE",
    "82": "AL",
    "83": "PB",
    "84": "RN",
    "85 88": "CE",
    "86 89": "PI",
    "87": "America/Recife",
    "91 93 94": "PA",
    "92": "America/Manaus",
    "95": "RR",
    "96": "AP",
    # The far west of Amazonas is an hour behind Manaus: phonenumbers knows Manaus alone.
    "97": "AM",
    "98 99": "MA",
}

# Mexico: the first digits → states or zones. Border municipalities keep the time of the
# United States (Ley de los Husos Horarios, 2022-10-28), which phonenumbers has for some of them;
# it still has Chihuahua an hour behind (as before that law), and misses Matamoros itself (868).
_MEXICO = {
    "2 3 4 5 7 9": "America/Mexico_City",
    "20": "*",
    "80 90": "*",
    # Nayarit; 322 and 329 are Puerto Vallarta and Bahía de Banderas, which have central time.
    "311 319 323 324 325 327 389": "America/Mazatlan",
    "322 329": "America/Mexico_City America/Bahia_Banderas",
    # The north-west: a code that is not named here may be any state's.
    "6": "BCN SON SIN CHH DUR",
    "616 646 658 661 664 665 686": "America/Tijuana",
    "663": "America/Tijuana America/Mexico_City",
    "612 613 615 624": "America/Mazatlan",
    "660 667 668 669 672 673 687 69": "America/Mazatlan",
    "622 623 631 632 633 634 637 638 641 642 643 644 645 647 651 653 662": "America/Hermosillo",
    "614 625 627 628 629 635 639 648 652 659": "America/Chihuahua",
    "621": "America/Chihuahua America/Ojinaga",
    "626": "America/Ojinaga America/Chihuahua",
    "636 656 657": "America/Ciudad_Juarez America/Chihuahua",
    "649": "America/Chihuahua America/Monterrey",
    "618 671 674 675 676 677": "America/Monterrey",
    # The north-east: border or not is told by none of the codes that are not named here.
    "8": "America/Monterrey America/Matamoros",
    "81 821 825 826 828 831 832 833 834 835 836 842 844 866 870 871 872": "America/Monterrey",
    "845 846": "America/Mexico_City",
    "867 868 877 878 894 897 899": "America/Matamoros America/Monterrey",
    # Yucatán and Campeche share codes with Quintana Roo, which is an hour ahead, at its border.
    "981 982 988 969 990 991 996 999": "America/Merida",
    "984 987 998": "America/Cancun",
    "983": "America/Cancun America/Merida",
    "985 986 997": "America/Merida America/Cancun",
}

# Chile: phonenumbers has Santiago for all. Numbers with an area code can be ported away from it.
_CHILE = {
    "2 3 4 5 6 7": "America/Santiago",
    "32": "VS",
    "44": "*",
    "600": "*",
    "61": "America/Punta_Arenas America/Santiago",
    "67": "America/Coyhaique America/Santiago",
}

_ECUADOR = {
    "2 3 4 6 7": "America/Guayaquil",
    # Manabí, Los Ríos and Galápagos.
    "5": "America/Guayaquil Pacific/Galapagos",
}

_SPAIN = {
    "81 82 83 84 85 86 87 88": "Europe/Madrid",
    "91 92 93 94 95 96 97 98": "Europe/Madrid",
    # 827 is Cáceres: phonenumbers takes it for the Canaries.
    "822 828 922 928": "Atlantic/Canary",
    "856 956": "Europe/Madrid Africa/Ceuta",
    "851 852 951 952": "Europe/Madrid Africa/Ceuta",
}

_PORTUGAL = {
    "2": "Europe/Lisbon",
    "291": "Atlantic/Madeira",
    "292 295 296": "Atlantic/Azores",
}

# North America: area codes over which a line between zones runs, by 49 CFR part 71. All others are
# as phonenumbers has them.
_UNITED_STATES = {
    "208 986": "ID",
    "219 574 812 930": "IN",
    "270 364 606": "KY",
    "308": "NE",
    "423": "America/New_York America/Chicago",
    "448": "America/Chicago America/New_York",
    "850": "America/Chicago America/New_York",
    "458 541": "OR",
    "605": "SD",
    "620 785": "KS",
    # Orlando, over 407: phonenumbers has Chicago.
    "689": "America/New_York",
    "701": "ND",
    "775": "NV",
    "906": "MI",
    "907": "AK",
    "928": "AZ",
}

AREAS = {
    "52": ("MX", _MEXICO),
    "55": ("BR", _BRAZIL),
    "56": ("CL", _CHILE),
    "593": ("EC", _ECUADOR),
    "34": ("ES", _SPAIN),
    "351": ("PT", _PORTUGAL),
    "1": ("US", _UNITED_STATES),
}
"""Calling code → country, and its prefixes; a prefix that is not there says `*`, except for North
America, where phonenumbers is asked."""

ONE_ZONE = _ONE_ZONE
"""Calling code → the time of all who have a number of it."""
