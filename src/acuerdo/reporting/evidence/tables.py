"""The tables of an evidence file on paper."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import pgettext

from acuerdo.reporting.evidence import words
from acuerdo.reporting.evidence.hand import Hand
from acuerdo.reporting.evidence.words import word
from acuerdo.reporting.texts import channel_of


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; `left_out` older ones are in the file alone."""

    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    left_out: int = 0


def figures(hand: Hand) -> list[tuple[str, str]]:
    """What a reader wants to know first: label and figure."""
    messages = Counter(record["body"]["state"] for record in hand.by_kind["message"])
    verdicts = hand.by_kind["verdict"]
    refused = sum(not record["body"]["allowed"] for record in verdicts)
    inbound = sum(record["body"]["author"] == "debtor" for record in hand.by_kind["turn"])
    return [
        (
            pgettext("evidence", "Messages sent"),
            hand.count(messages["sent"] + messages["delivered"] + messages["read"]),
        ),
        (pgettext("evidence", "Messages withheld"), hand.count(messages["withheld"])),
        (
            pgettext("evidence", "Messages received"),
            hand.count(inbound + len(hand.by_kind["inbound"])),
        ),
        (pgettext("evidence", "Answers of the rules"), hand.count(len(verdicts))),
        (pgettext("evidence", "of these, refusals"), hand.count(refused)),
    ]


def accounts(hand: Hand) -> Table:
    """What the person owes, and owed."""
    rows = []
    for record in hand.by_kind["account"]:
        body, balance = record["body"], record["body"]["balance"]
        rows.append((
            body["number"],
            body["product"],
            body["portfolio"],
            hand.day(record["at"]),
            hand.date(body["due_on"]),
            hand.money(balance["total_minor"], balance["currency"]),
            word(words.STATES, body["state"]),
            f"#{record['seq']}",
        ))  # fmt: skip
    heads = _heads("account product portfolio placed_on due_on owed state record")
    return Table(heads, rows)


def consents(hand: Hand) -> Table:
    """The channels that were authorised."""
    rows = []
    for record in hand.by_kind["consent"]:
        body = record["body"]
        rows.append((
            channel_of(body["channel"]),
            word(words.PURPOSES, body["purpose"]),
            hand.second(record["at"]),
            _lines(body["source"], hand.exact(body["text"])),
            hand.ended(body["revoked_at"], body["revoked_by"], body["revoked_why"]),
            f"#{record['seq']}",
        ))  # fmt: skip
    heads = _heads("channel purpose authorised source_text withdrawn record")
    return Table(heads, rows)


def opt_outs(hand: Hand) -> Table:
    """What the person did not want."""
    rows = []
    for record in hand.by_kind["opt_out"]:
        body = record["body"]
        purpose = word(words.PURPOSES, body["purpose"]) if body["purpose"] else ""
        rows.append((
            _lines(channel_of(body["channel"]), purpose),
            hand.second(record["at"]),
            _lines(body["source"], hand.exact(body["text"])),
            hand.ended(body["withdrawn_at"], body["withdrawn_by"], body["withdrawn_why"]),
            f"#{record['seq']}",
        ))  # fmt: skip
    return Table(_heads("channel since source_text withdrawn record"), rows)


def wishes(hand: Hand) -> Table:
    """The hours and the channel that suit the person."""
    rows = []
    for record in hand.by_kind["wish"]:
        body = record["body"]
        rows.append((
            body["wish"],
            hand.second(record["at"]),
            _lines(body["source"], hand.exact(body["text"])),
            hand.ended(body["withdrawn_at"], body["withdrawn_by"], body["withdrawn_why"]),
            f"#{record['seq']}",
        ))  # fmt: skip
    return Table(_heads("wish since source_text withdrawn record"), rows)


def holds(hand: Hand) -> Table:
    """Why the person was left alone."""
    open_end = pgettext("evidence", "until it is released")
    rows = []
    for record in hand.by_kind["hold"]:
        body = record["body"]
        about = (
            pgettext("evidence", "account {number}").format(number=hand.account(body))
            if body.get("account_id")
            else pgettext("evidence", "the person")
        )
        rows.append((
            hand.held_for(body),
            about,
            hand.second(record["at"]),
            hand.moment(body["released_at"] or body["until_at"], open_end),
            "\n".join(
                part
                for part in (hand.by(body["placed_by"]), body.get("source"), body.get("note"))
                if part
            ),
            f"#{record['seq']}",
        ))  # fmt: skip
    heads = _heads("reason about since until by record")
    return Table(heads, rows)


def rules(hand: Hand) -> Table:
    """Every rule that decided, with each source that it was decided on."""
    sources: dict[str, set[str]] = defaultdict(set)
    used: Counter[str] = Counter()
    for record in hand.by_kind["verdict"]:
        body = record["body"]
        used[body["rule_id"]] += 1
        if body["citation"]:
            sources[body["rule_id"]].add(body["citation"])
    rows = []
    for rule, known in hand.header["rules"].items():
        ours = pgettext("evidence", "ours, not the law's") if known["house_default"] else "–"
        source = "\n".join(sorted(sources[rule])) or ours
        rows.append((rule, known["text"], source, hand.count(used[rule])))
    return Table(
        (
            pgettext("evidence", "Rule"),
            pgettext("evidence", "In words"),
            pgettext("evidence", "Source"),
            pgettext("evidence", "Answers"),
        ),
        rows,
    )


def verdicts(hand: Hand) -> Table:
    """Every answer, in a line each: the sources stand with the rules."""
    shown, left_out = hand.cut(hand.by_kind["verdict"])
    rows = []
    for record in shown:
        one = hand.decision(record)
        rows.append((
            f"#{record['seq']}",
            hand.second(record["at"]),
            channel_of(record["body"]["channel"]),
            f"{one.answer} {one.stage}",
            "\n".join(part for part in (one.reason, one.rule) if part),
            one.pack,
            one.again or "–",
        ))  # fmt: skip
    heads = _heads("record time channel answer reason_rule pack again")
    return Table(heads, rows, left_out)


def attempts(hand: Hand) -> Table:
    """What counted against the limits."""
    shown, left_out = hand.cut(hand.by_kind["contact_attempt"])
    rows = []
    for record in shown:
        body = record["body"]
        rows.append((
            f"#{record['seq']}",
            hand.second(record["at"]),
            channel_of(body["channel"]),
            word(words.DIRECTIONS, body["direction"]),
            word(words.PURPOSES, body["purpose"]),
            word(words.PARTIES, body["party"]),
            word(words.STATES, body["state"]),
            word(words.OUTCOMES, body["outcome"]) or "–",
        ))  # fmt: skip
    heads = _heads("record time channel direction purpose party counter outcome")
    return Table(heads, rows, left_out)


def events(hand: Hand) -> Table:
    """The audit trail."""
    shown, left_out = hand.cut(hand.by_kind["event"])
    rows = [
        (
            f"#{record['seq']}",
            hand.second(record["at"]),
            record["body"]["name"],
            hand.by(record["body"]["actor"]),
            ", ".join(record["body"]["refs"]),
        )
        for record in shown
    ]
    heads = _heads("record time event who about")
    return Table(heads, rows, left_out)


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def _heads(names: str) -> tuple[str, ...]:
    return tuple(word(words.COLUMNS, name) for name in names.split())
