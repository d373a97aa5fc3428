"""What conversations keep of people."""

from __future__ import annotations

from acuerdo.conversations.models import (
    Conversation,
    KnownFact,
    OneTimeCode,
    Satisfaction,
    Turn,
    Verification,
)
from acuerdo.portfolio.personal import PSEUDONYM, Personal, register_personal


def register() -> None:
    """Who spoke when, and what was decided, stays in the events; the words do not."""
    register_personal(
        Personal(
            Turn,
            {"text": "", "buttons": [], "understanding": {}, "decision": {}},
            via="conversation__debtor",
            at="occurred_at",
        ),
        Personal(Conversation, {"address": ""}),
        Personal(Satisfaction, {"comment": ""}, via="conversation__debtor", at="asked_at"),
        Personal(Verification, {"address": PSEUDONYM}, via="conversation__debtor"),
        Personal(KnownFact, {"value": ""}, at="learned_at"),
        Personal(OneTimeCode, {"address": "", "origin_hash": ""}, via="conversation__debtor"),
    )
