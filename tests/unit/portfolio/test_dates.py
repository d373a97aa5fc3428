from datetime import date

import polars as pl
import pytest

from acuerdo.portfolio.errors import DatesAmbiguous, DatesMixed
from acuerdo.portfolio.rules.dates import Dates, read_dates


def read(*cells: str, declared: str | None = None) -> Dates:
    return read_dates("vencimiento", pl.Series(cells), declared)


@pytest.mark.parametrize(
    ("cells", "order", "expected"),
    [
        (["2026-02-01", "2026/2/3"], "iso", [date(2026, 2, 1), date(2026, 2, 3)]),
        (["2026-02-01T00:00:00Z", "2026-02-01 10:30"], "iso", [date(2026, 2, 1)] * 2),
        (["20260201"], "iso", [date(2026, 2, 1)]),
        (["13/02/2026", "01/02/2026"], "day_first", [date(2026, 2, 13), date(2026, 2, 1)]),
        (["02/13/2026", "01/02/2026"], "month_first", [date(2026, 2, 13), date(2026, 1, 2)]),
        (["13.2.26", "1-2-2026"], "day_first", [date(2026, 2, 13), date(2026, 2, 1)]),
        (["05/05/2026"], "", [date(2026, 5, 5)]),
        (["3-ene-2026", "3 de dezembro de 2026"], "iso", [date(2026, 1, 3), date(2026, 12, 3)]),
        (["", "2026-02-01"], "iso", [None, date(2026, 2, 1)]),
        (["01022026", "20260203"], "iso", [date(2026, 2, 1), date(2026, 2, 3)]),
        (["46054", "46056.75"], "iso", [date(2026, 2, 1), date(2026, 2, 3)]),
        (["1feb2026", "Feb 3rd, 2026"], "iso", [date(2026, 2, 1), date(2026, 2, 3)]),
        (["domingo, 1 de febrero del 2026"], "iso", [date(2026, 2, 1)]),
    ],
)
def test_order_is_decided_on_all_values(
    cells: list[str], order: str, expected: list[date | None]
) -> None:
    dates = read(*cells)
    assert dates.order == order
    assert dates.values.to_list() == expected
    assert dates.bad == {}


def test_a_column_that_proves_nothing_is_refused_until_declared() -> None:
    with pytest.raises(DatesAmbiguous):
        read("01/02/2026", "03/04/2026", "05/05/2026")
    assert read("01/02/2026", declared="month_first").values[0] == date(2026, 1, 2)
    assert read("01/02/2026", declared="iso").bad == {"01/02/2026": "unreadable_date"}


def test_a_column_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(DatesMixed):
        read("13/02/2026", "02/13/2026")
    stray = read(*["13/02/2026"] * 99, "02/13/2026", "03/04/2026")
    assert stray.bad == {"02/13/2026": "unreadable_date", "03/04/2026": "ambiguous_date"}


@pytest.mark.parametrize(
    "cell", ["31/02/2026", "2026-13-01", "45987", "ayer", "1/1/1", "00/00/0000", "31/31/2026"]
)
def test_what_is_no_date_is_named(cell: str) -> None:
    assert read("13/02/2026", cell).bad == {cell: "unreadable_date"}
