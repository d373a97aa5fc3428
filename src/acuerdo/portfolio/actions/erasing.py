"""Forgetting people, and the words of people, when the time has come."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db.models import CharField, Exists, Model, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Concat

from acuerdo.core.actor import Actor
from acuerdo.core.errors import NotFound
from acuerdo.core.events import publish
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.errors import RetentionInvalid, StillCollected
from acuerdo.portfolio.events import PEOPLE_ERASED, RETENTION_APPLIED, RETENTION_CHANGED
from acuerdo.portfolio.models import Account, AccountParty, Debtor, Person
from acuerdo.portfolio.personal import list_personal

# What a creditor may ask for, in days; none forgets what is younger than the least.
LEAST_DAYS: Final = 30
MOST_DAYS: Final = 36_500
# Uploads that nobody imports and lists that were exported go also where nobody made a rule.
FILE_DAYS: Final = 30
RULES: Final = ("people", "texts", "files")
_SET: Final = 2_000
_NAMELESS: Final = Concat(Value("#"), Cast("pk", CharField()))


@dataclass(frozen=True, slots=True)
class Retention:
    """A creditor's rules in days, None where there is none.

    `people`: a person is forgotten so long after the last account was closed. `texts`: what was
    written and said is forgotten at that age, though the person stays. `files`: a file that was
    uploaded and not imported, or a list that was exported, is thrown away at that age.
    """

    people: int | None = None
    texts: int | None = None
    files: int = FILE_DAYS


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What the rules reach: how many people, and rows with texts by model."""

    people: int
    texts: dict[str, int] = field(default_factory=dict)


def erase_debtor(*, creditor_id: int, debtor_id: int, actor: Actor, now: datetime) -> Debtor:
    """Forget one person at a creditor, as they may ask. What laws make the creditor keep stays,
    under a number instead of a name.

    Raises NotFound, and StillCollected while an account of theirs is open.
    """
    debtor = Debtor.objects.filter(pk=debtor_id, creditor_id=creditor_id).first()
    if debtor is None:
        raise NotFound(what=f"debtor {debtor_id}")
    open_accounts = Account.objects.filter(state="active").filter(
        Q(debtor=debtor) | Q(parties__debtor=debtor)
    )
    if open_accounts.exists():
        raise StillCollected()
    if debtor.erased_at is None:
        _erase([debtor.pk], now)
        _tell(creditor_id, [debtor.pk], actor, now)
    debtor.refresh_from_db()
    return debtor


def get_retention(creditor: Creditor) -> Retention:
    """The creditor's rules."""
    stored = creditor.settings.get("retention", {})
    return Retention(
        people=stored.get("people"),
        texts=stored.get("texts"),
        files=stored.get("files", FILE_DAYS),
    )


def set_retention(*, creditor_id: int, rules: Retention, actor: Actor, now: datetime) -> Creditor:
    """Change a creditor's rules. Raises RetentionInvalid outside `LEAST_DAYS` to `MOST_DAYS`."""
    creditor = Creditor.objects.select_for_update().get(pk=creditor_id)
    days = {"people": rules.people, "texts": rules.texts, "files": rules.files}
    for name, value in days.items():
        least = 1 if name == "files" else LEAST_DAYS
        if value is not None and not least <= value <= MOST_DAYS:
            raise RetentionInvalid(least=least, most=MOST_DAYS)
    creditor.settings["retention"] = days
    creditor.save(update_fields=["settings"])
    publish(RETENTION_CHANGED, actor=actor, now=now, creditor_id=creditor_id, data=days)
    return creditor


def plan_retention(*, creditor: Creditor, now: datetime) -> Forgotten:
    """What the rules would forget now: a dry run, which changes nothing."""
    rules = get_retention(creditor)
    people = _forgettable(creditor, rules.people, now).count() if rules.people else 0
    if not rules.texts:
        return Forgotten(people)
    return Forgotten(people, {label: rows.count() for label, rows in _old(creditor, rules, now)})


