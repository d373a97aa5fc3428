"""A rule pack: the contact rules of one country and its parts, compiled from data.

The form of the data is `packs/schema.json`; how to read it stands in the room's README.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from acuerdo.compliance.rules import calendar, windows
from acuerdo.compliance.rules.calendar import Calendar
from acuerdo.compliance.rules.conditions import Condition, compile_condition
from acuerdo.compliance.rules.counting import Cap, Counted, Gap, OneChannel, Span
from acuerdo.compliance.rules.facts import (
    ANSWERS,
    CHANNELS,
    LANGUAGES,
    OUTREACH,
    PARTIES,
    PURPOSES,
    REASON_CODES,
    BadInput,
    ContactRequest,
    parse_hour,
)
from acuerdo.compliance.rules.windows import Window
from acuerdo.compliance.rules.zones import DAYS, Intervals, read_zone

# Rules that refuse nothing: they hold the words of the answers "yes" and "this cannot be judged".
NOTES = frozenset({"allowed", "unknown"})

# In this order the kinds are asked, so that a refusal which no time can mend is told first.
PHASES: Mapping[str, int] = {
    "stop": 0,
    "hold": 0,
    "authorised": 1,
    "window": 2,
    "wish": 3,
    "cap": 4,
    "one_channel": 4,
    "gap": 4,
}
TIMED = frozenset({"hold", "window", "wish", "cap", "one_channel", "gap"})

Mechanism = Window | Cap | OneChannel | Gap | None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, ready to be asked."""

    id: str
    kind: str
    code: str
    citation: str
    confidence: str
    house_default: bool
    hard: bool
    effective_from: date
    effective_to: date | None
    texts: Mapping[str, str]
    channels: frozenset[str]
    purposes: frozenset[str]
    parties: frozenset[str]
    subdivisions: frozenset[str]
    not_subdivisions: frozenset[str]
    option: str
    when: Condition | None
    unless: Condition | None
    mechanism: Mechanism
    codes: Mapping[str, str]
    reasons: frozenset[str]
    all_but_reasons: bool
    flag: str

    def concerns(self, subdivision: str, channel: str, purpose: str, party: str) -> bool:
        """Whether the rule speaks of such a contact at all."""
        return (
            channel in self.channels
            and purpose in self.purposes
            and party in self.parties
            and (not self.subdivisions or subdivision in self.subdivisions)
            and subdivision not in self.not_subdivisions
        )

    def is_on(self, request: ContactRequest) -> bool:
        """Whether the request's own facts bring the rule into play."""
        if self.option and self.option not in request.options:
            return False
        if self.when is not None and not self.when(request):
            return False
        return self.unless is None or not self.unless(request)

    def minds(self, reason: str) -> bool:
        """Whether this rule of holds speaks of a hold for `reason`."""
        return (reason in self.reasons) is not self.all_but_reasons

    def is_in_force(self, on: date) -> bool:
        return self.effective_from <= on and (self.effective_to is None or on < self.effective_to)


@dataclass(frozen=True, slots=True)
class Pack:
    """The rules of a country. `status` is `in_force`, `unverified` (ours until counsel has read
    the law) or `draft`."""

    code: str
    version: str
    status: str
    names: Mapping[str, str]
    citation: str
    zones: tuple[str, ...]
    subdivision_zones: Mapping[str, tuple[str, ...]]
    waives: frozenset[str]
    rules: tuple[Rule, ...]

    def zone_names(self, subdivision: str) -> tuple[str, ...]:
        return self.subdivision_zones.get(subdivision) or self.zones


