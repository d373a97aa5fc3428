"""A small world to practise in: one debtor, a policy, and what was done, in a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

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
    Scheduled,
    SendForm,
    SendLink,
    State,
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
            )
            for index, minor in enumerate(self.balances, 1)
        )

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
        if isinstance(act, IssueCode):
            return CodeIssued(code="ABCD-3467", url="https://pay.example/check")
        if isinstance(act, CallBack):
            return Scheduled(on=act.on or self.today, at=act.at or "")
        return Done()

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
        late = first > self.today + timedelta(days=self.max_days)
        if act.want == "plan" and act.count and act.count <= self.max_instalments and not late:
            return Proposed(exact=self._offer(account, "plan", act.count, first))
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
            )
        )

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
            discount = Money(total.minor * self.discount_percent // 100, total.currency)
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
        )
        self.offers[offer.ref] = offer
        return offer
