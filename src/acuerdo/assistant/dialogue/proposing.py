"""What the debtor proposes: asked for what is missing, put to the policy, changed, chosen.

It never computes an offer. It turns what was said into a question to `agreements`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from acuerdo.assistant.commands import (
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
    HandOff,
    OfferFacts,
    OpenCase,
    Pending,
    Propose,
    SendForm,
    SendLink,
    State,
)
from acuerdo.assistant.dialogue.outcomes import confirm, is_even, keeps_rhythm, rhythm_of
from acuerdo.assistant.dialogue.steps import (
    ask_again,
    hand_off,
    say,
)
from acuerdo.assistant.dialogue.values import (
    as_said,
    money,
)
from acuerdo.core.money import Money, exponent, quantum

MAX_REJECTIONS = 3
# A promise a little over the balance is a slip of the finger; more is asked again.
_OVER = Decimal("1.05")


def pick(options: tuple[str, ...], position: int) -> str:
    """The option at this place of the list (-1: the last), else ""."""
    if position == -1 and options:
        return options[-1]
    return options[position - 1] if 1 <= position <= len(options) else ""


def ask(state: State, account: AccountFacts, act: Propose) -> Decision:
    """Put a proposal to the policy; a debt that is under review is a person's."""
    if account.paused:
        if state.handed_off:
            return Decision(says=(say("handoff.noted"),), changes={"pending": None})
        return hand_off("paused", say("paused"))
    return Decision(
        acts=(act,),
        changes={
            "amount": None if act.amount is None else str(act.amount),
            "on": act.on.isoformat() if act.on else None,
        },
    )


def plan(state: State, command: AskPlan, account: AccountFacts, facts: Facts) -> Decision:
    """Parts, as many and as large as they were said."""
    if command.on is not None and command.on < facts.today:
        return _ask_date("date.past")
    said = {name: as_said(getattr(command, name), account.currency) for name in ("first", "each")}
    command = command.model_copy(update=said)
    if command.count == 1:
        return ask(state, account, Propose(account=account.ref, want="promise", on=command.on))
    return ask(
        state,
        account,
        Propose(
            account=account.ref,
            want="plan",
            count=command.count,
            first=command.first,
            each=command.each,
            on=command.on,
            frequency=command.frequency,
            rest_on=command.rest_on,
            lowest=command.lowest,
        ),
    )


def with_first_part(state: State, command: AskPlan, commands: Sequence[Command]) -> AskPlan:
    """ "The rest in two": the part that was named before comes first, then two more."""
    if not command.rest:
        return command
    offer = state.offer(state.pending.offer) if state.pending else None
    known: list[tuple[Decimal | None, date | None]] = [
        (said.amount, said.on) for said in commands if isinstance(said, ProposePayment)
    ]
    if offer is not None and (offer.kind == "promise" or (command.rest_on and offer.count == 2)):
        part = offer.schedule[0]
        known.append((Money(part.amount_minor, offer.currency).to_decimal(), part.due_on))
    known.append((state.amount, state.on))
    before = next((pair for pair in known if pair[0] is not None), (None, None))
    first, on = command.first, command.on
    if first is None or command.rest_on is not None:
        first, on = first or before[0], on or before[1]
    if first is None:
        return command.model_copy(update={"rest": False, "rest_on": None})
    count = None if command.count is None else command.count + 1
    return command.model_copy(update={"first": first, "on": on, "count": count})


def change(
    state: State, command: AskPlan, kinds: set[str], account: AccountFacts, facts: Facts
) -> Decision:
    """A plan named while an offer waits: the same terms with a yes accept it, others replace it."""
    assert state.pending is not None
    offer = state.offer(state.pending.offer)
    terms = (
        command.first,
        command.each,
        command.on,
        command.rest_on,
        command.frequency,
        command.rest,
    )
    same = offer is not None and command.count in (None, offer.count) and not any(terms)
    if offer is not None and same and kinds & {"affirm", "accept_offer"}:
        return Decision(acts=(Accept(offer=offer.ref),))
    kept = command.count
    fresh = command.each or command.first
    if kept is None and offer is not None and offer.kind == "plan" and not fresh:
        kept = offer.count
    return plan(state, command.model_copy(update={"count": kept}), account, facts)


