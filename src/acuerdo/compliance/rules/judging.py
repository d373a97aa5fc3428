"""The gate for a set: a million contacts at once, from the same rules as one.

What does not depend on a person's past (stops, authorisation, hours, wishes, holds) is asked once
for each shape, by the code that judges a single contact. What is counted has one moment from which
it admits, which is found for all contacts together. Shapes whose rules change within the horizon,
or whose caps a consent lifts, are judged one by one: there are few.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from acuerdo.compliance.rules.check import (
    REPLY_WITHIN,
    Opinion,
    Question,
    check_contact,
    installed,
    refuse_unknown,
    whole_minute,
)
from acuerdo.compliance.rules.counting import Cap, Counted, Counter, Gap, OneChannel, Span
from acuerdo.compliance.rules.days import ALWAYS, NEVER, days_around
from acuerdo.compliance.rules.facts import (
    BadInput,
    ContactRequest,
    PastContact,
    Verdict,
    is_reckonable,
)
from acuerdo.compliance.rules.hours import list_window_openings, window_key
from acuerdo.compliance.rules.pack import TIMED, Library, Rule
from acuerdo.compliance.rules.sets import (
    NO_DEBT,
    ContactSet,
    Ints,
    counted_kinds,
    inbound_kinds,
    micros,
    moment,
)
from acuerdo.compliance.rules.windows import HORIZON
from acuerdo.compliance.rules.zones import Zones
from acuerdo.core.vocabulary import Purpose

NONE = np.iinfo(np.int64).min
_MINUTE = 60_000_000
# Most contacts may go within weeks; the whole horizon is only looked at for the rest.
_SOON = timedelta(days=45)


@dataclass(frozen=True, slots=True)
class SetVerdicts:
    """The answers to a set, as columns: `outcome` is an index of `outcomes` (verdicts without
    their next moment), `next_at` microseconds since 1970 or `NONE`."""

    outcomes: tuple[Verdict, ...]
    outcome: NDArray[np.int32]
    next_at: Ints

    def __len__(self) -> int:
        return len(self.outcome)

    def list_verdicts(self) -> list[Verdict]:
        """One `Verdict` a contact, in order."""
        return [
            self.outcomes[code]
            if at == NONE
            else replace(self.outcomes[code], next_allowed_at=moment(at))
            for code, at in zip(self.outcome.tolist(), self.next_at.tolist(), strict=True)
        ]


def judge_set(
    contacts: ContactSet, now: datetime, *, library: Library | None = None
) -> SetVerdicts:
    """The verdict on each contact at `now` (aware), as `check_contact` would give it."""
    return _Judge(contacts, now, library or installed()).judge()


@dataclass(slots=True)
class _Shape:
    """What is known of a shape before any past is looked at."""

    question: Question | None = None
    final: Verdict | None = None
    first: Opinion | None = None
    counters: list[Rule] = field(default_factory=list)
    one_by_one: bool = False
    held_until: int = ALWAYS


@dataclass(slots=True)
class _Group:
    """Shapes for which one counter counts the same."""

    rule: Rule
    zones: Zones
    channel: str
    party: str
    rank: int
    shapes: list[int] = field(default_factory=list)

    @property
    def counted(self) -> Counted:
        if isinstance(self.rule.mechanism, Counter):
            return self.rule.mechanism.counted
        raise BadInput(self.rule.id)


class _Judge:
    def __init__(self, contacts: ContactSet, now: datetime, library: Library) -> None:
        self.set, self.now, self.library = contacts, now, library
        # At a moment that cannot be counted from, every contact is refused.
        self.at = micros(now) if is_reckonable(now) else 0
        self.shapes = list(contacts.shapes)
        self.shape = contacts.shape
        self.outcomes: list[Verdict] = []
        self.codes: dict[tuple[object, ...], int] = {}
        count = len(contacts)
        self.outcome = np.zeros(count, dtype=np.int32)
        self.next_at = np.full(count, NONE, dtype=np.int64)
        self.until = np.full(count, ALWAYS, dtype=np.int64)
        self.by: NDArray[np.int32] = np.full(count, -1, dtype=np.int32)
        self.rank: NDArray[np.int32] = np.full(count, np.iinfo(np.int32).max, dtype=np.int32)
        self.literal = np.zeros(count, dtype=bool)
        self.rules: list[Rule] = []
        self.past = _Past(contacts)

    def judge(self) -> SetVerdicts:
        self._demote_replies()
        order = np.argsort(self.shape, kind="stable")
        bounds = np.searchsorted(self.shape[order], np.arange(len(self.shapes) + 1))
        self.rows = [order[bounds[i] : bounds[i + 1]] for i in range(len(self.shapes))]
        known = [
            self._look(model) if len(rows) else _Shape()
            for model, rows in zip(self.shapes, self.rows, strict=True)
        ]
        self._count(known)
        openings: dict[object, _Openings] = {}
        for shape, rows in zip(known, self.rows, strict=True):
            if not len(rows):
                continue
            if shape.final is not None:
                self.outcome[rows] = self._code(shape.final)
            elif shape.one_by_one:
                self._judge_one_by_one(rows)
            else:
                self._judge_rows(shape, rows, openings)
        if self.set.unreadable is not None:
            for row in np.flatnonzero(self.set.unreadable):
                model = self.shapes[self.shape[row]]
                self.outcome[row] = self._code(refuse_unknown(model, self.library, "history"))
                self.next_at[row] = NONE
        return SetVerdicts(tuple(self.outcomes), self.outcome, self.next_at)

    # What a shape alone decides

    def _demote_replies(self) -> None:
        """A reply to nobody is the collection that it really is."""
        replies = [
            number
            for number, model in enumerate(self.shapes)
            if model.purpose == Purpose.REPLY_TO_DEBTOR_QUERY
        ]
        if replies:
            self.shape = self.shape.copy()
        for number in replies:
            model = self.shapes[number]
            rows = np.flatnonzero(self.shape == number)
            after = self.at - REPLY_WITHIN // timedelta(microseconds=1)
            asked = self.past.has_inbound(rows, model.channel, after)
            if not asked.all():
                self.shapes.append(replace(model, purpose=Purpose.COLLECTION))
                self.shape[rows[~asked]] = len(self.shapes) - 1

    def _look(self, model: ContactRequest) -> _Shape:
        asked = [_question_of(model, self.now)] if model.purpose in _REPLIES else []
        try:
            question = Question.of(model, asked, self.now, self.library)
        except BadInput as bad:
            return _Shape(final=refuse_unknown(model, self.library, bad.what))
        today = self.now.astimezone(question.zones[0]).date()
        shape = _Shape(question=question)
        for opinion in question.opinions():
            rule = opinion.rule
            # Counters have their turn when the past is known, even one that admits nobody.
            if opinion.code and not isinstance(rule.mechanism, Counter):
                shape.first = shape.first or opinion
                if rule.kind not in TIMED:
                    shape.final = question.refused(shape.first, None)
                    return shape
        end = (self.now + HORIZON).date()
        for rule in question.rules:
            if today < rule.effective_from <= end or (
                rule.effective_to is not None and today < rule.effective_to <= end
            ):
                shape.one_by_one = True
            if rule.lifted is not None and rule.lifted.span(model, question.zones):
                shape.one_by_one = True
            if isinstance(rule.mechanism, (Cap, OneChannel, Gap)) and rule.is_in_force(today):
                shape.counters.append(rule)
            elif rule.kind == "hold":
                for hold in model.holds:
                    if rule.minds(hold.reason):
                        end_at = NEVER if hold.until_at is None else micros(hold.until_at)
                        shape.held_until = max(shape.held_until, end_at)
        return shape

    # What is counted

    def _count(self, shapes: Sequence[_Shape]) -> None:
        """For every row: until when a counter refuses, and which one does so first."""
        groups: dict[tuple[object, ...], _Group] = {}
        for number, shape in enumerate(shapes):
            if shape.question is None or shape.one_by_one or shape.final is not None:
                continue
            request, zones = shape.question.request, shape.question.zones
            for rank, rule in enumerate(shape.counters):
                # Shapes that differ in nothing that the rule looks at are counted together.
                channel = request.channel if isinstance(rule.mechanism, OneChannel) else ""
                party = request.party if _same_party(rule.mechanism) else ""
                key = (rule.id, rule.citation, id(rule.mechanism), zones, channel, party, rank)
                group = groups.setdefault(key, _Group(rule, zones, channel, party, rank))
                group.shapes.append(number)
        for group in groups.values():
            self._apply(group, np.concatenate([self.rows[number] for number in group.shapes]))

    def _apply(self, group: _Group, rows: Ints) -> None:
        mechanism = group.rule.mechanism
        if isinstance(mechanism, OneChannel):
            free = self._free(group, rows, mechanism.spans, same=False)
            same = self._free(group, rows, mechanism.spans, same=True)
            self.literal[rows] |= (same > self.at) & (free <= self.at)
        elif isinstance(mechanism, Cap):
            free = self._free(group, rows, mechanism.spans, nth=mechanism.maximum)
        elif isinstance(mechanism, Gap):
            spans = (Span("rolling", mechanism.days),)
            free = self._free(group, rows, spans, hours=mechanism.hours)
        else:
            raise BadInput(group.rule.id)
        self.until[rows] = np.maximum(self.until[rows], free)
        hit = rows[(free > self.at) & (group.rank < self.rank[rows])]
        self.rank[hit] = group.rank
        self.by[hit] = len(self.rules)
        self.rules.append(group.rule)

    def _free(
        self,
        group: _Group,
        rows: Ints,
        spans: tuple[Span, ...],
        *,
        nth: int = 1,
        hours: int = 0,
        same: bool | None = None,
    ) -> Ints:
        """From when on a counter admits each row: when the `nth` latest counted contact has left
        every span in every zone, and at least `hours` have gone by."""
        if nth == 0:
            return np.full(len(rows), NEVER, dtype=np.int64)
        counted = group.counted
        kinds = counted_kinds(counted, group.party, group.channel, same)
        found, latest = self.past.latest(kinds, nth, rows, counted.scope == "debt")
        free = np.full(len(rows), ALWAYS, dtype=np.int64)
        if len(found):
            pause = hours * 60 * _MINUTE
            for zone in group.zones:
                days = days_around(zone, self.now)
                until = days.free_at(latest, spans)
                if pause:
                    until = np.maximum(until, latest + pause + days.set_back(latest, pause))
                free[found] = np.maximum(free[found], until)
        return free

    # The answers

    def _judge_rows(self, shape: _Shape, rows: Ints, openings: dict[object, _Openings]) -> None:
        question = shape.question
        if question is None:
            raise BadInput("shape")
        if shape.first is not None:
            self.outcome[rows] = self._code(question.refused(shape.first, None))
            refused = rows
        else:
            by, literal = self.by[rows], self.literal[rows]
            self.outcome[rows] = self._code(question.allowed("ok"))
            if literal.any():
                self.outcome[rows[literal]] = self._code(question.allowed("ok_literal"))
            for number in np.unique(by[by >= 0]).tolist():
                rule = self.rules[number]
                refusal = question.refused(Opinion(rule, rule.code), None)
                self.outcome[rows[by == number]] = self._code(refusal)
            refused = rows[by >= 0]
        if not len(refused) or shape.held_until == NEVER:
            return
        at = np.maximum(self.until[refused], max(self.at, shape.held_until))
        possible = at < NEVER
        refused, at = refused[possible], at[possible]
        at = -(-at // _MINUTE) * _MINUTE
        key = window_key(question)
        if key not in openings:
            openings[key] = _Openings(question, self.now)
        self.next_at[refused] = openings[key].next(at)

    def _judge_one_by_one(self, rows: Ints) -> None:
        for row in rows.tolist():
            request, history = self.set.contact(row)
            request = replace(request, purpose=self.shapes[self.shape[row]].purpose)
            verdict = check_contact(request, history, self.now, library=self.library)
            following = verdict.next_allowed_at
            self.outcome[row] = self._code(replace(verdict, next_allowed_at=None))
            self.next_at[row] = NONE if following is None else micros(following)

    def _code(self, verdict: Verdict) -> int:
        key = (
            verdict.allowed,
            verdict.reason_code,
            verdict.rule_id,
            verdict.citation,
            verdict.pack,
            verdict.house_default,
        )
        if key not in self.codes:
            self.codes[key] = len(self.outcomes)
            self.outcomes.append(verdict)
        return self.codes[key]


_REPLIES = frozenset({Purpose.REPLY_TO_DEBTOR_QUERY})


def _question_of(model: ContactRequest, now: datetime) -> PastContact:
    """The debtor's own message, which makes a reply what it says it is."""
    return PastContact(at=now, channel=model.channel, outcome="conversation", direction="inbound")


