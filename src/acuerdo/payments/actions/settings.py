"""What a creditor's debts bear, and where its payments go: the settings, changed as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from acuerdo.core.actor import Actor
from acuerdo.core.events import publish
from acuerdo.creditors.models import Creditor
from acuerdo.ledger.errors import SchemeInvalid
from acuerdo.ledger.rules.scheme import read_scheme
from acuerdo.payments.events import SETTINGS_CHANGED
from acuerdo.payments.rules import BY_AGREEMENT, METHODS

SECTION: Final = "accrual"
_KEYS: Final = ("accrual", "allocation", "allocation_order")


def set_bearing(
    *,
    creditor: Creditor,
    accrual: Mapping[str, Any],
    allocation: str,
    allocation_order: Sequence[str],
    actor: Actor,
    now: datetime,
) -> bool:
    """Set what debts bear (`ledger.rules.scheme`; no rules: nothing from now on) and where payments
    go (`payments.rules.make_terms`). The next accrual works out anew what open debts should have
    borne; payments keep the terms under which they came. Each change is kept whole in its event.

    Returns whether anything changed. Raises SchemeInvalid.
    """
    if allocation not in (*METHODS, BY_AGREEMENT):
        raise SchemeInvalid(problem=f"allocation: {allocation}"[:200])
    said = {"allocation": allocation, "allocation_order": list(allocation_order)}
    wanted = {"accrual": dict(accrual) if accrual.get("rules") else {}, **said}
    read_scheme(wanted)
    creditor = Creditor.objects.select_for_update().get(pk=creditor.pk)
    others = {key: value for key, value in creditor.settings.items() if key not in _KEYS}
    settings = {**others, **{key: value for key, value in wanted.items() if value}}
    if settings == creditor.settings:
        return False
    creditor.settings = settings
    creditor.save(update_fields=["settings"])
    publish(
        SETTINGS_CHANGED,
        actor=actor,
        now=now,
        creditor_id=creditor.pk,
        refs=[f"creditor:{creditor.pk}"],
        data={"section": SECTION, **wanted},
    )
    return True
