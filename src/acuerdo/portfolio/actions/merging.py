"""Two debtors of a creditor become one, and two again.

What other creditors know of either person is not touched: nobody here can tell whether it is the
same human there, and a wrong guess would show one person another's debt.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Model, Q

from acuerdo.core.actor import Actor
from acuerdo.core.errors import NotFound
from acuerdo.core.events import publish
from acuerdo.portfolio.actions.places import refresh_zones
from acuerdo.portfolio.errors import NotProposed, UndoLaterFirst
from acuerdo.portfolio.events import DEBTORS_KEPT_APART, DEBTORS_MERGED, MERGE_UNDONE
from acuerdo.portfolio.models import Account, Debtor, DebtorPair, Person


def merge_debtors(*, creditor_id: int, pair_id: int, actor: Actor, now: datetime) -> DebtorPair:
    """All that one of the pair has becomes the other's: accounts, addresses, talks, holds, counts.

    The one with a document stays, else the older one. What the other has already (the same phone,
    a conversation) stays behind. Raises NotFound, and NotProposed where it was decided before.
    """
    pair = _lock(creditor_id, pair_id)
    if pair.state == "merged" or pair.first.merged_into_id or pair.second.merged_into_id:
        raise NotProposed()
    kept, gone = sorted(
        (pair.first, pair.second), key=lambda one: (one.person.document_hash is None, one.pk)
    )
    pair.moved = {
        link.name: ids for link in _links() if (ids := _move(link, creditor_id, gone, kept))
    }
    gone.merged_into = kept
    gone.save(update_fields=["merged_into"])
    refresh_zones([kept.pk, gone.pk])
    pair.gone = gone
    return _decide(pair, "merged", DEBTORS_MERGED, actor, now)


def keep_apart(*, creditor_id: int, pair_id: int, actor: Actor, now: datetime) -> DebtorPair:
    """They are two: the pair is not proposed again. Raises NotFound and NotProposed."""
    pair = _lock(creditor_id, pair_id)
    if pair.state != "proposed":
        raise NotProposed()
    return _decide(pair, "apart", DEBTORS_KEPT_APART, actor, now)


def undo_merge(*, creditor_id: int, pair_id: int, actor: Actor, now: datetime) -> DebtorPair:
    """Everything that was moved goes back; what came since stays where it came. The pair counts as
    two from now on. Raises NotFound, NotProposed, and UndoLaterFirst where the one who stayed has
    become somebody else's meanwhile."""
    pair = _lock(creditor_id, pair_id)
    gone = pair.gone
    if pair.state != "merged" or gone is None:
        raise NotProposed()
    kept = pair.first if gone.pk == pair.second_id else pair.second
    if kept.merged_into_id is not None:
        raise UndoLaterFirst()
    by_name = {link.name: link for link in _links()}
    for name, ids in pair.moved.items():
        _move(by_name[name], creditor_id, kept, gone, only=ids)
    Debtor.objects.filter(pk=gone.pk).update(merged_into=None)
    refresh_zones([kept.pk, gone.pk])
    pair.gone, pair.moved = None, {}
    return _decide(pair, "apart", MERGE_UNDONE, actor, now)


@dataclass(frozen=True, slots=True)
class _Link:
    """A column that names a debtor or a person."""

    model: type[Model]
    field: str
    is_person: bool

    @property
    def name(self) -> str:
        return f"{self.model._meta.label}.{self.field}"


def _links() -> Iterator[_Link]:
    """Every column of any room that points at a debtor, and those that point at a person and name
    the creditor; but for the pairs themselves."""
    for target, is_person in ((Debtor, False), (Person, True)):
        for relation in target._meta.related_objects:
            model = relation.related_model
            assert not isinstance(model, str)
            if model is DebtorPair or (is_person and model is Debtor):
                continue
            if is_person and not _has_creditor(model):
                continue
            yield _Link(model, relation.field.name, is_person)


def _has_creditor(model: type[Model]) -> bool:
    return any(field.attname == "creditor_id" for field in model._meta.concrete_fields)


def _move(
    link: _Link, creditor_id: int, source: Debtor, target: Debtor, only: list[int] | None = None
) -> list[int]:
    """Ids of the rows that moved. What the target has already, and what refuses every change, stays
    behind."""
    old, new = (source.person_id, target.person_id) if link.is_person else (source.pk, target.pk)
    mine = Q(**{f"{link.field}_id": old})
    if link.is_person:
        mine &= Q(creditor_id=creditor_id)
    manager = link.model._base_manager
    ids = list(manager.filter(mine).order_by("pk").values_list("pk", flat=True))
    if only is not None:
        ids = sorted(set(ids) & set(only))
    if not ids:
        return []
    change = {f"{link.field}_id": new}
    try:
        with transaction.atomic():
            manager.filter(pk__in=ids).update(**change)
    except IntegrityError:
        return [pk for pk in ids if _moves_alone(link, pk, change)]
    return ids


def _moves_alone(link: _Link, pk: int, change: dict[str, int]) -> bool:
    try:
        with transaction.atomic():
            link.model._base_manager.filter(pk=pk).update(**change)
    except IntegrityError:
        return False
    return True


def _lock(creditor_id: int, pair_id: int) -> DebtorPair:
    """The pair, with both persons locked in order of their ids, then the debtors, then accounts."""
    pair = DebtorPair.objects.filter(pk=pair_id, creditor_id=creditor_id).first()
    if pair is None:
        raise NotFound(what=f"pair {pair_id}")
    debtor_ids = (pair.first_id, pair.second_id)
    people = Person.objects.filter(debtor__in=debtor_ids).order_by("pk")
    list(people.select_for_update(no_key=True).values_list("pk"))
    list(
        Debtor.objects.select_for_update(no_key=True)
        .filter(pk__in=debtor_ids)
        .order_by("pk")
        .values_list("pk")
    )
    list(
        Account.objects.select_for_update()
        .filter(debtor__in=debtor_ids)
        .order_by("pk")
        .values_list("pk")
    )
    return (
        DebtorPair.objects.select_for_update(of=("self",))
        .select_related("first__person", "second__person", "gone__person")
        .get(pk=pair.pk)
    )


def _decide(pair: DebtorPair, state: str, event: str, actor: Actor, now: datetime) -> DebtorPair:
    pair.state, pair.decided_at, pair.decided_by = state, now, actor.label
    pair.save(update_fields=["state", "decided_at", "decided_by", "gone", "moved"])
    publish(
        event,
        actor=actor,
        now=now,
        creditor_id=pair.creditor_id,
        refs=[f"debtor:{pair.first_id}", f"debtor:{pair.second_id}"],
        data={"pair": pair.pk, "moved": sum(map(len, pair.moved.values()))},
    )
    return pair
