"""HTML to PDF: A4, tagged (PDF/UA), with nothing fetched from anywhere.

WeasyPrint lays out in pure Python and wants libraries of the system, so it works in a process of
its own: pages are served meanwhile, its memory is given back, it can be stopped, and where a
library is missing nothing else suffers.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import threading
from functools import cache
from pathlib import Path
from typing import Final

import structlog
from django.utils.translation import gettext_lazy as _

from acuerdo.core.errors import AcuerdoError

logger = structlog.get_logger(__name__)

# By its path, and without its folder on the path: the child needs nothing of ours.
COMMAND: tuple[str, ...] = (sys.executable, "-P", str(Path(__file__).with_name("child.py")))
LIBRARIES_MISSING: Final = 3
_FONTS = Path(__file__).with_name("fonts")
_WEIGHTS = (400, 600)

# One process per core would starve the pages.
_turn = threading.BoundedSemaphore(1)


class PdfUnavailable(AcuerdoError):
    """No PDF could be made; everything else can go on."""

    code = "pdf_unavailable"
    http_status = 503
    message = _("The PDF could not be made. The reason is in the log.")


class LibrariesMissing(PdfUnavailable):
    code = "libraries_missing"
    message = _(
        "The PDF could not be made, because this machine lacks: {libraries}. On Debian or Ubuntu:"
        " apt-get install {packages}"
    )


class PdfTooSlow(PdfUnavailable):
    code = "pdf_too_slow"
    message = _("The PDF was not ready after {seconds} seconds, and was given up.")


@cache
def font_faces() -> str:
    """CSS that carries Inter in two weights along: a server may have no font at all."""
    faces = []
    for weight in _WEIGHTS:
        data = base64.b64encode((_FONTS / f"inter-{weight}.woff2").read_bytes()).decode()
        faces.append(
            f"@font-face{{font-family:Inter;font-weight:{weight};"
            f"src:url(data:font/woff2;base64,{data}) format('woff2')}}"
        )
    return "".join(faces)


def print_pdf(html: str, *, seconds: float) -> bytes:
    """The PDF of a whole HTML document with its styles in it; images and fonts as `data:` URLs.

    Waits its turn: one is printed at a time. Raises PdfUnavailable, which says what is missing,
    or that it took longer than `seconds`.
    """
    if not _turn.acquire(timeout=seconds):
        raise PdfTooSlow(seconds=round(seconds))
    try:
        done = subprocess.run(  # noqa: S603
            COMMAND,
            input=html.encode(),
            env=_environment(),
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise PdfTooSlow(seconds=round(seconds)) from None
    finally:
        _turn.release()
    if done.returncode == LIBRARIES_MISSING:
        missing = json.loads(done.stdout)
        raise LibrariesMissing(
            libraries=", ".join(missing), packages=" ".join(dict.fromkeys(missing.values()))
        )
    if done.returncode or not done.stdout.startswith(b"%PDF-"):
        # What it says may quote the document: no more than the end of a trace is kept.
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        logger.error("pdf_failed", code=done.returncode, error=(last or [""])[0][:300])
        raise PdfUnavailable()
    return done.stdout


def _environment() -> dict[str, str]:
    """What the child is told: nothing of ours, neither keys nor the database."""
    ours = ("ACUERDO_", "DATABASE_URL", "STORAGE_URL", "SENTRY_", "DJANGO_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}
