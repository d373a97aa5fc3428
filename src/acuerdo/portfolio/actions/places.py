"""Where debtors live and are, and every time zone that follows from it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import polars as pl
from django.db import connection

from acuerdo.core.actor import Actor
from acuerdo.core.bulk import copy_frame, read_frame, staged, staging
from acuerdo.core.errors import NotFound
from acuerdo.core.events import publish
from acuerdo.portfolio.errors import PlaceUnknown
from acuerdo.portfolio.events import LOCATION_DECLARED, RESIDENCE_CHANGED
from acuerdo.portfolio.models import Debtor
from acuerdo.portfolio.rules.places import find_country, find_subdivision
from acuerdo.portfolio.rules.zones import find_candidates

_PLACE = {"key": pl.Int64, "rank": pl.Int64, "country": pl.String, "subdivision": pl.String}


def change_residence(
    *,
    creditor_id: int,
    debtor_id: int,
    country: str,
    subdivision: str = "",
    actor: Actor,
    now: datetime,
) -> Debtor:
    """The debtor lives in `country` (ISO 3166-1 or a name) and `subdivision` (ISO 3166-2 or a name;
    '' where unknown), as has been verified. From now on its law holds; no file changes it back.

    What was declared before is forgotten. Raises PlaceUnknown, NotFound.
    """
    code, part = _read_place(country, subdivision)
    debtor = _lock(creditor_id, debtor_id)
    debtor.country, debtor.subdivision, debtor.residence_verified_at = code, part, now
    debtor.location_country, debtor.location_subdivision = "", ""
    debtor.location_declared_at = None
    return _save(debtor, RESIDENCE_CHANGED, (code, part), actor, now)


def declare_location(
    *,
    creditor_id: int,
    debtor_id: int,
    country: str,
    subdivision: str = "",
    actor: Actor,
    now: datetime,
) -> Debtor:
    """The debtor says to be in a place now, on a journey or for work: its time counts from now on,
    beside that of the residence, whose law stays. An empty `country` takes back what was declared.

    Raises PlaceUnknown, NotFound.
    """
    code, part = _read_place(country, subdivision) if country else ("", "")
    debtor = _lock(creditor_id, debtor_id)
    debtor.location_country, debtor.location_subdivision = code, part
    debtor.location_declared_at = now if code else None
    return _save(debtor, LOCATION_DECLARED, (code, part), actor, now)


def refresh_zones(debtor_ids: Collection[int] | pl.Series) -> int:
    """Write anew the time zones of these debtors from their residence, the last declared location,
    their phones in use and, where the residence is not verified, the places that files give for
    their open accounts. Returns how many changed.

    Whoever changes one of these calls it in the same transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("zones are written in the transaction of what changes them")
    ids = pl.Series("key", debtor_ids, dtype=pl.Int64).unique().sort()
    if ids.is_empty():
        return 0
    with staged("incoming_place", {"key": "bigint"}, ids.to_frame()) as table:
        places = read_frame(
            f"""
            SELECT debtor.id, CASE WHEN debtor.location_country = '' THEN 0 ELSE 1 END,
                   debtor.country, debtor.subdivision
            FROM "{table}" JOIN portfolio_debtor debtor ON debtor.id = key
            UNION
            SELECT debtor.id, 0, debtor.location_country, debtor.location_subdivision
            FROM "{table}" JOIN portfolio_debtor debtor ON debtor.id = key
            WHERE debtor.location_country <> ''
            UNION
            SELECT debtor.id, 2, account.country, account.subdivision
            FROM "{table}" JOIN portfolio_debtor debtor ON debtor.id = key
            JOIN portfolio_account account ON account.debtor_id = debtor.id
            WHERE debtor.residence_verified_at IS NULL AND account.state = 'active'
              AND (account.country <> debtor.country
                   OR account.subdivision NOT IN ('', debtor.subdivision))
            """,
            None,
            _PLACE,
        )
        phones = read_frame(
            f"""
            SELECT point.debtor_id, point.value FROM "{table}"
            JOIN portfolio_contactpoint point ON point.debtor_id = key
            WHERE point.kind = 'phone' AND point.is_valid
            ORDER BY point.debtor_id, point.priority, point.id
            """,
            None,
            {"key": pl.Int64, "value": pl.String},
        )
    found = find_candidates(places, phones).sort("key")
    columns = {"key": "bigint", "timezone": "varchar(64)", "zones": "varchar(64)[]"}
    with staging("incoming_zones", columns) as table, connection.cursor() as cursor:
        copy_frame(
            table,
            found.with_columns(
                zones=pl.lit("{") + pl.col("zones").list.join(",") + pl.lit("}")
            ).select(list(columns)),
        )
        cursor.execute(
            f"""
            UPDATE portfolio_debtor debtor
            SET timezone = incoming.timezone, zone_candidates = incoming.zones
            FROM "{table}" incoming
            WHERE debtor.id = incoming.key
              AND (debtor.timezone, debtor.zone_candidates)
                  IS DISTINCT FROM (incoming.timezone, incoming.zones)
            """
        )
        return int(cursor.rowcount)


