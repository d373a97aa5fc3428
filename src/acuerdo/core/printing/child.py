"""The child that prints: HTML on stdin, PDF on stdout. Imports nothing of acuerdo.

Exit code 3: libraries are missing, and stdout has them as JSON, name → Debian package.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import logging
import os
import sys
from typing import Any

# What WeasyPrint loads: the name of the library on Linux, macOS and Windows, and its package.
LIBRARIES = {
    "libgobject-2.0": (
        ("libgobject-2.0.so.0", "libgobject-2.0.0.dylib", "libgobject-2.0-0.dll"),
        "libglib2.0-0",
    ),
    "libpango-1.0": (
        ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0.dll"),
        "libpango-1.0-0",
    ),
    "libpangoft2-1.0": (
        ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib", "libpangoft2-1.0-0.dll"),
        "libpangoft2-1.0-0",
    ),
    "libharfbuzz": (
        ("libharfbuzz.so.0", "libharfbuzz.0.dylib", "libharfbuzz-0.dll"),
        "libharfbuzz0b",
    ),
    "libharfbuzz-subset": (
        ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib", "libharfbuzz-subset-0.dll"),
        "libharfbuzz-subset0",
    ),
    "libfontconfig": (
        ("libfontconfig.so.1", "libfontconfig.1.dylib", "libfontconfig-1.dll"),
        "libfontconfig1",
    ),
}
_PLACES = {"linux": 0, "darwin": 1, "win32": 2}


def list_missing() -> dict[str, str]:
    """The libraries that this machine lacks: name → Debian package."""
    place = _PLACES.get(sys.platform, 0)
    missing = {}
    for name, (files, package) in LIBRARIES.items():
        try:
            ctypes.CDLL(files[place])
        except OSError:
            missing[name] = package
    return missing


def make_pdf(html: str) -> bytes:
    """Raises OSError where WeasyPrint finds no library of the system."""
    # What it says of missing libraries goes to stdout, which is the PDF's.
    with contextlib.redirect_stdout(sys.stderr):
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher

        logging.getLogger("weasyprint").addHandler(logging.NullHandler())
        fetcher = URLFetcher(allowed_protocols=["data"])
        pdf: Any = HTML(string=html, url_fetcher=fetcher).write_pdf(pdf_variant="pdf/ua-1")
    return bytes(pdf)


def main() -> int:
    """One document."""
    # A child that nobody is in a hurry for leaves the cores to the pages.
    if hasattr(os, "nice"):
        os.nice(5)
    html = sys.stdin.buffer.read().decode()
    try:
        pdf = make_pdf(html)
    except OSError:
        missing = list_missing()
        if not missing:
            raise
        sys.stdout.write(json.dumps(missing))
        return 3
    sys.stdout.buffer.write(pdf)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
