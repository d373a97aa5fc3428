"""What came back from the rooms below, put into words: offers, agreements, links."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from acuerdo.assistant.dialogue.model import (
    Act,
    Agreed,
    Decision,
    Facts,
    HandOff,
    Linked,
    OfferFacts,
    OfferKind,
    Pending,
    Propose,
    Proposed,
    SendLink,
    State,
)
from acuerdo.assistant.dialogue.values import (
    CountValue,
    DateValue,
    FactValue,
    MoneyValue,
    OptionsValue,
    ReplyPart,
    ScheduleValue,
    UrlValue,
)

_SHOWN = 3
_REMEMBERED = 12


def after_proposal(state: State, act: Act, outcome: Proposed, facts: Facts) -> Decision:
    """Read one offer back in full, or show the nearest ones, or call a person."""
    offers = (outcome.exact,) if outcome.exact else outcome.nearest[:_SHOWN]
    if not offers:
        return person("no_offer", "offer.none")
    remembered = _remember(state, offers)
    if outcome.exact is not None:
        return _joined(confirm(outcome.exact), remembered)
    asked = isinstance(act, Propose) and act.want is not None
    if len(offers) == 1:
        decision = confirm(offers[0])
        lead = (part_of("offer.nearest"),) if asked else ()
        return _joined(decision.model_copy(update={"says": (*lead, *decision.says)}), remembered)
    lines = OptionsValue(items=tuple(_option(offer) for offer in offers))
    pending = Pending(kind="offer_choice", options=tuple(offer.ref for offer in offers))
    lead = (part_of("offer.nearest"),) if asked and not _open_question(act) else ()
    return Decision(
        says=(*lead, part_of("offer.choose", options=lines)),
        changes={"pending": pending.model_dump(mode="json"), **remembered},
    )


def _open_question(act: Act) -> bool:
    """Whether the debtor asked what there is, without terms that could be refused."""
    return isinstance(act, Propose) and not any(
        (act.count, act.first, act.each, act.amount, act.on)
    )


def after_agreement(state: State, outcome: Agreed) -> Decision:
    """Say exactly what was agreed, from the agreement's own rows, and how to pay."""
    offer = outcome.offer
    says = [_terms("agreed", offer)]
    if outcome.url:
        says.append(part_of("agreed.link", url=UrlValue(value=outcome.url)))
    return Decision(
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


def after_link(outcome: Linked) -> Decision:
    """Give the link, with the amount it is for."""
    part = part_of(
        "link.ready",
        amount=MoneyValue(minor=outcome.amount_minor, currency=outcome.currency),
        url=UrlValue(value=outcome.url),
    )
    return Decision(says=(part,), changes={"pending": None, "amount": None, "on": None})


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
    if kind == "settlement":
        values["discount"] = MoneyValue(minor=offer.discount_minor, currency=offer.currency)
    return ReplyPart(template=f"{prefix}.{name}", facts=values)


def _option(offer: OfferFacts) -> ReplyPart:
    first = offer.schedule[0]
    values: dict[str, FactValue] = {
        "total": MoneyValue(minor=offer.total_minor, currency=offer.currency),
        "first": MoneyValue(minor=first.amount_minor, currency=offer.currency),
        "due": DateValue(on=first.due_on),
    }
    if offer.count > 1:
        values["count"] = CountValue(value=offer.count)
        return ReplyPart(template="option.plan", facts=values)
    del values["first"]
    if offer.discount_minor:
        values["discount"] = MoneyValue(minor=offer.discount_minor, currency=offer.currency)
        return ReplyPart(template="option.settlement", facts=values)
    return ReplyPart(template="option.once", facts=values)


def _remember(state: State, offers: Sequence[OfferFacts]) -> dict[str, Any]:
    known = [offer for offer in state.offers if offer.ref not in {new.ref for new in offers}]
    kept = [*known, *offers][-_REMEMBERED:]
    return {"offers": [offer.model_dump(mode="json") for offer in kept]}


def _joined(decision: Decision, changes: dict[str, Any]) -> Decision:
    return decision.model_copy(update={"changes": {**changes, **decision.changes}})


def person(reason: str, template: str, **changes: Any) -> Decision:
    """Call a person, and say so."""
    return Decision(
        acts=(HandOff(reason=reason),),
        says=(part_of(template),),
        changes={"pending": None, **changes, "handed_off": reason},
    )


def part_of(template: str, **facts: FactValue) -> ReplyPart:
    """A reply part with its facts by name."""
    return ReplyPart(template=template, facts=facts)
