"""Money talk with the right person: informs, asks what is missing, reads back, agrees.

It never computes an offer. It turns what the debtor said into a question to `agreements`, and
puts into words what came back.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from acuerdo.assistant.commands import (
    AskDiscount,
    AskInfo,
    AskPlan,
    Choose,
    Command,
    CorrectSlot,
    ProposePayment,
    RequestLink,
)
from acuerdo.assistant.dialogue.model import (
    Accept,
    AccountFacts,
    Decision,
    Facts,
    Pending,
    Propose,
    SendLink,
    State,
)
from acuerdo.assistant.dialogue.outcomes import confirm, part_of, person
from acuerdo.assistant.dialogue.values import (
    DateValue,
    FactValue,
    MoneyValue,
    OptionsValue,
    ReplyPart,
    TextValue,
    money,
)
from acuerdo.core.money import Money, exponent

MAX_REJECTIONS = 3
# A promise a little over the balance is a slip of the finger; more is asked again.
_OVER = Decimal("1.05")


def negotiate(state: State, commands: Sequence[Command], facts: Facts) -> Decision:
    """The decision on `commands` (without any: tell what is owed and what can be done)."""
    if not facts.accounts:
        return Decision(
            says=(part_of("no_debt"),), changes={"pending": None, "parked": (), "failures": 0}
        )
    chosen = _choice_of_account(state, commands)
    if chosen:
        state = state.model_copy(update={"account": chosen, "pending": None})
        commands = state.parked
        changes: dict[str, Any] = {"account": chosen, "pending": None, "parked": ()}
    else:
        changes = {}
    account = _account(state, facts)
    if account is None:
        return _which_account(state, commands, facts)
    info = tuple(
        part
        for command in commands
        if isinstance(command, AskInfo)
        for part in _inform(command, account, facts)
    )
    if not commands:
        info = (_balance(account), *_agreed(account))
    decision = _main(state, commands, account, facts)
    return Decision(
        acts=decision.acts,
        says=(*info, *decision.says),
        changes={"failures": 0, **changes, **decision.changes},
    )


def _main(
    state: State, commands: Sequence[Command], account: AccountFacts, facts: Facts
) -> Decision:
    kinds: set[str] = {command.kind for command in commands}
    for command in commands:
        if isinstance(command, AskPlan):
            if state.pending and state.pending.kind == "offer_confirm":
                return _change(state, command, kinds, account, facts)
            return _plan(state, command, account, facts)
        if isinstance(command, ProposePayment | CorrectSlot):
            return _promise(state, command, kinds, account, facts)
    for command in commands:
        if isinstance(command, AskDiscount):
            return _ask(
                account,
                Propose(account=account.ref, want="settlement", amount=command.total),
                facts,
            )
        if isinstance(command, RequestLink):
            return _pay_now(state, command, kinds, account, facts)
        if isinstance(command, Choose):
            return _choose(state, command)
    methods = any(isinstance(c, AskInfo) and c.topic == "methods" for c in commands)
    if methods:
        return Decision(acts=(SendLink(account=account.ref),))
    if any(isinstance(c, AskInfo) and c.topic == "debt_docs" for c in commands):
        return person("documents", "handoff.done")
    asked_something = any(isinstance(command, AskInfo) for command in commands)
    if "reject_offer" in kinds or ("negate" in kinds and "accept_offer" not in kinds):
        return _rejected(state)
    if kinds & {"accept_offer", "affirm"} and not asked_something:
        return _accepted(state, account, facts)
    if "refuse_to_pay" in kinds:
        return Decision(says=(part_of("refuse.note"),), changes={"pending": None})
    if state.pending is not None and state.pending.kind not in ("open", "account_choice"):
        return Decision(says=_question_again(state))
    return _what_next(account)


def _what_next(account: AccountFacts) -> Decision:
    """After information: offer to look for a way to pay, where there is something to agree."""
    if account.paused or account.agreed_next is not None:
        return Decision(says=(part_of("open.help"),), changes={"pending": None})
    return Decision(
        says=(part_of("open.next"),),
        changes={"pending": Pending(kind="open").model_dump(mode="json")},
    )


# --- which debt ----------------------------------------------------------------------------------


def _account(state: State, facts: Facts) -> AccountFacts | None:
    wanted = state.account or facts.default_account
    for account in facts.accounts:
        if account.ref == wanted:
            return account
    return facts.accounts[0] if len(facts.accounts) == 1 else None


def _which_account(state: State, commands: Sequence[Command], facts: Facts) -> Decision:
    lines = tuple(
        part_of(
            "option.account",
            product=TextValue(value=account.product),
            balance=money(account.balance),
        )
        for account in facts.accounts[:9]
    )
    pending = Pending(
        kind="account_choice", options=tuple(account.ref for account in facts.accounts[:9])
    )
    parked = commands if not (state.pending and state.pending.kind == "account_choice") else ()
    return Decision(
        says=(part_of("account.choose", options=OptionsValue(items=lines)),),
        changes={
            "pending": pending.model_dump(mode="json"),
            "parked": [command.model_dump(mode="json") for command in parked or state.parked],
        },
    )


def _choice_of_account(state: State, commands: Sequence[Command]) -> str:
    if state.pending is None or state.pending.kind != "account_choice":
        return ""
    for command in commands:
        if isinstance(command, Choose):
            return _pick(state.pending.options, command.position)
    return ""


def _pick(options: tuple[str, ...], position: int) -> str:
    if position == -1 and options:
        return options[-1]
    return options[position - 1] if 1 <= position <= len(options) else ""


# --- informing -----------------------------------------------------------------------------------


def _balance(account: AccountFacts) -> ReplyPart:
    return part_of(
        "info.balance",
        product=TextValue(value=account.product),
        balance=money(account.balance),
    )


def _agreed(account: AccountFacts) -> tuple[ReplyPart, ...]:
    """The next part of the agreement that is being kept."""
    part = account.agreed_next
    if part is None:
        return ()
    amount = MoneyValue(minor=part.amount_minor, currency=account.currency)
    return (part_of("info.agreement", amount=amount, due=DateValue(on=part.due_on)),)


def _inform(command: AskInfo, account: AccountFacts, facts: Facts) -> tuple[ReplyPart, ...]:
    if command.topic == "balance":
        return (_balance(account), *_agreed(account))
    if command.topic == "due" and account.agreed_next is not None:
        return _agreed(account)
    if command.topic == "due":
        if account.due_on is None:
            return (part_of("info.no_due"),)
        past = account.due_on < facts.today
        return (part_of("info.due_past" if past else "info.due", due=DateValue(on=account.due_on)),)
    if command.topic == "why":
        values: dict[str, FactValue] = {
            "product": TextValue(value=account.product),
            "creditor": TextValue(value=facts.creditor),
        }
        return (ReplyPart(template="info.why", facts=values),)
    return ()


# --- proposals -----------------------------------------------------------------------------------


def _ask(account: AccountFacts, act: Propose, facts: Facts) -> Decision:
    if account.agreed_next is not None:
        says = (*_agreed(account), part_of("agreement.change"))
        return Decision(says=says, changes={"pending": None})
    if account.paused:
        return person("paused", "paused")
    return Decision(
        acts=(act,),
        changes={
            "amount": None if act.amount is None else str(act.amount),
            "on": act.on.isoformat() if act.on else None,
        },
    )


def _plan(state: State, command: AskPlan, account: AccountFacts, facts: Facts) -> Decision:
    if command.on is not None and command.on < facts.today:
        return _ask_date("date.past")
    if command.count == 1:
        return _ask(account, Propose(account=account.ref, want="promise", on=command.on), facts)
    return _ask(
        account,
        Propose(
            account=account.ref,
            want="plan",
            count=command.count,
            first=command.first,
            each=command.each,
            on=command.on,
            frequency=command.frequency,
        ),
        facts,
    )


def _change(
    state: State, command: AskPlan, kinds: set[str], account: AccountFacts, facts: Facts
) -> Decision:
    """A plan named while an offer waits: the same terms with a yes accept it, others replace it."""
    assert state.pending is not None
    offer = state.offer(state.pending.offer)
    terms = (command.first, command.each, command.on, command.frequency)
    same = offer is not None and command.count in (None, offer.count) and not any(terms)
    if offer is not None and same and kinds & {"affirm", "accept_offer"}:
        return Decision(acts=(Accept(offer=offer.ref),))
    kept = command.count
    if kept is None and offer is not None and offer.kind == "plan" and not command.each:
        kept = offer.count
    return _plan(state, command.model_copy(update={"count": kept}), account, facts)


def _promise(
    state: State,
    command: ProposePayment | CorrectSlot,
    kinds: set[str],
    account: AccountFacts,
    facts: Facts,
) -> Decision:
    pending = state.pending.kind if state.pending else None
    amount, day = command.amount, command.on
    if isinstance(command, CorrectSlot) and command.count:
        return _plan(state, AskPlan(count=command.count, on=day), account, facts)
    if isinstance(command, ProposePayment) and command.fraction is not None and amount is None:
        amount = _share(account, command.fraction)
    offer = state.offer(state.pending.offer) if state.pending else None
    if pending == "offer_confirm" and offer is not None:
        if (amount is None and day is None) and kinds & {"affirm", "accept_offer"}:
            return Decision(acts=(Accept(offer=offer.ref),))
        same_total = amount in (None, Money(offer.total_minor, offer.currency).to_decimal())
        same_day = day in (None, offer.schedule[0].due_on)
        if same_total and same_day and kinds & {"affirm", "accept_offer"}:
            return Decision(acts=(Accept(offer=offer.ref),))
        if offer.kind == "plan" and amount is None:
            # "no, el 15": the same plan from another day.
            return _plan(state, AskPlan(count=offer.count, on=day), account, facts)
        if offer.kind == "promise":
            amount = amount or Money(offer.total_minor, offer.currency).to_decimal()
            day = day or offer.schedule[0].due_on
    if pending in ("payment_date", "payment_amount", "offer_choice"):
        amount, day = amount or state.amount, day or state.on
    if command.vague and day is None and amount is None:
        return _which_day(state)
    if amount is None and day is None:
        return _ask(account, Propose(account=account.ref), facts)
    if amount is not None and (
        amount <= 0 or amount > account.balance.to_decimal() * _OVER or _too_fine(amount, account)
    ):
        return Decision(
            says=(part_of("amount.too_high", balance=money(account.balance)),),
            changes={
                "pending": Pending(kind="payment_amount").model_dump(mode="json"),
                "amount": None,
                "on": day.isoformat() if day else None,
            },
        )
    if day is not None and day < facts.today:
        return _ask_date("date.past", amount)
    if day is None:
        assert amount is not None
        return Decision(
            says=(part_of("date.ask", amount=money(Money.from_decimal(amount, account.currency))),),
            changes={
                "pending": Pending(kind="payment_date").model_dump(mode="json"),
                "amount": str(amount),
                "on": None,
            },
        )
    if day == facts.today and amount in (None, account.balance.to_decimal()):
        return Decision(acts=(SendLink(account=account.ref),))
    return _ask(account, Propose(account=account.ref, want="promise", amount=amount, on=day), facts)


def _pay_now(
    state: State,
    command: RequestLink,
    kinds: set[str],
    account: AccountFacts,
    facts: Facts,
) -> Decision:
    """All of it needs a link alone. A part of it is agreed first, so that the link asks for
    exactly what was said."""
    whole = command.amount in (None, account.balance.to_decimal())
    if whole or account.agreed_next is not None:
        return Decision(acts=(SendLink(account=account.ref),))
    part = ProposePayment(amount=command.amount, on=facts.today)
    return _promise(state, part, kinds, account, facts)


def _which_day(state: State) -> Decision:
    """A time that is no day: asked for once more, then a person finds it out."""
    waiting = state.pending is not None and state.pending.kind == "payment_date"
    if waiting and state.failures >= 1:
        return person("not_understood", "handoff.not_understood")
    asked = _ask_date("date.which")
    failures = state.failures + 1 if waiting else 0
    return asked.model_copy(update={"changes": {**asked.changes, "failures": failures}})


def _ask_date(template: str, amount: Decimal | None = None) -> Decision:
    return Decision(
        says=(part_of(template),),
        changes={
            "pending": Pending(kind="payment_date").model_dump(mode="json"),
            "amount": None if amount is None else str(amount),
            "on": None,
        },
    )


def _share(account: AccountFacts, fraction: Decimal) -> Decimal:
    minor = (account.balance_minor * fraction).to_integral_value(rounding=ROUND_HALF_UP)
    return Money(int(minor), account.currency).to_decimal()


def _too_fine(amount: Decimal, account: AccountFacts) -> bool:
    scaled = amount.scaleb(exponent(account.currency))
    return scaled != scaled.to_integral_value()


def _choose(state: State, command: Choose) -> Decision:
    if state.pending is None or state.pending.kind != "offer_choice":
        return Decision(says=_question_again(state) or (part_of("open.help"),))
    offer = state.offer(_pick(state.pending.options, command.position))
    if offer is None:
        return Decision(says=(part_of("repair.choice"),))
    return confirm(offer)


def _accepted(state: State, account: AccountFacts, facts: Facts) -> Decision:
    if state.pending is not None and state.pending.kind == "offer_confirm":
        return Decision(acts=(Accept(offer=state.pending.offer),))
    if state.pending is not None and state.pending.kind == "offer_choice":
        if len(state.pending.options) == 1:
            offer = state.offer(state.pending.options[0])
            if offer is not None:
                return confirm(offer)
        return Decision(says=(part_of("repair.choice"),))
    if state.pending is not None and state.pending.kind == "open":
        return _ask(account, Propose(account=account.ref), facts)
    if state.pending is not None:
        # "Yes" to "which day?": asked again once, then a person.
        if state.failures >= 1:
            return person("not_understood", "handoff.not_understood")
        return Decision(says=_question_again(state), changes={"failures": state.failures + 1})
    return Decision(says=(part_of("open.help"),))


def _rejected(state: State) -> Decision:
    if state.pending is None or state.pending.kind == "open":
        return Decision(says=(part_of("open.later"),), changes={"pending": None})
    rejections = state.rejections + 1
    if rejections >= MAX_REJECTIONS:
        return person("no_agreement", "handoff.done", rejections=0)
    return Decision(
        says=(part_of("proposal.ask"),),
        changes={
            "pending": Pending(kind="proposal").model_dump(mode="json"),
            "rejections": rejections,
        },
    )


def _question_again(state: State) -> tuple[ReplyPart, ...]:
    from acuerdo.assistant.dialogue.replies import asks

    return tuple(part for part in state.said if asks(part.template))[-1:]
