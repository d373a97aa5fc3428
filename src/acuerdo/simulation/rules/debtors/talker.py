"""A simulated debtor in conversation: hears a reply by its parts and says the next thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from acuerdo.core.money import Money
from acuerdo.simulation.rules.debtors.bank import pick_wording
from acuerdo.simulation.rules.debtors.personas import Persona
from acuerdo.simulation.rules.debtors.wording import (
    scrawl,
    write_amount,
    write_day,
    write_exact_day,
)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a reply: its template and the facts in it, as the assistant stores them."""

    template: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Heard:
    """A reply: its parts, its text and its buttons (payload and title). No part is silence."""

    parts: tuple[Part, ...] = ()
    text: str = ""
    buttons: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """What the debtor writes; `button` where they tapped instead. `act` names what was meant."""

    act: str
    text: str
    button: str = ""


@dataclass(frozen=True, slots=True)
class Deal:
    """What is on the table: (day, minor units) per part, and what is let off."""

    schedule: tuple[tuple[date, int], ...]
    discount_minor: int = 0

    @property
    def total_minor(self) -> int:
        return sum(minor for _day, minor in self.schedule)


# After one of these nothing more is said by who came for it.
_ENDINGS: Final = (
    "agreed.", "link.ready", "case.", "handoff.", "wrong_person.", "opt_out.", "deceased.",
    "paused", "offer.none", "verification.locked", "verification.unavailable", "third_party.",
    "no_debt", "plain",
)  # fmt: skip
# What was said was not understood, or not answered: it is said anew, in other words.
_NOT_HEARD: Final = ("repair.", "question.unknown")
_GOAL_ACTS: Final = {
    "pay_all": "pay_all",
    "later": "pay_all_day",
    "bargain": "discount",
    "cannot": "cannot",
    "dispute": "dispute",
    "paid": "paid",
    "wrong_person": "wrong_person",
    "human": "human",
    "stop": "stop",
}
_HOSTILE: Final = ("inject", "refuse", "inject", "abuse", "abuse")
# Of what is owed: what who bargains offers for the whole, from one round to the next.
_BIDS: Final = (60, 75, 85)