def apply_retention(*, creditor: Creditor, actor: Actor, now: datetime) -> Forgotten:
    """Forget what the rules reach, people in sets, and say how much that was."""
    rules = get_retention(creditor)
    people = 0
    while rules.people:
        found = _forgettable(creditor, rules.people, now).order_by("pk")
        ids = list(found.values_list("pk", flat=True)[:_SET])
        if not ids:
            break
        _erase(ids, now)
        people += len(ids)
    texts: dict[str, int] = {}
    if rules.texts:
        clears = {kind.label: kind.clear for kind in list_personal()}
        texts = {label: rows.update(**clears[label]) for label, rows in _old(creditor, rules, now)}
    done = Forgotten(people, texts)
    if people or any(texts.values()):
        publish(
            RETENTION_APPLIED,
            actor=actor,
            now=now,
            creditor_id=creditor.pk,
            data={"people": people, "texts": texts},
        )
    return done


def _forgettable(creditor: Creditor, days: int, now: datetime) -> QuerySet[Debtor]:
    """Debtors with no open account whose last one was closed so long ago."""
    own = Account.objects.filter(debtor=OuterRef("pk"))
    answers = AccountParty.objects.filter(debtor=OuterRef("pk"))
    limit = now - timedelta(days=days)
    ended = Coalesce("closed_at", "placed_at")
    party_ended = Coalesce("account__closed_at", "account__placed_at")
    return Debtor.objects.filter(
        Exists(answers),
        ~Exists(own.filter(state="active")),
        ~Exists(answers.filter(account__state="active")),
        ~Exists(own.annotate(ended=ended).filter(ended__gt=limit)),
        ~Exists(answers.annotate(ended=party_ended).filter(ended__gt=limit)),
        creditor=creditor,
        erased_at__isnull=True,
        merged_into__isnull=True,
    )


def _old(creditor: Creditor, rules: Retention, now: datetime) -> list[tuple[str, QuerySet[Model]]]:
    """Rows whose words are older than the rule and not forgotten yet."""
    limit = now - timedelta(days=rules.texts or 0)
    found = []
    for kind in list_personal():
        if kind.at:
            rows = kind.model._base_manager.filter(
                **{f"{kind.via}__creditor": creditor, f"{kind.at}__lt": limit}
            )
            still = Q()
            for column, empty in kind.clear.items():
                if not hasattr(empty, "resolve_expression"):
                    still |= ~Q(**{column: empty})
            found.append((kind.label, rows.filter(still)))
    return found


def _erase(debtor_ids: Collection[int], now: datetime) -> None:
    """Forget these debtors and whoever was merged into them, all at once."""
    whole = Debtor.objects.filter(Q(pk__in=debtor_ids) | Q(merged_into__in=debtor_ids))
    ids = list(whole.order_by("pk").values_list("pk", flat=True))
    people = list(whole.order_by("person_id").values_list("person_id", flat=True).distinct())
    list(Person.objects.select_for_update().filter(pk__in=people).order_by("pk").values("pk"))
    for kind in list_personal():
        kind.model._base_manager.filter(**{f"{kind.via}__in": ids}).update(**kind.clear)
    Debtor.objects.filter(pk__in=ids).update(
        name=_NAMELESS,
        subdivision="",
        location_country="",
        location_subdivision="",
        location_declared_at=None,
        erased_at=now,
    )
    # Another creditor that still knows the person keeps what it needs to know them by.
    known = Debtor.objects.filter(person=OuterRef("pk"), erased_at__isnull=True)
    Person.objects.filter(~Exists(known), pk__in=people).update(
        full_name=_NAMELESS,
        document_type="",
        document_hash=None,
        document_encrypted=None,
        document_last4="",
        birth_on=None,
    )


def _tell(creditor_id: int, debtor_ids: Collection[int], actor: Actor, now: datetime) -> None:
    publish(
        PEOPLE_ERASED,
        actor=actor,
        now=now,
        creditor_id=creditor_id,
        refs=[f"debtor:{pk}" for pk in debtor_ids],
        data={"people": len(debtor_ids)},
    )
