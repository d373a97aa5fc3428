"""The command `acuerdo`."""

from __future__ import annotations

import os


def main() -> None:
    """Run the command line. Settings are read when a command needs them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "acuerdo.config.settings")
    os.environ.setdefault("ACUERDO_PROCESS", "cli")
    from acuerdo.cli.app import app

    app()
