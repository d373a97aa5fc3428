"""A question of the creditor's FAQ: answered beside whatever is under way, which then goes on."""

from __future__ import annotations

from collections.abc import Sequence

from acuerdo.assistant.commands import AskFaq, Command
from acuerdo.assistant.dialogue.asked import Answered, AnswerQuestion
from acuerdo.assistant.dialogue.identify import ask_who
from acuerdo.assistant.dialogue.model import (
    Decision,
    Facts,
    State,
)
from acuerdo.assistant.dialogue.steps import ask_again, say
from acuerdo.assistant.dialogue.values import AnswerValue, TextValue


def look_up(state: State, commands: Sequence[Command], facts: Facts) -> Decision | None:
    """Look for the answer; None where no question of the FAQ was asked."""
    asked = next((command for command in commands if isinstance(command, AskFaq)), None)
    if asked is None:
        return None
    act = AnswerQuestion(
        entry=asked.entry,
        account=state.account or facts.default_account,
        language=state.language or facts.language,
    )
    return Decision(acts=(act,))


def after_answer(state: State, act: AnswerQuestion, outcome: Answered, facts: Facts) -> Decision:
    """Say it, and put the open question again. What tells of a debt waits for the proof."""
    if outcome.private and not facts.verified:
        return ask_who(state, facts, (AskFaq(entry=act.entry),), opening="verification.ask")
    template = "faq.private" if outcome.private else "faq.answer"
    part = say(template, answer=AnswerValue(text=outcome.text, facts=outcome.facts))
    says = (part, *ask_again(state))
    if not state.introduced and not facts.verified:
        says = (say("introduction", creditor=TextValue(value=facts.creditor)), *says)
    return Decision(says=says, changes={"failures": 0, "introduced": True})