def _same_party(mechanism: object) -> bool:
    return isinstance(mechanism, Counter) and mechanism.counted.same_party


class _Past:
    """The past of a set, row by row."""

    def __init__(self, contacts: ContactSet) -> None:
        self.set = contacts

    def latest(
        self, kinds: NDArray[np.bool_], nth: int, rows: Ints, per_debt: bool
    ) -> tuple[Ints, Ints]:
        """Which of `rows` have at least `nth` past contacts of these kinds (`per_debt`: that
        may be about the same debt), and when the nth latest was."""
        person = self.set.person[rows]
        begin = self.set.starts[person]
        count = self.set.starts[person + 1] - begin
        end = np.cumsum(count)
        # The rows' past contacts, one after the other, by their places in the set.
        places = np.arange(end[-1] if len(end) else 0) + np.repeat(begin - end + count, count)
        counted = kinds[self.set.kind[places]]
        if per_debt:
            debt, past_debt = np.repeat(self.set.debt[rows], count), self.set.past_debt[places]
            counted &= (past_debt == debt) | (past_debt == NO_DEBT) | (debt == NO_DEBT)
        before = np.zeros(len(places) + 1, dtype=np.int32)
        np.cumsum(counted, dtype=np.int32, out=before[1:])
        last = before[end]
        found = np.flatnonzero(last - before[end - count] >= nth)
        where = places[counted]
        return found, self.set.at[where[last[found] - nth]]

    def has_inbound(self, rows: Ints, channel: str, after: int) -> NDArray[np.bool_]:
        """Whether the person wrote or called on `channel` after `after`."""
        found, at = self.latest(inbound_kinds(channel), 1, rows, per_debt=False)
        asked = np.zeros(len(rows), dtype=bool)
        asked[found] = at > after
        return asked


class _Openings:
    """The hours of a shape as columns, extended only where they are needed."""

    def __init__(self, question: Question, now: datetime) -> None:
        self.question, self.now = question, whole_minute(now)
        self.end = self.now + _SOON
        self._list()

    def _list(self) -> None:
        spans = list_window_openings(self.question, self.now, self.end)
        self.opens = np.array([micros(start) for start, _end in spans], dtype=np.int64)
        self.closes = np.array([micros(end) for _start, end in spans], dtype=np.int64)

    def next(self, at: Ints) -> Ints:
        """The first open moment from each of `at` on, or NONE."""
        last = self.now + HORIZON
        wanted = moment(int(at.max(initial=0))) + timedelta(days=7)
        if self.end < last and (wanted > self.end or not len(self.closes)):
            self.end = last
            self._list()
        index = np.searchsorted(self.closes, at, "right")
        if self.end < last and (index == len(self.closes)).any():
            self.end = last
            self._list()
            index = np.searchsorted(self.closes, at, "right")
        found = np.full(len(at), NONE, dtype=np.int64)
        good = np.flatnonzero(index < len(self.closes))
        found[good] = np.maximum(at[good], self.opens[index[good]])
        found[found > micros(last)] = NONE
        return found
