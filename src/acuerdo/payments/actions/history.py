"""Payments of the old system come in with their dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import polars as pl
from django.db import connection

from acuerdo.agreements.actions.history import reassess_promises
from acuerdo.core.actor import Actor
from acuerdo.core.bulk import copy_frame, read_frame, staging, take_ids
from acuerdo.core.events import publish
from acuerdo.core.money import Money
from acuerdo.creditors.models import Creditor
from acuerdo.ledger.actions import POSTING_COLUMNS, post_entries
from acuerdo.ledger.rules import DEBT_PREFIX, PLACED, RECEIVED, Kind
from acuerdo.payments import events
from acuerdo.payments.actions.reporting import REPORTED, name_payment, report_payment
from acuerdo.portfolio.actions.facts import FactReport, reject_rows, take_facts
from acuerdo.portfolio.actions.people import make_public_ids
from acuerdo.portfolio.operations import Applied, OperationContext
from acuerdo.portfolio.rules.facts import FactField, FactMapping

FIELDS: Final = (
    FactField(
        "paid_on", "past", tuple(
            "fecha_pago fecha_de_pago fecha_del_pago fecha_abono fecha_recaudo data_pagamento"
            " data_do_pagamento paid_on payment_date date_paid date_of_payment fecha data date"
            .split()
        ),
    ),
    FactField(
        "amount", "amount", tuple(
            "valor_pago valor_pagado monto_pago monto_pagado importe_pago importe_pagado abono"
            " valor_abono valor_pago_r valor_recebido pago pagamento recaudo paid payment"
            " amount_paid payment_amount monto importe valor amount".split()
        ),
    ),
    FactField(
        "reference", "text", tuple(
            "referencia referencia_pago id_pago numero_recibo recibo comprobante nosso_numero"
            " id_pagamento payment_id receipt reference transaction_id".split()
        ),
        is_needed=False,
    ),
)  # fmt: skip

_KNOWN: Final = {"name": pl.String, "known_account": pl.Int64, "known_minor": pl.Int64}
_ENTRIES: Final = {"key": pl.String, "entry_id": pl.Int64}


def import_payments(
    *,
    creditor: Creditor,
    path: str | Path,
    actor: Actor,
    now: datetime,
    mapping: FactMapping | None = None,
) -> FactReport:
    """Take in payments from a file, each once.

    One up to the day of its account's placement is history: the balance that was placed counts
    it, so it is posted at its date beside what it paid, and changes no balance. A later one was
    made to the creditor directly, and pays the debt as any other payment does. Two rows of one
    account, date and amount are one payment unless their references differ. Raises an
    ImportRefused where the file as a whole cannot be read.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("payments are imported inside a transaction")
    reading, told = take_facts(
        creditor=creditor, path=path, fields=FIELDS, mapping=mapping, now=now
    )
    settled = _settle(reading.rows, reading.columns, creditor, actor, now)
    report = FactReport(
        file=told,
        read=reading.read,
        accepted=settled.new + settled.known,
        duplicates=settled.duplicates,
        new={"payments": settled.new},
        known={"payments": settled.known},
        rejections=pl.concat([reading.rejections, settled.rejections]).sort("line"),
        warnings=reading.warnings,
        totals=settled.totals,
    )
    publish(
        events.PAYMENT_HISTORY_IMPORTED,
        actor=actor,
        now=now,
        creditor_id=creditor.pk,
        data={"read": report.read, "new": settled.new, "totals": dict(report.totals)},
    )
    return report


@dataclass(frozen=True, slots=True)
class _Settled:
    """What came of a set of payments."""

    new: int
    known: int
    duplicates: int
    rejections: pl.DataFrame
    totals: Mapping[str, int]


def apply_payments(rows: pl.DataFrame, context: OperationContext) -> Applied:
    """The operation of a delta: the creditor tells of payments that came to them. They pay the
    debt, whatever their dates."""
    settled = _settle(
        rows, context.columns, context.creditor, context.actor, context.now, since_placement=False
    )
    return Applied(settled.new, settled.known + settled.duplicates, settled.rejections)


