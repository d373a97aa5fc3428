"""Pairs of debtors who may be one human, side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.utils.translation import gettext as _

from acuerdo.portfolio.models import Account, ContactPoint, Debtor, DebtorPair
from acuerdo.web.access import Access
from acuerdo.web.formats import mask

SHOWN = 50
_ADDRESSES = 4


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two."""

    debtor: Debtor
    document: str
    birth_on: date | None
    addresses: list[str]
    account: Account | None
    more_accounts: int


@dataclass(frozen=True, slots=True)
class Pair:
    """What a person compares, and decides."""

    pair: DebtorPair
    reasons: list[str]
    sides: tuple[Side, Side]


def reason_words(code: str) -> str:
    """A reason of `rules.likeness` in words."""
    words = {
        "same_document": _("same document, written differently"),
        "near_document": _("documents differ in one character"),
        "same_phone": _("same phone"),
        "same_email": _("same e-mail"),
        "same_birth": _("same birth date"),
        "same_name": _("same name"),
        "name_contained": _("one name leaves a part out"),
        "similar_name": _("names differ in a letter"),
    }
    return words.get(code, code)


def count_pairs(creditor_ids: Sequence[int]) -> int:
    """How many wait for a decision."""
    return DebtorPair.objects.filter(creditor_id__in=creditor_ids, state="proposed").count()


def list_pairs(access: Access, creditor_ids: Sequence[int], state: str) -> list[Pair]:
    """The surest proposals, or the latest merges (`merged`), of these creditors."""
    pairs = DebtorPair.objects.filter(creditor_id__in=creditor_ids, state=state)
    ordered = (
        pairs.order_by("-decided_at") if state == "merged" else pairs.order_by("-sureness", "id")
    )
    found = list(ordered.select_related("creditor", "first__person", "second__person")[:SHOWN])
    ids = [debtor_id for pair in found for debtor_id in (pair.first_id, pair.second_id)]
    addresses: dict[int, list[str]] = defaultdict(list)
    points = ContactPoint.objects.filter(debtor_id__in=ids, kind__in=("phone", "email"))
    for point in points.order_by("debtor_id", "priority", "id"):
        may_see = access.may("see_addresses", point.creditor_id)
        shown = point.value if may_see else mask(point.kind, point.value)
        addresses[point.debtor_id].append(shown)
    accounts: dict[int, Account] = {}
    for account in Account.objects.filter(debtor_id__in=ids).order_by("-placed_at", "-id"):
        accounts.setdefault(account.debtor_id, account)
    counts = dict(
        Account.objects.filter(debtor_id__in=ids)
        .values_list("debtor_id")
        .annotate(Count("id"))
        .order_by()
    )

    def side(debtor: Debtor) -> Side:
        person = debtor.person
        document = f"{person.document_type.upper()} ···{person.document_last4}"
        return Side(
            debtor=debtor,
            document=document if person.document_last4 else "",
            birth_on=person.birth_on,
            addresses=addresses[debtor.pk][:_ADDRESSES],
            account=accounts.get(debtor.pk),
            more_accounts=max(counts.get(debtor.pk, 0) - 1, 0),
        )

    return [
        Pair(
            pair=pair,
            reasons=[reason_words(code) for code in pair.reasons],
            sides=(side(pair.first), side(pair.second)),
        )
        for pair in found
    ]
