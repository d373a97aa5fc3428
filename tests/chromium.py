"""Which Chromium the browser tests drive: an installed one, else Playwright's own, else none."""

from __future__ import annotations

import functools
import shutil
import subprocess
import sys

_INSTALLED = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_LAUNCH = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    playwright.chromium.launch().close()
"""
_FETCH_SECONDS = 300


def installed() -> str | None:
    """The path of a Chromium of this machine."""
    return next((path for name in _INSTALLED if (path := shutil.which(name))), None)


@functools.cache
def why_none() -> str:
    """Empty where a browser can be driven; else what was tried."""
    if installed() or _starts():
        return ""
    fetch = [sys.executable, "-m", "playwright", "install", "chromium"]
    try:
        done = subprocess.run(
            fetch, capture_output=True, text=True, check=False, timeout=_FETCH_SECONDS
        )
    except subprocess.TimeoutExpired:
        return f"no Chromium is installed, and Playwright's did not come in {_FETCH_SECONDS} s"
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        return (
            f"no Chromium is installed, and Playwright's cannot be had: {said[-1] if said else ''}"
        )
    if not _starts():
        return "no Chromium is installed, and Playwright's does not start on this system"
    return ""


def _starts() -> bool:
    launch = [sys.executable, "-c", _LAUNCH]
    return subprocess.run(launch, capture_output=True, check=False, timeout=60).returncode == 0
