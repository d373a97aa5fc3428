"""The virus scanner of this machine, if one is named in `ACUERDO_VIRUS_SCAN`."""

from __future__ import annotations

import shlex
import subprocess

import structlog
from django.conf import settings

from acuerdo.messaging.mail.files import FileState

logger = structlog.get_logger(__name__)

_SECONDS = 60


def has_scanner() -> bool:
    return bool(settings.VIRUS_SCAN)


def scan(content: bytes) -> FileState:
    """Give `content` to the scanner's standard input. Its exit code tells, as ClamAV's does: 0
    clean, 1 infected, anything else that it could not look."""
    try:
        done = subprocess.run(  # noqa: S603 - the administrator's own command, without a shell
            shlex.split(settings.VIRUS_SCAN),
            input=content, capture_output=True, timeout=_SECONDS, check=False,
        )  # fmt: skip
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        logger.warning("virus_scan_failed", error=type(error).__name__)
        return FileState.UNSCANNED
    if done.returncode not in (0, 1):
        logger.warning("virus_scan_failed", code=done.returncode)
    return {0: FileState.KEPT, 1: FileState.INFECTED}.get(done.returncode, FileState.UNSCANNED)
