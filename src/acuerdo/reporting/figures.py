"""The counts behind every report: a few grouped statements, whatever the number of accounts.

Every statement is scoped by creditor. Amounts of two currencies are never added.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

REACHED = ("sent", "delivered", "read")


@dataclass(frozen=True, slots=True)
class Cell:
    """Accounts of one creditor, segment and currency. Amounts in minor units."""

    creditor_id: int
    segment_code: str
    currency: str
    accounts: int
    active: int
    contacted: int
    promised: int
    paid: int
    balance_minor: int
    paid_minor: int


_CELLS = """
    WITH reached AS (
        SELECT DISTINCT debtor_id FROM messaging_message
        WHERE creditor_id = ANY(%(creditors)s) AND state = ANY(%(reached)s)
    ), promised AS (
        SELECT DISTINCT placed.id AS account_id
        FROM agreements_agreement AS agreement
        JOIN portfolio_account AS placed ON placed.id = agreement.account_id
        WHERE agreement.creditor_id = ANY(%(creditors)s)
          AND (agreement.state = 'active' OR agreement.reached_at >= placed.placed_at)
    ), paid AS (
        SELECT account_id, sum(amount_minor) AS amount FROM payments_payment
        WHERE creditor_id = ANY(%(creditors)s) AND state = 'confirmed'
        GROUP BY account_id
    ), owed AS (
        SELECT subject_id, sum(balance_minor) AS amount FROM ledger_ledgeraccount
        WHERE creditor_id = ANY(%(creditors)s) AND subject_id > 0 AND code LIKE 'debt.%%'
        GROUP BY subject_id
    )
    SELECT account.creditor_id, account.segment_code, account.currency, count(*),
           count(*) FILTER (WHERE account.state = 'active'),
           count(reached.debtor_id), count(promised.account_id), count(paid.account_id),
           coalesce(sum(owed.amount), 0)::bigint, coalesce(sum(paid.amount), 0)::bigint
    FROM portfolio_account AS account
    LEFT JOIN reached ON reached.debtor_id = account.debtor_id
    LEFT JOIN promised ON promised.account_id = account.id
    LEFT JOIN paid ON paid.account_id = account.id
    LEFT JOIN owed ON owed.subject_id = account.id
    WHERE account.creditor_id = ANY(%(creditors)s) AND account.state <> 'recalled'
      AND (%(segment)s::text IS NULL OR account.segment_code = %(segment)s)
    GROUP BY account.creditor_id, account.segment_code, account.currency
    ORDER BY account.creditor_id, account.segment_code, account.currency
"""


def read_cells(creditor_ids: Sequence[int], segment_code: str | None = None) -> list[Cell]:
    """One row per creditor, segment and currency: from placed to paid, and what is owed."""
    rows = _rows(
        _CELLS,
        {"creditors": list(creditor_ids), "reached": list(REACHED), "segment": segment_code},
    )
    return [Cell(*row) for row in rows]


_WAY = """
    WITH sent AS (
        SELECT message.debtor_id, bool_or(message.state IN ('delivered', 'read')) AS delivered
        FROM messaging_message AS message
        WHERE message.creditor_id = ANY(%(creditors)s) AND message.state = ANY(%(reached)s)
          AND (%(segment)s::text IS NULL OR message.debtor_id IN (
              SELECT debtor_id FROM portfolio_account
              WHERE creditor_id = ANY(%(creditors)s) AND segment_code = %(segment)s))
        GROUP BY message.debtor_id
    ), visited AS (
        SELECT DISTINCT debtor_id FROM messaging_trackedlink
        WHERE creditor_id = ANY(%(creditors)s) AND first_opened_at IS NOT NULL
    ), attempted AS (
        SELECT DISTINCT account.debtor_id
        FROM payments_paymentrequest AS request
        JOIN portfolio_account AS account ON account.id = request.account_id
        WHERE request.creditor_id = ANY(%(creditors)s) AND request.opened_at IS NOT NULL
    ), paid AS (
        SELECT DISTINCT account.debtor_id
        FROM payments_payment AS payment
        JOIN portfolio_account AS account ON account.id = payment.account_id
        WHERE payment.creditor_id = ANY(%(creditors)s) AND payment.state = 'confirmed'
    ), steps AS (
        SELECT sent.delivered, visited.debtor_id IS NOT NULL AS visited,
               attempted.debtor_id IS NOT NULL AS attempted, paid.debtor_id IS NOT NULL AS paid
        FROM sent LEFT JOIN visited USING (debtor_id) LEFT JOIN attempted USING (debtor_id)
        LEFT JOIN paid USING (debtor_id)
    )
    SELECT count(*), count(*) FILTER (WHERE delivered OR visited OR attempted OR paid),
           count(*) FILTER (WHERE visited OR attempted OR paid),
           count(*) FILTER (WHERE attempted OR paid), count(*) FILTER (WHERE paid)
    FROM steps
