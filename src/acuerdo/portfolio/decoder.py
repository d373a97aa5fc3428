"""The child process that decodes a file nobody trusts.

`python -m acuerdo.portfolio.decoder WORK ARGUMENTS` reads the file on stdin within bounded memory.
What it refuses it tells as JSON in the last line of stderr, with the exit code `REFUSED`; a table
it writes to stdout as one line of JSON and Arrow. It knows neither Django's settings nor a
database.
"""

from __future__ import annotations

import json
import resource
import sys

from acuerdo.portfolio.errors import ImportRefused
from acuerdo.portfolio.rules.grids import open_parquet
from acuerdo.portfolio.rules.headers import count_known
from acuerdo.portfolio.rules.workbooks import open_workbook

REFUSED = 3
_BYTES = 8 << 30


def try_parquet(data: bytes) -> None:
    """Decode all of a Parquet file, one column at a time, and keep nothing."""
    grid = open_parquet(data)
    for name in grid.frame.collect_schema().names():
        grid.frame.select(name).collect()


def write_sheet(data: bytes, wanted: str, *declared: str) -> None:
    """Write the sheet of a workbook that holds the accounts: a line of JSON, then its rows."""
    sheet = open_workbook(data, wanted, lambda cells: count_known(cells, declared))
    told = {"name": sheet.name, "headers": sheet.headers, "first_line": sheet.first_line}
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n")
    sheet.frame.write_ipc(sys.stdout.buffer)


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_BYTES, _BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    work, arguments = sys.argv[1], json.loads(sys.argv[2])
    data = sys.stdin.buffer.read()
    try:
        if work == "workbook":
            write_sheet(data, *arguments)
        else:
            try_parquet(data)
    except ImportRefused as error:
        told = {"error": type(error).__name__, "params": error.params}
        sys.stderr.write("\n" + json.dumps(told))
        raise SystemExit(REFUSED) from None


if __name__ == "__main__":
    main()
