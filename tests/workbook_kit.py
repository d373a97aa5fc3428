"""Excel workbooks for tests, written part by part, so that hostile ones can be made too."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from xml.sax.saxutils import escape

Cell = str | int | float | date | None

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_EPOCH = date(1899, 12, 30)


def make_workbook(
    sheets: Mapping[str, Sequence[Sequence[Cell]]],
    *,
    hidden: Sequence[str] = (),
    extra: Mapping[str, bytes] | None = None,
) -> bytes:
    """A workbook of these sheets: text stays text, numbers are numbers, dates have the format of
    dates, `#N/A` is an error. `extra` are further parts of the archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEETS}"/></Types>',
        )
        archive.writestr("_rels/.rels", _relations({"r1": ("officeDocument", "xl/workbook.xml")}))
        listed = "".join(
            f'<sheet name="{escape(name)}" sheetId="{place}" r:id="r{place}"'
            f"{' state=' + chr(34) + 'hidden' + chr(34) if name in hidden else ''}/>"
            for place, name in enumerate(sheets, 1)
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
        )
        targets = {
            f"r{place}": ("worksheet", f"worksheets/sheet{place}.xml")
            for place in range(1, len(sheets) + 1)
        }
        archive.writestr(
            "xl/_rels/workbook.xml.rels", _relations({**targets, "s": ("styles", "styles.xml")})
        )
        archive.writestr(
            "xl/styles.xml",
            f'<styleSheet xmlns="{_MAIN}"><cellXfs count="2"><xf numFmtId="0"/>'
            '<xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
        )
        for place, rows in enumerate(sheets.values(), 1):
            archive.writestr(f"xl/worksheets/sheet{place}.xml", _sheet(rows))
        for name, data in (extra or {}).items():
            archive.writestr(name, data)
    return out.getvalue()


def _relations(targets: Mapping[str, tuple[str, str]]) -> str:
    parts = "".join(
        f'<Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for key, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{_RELATIONS}">{parts}</Relationships>'


def _sheet(rows: Sequence[Sequence[Cell]]) -> str:
    lines = "".join(
        f'<row r="{number}">'
        + "".join(_cell(value, f"{_letters(place)}{number}") for place, value in enumerate(row))
        + "</row>"
        for number, row in enumerate(rows, 1)
        if row
    )
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{lines}</sheetData></worksheet>'


def _letters(place: int) -> str:
    letters = ""
    while place >= 0:
        letters = chr(65 + place % 26) + letters
        place = place // 26 - 1
    return letters


def _cell(value: Cell, place: str) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        days = float((date(*value.timetuple()[:3]) - _EPOCH).days)
        if isinstance(value, datetime):
            days += (value.hour * 3600 + value.minute * 60 + value.second) / 86_400
        return f'<c r="{place}" s="1"><v>{days!r}</v></c>'
    if isinstance(value, (int, float)):
        return f'<c r="{place}"><v>{value!r}</v></c>'
    if value.startswith("#"):
        return f'<c r="{place}" t="e"><v>{value}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