"""


def read_way(
    creditor_ids: Sequence[int], segment_code: str | None = None
) -> tuple[int, int, int, int, int]:
    """People that messages were sent to: how many sent, delivered, visited, attempted, paid.

    Whoever came further counts in every step before: e-mail reports no delivery, yet whoever
    followed its link has it.
    """
    rows = _rows(
        _WAY,
        {"creditors": list(creditor_ids), "reached": list(REACHED), "segment": segment_code},
    )
    sent, delivered, visited, attempted, paid = rows[0]
    return sent, delivered, visited, attempted, paid


_MONEY = """
    WITH days AS (
        SELECT id, (%(now)s AT TIME ZONE timezone)::date AS today, timezone
        FROM creditors_creditor WHERE id = ANY(%(creditors)s)
    ), paid AS (
        SELECT payment.currency,
               sum(amount_minor) FILTER (
                   WHERE (paid_at AT TIME ZONE days.timezone)::date = days.today) AS today,
               sum(amount_minor) FILTER (
                   WHERE date_trunc('month', paid_at AT TIME ZONE days.timezone)
                       = date_trunc('month', days.today::timestamp)) AS month
        FROM payments_payment AS payment JOIN days ON days.id = payment.creditor_id
        WHERE payment.state = 'confirmed' AND paid_at >= %(now)s - interval '40 days'
        GROUP BY payment.currency
    ), promised AS (
        SELECT agreement.currency, sum(instalment.amount_minor) AS month
        FROM agreements_instalment AS instalment
        JOIN agreements_agreement AS agreement ON agreement.id = instalment.agreement_id
        JOIN days ON days.id = agreement.creditor_id
        WHERE agreement.state <> 'cancelled'
          AND date_trunc('month', instalment.due_on::timestamp)
              = date_trunc('month', days.today::timestamp)
        GROUP BY agreement.currency
    ), placed AS (
        SELECT posting.currency, sum(posting.amount_minor) AS amount
        FROM ledger_posting AS posting
        JOIN ledger_ledgeraccount AS credited ON credited.id = posting.credit_id
        WHERE credited.creditor_id = ANY(%(creditors)s) AND credited.subject_id = 0
          AND credited.code = 'placed'
        GROUP BY posting.currency
    )
    SELECT currency, coalesce(paid.today, 0)::bigint, coalesce(paid.month, 0)::bigint,
           coalesce(promised.month, 0)::bigint, coalesce(placed.amount, 0)::bigint
    FROM placed FULL JOIN paid USING (currency) FULL JOIN promised USING (currency)
    ORDER BY currency
