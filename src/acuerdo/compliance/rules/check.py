"""The gate itself: one contact against the packs. Pure, and fails closed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from acuerdo.compliance.rules.counting import ALWAYS, NEVER, OneChannel
from acuerdo.compliance.rules.facts import (
    BadInput,
    ContactRequest,
    History,
    Verdict,
    check_history,
    check_names,
    is_reckonable,
)
from acuerdo.compliance.rules.pack import TIMED, Library, Pack, Rule
from acuerdo.compliance.rules.windows import HORIZON, Window, wished_hours
from acuerdo.compliance.rules.zones import Zones, instant
from acuerdo.core.vocabulary import Purpose

REPLY_WITHIN = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one rule that was asked said: `code` is empty where it does not refuse."""

    rule: Rule
    code: str


def check_contact(
    request: ContactRequest,
    history: History,
    now: datetime,
    *,
    library: Library | None = None,
) -> Verdict:
    """Whether `request` may be carried out at `now` (aware), given all contacts with that person.

    Never raises on bad input: what cannot be judged is refused as `unknown_input`. `library`
    defaults to the packs of this installation.
    """
    library = library or installed()
    try:
        check_history(history)
        question = Question.of(request, history, now, library)
        return question.judge()
    except BadInput as bad:
        return refuse_unknown(request, library, bad.what)


def list_opinions(
    request: ContactRequest,
    history: History,
    now: datetime,
    *,
    library: Library | None = None,
) -> list[Opinion]:
    """Every rule that speaks of the contact, in the order of asking, and what it says. The verdict
    is the first refusal. Raises BadInput where the contact cannot be judged."""
    check_history(history)
    return list(Question.of(request, history, now, library or installed()).opinions())


def installed() -> Library:
    """The packs of this installation."""
    # The packs are compiled by this package, so it cannot import them while it is loaded.
    from acuerdo.compliance.packs import get_library

    return get_library()


