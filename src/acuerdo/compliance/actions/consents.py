"""Which channels debtors authorised and for what, with the proof, and what they took back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import polars as pl
from django.db import connection

from acuerdo.compliance import events
from acuerdo.compliance.errors import ChannelUnknown, ConsentUnproven, PurposeUnknown
from acuerdo.compliance.models import Consent
from acuerdo.compliance.rules.facts import CHANNELS, PURPOSES
from acuerdo.core.actor import Actor
from acuerdo.core.bulk import copy_frame, staging
from acuerdo.core.events import publish
from acuerdo.core.vocabulary import Purpose
from acuerdo.portfolio.models import Debtor


def grant_consent(
    *,
    debtor: Debtor,
    channel: str,
    source: str,
    text: str,
    actor: Actor,
    now: datetime,
    purpose: str = Purpose.COLLECTION,
) -> Consent:
    """A person writes down that the debtor authorised `channel`: `source` says where that can be
    looked up, `text` what was agreed to. One that stands already is left as it is. Consent to
    commercial offers is another one than consent to collection.

    Raises ChannelUnknown, PurposeUnknown and ConsentUnproven.
    """
    if purpose not in PURPOSES:
        raise PurposeUnknown(purpose=purpose, known=", ".join(sorted(PURPOSES)))
    if not source.strip() or not text.strip():
        raise ConsentUnproven
    grant_consents(
        creditor_id=debtor.creditor_id,
        grants=[(debtor.pk, channel)],
        source=source.strip(),
        text=text.strip(),
        purpose=purpose,
        actor=actor,
        now=now,
    )
    return Consent.objects.get(
        debtor=debtor, channel=channel, purpose=purpose, revoked_at__isnull=True
    )


def grant_consents(
    *,
    creditor_id: int,
    grants: Iterable[tuple[int, str]] | pl.DataFrame,
    source: str,
    actor: Actor,
    now: datetime,
    purpose: str = Purpose.COLLECTION,
    text: str = "",
    renew: bool = True,
) -> int:
    """Record that debtors authorised channels: `grants` are (debtor id, channel), or a frame of
    `debtor_id` and `channel`. Returns how many were new; one that stands already is left as it is.

    With `renew` false (a file, which may be older than the debtor's last word) a channel whose
    authorisation was once withdrawn stays withdrawn.
    """
    if not isinstance(grants, pl.DataFrame):
        schema = {"debtor_id": pl.Int64, "channel": pl.String}
        grants = pl.DataFrame(list(grants), schema=schema, orient="row")
    rows = grants.unique().sort("debtor_id", "channel")
    unknown = set(rows["channel"].unique()) - CHANNELS
    if unknown:
        raise ChannelUnknown(channel=min(unknown), known=", ".join(sorted(CHANNELS)))
    if rows.is_empty():
        return 0
    columns = {"debtor_id": "bigint", "channel": "varchar(20)"}
    with staging("compliance_grants", columns) as table, connection.cursor() as cursor:
        copy_frame(table, rows)
        cursor.execute(
            f"""
            INSERT INTO compliance_consent
                (creditor_id, debtor_id, channel, purpose, granted_at, source, text, granted_by)
            SELECT debtor.creditor_id, debtor.id, grants.channel, %(purpose)s, %(now)s,
                   %(source)s, %(text)s, %(by)s
            FROM "{table}" AS grants
            JOIN portfolio_debtor AS debtor
              ON debtor.id = grants.debtor_id AND debtor.creditor_id = %(creditor)s
            WHERE NOT EXISTS (
                SELECT FROM compliance_consent AS known
                WHERE known.debtor_id = debtor.id AND known.channel = grants.channel
                  AND known.purpose = %(purpose)s
                  AND (known.revoked_at IS NULL OR NOT %(renew)s)
            )
            ON CONFLICT DO NOTHING
            """,
            {
                "purpose": str(purpose),
                "now": now,
                "source": source[:200],
                "text": text,
                "by": actor.label,
                "creditor": creditor_id,
                "renew": renew,
            },
        )
        granted = int(cursor.rowcount)
    if granted:
        publish(
            events.CONSENTS_GRANTED,
            actor=actor,
            now=now,
            creditor_id=creditor_id,
            data={"granted": granted, "purpose": str(purpose)},
        )
    return granted


def revoke_consents(
    *,
    creditor_id: int,
    debtor_id: int,
    channels: Sequence[str],
    source: str,
    actor: Actor,
    now: datetime,
    purpose: str | None = None,
) -> int:
    """The debtor withdraws the authorisation of `channels`, for `purpose` or for all; `source` says
    where they said so. Returns how many stood until now."""
    live = Consent.objects.filter(
        creditor_id=creditor_id,
        debtor_id=debtor_id,
        channel__in=list(channels),
        revoked_at=None,
    )
    if purpose is not None:
        live = live.filter(purpose=purpose)
    revoked = live.update(revoked_at=now, revoked_by=actor.label, revoked_why=source[:300])
    if revoked:
        publish(
            events.CONSENTS_REVOKED,
            actor=actor,
            now=now,
            creditor_id=creditor_id,
            refs=[f"debtor:{debtor_id}"],
            data={"channels": sorted(channels), "source": source},
        )
    return revoked
