"""The pictures of a creditor's accounts, asked for by a person."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from acuerdo.core.actor import Actor
from acuerdo.creditors.models import Creditor
from acuerdo.ledger.models import Entry
from acuerdo.strategies.errors import PictureTooEarly, PictureUntrue
from acuerdo.strategies.night import NightReport, read_facts, run_night, write_pictures


def take_pictures(
    *, creditor: Creditor, actor: Actor, now: datetime, on: date | None = None
) -> NightReport:
    """The night of a creditor now: the picture of today must come with its scores and segments,
    or the planner would read one without them.

    An earlier date `on`, of a night that did not come, gets balances and days past due alone, and
    only where nothing was posted since: the books tell what is owed, not what was. Raises
    PictureUntrue and PictureTooEarly.
    """
    zone = ZoneInfo(creditor.timezone)
    today = now.astimezone(zone).date()
    if on is None or on == today:
        return run_night(creditor_id=creditor.pk, actor=actor, now=now)
    if on > today:
        raise PictureTooEarly(on=on)
    posted = Entry.objects.filter(creditor_id=creditor.pk).order_by("-pk")
    last = posted.values_list("occurred_at", flat=True).first()
    if last is not None and last.astimezone(zone).date() > on:
        raise PictureUntrue(on=on, now=last.astimezone(zone).date())
    facts = read_facts(creditor_id=creditor.pk, on=on, now=now)
    return NightReport(on, facts.height, write_pictures(facts, creditor_id=creditor.pk, on=on))
