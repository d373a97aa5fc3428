"""A page of the list of accounts, in the order of the debtors' names.

A million accounts are not sorted for fifty of them, and a filter that lets few through must not
be tried on a million. So a page is looked for twice, each time within a bound:

- **walk**: through the next names along their index, an eighth of `WINDOW` first and then all of
  it (more for a longer page), keeping what the filters let through. Whatever more than one in
  eighty accounts has fills its page here.
- **set**: where the window did not fill it, few accounts match at all. Then all of them are found
  by the filters' own indexes, and sorted.

Names say nothing about debts, which is why the second step stays small. What is searched by name
comes in two stages: names that begin with the text, then names that have its words anywhere.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from django.db import connection
from django.db.models import Count, Q, QuerySet, Window

from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.lookups import find_accounts
from acuerdo.portfolio.models import Account, Debtor
from acuerdo.reporting.listing.conditions import narrow
from acuerdo.reporting.listing.filters import Filters

PAGE = 50
WINDOW = 4_000
# What is fewer than this is counted; of more an estimate is told.
COUNTED = 1_000
_LAST_LETTER = "\U0010ffff"
_FENCE = 1_000_000
_SHORTEST_WORD = 3  # trigrams find nothing shorter
_Row = TypeVar("_Row", Account, Debtor)


class Place(NamedTuple):
    """Where an account stands in the list: debtor's plain name, debtor, account."""

    name: str
    debtor_id: int
    account_id: int


class Total(NamedTuple):
    """How many accounts match; where not `is_exact`, about so many."""

    accounts: int
    is_exact: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Ids of accounts in order; `after` is the mark of the next page, empty at the end."""

    ids: list[int]
    total: Total
    after: str


@dataclass(frozen=True, slots=True)
class _Stage:
    """A part of the list: a stretch of names and a condition. `is_small` where few can match."""

    low: str = ""
    high: str = ""
    condition: Q = field(default_factory=Q)
    is_small: bool = False


@dataclass(frozen=True, slots=True)
class _Mark:
    stage: int = 0
    place: Place | None = None
    total: Total | None = None


def list_page(
    *,
    creditor_ids: Sequence[int],
    filters: Filters,
    now: datetime,
    after: str = "",
    size: int = PAGE,
) -> Page:
    """The accounts of these creditors that match, by debtor's name, `size` at a time.

    `after` is the mark of the page before; a mark that makes no sense starts at the beginning.
    """
    creditors = Creditor.objects.filter(pk__in=creditor_ids).order_by("pk")
    narrowed = {creditor.pk: narrow(creditor, filters, now) for creditor in creditors}
    stages = _stages(filters.text, list(narrowed))
    mark = _read_mark(after)
    found: list[tuple[int, Place]] = []
    totals: dict[tuple[int, int], Total] = {}
    for number, stage in enumerate(stages):
        if number < mark.stage:
            continue
        start = mark.place if number == mark.stage else None
        room = size + 1 - len(found)
        places: list[Place] = []
        for creditor_id, matching in narrowed.items():
            some, totals[number, creditor_id] = _fetch(creditor_id, matching, stage, start, room)
            places += some
        found += [(number, place) for place in sorted(places)[:room]]
        if len(found) > size:
            break
    more, found = len(found) > size, found[:size]
    total = mark.total
    if total is None:
        total = _sum(
            totals.get((number, creditor_id)) or _count(creditor_id, matching, stage)
            for number, stage in enumerate(stages)
            for creditor_id, matching in narrowed.items()
        )
    following = _write_mark(_Mark(*found[-1], total)) if more else ""
    return Page([place.account_id for _stage, place in found], total, following)


def iterate(
    *, creditor_ids: Sequence[int], filters: Filters, now: datetime, size: int = 2_000
) -> Iterator[list[int]]:
    """All matching accounts' ids in the list's order, page by page."""
    after = ""
    while True:
        page = list_page(
            creditor_ids=creditor_ids, filters=filters, now=now, after=after, size=size
        )
        if page.ids:
            yield page.ids
        if not page.after:
            return
        after = page.after


def _stages(text: str, creditor_ids: Sequence[int]) -> list[_Stage]:
    if not text:
        return [_Stage()]
    if identified := find_accounts(text, creditor_ids):
        return [_Stage(condition=Q(pk__in=identified), is_small=True)]
    plain = _plain(text)
    words = plain.split()
    if not words:
        return []
    start = " ".join(words)
    begins = _Stage(low=start, high=start + _LAST_LETTER)
    if max(map(len, words)) < _SHORTEST_WORD:
        return [begins]
    has = ~Q(debtor__plain_name__startswith=start)
    for word in words:
        has &= Q(debtor__plain_name__contains=word)
    return [begins, _Stage(condition=has)]


def _plain(text: str) -> str:
    """As names are stored."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT acuerdo_plain(%s)", [text])
        return str(cursor.fetchone()[0])


