"""What the contact rules prevented, by week, and the contacts behind each figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from acuerdo.compliance.models import Verdict
from acuerdo.compliance.packs import get_library
from acuerdo.compliance.queries import find_rule, is_house_rule
from acuerdo.portfolio.models import Account, Debtor
from acuerdo.reporting import figures

WEEKS = 12

LAW = "law"
HOUSE = "house"
SOURCES = (LAW, HOUSE)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which contacts are counted. Empty means all."""

    country: str = ""
    channel: str = ""
    rule_id: str = ""
    source: str = ""  # law | house

    @property
    def house(self) -> bool | None:
        return {LAW: False, HOUSE: True}.get(self.source)


@dataclass(frozen=True, slots=True)
class Week:
    """One ISO week, from its Monday: people kept from a contact, by whose rule it was."""

    monday: date
    law: int
    house: int

    @property
    def total(self) -> int:
        return self.law + self.house


@dataclass(frozen=True, slots=True)
class RuleFigure:
    """One rule over all weeks. `text` is in the language that was asked for, empty where no pack
    knows the rule any more."""

    rule_id: str
    pack: str
    text: str
    citation: str
    is_house: bool
    count: int


@dataclass(frozen=True, slots=True)
class Prevented:
    """The last weeks, the current one included. A contact is one person, date, channel and rule.

    `countries` and `channels` are counted over what the selection leaves; `choices` are those
    that can be selected at all.
    """

    weeks: tuple[Week, ...]
    rules: tuple[RuleFigure, ...]
    countries: tuple[tuple[str, int], ...]
    channels: tuple[tuple[str, int], ...]
    country_choices: tuple[str, ...]
    channel_choices: tuple[str, ...]

    @property
    def law(self) -> int:
        return sum(week.law for week in self.weeks)

    @property
    def house(self) -> int:
        return sum(week.house for week in self.weeks)


@dataclass(frozen=True, slots=True)
class RefusedContact:
    """One contact that was not made: the last answer of its date."""

    verdict: Verdict
    debtor_name: str
    account: Account | None


@dataclass(frozen=True, slots=True)
class RefusedPage:
    """Some of the contacts, newest first, and how many there are."""

    contacts: list[RefusedContact] = field(default_factory=list)
    count: int = 0


def first_monday(today: date) -> date:
    """Where the last `WEEKS` weeks begin, the one of `today` being the last."""
    return today - timedelta(days=today.weekday() + 7 * (WEEKS - 1))


def get_prevented(
    creditor_ids: Sequence[int],
    *,
    today: date,
    now: datetime,
    language: str,
    selection: Selection | None = None,
) -> Prevented:
    """The report in one statement. `today` is the date of `now` in the reader's zone."""
    chosen = selection or Selection()
    first = first_monday(today)
    rows = [
        (monday, pack, channel, rule_id, _is_house(house, rule_id, pack, citation), citation, count)
        for monday, pack, channel, rule_id, citation, house, count in figures.read_prevented(
            creditor_ids, first=first, now=now
        )
    ]
    kept = [
        row
        for row in rows
        if (not chosen.country or row[1] == chosen.country)
        and (not chosen.channel or row[2] == chosen.channel)
        and (not chosen.rule_id or row[3] == chosen.rule_id)
        and (chosen.house is None or row[4] is chosen.house)
    ]
    by_week: Counter[tuple[date, bool]] = Counter()
    for monday, _pack, _channel, _rule, is_house, _citation, count in kept:
        by_week[monday, is_house] += count
    mondays = [first + timedelta(weeks=number) for number in range(WEEKS)]
    return Prevented(
        weeks=tuple(Week(day, by_week[day, False], by_week[day, True]) for day in mondays),
        rules=_rules(kept, language),
        countries=_most((row[1], row[6]) for row in kept),
        channels=_most((row[2], row[6]) for row in kept),
        country_choices=tuple(sorted({row[1] for row in rows})),
        channel_choices=tuple(sorted({row[2] for row in rows})),
    )


def list_refused(
    creditor_ids: Sequence[int],
    *,
    first: date,
    last: date,
    selection: Selection,
    offset: int = 0,
    limit: int = 50,
) -> RefusedPage:
    """The contacts of the dates [first, last) behind a figure of `get_prevented`."""
    ours, law = _pairs() if selection.source else ([], [])
    found = figures.read_refused(
        creditor_ids,
        first=first,
        last=last,
        pack=selection.country,
        channel=selection.channel,
        rule_id=selection.rule_id,
        house=selection.house,
        house_rules=ours,
        law_rules=law,
        offset=offset,
        limit=limit,
    )
    if not found:
        return RefusedPage()
    instants = [at for _id, at, _count in found]
    verdicts = {
        verdict.id: verdict
        for verdict in Verdict.objects.filter(
            creditor_id__in=creditor_ids,
            id__in=[verdict_id for verdict_id, _at, _count in found],
            decided_at__range=(min(instants), max(instants)),
        )
    }
    names = dict(
        Debtor.objects.filter(
            pk__in={verdict.debtor_id for verdict in verdicts.values()},
            creditor_id__in=creditor_ids,
        ).values_list("pk", "name")
    )
    accounts = Account.objects.filter(
        pk__in={verdict.account_id for verdict in verdicts.values()},
        creditor_id__in=creditor_ids,
    ).in_bulk()
    ordered = [verdicts[verdict_id] for verdict_id, _at, _count in found]
    return RefusedPage(
        [
            RefusedContact(
                verdict,
                names.get(verdict.debtor_id, ""),
                accounts.get(verdict.account_id or 0),
            )
            for verdict in ordered
        ],
        found[0][2],
    )


def _pairs() -> tuple[list[str], list[str]]:
    """`pack:rule` of what is ours, and of what is the law's: a common rule may be either, by
    country."""
    library = get_library()
    pairs = [
        (f"{pack.code}:{rule.id}", rule.house_default)
        for pack in library.packs.values()
        for rule in (*pack.rules, *library.common_rules(pack))
    ]
    return (
        [pair for pair, is_house in pairs if is_house],
        [pair for pair, is_house in pairs if not is_house],
    )


def _is_house(counted: bool | None, rule_id: str, pack: str, citation: str) -> bool:
    return is_house_rule(rule_id, pack, citation) if counted is None else counted


def _rules(
    rows: Iterable[tuple[date, str, str, str, bool, str, int]], language: str
) -> tuple[RuleFigure, ...]:
    counts: Counter[tuple[str, str, bool]] = Counter()
    cited: dict[str, str] = {}
    for _monday, pack, _channel, rule_id, is_house, citation, count in rows:
        counts[rule_id, pack, is_house] += count
        cited[rule_id] = cited.get(rule_id) or citation
    figures_ = []
    for (rule_id, pack, is_house), count in counts.most_common():
        rule = find_rule(rule_id, pack)
        figures_.append(
            RuleFigure(
                rule_id,
                pack,
                (rule.texts.get(language[:2]) or rule.texts["en"]) if rule else "",
                rule.citation if rule else cited[rule_id],
                is_house,
                count,
            )
        )
    return tuple(figures_)


def _most(pairs: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    counts: Counter[str] = Counter()
    for name, count in pairs:
        counts[name] += count
    return tuple(counts.most_common())
