"""Dates written day first, month first or as ISO 8601, decided per column on all its values."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from acuerdo.portfolio.errors import DatesAmbiguous, DatesMixed

_MINORITY = 0.02
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_TIME = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?: ?[AaPp][Mm])?(?:Z|[+-]\d{2}:?\d{2})?)?"
_ISO = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_TIME}", re.ASCII)
# Year first or day first: no eight digits can be both.
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_COMPACT_DAY = re.compile(r"(\d{2})(\d{2})(\d{4})", re.ASCII)
# Days since the last of 1899, as spreadsheets count: 1954 to 2119.
_SERIAL = re.compile(r"([2-7]\d{4})(?:[.,]\d{1,12})?", re.ASCII)
_EPOCH = date(1899, 12, 30)
_NUMERIC = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_TIME}", re.ASCII)
_NAMED = re.compile(
    r"(?:[a-z]{3,13},? )?"
    r"(\d{1,2})(?: ?de ?|[-/. ])?([a-z]{3,10})\.?(?: ?del? ?|[-/. ]|, )?(\d{4}|\d{2})",
    re.ASCII,
)
_NAME_FIRST = re.compile(
    r"([a-z]{3,10})\.?[-/. ](\d{1,2})(?:st|nd|rd|th)?,?(?: de |[-/. ])(\d{4}|\d{2})", re.ASCII
)
_MONTH_NAMES = (
    "ene jan", "feb fev", "mar", "abr apr", "may mai", "jun", "jul", "ago aug",
    "sep set", "oct out", "nov", "dic dez dec",
)  # fmt: skip
_MONTHS = {name: month for month, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}


@dataclass(frozen=True, slots=True)
class Dates:
    """A column of dates: `values` is a Date series aligned with the cells, null where the cell is
    empty or refused; `bad` the distinct texts that are no date; `order` is `iso`, `day_first`,
    `month_first` or '' where no value tells."""

    values: pl.Series
    bad: dict[str, str]
    order: str


def _make(year: int, month: int, day: int) -> date | None:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _full_year(text: str) -> int:
    """Two digits mean 1970 to 2069."""
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year < 70 else 1900)


def _read_plain(text: str) -> date | None:
    """A date that can be read in one way only: ISO 8601, compact, a spreadsheet's serial number, or
    with the month's name."""
    if match := _ISO.fullmatch(text):
        return _make(int(match[1]), int(match[3]), int(match[4]))
    if match := _COMPACT.fullmatch(text):
        found = _make(int(match[1]), int(match[2]), int(match[3]))
        match = _COMPACT_DAY.fullmatch(text)
        return found or (_make(int(match[3]), int(match[2]), int(match[1])) if match else None)
    if match := _SERIAL.fullmatch(text):
        return _EPOCH + timedelta(days=int(match[1]))
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    if match := _NAMED.fullmatch(plain):
        month = _MONTHS.get(match[2][:3])
        return _make(_full_year(match[3]), month, int(match[1])) if month else None
    if match := _NAME_FIRST.fullmatch(plain):
        month = _MONTHS.get(match[1][:3])
        return _make(_full_year(match[3]), month, int(match[2])) if month else None
    return None


def read_dates(column: str, cells: pl.Series, declared: str | None = None) -> Dates:
    """The dates of a column. Reasons: `unreadable_date`, `ambiguous_date`.

    `declared` is `day_first`, `month_first` or `iso` (which then refuses the others). Raises
    DatesAmbiguous where no value proves the order, DatesMixed where values contradict each other
    (a few stray ones, up to 2 %, do not: they are rejected with their rows).
    """
    stripped = cells.str.strip_chars()
    distinct = [text for text in stripped.unique().to_list() if text]
    known: dict[str, date | None] = {}
    open_: dict[str, tuple[int, int, int]] = {}
    for text in distinct:
        match = _NUMERIC.fullmatch(text) if declared != "iso" else None
        if match:
            open_[text] = (int(match[1]), int(match[3]), _full_year(match[4]))
        else:
            known[text] = _read_plain(text)
    order, is_contradicted = declared or "", False
    if open_ and declared is None:
        order, is_contradicted = _decide_order(column, stripped, open_)
    if not order and any(known.values()):
        order = "iso"
    if open_:
        # A spreadsheet makes serial numbers of the dates it takes for its own, day and month
        # exchanged: beside dates as text they prove nothing.
        known.update({text: None for text in known if _SERIAL.fullmatch(text)})
    bad = {text: "unreadable_date" for text, value in known.items() if value is None}
    for text, (first, second, year) in open_.items():
        day, month = (second, first) if order == "month_first" else (first, second)
        value = _make(year, month, day)
        if value is None:
            bad[text] = "unreadable_date"
        elif is_contradicted and first <= 12 and second <= 12 and first != second:
            bad[text], value = "ambiguous_date", None
        known[text] = value
    lookup = pl.DataFrame(
        {"text": list(known), "value": list(known.values())},
        schema={"text": pl.String, "value": pl.Date},
    )
    values = (
        stripped.alias("text")
        .to_frame()
        .join(lookup, on="text", how="left", maintain_order="left")["value"]
    )
    return Dates(values, bad, order)


def _decide_order(
    column: str, cells: pl.Series, open_: dict[str, tuple[int, int, int]]
) -> tuple[str, bool]:
    counts = dict(cells.value_counts().iter_rows())
    day_first = [text for text, (first, second, _) in open_.items() if first > 12 >= second]
    month_first = [text for text, (first, second, _) in open_.items() if second > 12 >= first]
    days, months = (sum(counts[text] for text in texts) for texts in (day_first, month_first))
    if not days and not months:
        unclear = [
            text
            for text, (first, second, _) in open_.items()
            if first != second and max(first, second) <= 12
        ]
        if unclear:
            raise DatesAmbiguous(column=column, example=min(unclear))
        return "", False
    if min(days, months) > _MINORITY * (days + months):
        raise DatesMixed(column=column, day_first=min(day_first), month_first=min(month_first))
    return ("day_first" if days > months else "month_first"), bool(days and months)
