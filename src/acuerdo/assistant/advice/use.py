"""What the reader outside costs and gives: figures by day, written apart from any conversation."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Max, Sum

from acuerdo.assistant.advice.calling import Use
from acuerdo.assistant.models import AdviceDay

_COUNTED = tuple(field.name for field in fields(Use))


def record_use(use: Use, *, now: datetime) -> None:
    """Add to the figures of the day, in one statement: processes do not wait for each other."""
    table = connection.ops.quote_name(AdviceDay._meta.db_table)
    added = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in _COUNTED)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (day, slowest_ms, {', '.join(_COUNTED)})"
            f" VALUES (%s, %s, {', '.join(['%s'] * len(_COUNTED))})"
            f" ON CONFLICT (day) DO UPDATE SET {added},"
            f" slowest_ms = greatest({table}.slowest_ms, excluded.slowest_ms)",
            [now.date(), use.took_ms, *asdict(use).values()],
        )


@dataclass(frozen=True, slots=True)
class Figures:
    """The sums of some days up to today, and the longest that a debtor waited for it."""

    days: int
    use: Use
    slowest_ms: int

    @property
    def mean_ms(self) -> int:
        """What a question took on average."""
        return round(self.use.took_ms / self.use.asked) if self.use.asked else 0


def get_figures(*, today: date, days: int = 30) -> Figures:
    """The figures of the last `days` days."""
    rows = AdviceDay.objects.filter(day__gt=today - timedelta(days=days), day__lte=today)
    sums = rows.aggregate(**{name: Sum(name, default=0) for name in _COUNTED})
    slowest = rows.aggregate(slowest=Max("slowest_ms", default=0))["slowest"]
    return Figures(days, Use(**sums), slowest)