@dataclass(frozen=True, slots=True, eq=False)
class Library:
    """All packs, and `base`: what holds everywhere."""

    base: Pack
    packs: Mapping[str, Pack]

    @property
    def version(self) -> str:
        return self.base.version

    def find(self, jurisdiction: str) -> tuple[Pack, str]:
        """The pack of `CO` or `BR-SP`, and the subdivision. Raises BadInput where there is none."""
        country, _dash, subdivision = jurisdiction.partition("-")
        pack = self.packs.get(country)
        if pack is None:
            raise BadInput("jurisdiction")
        return pack, subdivision

    @lru_cache(maxsize=65536)  # noqa: B019 - a library lives as long as the process
    def rules_for(
        self, jurisdiction: str, channel: str, purpose: str, party: str
    ) -> tuple[Rule, ...]:
        """The rules that speak of such a contact, in the order in which they are asked."""
        pack, subdivision = self.find(jurisdiction)
        found = [*pack.rules, *(one for one in self.base.rules if one.id not in pack.waives)]
        chosen = [
            _placed(one, subdivision)
            for one in found
            if one.kind in PHASES and one.concerns(subdivision, channel, purpose, party)
        ]
        return tuple(sorted(chosen, key=lambda one: PHASES[one.kind]))

    @lru_cache(maxsize=65536)  # noqa: B019
    def zones_for(self, jurisdiction: str, names: tuple[str, ...]) -> tuple[ZoneInfo, ...]:
        """The given candidate zones; where none is given, every zone of the place."""
        pack, subdivision = self.find(jurisdiction)
        return tuple(read_zone(name) for name in names or pack.zone_names(subdivision))

    @property
    def history_days(self) -> int:
        """How far back past contacts can matter to any rule, in days."""
        days = [8]
        for pack in (self.base, *self.packs.values()):
            for rule in pack.rules:
                if isinstance(rule.mechanism, (Cap, OneChannel)):
                    days += [span.days for span in rule.mechanism.spans]
                elif isinstance(rule.mechanism, Gap):
                    days += [rule.mechanism.days, rule.mechanism.hours // 24 + 1]
        return max(days) + 2

    def note(self, kind: str) -> Rule:
        """The base's words for `allowed` or `unknown`."""
        return next(rule for rule in self.base.rules if rule.kind == kind)

    def get_rule(self, rule_id: str) -> Rule | None:
        """The rule of that id in any pack."""
        for pack in (self.base, *self.packs.values()):
            for rule in pack.rules:
                if rule.id == rule_id:
                    return rule
        return None


def _placed(rule: Rule, subdivision: str) -> Rule:
    """The rule with the holidays of one part of the country."""
    if isinstance(rule.mechanism, Window):
        return replace(rule, mechanism=replace(rule.mechanism, subdivision=subdivision))
    return rule


def compile_library(
    documents: Sequence[Mapping[str, Any]], overrides: Sequence[calendar.Override]
) -> Library:
    """All packs from their data (checked against the schema before). Raises ValueError."""
    packs = {}
    base = None
    for document in documents:
        pack = _compile_pack(document, tuple(overrides))
        if pack.code == "base":
            base = pack
        else:
            packs[pack.code] = pack
    if base is None:
        raise ValueError("the pack `base` is missing")
    waivable = {rule.id for rule in base.rules if rule.house_default and not rule.hard}
    seen: set[str] = set()
    for pack in (base, *packs.values()):
        if not pack.waives <= waivable:
            raise ValueError(f"{pack.code} may not waive {sorted(pack.waives - waivable)}")
        for rule in pack.rules:
            if rule.id in seen:
                raise ValueError(f"two rules are called {rule.id}")
            seen.add(rule.id)
    return Library(base, MappingProxyType(packs))


def _compile_pack(data: Mapping[str, Any], overrides: tuple[calendar.Override, ...]) -> Pack:
    code = data["pack"]
    days = data.get("holidays", {})
    own = Calendar(
        country=days.get("country", code),
        categories=tuple(days.get("categories", ["public"])),
        overrides=tuple(one for one in overrides if one.country == code),
    )
    for name in data.get("zones", []):
        read_zone(name)
    return Pack(
        code=code,
        version=data["version"],
        status=data["status"],
        names=MappingProxyType(dict(data["names"])),
        citation=data.get("citation", ""),
        zones=tuple(data.get("zones", ())),
        subdivision_zones={
            part: tuple(names) for part, names in data.get("subdivision_zones", {}).items()
        },
        waives=frozenset(data.get("waives", ())),
        rules=tuple(_compile_rule(rule, own) for rule in data["rules"]),
    )


def _compile_rule(data: Mapping[str, Any], own: Calendar) -> Rule:
    kind = data["kind"]
    # What the debtor asked for is never kept waiting for an hour.
    usual = OUTREACH if kind in TIMED else PURPOSES
    purposes = _words(data, "purposes", usual, PURPOSES)
    if kind in TIMED - {"hold"} and purposes & ANSWERS:
        raise ValueError(f"{data['id']}: an answer to the debtor is exempt from hours and caps")
    parts = frozenset(data.get("subdivisions", ()))
    channels = _words(data, "channels", CHANNELS, CHANNELS)
    reasons = data.get("reasons", ())
    all_but = isinstance(reasons, Mapping)
    codes = {**data.get("closed", {}), **data.get("codes", {})}
    for code in (data["code"], *codes.values()):
        if code not in REASON_CODES:
            raise ValueError(f"{data['id']}: there is no reason code {code}")
    return Rule(
        id=data["id"],
        kind=kind,
        code=data["code"],
        citation=data["citation"],
        confidence=data["confidence"],
        house_default=data["house_default"],
        hard=data.get("hard", False),
        effective_from=date.fromisoformat(data["effective_from"]),
        effective_to=(
            date.fromisoformat(data["effective_to"]) if data.get("effective_to") else None
        ),
        texts=MappingProxyType({language: data["texts"][language] for language in LANGUAGES}),
        channels=channels,
        purposes=purposes,
        parties=_words(data, "parties", PARTIES, PARTIES),
        subdivisions=parts,
        not_subdivisions=frozenset(data.get("not_subdivisions", ())),
        option=data.get("option", ""),
        when=compile_condition(data["when"]) if "when" in data else None,
        unless=compile_condition(data["unless"]) if "unless" in data else None,
        mechanism=_mechanism(data, own, channels, purposes),
        codes=MappingProxyType(codes),
        reasons=frozenset(reasons["all_but"] if all_but else reasons),
        all_but_reasons=all_but,
        flag=data.get("flag", ""),
    )


def _words(
    data: Mapping[str, Any], name: str, usual: frozenset[str], known: frozenset[str]
) -> frozenset[str]:
    given = data.get(name)
    if given is None:
        return usual
    if isinstance(given, Mapping):
        chosen, wrong = known - set(given["all_but"]), set(given["all_but"]) - known
    else:
        chosen, wrong = frozenset(given), set(given) - known
    if wrong:
        raise ValueError(f"{data['id']}: {name} has no {sorted(wrong)}")
    return frozenset(chosen)


def _mechanism(
    data: Mapping[str, Any], own: Calendar, channels: frozenset[str], purposes: frozenset[str]
) -> Mechanism:
    kind = data["kind"]
    if kind == "window":
        wish = data.get("override")
        return Window(
            days={day: _intervals(data["days"].get(day, ())) for day in DAYS},
            closed=data.get("closed", {}),
            calendar=own,
            subdivision="",
            override=(
                windows.Override(wish["instrument"], frozenset(wish["weekdays"])) if wish else None
            ),
        )
    if kind in {"cap", "one_channel", "gap"}:
        given = data["counts"]
        counted = Counted(
            outbound=given.get("outbound", "attempt"),
            inbound=given.get("inbound", "none"),
            channels=frozenset(given["channels"]) if "channels" in given else channels,
            purposes=frozenset(given["purposes"]) if "purposes" in given else purposes,
            per_debt=given.get("scope", "person") == "debt",
        )
        if kind == "gap":
            return Gap(counted, data["hours"], data["gap_days"])
        spans = tuple(
            Span("rolling", int(text.removeprefix("rolling_")))
            if text.startswith("rolling_")
            else Span(text)
            for text in data["spans"]
        )
        return (
            OneChannel(counted, spans)
            if kind == "one_channel"
            else Cap(counted, spans, data["maximum"])
        )
    return None


def _intervals(pairs: Sequence[Sequence[str]]) -> Intervals:
    found: list[tuple[time, time]] = []
    for start, end in pairs:
        found.append((parse_hour(start, "days"), parse_hour(end, "days")))
        if found[-1][0] >= found[-1][1]:
            raise ValueError(f"the hours {start}-{end} end before they begin")
    return tuple(sorted(found))
