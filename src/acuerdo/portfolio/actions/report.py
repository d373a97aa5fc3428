"""What came of an import, for a person and for a machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

_STORED_FAULTS = 1_000


@dataclass(frozen=True, slots=True)
class ImportReport:
    """Counts and reasons. `to_json` gives the object that `acuerdo run --json` prints.

    `balances` is by currency what the accepted rows say is owed, in minor units; `persons` is how
    many people those rows are about; `totals` counts rows that hold sums, which are not among the
    `read`. `rejections` and `warnings` are frames of `line`, `column`,
    `value`, `reason`.
    """

    import_run_id: int
    portfolio_id: int
    file: Mapping[str, str]
    read: int
    accepted: int
    rejected: int
    duplicates: int
    totals: int
    rejections: pl.DataFrame
    warnings: pl.DataFrame
    new: int
    changed: int
    unchanged: int
    balances: Mapping[str, Mapping[str, int]]
    persons: int
    seconds: Mapping[str, float] = field(default_factory=dict)
    unused_columns: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The report with every rejection and warning."""
        return {
            "file": dict(self.file),
            "rows": {
                "read": self.read,
                "accepted": self.accepted,
                "rejected": self.rejected,
                "duplicates": self.duplicates,
                "warnings": self.warnings.height,
            },
            "rejections": self.rejections.to_dicts(),
            "warnings": self.warnings.to_dicts(),
            "accounts": {"new": self.new, "changed": self.changed, "unchanged": self.unchanged},
            "balances": {code: dict(parts) for code, parts in self.balances.items()},
            "persons": self.persons,
            "seconds": dict(self.seconds),
        }

    def to_stored(self) -> dict[str, Any]:
        """The report as the database keeps it."""
        more = {"totals": self.totals, "unused_columns": list(self.unused_columns)}
        return hide_values({**self.to_json(), **more}, self.rejections, self.warnings)


def hide_values(
    report: Mapping[str, Any], rejections: pl.DataFrame, warnings: pl.DataFrame
) -> dict[str, Any]:
    """A report to store: without values, which are personal data, and with the first thousand
    rejections and warnings (the rejections' file has all)."""
    faults = {"rejections": rejections, "warnings": warnings}
    return {
        **report,
        **{
            name: frame.head(_STORED_FAULTS).drop("value").to_dicts()
            for name, frame in faults.items()
        },
    }
