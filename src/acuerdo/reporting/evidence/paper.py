"""The evidence file on paper: what the records hold, laid out for somebody who judges it.

It is made of the chained records alone, so it says nothing that the file does not; each line
names the numbers of its records.
"""

from __future__ import annotations

import datetime as dt
from itertools import groupby
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe

from acuerdo.core.printing import font_faces
from acuerdo.reporting.evidence import tables, words
from acuerdo.reporting.evidence.chain import Chained
from acuerdo.reporting.evidence.hand import Hand
from acuerdo.reporting.evidence.story import Entry, list_entries


def to_html(chained: Chained, *, name: str, key_id: str, limit: int | None) -> str:
    """The whole document. `name` is that of the file it belongs to, `key_id` names the seal's key;
    of each long list the latest `limit` are shown (None: all), and it says how many are not."""
    with translation.override(chained.header["language"]):
        context = {
            "header": chained.header,
            "name": name,
            "key_id": key_id,
            "head": chained.head,
            "head_groups": [chained.head[start : start + 8] for start in range(0, 64, 8)],
            "fonts": mark_safe(font_faces()),  # noqa: S308  our own files
            **_parts(Hand(chained, limit)),
        }
        return render_to_string("reporting/evidence.html", context)


def _parts(hand: Hand) -> dict[str, Any]:
    entries = list_entries(hand)
    shown, left_out = hand.cut(entries)
    records = hand.records
    return {
        "made_at": hand.moment(hand.header["made_at"]),
        "made_by": hand.by(hand.header["made_by"]),
        "zone_name": hand.zone_name(),
        "period": (hand.day(records[0]["at"]), hand.day(records[-1]["at"])) if records else None,
        "count": hand.count(len(records)),
        "figures": tables.figures(hand),
        "kinds": [
            (text, hand.count(len(hand.by_kind[kind])))
            for kind, text in words.KINDS.items()
            if hand.by_kind[kind]
        ],
        "points": [(point["value"], point["is_valid"]) for point in hand.header["contact_points"]],
        "accounts": tables.accounts(hand),
        "consents": tables.consents(hand),
        "opt_outs": tables.opt_outs(hand),
        "wishes": tables.wishes(hand),
        "holds": tables.holds(hand),
        "days": [(hand.long_day(on), list(group)) for on, group in groupby(shown, key=_date_of)],
        "entries_left_out": left_out,
        "rules": tables.rules(hand),
        "verdicts": tables.verdicts(hand),
        "attempts": tables.attempts(hand),
        "events": tables.events(hand),
    }


def _date_of(entry: Entry) -> dt.date:
    return entry.at.date()
