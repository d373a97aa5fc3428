"""Accounts by what identifies them: number, document, phone, e-mail, each by its own index."""

from __future__ import annotations

import re
from collections.abc import Collection

import polars as pl
from django.db.models import QuerySet
from django.db.models.functions import Coalesce, Right

from acuerdo.core.crypto import keyed_hash
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.models import PHONE_END, Account, AccountParty, ContactPoint, Debtor, Person
from acuerdo.portfolio.rules import list_phone_variants, normalise_phone
from acuerdo.portfolio.rules.documents import read_documents

# More accounts than these share a number's beginning or a phone only where it identifies nobody.
MOST = 500
_NOT_DIGITS = re.compile(r"\D+")
_LAST = re.compile(r"[0-9A-Za-z]{4}")


def find_accounts(text: str, creditor_ids: Collection[int]) -> list[int]:
    """Ids of these creditors' accounts that `text` identifies, at most `MOST` by each way.

    It may be the beginning of an account number, a document in any spelling or its last four
    characters, a phone in any writing (at least its last seven digits) or an e-mail address; of
    the debtor, a co-debtor or a guarantor.
    """
    text = text.strip()
    ids = list(creditor_ids)
    if not text or not ids:
        return []
    debtors: set[int] = set()
    if "@" in text:
        debtors |= _by_email(text, ids)
    elif any(letter.isdigit() for letter in text):
        debtors |= _by_document(text, ids) | _by_phone(text, ids)
    accounts = set(
        Account.objects.filter(creditor_id__in=ids, number__istartswith=text).values_list(
            "pk", flat=True
        )[:MOST]
        if any(letter.isdigit() for letter in text)
        else ()
    )
    if debtors:
        held = Account.objects.filter(creditor_id__in=ids, debtor_id__in=debtors)
        accounts |= set(held.values_list("pk", flat=True)[:MOST])
        parties = AccountParty.objects.filter(debtor_id__in=debtors)
        accounts |= set(parties.values_list("account_id", flat=True)[:MOST])
    return sorted(accounts)


def find_debtors_by_document(text: str, creditor_ids: Collection[int]) -> set[int]:
    """Ids of these creditors' debtors whose document `text` is, in any spelling."""
    countries = sorted(
        set(Creditor.objects.filter(pk__in=creditor_ids).values_list("country", flat=True))
    )
    read = read_documents(
        pl.Series([text] * len(countries), dtype=pl.String),
        pl.Series([None] * len(countries), dtype=pl.String),
        pl.Series(countries, dtype=pl.String),
    )
    hashes = [
        keyed_hash(f"document:{country}:{identity}")
        for country, identity in zip(countries, read["identity"].to_list(), strict=True)
        if identity
    ]
    return _debtors_of(Person.objects.filter(document_hash__in=hashes), creditor_ids)


def _by_document(text: str, creditor_ids: Collection[int]) -> set[int]:
    found = find_debtors_by_document(text, creditor_ids)
    if _LAST.fullmatch(text):
        found |= _debtors_of(Person.objects.filter(document_last4=text.upper()), creditor_ids)
    return found


def _debtors_of(people: QuerySet[Person], creditor_ids: Collection[int]) -> set[int]:
    """Of a person who was merged into another, the other."""
    found = Debtor.objects.filter(
        creditor_id__in=creditor_ids, person_id__in=list(people.values_list("pk", flat=True))
    )
    ids = found.annotate(who=Coalesce("merged_into_id", "pk")).values_list("who", flat=True)
    return set(ids[:MOST])


def _by_phone(text: str, creditor_ids: Collection[int]) -> set[int]:
    digits = _NOT_DIGITS.sub("", text)
    if len(digits) < PHONE_END or len(digits) < len(text) - 8:
        return set()
    countries = Creditor.objects.filter(pk__in=creditor_ids).values_list("country", flat=True)
    whole: set[str] = set()
    for country in set(countries):
        e164, is_valid = normalise_phone(text, country)
        whole.update(list_phone_variants(e164) if is_valid else ())
    national = digits.lstrip("0")
    points = (
        ContactPoint.objects.filter(creditor_id__in=creditor_ids, kind="phone")
        .annotate(end=Right("value", PHONE_END))
        .filter(end=digits[-PHONE_END:])
        .values_list("debtor_id", "value")[:MOST]
    )
    return {debtor_id for debtor_id, value in points if value in whole or value.endswith(national)}


def _by_email(text: str, creditor_ids: Collection[int]) -> set[int]:
    points = ContactPoint.objects.filter(
        creditor_id__in=creditor_ids, kind="email", value=text.lower()
    )
    return set(points.values_list("debtor_id", flat=True)[:MOST])
