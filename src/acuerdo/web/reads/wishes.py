"""What keeps us from a debtor and what they wish: in force and past, with who, why and until."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from acuerdo.cases.models import Case, Task
from acuerdo.compliance.models import (
    Consent,
    ContactWish,
    Hold,
    OptOut,
    Quarantine,
    WishKind,
)
from acuerdo.core.errors import NotFound
from acuerdo.core.vocabulary import Purpose
from acuerdo.identity.models import User
from acuerdo.portfolio.models import Account
from acuerdo.reporting.texts import channel_of, say_wish, word_of
from acuerdo.web.access import Access
from acuerdo.web.formats import mask

PAST_SHOWN = 50
BY_HAND = "page"
"""The source of what a person decided here."""
_PER_KIND = 200


@dataclass(frozen=True, slots=True)
class Standing:
    """One thing that stands, or stood, between us and a contact. `opens` is what the
    button says behind which `act` and `second_act` end it; without an `act` it cannot be ended
    here, and `ends_with` says by what it ends, at `href`."""

    kind: str
    pk: int
    symbol: str
    tone: str
    title: str
    scope: str
    said: str
    source: str
    by: str
    since: datetime
    until: datetime | None
    ended_at: datetime | None
    ended_by: str
    ended_why: str
    act: str = ""
    opens: str = ""
    button: str = ""
    second_act: str = ""
    second_button: str = ""
    ends_with: str = ""
    href: str = ""

    @property
    def key(self) -> str:
        """The id as the form sends it back."""
        return str(self.pk)

    @property
    def second_mark(self) -> str:
        """What a refused second button leaves open."""
        return f"{self.second_act}:{self.pk}"


@dataclass(frozen=True, slots=True)
class WishesView:
    """The context of the page."""

    account: Account
    zone: str
    in_force: list[tuple[str, list[Standing]]]
    count: int
    past: list[Standing]
    past_more: int
    can_change: bool


def get_wishes_view(
    *, public_id: UUID, access: Access, creditor_ids: Sequence[int], now: datetime
) -> WishesView:
    """All of a debtor, reached by one of their accounts. Raises NotFound for another creditor's."""
    account = (
        Account.objects.filter(public_id=public_id, creditor_id__in=creditor_ids)
        .select_related("debtor", "debtor__person", "creditor")
        .first()
    )
    if account is None:
        raise NotFound(what=_("The account"))
    may_see = access.may("see_addresses", account.creditor_id)
    found = _name(
        [
            *_list_holds(account, now),
            *_list_quarantines(account, may_see),
            *_list_opt_outs(account),
            *_list_wishes(account),
            *_list_consents(account),
        ]
    )
    ended = [one for one in found if one.ended_at is not None]
    ended.sort(key=lambda one: one.ended_at or now, reverse=True)
    in_force = [one for one in found if one.ended_at is None]
    return WishesView(
        account=account,
        zone=account.creditor.timezone,
        in_force=_group(in_force),
        count=len(in_force),
        past=ended[:PAST_SHOWN],
        past_more=max(len(ended) - PAST_SHOWN, 0),
        can_change=access.may("converse", account.creditor_id),
    )


def _group(rows: Sequence[Standing]) -> list[tuple[str, list[Standing]]]:
    """What is in force under three headings, those with nothing left out."""
    headings = {
        _("What keeps us away"): {"hold", "quarantine", "opt_out"},
        _("What they wish"): {"wish"},
        _("What they authorised"): {"consent"},
    }
    groups = [
        (heading, [row for row in rows if row.kind in kinds]) for heading, kinds in headings.items()
    ]
    return [group for group in groups if group[1]]


def list_own_holds(account: Account) -> QuerySet[Hold]:
    """The holds on this debtor that the creditor placed itself."""
    return _holds(account).filter(creditor_id=account.creditor_id)


def may_release(hold: Hold) -> bool:
    """Whether a person may release the hold by itself: one of an open case or of an agreement ends
    with that."""
    if hold.source.startswith("agreement:"):
        return False
    return not _is_undecided(_cases([hold.source]).get(hold.source))


def may_end(quarantine: Quarantine) -> bool:
    """Whether a person may free or remove the address by itself: what the debtor's own open case
    is about is decided there."""
    case = _cases([quarantine.source]).get(quarantine.source)
    return not (_is_undecided(case) and case and case.debtor_id == quarantine.debtor_id)


def _is_undecided(case: Case | None) -> bool:
    return case is not None and case.state == "open"


