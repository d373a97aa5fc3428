"""What benchmarks share: a PostgreSQL on a temporary folder, the sizes, and how things grow."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

SIZES = (10_000, 100_000, 1_000_000)


def list_sizes(largest: int) -> list[int]:
    """The sizes that show how something grows, as far as `largest`."""
    return [size for size in SIZES if size < largest] + [largest]


def tell_growth(sizes: Sequence[int], seconds: Sequence[Mapping[str, float]]) -> None:
    """Print how many times as long a row takes at the largest size as at the smallest."""
    if len(sizes) > 1:
        print(f"\nfrom {sizes[0]:,} to {sizes[-1]:,}, each row takes")
        for name, first in seconds[0].items():
            grown = seconds[-1][name] / sizes[-1] / (first / sizes[0])
            print(f"  {name:<20}{grown:>6.2f} x as long")


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
