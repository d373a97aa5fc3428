"""Who may hear of a debt, as a list of one document in the creditor's file of policies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from acuerdo.agreements.files import Applied, read_model
from acuerdo.conversations.proofs import VerificationPolicy, read_policy
from acuerdo.conversations.settings import set_verification_policy
from acuerdo.core.actor import Actor
from acuerdo.creditors.models import Creditor


class VerificationDocument(VerificationPolicy):
    """The policy of proofs. A creditor has one, so that it has one name."""

    code: Literal["usual"] = "usual"


def read_document(data: Mapping[str, Any]) -> VerificationDocument:
    """The policy from plain values. Raises PolicyFaults."""
    return read_model(VerificationDocument, data)


def export_verification(creditor_id: int) -> list[dict[str, Any]]:
    """The policy in force as plain values."""
    policy = read_policy(Creditor.objects.get(pk=creditor_id).settings)
    return [{"code": "usual", **policy.model_dump(mode="json")}]


def apply_verification(
    *,
    creditor: Creditor,
    documents: Sequence[VerificationDocument],
    actor: Actor,
    now: datetime,
    note: str = "",
) -> list[Applied]:
    """Put the policy of a file into force."""
    applied = []
    for document in documents:
        creditor.refresh_from_db(fields=["settings"])
        policy = VerificationPolicy(**document.model_dump(exclude={"code"}))
        is_new = policy != read_policy(creditor.settings)
        if is_new:
            set_verification_policy(creditor=creditor, policy=policy, actor=actor, now=now)
        applied.append(Applied(document.code, 1, "active" if is_new else "unchanged"))
    return applied
