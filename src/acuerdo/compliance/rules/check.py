"""The gate itself: one contact, or a set of them, against the packs. Pure, and fails closed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from acuerdo.compliance.rules.counting import Cap, Gap, OneChannel
from acuerdo.compliance.rules.facts import (
    BadInput,
    ContactRequest,
    History,
    Verdict,
    check_history,
    check_names,
)
from acuerdo.compliance.rules.pack import TIMED, Library, Pack, Rule
from acuerdo.compliance.rules.windows import HORIZON, Window, wished_hours
from acuerdo.compliance.rules.zones import instant
from acuerdo.core.vocabulary import Purpose

REPLY_WITHIN = timedelta(hours=24)

Zones = tuple[ZoneInfo, ...]


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
    library = library or _installed()
    try:
        if now.tzinfo is None:
            raise BadInput("now")
        check_names(request)
        check_history(history)
        pack, _subdivision = library.find(request.jurisdiction)
        zones = library.zones_for(request.jurisdiction, request.zones)
        return _judge(request, history, now.astimezone(UTC), library, pack, zones)
    except BadInput as bad:
        return _unknown(request, library, bad.what)


def check_contacts_pure(
    requests: Sequence[ContactRequest],
    histories: Sequence[History],
    now: datetime,
    *,
    library: Library | None = None,
) -> list[Verdict]:
    """One verdict per request, in order; `histories[i]` are the contacts of request i's person."""
    library = library or _installed()
    return [
        check_contact(request, history, now, library=library)
        for request, history in zip(requests, histories, strict=True)
    ]


def _installed() -> Library:
    # The packs are compiled by this package, so it cannot import them while it is loaded.
    from acuerdo.compliance.packs import get_library

    return get_library()


def _judge(
    request: ContactRequest,
    history: History,
    now: datetime,
    library: Library,
    pack: Pack,
    zones: Zones,
) -> Verdict:
    purpose = _true_purpose(request, history, now)
    rules = [
        rule
        for rule in library.rules_for(request.jurisdiction, request.channel, purpose, request.party)
        if rule.is_on(request)
    ]
    today = now.astimezone(zones[0]).date()
    first: tuple[Rule, str] | None = None
    literal = False
    for rule in rules:
        if not rule.is_in_force(today):
            continue
        code = _refuse(rule, request, history, now, zones)
        if code:
            first = first or (rule, code)
            if rule.kind not in TIMED:
                return _refused(*first, None, pack, library)
        elif isinstance(rule.mechanism, OneChannel):
            literal |= rule.mechanism.is_same_used(now, request, history, zones)
    if first is None:
        return _allowed("ok_literal" if literal else "ok", pack, library)
    return _refused(*first, _next(rules, request, history, now, zones), pack, library)


def _true_purpose(request: ContactRequest, history: History, now: datetime) -> str:
    """The purpose, but a reply to nobody is the collection that it really is."""
    if request.purpose != Purpose.REPLY_TO_DEBTOR_QUERY:
        return request.purpose
    for item in history:
        if (
            item.direction == "inbound"
            and item.channel == request.channel
            and timedelta(0) <= now - item.at < REPLY_WITHIN
        ):
            return request.purpose
    return Purpose.COLLECTION


def _refuse(
    rule: Rule, request: ContactRequest, history: History, at: datetime, zones: Zones
) -> str:
    """The reason code with which `rule` refuses at `at`, or an empty text."""
    mechanism = rule.mechanism
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
        return rule.code if window and window.refuse(at, request, zones) else ""
    if isinstance(mechanism, Window):
        return mechanism.refuse(at, request, zones)
    if isinstance(mechanism, Cap):
        return rule.code if mechanism.is_full(at, request, history, zones) else ""
    if isinstance(mechanism, OneChannel):
        return rule.code if mechanism.is_other_used(at, request, history, zones) else ""
    if isinstance(mechanism, Gap):
        return rule.code if mechanism.is_short(at, request, history, zones) else ""
    raise BadInput(rule.id)


def _release(
    rule: Rule, request: ContactRequest, history: History, at: datetime, zones: Zones
) -> datetime | None:
    """The first moment from `at` on at which a timed rule alone admits."""
    if not rule.is_in_force(at.astimezone(zones[0]).date()):
        return at
    found = _mechanism_release(rule, request, history, at, zones)
    if rule.effective_to is not None:
        ends = instant(rule.effective_to, time.min, zones[0])
        if found is None or found > ends:
            return max(at, ends)
    return found


def _mechanism_release(
    rule: Rule, request: ContactRequest, history: History, at: datetime, zones: Zones
) -> datetime | None:
    mechanism = rule.mechanism
    if rule.kind == "hold":
        ends = [hold.until_at for hold in request.holds if rule.minds(hold.reason)]
        known = [end for end in ends if end is not None]
        return max([at, *known]) if len(known) == len(ends) else None
    if rule.kind == "wish":
        window = wished_hours(request, rule.flag, rule.code)
        return window.release(at, request, zones) if window else at
    if isinstance(mechanism, Window):
        return mechanism.release(at, request, zones)
    if isinstance(mechanism, (Cap, OneChannel, Gap)):
        return mechanism.release(at, request, history, zones)
    raise BadInput(rule.id)


def _next(
    rules: Sequence[Rule], request: ContactRequest, history: History, now: datetime, zones: Zones
) -> datetime | None:
    """The first whole minute from `now` on at which every timed rule admits."""
    timed = [rule for rule in rules if rule.kind in TIMED]
    at = now
    while at <= now + HORIZON:
        before = at
        for rule in timed:
            found = _release(rule, request, history, at, zones)
            if found is None:
                return None
            at = _whole_minute(found)
        if at == before:
            on = at.astimezone(zones[0]).date()
            return None if _is_stopped(rules, on, request, history, at, zones) else at
    return None


def _is_stopped(
    rules: Iterable[Rule],
    on: date,
    request: ContactRequest,
    history: History,
    at: datetime,
    zones: Zones,
) -> bool:
    """Whether a rule that comes into force later refuses on that day for good."""
    return any(
        rule.is_in_force(on) and _refuse(rule, request, history, at, zones)
        for rule in rules
        if rule.kind not in TIMED
    )


def _whole_minute(at: datetime) -> datetime:
    whole = at.replace(second=0, microsecond=0)
    return whole if whole == at else whole + timedelta(minutes=1)


def _version(pack: Pack, library: Library) -> str:
    return f"{pack.version}/{library.version}"


def _allowed(code: str, pack: Pack, library: Library) -> Verdict:
    note = library.note("allowed")
    return Verdict(
        allowed=True,
        reason_code=code,
        rule_id=note.id,
        citation=pack.citation,
        next_allowed_at=None,
        pack=pack.code,
        pack_version=_version(pack, library),
        house_default=pack.status != "in_force",
        texts=note.texts,
    )


def _refused(
    rule: Rule, code: str, following: datetime | None, pack: Pack, library: Library
) -> Verdict:
    return Verdict(
        allowed=False,
        reason_code=code,
        rule_id=rule.id,
        citation=rule.citation,
        next_allowed_at=following,
        pack=pack.code,
        pack_version=_version(pack, library),
        house_default=rule.house_default,
        texts=rule.texts,
    )


def _unknown(request: ContactRequest, library: Library, what: str) -> Verdict:
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
