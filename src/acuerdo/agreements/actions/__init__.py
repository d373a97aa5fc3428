"""Every change to offers and agreements, and the reads that a negotiation starts with."""

from acuerdo.agreements.actions.answering import (
    Answered,
    answer_proposal,
    answer_with_offers,
)
from acuerdo.agreements.actions.capacity import tell_capacity
from acuerdo.agreements.actions.history import import_promises, reassess_promises
from acuerdo.agreements.actions.keeping import (
    CoveredPart,
    SettleReport,
    apply_payment,
    cancel_agreement,
    settle_due,
)
from acuerdo.agreements.actions.offering import accept_offer, make_offer
from acuerdo.agreements.actions.policies import (
    apply_policies,
    approve_policy,
    decline_policy,
    require_two,
    retire_policy,
    seed_policies,
    write_policy,
)
from acuerdo.agreements.actions.rolling import roll_instalment
from acuerdo.agreements.queries import evaluate_proposal, list_offers, suggest_offers

__all__ = [
    "Answered",
    "Applied",
    "CoveredPart",
    "SettleReport",
    "accept_offer",
    "answer_proposal",
    "answer_with_offers",
    "apply_payment",
    "apply_policies",
    "approve_policy",
    "cancel_agreement",
    "decline_policy",
    "evaluate_proposal",
    "import_promises",
    "list_offers",
    "make_offer",
    "reassess_promises",
    "require_two",
    "retire_policy",
    "roll_instalment",
    "seed_policies",
    "settle_due",
    "suggest_offers",
    "tell_capacity",
    "write_policy",
]
