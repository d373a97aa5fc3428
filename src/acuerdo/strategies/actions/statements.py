"""The planner's statements: each takes a whole creditor one step further.

Parameters: `creditor`, `now`, and where named `gap`, `on`, `quiet`.
"""

LEAVE = """
    UPDATE strategies_enrolment AS enrolment
    SET state = 'exited', exited_at = %(now)s, next_at = NULL,
        exit_reason = CASE WHEN account.state = 'recalled' THEN 'closed'
                           WHEN account.state = 'active' AND owed.minor > 0 THEN 'segment_changed'
                           ELSE 'paid' END
    FROM portfolio_account AS account, strategies_strategy AS strategy,
         LATERAL (
             SELECT coalesce(sum(line.balance_minor), 0) AS minor
             FROM ledger_ledgeraccount AS line
             WHERE line.subject_id = account.id AND line.code LIKE 'debt.%%'
         ) AS owed
    WHERE enrolment.creditor_id = %(creditor)s AND enrolment.state IN ('active', 'paused')
      AND account.id = enrolment.account_id AND strategy.id = enrolment.strategy_id
      AND (account.state <> 'active' OR owed.minor <= 0
           OR (strategy.segment_code <> '' AND strategy.segment_code <> account.segment_code
               AND account.segment_code <> '' AND enrolment.state = 'active'))
"""

# An account walks a strategy once, whatever the version; it stands still where it left it.
ENROL = """
    INSERT INTO strategies_enrolment
        (strategy_id, creditor_id, account_id, step_position, round, state, next_at, enrolled_at,
         exit_reason, ways_known)
    SELECT strategy.id, account.creditor_id, account.id, 0, 0, 'active',
           greatest(%(now)s, (
               SELECT max(message.queued_at) + %(gap)s FROM messaging_message AS message
               WHERE message.debtor_id = account.debtor_id
                 AND message.purpose IN ('collection', 'preventive_reminder')
                 AND message.state NOT IN ('withheld', 'failed')
           )),
           %(now)s, '', 0
    FROM portfolio_account AS account
    JOIN strategies_strategy AS strategy
      ON strategy.creditor_id = account.creditor_id AND strategy.is_active
     AND strategy.segment_code = account.segment_code
    WHERE account.creditor_id = %(creditor)s AND account.state = 'active'
      AND account.segment_code <> ''
      AND NOT EXISTS (
          SELECT FROM strategies_enrolment AS earlier
          JOIN strategies_strategy AS walked ON walked.id = earlier.strategy_id
          WHERE earlier.account_id = account.id
            AND (earlier.state IN ('active', 'paused') OR walked.code = strategy.code)
      )
      AND EXISTS (
          SELECT FROM ledger_ledgeraccount AS line
          WHERE line.subject_id = account.id AND line.code LIKE 'debt.%%'
            AND line.balance_minor > 0
      )
    ON CONFLICT DO NOTHING
"""

LEFT_ALONE = """
    CASE
        WHEN EXISTS (
            SELECT FROM compliance_hold AS hold
            WHERE (hold.account_id = account.id OR hold.debtor_id = account.debtor_id
                   OR hold.person_id = debtor.person_id)
              AND hold.released_at IS NULL AND hold.from_at <= %(now)s
              AND (hold.until_at IS NULL OR hold.until_at > %(now)s)
        ) THEN 'hold'
        WHEN EXISTS (
            SELECT FROM agreements_agreement AS agreement
            WHERE agreement.account_id = account.id AND agreement.state = 'active'
        ) THEN 'agreement'
        WHEN EXISTS (
            SELECT FROM conversations_conversation AS conversation
            WHERE conversation.debtor_id = account.debtor_id
              AND (conversation.needs_person OR conversation.owner = 'agent')
        ) THEN 'hand_off'
    END
"""

PAUSE = f"""
    UPDATE strategies_enrolment AS enrolment
    SET state = 'paused', exit_reason = alone.reason
    FROM (
        SELECT enrolment.id, {LEFT_ALONE} AS reason
        FROM strategies_enrolment AS enrolment
        JOIN portfolio_account AS account ON account.id = enrolment.account_id
        JOIN portfolio_debtor AS debtor ON debtor.id = account.debtor_id
        WHERE enrolment.creditor_id = %(creditor)s AND enrolment.state = 'active'
          AND enrolment.next_at <= %(now)s
    ) AS alone
    WHERE alone.id = enrolment.id AND alone.reason IS NOT NULL
"""

RESUME = f"""
    UPDATE strategies_enrolment AS enrolment
    SET state = 'active', exit_reason = '',
        next_at = greatest(enrolment.next_at, date_trunc('hour', %(now)s::timestamptz))
                  + interval '1 day'
    FROM (
        SELECT enrolment.id, {LEFT_ALONE} AS reason
        FROM strategies_enrolment AS enrolment
        JOIN portfolio_account AS account ON account.id = enrolment.account_id
        JOIN portfolio_debtor AS debtor ON debtor.id = account.debtor_id
        WHERE enrolment.creditor_id = %(creditor)s AND enrolment.state = 'paused'
    ) AS alone
    WHERE alone.id = enrolment.id AND alone.reason IS NULL
"""

DUE = """
    SELECT enrolment.id, enrolment.strategy_id, enrolment.step_position, enrolment.round,
           account.id, account.debtor_id, coalesce(snapshot.dpd, %(on)s - account.due_on),
           coalesce(snapshot.total_minor, 0), account.currency,
           conversation.last_inbound_at + %(quiet)s
    FROM strategies_enrolment AS enrolment
    JOIN portfolio_account AS account ON account.id = enrolment.account_id
    LEFT JOIN portfolio_accountsnapshot AS snapshot
      ON snapshot.account_id = account.id AND snapshot.as_of_on = %(on)s
    LEFT JOIN conversations_conversation AS conversation
      ON conversation.debtor_id = account.debtor_id
    WHERE enrolment.creditor_id = %(creditor)s AND enrolment.state = 'active'
      AND enrolment.next_at <= %(now)s
    ORDER BY enrolment.id
"""

# Refused because nothing may reach them: asked again as soon as they have an address or an
# authorisation more than they had then.
WAKE = """
    UPDATE strategies_enrolment AS enrolment
    SET next_at = %(now)s
    FROM portfolio_account AS account
    WHERE enrolment.creditor_id = %(creditor)s AND enrolment.state = 'active'
      AND enrolment.next_at > %(now)s
      AND enrolment.exit_reason IN ('channel_not_authorized', 'no_consent', 'no_usable_channel')
      AND account.id = enrolment.account_id
      AND enrolment.ways_known < (
          SELECT count(*) FROM compliance_consent AS consent
          WHERE consent.debtor_id = account.debtor_id AND consent.revoked_at IS NULL
      ) + (
          SELECT count(*) FROM portfolio_contactpoint AS point
          WHERE point.debtor_id = account.debtor_id AND point.is_valid
      )
"""
