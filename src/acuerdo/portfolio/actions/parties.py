"""Who else answers for a debt: co-debtors and guarantors."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import polars as pl
from django.db import connection

from acuerdo.core.actor import Actor
from acuerdo.core.bulk import copy_frame, staging
from acuerdo.core.events import publish
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.actions.contacts import write_contacts
from acuerdo.portfolio.actions.people import find_people, follow_merges, hash_documents
from acuerdo.portfolio.actions.places import refresh_zones
from acuerdo.portfolio.errors import HolderStays, ImportRuns, PartyInvalid
from acuerdo.portfolio.events import PARTY_ADDED, PARTY_REMOVED
from acuerdo.portfolio.models import Account, AccountParty
from acuerdo.portfolio.rules import normalise_phone
from acuerdo.portfolio.rules.documents import read_documents
from acuerdo.portfolio.rules.people import is_email
from acuerdo.portfolio.rules.places import default_language

ROLES: Final = ("codebtor", "guarantor")
_PARTY: Final = {"account_id": "bigint", "debtor_id": "bigint", "role": "varchar(12)"}
_PERSON: Final = {
    "line": pl.Int64,
    "name": pl.String,
    "document": pl.String,
    "document_type": pl.String,
    "document_country": pl.String,
    "identity": pl.String,
    "birth_on": pl.Date,
    "is_synthetic": pl.Boolean,
    "language": pl.String,
    "country": pl.String,
    "subdivision": pl.String,
}
_CONTACT: Final = {
    "line": pl.Int64,
    "kind": pl.String,
    "value": pl.String,
    "is_valid": pl.Boolean,
    "priority": pl.Int64,
}


def write_parties(
    *, creditor: Creditor, now: datetime, people: pl.DataFrame, contacts: pl.DataFrame, source: str
) -> pl.DataFrame:
    """Write a set of co-debtors and guarantors; returns `line`, `account_id`, `debtor_id`, `role`.

    `people` has `account_id`, `role` (`ROLES`) and what a row of a file says of a person (`line`,
    name, document, identity, …, as `rules.rows` reads them), `contacts` the addresses by `line`.
    Who is known by document, or by name and address, is not made twice, and who stands in that
    role already stays. The caller holds the creditor's import lock.
    """
    found = find_people(
        creditor,
        now,
        people.with_columns(hash=follow_merges(creditor.pk, hash_documents(people))),
        contacts,
    ).join(people.select("line", "account_id"), on="line")
    nobody = found.clear()
    write_contacts(creditor.pk, source, contacts, found, nobody)
    rows = found.select("line", "account_id", "debtor_id", "role")
    with staging("incoming_party", _PARTY) as table, connection.cursor() as cursor:
        copy_frame(table, rows.select(list(_PARTY)))
        cursor.execute(
            "INSERT INTO portfolio_accountparty (account_id, debtor_id, role)"
            f' SELECT account_id, debtor_id, role FROM "{table}" ON CONFLICT DO NOTHING'
        )
    refresh_zones(rows["debtor_id"])
    return rows


def add_party(
    *,
    actor: Actor,
    now: datetime,
    account: Account,
    role: str,
    name: str,
    document: str = "",
    document_type: str = "",
    phone: str = "",
    email: str = "",
    source: str = "",
) -> AccountParty:
    """One co-debtor or guarantor of an account, as a person writes them down: a set of one.

    Raises PartyInvalid for a role, document, phone or e-mail that cannot be right, and for no
    name; ImportRuns while a file of the creditor is read, which may bring the same person.
    """
    name, email = " ".join(name.split())[:200], email.strip().lower()
    if role not in ROLES or not name:
        raise PartyInvalid(field="role" if name else "name")
    read = read_documents(
        pl.Series([document], dtype=pl.String),
        pl.Series([document_type or None], dtype=pl.String),
        pl.Series([account.country], dtype=pl.String),
    ).row(0, named=True)
    if document.strip() and (read["reason"] or not read["identity"]):
        raise PartyInvalid(field=document[:40])
    e164, is_phone = normalise_phone(phone, account.country) if phone.strip() else ("", True)
    if not is_phone:
        raise PartyInvalid(field=phone[:40])
    if email and not pl.select(is_email(pl.lit(email))).item():
        raise PartyInvalid(field=email[:80])
    with connection.cursor() as cursor:
        lock = "SELECT pg_try_advisory_xact_lock(hashtext('portfolio.import'), %s)"
        cursor.execute(lock, [account.creditor_id])
        if not cursor.fetchone()[0]:
            raise ImportRuns()
    person = {
        "line": 1,
        "name": name,
        "document": read["document"],
        "document_type": read["document_type"],
        "document_country": account.country,
        "identity": read["identity"],
        "birth_on": None,
        "is_synthetic": account.is_synthetic,
        "language": default_language(account.country),
        "country": account.country,
        "subdivision": "",
    }
    said = [("phone", e164), ("email", email)]
    contacts = [(1, kind, value, True, 0) for kind, value in said if value]
    rows = write_parties(
        creditor=account.creditor,
        now=now,
        people=pl.DataFrame([person], schema=_PERSON).with_columns(
            account_id=pl.lit(account.pk), role=pl.lit(role)
        ),
        contacts=pl.DataFrame(contacts, schema=_CONTACT, orient="row"),
        source=source or actor.label,
    )
    party = AccountParty.objects.get(account=account, debtor_id=rows["debtor_id"].item(), role=role)
    _tell(PARTY_ADDED, party, actor, now)
    return party


def remove_party(*, actor: Actor, now: datetime, party: AccountParty) -> None:
    """The person answers for the account no more, and stays known. Raises HolderStays."""
    if party.role not in ROLES:
        raise HolderStays()
    _tell(PARTY_REMOVED, party, actor, now)
    party.delete()


def _tell(event: str, party: AccountParty, actor: Actor, now: datetime) -> None:
    publish(
        event,
        actor=actor,
        now=now,
        creditor_id=party.account.creditor_id,
        refs=[f"account:{party.account_id}", f"debtor:{party.debtor_id}"],
        data={"role": party.role},
    )
