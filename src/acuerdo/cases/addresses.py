"""By which addresses somebody was reached who is not the debtor."""

from __future__ import annotations

from acuerdo.cases.models import Case
from acuerdo.messaging.models import InboundEvent, Message
from acuerdo.portfolio.models import ContactPoint
from acuerdo.portfolio.rules import ADDRESS_KINDS, list_spellings


def find_addresses(case: Case) -> list[int]:
    """The ids of the debtor's contact points that the case is about.

    The one that was written from; else (a page, a call) the one we wrote to last before; else all
    that the channel may use: a stranger must not hear from us again.
    """
    points = list(ContactPoint.objects.filter(debtor_id=case.debtor_id))
    kind = ADDRESS_KINDS.get(case.channel)
    inbound = (
        InboundEvent.objects.filter(
            debtor_id=case.debtor_id, channel=case.channel, received_at__lte=case.opened_at
        )
        .order_by("-received_at", "-pk")
        .first()
    )
    if inbound is not None and kind is not None:
        known = list_spellings(kind, inbound.address)
        found = [point.pk for point in points if point.kind == kind and point.value in known]
        if found:
            return found
    sent = Message.objects.filter(
        debtor_id=case.debtor_id, sent_at__lte=case.opened_at, contact_point__isnull=False
    )
    if kind is not None:
        sent = sent.filter(contact_point__kind=kind)
    last = sent.order_by("-sent_at", "-pk").values_list("contact_point_id", flat=True).first()
    if last is not None:
        return [last]
    return [point.pk for point in points if kind in (None, point.kind)]
