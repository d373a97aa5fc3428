"""How a debtor can be reached, and how each way has done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from acuerdo.compliance.models import Quarantine
from acuerdo.messaging.models import InboundEvent, Message
from acuerdo.portfolio.models import ContactPoint, Debtor
from acuerdo.portfolio.rules import list_phone_variants
from acuerdo.web.formats import mask

_SYMBOLS = {"phone": "phone", "email": "mail", "address": "map-pin"}


@dataclass(frozen=True, slots=True)
class Point:
    """An address, masked for roles that need not see it. `words` (with `tone`) is how it has done,
    `at` when, `source` who told us of it."""

    symbol: str
    shown: str
    words: str
    tone: str
    at: datetime | None
    source: str


def list_points(debtor: Debtor, points: list[ContactPoint], *, may_see: bool) -> list[Point]:
    """`points` of the debtor with what came of them: an answer tells most, then a delivery."""
    resting = set(
        Quarantine.objects.filter(debtor=debtor, ended_at=None).values_list(
            "contact_point_id", flat=True
        )
    )
    answered: dict[str, datetime] = {}
    heard = InboundEvent.objects.filter(debtor=debtor, kind="text").values_list("address")
    for address, at in heard.annotate(at=Max("received_at")).order_by():
        answered[_one_form(address)] = at
    sent: dict[int, dict[str, Any]] = {
        row["contact_point"]: dict(row)
        for row in Message.objects.filter(debtor=debtor, contact_point__isnull=False)
        .values("contact_point")
        .annotate(
            arrived=Max(Coalesce("read_at", "delivered_at")),
            failed=Count("pk", filter=Q(state="failed")),
        )
        .order_by()
    }

    nothing: dict[str, Any] = {"arrived": None, "failed": 0}

    def show(point: ContactPoint) -> Point:
        words, tone, at = "", "", None
        came = sent.get(point.pk, nothing)
        if point.pk in resting:
            words, tone = _("at rest"), "warn"
        elif not point.is_valid:
            words, tone = _("not valid"), "warn"
        elif (heard_at := answered.get(_one_form(point.value))) is not None:
            words, tone, at = _("answered"), "good", heard_at
        elif came["arrived"] is not None:
            words, tone, at = _("delivered"), "info", came["arrived"]
        elif came["failed"]:
            words = ngettext("failed %(n)s time", "failed %(n)s times", came["failed"])
            words, tone = words % {"n": came["failed"]}, "warn"
        return Point(
            symbol=_SYMBOLS.get(point.kind, "info"),
            shown=point.value if may_see else mask(point.kind, point.value),
            words=words,
            tone=tone,
            at=at,
            source=point.source,
        )

    return [show(point) for point in points]


def _one_form(address: str) -> str:
    return list_phone_variants(address)[0]
