"""The counts of what the rules prevented, taken from the verdicts day by day."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from acuerdo.compliance.actions.attempts import require_transaction
from acuerdo.compliance.models import RefusalCount
from acuerdo.compliance.queries import is_house_rule
from acuerdo.creditors.models import Creditor

# How far back a creditor's verdicts are counted for the first time.
_REACH = timedelta(days=370)

_COUNT = """
    SELECT (decided_at AT TIME ZONE %(zone)s)::date, pack, channel, rule_id,
           count(DISTINCT debtor_id), max(citation)
    FROM compliance_verdict
    WHERE creditor_id = %(creditor)s AND NOT allowed
      AND decided_at >= %(start)s AND decided_at <= %(now)s
    GROUP BY 1, 2, 3, 4
"""


def count_refusals(*, creditor_id: int, now: datetime) -> int:
    """Count what the rules prevented up to `now`; returns how many counts were written.

    The dates since the last counting are counted anew, and the one before them, because a
    planning that ran at that time may have been stored after it. The same again changes nothing.
    """
    require_transaction("count_refusals")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('compliance.count_refusals'), %s)", [creditor_id]
        )
    zone = ZoneInfo(Creditor.objects.get(pk=creditor_id).timezone)
    counts = RefusalCount.objects.filter(creditor_id=creditor_id)
    last = counts.order_by("-on").values_list("counted_until", flat=True).first()
    since = (last - timedelta(days=1)) if last is not None else now - _REACH
    first = min(since, now).astimezone(zone).date()
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNT,
            {
                "zone": zone.key,
                "creditor": creditor_id,
                "start": datetime.combine(first, time.min, zone).astimezone(UTC),
                "now": now,
            },
        )
        rows = cursor.fetchall()
    counts.filter(on__gte=first).delete()
    RefusalCount.objects.bulk_create(
        RefusalCount(
            creditor_id=creditor_id,
            on=on,
            pack=pack,
            channel=channel,
            rule_id=rule_id,
            house_default=is_house_rule(rule_id, pack, citation),
            contacts=contacts,
            counted_until=now,
        )
        for on, pack, channel, rule_id, contacts, citation in rows
    )
    return len(rows)
