"""The what-if form's question and its answer: the gate's, with what each rule said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from acuerdo.compliance.packs import get_library
from acuerdo.compliance.queries import find_rule
from acuerdo.compliance.rules import (
    BadInput,
    ContactRequest,
    PastContact,
    Verdict,
    check_contact,
    list_opinions,
)
from acuerdo.compliance.rules.pack import PHASES, Rule
from acuerdo.reporting.remedies import Remedy, remedy_of
from acuerdo.reporting.texts import reason_text
from acuerdo.web.reads.hours import RuleLine, rule_line


@dataclass(frozen=True, slots=True)
class Said:
    """What one rule said. `reason` is empty where it admits; `decided`: it is the one that is
    told. Those after a stop were not asked any more, but would have said this."""

    rule: RuleLine
    kind: str
    reason: str
    decided: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """The context of `parts/what_if_answer.html`. `at` is the instant that was asked about,
    `local_notes` what a change of the clock made of it."""

    verdict: Verdict
    at: datetime
    zone: str
    zones: tuple[str, ...]
    headline: str
    text: str
    citation: str
    is_house: bool
    remedy: Remedy
    said: tuple[Said, ...]
    pack_name: str
    is_skipped: bool
    is_twice: bool

    @property
    def refusing(self) -> list[Said]:
        return [one for one in self.said if one.reason]

    @property
    def admitting(self) -> list[Said]:
        return [one for one in self.said if not one.reason]


def to_instant(on: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant of a local date and time; of an hour that comes twice, the first."""
    return datetime.combine(on, at, zone).astimezone(UTC)


def ask(
    request: ContactRequest,
    history: Sequence[PastContact],
    *,
    on: date,
    at: time,
    zone: ZoneInfo,
    language: str,
) -> Answer:
    """The gate's answer at a local time of `zone`, and what every rule that was asked said."""
    instant = to_instant(on, at, zone)
    back = instant.astimezone(zone)
    verdict = check_contact(request, history, instant)
    rule = find_rule(verdict.rule_id, verdict.pack) or _own(verdict.rule_id, request)
    try:
        opinions = list_opinions(request, history, instant)
        library = get_library()
        zones = tuple(place.key for place in library.zones_for(request.jurisdiction, request.zones))
    except BadInput:
        opinions, zones = [], request.zones
    reason = reason_text(verdict.reason_code)
    pack = get_library().packs.get(verdict.pack)
    said = []
    decided = False
    for opinion in sorted(opinions, key=lambda one: (not one.code, PHASES[one.rule.kind])):
        is_it = not verdict.allowed and not decided and opinion.rule.id == verdict.rule_id
        decided |= is_it
        said.append(
            Said(
                rule_line(opinion.rule, language),
                opinion.rule.kind,
                reason_text(opinion.code) if opinion.code else "",
                is_it,
            )
        )
    return Answer(
        verdict=verdict,
        at=instant,
        zone=zone.key,
        zones=zones,
        headline=reason[:1].upper() + reason[1:],
        text=(rule.texts.get(language[:2]) or rule.texts["en"]) if rule else "",
        citation=verdict.citation,
        is_house=verdict.house_default,
        remedy=remedy_of(verdict.reason_code),
        said=tuple(said),
        pack_name=(pack.names.get(language[:2]) or pack.names["en"]) if pack else "",
        is_skipped=(back.date(), back.time()) != (on, at),
        is_twice=back.utcoffset() != back.replace(fold=1).utcoffset(),
    )


def _own(rule_id: str, request: ContactRequest) -> Rule | None:
    rules = request.policy.rules if request.policy else ()
    return next((rule for rule in rules if rule.id == rule_id), None)