"""


def read_money(creditor_ids: Sequence[int], now: datetime) -> list[tuple[str, int, int, int, int]]:
    """Per currency: paid today, paid this month, promised for this month, placed (minor units).

    Days and months are those of each creditor's zone.
    """
    return _rows(_MONEY, {"creditors": list(creditor_ids), "now": now})


def read_channels(creditor_ids: Sequence[int]) -> list[tuple[str, str, int]]:
    """(channel, state, messages)."""
    return _rows(
        "SELECT channel, state, count(*) FROM messaging_message"
        " WHERE creditor_id = ANY(%(creditors)s) GROUP BY channel, state ORDER BY channel, state",
        {"creditors": list(creditor_ids)},
    )


_AGES = """
    WITH last AS (
        SELECT creditor_id, max(as_of_on) AS as_of_on FROM portfolio_accountsnapshot
        WHERE creditor_id = ANY(%(creditors)s) AND as_of_on > %(on)s::date - 40
        GROUP BY creditor_id
    )
    SELECT snapshot.bucket, snapshot.currency, count(*), sum(snapshot.total_minor)::bigint
    FROM portfolio_accountsnapshot AS snapshot
    JOIN last USING (creditor_id, as_of_on)
    WHERE snapshot.as_of_on > %(on)s::date - 40
    GROUP BY snapshot.bucket, snapshot.currency
    ORDER BY min(snapshot.dpd), snapshot.currency
"""


def read_ages(creditor_ids: Sequence[int], now: datetime) -> list[tuple[str, str, int, int]]:
    """(bucket, currency, accounts, balance) as of each creditor's last night, youngest first."""
    return _rows(_AGES, {"creditors": list(creditor_ids), "on": now.date()})


_COUNTS = """
    SELECT
        (SELECT count(*) FROM portfolio_account
         WHERE creditor_id = ANY(%(creditors)s) AND state = 'active') AS accounts,
        (SELECT count(DISTINCT debtor_id) FROM portfolio_account
         WHERE creditor_id = ANY(%(creditors)s) AND state = 'active') AS debtors,
        (SELECT count(*) FROM conversations_conversation
         WHERE creditor_id = ANY(%(creditors)s) AND needs_person) AS conversations,
        (SELECT count(*) FROM cases_task
         WHERE creditor_id = ANY(%(creditors)s) AND state = 'open') AS tasks,
        (SELECT count(*) FROM cases_case
         WHERE creditor_id = ANY(%(creditors)s) AND state = 'open') AS cases,
        (SELECT count(*) FROM payments_paymentrequest
         WHERE creditor_id = ANY(%(creditors)s)
           AND state IN ('unknown', 'mismatch')) AS unclear_payments,
        (SELECT count(*) FROM messaging_message
         WHERE creditor_id = ANY(%(creditors)s) AND state = 'unknown') AS unclear_messages,
        (SELECT count(*) FROM messaging_message
         WHERE creditor_id = ANY(%(creditors)s) AND state = 'failed'
           AND queued_at > %(week)s) AS failed_messages,
        (SELECT count(*) FROM agreements_agreement
         WHERE creditor_id = ANY(%(creditors)s) AND reached_at > %(week)s) AS agreements,
        (SELECT count(*) FROM agreements_agreement
         WHERE creditor_id = ANY(%(creditors)s) AND state = 'broken'
           AND closed_at > %(week)s) AS broken,
        (SELECT count(*) FROM compliance_optout
         WHERE creditor_id = ANY(%(creditors)s) AND withdrawn_at IS NULL
           AND opted_out_at > %(week)s) AS opt_outs,
        (SELECT count(*) FROM portfolio_debtor AS debtor
         WHERE creditor_id = ANY(%(creditors)s)
           AND EXISTS (SELECT FROM portfolio_account AS account
                       WHERE account.debtor_id = debtor.id AND account.state = 'active')
           AND NOT EXISTS (SELECT FROM portfolio_contactpoint AS point
                           WHERE point.debtor_id = debtor.id AND point.is_valid
                             AND point.kind IN ('phone', 'email'))) AS unreachable
"""


