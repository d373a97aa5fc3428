"""What may be offered, and the answer to what a debtor proposes. Pure: no clock, no database.

A policy bounds its levers, in the order in which they are given: the date of the first payment,
the part paid down, the number of instalments, and what is let off of fees, interest and principal.
`terms.check_terms` is the only place that knows those bounds; whatever is listed, suggested or
accepted has passed it. `ladder` narrows a policy to what may be offered now. Amounts are exact and
add up.
"""

from acuerdo.agreements.negotiation.hardship import Sustainable, find_sustainable, open_plans
from acuerdo.agreements.negotiation.ladder import (
    Answer,
    Standing,
    answer,
    at_standing,
    check_offer,
    is_wider,
    planned,
    proposed_terms,
    replace_levers,
)
from acuerdo.agreements.negotiation.offers import (
    equivalent_packages,
    list_offers,
    suggest_offers,
    usual_first_due,
)
from acuerdo.agreements.negotiation.proposals import evaluate_proposal
from acuerdo.agreements.negotiation.terms import (
    AUTHORITIES,
    KINDS,
    LEVERS,
    WAIVED_IN_ORDER,
    WHOLE_LEVERS,
    Authority,
    DebtFacts,
    Evaluation,
    Kind,
    Ladder,
    Part,
    Policy,
    Proposal,
    Terms,
    capacity,
    check_terms,
    least_worth,
    max_discount,
    min_down,
    min_promise,
    split_discount,
    worth,
)
from acuerdo.agreements.negotiation.value import present_value

__all__ = [
    "AUTHORITIES",
    "KINDS",
    "LEVERS",
    "WAIVED_IN_ORDER",
    "WHOLE_LEVERS",
    "Answer",
    "Authority",
    "DebtFacts",
    "Evaluation",
    "Kind",
    "Ladder",
    "Part",
    "Policy",
    "Proposal",
    "Standing",
    "Sustainable",
    "Terms",
    "answer",
    "at_standing",
    "capacity",
    "check_offer",
    "check_terms",
    "equivalent_packages",
    "evaluate_proposal",
    "find_sustainable",
    "is_wider",
    "least_worth",
    "list_offers",
    "max_discount",
    "min_down",
    "min_promise",
    "open_plans",
    "planned",
    "present_value",
    "proposed_terms",
    "replace_levers",
    "split_discount",
    "suggest_offers",
    "usual_first_due",
    "worth",
]
