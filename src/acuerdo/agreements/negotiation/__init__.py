"""What may be offered, and the answer to what a debtor proposes. Pure: no clock, no database.

A policy bounds four levers: the date of the first payment, the number of instalments, the part
paid down, and the discount. `terms.check_terms` is the only place that knows those bounds;
whatever is listed, suggested or accepted has passed it. Amounts are exact and add up.
"""

from acuerdo.agreements.negotiation.offers import list_offers, suggest_offers, usual_first_due
from acuerdo.agreements.negotiation.proposals import evaluate_proposal
from acuerdo.agreements.negotiation.terms import (
    KINDS,
    DebtFacts,
    Evaluation,
    Kind,
    Part,
    Policy,
    Proposal,
    Terms,
    check_terms,
    max_discount,
    min_down,
    min_promise,
)

__all__ = [
    "KINDS",
    "DebtFacts",
    "Evaluation",
    "Kind",
    "Part",
    "Policy",
    "Proposal",
    "Terms",
    "check_terms",
    "evaluate_proposal",
    "list_offers",
    "max_discount",
    "min_down",
    "min_promise",
    "suggest_offers",
    "usual_first_due",
]