def _fetch(
    creditor_id: int, narrowed: QuerySet[Account], stage: _Stage, start: Place | None, size: int
) -> tuple[list[Place], Total]:
    """The next `size` of a creditor's accounts, and how many there are from `start` on."""
    matching = _after(_of_stage(creditor_id, narrowed, stage), start)
    if stage.is_small:
        return _sorted(matching, size)
    for width in (WINDOW // 8, WINDOW):
        end = _end_of_window(creditor_id, stage, start, width * max(size, PAGE) // PAGE)
        found = _walk(matching, start, end, size)
        if len(found) == size:
            # What comes after a mark was counted before it.
            total = None if start else _extrapolate(creditor_id, matching, stage, found)
            return found, total or Total(size, False)
        if end is None:
            return found, Total(len(found), True)
    return _sorted(matching, size)


def _walk(
    matching: QuerySet[Account], start: Place | None, end: str | None, size: int
) -> list[Place]:
    if start is not None:
        matching = matching.filter(debtor__plain_name__gte=start.name)
    if end is not None:
        matching = matching.filter(debtor__plain_name__lte=end)
    rows = matching.order_by("debtor__plain_name", "debtor_id", "pk")
    return [Place(*row) for row in rows.values_list("debtor__plain_name", "debtor_id", "pk")[:size]]


def _extrapolate(
    creditor_id: int, matching: QuerySet[Account], stage: _Stage, found: Sequence[Place]
) -> Total:
    """From how far the walk came. The planner takes filters for independent of each other, and is
    far off where they are not; names are independent of all of them."""
    names = _within(Debtor.objects.filter(creditor_id=creditor_id), "", stage)
    stretch = names.filter(plain_name__gte=found[0].name, plain_name__lte=found[-1].name)
    about = _estimate(names) * len(found) // max(stretch.count(), 1)
    return _exact_if_few(matching, about, COUNTED)


def _sorted(matching: QuerySet[Account], size: int) -> tuple[list[Place], Total]:
    """The first `size` of all that match, and how many those are.

    The inner LIMIT is no limit but a fence: without it the planner would sort everybody's names
    first, in the hope of soon meeting the few that match.
    """
    fenced = Account.objects.filter(pk__in=matching.order_by().values("pk")[:_FENCE])
    rows = fenced.annotate(total=Window(Count("pk"))).order_by(
        "debtor__plain_name", "debtor_id", "pk"
    )
    names = ("debtor__plain_name", "debtor_id", "pk", "total")
    listed = list(rows.values_list(*names)[:size])
    return [Place(*row[:3]) for row in listed], Total(listed[0][3] if listed else 0, True)


def _of_stage(creditor_id: int, narrowed: QuerySet[Account], stage: _Stage) -> QuerySet[Account]:
    found = narrowed.filter(stage.condition)
    if stage.low or not stage.is_small:
        # The names' indexes begin with the creditor.
        found = found.filter(debtor__creditor_id=creditor_id)
    return _within(found, "debtor__", stage)


def _end_of_window(creditor_id: int, stage: _Stage, start: Place | None, width: int) -> str | None:
    """The name at which a walk of `width` stops; None where the stage ends before."""
    names = _within(Debtor.objects.filter(creditor_id=creditor_id), "", stage)
    if start is not None:
        names = names.filter(plain_name__gte=start.name)
    ordered = names.order_by("plain_name", "id").values_list("plain_name", flat=True)
    return next(iter(ordered[width : width + 1]), None)


def _within(found: QuerySet[_Row], path: str, stage: _Stage) -> QuerySet[_Row]:
    if stage.low:
        found = found.filter(
            **{f"{path}plain_name__gte": stage.low, f"{path}plain_name__lt": stage.high}
        )
    return found


def _after(found: QuerySet[Account], start: Place | None) -> QuerySet[Account]:
    if start is None:
        return found
    return found.filter(
        Q(debtor__plain_name__gt=start.name)
        | Q(debtor__plain_name=start.name, debtor_id__gt=start.debtor_id)
        | Q(debtor__plain_name=start.name, debtor_id=start.debtor_id, pk__gt=start.account_id)
    )


def _count(creditor_id: int, narrowed: QuerySet[Account], stage: _Stage) -> Total:
    """Of a stage that nobody has come to yet: the planner's word, which is not always right."""
    matching = _of_stage(creditor_id, narrowed, stage)
    return _exact_if_few(matching, _estimate(matching), COUNTED // 5)


def _exact_if_few(matching: QuerySet[Account], about: int, few: int) -> Total:
    if about >= few:
        return Total(about, False)
    counted = matching.order_by()[: 2 * few].count()
    return Total(counted, counted < 2 * few)


def _sum(totals: Iterable[Total]) -> Total:
    listed = list(totals)
    count = sum(one.accounts for one in listed)
    is_exact = all(one.is_exact for one in listed)
    return Total(count if is_exact else _round(count), is_exact)


def _estimate(matching: QuerySet[Account] | QuerySet[Debtor]) -> int:
    """The planner's guess."""
    plan: Any = json.loads(matching.values("pk").order_by().explain(format="json"))
    return int(plan[0]["Plan"]["Plan Rows"])


def _round(number: int) -> int:
    """To two figures: nobody shall take a guess for a count."""
    step: int = 10 ** max(len(str(number)) - 2, 0)
    return round(number / step) * step


def _write_mark(mark: _Mark) -> str:
    text = json.dumps([mark.stage, mark.place, mark.total], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_mark(mark: str) -> _Mark:
    try:
        text = base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4)).decode()
        stage, (name, debtor_id, account_id), (count, is_exact) = json.loads(text)
        place = Place(str(name).replace("\0", ""), int(debtor_id), int(account_id))
        if max(abs(place.debtor_id), abs(place.account_id)) >= 2**63:
            return _Mark()
        return _Mark(int(stage), place, Total(int(count), bool(is_exact)))
    except (binascii.Error, ValueError, TypeError, RecursionError, OverflowError):
        return _Mark()
