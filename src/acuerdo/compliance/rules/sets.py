"""A set of contacts as columns: what `judge_set` judges.

Most contacts of a set ask the same question about another person: the *shape* of a contact is its
request without the debt and the ids. Past contacts are columns too, in the order of person and
time; what they are (channel, outcome, direction, purpose, party, household) is one number, their
*kind*.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from acuerdo.compliance.rules.counting import Counted
from acuerdo.compliance.rules.facts import (
    OUTCOMES,
    BadInput,
    ContactRequest,
    History,
    PastContact,
    check_history,
)
from acuerdo.core.vocabulary import Channel, Party, Purpose

NO_DEBT = -1
"""The number of a debt that is not known."""

Ints = NDArray[np.int64]
Kinds = NDArray[np.int32]

_WORDS: tuple[tuple[str, ...], ...] = (
    tuple(str(one) for one in Channel),
    ("", *sorted(OUTCOMES)),
    ("outbound", "inbound"),
    tuple(str(one) for one in Purpose),
    tuple(str(one) for one in Party),
    ("", "household"),
)
_SIZES = tuple(len(words) for words in _WORDS)
KINDS = int(np.prod(_SIZES))
_CODES = tuple({word: code for code, word in enumerate(words)} for words in _WORDS)


def kind_of(item: PastContact) -> int:
    """The number of what a past contact is. Raises KeyError on a word that is not known."""
    return encode_kind(
        item.channel,
        item.outcome,
        item.direction,
        item.purpose,
        item.party,
        "household" if item.is_household else "",
    )


@lru_cache(maxsize=KINDS)
def encode_kind(*words: str) -> int:
    """The kind of (channel, outcome, direction, purpose, party, household)."""
    kind = 0
    for word, codes, size in zip(words, _CODES, _SIZES, strict=True):
        kind = kind * size + codes[word]
    return kind


@lru_cache(maxsize=KINDS)
def _decode(kind: int) -> tuple[str, ...]:
    found = []
    for words, size in zip(reversed(_WORDS), reversed(_SIZES), strict=True):
        kind, code = divmod(kind, size)
        found.append(words[code])
    return tuple(reversed(found))


@lru_cache(maxsize=4096)
def counted_kinds(counted: Counted, party: str, channel: str, same: bool | None) -> NDArray[Any]:
    """Which kinds a rule counts, for all debts, in a contact with `party`. `same` None: on any
    channel; true: only on `channel` and noticed; false: only on others."""
    asked = ContactRequest(channel=channel, purpose=Purpose.COLLECTION, party=party or Party.DEBTOR)
    whole = replace(counted, scope="person" if counted.scope == "debt" else counted.scope)
    found = np.zeros(KINDS, dtype=bool)
    at = datetime.min.replace(tzinfo=UTC)
    for kind in range(KINDS):
        item = _past(kind, at, "")
        if same is not None and (
            (item.channel == channel) is not same or (same and item.outcome == "no_answer")
        ):
            continue
        found[kind] = whole.counts(asked, item)
    return found


@lru_cache(maxsize=64)
def inbound_kinds(channel: str) -> NDArray[Any]:
    """Which kinds are the person's own, on `channel`."""
    words = (_decode(kind) for kind in range(KINDS))
    return np.array([word[0] == channel and word[2] == "inbound" for word in words])


def _past(kind: int, at: datetime, debt_id: str) -> PastContact:
    channel, outcome, direction, purpose, party, household = _decode(kind)
    return PastContact(
        at=at,
        channel=channel,
        outcome=outcome,
        direction=direction,
        purpose=purpose,
        party=party,
        debt_id=debt_id,
        is_household=bool(household),
    )


