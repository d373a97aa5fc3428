"""Weekdays, months and small counts in three languages, as pattern pieces over the marked text."""

from __future__ import annotations

import re

from acuerdo.assistant.nlu.entities.marked import Marked

_OPEN: dict[str, int] = {
    **dict.fromkeys(("lunes", "monday", "mondays", "mon"), 0),
    **dict.fromkeys(("martes", "tuesday", "tues", "tue", "tuesdays"), 1),
    **dict.fromkeys(("miercoles", "wednesday", "weds", "wed", "mierc", "wensday"), 2),
    **dict.fromkeys(("jueves", "thursday", "thurs", "thur", "thu"), 3),
    **dict.fromkeys(("viernes", "friday", "fri", "viern", "vierns", "biernes"), 4),
    **dict.fromkeys(("sabado", "saturday", "sat", "savado"), 5),
    **dict.fromkeys(("domingo", "sunday", "sun"), 6),
}
_FEIRAS: dict[str, int] = {"segunda": 0, "terca": 1, "quarta": 2, "quinta": 3, "sexta": 4}
WEEKDAYS: dict[str, int] = {**_OPEN, **_FEIRAS}
MONTHS: dict[str, int] = {
    name: number
    for number, names in enumerate(
        (
            "enero janeiro january ene jan",
            "febrero fevereiro february feb fev",
            "marzo marco march mar",
            "abril april abr apr",
            "mayo maio may mai",
            "junio junho june jun",
            "julio julho july jul",
            "agosto august ago aug",
            "septiembre setiembre setembro september sept sep set",
            "octubre outubro october oct out",
            "noviembre novembro november nov",
            "diciembre dezembro december dic dez dec",
        ),
        start=1,
    )
    for name in names.split()
}


def _alternation(words: dict[str, int]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


OPEN_WEEKDAY = rf"(?P<name>{_alternation(_OPEN)})"
FEIRA = rf"(?P<name>{_alternation(_FEIRAS)})"
WEEKDAY = rf"(?P<name>{_alternation(WEEKDAYS)})"
UNNAMED_WEEKDAY = rf"(?:{_alternation(WEEKDAYS)})"
UNNAMED_MONTH = rf"(?:{_alternation(MONTHS)})"
MONTH = rf"(?P<month>{_alternation(MONTHS)})"
# Full names only: "in may", "en mar" say too little.
LONG_MONTHS = {name: number for name, number in MONTHS.items() if len(name) > 3 and name != "sept"}
LONG_MONTH = _alternation(LONG_MONTHS)
COUNT = (
    r"(?P<count>N++|(?:un|um|a)\s+par\s+de|a\s+couple(?:\s+of)?|couple(?:\s+of)?"
    r"|unas?|una|un|uma|um|an?)"
)
UNIT = (
    r"(?P<unit>dias?|diitas?|days?|semanas?|semanitas?|weeks?|wks?|fortnights?|mes|meses|months?"
    r"|ano|anos|years?|yrs?)"
)
_QUE = r"(?:que|q|k)"
# "viernes que viene", "terça q vem": behind a weekday, a week or a month.
NEXT = rf"(?:{_QUE}\s+(?:viene|vem|entra|sigue)|proxim[oa]|entrante|siguiente|seguinte)"
LAST = r"(?:pasad[oa]|passad[oa]|anterior)"


def count_of(marked: Marked, match: re.Match[str]) -> int | None:
    """The value of a match's `count`: a number, an article (1) or a couple (2)."""
    number = marked.number(match, "count")
    if number is not None:
        return number.whole
    return 2 if "par" in match["count"] or "couple" in match["count"] else 1
