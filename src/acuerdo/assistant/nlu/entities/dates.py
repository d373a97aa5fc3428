"""Days named in a text, counted from the debtor's own day.

The tense around a day decides its direction ("pagué el 15" looks back, "pago el 15" forward).
Where two readings are usual ("next Friday") the other one is kept among the alternatives, and
the dialogue reads the full date back before it counts. Patterns run over the marked text
(`marked.py`), numeric dates over the folded one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from acuerdo.assistant.nlu.contract import Entity
from acuerdo.assistant.nlu.entities import days
from acuerdo.assistant.nlu.entities.countries import Country
from acuerdo.assistant.nlu.entities.day_words import DAY_WORDS
from acuerdo.assistant.nlu.entities.month_days import MONTH_DAYS, in_year
from acuerdo.assistant.nlu.entities.scene import Scene
from acuerdo.assistant.nlu.entities.tense import Tenses
from acuerdo.assistant.nlu.entities.weekdays import WEEKDAY_RULES

_RULES = (*MONTH_DAYS, *WEEKDAY_RULES, *DAY_WORDS)
_NUMERIC = re.compile(
    r"(?<![\w.,/#$-])(?P<first>[0-3]?\d)(?P<sign>[/.-])(?P<second>[0-3]?\d)"
    r"(?:(?P=sign)(?P<year>(?:19|20)\d\d|\d\d))?(?![\w/]|[.,-]\d)"
    r"|(?<![\w.,/-])(?P<iso>(?:19|20)\d\d)(?P<by>[-/])(?P<month>[01]\d)(?P=by)(?P<day>[0-3]\d)"
    r"(?![\w/-])"
)
# "cuota 3/12", "calle 5/3", "10/10" and "24/7" are no dates.
_PART_OF = re.compile(
    r"\b(?:cuotas?|parcelas?|instal?lments?|parte|part|page|pag|n|no|nro|num|numero"
    r"|number|calle|rua|apto|depto|av|cra|carrera|casa|ref|exp|expediente)\.?\s*[:#]?\s*$"
)


def find_dates(scene: Scene) -> Iterator[Entity]:
    """Days named in the text; `value` is None where a day was meant but not said."""
    for name, pattern, read in _RULES:
        for match in pattern.finditer(scene.marked.marked):
            day = read(match, scene)
            if day is None:
                continue
            end = match.end() if day.end is None else day.end
            yield Entity(
                type="date",
                value=day.value,
                start=match.start(),
                end=end,
                text=scene.marked.original[match.start() : end],
                rule=name,
                alternatives=day.alternatives,
                unresolved=day.unresolved,
                confidence=min(day.confidence, 0.8) if day.alternatives else day.confidence,
            )


def find_numeric_dates(
    folded: str, original: str, tenses: Tenses, ref: date, country: Country
) -> Iterator[Entity]:
    """5/12, 05-12-2026, 19.11.2026, 2026-12-05 by the country's order."""
    for match in _NUMERIC.finditer(folded):
        value, others = _numeric(match, folded, tenses, ref, country)
        if value is not None:
            yield Entity(
                type="date",
                value=value,
                start=match.start(),
                end=match.end(),
                text=original[match.start() : match.end()],
                rule="date.numeric",
                alternatives=others,
                confidence=0.8 if others else 1.0,
            )


def _numeric(
    match: re.Match[str], folded: str, tenses: Tenses, ref: date, country: Country
) -> tuple[date | None, tuple[date, ...]]:
    if match["iso"]:
        return days.safe_date(int(match["iso"]), int(match["month"]), int(match["day"])), ()
    raw = match["year"]
    if not raw and (match["sign"] != "/" or match["first"] == match["second"] == "10"):
        return None, ()
    if _PART_OF.search(folded[max(0, match.start() - 20) : match.start()]):
        return None, ()
    day, month = int(match["first"]), int(match["second"])
    if country.month_first:
        day, month = month, day
    if month > 12 >= day:
        day, month = month, day
    if not 1 <= month <= 12 or match[0] == "24/7":
        return None, ()
    year = (int(raw) + 2_000 if len(raw) == 2 else int(raw)) if raw else None
    return in_year(day, month, year, ref, tenses.at(match.start(), match.end()))