def read_counts(creditor_ids: Sequence[int], *, week: datetime) -> dict[str, int]:
    """Single counts by name; those of the past are counted since `week`."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"creditors": list(creditor_ids), "week": week})
        row = cursor.fetchone()
        names = [column.name for column in cursor.description]
    return dict(zip(names, row, strict=True))


def read_refusals(creditor_ids: Sequence[int], *, since: datetime) -> list[tuple[str, int]]:
    """(reason code, people) whom the gate kept the planner from since then, most first."""
    return _rows(
        "SELECT reason_code, count(DISTINCT debtor_id) FROM compliance_verdict"
        " WHERE creditor_id = ANY(%(creditors)s) AND decided_at > %(since)s"
        " AND NOT allowed GROUP BY reason_code ORDER BY 2 DESC, 1",
        {"creditors": list(creditor_ids), "since": since},
    )


_MARKS = """
    SELECT creditor.id, creditor.timezone, (
        SELECT counted_until FROM compliance_refusalcount AS counted
        WHERE counted.creditor_id = creditor.id ORDER BY counted."on" DESC LIMIT 1)
    FROM creditors_creditor AS creditor WHERE creditor.id = ANY(%(creditors)s)
"""
# What was counted, and of each creditor what came since. Who was refused once more on the same
# date is counted already. Where the counting ended stands in the statement for each creditor, so
# that PostgreSQL sees how few rows came since.
_PREVENTED = """
    WITH fresh AS (
        SELECT verdict.creditor_id, verdict.pack, verdict.channel, verdict.rule_id,
               verdict.citation, verdict.debtor_id,
               (verdict.decided_at AT TIME ZONE marks.timezone)::date AS day
        FROM compliance_verdict AS verdict
        JOIN unnest(%(ids)s::bigint[], %(untils)s::timestamptz[], %(zones)s::text[])
          AS marks(id, until, timezone) ON marks.id = verdict.creditor_id
        WHERE NOT verdict.allowed AND verdict.decided_at <= %(now)s AND ({since})
          AND NOT EXISTS (
              SELECT FROM compliance_verdict AS before
              WHERE before.debtor_id = verdict.debtor_id
                AND before.creditor_id = verdict.creditor_id AND NOT before.allowed
                AND before.channel = verdict.channel AND before.rule_id = verdict.rule_id
                AND before.pack = verdict.pack AND before.decided_at <= marks.until
                AND before.decided_at >= date_trunc('day', verdict.decided_at
                    AT TIME ZONE marks.timezone) AT TIME ZONE marks.timezone
                AND before.decided_at >= %(from)s)
    ), counts AS (
        SELECT "on" AS day, pack, channel, rule_id, '' AS citation, house_default, contacts
        FROM compliance_refusalcount
        WHERE creditor_id = ANY(%(creditors)s) AND "on" >= %(first)s
        UNION ALL
        SELECT day, pack, channel, rule_id, max(citation), NULL, count(DISTINCT debtor_id)
        FROM fresh WHERE day >= %(first)s
        GROUP BY creditor_id, day, pack, channel, rule_id
    )
    SELECT date_trunc('week', day)::date, pack, channel, rule_id, max(citation), house_default,
           sum(contacts)::bigint
    FROM counts GROUP BY 1, pack, channel, rule_id, house_default
