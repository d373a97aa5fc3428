"""Bytes to records: encodings, separators, quotes, and files that are no CSV."""

import io
import os
import tracemalloc
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acuerdo.portfolio.errors import (
    FileEmpty,
    ImportRefused,
    LineTooLong,
    NotText,
    TooManyColumns,
)
from acuerdo.portfolio.rules.text import Fault, Table, open_source


def read(data: bytes | str) -> Table:
    source = open_source(data.encode() if isinstance(data, str) else data)
    return source.read_table(list(range(len(source.headers))))


def cells(table: Table) -> list[tuple[str, ...]]:
    return [row[1:] for row in table.rows.iter_rows()]


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("latin-1", "latin-1"),
        ("utf-16", "utf-16"),
    ],
)
def test_every_usual_encoding(codec: str, name: str) -> None:
    table = read("crédito;nombre\n1;Íñigo Núñez\n".encode(codec))
    assert table.encoding == name
    assert table.headers == ["crédito", "nombre"]
    assert cells(table) == [("1", "Íñigo Núñez")]


def test_windows_punctuation_is_cp1252() -> None:
    table = read("a;b\n1;José – 5 €\n".encode("cp1252"))
    assert table.encoding == "cp1252"
    assert cells(table) == [("1", "José – 5 €")]


def test_one_damaged_row_does_not_change_the_encoding_of_all() -> None:
    good = "".join(f"{number};Núñez\n" for number in range(50)).encode()
    table = read(b"a;b\n" + good + b"99;N\xf1\n")
    assert table.encoding == "utf-8"
    assert table.rows.height == 50
    assert table.faults == [Fault(52, "b", "N�", "undecodable")]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends(separator: str, end: str) -> None:
    lines = [separator.join(fields) for fields in (["a", "b"], ["1", "x"], ["2", "y"])]
    table = read(end.join(lines) + end)
    assert table.separator == separator
    assert cells(table) == [("1", "x"), ("2", "y")]


def test_a_separator_is_not_taken_from_names_or_amounts() -> None:
    table = read("cuenta;nombre;saldo\n1;Pérez, Ana;1,00\n2;Gil, Eva;2,50\n")
    assert table.separator == ";"
    assert read("sep=;\na;b\n1;2\n").separator == ";"


def test_quotes_hold_separators_quotes_and_line_breaks() -> None:
    table = read('a,b\n1,"x, ""y"""\n2,"first\nsecond"\n3,z\n')
    assert cells(table) == [("1", 'x, "y"'), ("2", "first\nsecond"), ("3", "z")]
    assert table.rows["line"].to_list() == [2, 3, 5]


def test_stray_quotes_do_not_swallow_the_next_rows() -> None:
    table = read('a;b\n1;5" pipe\n2;Juan "El Tigre" Gil\n3;"never closed\n4;x\n5;y" z\n6;w\n')
    assert cells(table) == [
        ("1", '5" pipe'),
        ("2", 'Juan "El Tigre" Gil'),
        ("3", "never closed"),
        ("4", "x"),
        ("5", 'y" z'),
        ("6", "w"),
    ]


def test_a_row_of_the_wrong_width_is_rejected_and_blank_lines_are_not_rows() -> None:
    table = read("a;b;c\n1;2;3\n\n;;\n   \n1;2\n1;2;3;4\n1;2;3;\n")
    assert [row[0] for row in table.rows.iter_rows()] == [2, 8]
    assert [(fault.line, fault.reason) for fault in table.faults] == [
        (6, "wrong_number_of_fields"),
        (7, "wrong_number_of_fields"),
    ]
    assert table.read == 4


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("portfolio.csv", "a,b\n1,2\n")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", FileEmpty),
        (b" \n\r\n\t\n", FileEmpty),
        (b"\xef\xbb\xbf", FileEmpty),
        (b"a;b\n", FileEmpty),
        (b"a;b\n\n\n", FileEmpty),
        (zipped(), NotText),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), NotText),
        (b"%PDF-1.7\n...", NotText),
        (b"<!doctype html><table></table>", NotText),
        (b"a;b\n1;x\x00y\n", NotText),
        (os.urandom(1 << 16), NotText),
        (bytes(range(1, 256)) * 50, NotText),
        (b"\xff\xfea\x00;\x00\x00\xd8", NotText),
        (";".join(f"c{number}" for number in range(200)).encode() + b"\n1", TooManyColumns),
        (b"a;b\n1;2\n" + b"x" * 70_000, LineTooLong),
    ],
)
def test_what_is_no_csv_is_named(data: bytes, error: type[ImportRefused]) -> None:
    with pytest.raises(error) as caught:
        read(data)
    assert len(str(caught.value)) < 400


def test_a_line_of_fifty_megabytes_costs_little() -> None:
    data = b"a;b\n" + b"1;" * 25_000_000
    tracemalloc.start()
    with pytest.raises(LineTooLong) as caught:
        read(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert caught.value.params["line"] == 2
    assert peak < 4 * len(data)


def test_quotes_without_end_cost_little_time() -> None:
    table = read("a;b\n" + '1;"x\n' * 50_000)
    assert table.read == table.rows.height + len(table.faults)


any_text = st.text(st.characters(codec="utf-8", exclude_characters="\x00\x1a"), max_size=8)


@given(st.lists(st.lists(any_text, min_size=3, max_size=3), min_size=1, max_size=6))
def test_what_the_csv_module_writes_is_read_back(rows: list[list[str]]) -> None:
    import csv

    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(["a", "b", "c"])
    writer.writerows(rows)
    try:
        table = read(out.getvalue().encode())
    except NotText:  # mostly control characters
        return
    plain = [tuple(cell.replace("\r\n", "\n").replace("\r", "\n") for cell in row) for row in rows]
    assert cells(table) == plain


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    try:
        table = read(data)
    except ImportRefused:
        return
    assert table.read == table.rows.height + len(table.faults)
