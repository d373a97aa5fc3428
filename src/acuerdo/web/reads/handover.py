"""What the assistant hands over with a conversation, in words: for the one who goes on with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from acuerdo.cases.models import Task
from acuerdo.core.money import Money
from acuerdo.reporting.texts import word_of

_STEPS: Final[dict[str, str | Promise]] = {
    "answer": gettext_lazy("Answer what was asked"),
    "review_case": gettext_lazy("Look at the case"),
    "look_for_payment": gettext_lazy("Look for the payment"),
    "find_sustainable_payment": gettext_lazy("Find a payment that can be kept"),
    "answer_complaint": gettext_lazy("Answer the complaint"),
    "verify_death": gettext_lazy("Have the death confirmed"),
    "verify_identity": gettext_lazy("Find out who speaks, before anything is told"),
    "negotiate": gettext_lazy("Negotiate: the offers below were not enough"),
    "update_contact": gettext_lazy("Bring phone and address up to date"),
    "send_documents": gettext_lazy("Send the papers of the debt"),
    "agree_on_contact": gettext_lazy("Agree on how they want to be written to"),
}
_MOODS: Final[dict[str, tuple[str | Promise, str]]] = {
    "angry": (gettext_lazy("angry"), "bad"),
    "complaining": (gettext_lazy("complains"), "warn"),
    "distrustful": (gettext_lazy("fears a fraud"), "warn"),
    "in_trouble": (gettext_lazy("in trouble"), "warn"),
    "unwilling": (gettext_lazy("does not want to pay"), "warn"),
    "disputing": (gettext_lazy("disputes the debt"), "warn"),
    "willing": (gettext_lazy("wants to pay"), "good"),
}
_QUESTIONS: Final[dict[str, str | Promise]] = {
    "verification": gettext_lazy("the proof of identity"),
    "offer": gettext_lazy("whether an offer suits"),
    "account": gettext_lazy("which account it is about"),
    "date": gettext_lazy("on what day they could pay"),
    "amount": gettext_lazy("how much they could pay"),
    "proposal": gettext_lazy("what they propose"),
    "opening": gettext_lazy("what they could pay, and when"),
    "cannot": gettext_lazy("what instalment they can manage"),
    "callback": gettext_lazy("when to call"),
    "contact": gettext_lazy("whether this is a good place to write to"),
}


@dataclass(frozen=True, slots=True)
class OfferLine:
    """An offer that was shown, with its days and amounts."""

    title: str
    total: Money
    discount: Money | None
    parts: list[tuple[date, Money]]


@dataclass(frozen=True, slots=True)
class Handover:
    """The packet of a task in words; what it does not have is empty."""

    reason: str
    next_step: str
    mood: str
    mood_tone: str
    offers: list[OfferLine]
    agreed: list[tuple[str, Money]]
    answered: list[str]
    open_questions: list[str]


def read_handover(tasks: Sequence[Task]) -> Handover | None:
    """What the newest of these tasks brought along; None where none came from a conversation."""
    handed = [task for task in tasks if task.packet.get("next_step") in _STEPS]
    if not handed:
        return None
    packet = max(handed, key=lambda task: task.pk).packet
    mood, tone = _MOODS.get(str(packet.get("mood", "")), ("", ""))
    asked = [(_question(one), bool(one.get("answered"))) for one in packet.get("asked", ())]
    return Handover(
        reason=word_of(str(packet.get("reason", ""))),
        next_step=str(_STEPS[packet["next_step"]]),
        mood=str(mood),
        mood_tone=tone,
        offers=[_offer(one) for one in packet.get("offers_shown", ()) if one.get("schedule")],
        agreed=[_agreed(one) for one in packet.get("promises", ()) if isinstance(one, dict)],
        answered=[words for words, answered in asked if words and answered],
        open_questions=[words for words, answered in asked if words and not answered],
    )


def _question(one: Mapping[str, Any]) -> str:
    return str(_QUESTIONS.get(str(one.get("question")), ""))


def _offer(one: Mapping[str, Any]) -> OfferLine:
    currency = str(one["currency"])
    count = int(one["count"])
    discount = int(one.get("discount_minor", 0))
    if count > 1:
        title = ngettext("%(n)s instalment", "%(n)s instalments", count) % {"n": count}
    else:
        title = _("One payment")
    return OfferLine(
        title=title,
        total=Money(int(one["total_minor"]), currency),
        discount=Money(discount, currency) if discount else None,
        parts=[
            (date.fromisoformat(part["due_on"]), Money(int(part["amount_minor"]), currency))
            for part in one["schedule"]
        ],
    )


def _agreed(one: Mapping[str, Any]) -> tuple[str, Money]:
    words = word_of(str(one["kind"]))
    return words[:1].upper() + words[1:], Money(int(one["total_minor"]), str(one["currency"]))
