"""The creditor's policy of proofs, put into force, and what may be wrong with one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from acuerdo.conversations.proofs import SECTION, VerificationPolicy
from acuerdo.core.actor import Actor
from acuerdo.creditors.actions import change_settings
from acuerdo.creditors.models import Creditor

# By the code that a policy's own check gives.
FAULTS: Final[Mapping[str, str | Promise]] = {
    "no_proof": _("Choose at least one proof."),
    "proof_twice": _("A proof counts in one step only."),
    "one_step_only": _("There is one step only, so everything needs it."),
    "below_balance": _("It tells what is owed, so it needs no less than the balance."),
}


def set_verification_policy(
    *, creditor: Creditor, policy: VerificationPolicy, actor: Actor, now: datetime
) -> Creditor:
    """From now on these proofs are asked; what was proved before stands until it runs out."""
    return change_settings(
        creditor=creditor,
        section=SECTION,
        values=policy.model_dump(mode="json"),
        actor=actor,
        now=now,
    )
