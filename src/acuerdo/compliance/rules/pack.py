"""A rule pack: the contact rules of one country and its parts, compiled from data.

The form of the data is `packs/schema.json`; how to read it stands in the room's README.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Literal

from acuerdo.compliance.rules import calendar, windows
from acuerdo.compliance.rules.calendar import Calendar
from acuerdo.compliance.rules.conditions import Condition, compile_condition, list_reads
from acuerdo.compliance.rules.counting import Cap, Counted, Counter, Gap, OneChannel, Span
from acuerdo.compliance.rules.facts import (
    ANSWERS,
    CHANNELS,
    GROUPS,
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
from acuerdo.compliance.rules.zones import DAYS, Intervals, Zones, instant, read_zone
from acuerdo.portfolio.rules.places import list_zones
from acuerdo.portfolio.rules.subdivisions import list_subdivisions

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

Mechanism = Window | Counter | None

Reading = Literal["conservative", "literal"]
"""How unclear law is read: so that it protects the debtor, or to the letter."""

UNKNOWN_PART = "unknown"
"""In a rule's `subdivisions`: also where the part of the country is not known."""


@dataclass(frozen=True, slots=True)
class Lift:
    """A cap that the debtor's own consent lifts: `flag` holds its instant (local time, where it
    names no other), whose local date is the first of `days` dates."""

    flag: str
    days: int

    def span(self, request: ContactRequest, zones: Zones) -> tuple[datetime, datetime] | None:
        """From when until when the cap is lifted, in every zone; None: not at all."""
        given = request.flags.get(self.flag)
        if not given:
            return None
        at = datetime.fromisoformat(given)
        dates = [((at.astimezone(zone) if at.tzinfo else at).date(), zone) for zone in zones]
        days = timedelta(days=self.days)
        start = max(instant(on, time.min, zone) for on, zone in dates)
        end = min(instant(on + days, time.min, zone) for on, zone in dates)
        return (start, end) if start < end else None


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
    lifted: Lift | None
    reads: frozenset[str]

    def concerns(self, subdivision: str, channel: str, purpose: str, party: str) -> bool:
        """Whether the rule speaks of such a contact at all."""
        part = subdivision or UNKNOWN_PART
        return (
            channel in self.channels
            and purpose in self.purposes
            and party in self.parties
            and (not self.subdivisions or part in self.subdivisions)
            and part not in self.not_subdivisions
        )

    @property
    def is_about_content(self) -> bool:
        """Whether the rule looks at what a message says."""
        return any(name.startswith("message.") for name in self.reads)

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
    """The rules of a country. `status` is `in_force`, `unverified` (counsel has not read the law)
    or `draft`. `cites` are the country's sources for common rules, by their id."""

    code: str
    version: str
    status: str
    signed_off_by: str
    names: Mapping[str, str]
    citation: str
    calendar: Calendar
    waives: frozenset[str]
    cites: Mapping[str, Mapping[str, str]]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """A creditor's own rules, as strict as it likes: they come on top of the law's."""

    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Library:
    """All packs, and `base`: what holds everywhere."""

    base: Pack
    packs: Mapping[str, Pack]

    @property
    def version(self) -> str:
        return self.base.version

    @lru_cache(maxsize=65536)  # noqa: B019 - a library lives as long as the process
    def find(self, jurisdiction: str) -> tuple[Pack, str]:
        """The pack of `CO` or `BR-SP`, and the subdivision. Raises BadInput where there is no such
        pack, and where the country has no such part: its rules may be the strictest."""
        country, _dash, subdivision = jurisdiction.partition("-")
        pack = self.packs.get(country)
        if pack is None or not _is_part(pack, subdivision):
            raise BadInput("jurisdiction")
        return pack, subdivision

    @lru_cache(maxsize=65536)  # noqa: B019
    def rules_for(
        self, jurisdiction: str, channel: str, purpose: str, party: str, policy: Policy | None
    ) -> tuple[Rule, ...]:
        """The rules that speak of such a contact, in the order in which they are asked."""
        pack, subdivision = self.find(jurisdiction)
        found = [*pack.rules, *(policy.rules if policy else ()), *self.common_rules(pack)]
        chosen = [
            _placed(one, pack, subdivision)
            for one in found
            if one.kind in PHASES and one.concerns(subdivision, channel, purpose, party)
        ]
        return tuple(sorted(chosen, key=lambda one: (PHASES[one.kind], not one.hard)))

    def common_rules(self, pack: Pack) -> list[Rule]:
        """The rules of the base as the country has them: with its law as their source where it
        has one, and without those that it waives."""
        return [
            _cited(rule, pack.cites[rule.id]) if rule.id in pack.cites else rule
            for rule in self.base.rules
            if rule.id not in pack.waives
        ]

    @lru_cache(maxsize=65536)  # noqa: B019
    def zones_for(self, jurisdiction: str, names: tuple[str, ...]) -> Zones:
        """The given candidate zones; where none is given, every zone of the place."""
        pack, subdivision = self.find(jurisdiction)
        return tuple(read_zone(name) for name in names or list_zones(pack.code, subdivision))

    @property
    def history_days(self) -> int:
        """How far back past contacts can matter to any rule but those that forget nothing."""
        days = [8]
        for rule in self.rules:
            if isinstance(rule.mechanism, (Cap, OneChannel)):
                days += [span.days for span in rule.mechanism.spans]
            elif isinstance(rule.mechanism, Gap):
                days += [rule.mechanism.days, rule.mechanism.hours // 24 + 1]
        return max(days) + 2

    @property
    def remembered_purposes(self) -> frozenset[str]:
        """The purposes of contacts that count for ever."""
        return frozenset().union(
            *(
                rule.mechanism.counted.purposes
                for rule in self.rules
                if isinstance(rule.mechanism, Cap)
                and any(span.kind == "ever" for span in rule.mechanism.spans)
            )
        )

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule of every pack, the base's last."""
        packs = (*(self.packs[code] for code in sorted(self.packs)), self.base)
        return tuple(rule for pack in packs for rule in pack.rules)

    def note(self, kind: str) -> Rule:
        """The base's words for `allowed` or `unknown`."""
        return next(rule for rule in self.base.rules if rule.kind == kind)

    def get_rule(self, rule_id: str) -> Rule | None:
        """The rule of that id in any pack."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)


def _is_part(pack: Pack, subdivision: str) -> bool:
    """Whether the country has that part; an empty one is the part that is not known."""
    known = list_subdivisions(pack.code)
    return not subdivision or any(part.code == subdivision for part in known)


def _placed(rule: Rule, pack: Pack, subdivision: str) -> Rule:
    """The rule with the holidays of one part of the country."""
    if isinstance(rule.mechanism, Window):
        window = replace(rule.mechanism, calendar=pack.calendar, subdivision=subdivision)
        return replace(rule, mechanism=window)
    return rule


def _cited(rule: Rule, source: Mapping[str, str]) -> Rule:
    return replace(
        rule,
        citation=source["citation"],
        confidence=source["confidence"],
        code=source.get("code", rule.code),
        house_default=False,
    )


def compile_library(
    documents: Sequence[Mapping[str, Any]],
    overrides: Sequence[calendar.Override],
    reading: Reading = "conservative",
) -> Library:
    """All packs from their data (checked against the schema before). Raises ValueError.

    A rule marked with the other reading is left out. To the letter, a week is the calendar's.
    """
    packs = {}
    base = None
    for document in documents:
        pack = _compile_pack(document, tuple(overrides), reading)
        if pack.code == "base":
            base = pack
        else:
            packs[pack.code] = pack
    if base is None:
        raise ValueError("the pack `base` is missing")
    waivable = {rule.id for rule in base.rules if rule.house_default and not rule.hard}
    common = {rule.id for rule in base.rules}
    seen: set[str] = set()
    for pack in (base, *packs.values()):
        if not pack.waives <= waivable:
            raise ValueError(f"{pack.code} may not waive {sorted(pack.waives - waivable)}")
        if not pack.cites.keys() <= common:
            raise ValueError(f"{pack.code} cites law for {sorted(pack.cites.keys() - common)}")
        for rule in pack.rules:
            if rule.id in seen:
                raise ValueError(f"two rules are called {rule.id}")
            seen.add(rule.id)
    return Library(base, MappingProxyType(packs))


def compile_policy(rules: Sequence[Mapping[str, Any]]) -> Policy:
    """A creditor's own rules (checked against the schema before). Raises ValueError."""
    return Policy(tuple(_compile_rule(rule, "conservative") for rule in rules))


def _compile_pack(
    data: Mapping[str, Any], overrides: tuple[calendar.Override, ...], reading: Reading
) -> Pack:
    code = data["pack"]
    days = data.get("holidays", {})
    return Pack(
        code=code,
        version=data["version"],
        status=data["status"],
        signed_off_by=data["signed_off_by"] or "",
        names=MappingProxyType(dict(data["names"])),
        citation=data.get("citation", ""),
        calendar=Calendar(
            country=days.get("country", code),
            categories=tuple(days.get("categories", ["public"])),
            overrides=tuple(one for one in overrides if one.country == code),
        ),
        waives=frozenset(data.get("waives", ())),
        cites=MappingProxyType(dict(data.get("cites", {}))),
        rules=tuple(
            _compile_rule(rule, reading)
            for rule in data["rules"]
            if rule.get("reading", reading) == reading
        ),
    )


def _compile_rule(data: Mapping[str, Any], reading: Reading) -> Rule:
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
        mechanism=_mechanism(data, reading, channels, purposes),
        codes=MappingProxyType(codes),
        reasons=frozenset(reasons["all_but"] if all_but else reasons),
        all_but_reasons=all_but,
        flag=data.get("flag", ""),
        lifted=Lift(**data["lifted"]) if "lifted" in data else None,
        reads=frozenset().union(*(list_reads(data[name]) for name in _CONDITIONS if name in data)),
    )


