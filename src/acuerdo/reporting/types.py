"""What the figures and timelines are made of: plain values, ready for a page or a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from acuerdo.core.money import Money
from acuerdo.reporting.texts import title_of

Tone = Literal["plain", "good", "warn"]


@dataclass(frozen=True, slots=True)
class Detail:
    """One line under an opened item: a translated label and a formatted value."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """One thing that happened.

    `kind` is one of `texts.TITLES`; `icon` one of `texts.ICONS`' values. `actor_kind` is system,
    user, debtor, assistant, provider or law; `actor_name` is filled for members of staff.
    `params` are texts formatted for the locale that was asked for; `body` is the exact text that
    was sent or said.
    """

    key: str
    at: datetime
    kind: str
    icon: str
    actor_kind: str
    actor_name: str = ""
    account_id: int | None = None
    params: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    details: tuple[Detail, ...] = ()
    tone: Tone = "plain"
    rank: int = 0  # what comes first of two things at one instant
    why: str = ""  # `verdict:<id>` or `message:<id>`: what explains a contact that was not made

    @property
    def title(self) -> str:
        """The sentence of the item in the active language."""
        return title_of(self.kind, self.params)


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a funnel: how many, and the share of the step before (None for the first)."""

    code: str
    label: str
    count: int
    before: int | None = None
    amounts: tuple[Money, ...] = ()

    @property
    def rate(self) -> float | None:
        """count / before, None where there is no step before or nobody in it."""
        return self.count / self.before if self.before else None


@dataclass(frozen=True, slots=True)
class Funnel:
    """`accounts`: placed, contacted, promised, paid. `messages`: sent, delivered, visited,
    attempted, paid. Balances are what is still owed, per currency."""

    accounts: tuple[Stage, ...]
    messages: tuple[Stage, ...]
    balances: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class MoneyIn:
    """One currency: what came in, against what was promised for the same days."""

    currency: str
    today: Money
    month: Money
    promised_month: Money
    balance: Money
    placed: Money

    @property
    def rate(self) -> float | None:
        """Paid this month over promised for this month, None where nothing was promised."""
        return self.month.minor / self.promised_month.minor if self.promised_month else None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that stands out, or that needs a person: a count, in words, with its place.

    `code` is stable; `link` is the name of the list that shows the rows behind the count.
    """

    code: str
    text: str
    count: int
    link: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits for a person now."""

    kind: str  # conversation | task
    public_id: str
    text: str
    debtor_name: str
    since: datetime
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SegmentFigure:
    """One segment of one creditor in one currency."""

    creditor_id: int
    creditor_name: str
    code: str
    name: str
    currency: str
    accounts: int
    balance: Money
    contacted: int
    promised: int
    paid: int
    paid_amount: Money


@dataclass(frozen=True, slots=True)
class ChannelFigure:
    """What became of the messages of one channel."""

    channel: str
    label: str
    planned: int
    sent: int
    delivered: int
    read: int
    withheld: int
    failed: int
    unknown: int


@dataclass(frozen=True, slots=True)
class AgeFigure:
    """Accounts and balance of one bucket of days past due, in one currency."""

    bucket: str
    currency: str
    accounts: int
    balance: Money


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The manager's first page. Lists are empty, never None, where nothing happened yet."""

    at: datetime
    on: date
    money_in: tuple[MoneyIn, ...]
    stands_out: tuple[Notice, ...]
    needs_person: tuple[Notice, ...]
    waiting: tuple[Waiting, ...]
    funnel: Funnel
    segments: tuple[SegmentFigure, ...]
    channels: tuple[ChannelFigure, ...]
    ages: tuple[AgeFigure, ...]
    accounts: int
    debtors: int
