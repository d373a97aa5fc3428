"""What became of each row of a file, for the one who sent it."""

from __future__ import annotations

import io

import polars as pl
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from acuerdo.portfolio.reasons import FORMULA_MARKS, reason_text

OUTCOMES: dict[str, str | Promise] = {
    "new": _("imported: new account"),
    "changed": _("imported: account changed"),
    "unchanged": _("as before: nothing changed"),
    "part": _("imported: further part of the account"),
    "duplicate": _("duplicate of an earlier row"),
    "rejected": _("rejected"),
    "total": _("total: left out"),
}


def write_results(
    lines: pl.DataFrame, rows: pl.DataFrame, rejections: pl.DataFrame, warnings: pl.DataFrame
) -> bytes:
    """CSV (UTF-8 with BOM) of `line`, `account`, `result`, `column`, `value`, `reason` and `code`,
    one line per row of the file, one more where a row has several faults. No cell of it is a
    formula.

    `lines` is that of `rows.Reading`; `rows` the placed rows with `line`, `number`, `outcome`.
    """
    told = lines.join(
        rows.select(first="line", number="number", outcome="outcome"), on="first", how="left"
    ).select(
        "line",
        account=pl.col("number").fill_null(""),
        code=pl.when(pl.col("state") != "taken")
        .then("state")
        .when(pl.col("line") == pl.col("first"))
        .then("outcome")
        .otherwise(pl.lit("part")),
    )
    told = told.join(rejections.select("line"), on="line", how="anti")
    bad = rejections.select("line", account=pl.lit(""), code=pl.lit("rejected")).unique()
    faults = pl.concat([rejections, warnings])
    table = pl.concat([told, bad]).join(faults, on="line", how="left").sort("line")
    reasons = {code: reason_text(code) for code in faults["reason"].unique().to_list()}
    words = {code: str(text) for code, text in OUTCOMES.items()}
    reason = pl.col("reason").fill_null("")
    table = table.select(
        pl.col("line").alias(gettext("line")),
        _protect("account").alias(gettext("account")),
        pl.col("code").replace_strict(words, default="").alias(gettext("result")),
        _protect("column").alias(gettext("column")),
        _protect("value").alias(gettext("value")),
        reason.replace_strict(reasons, default="", return_dtype=pl.String).alias(gettext("reason")),
        pl.concat_str("code", pl.col("reason"), separator=":", ignore_nulls=True).alias("code"),
    )
    out = io.BytesIO()
    table.write_csv(out, include_bom=True)
    return out.getvalue()


def _protect(column: str) -> pl.Expr:
    """A cell that no spreadsheet takes for a formula."""
    cell = pl.col(column).fill_null("")
    is_formula = pl.any_horizontal(cell.str.starts_with(mark) for mark in FORMULA_MARKS)
    return pl.when(is_formula).then(pl.lit("'") + cell).otherwise(cell)