def _settle(
    rows: pl.DataFrame,
    columns: Mapping[str, str],
    creditor: Creditor,
    actor: Actor,
    now: datetime,
    *,
    since_placement: bool = True,
) -> _Settled:
    """Post the payments of `rows` that are not here; where only those `since_placement` pay the
    debt, earlier ones are history."""
    rows = rows.with_columns(
        name=pl.Series(
            [
                name_payment(creditor.pk, *(("ref", ref) if ref else (number, on, minor)))
                for number, on, minor, ref in rows.select(
                    "number", pl.col("on").cast(pl.String), "amount", "reference"
                ).iter_rows()
            ],
            dtype=pl.String,
        )
    )
    header = columns.get("reference", "")
    first = {key: pl.col(key).first().over("name") for key in ("account_id", "on", "amount")}
    differs = pl.any_horizontal(pl.col(key) != value for key, value in first.items())
    rows, twice = reject_rows(
        rows, differs, column=header, value="reference", reason="reference_twice"
    )
    once = rows.unique("name", keep="first", maintain_order=True)
    duplicates = rows.height - once.height
    once = once.join(_find_known(once["name"]), on="name", how="left", maintain_order="left")
    other = (pl.col("known_account") != pl.col("account_id")) | (
        pl.col("known_minor") != pl.col("amount")
    )
    once, changed = reject_rows(
        once, other, column=header, value="reference", reason="reference_known"
    )
    fresh = once.filter(pl.col("known_account").is_null())
    late = pl.col("on") > pl.col("placed_on") if since_placement else pl.lit(value=True)
    fresh, recalled = reject_rows(
        fresh,
        late & (pl.col("state") == "recalled"),
        column=columns["account"],
        value="number",
        reason="account_recalled",
    )
    _post_past(creditor, fresh.filter(~late), actor, now)
    _post_direct(fresh.filter(late), creditor, actor, now)
    reassess_promises(
        creditor_id=creditor.pk, account_ids=fresh["account_id"].unique().to_list(), now=now
    )
    return _Settled(
        new=fresh.height,
        known=once.height - recalled.height - fresh.height,
        duplicates=duplicates,
        rejections=pl.concat([twice, changed, recalled]),
        totals=dict(fresh.group_by("currency").agg(pl.col("amount").sum()).iter_rows()),
    )


def _find_known(names: pl.Series) -> pl.DataFrame:
    """`known_account` and `known_minor` of those of `names` that are here."""
    with staging("wanted_payment", {"name": "text"}) as table:
        copy_frame(table, pl.DataFrame({"name": names}))
        return read_frame(
            f"""
            SELECT wanted.name, payment.account_id, payment.amount_minor
            FROM "{table}" wanted JOIN payments_payment payment
                ON payment.provider = %s AND payment.external_id = wanted.name
            """,
            [REPORTED],
            _KNOWN,
        )


def _post_past(creditor: Creditor, past: pl.DataFrame, actor: Actor, now: datetime) -> None:
    """What was owed and paid before the placement: the debt rises and falls on the same date."""
    if past.is_empty():
        return
    past = past.with_columns(key=pl.format(f"{Kind.PAST_PAYMENT.value}:{{}}", "name"))
    zero = pl.lit(0, dtype=pl.Int64)
    debt, account = pl.lit(f"{DEBT_PREFIX}principal"), pl.col("account_id")
    common = {
        "key": pl.col("key"),
        "kind": pl.lit(Kind.PAST_PAYMENT.value),
        "effective_on": pl.col("on"),
        "amount_minor": pl.col("amount"),
        "currency": pl.col("currency"),
    }
    owed = past.select(
        **common, debit_code=debt, debit_subject=account,
        credit_code=pl.lit(PLACED), credit_subject=zero,
    )  # fmt: skip
    paid = past.select(
        **common, debit_code=pl.lit(RECEIVED), debit_subject=zero,
        credit_code=debt, credit_subject=account,
    )  # fmt: skip
    frame = pl.concat([owed, paid]).select(list(POSTING_COLUMNS))
    post_entries(actor=actor, now=now, creditor_id=creditor.pk, frame=frame)
    with staging("wanted_entry", {"key": "text"}) as table:
        copy_frame(table, past.select("key"))
        entries = read_frame(
            f'SELECT entry.key, entry.id FROM "{table}" wanted JOIN ledger_entry entry'
            " ON entry.creditor_id = %s AND entry.key = wanted.key",
            [creditor.pk],
            _ENTRIES,
        )
    past = past.join(entries, on="key", how="left", maintain_order="left").with_columns(
        id=take_ids("payments_payment", past.height),
        public_id=make_public_ids(now, past.height),
    )
    copy_frame(
        "payments_payment",
        past.select(
            "id",
            "public_id",
            pl.lit(creditor.pk).alias("creditor_id"),
            "account_id",
            pl.col("amount").alias("amount_minor"),
            "currency",
            pl.lit(REPORTED).alias("provider"),
            pl.col("name").alias("external_id"),
            noon(creditor).alias("paid_at"),
            pl.lit(now).dt.convert_time_zone("UTC").alias("recorded_at"),
            pl.lit("past").alias("state"),
            "entry_id",
        ),
    )
    copy_frame(
        "payments_allocation",
        past.select(
            pl.col("id").alias("payment_id"),
            pl.lit("principal").alias("component"),
            pl.col("amount").alias("amount_minor"),
        ),
    )


def noon(creditor: Creditor) -> pl.Expr:
    """Noon of each row's date in the creditor's zone: a file that names a day names no hour."""
    local = pl.col("on").cast(pl.Datetime("us")).dt.offset_by("12h")
    return local.dt.replace_time_zone(creditor.timezone).dt.convert_time_zone("UTC")


def _post_direct(late: pl.DataFrame, creditor: Creditor, actor: Actor, now: datetime) -> None:
    """Payments of after the placement, oldest first, in order of account (as locks are taken)."""
    ordered = late.with_columns(at=noon(creditor)).sort("account_id", "on", "line")
    wanted = ordered.select("account_id", "name", "amount", "currency", "at")
    for account_id, name, minor, currency, at in wanted.iter_rows():
        report_payment(
            account_id=account_id,
            external_id=name,
            amount=Money(minor, currency),
            paid_at=min(at, now),
            actor=actor,
            now=now,
        )
