"""The bank of wordings, from data files: by language, by what is said, kindly or casually."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from random import Random

import yaml

from acuerdo.simulation.rules.debtors.personas import Manner

LANGUAGES = ("es", "pt", "en")
Bank = dict[str, dict[Manner, list[str]]]


@lru_cache(maxsize=3)
def read_bank(language: str) -> Bank:
    """Every wording of a language: what is said → manner → wordings."""
    file = resources.files("acuerdo.simulation.rules.debtors").joinpath(f"bank/{language}.yaml")
    bank: Bank = yaml.safe_load(file.read_text(encoding="utf-8"))
    return bank


def pick_wording(language: str, act: str, manner: Manner, random: Random, but: str = "") -> str:
    """One wording of what is said, another one than `but` where there is one."""
    wordings = [one for one in read_bank(language)[act][manner] if one != but]
    return random.choice(wordings or [but])