def promise(
    state: State,
    command: ProposePayment | CorrectSlot,
    kinds: set[str],
    account: AccountFacts,
    facts: Facts,
) -> Decision:
    """A day and an amount: both are needed, and asked for one at a time."""
    pending = state.pending.kind if state.pending else None
    amount, day = as_said(command.amount, account.currency), command.on
    if day is not None and day < facts.today:
        return _ask_date("date.past", amount, state.pending.offer if state.pending else "")
    if amount is not None and day is None and _is_of_a_part(state):
        return plan(state, AskPlan(each=amount), account, facts)
    if isinstance(command, CorrectSlot) and command.count:
        return plan(state, AskPlan(count=command.count, on=day), account, facts)
    if isinstance(command, ProposePayment) and command.fraction is not None and amount is None:
        amount = _share(account, command.fraction)
    offer = _meant(state, day) if amount is None else None
    if offer is None and state.pending is not None and pending != "offer_choice":
        offer = state.offer(state.pending.offer)
    if pending == "offer_choice" and offer is not None and day is not None:
        return confirm(offer) if offer.schedule[0].due_on == day else _move(state, offer, day)
    if pending in ("offer_confirm", "payment_date") and offer is not None:
        if (amount is None and day is None) and kinds & {"affirm", "accept_offer"}:
            return Decision(acts=(Accept(offer=offer.ref),))
        same_total = amount in (None, Money(offer.total_minor, offer.currency).to_decimal())
        same_day = day in (None, offer.schedule[0].due_on)
        if same_total and same_day and kinds & {"affirm", "accept_offer"}:
            return Decision(acts=(Accept(offer=offer.ref),))
        if day is not None and day >= facts.today and same_total and offer.kind != "promise":
            # "no, el 15": the same arrangement from another day.
            return _move(state, offer, day)
        if offer.kind == "promise" and day is not None and _is_the_rest(offer, amount, day):
            first = Money(offer.total_minor, offer.currency).to_decimal()
            both = AskPlan(count=2, first=first, on=offer.schedule[0].due_on, rest_on=day)
            return plan(state, both, account, facts)
        if offer.kind == "plan" and amount is not None and isinstance(command, CorrectSlot):
            first_on = day or offer.schedule[0].due_on
            other = AskPlan(
                count=offer.count, first=amount, on=first_on, rest_on=_own_day(offer, first_on)
            )
            return plan(state, other, account, facts)
        if offer.kind == "promise":
            amount = amount or Money(offer.total_minor, offer.currency).to_decimal()
            day = day or offer.schedule[0].due_on
    if pending in ("payment_date", "payment_amount", "offer_choice"):
        amount, day = amount or state.amount, day or state.on
    if command.vague and day is None and amount is None:
        return _which_day(state)
    if amount is None and day is None:
        return ask(state, account, Propose(account=account.ref))
    if amount is not None and (
        amount <= 0 or amount > account.balance.to_decimal() * _OVER or _too_fine(amount, account)
    ):
        return Decision(
            says=(say("amount.too_high", balance=money(account.balance)),),
            changes={
                "pending": Pending(kind="payment_amount").model_dump(mode="json"),
                "amount": None,
                "on": day.isoformat() if day else None,
            },
        )
    if day == facts.today and amount in (None, account.balance.to_decimal()):
        return Decision(acts=(SendLink(account=account.ref),))
    return ask(state, account, Propose(account=account.ref, want="promise", amount=amount, on=day))


