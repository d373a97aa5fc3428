"""Fixed width: where each column stands, and faults that name line and columns."""

from __future__ import annotations

from datetime import date

import pytest

from acuerdo.portfolio.errors import FileEmpty, LayoutInvalid, LineTooLong, NotText
from acuerdo.portfolio.rules.fixed import open_fixed, read_layout
from acuerdo.portfolio.rules.mapping import Mapping
from acuerdo.portfolio.rules.rows import Reading, read_rows

LAYOUT = """
version: 1
record: {from: 1, length: 2, value: "02"}
columns:
  - {name: cuenta, from: 3, length: 6}
  - {name: nombre, from: 9, length: 6}
  - {name: saldo, from: 15, length: 8, type: amount, decimals: 2}
  - {name: vencimiento, from: 23, length: 8, type: date, format: ddmmyyyy}
"""


def read(data: bytes, layout: str = LAYOUT) -> Reading:
    return read_rows(
        open_fixed(data, read_layout(layout)),
        mapping=Mapping(),
        registered={},
        country="CO",
        currency="COP",
        as_of_on=date(2026, 11, 24),
    )


def test_records_of_the_type_are_cut() -> None:
    text = (
        "01HEADER 20261124\r\n"
        "02A-0001Núñez 0012345601022026\r\n"
        "\r\n"
        "02A-0002Ana   0000000501022026trailing filler\r\n"
        "99000000000000012346\r\n"
    )
    for codec in ("utf-8", "latin-1"):
        reading = read(text.encode(codec))
        assert reading.accounts["number"].to_list() == ["A-0001", "A-0002"]
        assert reading.accounts["name"].to_list() == ["Núñez", "Ana"]
        assert reading.accounts["principal"].to_list() == [123_456, 5]
        assert reading.accounts["line"].to_list() == [2, 4]
        assert set(reading.accounts["due_on"]) == {date(2026, 2, 1)}
        assert (reading.read, reading.rejections.height) == (2, 0)


def test_faults_name_the_line_and_the_columns() -> None:
    reading = read(
        b"02A-0001Ana   0000100-01022026\n"
        b"02A-0002Ana   00x0010001022026\n"
        b"02A-0003Ana   0000010031022026\n"
        b"02A-0004Ana   00000100\n"
        b"02A-0005\n"
        b"02A-0008Ana   00000100010220\n"
        b"02A-0006Ana   0000010001022026\n"
        b"02A-0007Ana   0000010000000000\n"
    )
    assert reading.rejections.rows() == [
        (1, "saldo 15-22", "-00001.00", "negative_amount"),
        (2, "saldo 15-22", "00x00100", "unreadable_amount"),
        (3, "vencimiento 23-30", "2026-02-31", "unreadable_date"),
        (4, "vencimiento 23-30", "02A-0004Ana   00000100", "line_too_short"),
        (5, "nombre 9-14", "02A-0005", "line_too_short"),
        (6, "vencimiento 23-30", "02A-0008Ana   00000100010220", "line_too_short"),
        (8, "vencimiento 23-30", "", "missing_value"),
    ]
    assert reading.accounts["number"].to_list() == ["A-0006"]
    assert (reading.read, reading.rejected) == (8, 7)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("yyyymmdd", "20260201"),
        ("mmddyyyy", "02012026"),
        ("yymmdd", "260201"),
        ("ddmmyy", "010226"),
    ],
)
def test_every_form_of_a_date(form: str, text: str) -> None:
    layout = f"""
columns:
  - {{name: cuenta, from: 1, length: 1}}
  - {{name: saldo, from: 2, length: 1, type: amount}}
  - {{name: vencimiento, from: 3, length: {len(text)}, type: date, format: {form}}}
"""
    reading = read(f"A5{text}\n".encode(), layout)
    assert reading.accounts["due_on"].to_list() == [date(2026, 2, 1)]


@pytest.mark.parametrize(
    ("layout", "words"),
    [
        ("", "columns"),
        ("columns: []", "columns"),
        ("columns: [{name: a, from: 0, length: 1}]", "columns.0.from"),
        ("columns: [{name: a, from: 1, length: 99999}]", "columns.0.length"),
        ("columns: [{name: a, from: 1, length: 3}, {name: b, from: 3, length: 1}]", "overlap"),
        ("columns: [{name: a, from: 1, length: 1}, {name: a, from: 3, length: 1}]", "one name"),
        ("columns: [{name: a, from: 1, length: 1, decimals: 2}]", "decimals"),
        ("columns: [{name: a, from: 1, length: 1, format: ddmmyy}]", "format"),
        ("columns: [{name: a, from: 1, length: 1, type: money}]", "columns.0.type"),
        ("columns: &a [*a]", "aliases"),
        ("columns: [", "expected"),
        ("x" * 70_000, "larger"),
    ],
)
def test_a_wrong_layout_says_where(layout: str, words: str) -> None:
    with pytest.raises(LayoutInvalid, match=words):
        read_layout(layout)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", FileEmpty),
        (b"01 no record of the type\n", FileEmpty),
        (b"\x89PNG" + bytes(50), NotText),
        (b"02" + b"A" * 70_000, LineTooLong),
    ],
)
def test_what_is_no_such_file_is_refused(data: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        read(data)
