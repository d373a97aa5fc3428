"""Whom somebody can call, now and free of charge, who speaks of ending their life.

The national lines as their health services publish them, read in November 2026; a country that is
not named has its emergency number said in words alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

HELPLINES: Final[Mapping[str, str]] = {
    "AR": "0800 345 1435",
    "BR": "188 (CVV)",
    "CL": "*4141",
    "CO": "106",
    "EC": "171",
    "ES": "024",
    "GB": "116 123 (Samaritans)",
    "MX": "800 911 2000",
    "PE": "113",
    "PT": "808 24 24 24 (SNS 24)",
    "US": "988",
    "ZA": "0800 567 567",
}
