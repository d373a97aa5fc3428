"""What is counted: contacts in a local day, an ISO week or a number of local days, the channels
used in them, and the pause between two contacts.

Days are calendar dates in the debtor's zone, never spans of 24 hours. "7 days" are today and the
six dates before it. With several candidate zones the strictest count holds.

Contacts only ever recede into the past, so each of these rules has one moment from which it
admits: `free_at`. A contact noted for a later date (a clock that ran ahead) counts until that
date has passed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from acuerdo.compliance.rules.facts import ContactRequest, History, PastContact
from acuerdo.compliance.rules.zones import instant, set_back

ALWAYS = datetime.min.replace(tzinfo=UTC)
NEVER = datetime.max.replace(tzinfo=UTC)

# What each unit counts. An open outcome ("") may have reached the person, so it counts as one
# that did, but it is not known to be a conversation.
_REACHED = frozenset({"", "conversation", "delivered", "no_answer", "voicemail", "refused"})
UNITS: dict[str, frozenset[str]] = {
    "none": frozenset(),
    "attempt": _REACHED,
    "delivered": frozenset({"", "conversation", "delivered", "voicemail"}),
    "live_contact": frozenset({"conversation"}),
}


@dataclass(frozen=True, slots=True)
class Counted:
    """Which past contacts are counted. `scope` is `person`, `debt` (only about the same debt; one
    whose debt is not known may be about it) or `household` (also with others of the same home);
    `same_party`: only with the same kind of person; `parties` that count."""

    channels: frozenset[str]
    purposes: frozenset[str]
    parties: frozenset[str]
    outbound: str = "attempt"
    inbound: str = "none"
    scope: str = "person"
    same_party: bool = False

    def select(self, request: ContactRequest, history: History) -> Iterator[PastContact]:
        return (item for item in history if self.counts(request, item))

    def counts(self, request: ContactRequest, item: PastContact) -> bool:
        if item.channel not in self.channels or item.party not in self.parties:
            return False
        if item.is_household and self.scope != "household":
            return False
        if self.scope == "debt" and is_other_debt(item.debt_id, request.debt_id):
            return False
        if self.same_party and item.party != request.party:
            return False
        if item.direction == "inbound":
            # Whoever writes or calls us is in a conversation with us.
            return (item.outcome or "conversation") in UNITS[self.inbound]
        return item.outcome in UNITS[self.outbound] and item.purpose in self.purposes


def is_other_debt(one: str, other: str) -> bool:
    """Whether two contacts are surely not about the same debt: both are named, and differ."""
    return bool(one and other and one != other)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of local days: `day`, `iso_week`, `rolling` over `days` dates, today included,
    or `ever`."""

    kind: str
    days: int = 1

    def free_on(self, on: date) -> date | None:
        """The first date on which a contact of `on` is no longer in the span; None: never."""
        if self.kind == "ever":
            return None
        if self.kind == "iso_week":
            return on + timedelta(days=7 - on.weekday())
        return on + timedelta(days=self.days)


def _free_at(latest: datetime, spans: tuple[Span, ...], zones: tuple[ZoneInfo, ...]) -> datetime:
    """When a contact at `latest` has left every span in every zone."""
    found = ALWAYS
    for zone in zones:
        on = latest.astimezone(zone).date()
        for span in spans:
            free_on = span.free_on(on)
            if free_on is None:
                return NEVER
            found = max(found, instant(free_on, time.min, zone))
    return found


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `maximum` counted contacts in each of `spans`."""

    counted: Counted
    spans: tuple[Span, ...]
    maximum: int

    def free_at(
        self, request: ContactRequest, history: History, zones: tuple[ZoneInfo, ...]
    ) -> datetime:
        if self.maximum == 0:
            return NEVER
        times = sorted(item.at for item in self.counted.select(request, history))
        if len(times) < self.maximum:
            return ALWAYS
        # The cap is full for as long as the `maximum` latest ones are all in the span.
        return _free_at(times[-self.maximum], self.spans, zones)


@dataclass(frozen=True, slots=True)
class OneChannel:
    """Only one channel in each of `spans`."""

    counted: Counted
    spans: tuple[Span, ...]

    def free_at(
        self,
        request: ContactRequest,
        history: History,
        zones: tuple[ZoneInfo, ...],
        *,
        same: bool = False,
    ) -> datetime:
        """When no other channel is in the spans any more; `same`: when this one is not, by a
        contact that the person noticed."""
        times = [
            item.at
            for item in self.counted.select(request, history)
            if (item.channel == request.channel) is same
            and not (same and item.outcome == "no_answer")
        ]
        return _free_at(max(times), self.spans, zones) if times else ALWAYS


@dataclass(frozen=True, slots=True)
class Gap:
    """At least `hours`, on the local clock too, and at least `days` local dates between two
    contacts."""

    counted: Counted
    hours: int
    days: int

    def free_at(
        self, request: ContactRequest, history: History, zones: tuple[ZoneInfo, ...]
    ) -> datetime:
        times = [item.at for item in self.counted.select(request, history)]
        if not times:
            return ALWAYS
        latest = max(times)
        pause = timedelta(hours=self.hours)
        by_clock = latest + pause + max(set_back(latest, latest + pause, zone) for zone in zones)
        return max(by_clock, _free_at(latest, (Span("rolling", self.days),), zones))


Counter = Cap | OneChannel | Gap
