"""Short words for asking the gate in tests: local times, and what happened before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from acuerdo.compliance.rules import ContactRequest, PastContact, Verdict, check_contact
from acuerdo.compliance.rules.facts import CHANNELS

ZONES = {
    "CO": "America/Bogota",
    "MX": "America/Mexico_City",
    "BR": "America/Sao_Paulo",
    "ES": "Europe/Madrid",
}


def local(text: str, zone: str = "America/Bogota") -> datetime:
    """`2026-11-24 10:00` of a zone, as an instant."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def past(
    text: str,
    channel: str = "call",
    outcome: str = "conversation",
    *,
    zone: str = "America/Bogota",
    **more: Any,
) -> PastContact:
    return PastContact(at=local(text, zone), channel=channel, outcome=outcome, **more)


def request(jurisdiction: str = "CO", channel: str = "sms", **more: Any) -> ContactRequest:
    zone = ZONES.get(jurisdiction.partition("-")[0])
    facts: dict[str, Any] = {
        "purpose": "collection",
        "authorised_channels": CHANNELS,
        "zones": (zone,) if zone else (),
        **more,
    }
    return ContactRequest(jurisdiction=jurisdiction, channel=channel, **facts)


def ask(
    text: str,
    jurisdiction: str = "CO",
    channel: str = "sms",
    history: Sequence[PastContact] = (),
    **more: Any,
) -> Verdict:
    """The verdict on a contact at a local time of the jurisdiction's usual zone."""
    asked = request(jurisdiction, channel, **more)
    return check_contact(asked, history, local(text, ZONES[jurisdiction.partition("-")[0]]))


def reason(text: str, jurisdiction: str = "CO", channel: str = "sms", **more: Any) -> str:
    return ask(text, jurisdiction, channel, **more).reason_code