class Talker:
    """One conversation of one persona. The same persona, seed and replies give the same words."""

    def __init__(self, persona: Persona, seed: int, today: date, last4: str) -> None:
        self.persona = persona
        self.today = today
        self.last4 = last4
        self.random = Random(f"talker:{persona.number}:{seed}")  # noqa: S311
        self.agreed_to: Deal | None = None
        self._digressions = list(persona.digressions)
        self._not_heard = 0
        self._said_no = 0
        self._bids = 0
        self._rants = 0
        self._last = Said("", "")
        self._wording = ""
        self._table: Deal | None = None
        self._hidden = not persona.honest and persona.goal == "instalments"

    # --- what is said ----------------------------------------------------------------------

    def open(self) -> Said:
        """The first words."""
        if self._digressions and self._digressions[0] == "greet":
            return self._say(self._digressions.pop(0))
        return self._wish()

    def answer(self, heard: Heard) -> Said | None:
        """What is said to a reply; None where the conversation is over for the debtor."""
        names = [part.template for part in heard.parts]
        if not names:
            return None
        if any(name.startswith(_ENDINGS) for name in names):
            return self._after_ending(names)
        if self.persona.goal == "hostile":
            return self._rant()
        asked = heard.parts[-1]
        name = asked.template
        if name.startswith(_NOT_HEARD):
            return self._anew(heard)
        if name.startswith("verification.") and name != "verification.passed":
            return self._prove()
        if name == "menu.verify" and self.persona.goal == "wrong_person":
            return self._number("0")
        if name == "menu.verify":
            return self._say("document")
        if name == "menu.main":
            return self._on_menu(asked)
        if name.startswith(("offer.", "menu.offer")):
            return self._on_offer(asked, heard)
        if name.startswith("date."):
            return self._say("day_is")
        if name.startswith(("amount.", "proposal.", "cannot.")):
            return self._say("counter_each" if self.persona.goal == "instalments" else "amount_is")
        if self._digressions:
            return self._say(self._digressions.pop(0))
        return self._wish()

    def _wish(self) -> Said:
        """What the debtor came for."""
        if self.persona.goal == "hostile":
            return self._rant() or self._say("refuse")
        if self.persona.goal != "instalments":
            return self._say(_GOAL_ACTS[self.persona.goal])
        return self._say(self.random.choice(("plan_n", "plan_each", "plan_open")))

    def _rant(self) -> Said | None:
        if self._rants >= len(_HOSTILE):
            return None
        self._rants += 1
        return self._say(_HOSTILE[self._rants - 1])

    def _prove(self) -> Said:
        if self.persona.goal in ("wrong_person", "dispute", "paid", "human", "stop", "cannot"):
            # Who wants one of these says so again rather than prove anything.
            if self._last.act in ("greet", "who", "why", "balance", "scam"):
                return self._wish()
            self._not_heard += 1
            if self.persona.goal == "wrong_person":
                return self._wish()
        if self._digressions and self._digressions[0] in ("who", "scam"):
            return self._say(self._digressions.pop(0))
        return self._say("document")

    def _anew(self, heard: Heard) -> Said:
        """The same in other words, or by a button; out of patience, a person."""
        self._not_heard += 1
        if self._not_heard >= self.persona.patience:
            return self._say("human")
        if heard.parts[-1].template == "repair.offer_confirm" and self._table is not None:
            return self._decide(self._table, heard)
        act = self._last.act
        return self._wish() if act in ("", "document", "thanks") else self._say(act)

    def _after_ending(self, names: Sequence[str]) -> Said | None:
        """Nothing, but where the answer was none to what the debtor wants."""
        settled = self.persona.goal in ("pay_all", "later", "instalments", "bargain")
        if settled and "link.ready" in names and self.persona.goal != "pay_all":
            # A link for all of it is no answer to who cannot pay all of it now.
            if self.persona.goal == "bargain" or self._not_heard >= self.persona.patience:
                return None
            self._not_heard += 1
            return self._wish()
        if "third_party.note" in names and self.persona.goal == "wrong_person":
            self._not_heard += 1
            return self._wish() if self._not_heard < self.persona.patience else None
        return None

    # --- offers ----------------------------------------------------------------------------

    def _on_offer(self, asked: Part, heard: Heard) -> Said:
        if asked.template in ("offer.choose", "menu.offers"):
            return self._choose(asked)
        deal = read_deal(asked)
        if deal is None:
            return self._wish()
        self._table = deal
        return self._decide(deal, heard)

    def _decide(self, deal: Deal, heard: Heard) -> Said:
        """Yes to what suits; else the debtor's own terms."""
        in_menu = heard.parts[-1].template.startswith("menu.")
        if self._suits(deal):
            self.agreed_to = deal
            if in_menu:
                return self._number("1")
            return self._tap(heard, "accept") or self._say("accept")
        self._said_no += 1
        if in_menu:
            return self._number("2")
        if self._said_no > self.persona.patience + 1:
            return self._say("human")
        return self._counter(deal)

    def _suits(self, deal: Deal) -> bool:
        persona = self.persona
        if persona.goal == "instalments":
            if self._hidden and self._said_no == 0 and len(deal.schedule) > 1:
                return False  # asks for less than they can pay, once
            covers = deal.total_minor + deal.discount_minor == persona.balance_minor
            return covers and max(part[1] for part in deal.schedule) <= persona.budget_minor
        if persona.goal == "later":
            first = deal.schedule[0][0]
            near = persona.money_on <= first <= persona.money_on + timedelta(days=5)
            return near and deal.total_minor == persona.balance_minor
        if persona.goal == "bargain":
            return deal.discount_minor > 0 and (self._bids >= len(_BIDS) or persona.honest)
        return deal.total_minor == persona.balance_minor

    def _counter(self, deal: Deal) -> Said:
        if self.persona.goal == "instalments":
            self._hidden = False
            if self._said_no % 2 == 0:
                return self._say("counter_n")
            return self._say("counter_each")
        if self.persona.goal == "later":
            return self._say("correct_day")
        if self.persona.goal == "bargain":
            return self._bid()
        return self._say("reject")

    def _bid(self) -> Said:
        self._bids += 1
        if self._bids > len(_BIDS):
            return self._say("pay_all")
        return self._say("offer_total")

    def _choose(self, asked: Part) -> Said:
        """The best of a list, by its number; where none will do, the debtor's own terms."""
        options = list_options(asked)
        fits = [
            (number, minor, count)
            for number, (minor, count, day, discount) in enumerate(options, 1)
            if self._fits(minor, count, day, discount)
        ]
        in_menu = asked.template.startswith("menu.")
        if not fits:
            self._said_no += 1
            if in_menu:
                return self._number("0")
            if self._said_no > self.persona.patience + 1:
                return self._say("human")
            return self._counter(Deal(()))
        if self.persona.goal == "bargain":
            number = min(fits, key=lambda one: one[1])[0]
        else:
            number = fits[0][0]
        return self._number(str(number)) if in_menu else self._say("choose", n=str(number))

    def _fits(self, first_minor: int, count: int, day: date, discount_minor: int) -> bool:
        persona = self.persona
        if persona.goal == "instalments":
            return count > 1 and first_minor <= persona.budget_minor
        if persona.goal == "later":
            near = persona.money_on <= day <= persona.money_on + timedelta(days=5)
            return count == 1 and near and first_minor == persona.balance_minor
        if persona.goal == "bargain":
            return discount_minor > 0 and (persona.honest or self._bids >= len(_BIDS))
        return count == 1 and first_minor == persona.balance_minor

    def _on_menu(self, asked: Part) -> Said:
        """A fixed menu: the item of the wish, or a person where it led nowhere."""
        items: Sequence[str] = asked.facts["items"]
        wanted = "pay_all" if self.persona.goal == "bargain" else self.persona.goal
        if wanted not in items or self._said_no > 1:
            wanted = "human"
        return self._number(str(list(items).index(wanted) + 1))

    def _number(self, number: str) -> Said:
        """What a menu understands."""
        self._last = Said("choose", number)
        return self._last

    # --- words -----------------------------------------------------------------------------

    def _tap(self, heard: Heard, name: str) -> Said | None:
        """A tap on a button, where this debtor taps and there is one."""
        if not self.persona.taps:
            return None
        for payload, title in heard.buttons:
            if payload.split(":")[0] == name:
                self._last = Said(name, title, payload)
                return self._last
        return None

    def _say(self, act: str, **slots: str) -> Said:
        persona, random = self.persona, self.random
        language = persona.home.language
        again = self._wording if act == self._last.act else ""
        self._wording = pick_wording(language, act, persona.manner, random, but=again)
        # Who said it before in vain writes it neatly.
        hand = persona.hand if not again else "neat"
        text = scrawl(self._wording, hand, random)
        values = {
            "each": write_amount(self._each(), persona, random),
            "total": write_amount(self._bid_amount(), persona, random),
            "day": write_day(persona.money_on, self.today, language, random),
            "exact_day": write_exact_day(persona.money_on, language),
            "n": str(persona.parts),
            "last4": self.last4,
            **slots,
        }
        for name, value in values.items():
            text = text.replace(f"{{{name}}}", value)
        self._last = Said(act, text)
        return self._last

    def _each(self) -> Money:
        minor = self.persona.budget_minor
        if self._hidden and self._said_no == 0:
            step = self.persona.home.step * 100
            minor = max(minor * 6 // 10 // step * step, step)
        if self.persona.goal not in ("instalments", "cannot"):
            minor = self.persona.balance_minor
        return Money(max(minor, 100), self.persona.home.currency)

    def _bid_amount(self) -> Money:
        share = _BIDS[min(max(self._bids, 1), len(_BIDS)) - 1]
        step = self.persona.home.step * 100
        minor = max(self.persona.balance_minor * share // 100 // step * step, step)
        return Money(minor, self.persona.home.currency)


def read_deal(part: Part) -> Deal | None:
    """The arrangement that a part of a reply reads out; None where it reads none."""
    facts = part.facts
    discount = int(facts["discount"]["minor"]) if "discount" in facts else 0
    if "schedule" in facts:
        rows = facts["schedule"]["items"]
        return Deal(
            tuple((date.fromisoformat(row["due_on"]), int(row["amount_minor"])) for row in rows),
            discount,
        )
    if "total" in facts and "due" in facts:
        day = date.fromisoformat(facts["due"]["on"])
        return Deal(((day, int(facts["total"]["minor"])),), discount)
    return None


def list_options(part: Part) -> list[tuple[int, int, date, int]]:
    """Of each line to choose from: its first (or only) amount, its parts, its first day, what is
    let off."""
    found = []
    for item in part.facts["options"]["items"]:
        facts = item["facts"]
        amount = facts.get("first") or facts["total"]
        found.append(
            (
                int(amount["minor"]),
                int(facts["count"]["value"]) if "count" in facts else 1,
                date.fromisoformat(facts["due"]["on"]),
                int(facts["discount"]["minor"]) if "discount" in facts else 0,
            )
        )
    return found
