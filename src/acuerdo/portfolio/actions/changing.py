"""What a delta changes of known accounts: adjustments, the end of a debt, a recall."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

import polars as pl
from django.db import connection

from acuerdo.core.bulk import copy_frame, read_frame, staging
from acuerdo.core.vocabulary import Component
from acuerdo.ledger.actions import POSTING_COLUMNS, post_entries
from acuerdo.ledger.queries import list_balances
from acuerdo.ledger.rules import ADJUSTED, DEBT_PREFIX, Kind
from acuerdo.portfolio.actions.closing import close_account
from acuerdo.portfolio.actions.facts import reject_rows
from acuerdo.portfolio.actions.recalls import recall_accounts
from acuerdo.portfolio.operations import Applied, Operation, OperationContext, register_operation
from acuerdo.portfolio.rules.facts import FactField
from acuerdo.portfolio.rules.headers import COMPONENTS
from acuerdo.portfolio.rules.reader import FAULT_SCHEMA

_DATE: Final = FactField(
    "on_date", "past", tuple(
        "fecha fecha_movimiento fecha_operacion fecha_novedad data data_movimento date"
        " effective_on effective_date movement_date".split()
    ), is_needed=False,
)  # fmt: skip
_REFERENCE: Final = FactField(
    "reference", "text", tuple(
        "referencia id_movimiento id_movimento reference movement_id id_novedad".split()
    ), is_needed=False,
)  # fmt: skip
_COMPONENTS: Final = {
    **{component.value: component.value for component in Component},
    **dict.fromkeys("capital principal".split(), Component.PRINCIPAL.value),
    **dict.fromkeys("interes intereses juros interest".split(), Component.INTEREST.value),
    **dict.fromkeys("comision comisiones tarifas tarifa multa fee".split(), Component.FEES.value),
    **dict.fromkeys("gastos costas custas cost".split(), Component.COSTS.value),
    **dict.fromkeys(
        "impuesto impuestos iva igv imposto impostos tributos tax vat".split(),
        Component.TAXES.value,
    ),
}
_ADJUSTMENT: Final = (
    _DATE,
    FactField(
        "amount", "signed", tuple(
            "ajuste valor_ajuste monto_ajuste importe_ajuste valor_movimiento monto_movimiento"
            " importe_movimiento valor_movimento adjustment adjustment_amount movement_amount"
            " amount monto importe valor".split()
        ),
    ),
    FactField(
        "component", "word", tuple("componente concepto rubro component concept".split()),
        is_needed=False, words=_COMPONENTS,
    ),
    _REFERENCE,
)  # fmt: skip


def register() -> None:
    """The operations that need no other room."""
    register_operation(
        Operation(
            "adjustment",
            tuple("ajuste nota_debito nota_credito adjustment adjust correccion correcao".split()),
            _ADJUSTMENT,
            _adjust,
        )
    )
    register_operation(
        Operation(
            "close",
            tuple(
                "cierre cerrar cancelado cancelada saldado saldada baja_por_pago encerramento"
                " encerrar quitado liquidado close closed settled".split()
            ),
            (_DATE,),
            _close,
        )
    )
    register_operation(
        Operation(
            "recall",
            tuple(
                "retiro retirar retirada recogida devolucion baja devolucao recolhimento recall"
                " recalled withdraw withdrawal return returned".split()
            ),
            (_DATE,),
            _recall,
        )
    )


def _adjust(rows: pl.DataFrame, context: OperationContext) -> Applied:
    """Entries that move one component up or down. What the creditor states moves with it, so
    that the next file, which counts it, does not move it once more."""
    rows, refused = _refuse_ended(rows, context)
    rows, nothing = reject_rows(
        rows,
        pl.col("amount") == 0,
        column=context.columns["amount"],
        value="number",
        reason="zero_amount",
    )
    named = rows.with_columns(
        component=pl.when(pl.col("component") == "")
        .then(pl.lit(Component.PRINCIPAL.value))
        .otherwise("component")
    )
    told = named.select("account_id", "on", "amount", "component", "reference")
    keys = [_key(context, *row) for row in told.iter_rows()]
    once = named.with_columns(key=pl.Series(keys, dtype=pl.String)).unique(
        "key", keep="first", maintain_order=True
    )
    known = _find_keys(context, once["key"])
    fresh = once.join(known, on="key", how="anti", maintain_order="left")
    _post(fresh, context)
    _restate(fresh)
    _close_settled(fresh, context)
    rejections = pl.concat([refused, nothing])
    return Applied(fresh.height, rows.height - fresh.height, rejections)


def _key(context: OperationContext, account_id: int, on: object, *what: object) -> str:
    """An adjustment without a date is one of its file; a reference names it in any."""
    reference = what[-1]
    told = ("ref", reference) if reference else (on or context.digest, *what)
    text = repr((context.creditor.pk, account_id, *told))
    return f"adjustment:{sha256(text.encode()).hexdigest()[:40]}"


def _find_keys(context: OperationContext, keys: pl.Series) -> pl.DataFrame:
    with staging("wanted_key", {"key": "text"}) as table:
        copy_frame(table, pl.DataFrame({"key": keys}))
        return read_frame(
            f'SELECT wanted.key FROM "{table}" wanted JOIN ledger_entry entry'
            " ON entry.creditor_id = %s AND entry.key = wanted.key",
            [context.creditor.pk],
            {"key": pl.String},
        )


def _post(fresh: pl.DataFrame, context: OperationContext) -> None:
    """`fresh`: `key`, `account_id`, `component`, `amount` (above or below zero), `on`."""
    up, zero = pl.col("amount") > 0, pl.lit(0, dtype=pl.Int64)
    line = pl.lit(DEBT_PREFIX) + pl.col("component")
    frame = fresh.select(
        "key",
        pl.lit(Kind.ADJUSTMENT.value).alias("kind"),
        pl.col("on").fill_null(context.today).alias("effective_on"),
        pl.when(up).then(line).otherwise(pl.lit(ADJUSTED)).alias("debit_code"),
        pl.when(up).then("account_id").otherwise(zero).alias("debit_subject"),
        pl.when(up).then(pl.lit(ADJUSTED)).otherwise(line).alias("credit_code"),
        pl.when(up).then(zero).otherwise("account_id").alias("credit_subject"),
        pl.col("amount").abs().alias("amount_minor"),
        "currency",
    ).select(list(POSTING_COLUMNS))
    post_entries(actor=context.actor, now=context.now, creditor_id=context.creditor.pk, frame=frame)


def _restate(fresh: pl.DataFrame) -> None:
    """Move what the creditor last stated by what was adjusted, never below nothing."""
    moved = (
        fresh.group_by("account_id", "component")
        .agg(pl.col("amount").sum())
        .with_columns(
            place=pl.col("component").replace_strict(
                list(COMPONENTS), list(range(1, len(COMPONENTS) + 1)), return_dtype=pl.Int32
            )
        )
        .select("account_id", "place", "amount")
    )
    columns = {"account_id": "bigint", "place": "integer", "amount": "bigint"}
    with staging("restated_part", columns) as table, connection.cursor() as cursor:
        copy_frame(table, moved)
        cursor.execute(
            f"""
            UPDATE portfolio_account AS account SET row_digest = NULL, stated_minor = (
                SELECT array_agg(
                    CASE WHEN told.amount IS NULL THEN part.minor
                         ELSE greatest(part.minor + told.amount, 0) END ORDER BY part.place)
                FROM unnest(account.stated_minor) WITH ORDINALITY AS part (minor, place)
                LEFT JOIN "{table}" AS told
                    ON told.account_id = account.id AND told.place = part.place
            )
            WHERE account.id IN (SELECT account_id FROM "{table}")
            """
        )


def raise_stated(*, account_id: int, component: Component, minor: int) -> None:
    """What the creditor stated of an account moves up by what a person added to it."""
    if minor > 0:
        one = {"account_id": account_id, "component": component.value, "amount": minor}
        _restate(pl.DataFrame([one]))


def _close(rows: pl.DataFrame, context: OperationContext) -> Applied:
    """The creditor says that nothing is owed any more: what the books still have is taken off."""
    rows, refused = _refuse_ended(rows, context, reject=("recalled",))
    once = rows.unique("account_id", keep="first", maintain_order=True)
    active = once.filter(pl.col("state") == "active")
    balances = list_balances(active["account_id"].to_list())
    owed = [
        (account_id, component.value, -minor)
        for account_id, balance in balances.items()
        for component, minor in balance.components.items()
        if minor > 0
    ]
    parts = pl.DataFrame(
        owed,
        schema={"account_id": pl.Int64, "component": pl.String, "amount": pl.Int64},
        orient="row",
    )
    fresh = parts.join(active.select("account_id", "on", "currency"), on="account_id").with_columns(
        key=pl.format("closing:{}:{}", "account_id", pl.lit(context.now.isoformat()))
    )
    _post(fresh, context)
    _restate(fresh)
    for account_id in active["account_id"].sort():
        close_account(account_id=account_id, actor=context.actor, now=context.now)
    return Applied(active.height, rows.height - active.height, refused)


def _close_settled(fresh: pl.DataFrame, context: OperationContext) -> None:
    """Debts of which nothing is left."""
    lowered = fresh.filter(pl.col("amount") < 0)["account_id"].unique().sort().to_list()
    for account_id, balance in list_balances(lowered).items():
        if balance.total_minor <= 0:
            close_account(account_id=account_id, actor=context.actor, now=context.now)


def _recall(rows: pl.DataFrame, context: OperationContext) -> Applied:
    done = recall_accounts(
        creditor=context.creditor,
        account_ids=rows["account_id"].unique().to_list(),
        actor=context.actor,
        now=context.now,
        why="told",
    )
    return Applied(done, rows.height - done, pl.DataFrame(schema=FAULT_SCHEMA))


def _refuse_ended(
    rows: pl.DataFrame, context: OperationContext, reject: tuple[str, ...] = ("recalled", "closed")
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows without those of accounts that are over here."""
    header = context.columns["account"]
    found = [pl.DataFrame(schema=FAULT_SCHEMA)]
    for state in reject:
        rows, refused = reject_rows(
            rows, pl.col("state") == state, column=header, value="number", reason=f"account_{state}"
        )
        found.append(refused)
    return rows, pl.concat(found)
