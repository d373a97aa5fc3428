"""Which rules of the lexicon a message matches, and which readings exclude each other."""

from __future__ import annotations

import re
from dataclasses import dataclass

from acuerdo.assistant.nlu.lexicon import RULES

_NEGATED = re.compile(
    r"\b(?:no|nao|not|nunca|never|sin|tampoco|can'?t|cannot|won'?t|don'?t|didn'?t|haven'?t"
    r"|todavia\s+no|ainda\s+nao)(?:\s+(?:me|le|les|lo|la|te|he|have|been|eu|i))*\s*$"
)
# Intents that a "no" right before them turns into something else.
_DENIABLE = {
    "propose_payment",
    "request_link",
    "accept_offer",
    "confirm_identity",
    "claim_paid",
    "ask_plan",
    "callback",
    "opt_out",
    "switch_language",
}
_NOT_A_REFUSAL = re.compile(
    r"\b(?:no\s+es\s+que\s+no|nao\s+e\s+que\s+(?:eu\s+)?nao|(?:it'?s\s+)?not\s+that\s+i)\b"
)
_QUESTION_WORD = re.compile(
    r"^(?:cuant|quant|how|what|que\b|cual|qual|tell|know|a\s+cuanto|o\s+que)"
)
# Anger at being contacted: a complaint where there was no reason to (any more).
_GRIEVANCE = re.compile(
    r"\b(?:keeps?\s+(?:on\s+)?(?:text|call|messag|ring|email|contact|harass|bother|threaten)ing"
    r"|(?:sigu(?:en|e|is)|continu(?:an|a|am|ais))\s+(?:\w+\s+){0,2}"
    r"(?:llam|escrib|mand|cobr|molest|amenaz|lig|ameac|enche|acos|perturb)\w*ndo\w*"
    r"|llam(?:e|en)\s+y\s+llam(?:e|en)|(?:ligam|liga)\s+e\s+(?:ligam|liga)"
    r"|falta\s+de\s+respe[it]to|disrespect\w*)\b"
)
_NO_REASON_TO_CALL = {"report_deceased", "claim_paid"}
_ACCENTED_YES = re.compile(r"^\W*s\u00ed\b", re.I)


@dataclass(frozen=True, slots=True)
class Hit:
    """An intent, the rule that showed it and where."""

    intent: str
    rule: str
    start: int
    end: int
    confidence: float


def find_hits(folded: str, original: str) -> dict[str, Hit]:
    """The first match of each intent that stands, by intent."""
    found: dict[str, Hit] = {}
    for rule in RULES:
        if rule.intent in found:
            continue
        for match in rule.pattern.finditer(folded):
            if match.start() == match.end():
                continue
            if rule.intent in _DENIABLE and _NEGATED.search(folded[: match.start()]):
                continue
            found[rule.intent] = Hit(
                rule.intent, rule.name, match.start(), match.end(), rule.confidence
            )
            break
    unwarranted = "complaint" not in found and _NO_REASON_TO_CALL & found.keys()
    if unwarranted and (anger := _GRIEVANCE.search(folded)):
        found["complaint"] = Hit(
            "complaint", "complaint.grievance", anger.start(), anger.end(), 0.9
        )
    if "affirm" not in found and (accented := _ACCENTED_YES.match(original)):
        found["affirm"] = Hit("affirm", "affirm.accent", accented.start(), accented.end(), 0.9)
    return _compatible(folded, found)


def _compatible(folded: str, hits: dict[str, Hit]) -> dict[str, Hit]:
    """Drop readings that another one of the same words explains better."""

    def drop(*intents: str) -> None:
        for intent in intents:
            hits.pop(intent, None)

    if _NOT_A_REFUSAL.search(folded):
        drop("refuse_to_pay", "negate")
    if "reject_offer" in hits:
        drop("accept_offer")
    if "refuse_to_pay" in hits:
        drop("propose_payment", "request_link", "negate")
    if "dispute" in hits or "claim_paid" in hits:
        drop("propose_payment", "ask_plan", "request_link", "accept_offer", "confirm_identity")
        drop("affirm", "negate", "ask_why")
    if "deny_identity" in hits:
        drop("negate", "confirm_identity", "dispute", "who_are_you")
    if "opt_out" in hits:
        drop("negate", "callback")
    rejection = hits.get("reject_offer")
    if "hardship" in hits and rejection and rejection.rule == "reject_offer.extra":
        # "not enough for that instalment" is about the offer, not about the person's life.
        drop("hardship")
    if "hardship" in hits:
        drop("refuse_to_pay", "reject_offer")
    if "?" in folded:
        # Who asks has not agreed yet.
        drop("accept_offer", "affirm")
    if "request_human" in hits:
        drop("callback", "confirm_identity")
    balance = hits.get("ask_balance")
    negotiating = {"dispute", "claim_paid", "request_link", "propose_payment", "ask_plan"}
    if (
        balance
        and negotiating & hits.keys()
        and not _QUESTION_WORD.match(folded[balance.start : balance.end])
    ):
        drop("ask_balance")
    if "ask_methods" in hits and "request_link" in hits:
        drop("ask_methods")
    if "ask_methods" in hits or "ask_discount" in hits:
        drop("propose_payment")
    if "ask_due" in hits and not re.search(r"\d", folded):
        drop("propose_payment")
    return hits