@dataclass(frozen=True, slots=True)
class ContactSet:
    """Contacts and the past of their persons.

    Per contact: `shape` (an index of `shapes`), `debt` (a number that names it, or `NO_DEBT`) and
    `person` (an index of `starts`, which has one more entry than there are persons). Per past
    contact, by person and time: `at` in microseconds since 1970, `kind`, `past_debt`.
    `unreadable` marks contacts whose past cannot be read; they are refused.
    """

    shapes: tuple[ContactRequest, ...]
    shape: NDArray[np.int32]
    debt: Ints
    person: Ints
    starts: Ints
    at: Ints
    kind: Kinds
    past_debt: Ints
    unreadable: NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return len(self.shape)

    @classmethod
    def of(cls, requests: Sequence[ContactRequest], histories: Sequence[History]) -> ContactSet:
        """The set of `requests`; `histories[i]` are the contacts of request i's person. Persons
        are told apart by the list: give requests of one person the same one."""
        shapes: dict[Any, int] = {}
        models: list[ContactRequest] = []
        debts: dict[str, int] = {"": NO_DEBT}
        persons: dict[int, int] = {}
        shape, debt, person = [], [], []
        starts, at, kind, past_debt = [0], [], [], []
        wrong: set[int] = set()
        for request, history in zip(requests, histories, strict=True):
            key = _shape_key(request)
            if key not in shapes:
                shapes[key] = len(models)
                models.append(_shape_of(request))
            shape.append(shapes[key])
            debt.append(debts.setdefault(request.debt_id, len(debts) - 1))
            number = persons.setdefault(id(history), len(persons))
            person.append(number)
            if number == len(starts) - 1:
                try:
                    check_history(history)
                    for item in sorted(history, key=lambda one: one.at):
                        at.append(micros(item.at))
                        kind.append(kind_of(item))
                        past_debt.append(debts.setdefault(item.debt_id, len(debts) - 1))
                except BadInput:
                    wrong.add(number)
                starts.append(len(at))
        return cls(
            shapes=tuple(models),
            shape=np.array(shape, dtype=np.int32),
            debt=np.array(debt, dtype=np.int64),
            person=np.array(person, dtype=np.int64),
            starts=np.array(starts, dtype=np.int64),
            at=np.array(at, dtype=np.int64),
            kind=np.array(kind, dtype=np.int32),
            past_debt=np.array(past_debt, dtype=np.int64),
            unreadable=np.array([one in wrong for one in person], dtype=bool) if wrong else None,
        )

    def contact(self, row: int) -> tuple[ContactRequest, list[PastContact]]:
        """One contact as the single form knows it, its debts named by their numbers."""
        begin, end = self.starts[self.person[row]], self.starts[self.person[row] + 1]
        request = replace(self.shapes[self.shape[row]], debt_id=_debt_id(self.debt[row]))
        return request, [
            _past(
                int(self.kind[index]),
                moment(int(self.at[index])),
                _debt_id(self.past_debt[index]),
            )
            for index in range(begin, end)
        ]


def _debt_id(number: int) -> str:
    return "" if number == NO_DEBT else str(number)


def micros(at: datetime) -> int:
    """Microseconds since 1970."""
    span = at - _EPOCH
    return (span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds


def moment(at: int) -> datetime:
    """The UTC instant of `micros`."""
    return datetime.fromtimestamp(at // 1_000_000, UTC).replace(microsecond=at % 1_000_000)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _shape_of(request: ContactRequest) -> ContactRequest:
    return replace(
        request,
        debt_id="",
        creditor_id=None,
        account_id=None,
        debtor_id=None,
        person_id=None,
        reference="",
    )


def _shape_key(request: ContactRequest) -> Any:
    return (
        request.channel,
        request.purpose,
        request.party,
        request.jurisdiction,
        request.zones,
        request.creditor_type,
        request.authorised_channels,
        freeze(request.flags),
        freeze(request.message),
        request.holds,
        request.options,
        id(request.policy),
    )


def freeze(value: Any) -> Any:
    """The same value, hashable. True is not 1 here: one is an answer, the other bad input."""
    if isinstance(value, Mapping):
        return tuple(sorted((str(name), freeze(one)) for name, one in value.items()))
    if isinstance(value, (list, tuple, set, frozenset)):
        return tuple(sorted(map(repr, value)))
    return type(value), value
