"""A small world to practise in: one debtor, a policy, and what was done, in a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from acuerdo.assistant.dialogue.asked import Answered, AnswerQuestion
from acuerdo.assistant.dialogue.flow import Flow
from acuerdo.assistant.dialogue.model import (
    Accept,
    AccountFacts,
    Act,
    Agreed,
    CallBack,
    CheckAnswer,
    CodeIssued,
    Done,
    Facts,
    FormLinked,
    HandOff,
    IssueCode,
    Linked,
    OfferFacts,
    OfferKind,
    OpenCase,
    Opening,
    Outcome,
    Propose,
    Proposed,
    RecordOptOut,
    Refused,
    Roll,
    Rolled,
    Scheduled,
    SendForm,
    SendLink,
    State,
    Sustained,
    TellCapacity,
    Verified,
)
from acuerdo.assistant.dialogue.values import Due
from acuerdo.core.money import Money

TODAY = date(2026, 11, 23)  # a Monday

CURRENCIES = {"CO": "COP", "BR": "BRL", "ES": "EUR", "AR": "ARS", "MX": "MXN", "GB": "GBP"}


@dataclass
class PracticeWorld:
    """What `World` asks for, with a policy of at most `max_instalments` monthly parts."""

    country: str = "CO"
    language: str = "es"
    document: str = "1020345678"
    balances: Sequence[int] = (127_251_300,)
    paused: bool = False
    max_instalments: int = 6
    max_days: int = 15
    discount_percent: int = 0
    owner: str = "assistant"
    level: str = "none"
    default_account: str = ""
    today: date = TODAY
    expire_once: bool = False
    tries: int = 3
    waiting: bool = False
    opted_out: bool = False
    for_person: bool = False
    asks_capacity: bool = False
    spoke_with: str = ""
    people_back: Opening | None = None
    flow: Flow = field(default_factory=Flow)
    agreed: bool = False
    changes_left: int = 0
    max_roll_days: int = 7
    rolled_to: date | None = None
    asks_income: bool = False
    granted_percent: int = 0
    final: bool = False
    acts: list[Act] = field(default_factory=list)
    offers: dict[str, OfferFacts] = field(default_factory=dict)
    agreements: list[OfferFacts] = field(default_factory=list)

    @property
    def currency(self) -> str:
        return CURRENCIES[self.country]

    def accounts(self) -> tuple[AccountFacts, ...]:
        return tuple(
            AccountFacts(
                ref=f"account-{index}",
                product="Crédito Fácil" if index == 1 else f"Tarjeta {index}",
                balance_minor=minor,
                currency=self.currency,
                due_on=self.today - timedelta(days=45),
                paused=self.paused,
                for_person=self.for_person,
                agreed_next=self.agreed_next(minor) if index == 1 else None,
                changes_left=self.changes_left,
                asks_capacity=self.asks_income,
            )
            for index, minor in enumerate(self.balances, 1)
        )

    def agreed_next(self, minor: int) -> Due | None:
        """The next part of the agreement that runs: of the last one made, else a third of the
        debt."""
        if self.agreements:
            return self.agreements[-1].schedule[0]
        if not self.agreed:
            return None
        due_on = self.rolled_to or self.today + timedelta(days=7)
        return Due(due_on=due_on, amount_minor=minor // 300 * 100)

    def facts(self) -> Facts:
        verified = self.level == "verified"
        return Facts.model_validate(
            {
                "creditor": "Banco Andino",
                "country": self.country,
                "language": self.language,
                "today": self.today,
                "level": self.level,
                "locked": self.tries == 0,
                "owner": self.owner,
                "waiting": self.waiting,
                "place": "sms:1",
                "opted_out": self.opted_out,
                "accounts": self.accounts() if verified else (),
                "default_account": self.default_account if verified else "",
                "flow": self.flow,
                "spoke_with": self.spoke_with,
                "people_back": self.people_back,
            }
        )

    def perform(self, act: Act) -> Outcome:
        self.acts.append(act)
        if isinstance(act, RecordOptOut):
            self.opted_out = True
        if isinstance(act, HandOff):
            self.waiting = True
        if isinstance(act, OpenCase) and act.case in ("dispute", "already_paid", "hardship"):
            self.paused = True
        if isinstance(act, CheckAnswer):
            return self._check(act.characters)
        if isinstance(act, Propose):
            return self._propose(act)
        if isinstance(act, Roll):
            return self._roll(act)
        if isinstance(act, TellCapacity):
            return self._sustain(act)
        if isinstance(act, Accept):
            if self.expire_once:
                self.expire_once = False
                return Refused(code="offer_expired")
            offer = self.offers[act.offer]
            self.agreements.append(offer)
            return Agreed(
                agreement=f"agreement-{len(self.agreements)}",
                offer=offer,
                url="https://pay.example/p/Ab12Cd34",
            )
        if isinstance(act, SendLink):
            account = next(row for row in self.accounts() if row.ref == act.account)
            amount = account.balance
            return Linked(
                url="https://pay.example/p/Zz98Yy76",
                account=account.ref,
                amount_minor=amount.minor,
                currency=amount.currency,
            )
        if isinstance(act, SendForm):
            if not self.asks_capacity:
                return Done()
            return FormLinked(url="https://pay.example/p/Zz98Yy76/what-fits")
        if isinstance(act, AnswerQuestion):
            return self._answer(act.entry)
        if isinstance(act, IssueCode):
            return CodeIssued(code="ABCD-3467", url="https://pay.example/check")
        if isinstance(act, CallBack):
            return Scheduled(on=act.on or self.today, at=act.at or "")
        return Done()

    def _answer(self, entry: str) -> Outcome:
        """A general answer to `public`, one that names the debt to `private`, none to others."""
        if entry == "public":
            return Answered(text="Con gusto le atendemos en nuestra oficina.")
        if entry != "private":
            return Refused(code="not_found")
        if self.level != "verified":
            return Answered(private=True)
        product = "Crédito Fácil"
        return Answered(text=f"Su producto es {product}.", facts=(product,), private=True)

    def absorbed(self, state: State) -> str:
        """Why nothing is said any more: opted_out, wrong_person, deceased, or empty."""
        if state.stage != "open":
            return state.stage
        if self.opted_out:
            return "opted_out"
        return "wrong_person" if "sms:1" in state.strangers else ""

    def _check(self, characters: str) -> Verified:
        if self.tries == 0:
            return Verified(result="locked")
        if characters[-4:] == self.document[-4:]:
            self.level = "verified"
            return Verified(result="passed")
        self.tries -= 1
        if self.tries == 0:
            return Verified(result="locked")
        return Verified(result="failed", tries_left=self.tries)

    def _propose(self, act: Propose) -> Proposed:
        account = next(row for row in self.accounts() if row.ref == act.account)
        first = act.on or self.today + timedelta(days=7)
        if self.granted_percent and act.want in (None, "settlement"):
            return Proposed(exact=self._offer(account, "settlement", 1, first), granted=True)
        late = first > self.today + timedelta(days=self.max_days)
        if act.want == "plan" and act.count and act.count <= self.max_instalments and not late:
            return Proposed(exact=self._plan(account, act.count, first, act))
        if act.want == "promise" and act.amount and act.on is None:
            return Proposed(outside=("date_missing",))
        if act.want == "promise" and not late:
            return Proposed(exact=self._offer(account, "promise", 1, first, act.amount))
        if act.want == "settlement":
            if not self.discount_percent:
                return Proposed(
                    nearest=(self._offer(account, "promise", 1, first),),
                    outside=("discount_not_offered",),
                )
            return Proposed(exact=self._offer(account, "settlement", 1, first))
        if self.max_instalments == 0:
            return Proposed()
        last = min(first, self.today + timedelta(days=self.max_days))
        if act.lowest:
            counts = (self.max_instalments, self.max_instalments - 1)
            return Proposed(
                nearest=tuple(self._offer(account, "plan", count, last) for count in counts),
                outside=("too_many_instalments",),
            )
        return Proposed(
            nearest=(
                self._offer(account, "full", 1, self.today),
                self._offer(account, "plan", 3, last),
                self._offer(account, "plan", self.max_instalments, last),
            ),
            final=self.final,
        )

    def _plan(self, account: AccountFacts, count: int, first: date, act: Propose) -> OfferFacts:
        """A plan with the first part and the day of the rest that were asked for."""
        plan = self._offer(account, "plan", count, first)
        schedule = list(plan.schedule)
        if act.first is not None:
            down = Money.from_decimal(act.first, account.currency)
            rest = (account.balance - down).split(count - 1)
            for index, amount in enumerate((down, *rest)):
                schedule[index] = schedule[index].model_copy(update={"amount_minor": amount.minor})
        if act.rest_on is not None and count == 2:
            schedule[1] = schedule[1].model_copy(update={"due_on": act.rest_on})
        self.offers[plan.ref] = plan.model_copy(update={"schedule": tuple(schedule)})
        return self.offers[plan.ref]

    def _roll(self, act: Roll) -> Rolled:
        account = self.accounts()[0]
        part = account.agreed_next
        assert part is not None
        outside = []
        if act.to_on <= part.due_on:
            outside.append("not_later")
        if self.rolled_to is not None:
            outside.append("moved_too_often")
        if act.to_on > part.due_on + timedelta(days=self.max_roll_days):
            outside.append("too_late")
        if act.to_on.weekday() >= 5:
            outside.append("not_a_business_day")
        done = act.sure and not outside
        if done:
            self.rolled_to = act.to_on
        return Rolled(
            to_on=act.to_on,
            amount_minor=part.amount_minor,
            currency=account.currency,
            done=done,
            outside=tuple(outside),
        )

    def _sustain(self, act: TellCapacity) -> Sustained:
        """What is left of a month decides; it is told once."""
        account = self.accounts()[0]
        self.asks_income = False
        left = act.amounts["income"] - sum(
            value for name, value in act.amounts.items() if name != "income"
        )
        if left <= 0:
            return Sustained(way="pause")
        part = account.balance_minor // self.max_instalments
        if Money(part, account.currency).to_decimal() > left:
            return Sustained(way="person")
        first = self.today + timedelta(days=7)
        plans = (self._offer(account, "plan", self.max_instalments, first),)
        return Sustained(way="plan", plans=plans)

    def _offer(
        self,
        account: AccountFacts,
        kind: OfferKind,
        count: int,
        first: date,
        amount: Decimal | None = None,
    ) -> OfferFacts:
        total = account.balance
        if amount is not None:
            total = Money.from_decimal(amount, account.currency)
        discount = Money(0, account.currency)
        if kind == "settlement":
            discount = Money(
                total.minor * (self.granted_percent or self.discount_percent) // 100, total.currency
            )
            total = total - discount
        schedule = tuple(
            Due(due_on=first + timedelta(days=30 * index), amount_minor=part.minor)
            for index, part in enumerate(total.split(count))
        )
        offer = OfferFacts(
            ref=f"offer-{len(self.offers) + 1}",
            account=account.ref,
            kind=kind,
            currency=account.currency,
            total_minor=total.minor,
            discount_minor=discount.minor,
            left_minor=account.balance_minor - total.minor if kind == "promise" else 0,
            schedule=schedule,
            until=self.today + timedelta(days=5),
        )
        self.offers[offer.ref] = offer
        return offer
