"""The 31 things a debtor's message can mean, and what a question asked before makes of an answer.

They are finer than the commands (`accept_offer` is an affirm here; `ask_why_charged` and
`ask_due_date` are one command with two topics): `fused.py` holds the way from one to the other.
"""

from __future__ import annotations

import re
from typing import Literal, get_args

Intent = Literal[
    "greet",
    "confirm_identity",
    "deny_identity",
    "deceased",
    "ask_balance",
    "ask_due_date",
    "ask_why_charged",
    "dispute_debt",
    "already_paid",
    "promise_to_pay",
    "ask_installments",
    "ask_discount",
    "hardship",
    "refuse_to_pay",
    "ask_payment_methods",
    "send_link",
    "ask_human",
    "callback_later",
    "stop_contact",
    "change_contact_data",
    "complaint_legal",
    "abuse",
    "fraud_suspicion",
    "small_talk",
    "thanks",
    "bye",
    "affirm",
    "negate",
    "repeat",
    "language_switch",
    "out_of_scope",
]
INTENTS: tuple[str, ...] = get_args(Intent)
INDEX: dict[str, int] = {intent: position for position, intent in enumerate(INTENTS)}

# Overlooking one of these harms a person, so they are named from a lower probability on.
RISK: tuple[str, ...] = (
    "stop_contact",
    "deceased",
    "deny_identity",
    "dispute_debt",
    "complaint_legal",
    "fraud_suspicion",
    "ask_human",
    "hardship",
    "abuse",
    "already_paid",
)
# Said beside anything else they add nothing to it.
COURTESY: tuple[str, ...] = ("greet", "small_talk", "thanks", "bye")
OUT_OF_SCOPE = "out_of_scope"

# The names that the rules (`lexicon.py`) have for the same things; `commands.py` has others again.
RULE_OF: dict[str, str] = {
    "greet": "greet",
    "confirm_identity": "confirm_identity",
    "deny_identity": "deny_identity",
    "deceased": "report_deceased",
    "ask_balance": "ask_balance",
    "ask_due_date": "ask_due",
    "ask_why_charged": "ask_why",
    "dispute_debt": "dispute",
    "already_paid": "claim_paid",
    "promise_to_pay": "propose_payment",
    "ask_installments": "ask_plan",
    "ask_discount": "ask_discount",
    "hardship": "hardship",
    "refuse_to_pay": "refuse_to_pay",
    "ask_payment_methods": "ask_methods",
    "send_link": "request_link",
    "ask_human": "request_human",
    "callback_later": "callback",
    "stop_contact": "opt_out",
    "change_contact_data": "update_contact",
    "complaint_legal": "complaint",
    "abuse": "abuse",
    "fraud_suspicion": "report_fraud_fear",
    "small_talk": "small_talk",
    "thanks": "thanks",
    "bye": "bye",
    "affirm": "affirm",
    "negate": "negate",
    "repeat": "repeat",
    "language_switch": "switch_language",
}
OF_RULE: dict[str, str] = {rule: intent for intent, rule in RULE_OF.items()}

# What was asked before, as the training examples name it; "" where nothing was.
PENDING: tuple[str, ...] = (
    "identity",
    "document",
    "amount",
    "date",
    "installments",
    "offer",
    "accept",
    "method",
    "link",
    "contact",
    "callback",
    "anything",
    "satisfied",
)
# The dialogue's own names of its questions (`contract.QuestionKind`).
_OF_QUESTION: dict[str, str] = {
    "verification": "document",
    "offer_confirm": "accept",
    "offer_choice": "offer",
    "account_choice": "",
    "payment_date": "date",
    "payment_amount": "amount",
    "proposal": "installments",
    "callback": "callback",
    "open": "anything",
}
# A question in words, as other systems give it.
_IN_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (
            "document",
            r"c[eé]dula|documento|\bdni\b|\bcpf\b|\brut\b|\brfc\b|d[ií]gitos|digits|\bid\b",
        ),
        ("identity", r"hablo con|falo com|speak(?:ing)? (?:to|with)|es usted|[eé] voc[eê]|identi"),
        ("installments", r"cuotas|parcelas|vezes|mensualidades|plazos|inst?all?ments?"),
        ("amount", r"cu[aá]nto|quanto|how much|monto|importe|valor|amount"),
        ("date", r"cu[aá]ndo|quando|when|fecha|data\b|date|qu[eé] d[ií]a|que dia|what day"),
        ("method", r"m[eé]todo|medio de pago|c[oó]mo (?:va|quiere|prefiere)|method|forma de paga"),
        ("link", r"link|enlace|boleto"),
        ("contact", r"correo|tel[eé]fono|e-?mail|direcci[oó]n|endere[cç]o|phone|address|contact"),
        ("callback", r"(?:a )?qu[eé] hora|que horas|what time|llam|lig(?:ar|o)|call"),
        ("satisfied", r"satisf|ayud[oó]|ajud|resolvi|resolvemos|helpful|happy with"),
        ("anything", r"algo m[aá]s|mais alguma|anything else|m[aá]s en qu[eé]"),
        ("accept", r"acept|aceit|accept|confirm|de acuerdo|de acordo|agree|offer_confirm"),
        ("offer", r"ofert|offer|propuesta|proposta|opci[oó]n|op[cç][aã]o|option"),
    )
)


def pending_of(question: str | None) -> str:
    """The kind in `PENDING` of a question: its kind, the dialogue's name, or its words."""
    asked = (question or "").strip()
    if not asked or asked in PENDING:
        return asked
    if asked in _OF_QUESTION:
        return _OF_QUESTION[asked]
    return next((kind for kind, words in _IN_WORDS if words.search(asked)), "")
