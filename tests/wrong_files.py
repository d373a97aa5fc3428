"""Files that people bring by mistake: name, bytes, and a word of what they are told in English."""

from __future__ import annotations

from typing import Final

from workbook_kit import make_workbook

WRONG: Final = (
    ("photo.csv", b"\x89PNG\r\n\x1a\n" + bytes(200), "picture"),
    (
        "locked.xlsx",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        "password",
    ),
    ("macros.xlsm", make_workbook({"A": [["a"]]}, extra={"xl/vbaProject.bin": b"x"}), "macros"),
)
TWO_GIGABYTES: Final = 2_000_000_000
FORMULAS: Final = (
    "account,name,total,days_overdue\n"
    'F-1,"=HYPERLINK(""http://x"",""y"")",10.50,3\n'
    "F-2,Ana,@SUM(A1),3\n"
    "F-3,Luis,20.50,3\n"
)