def follow_files(creditor_id: int, now: datetime, told: pl.DataFrame) -> None:
    """Move debtors to where an import says that they live; their zones are to be refreshed then.

    `told` has `debtor_id`, `country`, `subdivision` and the account's place before (`old_country`,
    `old_subdivision`; null for a new account). A debtor moves with the account whose place was his;
    a place that was not known is filled. Where we verified the residence, what a file says anew
    counts as a declared location instead: its time is observed, its law is not taken on.
    """
    columns = {
        "debtor_id": "bigint",
        "country": "varchar(2)",
        "subdivision": "varchar(6)",
        "old_country": "varchar(2)",
        "old_subdivision": "varchar(6)",
    }
    is_new = pl.col("country").ne_missing(pl.col("old_country")) | pl.col("subdivision").ne_missing(
        pl.col("old_subdivision")
    )
    moved = told.filter(is_new).unique("debtor_id", keep="last", maintain_order=True)
    if moved.is_empty():
        return
    with staging("incoming_move", columns) as table, connection.cursor() as cursor:
        copy_frame(table, moved.select(list(columns)))
        cursor.execute(
            f"""
            UPDATE portfolio_debtor debtor
            SET country = incoming.country, subdivision = incoming.subdivision
            FROM "{table}" incoming
            WHERE debtor.id = incoming.debtor_id AND debtor.creditor_id = %(creditor)s
              AND debtor.residence_verified_at IS NULL
              AND ((debtor.country, debtor.subdivision)
                       = (incoming.old_country, incoming.old_subdivision)
                   OR (debtor.country, debtor.subdivision) = (incoming.country, ''))
            """,
            {"creditor": creditor_id},
        )
        cursor.execute(
            f"""
            UPDATE portfolio_debtor debtor
            SET location_country = incoming.country, location_subdivision = incoming.subdivision,
                location_declared_at = %(now)s
            FROM "{table}" incoming
            WHERE debtor.id = incoming.debtor_id AND debtor.creditor_id = %(creditor)s
              AND debtor.residence_verified_at IS NOT NULL
              AND (debtor.country, debtor.subdivision)
                  IS DISTINCT FROM (incoming.country, incoming.subdivision)
              AND (incoming.subdivision <> '' OR incoming.country <> debtor.country)
            """,
            {"creditor": creditor_id, "now": now},
        )


def _read_place(country: str, subdivision: str) -> tuple[str, str]:
    code = find_country(country)
    if not code:
        raise PlaceUnknown(place=country[:60])
    part = find_subdivision(subdivision, code) if subdivision else ""
    if subdivision and not part:
        raise PlaceUnknown(place=f"{subdivision[:60]}, {code}")
    return code, part


def _lock(creditor_id: int, debtor_id: int) -> Debtor:
    debtor = (
        Debtor.objects.select_for_update(no_key=True)
        .filter(pk=debtor_id, creditor_id=creditor_id)
        .first()
    )
    if debtor is None:
        raise NotFound(what=f"debtor {debtor_id}")
    return debtor


def _save(
    debtor: Debtor, event: str, place: tuple[str, str], actor: Actor, now: datetime
) -> Debtor:
    debtor.save(
        update_fields=[
            "country",
            "subdivision",
            "residence_verified_at",
            "location_country",
            "location_subdivision",
            "location_declared_at",
        ]
    )
    refresh_zones([debtor.pk])
    publish(
        event,
        actor=actor,
        now=now,
        creditor_id=debtor.creditor_id,
        refs=[f"debtor:{debtor.pk}"],
        data={"country": place[0], "subdivision": place[1]},
    )
    debtor.refresh_from_db()
    return debtor