_CONDITIONS = ("when", "unless")


def _words(
    data: Mapping[str, Any], name: str, usual: frozenset[str], known: frozenset[str]
) -> frozenset[str]:
    given = data.get(name)
    if given is None:
        return usual
    if isinstance(given, Mapping):
        return known - _spread(data, name, given["all_but"], known)
    return _spread(data, name, given, known)


def _spread(
    data: Mapping[str, Any], name: str, words: Sequence[str], known: frozenset[str]
) -> frozenset[str]:
    """The words, with each group in its place. Raises ValueError on one that is not known."""
    found = frozenset().union(*(GROUPS.get(word, {word}) for word in words))
    if not found <= known:
        raise ValueError(f"{data['id']}: {name} has no {sorted(found - known)}")
    return found


def _mechanism(
    data: Mapping[str, Any],
    reading: Reading,
    channels: frozenset[str],
    purposes: frozenset[str],
) -> Mechanism:
    kind = data["kind"]
    if kind == "window":
        wish = data.get("override")
        return Window(
            days={day: _intervals(data["days"].get(day, ())) for day in DAYS},
            closed=data.get("closed", {}),
            calendar=Calendar(""),
            subdivision="",
            override=(
                windows.Override(wish["instrument"], frozenset(wish["weekdays"])) if wish else None
            ),
        )
    if kind in {"cap", "one_channel", "gap"}:
        given = data["counts"]
        counted = Counted(
            channels=_words({**given, "id": data["id"]}, "channels", channels, CHANNELS),
            purposes=_words({**given, "id": data["id"]}, "purposes", purposes, PURPOSES),
            parties=_words({**given, "id": data["id"]}, "parties", PARTIES, PARTIES),
            outbound=given.get("outbound", "attempt"),
            inbound=given.get("inbound", "none"),
            scope=given.get("scope", "person"),
            same_party=given.get("same_party", False),
        )
        if kind == "gap":
            return Gap(counted, data["hours"], data["gap_days"])
        spans = _spans(data["spans"], reading)
        return (
            OneChannel(counted, spans)
            if kind == "one_channel"
            else Cap(counted, spans, data["maximum"])
        )
    return None


def _spans(names: Sequence[str], reading: Reading) -> tuple[Span, ...]:
    if reading == "literal" and "iso_week" in names:
        names = [name for name in names if not name.startswith("rolling_")]
    return tuple(
        Span("rolling", int(name.removeprefix("rolling_")))
        if name.startswith("rolling_")
        else Span(name, 7 if name == "iso_week" else 1)
        for name in names
    )


def _intervals(pairs: Sequence[Sequence[str]]) -> Intervals:
    found: list[tuple[time, time]] = []
    for start, end in pairs:
        found.append((parse_hour(start, "days"), parse_hour(end, "days")))
        if found[-1][0] >= found[-1][1]:
            raise ValueError(f"the hours {start}-{end} end before they begin")
    return tuple(sorted(found))
