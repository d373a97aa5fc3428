"""A PostgreSQL of its own on a temporary folder, for the benchmarks that need one."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def scratch_database() -> Iterator[Path]:
    """Django on a migrated, empty database in a folder that is thrown away afterwards."""
    # Below /var/tmp: root's temporary folder may be closed to the user of PostgreSQL.
    home = Path(tempfile.mkdtemp(prefix="acuerdo-bench-", dir="/var/tmp"))
    home.chmod(0o755)
    os.environ.update(
        ACUERDO_DATA=str(home),
        ACUERDO_LOG_LEVEL="WARNING",
        DJANGO_SETTINGS_MODULE="acuerdo.config.settings",
    )
    os.environ.pop("DATABASE_URL", None)
    from acuerdo.core.postgres import EmbeddedPostgres

    server = EmbeddedPostgres(home)
    server.start()
    try:
        server.ensure_database("acuerdo")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        yield home
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)