def _holds(account: Account) -> QuerySet[Hold]:
    # Of a person's other debtors at other creditors nothing but what is about the person.
    return Hold.objects.filter(
        Q(account__debtor=account.debtor)
        | Q(debtor=account.debtor)
        | Q(person=account.debtor.person)
    )


def _list_holds(account: Account, now: datetime) -> Iterator[Standing]:
    rows = list(_holds(account).select_related("account").order_by("-from_at", "-pk")[:_PER_KIND])
    cases = _cases(row.source for row in rows)
    for row in rows:
        own = row.creditor_id == account.creditor_id
        over = row.until_at is not None and row.until_at <= now
        case = cases.get(row.source) if own else None
        ended = row.released_at or (row.until_at if over else None)
        why = row.released_why or ("" if row.released_at else _("Its time was over."))
        standing = Standing(
            kind="hold",
            pk=row.pk,
            symbol="pause",
            tone="warn",
            title=_sentence(_("Left alone: %(reason)s") % {"reason": word_of(row.reason)}),
            scope=_scope(row),
            said=row.note if own else "",
            source=say_source(row.source) if own else "",
            by=row.placed_by if own else "",
            since=row.from_at,
            until=row.until_at,
            ended_at=ended,
            ended_by=row.released_by if own else "",
            ended_why=why if ended else "",
        )
        if ended is None:
            standing = _with_end(standing, row, own=own, case=case)
        yield standing


def _with_end(standing: Standing, row: Hold, *, own: bool, case: Case | None) -> Standing:
    if not own:
        return replace(standing, ends_with=_("Another creditor's record about this person."))
    if _is_undecided(case):
        return _with_case(standing, case)
    if row.source.startswith("agreement:"):
        return replace(standing, ends_with=_("Ends with the agreement."))
    return replace(standing, act="release_hold", button=_("Release"))


def _with_case(standing: Standing, case: Case | None) -> Standing:
    task = Task.objects.filter(case=case, state="open").first()
    href = reverse("web:task", args=[task.public_id]) if task else ""
    return replace(standing, ends_with=_("Ends when its case is decided."), href=href)


def _scope(row: Hold) -> str:
    if row.account is not None:
        return _("Account %(number)s") % {"number": row.account.number}
    return _("All accounts of this person here") if row.debtor_id else _("The person")


def _cases(sources: Iterable[str]) -> dict[str, Case]:
    """The cases that holds come from: source → case."""
    wanted: dict[str, UUID] = {}
    for source in sources:
        kind, _colon, name = source.partition(":")
        if kind == "case":
            with suppress(ValueError):
                wanted[source] = UUID(name)
    rows = Case.objects.filter(public_id__in=set(wanted.values()))
    found = {case.public_id: case for case in rows}
    return {source: found[name] for source, name in wanted.items() if name in found}


def _list_quarantines(account: Account, may_see: bool) -> Iterator[Standing]:
    found = Quarantine.objects.filter(debtor=account.debtor).select_related("contact_point")
    rows = list(found.order_by("-since_at", "-pk")[:_PER_KIND])
    cases = _cases(row.source for row in rows)
    for row in rows:
        point = row.contact_point
        shown = point.value if may_see else mask(point.kind, point.value)
        outcome = _("Used again.") if row.outcome == "cleared" else _("Removed for good.")
        standing = Standing(
            kind="quarantine",
            pk=row.pk,
            symbol="shield-alert",
            tone="warn",
            title=_("Address at rest: a wrong person answered"),
            scope=shown,
            said="",
            source=say_source(row.source),
            by=row.placed_by,
            since=row.since_at,
            until=None,
            ended_at=row.ended_at,
            ended_by=row.ended_by,
            ended_why=" ".join(part for part in (outcome, _why(row.ended_why)) if part)
            if row.ended_at
            else "",
            act="" if row.ended_at else "clear_address",
            opens=_("Decide"),
            button=_("Use it again"),
            second_act="" if row.ended_at else "remove_address",
            second_button=_("Remove for good"),
        )
        case = cases.get(row.source)
        if row.ended_at is None and case is not None and not may_end(row):
            standing = _with_case(replace(standing, act="", second_act=""), case)
        yield standing


def _why(text: str) -> str:
    """What a person wrote, or the resolution of a case in words."""
    words = {
        "right_person": _("It is the right person: go on as before"),
        "address_removed": _("Wrong person: the address was removed"),
    }
    return words.get(text, text)


