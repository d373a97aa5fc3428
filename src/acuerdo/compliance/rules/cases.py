"""One contact case as JSON, for auditors: the input of `acuerdo contacts check`.

A case names the place, the channel, the party, the purpose and the instant, and may add candidate
zones, authorised channels, past contacts (in local time), flags and what the message says. A name
that is not known is an error of that line, never ignored; an absent flag is false, an absent
message fact is not evaluated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from acuerdo.compliance.rules.check import check_contact, refuse_unknown
from acuerdo.compliance.rules.facts import (
    BadInput,
    ContactRequest,
    PastContact,
    Verdict,
    check_history,
    check_names,
    is_reckonable,
)
from acuerdo.compliance.rules.pack import Library
from acuerdo.compliance.rules.zones import read_zone
from acuerdo.core.vocabulary import Party, Purpose

_REQUIRED = ("id", "jurisdiction", "channel", "party", "purpose", "utc_instant")
_KNOWN = frozenset(
    {
        *_REQUIRED,
        *"timezone candidate_timezones local_datetime weekday creditor_type debt_id".split(),
        *"authorized_channels history flags message".split(),
        # What an auditor notes beside a case.
        *"expected reason_code reason citation source_confidence tags".split(),
    }
)
_PAST = frozenset("channel local_datetime outcome party debt_id direction purpose".split())


def check_case(case: Mapping[str, Any], *, library: Library) -> Verdict:
    """The verdict on a case. Raises BadInput, naming the field, where the case is malformed."""
    request, history, now = read_case(case, library=library)
    if not request.zones:
        return refuse_unknown(request, library, "timezone")
    return check_contact(request, history, now, library=library)


def read_case(
    case: Mapping[str, Any], *, library: Library
) -> tuple[ContactRequest, list[PastContact], datetime]:
    """The question that a case asks. Raises BadInput."""
    unknown = sorted(set(case) - _KNOWN)
    if unknown:
        raise BadInput(f"{unknown[0]}: not a name of a case")
    for name in _REQUIRED:
        if not isinstance(case.get(name), str) or not case[name]:
            raise BadInput(f"{name}: missing or not a text")
    now = _instant(case["utc_instant"])
    zones = _zones(case)
    request = ContactRequest(
        jurisdiction=case["jurisdiction"],
        channel=case["channel"],
        purpose=case["purpose"],
        party=case["party"],
        zones=zones,
        debt_id=_text(case, "debt_id"),
        creditor_type=_text(case, "creditor_type") or "other",
        authorised_channels=_channels(case),
        flags=_facts(case, "flags"),
        message=_facts(case, "message"),
    )
    # An unknown party is a name of the form, and refused later as a fact that is missing.
    check_names(replace(request, party=Party.DEBTOR) if request.party == Party.UNKNOWN else request)
    if "instrument" in request.flags.get("known_inconvenient", ()):
        raise BadInput("known_inconvenient.instrument: not a name of those hours")
    given = case.get("history") or ()
    if not isinstance(given, Sequence) or isinstance(given, str):
        raise BadInput("history: not a list")
    zone = _home(case, request, zones, library)
    history = [_past(item, zone, request.party) for item in given]
    check_history(history)
    # The counters are a person's own: whom else a case tells of is somebody else.
    history = [item for item in history if item.party in {request.party, Party.UNKNOWN}]
    return request, history + _question_asked(request, history, now), now


def _question_asked(
    request: ContactRequest, history: Sequence[PastContact], now: datetime
) -> list[PastContact]:
    """A case of an answer says by its purpose that the debtor has just asked, unless its history
    tells when they wrote."""
    if request.purpose != Purpose.REPLY_TO_DEBTOR_QUERY or any(
        item.direction == "inbound" for item in history
    ):
        return []
    return [
        PastContact(
            at=now - timedelta(minutes=1),
            channel=request.channel,
            outcome="conversation",
            direction="inbound",
            debt_id=request.debt_id,
        )
    ]


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput("utc_instant: not a time like 2026-11-24T14:00:00Z") from None
    if found.tzinfo is None:
        raise BadInput("utc_instant: without a zone; end it with Z")
    if not is_reckonable(found):
        raise BadInput("utc_instant: too far away")
    return found.astimezone(UTC)


def _zones(case: Mapping[str, Any]) -> tuple[str, ...]:
    candidates = case.get("candidate_timezones") or ()
    if not isinstance(candidates, (list, tuple)):
        raise BadInput("candidate_timezones: not a list")
    named = [case.get("timezone"), *candidates]
    if not all(name is None or isinstance(name, str) for name in named):
        raise BadInput("timezone: not a text")
    return tuple(dict.fromkeys(name for name in named if name is not None))


def _home(
    case: Mapping[str, Any], request: ContactRequest, zones: tuple[str, ...], library: Library
) -> ZoneInfo:
    """The zone in which the local times of the past are written: the case's first."""
    try:
        return read_zone(zones[0]) if zones else library.zones_for(request.jurisdiction, ())[0]
    except (BadInput, IndexError):
        return ZoneInfo("UTC")


def _text(case: Mapping[str, Any], name: str) -> str:
    value = case.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadInput(f"{name}: not a text")
    return value


def _channels(case: Mapping[str, Any]) -> frozenset[str] | None:
    given = case.get("authorized_channels")
    if given is None:
        return None
    if not isinstance(given, (list, tuple)) or not all(isinstance(one, str) for one in given):
        raise BadInput("authorized_channels: not a list of channels")
    return frozenset(given)


def _facts(case: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    given = case.get(name)
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise BadInput(f"{name}: not an object")
    return given


def _past(item: Any, zone: ZoneInfo, party: str) -> PastContact:
    if not isinstance(item, Mapping):
        raise BadInput("history: not an object")
    unknown = sorted(set(item) - _PAST)
    if unknown:
        raise BadInput(f"history.{unknown[0]}: not a name of a past contact")
    try:
        local = datetime.fromisoformat(item["local_datetime"])
        at = local if local.tzinfo else local.replace(tzinfo=zone)
        if not is_reckonable(at):
            raise ValueError
    except (KeyError, TypeError, ValueError):
        raise BadInput("history.local_datetime: not a local time") from None
    values = {name: _text(item, name) for name in _PAST - {"local_datetime"}}
    return PastContact(
        at=at.astimezone(UTC),
        channel=values["channel"],
        outcome=values["outcome"],
        direction=values["direction"] or "outbound",
        party=values["party"] or party,
        purpose=values["purpose"] or Purpose.COLLECTION,
        debt_id=values["debt_id"],
    )