"""


def read_prevented(
    creditor_ids: Sequence[int], *, first: date, now: datetime
) -> list[tuple[date, str, str, str, str, bool | None, int]]:
    """What the rules prevented since the Monday `first`: (Monday, pack, channel, rule, citation,
    whether the rule is ours or None where that was not counted yet, people).

    One person, date, channel and rule is one, however often it was asked. Dates are those of each
    creditor's zone.
    """
    start = datetime.combine(first, time.min, UTC) - timedelta(days=1)
    marks = [
        (pk, zone, max(until or start, start))
        for pk, zone, until in _rows(_MARKS, {"creditors": list(creditor_ids)})
    ]
    if not marks:
        return []
    params: dict[str, Any] = {
        "creditors": list(creditor_ids),
        "ids": [pk for pk, _zone, _until in marks],
        "zones": [zone for _pk, zone, _until in marks],
        "untils": [until for _pk, _zone, until in marks],
        "from": min(until for _pk, _zone, until in marks) - timedelta(days=2),
        "first": first,
        "now": now,
    }
    since = []
    for number, (pk, _zone, until) in enumerate(marks):
        params |= {f"id{number}": pk, f"until{number}": until}
        since.append(
            f"(verdict.creditor_id = %(id{number})s AND verdict.decided_at > %(until{number})s)"
        )
    return _rows(_PREVENTED.format(since=" OR ".join(since)), params)


_REFUSED = """
    WITH latest AS (
        SELECT DISTINCT ON (verdict.debtor_id, day, pack, channel, rule_id)
               verdict.id, verdict.decided_at
        FROM creditors_creditor AS creditor
        JOIN compliance_verdict AS verdict
          ON verdict.creditor_id = creditor.id AND NOT verdict.allowed,
        LATERAL (SELECT (verdict.decided_at AT TIME ZONE creditor.timezone)::date) AS local(day)
        WHERE creditor.id = ANY(%(creditors)s)
          AND verdict.decided_at >= %(from)s AND verdict.decided_at < %(until)s
          AND day >= %(first)s AND day < %(last)s
          AND (%(pack)s = '' OR pack = %(pack)s) AND (%(channel)s = '' OR channel = %(channel)s)
          AND (%(rule)s = '' OR rule_id = %(rule)s)
          AND (%(house)s::boolean IS NULL OR %(house)s::boolean = CASE
              WHEN pack || ':' || rule_id = ANY(%(ours)s) THEN true
              WHEN pack || ':' || rule_id = ANY(%(law)s) THEN false
              ELSE citation = '' END)
        ORDER BY verdict.debtor_id, day, pack, channel, rule_id, verdict.decided_at DESC,
                 verdict.id
    )
    SELECT id, decided_at, count(*) OVER () FROM latest
    ORDER BY decided_at DESC, id DESC
    OFFSET %(offset)s LIMIT %(limit)s
"""


def read_refused(
    creditor_ids: Sequence[int],
    *,
    first: date,
    last: date,
    pack: str,
    channel: str,
    rule_id: str,
    house: bool | None,
    house_rules: Sequence[str],
    law_rules: Sequence[str],
    offset: int,
    limit: int,
) -> list[tuple[UUID, datetime, int]]:
    """The verdicts behind `read_prevented`, newest first: (id, instant, how many there are).

    Dates are half-open. `house_rules` and `law_rules` are `pack:rule`, needed where `house` is not
    None. Of what was refused again and again on one date, the last answer.
    """
    return _rows(
        _REFUSED,
        {
            "creditors": list(creditor_ids),
            "from": datetime.combine(first, time.min, UTC) - timedelta(days=1),
            "until": datetime.combine(last, time.min, UTC) + timedelta(days=1),
            "first": first,
            "last": last,
            "pack": pack,
            "channel": channel,
            "rule": rule_id,
            "house": house,
            "ours": list(house_rules),
            "law": list(law_rules),
            "offset": offset,
            "limit": limit,
        },
    )


_WAITING = """
    SELECT kind, public_id, code, name, since, due_at FROM (
        SELECT 'task' AS kind, task.public_id, task.kind AS code, debtor.name,
               task.created_at AS since, task.due_at
        FROM cases_task AS task JOIN portfolio_debtor AS debtor ON debtor.id = task.debtor_id
        WHERE task.creditor_id = ANY(%(creditors)s) AND task.state = 'open'
        UNION ALL
        SELECT 'conversation', conversation.public_id, conversation.needs_person_reason,
               debtor.name, coalesce(conversation.last_inbound_at, conversation.opened_at), NULL
        FROM conversations_conversation AS conversation
        JOIN portfolio_debtor AS debtor ON debtor.id = conversation.debtor_id
        WHERE conversation.creditor_id = ANY(%(creditors)s) AND conversation.needs_person
    ) AS waiting
    ORDER BY due_at NULLS LAST, since
    LIMIT %(limit)s
"""


def read_waiting(creditor_ids: Sequence[int], limit: int) -> list[tuple[Any, ...]]:
    """What waits for a person, the most urgent first: kind, public id, code, name, since, due."""
    return _rows(_WAITING, {"creditors": list(creditor_ids), "limit": limit})


def _rows(sql: str, params: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[Any] = cursor.fetchall()
    return rows