def pay_now(
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
    return promise(state, part, kinds, account, facts)


def _is_of_a_part(state: State) -> bool:
    """Whether a bare amount is that of one part: only plans are shown, or that was asked."""
    if any(part.template == "cannot.how_much" for part in state.said):
        return True
    if state.pending is None or state.pending.kind not in ("offer_choice", "offer_confirm"):
        return False
    if state.pending.kind == "offer_confirm":
        offer = state.offer(state.pending.offer)
        return offer is not None and offer.kind == "plan"
    offers = [state.offer(ref) for ref in state.pending.options]
    return all(offer is not None and offer.count > 1 for offer in offers)


def _meant(state: State, day: date | None) -> OfferFacts | None:
    """Of several offers that are shown the one from that day, else the first of them."""
    if state.pending is None or state.pending.kind != "offer_choice" or day is None:
        return None
    offers = [offer for offer in map(state.offer, state.pending.options) if offer is not None]
    same = (offer for offer in offers if offer.schedule[0].due_on == day)
    return next(same, offers[0] if offers else None)


def _move(state: State, offer: OfferFacts, day: date) -> Decision:
    """The same arrangement from another day: its amounts and rhythm stay."""
    total = Money(offer.total_minor, offer.currency).to_decimal()
    act = Propose(account=offer.account, want="promise", amount=total, on=day)
    if offer.kind == "settlement":
        act = Propose(account=offer.account, want="settlement", amount=total, on=day)
    elif offer.count > 1:
        count, first, each = _shape(offer)
        rest_on = _own_day(offer, day)
        act = Propose(
            account=offer.account,
            want="plan",
            count=count,
            first=first,
            each=each,
            on=day,
            frequency=rhythm_of(offer),
            rest_on=rest_on,
        )
    return Decision(acts=(act,))


def _is_the_rest(offer: OfferFacts, amount: Decimal | None, day: date) -> bool:
    """Whether an amount and day are what a promise of a part leaves open: "and the other 700"."""
    left = Money(offer.left_minor, offer.currency).to_decimal()
    return amount is not None and amount == left and day > offer.schedule[0].due_on


def _own_day(offer: OfferFacts, first_on: date) -> date | None:
    """The second day of two that keep no rhythm: it stays where it is when the first moves."""
    if offer.count != 2:
        return None
    second = offer.schedule[1].due_on
    return None if keeps_rhythm(offer) or second <= first_on else second


def _shape(offer: OfferFacts) -> tuple[int | None, Decimal | None, Decimal | None]:
    """The count, first part and usual part that make such a plan again; None where they follow."""
    amounts = [part.amount_minor for part in offer.schedule]
    if is_even(offer):
        return offer.count, None, None
    first, second = (Money(minor, offer.currency).to_decimal() for minor in amounts[:2])
    if first == second:
        return None, None, second
    return offer.count, first, None


def _which_day(state: State) -> Decision:
    """A time that is no day: asked for once more, then a person finds it out."""
    waiting = state.pending is not None and state.pending.kind == "payment_date"
    if waiting and state.failures >= 1:
        return hand_off("not_understood", say("handoff.not_understood"))
    asked = _ask_date("date.which", offer=state.pending.offer if state.pending else "")
    failures = state.failures + 1 if waiting else 0
    return asked.model_copy(update={"changes": {**asked.changes, "failures": failures}})


def _ask_date(template: str, amount: Decimal | None = None, offer: str = "") -> Decision:
    return Decision(
        says=(say(template),),
        changes={
            "pending": Pending(kind="payment_date", offer=offer).model_dump(mode="json"),
            "amount": None if amount is None else str(amount),
            "on": None,
        },
    )


def _share(account: AccountFacts, fraction: Decimal) -> Decimal:
    """A share of the debt in the amounts that its country is used to."""
    step = quantum(account.currency)
    steps = (account.balance_minor * fraction / step).to_integral_value(rounding=ROUND_HALF_UP)
    minor = account.balance_minor if fraction == 1 else int(steps) * step
    return Money(minor, account.currency).to_decimal()


def _too_fine(amount: Decimal, account: AccountFacts) -> bool:
    scaled = amount.scaleb(exponent(account.currency))
    return scaled != scaled.to_integral_value()


def choose(state: State, command: Choose, account: AccountFacts, facts: Facts) -> Decision:
    """One of the offers that were shown, by its number or by what it is like. A number beyond the
    list is one of parts: "better 5"."""
    if state.pending is None or state.pending.kind != "offer_choice":
        return Decision(says=ask_again(state) or (say("open.help"),))
    options = state.pending.options
    if not command.by and command.position > len(options):
        return plan(state, AskPlan(count=command.position), account, facts)
    wanted = _like(state, options, command.by) if command.by else pick(options, command.position)
    offer = state.offer(wanted)
    if offer is None:
        return Decision(says=(say("repair.choice"),))
    return confirm(offer)


def _like(state: State, options: tuple[str, ...], by: str) -> str:
    """The option with the smallest or the fewest parts."""
    offers = [offer for offer in map(state.offer, options) if offer is not None]
    if not offers:
        return ""
    if by == "shortest":
        return min(offers, key=lambda offer: offer.count).ref
    return min(offers, key=lambda offer: offer.schedule[0].amount_minor).ref


def short_of_money(state: State, account: AccountFacts, facts: Facts) -> Decision:
    """Smaller parts first; then what they could pay; then a person, and reminders rest."""
    offered = state.pending is not None and state.pending.kind != "open"
    if state.rejections == 0 and not offered:
        smaller = ask(state, account, Propose(account=account.ref, want="plan", lowest=True))
        if not any(isinstance(act, Propose) for act in smaller.acts):
            return smaller
        form = (SendForm(account=account.ref),) if facts.flow.asks_capacity else ()
        return smaller.model_copy(
            update={
                "acts": (*form, *smaller.acts),
                "says": (say("cannot.note"),),
                "changes": {**smaller.changes, "rejections": 1},
            }
        )
    rejections = state.rejections + 1
    asked = state.pending is not None and state.pending.kind == "proposal"
    if rejections >= MAX_REJECTIONS or (asked and state.rejections > 0):
        return Decision(
            acts=(OpenCase(case="hardship", account=account.ref), HandOff(reason="hardship")),
            says=(say("case.hardship"),),
            changes={"pending": None, "rejections": 0, "handed_off": "hardship"},
        )
    return Decision(
        says=(say("cannot.how_much"),),
        changes={
            "pending": Pending(kind="proposal").model_dump(mode="json"),
            "rejections": rejections,
        },
    )


def accepted(state: State, account: AccountFacts, facts: Facts) -> Decision:
    """A yes: to an offer that was read back it agrees, to a list it takes the first."""
    if state.pending is not None and state.pending.kind == "offer_confirm":
        return Decision(acts=(Accept(offer=state.pending.offer),))
    if state.pending is not None and state.pending.kind == "offer_choice":
        # The best one comes first; it is read back in full before anything is agreed.
        offer = state.offer(state.pending.options[0])
        if offer is None or offer.kind == "full":
            return Decision(says=(say("repair.choice"),))
        return confirm(offer)
    if state.pending is not None and state.pending.kind == "open":
        return ask(state, account, Propose(account=account.ref))
    if state.pending is not None:
        # "Yes" to "which day?": asked again once, then a person.
        if state.failures >= 1:
            return hand_off("not_understood", say("handoff.not_understood"))
        return Decision(says=ask_again(state), changes={"failures": state.failures + 1})
    return Decision(says=(say("open.later"),))


def rejected(state: State, account: AccountFacts, facts: Facts) -> Decision:
    """A no: ask what would suit, in the end call a person. To "what could you pay?" it is answered
    with offers, where the flow goes on so."""
    if "offer" in facts.flow.steps and any(part.template == "opening.ask" for part in state.said):
        return ask(state, account, Propose(account=account.ref))
    if state.pending is None or state.pending.kind == "open":
        return Decision(says=(say("open.later"),), changes={"pending": None})
    rejections = state.rejections + 1
    if rejections >= MAX_REJECTIONS:
        return hand_off("no_agreement", say("handoff.done"), {"rejections": 0})
    return Decision(
        says=(say("proposal.ask" if rejections == 1 else "cannot.how_much"),),
        changes={
            "pending": Pending(kind="proposal").model_dump(mode="json"),
            "rejections": rejections,
        },
    )
