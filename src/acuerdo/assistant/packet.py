"""What a person should know before they answer: ids, figures and codes, never what was said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from acuerdo.agreements.models import Agreement
from acuerdo.assistant.dialogue.model import TURN_DECISION, OfferFacts, TurnDecision
from acuerdo.assistant.dialogue.replies import asks
from acuerdo.assistant.flows.scope import Debt
from acuerdo.conversations.known import Known
from acuerdo.portfolio.models import Account

SHOWN: Final = 6
"""How many of the newest offers and agreements go along."""

# What the person who takes over should do first, by the reason of the hand-off.
NEXT_STEPS: Mapping[str, str] = {
    "crisis": "call_now",
    "asked": "answer",
    "dispute": "review_case",
    "already_paid": "look_for_payment",
    "hardship": "find_sustainable_payment",
    "complaint": "answer_complaint",
    "deceased": "verify_death",
    "verification_locked": "verify_identity",
    "not_verified": "verify_identity",
    "not_verifiable": "verify_identity",
    "no_offer": "negotiate",
    "no_agreement": "negotiate",
    "complex": "negotiate",
    "paused": "review_case",
    "update_contact": "update_contact",
    "documents": "send_documents",
    "wants_to_pay_after_stop": "agree_on_contact",
}

# What tells of a mood, by the command; the first that was heard names it.
_MOODS: Mapping[str, str] = {
    "crisis": "in_danger",
    "abuse": "angry",
    "complaint": "complaining",
    "report_fraud_fear": "distrustful",
    "hardship": "in_trouble",
    "cannot_pay": "in_trouble",
    "refuse_to_pay": "unwilling",
    "dispute": "disputing",
    "accept_offer": "willing",
    "propose_payment": "willing",
    "ask_plan": "willing",
    "request_link": "willing",
}
# What says nothing of a wish: it answers, or is courteous.
_NO_WISH: Final = frozenset(
    "affirm negate small_talk unknown repeat give_document confirm_identity choose correct_slot"
    " switch_language abuse request_human".split()
)


def build_packet(
    *,
    reason: str,
    level: str,
    channel: str,
    sequence: int,
    accounts: Sequence[Account],
    debts: Mapping[int, Debt],
    offers: Sequence[OfferFacts],
    promises: Sequence[str],
    decisions: Sequence[dict[str, Any] | None],
    wishes: Sequence[str],
    known: Sequence[Known],
) -> dict[str, Any]:
    """The packet of a hand-off. `decisions` are those of the turns before this one, `wishes` the
    kinds of command of this one."""
    turns = [TURN_DECISION.validate_python(one) for one in decisions if one and one.get("commands")]
    kinds = [command.kind for turn in turns for command in turn.commands] + list(wishes)
    return {
        "level": level,
        "channel": channel,
        "turn": sequence,
        "accounts": [
            {
                "account": account.pk,
                "product": account.product,
                "balance_minor": debts[account.pk].balance.minor,
                "currency": account.currency,
                "dpd": debts[account.pk].dpd,
            }
            for account in accounts
        ],
        "offers_shown": [_offer(offer) for offer in offers[-SHOWN:]],
        "promises": _agreements(promises[-SHOWN:]),
        "mood": mood_of(kinds),
        "wishes": list(dict.fromkeys(kind for kind in kinds if kind not in _NO_WISH)),
        "asked": questions_of(turns),
        "known": [_known(one) for one in known],
        "next_step": NEXT_STEPS.get(reason, "answer"),
    }


def _known(one: Known) -> dict[str, Any]:
    """What need not be asked again, without the answer: that is on the page."""
    return {
        "kind": one.kind,
        "source": one.source,
        "channel": one.channel,
        "at": one.at.isoformat() if one.at else "",
        "good": one.is_good,
    }


def _offer(offer: OfferFacts) -> dict[str, Any]:
    return {
        "offer": offer.ref,
        "kind": offer.kind,
        "count": offer.count,
        "total_minor": offer.total_minor,
        "discount_minor": offer.discount_minor,
        "currency": offer.currency,
        "schedule": [part.model_dump(mode="json") for part in offer.schedule],
    }


def _agreements(refs: Sequence[str]) -> list[dict[str, Any]]:
    """What was agreed in this conversation, from its rows."""
    rows = Agreement.objects.filter(public_id__in=refs).order_by("pk")
    return [
        {
            "agreement": str(row.public_id),
            "kind": row.kind,
            "state": row.state,
            "total_minor": row.total_minor,
            "currency": row.currency,
        }
        for row in rows
    ]


def mood_of(kinds: Sequence[str]) -> str:
    """How somebody seems by what they meant, the heaviest first; empty where nothing tells."""
    heard = Counter(_MOODS[kind] for kind in kinds if kind in _MOODS)
    return next((mood for mood in dict.fromkeys(_MOODS.values()) if heard[mood]), "")


def questions_of(turns: Sequence[TurnDecision]) -> list[dict[str, Any]]:
    """What was asked, each once, and whether it was answered: a question that came again in the
    next turn was not."""
    found: dict[str, bool] = {}
    before = ""
    for turn in turns:
        said = [part for step in turn.steps for part in step.changes.get("said", ())]
        names = [str(part["template"]) for part in said]
        question = next((name for name in reversed(names) if asks(name)), "")
        if before:
            found[_topic(before)] = _topic(question) != _topic(before) if question else True
        if question:
            found.setdefault(_topic(question), False)
        before = question
    return [{"question": topic, "answered": answered} for topic, answered in found.items()]


def _topic(template: str) -> str:
    """Questions that are one in other words."""
    name, _dot, rest = template.partition(".")
    if name == "repair":
        return {"offer_confirm": "offer", "choice": "offer"}.get(rest, rest)
    return name
