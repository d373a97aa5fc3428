"""What happened to a debtor, in order and day by day: the longest part of the paper."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import pgettext

from acuerdo.reporting.evidence import words
from acuerdo.reporting.evidence.hand import Decision, Hand, Record
from acuerdo.reporting.evidence.words import word
from acuerdo.reporting.texts import channel_of, reason_text, title_of

_LONG, _LONG_LINES = 1_200, 16


@dataclass(slots=True)
class Entry:
    """One thing that happened: a line, the exact text where there is one, what was decided."""

    number: int
    at: dt.datetime
    title: str
    by: str = ""
    subject: str = ""
    text: str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    with_numbers: list[int] = field(default_factory=list)

    @property
    def time(self) -> str:
        """Its time of the day, in the zone of the paper."""
        return f"{self.at:%H:%M:%S}"

    @property
    def is_long(self) -> bool:
        """Too long to be kept on one page whatever it costs."""
        return len(self.text) > _LONG or self.text.count("\n") > _LONG_LINES


def list_entries(hand: Hand) -> list[Entry]:
    """All that is worth a line, oldest first. A message takes its states, its place under the
    caps, what the rules said of it and its turn in the conversation along."""
    about: dict[str, list[Record]] = defaultdict(list)
    for kind in ("verdict", "contact_attempt", "message_status", "turn"):
        for record in hand.by_kind[kind]:
            body = record["body"]
            reference = str(body.get("reference", "")).removeprefix("message:")
            about[body.get("message") or reference].append(record)
    entries = []
    for record in hand.records:
        kind, body = record["kind"], record["body"]
        if kind == "message":
            entries.append(_message(hand, record, about[body["public_id"]]))
        elif kind == "turn" and body.get("message"):
            continue
        elif kind == "contact_attempt" and body["reference"].startswith("history:"):
            entries.append(_before(hand, record))
        elif make := _ENTRIES.get(kind):
            entries.append(make(hand, record))
    return entries


def _entry(hand: Hand, record: Record, title: str, by: str = "") -> Entry:
    return Entry(record["seq"], hand.local(record["at"]), title, "" if by in title else by)


def _message(hand: Hand, record: Record, about: Sequence[Record]) -> Entry:
    body = record["body"]
    turn = next((one["body"] for one in about if one["kind"] == "turn"), None)
    state = word(words.STATES, body["state"])
    if turn:
        by = hand.by(turn["actor"])
        entry = _entry(hand, record, f"{_said(hand, turn)}: {state}", by)
        entry.by = ""
    else:
        title = f"{channel_of(body['channel'])}: {state}"
        entry = _entry(hand, record, title, hand.by(body["author"]))
    entry.subject, entry.text = hand.exact(body["subject"]), hand.exact(body["body"])
    template = body.get("template")
    reason = body["reason"] or (reason_text(body["reason_code"]) if body["reason_code"] else "")
    states = [one for one in about if one["kind"] == "message_status"]
    entry.facts = _filled(
        (pgettext("evidence", "Reason"), reason),
        (pgettext("evidence", "To"), body["address"]),
        (pgettext("evidence", "Purpose"), word(words.PURPOSES, body["purpose"])),
        (pgettext("evidence", "Account"), hand.account(body)),
        (
            pgettext("evidence", "Template"),
            f"{template['code']} v{template['version']}" if template else "",
        ),
        (
            pgettext("evidence", "Buttons"),
            " · ".join(button["title"] for button in body["buttons"]),
        ),
        (pgettext("evidence", "States"), _states(hand, states)),
    )
    entry.decisions = [hand.decision(one) for one in about if one["kind"] == "verdict"]
    entry.with_numbers = [one["seq"] for one in about if one["kind"] != "verdict"]
    return entry


def _states(hand: Hand, records: Sequence[Record]) -> str:
    """Each state with its time, and its date where that is another than the one before."""
    parts = []
    last = ""
    for record in records:
        on = hand.day(record["at"])
        time = hand.time(record["at"])
        when = time if on == last else f"{on} {time}"
        parts.append(f"{word(words.STATES, record['body']['state'])} {when}")
        last = on
    return " · ".join(parts)


def _turn(hand: Hand, record: Record) -> Entry:
    body = record["body"]
    entry = _entry(hand, record, _said(hand, body))
    inbound = body.get("inbound") or {}
    entry.text = hand.exact(body["text"])
    entry.facts = _filled(
        (pgettext("evidence", "From"), inbound.get("address", "")),
        (pgettext("evidence", "Number at the provider"), inbound.get("external_id", "")),
        (
            pgettext("evidence", "Understood"),
            ", ".join(name.replace("_", " ") for name in body["understood"]),
        ),
    )
    return entry


def _said(hand: Hand, turn: Record) -> str:
    params = {"channel": channel_of(turn["channel"]), "name": hand.by(turn["actor"])}
    return title_of(f"said_{turn['author']}", params)


def _inbound(hand: Hand, record: Record) -> Entry:
    body = record["body"]
    entry = _entry(hand, record, _said(hand, {**body, "author": "debtor", "actor": "debtor"}))
    lost = pgettext("evidence", "The text can no longer be read.")
    entry.text = lost if body["text"] is None else hand.exact(body["text"])
    entry.facts = _filled(
        (pgettext("evidence", "From"), body["address"]),
        (pgettext("evidence", "Number at the provider"), body["external_id"]),
    )
    return entry


def _told(hand: Hand, record: Record) -> Entry:
    body = record["body"]
    entry = _entry(hand, record, body["text"], hand.by(body["actor"]))
    entry.text = hand.exact(body["said"])
    entry.facts = [(label, value) for label, value in body["details"]]
    return entry


def _consent(hand: Hand, record: Record) -> Entry:
    body = record["body"]
    params = {"channel": channel_of(body["channel"]), "source": body["source"]}
    return _entry(hand, record, title_of("authorised", params), hand.by("debtor"))


def _consent_revoked(hand: Hand, record: Record) -> Entry:
    body = record["body"]
    title = pgettext("evidence", "Authorisation withdrawn: {channel}")
    entry = _entry(hand, record, title.format(channel=channel_of(body["channel"])))
    return _ended(hand, entry, body["revoked_by"], body["revoked_why"])


def _opt_out(hand: Hand, record: Record) -> Entry:
    body = record["body"]
    params = {"channel": channel_of(body["channel"])}
    entry = _entry(hand, record, title_of("opted_out", params), hand.by("debtor"))
    entry.text = hand.exact(body["text"])
    return entry


def _opt_out_withdrawn(hand: Hand, record: Record) -> Entry:
    body = record["body"]
    entry = _entry(hand, record, title_of("opted_in", {"channel": channel_of(body["channel"])}))
    return _ended(hand, entry, body["withdrawn_by"], body["withdrawn_why"])


def _wish(hand: Hand, record: Record) -> Entry:
    body = record["body"]
    title = title_of("wished", {"wish": body["wish"]})
    entry = _entry(hand, record, title, hand.by(body["recorded_by"]))
    entry.text = hand.exact(body["text"])
    return entry


def _wish_withdrawn(hand: Hand, record: Record) -> Entry:
    body = record["body"]
    entry = _entry(hand, record, title_of("wish_ended", {"wish": body["wish"]}))
    return _ended(hand, entry, body["withdrawn_by"], body["withdrawn_why"])


def _quarantine(hand: Hand, record: Record) -> Entry:
    body = record["body"]
    title = title_of("address_rests", {"address": body["address"]})
    return _entry(hand, record, title, hand.by(body["placed_by"]))


def _quarantine_ended(hand: Hand, record: Record) -> Entry:
    body = record["body"]
    kind = "address_used" if body["outcome"] == "cleared" else "address_removed"
    entry = _entry(hand, record, title_of(kind, {"address": body["address"]}))
    return _ended(hand, entry, body["ended_by"], body["ended_why"])


def _ended(hand: Hand, entry: Entry, by: str, why: str) -> Entry:
    """Who ended it, and why."""
    entry.by = hand.by(by) if by else ""
    entry.facts = _filled((pgettext("evidence", "Reason"), why))
    return entry


def _hold(hand: Hand, record: Record) -> Entry:
    body = record["body"]
    title = title_of("held", {"reason": hand.held_for(body)})
    return _entry(hand, record, title, hand.by(body["placed_by"]))


def _hold_released(hand: Hand, record: Record) -> Entry:
    body = record["body"]
    entry = _entry(hand, record, pgettext("evidence", "No longer left alone"))
    by = body.get("released_by") or "another creditor"
    return _ended(hand, entry, by, body.get("released_why", ""))


def _before(hand: Hand, record: Record) -> Entry:
    """A contact from before the account came to us, as the creditor told of it."""
    body = record["body"]
    kind = "wrote_before" if body["direction"] == "inbound" else "contacted_before"
    entry = _entry(hand, record, title_of(kind, {"channel": channel_of(body["channel"])}))
    outcome = word(words.OUTCOMES, body["outcome"])
    entry.facts = _filled((pgettext("evidence", "Outcome"), outcome))
    return entry


_ENTRIES: dict[str, Callable[[Hand, Record], Entry]] = {
    "turn": _turn,
    "inbound": _inbound,
    "timeline": _told,
    "consent": _consent,
    "consent_revoked": _consent_revoked,
    "opt_out": _opt_out,
    "opt_out_withdrawn": _opt_out_withdrawn,
    "wish": _wish,
    "wish_withdrawn": _wish_withdrawn,
    "quarantine": _quarantine,
    "quarantine_ended": _quarantine_ended,
    "hold": _hold,
    "hold_released": _hold_released,
}


def _filled(*facts: tuple[str, str]) -> list[tuple[str, str]]:
    return [(label, value) for label, value in facts if value]
