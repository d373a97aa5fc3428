"""The contact gate: a million planned contacts with their past, over all packs.

    python benchmarks/gate.py [--contacts N]

Prints verdicts a second of the set (`judge_set`), the time of one (`check_contact`) and the ratio
of the two, measured in one run on the same contacts; and the peak of memory. Every thousandth
verdict of the set is compared with the single form's.
"""

from __future__ import annotations

import argparse
import resource
import time
from datetime import UTC, datetime
from itertools import product

import numpy as np

from acuerdo.compliance.packs import get_library
from acuerdo.compliance.rules import ContactRequest, ContactSet, check_contact, judge_set
from acuerdo.compliance.rules.facts import CHANNELS
from acuerdo.compliance.rules.sets import encode_kind, micros
from acuerdo.portfolio.rules.places import list_zones

NOW = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)
PLACES = (
    "CO CL CL-MA MX MX-BCN PE AR AR-C BR BR-SP BR-RJ BR-AL BR-ES BR-AM BR-MG ES ES-MD ES-CT ES-CN"
    " PT EC CR US US-MA US-CA GB GB-ENG GB-SCT ZA"
).split()
ASKED = ("call", "sms", "whatsapp", "email", "letter", "push", "prerecorded_call")
PURPOSES = {"collection": 6, "preventive_reminder": 1, "servicing": 1, "commercial_offer": 1}
FLAGS: tuple[dict[str, object], ...] = (
    {},
    {"paid": True},
    {"disputed": True},
    {"hardship_pause": True},
    {"opted_out_channels": ["sms"]},
    {"known_inconvenient": {"to": "12:00"}},
    {"consumer_requested_window": {"from": "17:00", "to": "20:00"}},
)
# What a past contact may have been: attempts of ours, and now and then the person's own.
PAST = [
    encode_kind(channel, outcome, "outbound", "collection", "debtor", "")
    for channel, outcome in product(
        ("call", "sms", "whatsapp", "email"), ("delivered", "no_answer", "conversation")
    )
] + [encode_kind("whatsapp", "conversation", "inbound", "collection", "debtor", "")]
DAY = 86_400 * 1_000_000


def make_set(count: int, seed: int = 7) -> ContactSet:
    """`count` contacts of as many persons, six past contacts on the average in forty days."""
    random = np.random.default_rng(seed)
    kinds = (PLACES, ASKED, list(PURPOSES), list(FLAGS))
    shapes = tuple(
        ContactRequest(
            jurisdiction=place,
            zones=list_zones(place[:2], place[3:])[:2],
            channel=channel,
            purpose=purpose,
            authorised_channels=CHANNELS,
            flags=flags,
        )
        for place, channel, purpose, flags in product(*kinds)
    )
    sizes = tuple(len(kind) for kind in kinds)
    drawn = tuple(
        random.choice(size, count, p=np.array(shares) / sum(shares))
        for size, shares in zip(
            sizes,
            ([1] * sizes[0], [1] * sizes[1], list(PURPOSES.values()), [14, *[1] * (sizes[3] - 1)]),
            strict=True,
        )
    )
    shape = np.ravel_multi_index(drawn, sizes).astype(np.int32)
    lengths = random.poisson(6, count)
    starts = np.concatenate(([0], np.cumsum(lengths)))
    total = int(starts[-1])
    owner = np.repeat(np.arange(count), lengths)
    at = micros(NOW) - random.integers(0, 40 * DAY, total)
    at = at[np.lexsort((at, owner))]
    debts = random.integers(0, 1_000_000, count)
    return ContactSet(
        shapes=shapes,
        shape=shape,
        debt=debts,
        person=np.arange(count),
        starts=starts,
        at=at,
        kind=np.array(PAST, dtype=np.int32)[random.integers(0, len(PAST), total)],
        past_debt=np.where(random.random(total) < 0.7, debts[owner], 0),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=1_000_000)
    count = parser.parse_args().contacts
    library = get_library()
    contacts = make_set(count)
    print(f"{count:,} contacts, {len(contacts.at):,} past ones, {len(contacts.shapes):,} shapes")

    judge_set(make_set(1_000, seed=1), NOW, library=library)  # holidays, zones and code loaded
    begun = time.perf_counter()
    verdicts = judge_set(contacts, NOW, library=library)
    whole = time.perf_counter() - begun
    rate = count / whole

    sample = range(0, count, max(count // 2_000, 1))
    singles = [contacts.contact(row) for row in sample]
    begun = time.perf_counter()
    answers = [check_contact(one, past, NOW, library=library) for one, past in singles]
    each = (time.perf_counter() - begun) / len(singles)

    listed = verdicts.list_verdicts()
    for row, answer in zip(sample, answers, strict=True):
        assert listed[row] == answer, (row, listed[row], answer)
    allowed = sum(verdict.allowed for verdict in listed)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"set      {whole:6.2f} s   {rate:10,.0f} verdicts/s   (goal 200,000)")
    print(f"single   {each * 1e6:6.1f} µs  {1 / each:10,.0f} verdicts/s   (goal ≤ 100 µs)")
    print(f"ratio    {rate * each:6.1f} × a loop over the single form")
    print(f"allowed  {allowed / count:6.1%}   {len(singles):,} compared with the single form")
    print(f"memory   {peak:6.0f} MB peak, with the list of verdicts")


if __name__ == "__main__":
    main()
