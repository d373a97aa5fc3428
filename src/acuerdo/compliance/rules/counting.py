"""What is counted: contacts in a local day, an ISO week or a number of local days, the channels
used in them, and the pause between two contacts.

Days are calendar dates in the debtor's zone, never spans of 24 hours. "7 days" are today and the
six dates before it. With several candidate zones the strictest count holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from acuerdo.compliance.rules.facts import ContactRequest, History, PastContact
from acuerdo.compliance.rules.windows import HORIZON
from acuerdo.compliance.rules.zones import instant, next_midnight, week_of

# What each unit counts. An open outcome ("") may have reached the person, so it counts as one
# that did, but it is not known to be a conversation.
_REACHED = frozenset({"", "conversation", "delivered", "no_answer", "voicemail", "refused"})
_UNITS: dict[str, frozenset[str]] = {
    "none": frozenset(),
    "attempt": _REACHED,
    "delivered": frozenset({"", "conversation", "delivered", "voicemail"}),
    "live_contact": frozenset({"conversation"}),
}
UNITS = frozenset(_UNITS)


@dataclass(frozen=True, slots=True)
class Counted:
    """Which past contacts are counted, by direction, channel, purpose and debt."""

    outbound: str = "attempt"
    inbound: str = "none"
    channels: frozenset[str] = frozenset()
    purposes: frozenset[str] = frozenset()
    per_debt: bool = False

    def select(self, request: ContactRequest, history: History) -> Iterator[PastContact]:
        for item in history:
            if item.channel not in self.channels:
                continue
            if self.per_debt and item.debt_id != request.debt_id:
                continue
            if item.direction == "inbound":
                # Whoever writes or calls us is in a conversation with us.
                if (item.outcome or "conversation") in _UNITS[self.inbound]:
                    yield item
            elif item.outcome in _UNITS[self.outbound] and item.purpose in self.purposes:
                yield item


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of local days: `day`, `iso_week`, or `rolling` of `days` dates, today included.

    A contact noted for a later date (a clock that ran ahead) is counted as if it were today's.
    """

    kind: str
    days: int = 1

    def covers(self, today: date, on: date) -> bool:
        if self.kind == "day":
            return on >= today
        if self.kind == "iso_week":
            return week_of(on) >= week_of(today)
        return (today - on).days < self.days


def _local_dates(items: list[PastContact], zone: ZoneInfo) -> list[date]:
    return [item.at.astimezone(zone).date() for item in items]


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `maximum` counted contacts in each of `spans`."""

    counted: Counted
    spans: tuple[Span, ...]
    maximum: int

    def is_full(
        self, at: datetime, request: ContactRequest, history: History, zones: tuple[ZoneInfo, ...]
    ) -> bool:
        items = list(self.counted.select(request, history))
        if len(items) < self.maximum:
            return False
        for zone in zones:
            today = at.astimezone(zone).date()
            dates = _local_dates(items, zone)
            for span in self.spans:
                if sum(span.covers(today, on) for on in dates) >= self.maximum:
                    return True
        return False

    def release(
        self, at: datetime, request: ContactRequest, history: History, zones: tuple[ZoneInfo, ...]
    ) -> datetime | None:
        if self.maximum == 0:
            return None
        limit = at + HORIZON
        while self.is_full(at, request, history, zones):
            at = next_midnight(at, zones)
            if at > limit:
                return None
        return at


@dataclass(frozen=True, slots=True)
class OneChannel:
    """Only one channel in each of `spans`."""

    counted: Counted
    spans: tuple[Span, ...]

    def _dates(
        self, request: ContactRequest, history: History, zone: ZoneInfo, same: bool
    ) -> list[date]:
        return _local_dates(
            [
                item
                for item in self.counted.select(request, history)
                if (item.channel == request.channel) is same
            ],
            zone,
        )

    def _meets(
        self,
        at: datetime,
        request: ContactRequest,
        history: History,
        zones: tuple[ZoneInfo, ...],
        same: bool,
    ) -> bool:
        for zone in zones:
            today = at.astimezone(zone).date()
            for on in self._dates(request, history, zone, same):
                if any(span.covers(today, on) for span in self.spans):
                    return True
        return False

    def is_other_used(
        self, at: datetime, request: ContactRequest, history: History, zones: tuple[ZoneInfo, ...]
    ) -> bool:
        return self._meets(at, request, history, zones, same=False)

    def is_same_used(
        self, at: datetime, request: ContactRequest, history: History, zones: tuple[ZoneInfo, ...]
    ) -> bool:
        return self._meets(at, request, history, zones, same=True)

    def release(
        self, at: datetime, request: ContactRequest, history: History, zones: tuple[ZoneInfo, ...]
    ) -> datetime | None:
        limit = at + HORIZON
        while self.is_other_used(at, request, history, zones):
            at = next_midnight(at, zones)
            if at > limit:
                return None
        return at


@dataclass(frozen=True, slots=True)
class Gap:
    """At least `hours` and at least `days` local dates between two contacts."""

    counted: Counted
    hours: int
    days: int

    def _until(
        self, request: ContactRequest, history: History, zones: tuple[ZoneInfo, ...]
    ) -> datetime:
        """When the pause after the last counted contact is over."""
        over = datetime.min.replace(tzinfo=UTC)
        for item in self.counted.select(request, history):
            over = max(over, item.at + timedelta(hours=self.hours))
            for zone in zones:
                on = item.at.astimezone(zone).date() + timedelta(days=self.days)
                over = max(over, instant(on, time.min, zone))
        return over

    def is_short(
        self, at: datetime, request: ContactRequest, history: History, zones: tuple[ZoneInfo, ...]
    ) -> bool:
        return at < self._until(request, history, zones)

    def release(
        self, at: datetime, request: ContactRequest, history: History, zones: tuple[ZoneInfo, ...]
    ) -> datetime | None:
        return max(at, self._until(request, history, zones))
