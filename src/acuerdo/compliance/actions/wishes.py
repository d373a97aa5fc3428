"""What debtors want: stop words, opt-outs and authorised channels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import structlog
from django.db import connection

from acuerdo.compliance import events
from acuerdo.compliance.errors import ChannelUnknown
from acuerdo.compliance.models import Consent, OptOut
from acuerdo.compliance.rules import find_stop
from acuerdo.compliance.rules.facts import CHANNELS
from acuerdo.core.actor import Actor
from acuerdo.core.bulk import copy_rows, staging
from acuerdo.core.events import publish
from acuerdo.core.vocabulary import Channel, Purpose
from acuerdo.portfolio.models import Debtor

logger = structlog.get_logger(__name__)


def obey_stop(
    *,
    creditor_id: int,
    debtor: Debtor,
    channel: str,
    text: str,
    source: str,
    actor: Actor,
    now: datetime,
) -> OptOut | None:
    """Where `text` is a wish to be left alone, record it; else do nothing and return None.

    It closes the channel it came by, or all where the words say so; collection stops on every
    channel but letters (rule `base.stop_received`). A stop typed into the web chat closes all:
    nothing is ever pushed through the chat itself.
    """
    stop = find_stop(text)
    if stop is None:
        return None
    everything = stop.every_channel or channel == Channel.CHAT
    return record_opt_out(
        creditor_id=creditor_id,
        debtor=debtor,
        channel="" if everything else channel,
        source=source,
        actor=actor,
        now=now,
    )


def record_opt_out(
    *,
    creditor_id: int,
    debtor: Debtor,
    source: str,
    actor: Actor,
    now: datetime,
    channel: str = "",
) -> OptOut:
    """The debtor does not want contacts on `channel`, or (empty) on any. A repeat does nothing."""
    if channel and channel not in CHANNELS:
        raise ChannelUnknown(channel=channel, known=", ".join(sorted(CHANNELS)))
    opt_out, created = OptOut.objects.get_or_create(
        debtor_id=debtor.pk,
        channel=channel,
        withdrawn_at=None,
        defaults={"creditor_id": creditor_id, "opted_out_at": now, "source": source[:200]},
    )
    if created:
        logger.info("opted_out", debtor=debtor.pk, channel=channel)
        publish(
            events.OPTED_OUT,
            actor=actor,
            now=now,
            creditor_id=creditor_id,
            refs=[f"debtor:{debtor.pk}"],
            data={"channel": channel},
        )
    return opt_out


def withdraw_opt_out(*, opt_out: OptOut, source: str, actor: Actor, now: datetime) -> OptOut:
    """The debtor wants to be written to again. `source` says where they said so."""
    locked = OptOut.objects.select_for_update().get(pk=opt_out.pk)
    if locked.withdrawn_at is None:
        locked.withdrawn_at = now
        locked.save(update_fields=["withdrawn_at"])
        publish(
            events.OPT_OUT_WITHDRAWN,
            actor=actor,
            now=now,
            creditor_id=locked.creditor_id,
            refs=[f"debtor:{locked.debtor_id}"],
            data={"channel": locked.channel, "source": source},
        )
    return locked


def grant_consents(
    *,
    creditor_id: int,
    grants: Iterable[tuple[int, str]],
    source: str,
    actor: Actor,
    now: datetime,
    purpose: str = Purpose.COLLECTION,
    text: str = "",
    renew: bool = True,
) -> int:
    """Record that debtors authorised channels: `grants` are (debtor id, channel). Returns how
    many were new; one that stands already is left as it is.

    With `renew` false (a file, which may be older than the debtor's last word) a channel whose
    authorisation was once withdrawn stays withdrawn.
    """
    rows = sorted(set(grants))
    unknown = {channel for _debtor, channel in rows} - CHANNELS
    if unknown:
        raise ChannelUnknown(channel=min(unknown), known=", ".join(sorted(CHANNELS)))
    if not rows:
        return 0
    columns = {"debtor_id": "bigint", "channel": "varchar(20)"}
    with staging("compliance_grants", columns) as table, connection.cursor() as cursor:
        copy_rows(table, list(columns), rows)
        cursor.execute(
            f"""
            INSERT INTO compliance_consent
                (creditor_id, debtor_id, channel, purpose, granted_at, source, text)
            SELECT debtor.creditor_id, debtor.id, grants.channel, %(purpose)s, %(now)s,
                   %(source)s, %(text)s
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
    """The debtor withdraws the authorisation of `channels`, for `purpose` or for all. Returns how
    many stood until now."""
    live = Consent.objects.filter(
        creditor_id=creditor_id,
        debtor_id=debtor_id,
        channel__in=list(channels),
        revoked_at=None,
    )
    if purpose is not None:
        live = live.filter(purpose=purpose)
    revoked = live.update(revoked_at=now)
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
