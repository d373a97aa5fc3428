"""HTML to PDF in a process of its own; what is missing on a machine is named."""

from __future__ import annotations

import ctypes
import io
import json
import socket
import sys
import types
from pathlib import Path

import pytest
from django.utils import translation
from pdf_kit import open_up, read_text

from acuerdo.core import printing
from acuerdo.core.printing import LibrariesMissing, PdfTooSlow, PdfUnavailable, child, print_pdf

HTML = '<!doctype html><html lang="es"><title>Hola</title><h1>Señora Ñandú</h1></html>'
CHILD = Path(child.__file__)

# The child, on a machine without these libraries: neither cffi nor ctypes finds them.
POOR = """
import ctypes, runpy, cffi
lost = {lost!r}
def without(load):
    def loaded(self, name, *more, **options):
        if name and any(part in str(name) for part in lost):
            raise OSError(f"cannot load library {{name!r}}")
        return load(self, name, *more, **options)
    return loaded
cffi.FFI.dlopen = without(cffi.FFI.dlopen)
ctypes.CDLL.__init__ = without(ctypes.CDLL.__init__)
runpy.run_path({child!r}, run_name="__main__")
"""


def run_as(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Let the child be this code instead."""
    monkeypatch.setattr(printing, "COMMAND", (sys.executable, "-c", code))


def test_a_page_becomes_a_tagged_pdf_or_what_is_missing_is_named() -> None:
    missing = child.list_missing()
    missing.pop("libharfbuzz-subset", None)  # it prints without, in larger files
    if missing:
        with pytest.raises(LibrariesMissing) as refusal:
            print_pdf(HTML, seconds=60)
        assert all(name in str(refusal.value) for name in missing)
        return
    pdf = print_pdf(HTML, seconds=60)
    assert pdf.startswith(b"%PDF-1.7")
    inside = open_up(pdf)
    for part in (b"/MarkInfo", b"/StructTreeRoot", b"/Lang", b"pdfuaid"):
        assert part in inside


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "this machine lacks: "),
        ("es", "a esta máquina le falta: "),
        ("pt", "falta nesta máquina: "),
    ],
)
def test_a_machine_without_libraries_is_told_which(
    monkeypatch: pytest.MonkeyPatch, language: str, sentence: str
) -> None:
    lost = ["gobject", "pango", "harfbuzz", "fontconfig"]
    run_as(monkeypatch, POOR.format(lost=lost, child=str(CHILD)))
    with pytest.raises(LibrariesMissing) as refusal:
        print_pdf(HTML, seconds=60)
    with translation.override(language):
        text = str(refusal.value)
    assert f"{sentence}{', '.join(child.LIBRARIES)}." in text
    packages = " ".join(package for _files, package in child.LIBRARIES.values())
    assert text.endswith(f"apt-get install {packages}")
    assert refusal.value.http_status == 503


def test_the_child_says_what_is_missing_as_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_html: str) -> bytes:
        raise OSError("cannot load library")

    def no_fontconfig(name: str) -> None:
        if "fontconfig" in name:
            raise OSError

    monkeypatch.setattr(child, "make_pdf", broken)
    monkeypatch.setattr(ctypes, "CDLL", no_fontconfig)
    monkeypatch.setattr(sys, "stdin", types.SimpleNamespace(buffer=io.BytesIO(HTML.encode())))
    assert child.main() == printing.LIBRARIES_MISSING
    assert json.loads(capsys.readouterr().out) == {"libfontconfig": "libfontconfig1"}


def test_an_error_that_is_no_missing_library_is_not_called_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(_html: str) -> bytes:
        raise OSError("disk full")

    monkeypatch.setattr(child, "make_pdf", broken)
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: None)
    monkeypatch.setattr(sys, "stdin", types.SimpleNamespace(buffer=io.BytesIO(b"")))
    with pytest.raises(OSError, match="disk full"):
        child.main()


@pytest.mark.parametrize(
    "code", ["raise SystemExit(1)", "print('no pdf at all')", "import os; os.abort()"]
)
def test_a_child_that_breaks_breaks_nothing_else(
    monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    run_as(monkeypatch, code)
    with pytest.raises(PdfUnavailable) as refusal:
        print_pdf(HTML, seconds=60)
    assert type(refusal.value) is PdfUnavailable


def test_what_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    run_as(monkeypatch, "import time; time.sleep(60)")
    with pytest.raises(PdfTooSlow):
        print_pdf(HTML, seconds=0.3)


def test_one_is_printed_at_a_time() -> None:
    with printing._turn, pytest.raises(PdfTooSlow):
        print_pdf(HTML, seconds=0.1)


def test_the_child_is_told_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACUERDO_SECRET_KEYS", "k" * 40)
    monkeypatch.setenv("DATABASE_URL", "postgresql://me:secret@host/db")
    told = "import os,sys; sys.stdout.write('%PDF-' + ' '.join(os.environ))"
    run_as(monkeypatch, told)
    names = print_pdf(HTML, seconds=60).decode()
    assert "PATH" in names
    assert not any(word in names for word in ("ACUERDO", "DATABASE", "DJANGO"))


def test_nothing_is_fetched_from_anywhere(tmp_path: Path) -> None:
    if child.list_missing().keys() - {"libharfbuzz-subset"}:
        with pytest.raises(LibrariesMissing):
            print_pdf(HTML, seconds=60)
        return
    secret = tmp_path / "secret.css"
    secret.write_text("h1::after { content: 'leaked from the disk' }")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        place = f"http://127.0.0.1:{server.getsockname()[1]}"
        hostile = HTML.replace(
            "<h1>",
            f'<link rel="stylesheet" href="{secret.as_uri()}"><img src="{place}/a.png">'
            f'<style>@import url("{place}/b.css"); body {{ background: url({place}/c) }}</style>'
            f'<object data="{place}/d"></object><a rel="attachment" href="{secret.as_uri()}">x</a>'
            "<h1>",
        )
        pdf = print_pdf(hostile, seconds=60)
        with pytest.raises(TimeoutError):
            server.accept()
    assert pdf.startswith(b"%PDF-")
    inside = open_up(pdf)
    assert b"/StructTreeRoot" in inside
    assert b"EmbeddedFile" not in inside
    assert b"leaked" not in inside
    assert "leaked" not in read_text(pdf)
