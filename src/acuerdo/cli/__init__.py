"""The command `acuerdo`."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line. Settings are read when a command needs them; a wrong one ends it
    with a sentence and exit code 2, what does not start with 1 (`run` has codes of its own)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "acuerdo.config.settings")
    os.environ.setdefault("ACUERDO_PROCESS", "cli")
    from django.core.exceptions import ImproperlyConfigured
    from environs.exceptions import EnvError

    from acuerdo.cli.app import app
    from acuerdo.core.errors import StartFailed

    try:
        app()
    except (EnvError, ImproperlyConfigured) as error:
        print(f"{error} (docs/configuration.md)", file=sys.stderr)  # noqa: T201
        raise SystemExit(2) from None
    except StartFailed as error:
        print(error, file=sys.stderr)  # noqa: T201
        raise SystemExit(1) from None
