"""What tests of documents share: a look into a PDF without a library for it."""

from __future__ import annotations

import re
import shutil
import subprocess
import zlib


def open_up(pdf: bytes) -> bytes:
    """The file with all its packed streams beside it, unpacked."""
    parts = [pdf]
    for start in re.finditer(rb"stream\r?\n", pdf):
        unpack = zlib.decompressobj()
        try:
            parts.append(unpack.decompress(pdf[start.end() :]))
        except zlib.error:
            continue  # a stream that is not packed, or the word inside another
    return b"\n".join(parts)


def read_text(pdf: bytes) -> str:
    """The words on the pages, in order; empty where this machine has no pdftotext."""
    tool = shutil.which("pdftotext")
    if tool is None:
        return ""
    done = subprocess.run([tool, "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def count_pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b(?!s)", open_up(pdf)))
