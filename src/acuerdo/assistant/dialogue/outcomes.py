"""What came back from the rooms below, put into words: offers, agreements, links."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from acuerdo.assistant.dialogue.contact import ask_contact
from acuerdo.assistant.dialogue.flow import in_order
from acuerdo.assistant.dialogue.informing import agreed
from acuerdo.assistant.dialogue.model import (
    Act,
    Agreed,
    Decision,
    Facts,
    FormLinked,
    Linked,
    OfferFacts,
    OfferKind,
    Pending,
    Propose,
    Proposed,
    SendLink,
    State,
)
from acuerdo.assistant.dialogue.steps import courtesy, hand_off, join, say
from acuerdo.assistant.dialogue.values import (
    CountValue,
    DateValue,
    Due,
    FactValue,
    MoneyValue,
    OptionsValue,
    ReplyPart,
    ScheduleValue,
    UrlValue,
    WordValue,
    money,
)
from acuerdo.core.money import Money, quantum

# Days from one part to the next of a plan by the week, fortnight or month, holidays included.
_RHYTHMS = ((7, 9), (14, 17), (28, 34))
_SHOWN = 3
# So often the same offers answer another wish; after that a person looks for a way.
_SAID_IN_VAIN = 2
_REMEMBERED = 12
_FORTNIGHT_AT_MOST, _WEEK_AT_MOST = 21, 10


def after_proposal(state: State, act: Act, outcome: Proposed, facts: Facts) -> Decision:
    """Read one offer back in full, or show the nearest ones, or call a person."""
    if outcome.outside == ("date_missing",) and isinstance(act, Propose) and act.amount:
        return _when(state, act, facts)
    nearest = outcome.nearest
    if _open_question(act):
        nearest = in_order(nearest, facts.flow.levers)
    offers = (outcome.exact,) if outcome.exact else nearest[:_SHOWN]
    if not offers:
        return hand_off("no_offer", say("offer.none"))
    shown = show(offers, _lead(state, act, outcome, facts))
    changes = {**remember(state, offers), **shown.changes}
    asked = isinstance(act, Propose) and act.want is not None
    if outcome.exact is None and asked and _were_shown(state, offers):
        if state.rejections >= _SAID_IN_VAIN:
            return hand_off("no_agreement", say("offer.none"), {"rejections": 0})
        changes["rejections"] = state.rejections + 1
    return shown.model_copy(update={"changes": changes})


def show(offers: Sequence[OfferFacts], lead: tuple[ReplyPart, ...]) -> Decision:
    """Read one offer back in full, or list several, after what leads to them."""
    if len(offers) == 1:
        decision = confirm(offers[0])
        return decision.model_copy(update={"says": (*lead, *decision.says)})
    lines = OptionsValue(items=tuple(_option(offer) for offer in offers))
    pending = Pending(kind="offer_choice", options=tuple(offer.ref for offer in offers))
    return Decision(
        says=(*lead, say("offer.choose", options=lines)),
        changes={"pending": pending.model_dump(mode="json")},
    )


def _were_shown(state: State, offers: Sequence[OfferFacts]) -> bool:
    """Whether these very arrangements are what the debtor has just turned down."""
    if state.pending is None:
        return False
    shown = [state.offer(ref) for ref in state.pending.options or (state.pending.offer,)]
    return _terms_of(offers) == _terms_of([offer for offer in shown if offer is not None])


def _terms_of(offers: Sequence[OfferFacts]) -> list[tuple[OfferKind, int, tuple[Due, ...]]]:
    return [(offer.kind, offer.total_minor, offer.schedule) for offer in offers]


def _lead(state: State, act: Act, outcome: Proposed, facts: Facts) -> tuple[ReplyPart, ...]:
    """What is said before offers: that they take an agreement's place, or come from a person; why
    they are others than what was asked; that there is nothing better, and until when."""
    says: list[ReplyPart] = []
    ref = act.account if isinstance(act, Propose) else ""
    account = next((one for one in facts.accounts if one.ref == ref), None)
    if account is not None and account.agreed_next is not None:
        offered = state.pending is not None and state.pending.kind.startswith("offer")
        says += [*(() if offered else agreed(account)), say("agreement.replaces")]
    if outcome.granted:
        says.append(say("offer.granted"))
    elif outcome.exact is None and isinstance(act, Propose) and act.want is not None:
        says.extend(_why_not(act, outcome))
        until = min((one.until for one in outcome.nearest if one.until), default=None)
        haggles = act.want in ("plan", "settlement") and not _open_question(act)
        if outcome.final and until is not None and state.offers and haggles:
            says.append(say("offer.final", until=DateValue(on=until)))
    return tuple(says)


def _when(state: State, act: Propose, facts: Facts) -> Decision:
    """The amount may be agreed: only its day is missing. Who told us when they are paid is not
    asked again: that day is proposed, and read back."""
    if facts.pay_day is not None and not state.rejections:
        return Decision(
            acts=(act.model_copy(update={"on": facts.pay_day}),), says=(say("date.known"),)
        )
    account = next(account for account in facts.accounts if account.ref == act.account)
    amount = Money.from_decimal(act.amount or 0, account.currency)
    pending = Pending(kind="payment_date")
    return Decision(
        says=(say("date.ask", amount=money(amount)),),
        changes={
            "pending": pending.model_dump(mode="json"),
            "amount": str(act.amount),
            "on": None,
        },
    )


def _open_question(act: Act) -> bool:
    """Whether the debtor asked what there is, without terms that could be refused."""
    return isinstance(act, Propose) and not any(
        (act.count, act.first, act.each, act.amount, act.percent)
    )


# What did not fit is said where a sentence helps to propose something else; it names no limit.
_EXPLAINED = frozenset(
    {
        "not_a_business_day",
        "too_late",
        "too_many_instalments",
        "instalment_too_low",
        "down_payment_too_low",
        "amount_too_low",
        "discount_too_high",
        "discount_not_offered",
    }
)


def _why_not(act: Act, outcome: Proposed) -> tuple[ReplyPart, ...]:
    if isinstance(act, Propose) and act.lowest:
        return ()
    let_off = any(offer.discount_minor for offer in outcome.nearest)
    if isinstance(act, Propose) and act.want == "settlement" and not let_off:
        return (say("why_not.discount_not_offered"),)
    code = next((code for code in outcome.outside if code in _EXPLAINED), "")
    if code:
        return (say(f"why_not.{code}"),)
    return () if _open_question(act) else (say("offer.nearest"),)


def after_agreement(state: State, outcome: Agreed, facts: Facts) -> Decision:
    """Say exactly what was agreed, from the agreement's own rows, and how to pay; then whatever
    the flow wants to ask or say at the end."""
    offer = outcome.offer
    says = [_terms("agreed", offer)]
    if outcome.url:
        says.append(say("agreed.link", url=UrlValue(value=outcome.url)))
    done = Decision(
        says=tuple(says),
        changes={
            "pending": None,
            "rejections": 0,
            "amount": None,
            "on": None,
            "agreement": outcome.agreement,
            "promises": [*state.promises, outcome.agreement],
        },
    )
    if facts.flow.asks_contact and not state.promises:
        return join(done, ask_contact())
    if "social.bye" in facts.flow.own_texts(state.language or facts.language):
        return join(done, Decision(says=(courtesy("bye", facts),)))
    return done


def after_link(outcome: Linked) -> Decision:
    """Give the link, with the amount it is for."""
    part = say(
        "link.ready",
        amount=MoneyValue(minor=outcome.amount_minor, currency=outcome.currency),
        url=UrlValue(value=outcome.url),
    )
    return Decision(says=(part,), changes={"pending": None, "amount": None, "on": None})


def after_form(outcome: FormLinked) -> Decision:
    """Give the link to the form of income and expenses."""
    return Decision(says=(say("cannot.capacity", url=UrlValue(value=outcome.url)),))


def confirm(offer: OfferFacts) -> Decision:
    """Read an offer back in full and wait for a yes; what is paid in full now needs a link."""
    if offer.kind == "full":
        return Decision(acts=(SendLink(account=offer.account),))
    pending = Pending(kind="offer_confirm", offer=offer.ref)
    return Decision(
        says=(_terms("offer", offer),), changes={"pending": pending.model_dump(mode="json")}
    )


def _terms(prefix: str, offer: OfferFacts) -> ReplyPart:
    """All of an offer in words: its amounts to the cent and its dates in full."""
    values: dict[str, FactValue] = {
        "total": MoneyValue(minor=offer.total_minor, currency=offer.currency)
    }
    kind: OfferKind = offer.kind
    if offer.count > 1:
        values["count"] = CountValue(value=offer.count)
        values["schedule"] = ScheduleValue(items=offer.schedule, currency=offer.currency)
        name = "settlement_plan" if kind == "settlement" else "plan"
    else:
        values["due"] = DateValue(on=offer.schedule[0].due_on)
        name = {"plan": "promise", "full": "promise"}.get(kind, kind)
    if name == "promise" and offer.left_minor > 0:
        values["left"] = MoneyValue(minor=offer.left_minor, currency=offer.currency)
        name = "promise_part"
    if kind == "settlement":
        values["discount"] = MoneyValue(minor=offer.discount_minor, currency=offer.currency)
    return ReplyPart(template=f"{prefix}.{name}", facts=values)


def _option(offer: OfferFacts) -> ReplyPart:
    first = offer.schedule[0]
    values: dict[str, FactValue] = {"due": DateValue(on=first.due_on)}
    if offer.count == 2 and not (keeps_rhythm(offer) and is_even(offer)):
        second = offer.schedule[1]
        values["first"] = MoneyValue(minor=first.amount_minor, currency=offer.currency)
        values["rest"] = MoneyValue(minor=second.amount_minor, currency=offer.currency)
        values["rest_due"] = DateValue(on=second.due_on)
        return ReplyPart(template="option.two", facts=values)
    if offer.count > 1:
        values["count"] = CountValue(value=offer.count)
        values["rhythm"] = WordValue(name=rhythm_of(offer))
        values["first"] = MoneyValue(minor=first.amount_minor, currency=offer.currency)
        return ReplyPart(template="option.plan", facts=values)
    values["total"] = MoneyValue(minor=offer.total_minor, currency=offer.currency)
    if offer.discount_minor:
        values["discount"] = MoneyValue(minor=offer.discount_minor, currency=offer.currency)
        return ReplyPart(template="option.settlement", facts=values)
    return ReplyPart(template="option.once", facts=values)


def keeps_rhythm(offer: OfferFacts) -> bool:
    """Whether an offer of two parts has them a week, a fortnight or a month apart."""
    first, second = (part.due_on for part in offer.schedule)
    return any(low <= (second - first).days <= high for low, high in _RHYTHMS)


def rhythm_of(offer: OfferFacts) -> Literal["weekly", "biweekly", "monthly"]:
    """How often a part is due: holidays move a day by a few, never a month into a fortnight."""
    gap = (offer.schedule[1].due_on - offer.schedule[0].due_on).days
    if gap > _FORTNIGHT_AT_MOST:
        return "monthly"
    return "biweekly" if gap > _WEEK_AT_MOST else "weekly"


def is_even(offer: OfferFacts) -> bool:
    """Whether its parts are equal but for a rounding step."""
    amounts = [part.amount_minor for part in offer.schedule]
    return max(amounts) - min(amounts) <= quantum(offer.currency)


def remember(state: State, offers: Sequence[OfferFacts]) -> dict[str, Any]:
    """The change of state that keeps these offers for when they are accepted."""
    known = [offer for offer in state.offers if offer.ref not in {new.ref for new in offers}]
    kept = [*known, *offers][-_REMEMBERED:]
    return {"offers": [offer.model_dump(mode="json") for offer in kept]}