def _list_opt_outs(account: Account) -> Iterator[Standing]:
    rows = OptOut.objects.filter(debtor=account.debtor)
    for row in rows.order_by("-opted_out_at", "-pk")[:_PER_KIND]:
        if row.purpose:
            title = _("Wants no commercial offers")
        elif not row.channel:
            title = _("Does not want to be contacted")
        else:
            title = _("Wants no contact by this channel")
        scope = channel_of(row.channel)
        if row.channel and not row.purpose:
            scope += " · " + (
                _("collection rests everywhere") if row.is_stop else _("other channels stay open")
            )
        yield Standing(
            kind="opt_out",
            pk=row.pk,
            symbol="ban",
            tone="warn" if row.is_stop and not row.purpose else "info",
            title=title,
            scope=scope,
            said=row.text,
            source=say_source(row.source),
            by=row.recorded_by or "debtor",
            since=row.opted_out_at,
            until=None,
            ended_at=row.withdrawn_at,
            ended_by=row.withdrawn_by,
            ended_why=say_source(row.withdrawn_why),
            act="" if row.withdrawn_at else "withdraw_opt_out",
            button=_("Withdraw"),
        )


def _list_wishes(account: Account) -> Iterator[Standing]:
    rows = ContactWish.objects.filter(debtor=account.debtor)
    for row in rows.order_by("-wished_at", "-pk")[:_PER_KIND]:
        instruments = {
            "separate_after_contract": _("agreed apart from the contract, after it"),
            "inside_contract": _("a clause of the contract"),
        }
        replaced = row.withdrawn_at is not None and not row.withdrawn_why
        yield Standing(
            kind="wish",
            pk=row.pk,
            symbol="heart-handshake" if row.kind == WishKind.PREFERRED_CHANNEL else "clock",
            tone="info",
            title=say_wish(row),
            scope=instruments.get(row.instrument, ""),
            said=row.text,
            source=say_source(row.source),
            by=row.recorded_by,
            since=row.wished_at,
            until=None,
            ended_at=row.withdrawn_at,
            ended_by=row.withdrawn_by,
            ended_why=_("Another wish took its place.") if replaced else row.withdrawn_why,
            act="" if row.withdrawn_at else "withdraw_wish",
            button=_("Withdraw"),
        )


def _list_consents(account: Account) -> Iterator[Standing]:
    rows = Consent.objects.filter(debtor=account.debtor)
    for row in rows.order_by("-granted_at", "-pk")[:_PER_KIND]:
        offers = row.purpose == Purpose.COMMERCIAL_OFFER
        yield Standing(
            kind="consent",
            pk=row.pk,
            symbol="badge-check",
            tone="good",
            title=_("Authorised commercial offers") if offers else _("Authorised the channel"),
            scope=channel_of(row.channel),
            said=row.text,
            source=say_source(row.source),
            by=row.granted_by,
            since=row.granted_at,
            until=None,
            ended_at=row.revoked_at,
            ended_by=row.revoked_by,
            ended_why=say_source(row.revoked_why),
            act="" if row.revoked_at else "revoke_consent",
            button=_("Revoke"),
        )


def say_source(source: str) -> str:
    """Where something comes from, in words; what a person wrote stands for itself."""
    kind, colon, name = source.partition(":")
    words = {
        "inbound": _("a message of theirs"),
        "conversation": _("the conversation"),
        "turn": _("the conversation"),
        "case": _("a case"),
        "agreement": _("an agreement"),
        "unsubscribe": _("the link in a mail"),
        "portal": _("the portal"),
    }
    if source == BY_HAND:
        return ""
    is_ours = bool(colon) and " " not in name and name != ""
    return words[kind] if is_ours and kind in words else source


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _name(rows: Sequence[Standing]) -> list[Standing]:
    """The labels of actors turned into names, in one query."""
    labels = {label for row in rows for label in (row.by, row.ended_by)}
    ids = {label.partition(":")[2] for label in labels if label.startswith("user:")}
    users = User.objects.filter(pk__in=[name for name in ids if name.isdigit()])
    names = {f"user:{user.pk}": str(user) for user in users}
    kinds = {
        "debtor": _("the debtor"),
        "assistant": _("the assistant"),
        "provider": _("the debtor"),
        "system": "acuerdo",
        "user": _("a colleague"),
    }

    def name(label: str) -> str:
        return names.get(label) or kinds.get(label.partition(":")[0], "")

    return [replace(row, by=name(row.by), ended_by=name(row.ended_by)) for row in rows]
