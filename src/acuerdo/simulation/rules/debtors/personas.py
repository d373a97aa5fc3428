"""Who a simulated debtor is: what they want, owe, can pay and when, and how they write."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final, Literal

from acuerdo.core.money import Money, exponent

Goal = Literal[
    "pay_all",
    "later",
    "instalments",
    "bargain",
    "cannot",
    "dispute",
    "paid",
    "wrong_person",
    "human",
    "stop",
    "hostile",
]
Manner = Literal["polite", "casual"]
Hand = Literal["neat", "no_accents", "typos", "shouting"]

# Most want to pay in parts; the rest are all seen in every hundred conversations.
GOAL_SHARES: Final[dict[Goal, int]] = {
    "instalments": 30,
    "pay_all": 14,
    "later": 14,
    "bargain": 8,
    "cannot": 8,
    "dispute": 6,
    "paid": 6,
    "human": 5,
    "wrong_person": 4,
    "hostile": 3,
    "stop": 2,
}


@dataclass(frozen=True, slots=True)
class Home:
    """Where somebody lives: currency, language, and the range of debts in major units."""

    country: str
    currency: str
    language: str
    least: int
    most: int
    step: int


HOMES: Final = (
    Home("CO", "COP", "es", 400_000, 6_000_000, 10_000),
    Home("MX", "MXN", "es", 3_000, 40_000, 100),
    Home("BR", "BRL", "pt", 500, 8_000, 10),
    Home("GB", "GBP", "en", 200, 4_000, 10),
)
# Spanish is spoken in two of them.
_HOME_SHARES: Final = (20, 12, 34, 34)
_HANDS: Final[tuple[Hand, ...]] = ("neat", "no_accents", "typos", "shouting")


@dataclass(frozen=True, slots=True)
class Persona:
    """One simulated debtor. Money is in minor units of `home.currency`.

    `budget_minor` is what they can pay in a month (at once, where they pay at once), `money_on`
    the day their money comes, `honest` whether they tell the budget at once, `patience` how often
    they say a thing anew before they ask for a person, `digressions` what they ask on the way.
    """

    number: int
    goal: Goal
    home: Home
    manner: Manner
    hand: Hand
    taps: bool
    balance_minor: int
    days_past_due: int
    budget_minor: int
    parts: int
    money_on: date
    honest: bool
    patience: int
    digressions: tuple[str, ...]

    @property
    def balance(self) -> Money:
        return Money(self.balance_minor, self.home.currency)

    @property
    def can_pay_all(self) -> bool:
        return self.budget_minor >= self.balance_minor


def draw_persona(number: int, seed: int, today: date) -> Persona:
    """The persona of this number; the same arguments give the same one."""
    random = Random(f"persona:{seed}:{number}")  # noqa: S311  # nothing secret is drawn
    goals = list(GOAL_SHARES)
    goal = random.choices(goals, [GOAL_SHARES[one] for one in goals])[0]
    home = random.choices(HOMES, _HOME_SHARES)[0]
    scale = 10 ** exponent(home.currency)
    balance = random.randrange(home.least, home.most, home.step) * scale
    # Now and then a debt of pesos and cents, so that sums are not all round.
    if random.random() < 0.3 and home.currency != "COP":
        balance += random.randrange(1, 100)
    parts = random.choice((2, 3, 3, 4, 5, 6))
    budget = balance
    if goal == "instalments":
        budget = _rounded_up(balance / parts, home.step * scale)
    elif goal == "cannot":
        budget = 0
    return Persona(
        number=number,
        goal=goal,
        home=home,
        manner=random.choice(("polite", "casual")),
        hand=random.choices(_HANDS, (5, 3, 2, 1))[0],
        taps=random.random() < 0.4,
        balance_minor=balance,
        days_past_due=random.choice((20, 45, 75, 120, 150, 240)),
        budget_minor=budget,
        parts=parts,
        money_on=_weekday(today + timedelta(days=random.randrange(2, 9))),
        honest=random.random() < 0.7,
        patience=random.randrange(2, 5),
        digressions=tuple(random.sample(("greet", "who", "why", "balance", "scam"), _asks(random))),
    )


def _asks(random: Random) -> int:
    return random.choices((0, 1, 2), (6, 3, 1))[0]


def _rounded_up(minor: float, step: int) -> int:
    return int(-(-minor // step)) * step


def _weekday(day: date) -> date:
    """`day`, or the Monday after it."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() >= 5 else day
