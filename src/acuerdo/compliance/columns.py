"""What this room does when a portfolio is imported: its column of authorised channels, and whoever
is on a do-not-contact list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from acuerdo.compliance.actions import grant_consents, stop_listed
from acuerdo.compliance.rules.channels import parse_channels
from acuerdo.portfolio.columns import ColumnContext, register_column, register_follower

NAME = "authorised_channels"

HEADERS = (
    "canales_autorizados",
    "canal_autorizado",
    "medios_autorizados",
    "canales_de_contacto_autorizados",
    "autorizacion_canales",
    "canais_autorizados",
    "canal_autorizado_contato",
    "meios_autorizados",
    "authorised_channels",
    "authorized_channels",
    "allowed_channels",
    "consented_channels",
)


def check_authorised(values: Sequence[str]) -> Mapping[str, str]:
    """The cells that name a channel which is not known: nothing is authorised by them."""
    wrong = {}
    for value in values:
        try:
            parse_channels(value)
        except ValueError:
            wrong[value] = "unknown_channel"
    return wrong


def write_authorised(rows: pl.DataFrame, context: ColumnContext) -> None:
    """Turn the cells of a file into consents, one per debtor and channel."""
    channels = pl.DataFrame(
        [[value, list(parse_channels(value))] for value in rows["value"].unique().to_list()],
        schema={"value": pl.String, "channel": pl.List(pl.String)},
        orient="row",
    )
    told = rows.select("debtor_id", "value").unique().join(channels, on="value")
    grant_consents(
        creditor_id=context.creditor_id,
        grants=told.select("debtor_id", "channel").explode("channel").drop_nulls(),
        source=context.source,
        actor=context.actor,
        now=context.now,
        renew=False,
    )


def register() -> None:
    """Called once, when the application starts."""
    register_column(NAME, HEADERS, write_authorised, check=check_authorised)
    register_follower("do_not_contact", stop_listed)
