"""The creditor's policy of proofs, put into force."""

from __future__ import annotations

from datetime import datetime

from acuerdo.conversations.proofs import SECTION, VerificationPolicy
from acuerdo.core.actor import Actor
from acuerdo.creditors.actions import change_settings
from acuerdo.creditors.models import Creditor


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
