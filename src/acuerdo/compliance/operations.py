"""What a delta says of an account's status: a reason to leave it alone, or that it is over."""

from __future__ import annotations

from typing import Final

import polars as pl

from acuerdo.compliance.actions import place_hold, release_hold
from acuerdo.compliance.models import Hold
from acuerdo.portfolio.operations import Applied, Operation, OperationContext, register_operation
from acuerdo.portfolio.rules.facts import FactField
from acuerdo.portfolio.rules.reader import FAULT_SCHEMA

_SOURCE: Final = "creditor"
_NORMAL: Final = "normal"
_STATES: Final = {
    _NORMAL: "normal activa activo vigente reactivada reactivado ativa ativo active resumed",
    "on_request": "suspendida suspendido suspension pausa pausada suspensa suspended paused",
    "deceased": "fallecido fallecida difunto falecido falecida obito deceased",
    "bankruptcy": "quiebra bancarrota falencia bankruptcy bankrupt",
    "insolvency": "insolvencia insolvente concurso insolvency insolvent",
    "attorney": "abogado apoderado advogado attorney",
    "complaint": "reclamo reclamacion queja reclamacao complaint",
}
_WORDS: Final = {
    word: state for state, words in _STATES.items() for word in (state, *words.split())
}
_FIELDS: Final = (
    FactField(
        "status_on", "past", tuple("fecha fecha_estado data date status_date".split()),
        is_needed=False,
    ),
    FactField(
        "status", "word", tuple("estado estado_cuenta situacion situacao status state".split()),
        words=_WORDS,
    ),
)  # fmt: skip


def register() -> None:
    """Let deltas tell of statuses."""
    words = tuple("estado situacion situacao status hold suspension".split())
    register_operation(Operation("status", words, _FIELDS, _apply))


def _apply(rows: pl.DataFrame, context: OperationContext) -> Applied:
    """Holds that the creditor placed, by account; `normal` releases them. The last row of an
    account counts."""
    last = rows.unique("account_id", keep="last", maintain_order=True).sort("account_id")
    live: dict[int, list[Hold]] = {}
    for hold in Hold.objects.filter(
        creditor=context.creditor,
        account_id__in=last["account_id"].to_list(),
        source=_SOURCE,
        released_at=None,
    ):
        live.setdefault(hold.account_id or 0, []).append(hold)
    done = 0
    for account_id, status in last.select("account_id", "status").iter_rows():
        held = live.get(account_id, [])
        over = [hold for hold in held if hold.reason != status]
        for hold in over:
            release_hold(hold=hold, actor=context.actor, now=context.now, why=context.source)
        places = status != _NORMAL and len(over) == len(held)
        if places:
            place_hold(
                creditor_id=context.creditor.pk,
                account_id=account_id,
                reason=status,
                source=_SOURCE,
                note=context.source[:300],
                actor=context.actor,
                now=context.now,
            )
        done += bool(over or places)
    return Applied(done, rows.height - done, pl.DataFrame(schema=FAULT_SCHEMA))
