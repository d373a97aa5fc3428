"""Money talk with the right person: informs, asks what is missing, reads back, agrees.

It never computes an offer. It turns what the debtor said into a question to `agreements`, and
puts into words what came back.
"""

from __future__ import annotations

from collections.abc import Sequence
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
from acuerdo.assistant.dialogue.capacity import asked_now, begin, go_on
from acuerdo.assistant.dialogue.informing import inform
from acuerdo.assistant.dialogue.keeping import change_agreement
from acuerdo.assistant.dialogue.model import (
    AccountFacts,
    Decision,
    Facts,
    Pending,
    Propose,
    SendLink,
    State,
)
from acuerdo.assistant.dialogue.opening import (
    UNDER_REVIEW,
    is_for_person,
    opening,
    person_decides,
)
from acuerdo.assistant.dialogue.proposing import (
    accepted,
    ask,
    change,
    choose,
    pay_now,
    pick,
    plan,
    promise,
    rejected,
    short_of_money,
    with_first_part,
)
from acuerdo.assistant.dialogue.steps import (
    ask_again,
    hand_off,
    say,
    under,
    waiting,
)
from acuerdo.assistant.dialogue.values import (
    OptionsValue,
    TextValue,
    as_said,
    money,
)


def negotiate(state: State, commands: Sequence[Command], facts: Facts) -> Decision:
    """The decision on `commands` (without any: tell what is owed and what can be done)."""
    if not facts.accounts:
        return Decision(
            says=(say("no_debt"),), changes={"pending": None, "parked": (), "failures": 0}
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
    if not commands:
        return under({"failures": 0, **changes}, opening(state, account, facts))
    info = tuple(
        part
        for command in commands
        if isinstance(command, AskInfo)
        for part in inform(command, account, facts)
    )
    if is_for_person(account, commands):
        decision = person_decides(state)
    else:
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
    changed = change_agreement(state, commands, account, facts)
    if changed is not None:
        return changed
    if asked_now(state):
        told = go_on(state, commands, account)
        if told is not None:
            return told
    for command in commands:
        if isinstance(command, AskPlan):
            if _names_no_terms(command) and state.pending and state.pending.kind == "offer_choice":
                return Decision(says=ask_again(state))
            command = with_first_part(state, command, commands)
            if state.pending and state.pending.kind == "offer_confirm":
                return change(state, command, kinds, account, facts)
            return plan(state, command, account, facts)
        if isinstance(command, ProposePayment | CorrectSlot):
            return promise(state, command, kinds, account, facts)
    for command in commands:
        if isinstance(command, AskDiscount):
            return ask(
                state,
                account,
                Propose(
                    account=account.ref,
                    want="settlement",
                    amount=as_said(command.total, account.currency),
                    percent=command.percent,
                    on=command.on,
                ),
            )
        if isinstance(command, RequestLink):
            return pay_now(state, command, kinds, account, facts)
        if isinstance(command, Choose):
            return choose(state, command, account, facts)
    methods = any(isinstance(c, AskInfo) and c.topic == "methods" for c in commands)
    if methods and state.handed_off in UNDER_REVIEW:
        # "By transfer" says how it was paid: nobody is asked to pay again meanwhile.
        return waiting(state)
    if methods:
        return Decision(acts=(SendLink(account=account.ref),))
    if any(isinstance(c, AskInfo) and c.topic == "debt_docs" for c in commands):
        return hand_off("documents", say("handoff.done"))
    asked_something = any(isinstance(command, AskInfo) for command in commands)
    if "reject_offer" in kinds or ("negate" in kinds and "accept_offer" not in kinds):
        return rejected(state, account, facts)
    if kinds & {"accept_offer", "affirm"} and not asked_something:
        return accepted(state, account, facts)
    asks_here = account.asks_capacity and not facts.flow.asks_capacity
    if "cannot_pay" in kinds and asks_here and not account.paused:
        return begin()
    if "cannot_pay" in kinds:
        return short_of_money(state, account, facts)
    if "refuse_to_pay" in kinds:
        return Decision(says=(say("refuse.note"),), changes={"pending": None})
    if state.pending is not None and state.pending.kind not in ("open", "account_choice"):
        return Decision(says=ask_again(state))
    return _what_next(account)


def _names_no_terms(command: AskPlan) -> bool:
    """ "How much would each be?": the plans that are shown say it."""
    terms = (command.count, command.each, command.first, command.frequency, command.on)
    return not any(terms) and not command.lowest and not command.rest


def _what_next(account: AccountFacts) -> Decision:
    """After information: offer to look for a way to pay, where there is something to agree."""
    if account.paused or account.for_person or account.agreed_next is not None:
        return Decision(says=(say("open.help"),), changes={"pending": None})
    return Decision(
        says=(say("open.next"),),
        changes={"pending": Pending(kind="open").model_dump(mode="json")},
    )


def account_of(facts: Facts, ref: str) -> AccountFacts:
    """The account that an act was about."""
    return next(account for account in facts.accounts if account.ref == ref)


def _account(state: State, facts: Facts) -> AccountFacts | None:
    wanted = state.account or facts.default_account
    for account in facts.accounts:
        if account.ref == wanted:
            return account
    return facts.accounts[0] if len(facts.accounts) == 1 else None


def _which_account(state: State, commands: Sequence[Command], facts: Facts) -> Decision:
    lines = tuple(
        say(
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
        says=(say("account.choose", options=OptionsValue(items=lines)),),
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
            return pick(state.pending.options, command.position)
    return ""