@dataclass(frozen=True, slots=True)
class Question:
    """One contact with all that is needed to judge it."""

    request: ContactRequest
    history: History
    now: datetime
    library: Library
    pack: Pack
    zones: Zones
    rules: tuple[Rule, ...]

    @classmethod
    def of(
        cls, request: ContactRequest, history: History, now: datetime, library: Library
    ) -> Question:
        """Raises BadInput where a word, a zone or the place is not known."""
        if not is_reckonable(now):
            raise BadInput("now")
        check_names(request)
        pack, _subdivision = library.find(request.jurisdiction)
        zones = library.zones_for(request.jurisdiction, request.zones)
        if not zones:
            raise BadInput("zones")
        now = now.astimezone(UTC)
        if request.purpose == Purpose.REPLY_TO_DEBTOR_QUERY and not has_asked(
            request, history, now
        ):
            # A reply to nobody is the collection that it really is.
            request = replace(request, purpose=Purpose.COLLECTION)
        rules = library.rules_for(
            request.jurisdiction,
            request.channel,
            request.purpose,
            request.party,
            request.policy,
        )
        on = tuple(rule for rule in rules if rule.is_on(request))
        return cls(request, history, now, library, pack, zones, on)

    def opinions(self) -> Iterator[Opinion]:
        today = self.now.astimezone(self.zones[0]).date()
        for rule in self.rules:
            if rule.is_in_force(today):
                yield Opinion(rule, self._refuse(rule))

    def judge(self) -> Verdict:
        first: Opinion | None = None
        literal = False
        for opinion in self.opinions():
            rule = opinion.rule
            if opinion.code:
                first = first or opinion
                if rule.kind not in TIMED:
                    return self.refused(first, None)
            elif isinstance(rule.mechanism, OneChannel):
                literal |= self.now < rule.mechanism.free_at(
                    self.request, self.history, self.zones, same=True
                )
        if first is None:
            return self.allowed("ok_literal" if literal else "ok")
        return self.refused(first, self._next())

    def _refuse(self, rule: Rule) -> str:
        """The reason code with which `rule` refuses now, or an empty text."""
        request, at = self.request, self.now
        if rule.kind == "stop":
            return rule.code
        if rule.kind == "hold":
            for hold in request.holds:
                if rule.minds(hold.reason) and (hold.until_at is None or hold.until_at > at):
                    return rule.codes.get(hold.reason, rule.code)
            return ""
        if rule.kind == "authorised":
            known = request.authorised_channels
            return "" if known is not None and request.channel in known else rule.code
        if rule.kind == "wish":
            window = wished_hours(request, rule.flag, rule.code)
            return rule.code if window and window.refuse(at, request, self.zones) else ""
        if isinstance(rule.mechanism, Window):
            return rule.mechanism.refuse(at, request, self.zones)
        return rule.code if self._count_release(rule, at) != at else ""

    def _release(self, rule: Rule, at: datetime) -> datetime | None:
        """The first moment from `at` on at which a timed rule alone admits; None: never."""
        if not rule.is_in_force(at.astimezone(self.zones[0]).date()):
            return at
        found = self._mechanism_release(rule, at)
        if rule.effective_to is not None:
            ends = instant(rule.effective_to, time.min, self.zones[0])
            if found is None or found > ends:
                return max(at, ends)
        return found

    def _mechanism_release(self, rule: Rule, at: datetime) -> datetime | None:
        request = self.request
        if rule.kind == "hold":
            ends = [hold.until_at for hold in request.holds if rule.minds(hold.reason)]
            known = [end for end in ends if end is not None]
            return max([at, *known]) if len(known) == len(ends) else None
        if rule.kind == "wish":
            window = wished_hours(request, rule.flag, rule.code)
            return window.release(at, request, self.zones) if window else at
        if isinstance(rule.mechanism, Window):
            return rule.mechanism.release(at, request, self.zones)
        return self._count_release(rule, at)

    def _count_release(self, rule: Rule, at: datetime) -> datetime | None:
        if rule.mechanism is None or isinstance(rule.mechanism, Window):
            raise BadInput(rule.id)
        free_at = rule.mechanism.free_at(self.request, self.history, self.zones)
        if at >= free_at or free_at == ALWAYS:
            return at
        span = rule.lifted.span(self.request, self.zones) if rule.lifted else None
        if span is not None and at < span[1]:
            return min(max(at, span[0]), free_at)
        return None if free_at == NEVER else free_at

    def _next(self) -> datetime | None:
        """The first whole minute from now on at which every timed rule admits."""
        timed = [rule for rule in self.rules if rule.kind in TIMED]
        at = self.now
        while at <= self.now + HORIZON:
            before = at
            for rule in timed:
                found = self._release(rule, at)
                if found is None:
                    return None
                at = whole_minute(found)
            if at == before:
                return None if self._is_stopped(at) else at
        return None

    def _is_stopped(self, at: datetime) -> bool:
        """Whether a rule that comes into force later refuses on that day for good."""
        on = at.astimezone(self.zones[0]).date()
        return any(
            rule.is_in_force(on) and self._refuse(rule)
            for rule in self.rules
            if rule.kind not in TIMED
        )

    def allowed(self, code: str) -> Verdict:
        note = self.library.note("allowed")
        return Verdict(
            allowed=True,
            reason_code=code,
            rule_id=note.id,
            citation=self.pack.citation,
            next_allowed_at=None,
            pack=self.pack.code,
            pack_version=_version(self.pack, self.library),
            house_default=self.pack.status != "in_force",
            texts=note.texts,
        )

    def refused(self, opinion: Opinion, following: datetime | None) -> Verdict:
        rule = opinion.rule
        return Verdict(
            allowed=False,
            reason_code=opinion.code,
            rule_id=rule.id,
            citation=rule.citation,
            next_allowed_at=following,
            pack=self.pack.code,
            pack_version=_version(self.pack, self.library),
            house_default=rule.house_default,
            texts=rule.texts,
        )


def has_asked(request: ContactRequest, history: History, now: datetime) -> bool:
    """Whether the person wrote or called on that channel within the last 24 hours."""
    return any(
        item.direction == "inbound"
        and item.channel == request.channel
        and now - item.at < REPLY_WITHIN
        for item in history
    )


def whole_minute(at: datetime) -> datetime:
    """The first whole minute from `at` on."""
    whole = at.replace(second=0, microsecond=0)
    return whole if whole == at else whole + timedelta(minutes=1)


def _version(pack: Pack, library: Library) -> str:
    return f"{pack.version}/{library.version}"


def refuse_unknown(request: ContactRequest, library: Library, what: str) -> Verdict:
    """The refusal of what cannot be judged; `what` names the field, never its content."""
    note = library.note("unknown")
    pack = library.packs.get(str(request.jurisdiction).partition("-")[0], library.base)
    return Verdict(
        allowed=False,
        reason_code="unknown_input",
        rule_id=note.id,
        citation=f"input: {what}",
        next_allowed_at=None,
        pack=pack.code,
        pack_version=_version(pack, library),
        house_default=True,
        texts=note.texts,
    )
