"""What debtors want: stop words, opt-outs, hours and the channel that suits them."""

from __future__ import annotations

from datetime import datetime, time

import structlog

from acuerdo.compliance import events
from acuerdo.compliance.errors import (
    ChannelUnknown,
    PurposeUnknown,
    WishHoursWrong,
    WishUnknown,
)
from acuerdo.compliance.models import ContactWish, OptOut, WishKind
from acuerdo.compliance.rules import find_stop
from acuerdo.compliance.rules.facts import CHANNELS, INSTRUMENTS
from acuerdo.core.actor import Actor
from acuerdo.core.events import publish
from acuerdo.core.vocabulary import Channel, Purpose
from acuerdo.portfolio.models import Debtor

logger = structlog.get_logger(__name__)

OPT_OUT_PURPOSES = frozenset({"", Purpose.COMMERCIAL_OFFER.value})


def obey_stop(
    *,
    creditor_id: int,
    debtor: Debtor,
    channel: str,
    text: str,
    source: str,
    actor: Actor,
    now: datetime,
) -> list[OptOut]:
    """Where `text` is a wish to be left alone, record it; else do nothing and return nothing.

    It closes the channel it came by and those it names, or all where the words say so; collection
    stops on every channel but letters (rule `base.stop_received`). "Do not call, write to me here"
    closes calls alone. A stop typed into the web chat closes all: nothing is ever pushed through
    the chat itself.
    """
    stop = find_stop(text)
    if stop is None:
        return []
    if stop.every_channel or (channel == Channel.CHAT and not stop.only_named):
        channels = {""}
    else:
        channels = {*stop.channels} if stop.only_named else {channel, *stop.channels}
    return [
        record_opt_out(
            creditor_id=creditor_id,
            debtor=debtor,
            channel=closed,
            is_stop=not stop.only_named,
            source=source,
            actor=actor,
            now=now,
        )
        for closed in sorted(channels)
    ]


def record_opt_out(
    *,
    creditor_id: int,
    debtor: Debtor,
    source: str,
    actor: Actor,
    now: datetime,
    channel: str = "",
    purpose: str = "",
    is_stop: bool = True,
    text: str = "",
) -> OptOut:
    """The debtor does not want contacts on `channel`, or (empty) on any. A repeat does nothing.

    `purpose` `commercial_offer` closes offers alone. With `is_stop` false only the channel rests;
    see `OptOut`. Raises ChannelUnknown and PurposeUnknown.
    """
    if channel and channel not in CHANNELS:
        raise ChannelUnknown(channel=channel, known=", ".join(sorted(CHANNELS)))
    if purpose not in OPT_OUT_PURPOSES:
        raise PurposeUnknown(purpose=purpose, known=Purpose.COMMERCIAL_OFFER)
    opt_out, created = OptOut.objects.get_or_create(
        debtor_id=debtor.pk,
        channel=channel,
        purpose=purpose,
        withdrawn_at=None,
        defaults={
            "creditor_id": creditor_id,
            "opted_out_at": now,
            "source": source[:200],
            "is_stop": is_stop,
            "text": text,
            "recorded_by": actor.label,
        },
    )
    hardened = is_stop and not opt_out.is_stop
    if hardened:
        opt_out.is_stop = True
        opt_out.save(update_fields=["is_stop"])
    if created or hardened:
        logger.info("opted_out", debtor=debtor.pk, channel=channel)
        publish(
            events.OPTED_OUT,
            actor=actor,
            now=now,
            creditor_id=creditor_id,
            refs=[f"debtor:{debtor.pk}"],
            data={"channel": channel, "is_stop": opt_out.is_stop and not purpose},
        )
    return opt_out


def withdraw_opt_out(*, opt_out: OptOut, source: str, actor: Actor, now: datetime) -> OptOut:
    """The debtor wants to be written to again. `source` says where they said so."""
    locked = OptOut.objects.select_for_update().get(pk=opt_out.pk)
    if locked.withdrawn_at is None:
        locked.withdrawn_at, locked.withdrawn_by = now, actor.label
        locked.withdrawn_why = source[:300]
        locked.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why"])
        publish(
            events.OPT_OUT_WITHDRAWN,
            actor=actor,
            now=now,
            creditor_id=locked.creditor_id,
            refs=[f"debtor:{locked.debtor_id}"],
            data={"channel": locked.channel, "purpose": locked.purpose},
        )
    return locked


def record_wish(
    *,
    debtor: Debtor,
    kind: str,
    source: str,
    actor: Actor,
    now: datetime,
    from_time: time | None = None,
    to_time: time | None = None,
    channel: str = "",
    instrument: str = "",
    text: str = "",
) -> ContactWish:
    """The debtor wishes to be reached at these hours, not at those, or on this channel (`kind`).

    Of one kind one wish is in force: another replaces it, and the same again does nothing. A
    second range of inconvenient hours so takes the place of the first; record one range that
    covers both. `instrument` says where hours were agreed (see `ContactWish`). Raises WishUnknown,
    WishHoursWrong and ChannelUnknown.
    """
    if kind not in WishKind.values:
        raise WishUnknown(kind=kind, known=", ".join(WishKind.values))
    if kind == WishKind.PREFERRED_CHANNEL:
        if channel not in CHANNELS:
            raise ChannelUnknown(channel=channel, known=", ".join(sorted(CHANNELS)))
        from_time = to_time = None
        instrument = ""
    else:
        if from_time == to_time or (instrument and instrument not in INSTRUMENTS):
            raise WishHoursWrong
        channel = ""
    said = {
        "from_time": from_time,
        "to_time": to_time,
        "channel": channel,
        "instrument": instrument,
        "text": text,
    }
    Debtor.objects.select_for_update(no_key=True).get(pk=debtor.pk)
    live = ContactWish.objects.filter(debtor=debtor, kind=kind, withdrawn_at=None).first()
    if live is not None:
        if all(getattr(live, name) == value for name, value in said.items()):
            return live
        live.withdrawn_at, live.withdrawn_by = now, actor.label
        live.save(update_fields=["withdrawn_at", "withdrawn_by"])
    wish = ContactWish.objects.create(
        creditor_id=debtor.creditor_id,
        debtor=debtor,
        kind=kind,
        source=source[:200],
        recorded_by=actor.label,
        wished_at=now,
        **said,
    )
    publish(
        events.WISH_RECORDED,
        actor=actor,
        now=now,
        creditor_id=debtor.creditor_id,
        refs=[f"debtor:{debtor.pk}", f"wish:{wish.pk}"],
        data={"kind": kind, "replaced": live is not None},
    )
    return wish


def withdraw_wish(*, wish: ContactWish, source: str, actor: Actor, now: datetime) -> ContactWish:
    """The wish holds no more; `source` says where that was said. A repeat does nothing."""
    locked = ContactWish.objects.select_for_update().get(pk=wish.pk)
    if locked.withdrawn_at is None:
        locked.withdrawn_at, locked.withdrawn_by = now, actor.label
        locked.withdrawn_why = source[:300]
        locked.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why"])
        publish(
            events.WISH_WITHDRAWN,
            actor=actor,
            now=now,
            creditor_id=locked.creditor_id,
            refs=[f"debtor:{locked.debtor_id}", f"wish:{locked.pk}"],
            data={"kind": locked.kind},
        )
    return locked
