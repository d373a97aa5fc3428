"""One account's page: everything about it in about thirty queries, whatever its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from acuerdo.agreements.models import Agreement
from acuerdo.cases.models import Task
from acuerdo.compliance.models import ContactWish, Hold, OptOut
from acuerdo.conversations.models import Conversation
from acuerdo.core.errors import NotFound
from acuerdo.core.money import Money
from acuerdo.core.vocabulary import Component
from acuerdo.creditors.countries import COUNTRIES
from acuerdo.ledger import queries as ledger
from acuerdo.messaging.models import TrackedLink
from acuerdo.payments.models import PaymentRequest
from acuerdo.portfolio.models import Account, AccountParty, ContactPoint, Debtor, DueItem
from acuerdo.portfolio.queries import list_days_past_due
from acuerdo.reporting.queries import get_timeline
from acuerdo.reporting.texts import PARTIES, channel_of, reason_text, say_wish, word_of
from acuerdo.strategies.models import Enrolment
from acuerdo.web.access import Access
from acuerdo.web.reads.accounts import agreement_label, segment_names, state_label
from acuerdo.web.reads.conversations import TurnView, list_turns
from acuerdo.web.reads.next_act import Facts, NextAct, propose
from acuerdo.web.reads.points import Point, list_points
from acuerdo.web.reads.timeline import Day, group_days
from acuerdo.web.reads.ways import Forbidden, Ways, list_ways

DUE_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Due:
    """One due part of the debt or of an agreement."""

    on: date
    amount: Money
    state: str
    tone: str


@dataclass(frozen=True, slots=True)
class Deal:
    """An agreement and its parts."""

    title: str
    state: str
    tone: str
    total: Money
    discount: Money
    parts: list[Due]
    is_running: bool


@dataclass(frozen=True, slots=True)
class Advice:
    """The next best action in words."""

    title: str
    reason: str
    href: str
    button: str


@dataclass(frozen=True, slots=True)
class Other:
    """Another account of the same debtor."""

    account: Account
    balance: Money


@dataclass(frozen=True, slots=True)
class AccountView:
    """The context of the account's page."""

    account: Account
    debtor: Debtor
    zone: str
    debtor_zone: str
    may_place: bool
    may_offer: bool
    may_correct: bool
    total: Money
    components: list[tuple[str, Money]]
    dpd: int
    segment: str
    tags: list[tuple[str, str]]
    points: list[Point]
    parties: list[tuple[str, str]]
    wishes: list[str]
    due: list[Due]
    due_more: int
    deals: list[Deal]
    others: list[Other]
    advice: Advice
    ways: Ways
    conversation: Conversation | None
    turns: list[TurnView]
    days: list[Day]
    this_year: int
    now: datetime
    may_manage: bool
    may_export: bool


def get_account_view(
    *, public_id: UUID, access: Access, creditor_ids: Sequence[int], now: datetime
) -> AccountView:
    """Everything about the account. Raises NotFound for another creditor's."""
    account = (
        Account.objects.filter(public_id=public_id, creditor_id__in=creditor_ids)
        .select_related("debtor", "debtor__person", "creditor", "portfolio")
        .first()
    )
    if account is None:
        raise NotFound(what=_("The account"))
    zone = account.creditor.timezone
    today = now.astimezone(ZoneInfo(zone)).date()
    debtor = account.debtor
    balance = ledger.list_balances([account.pk]).get(account.pk)
    components = balance.components if balance else {}
    dpd = list_days_past_due([account.pk], today)[account.pk]
    agreements = list(
        Agreement.objects.filter(account=account)
        .prefetch_related("instalments")
        .order_by("-reached_at")[:3]
    )
    holds = _list_holds(account, now)
    conversation = (
        Conversation.objects.filter(debtor=debtor, creditor_id__in=creditor_ids)
        .select_related("debtor", "creditor", "agent")
        .first()
    )
    points = list(ContactPoint.objects.filter(debtor=debtor).order_by("-is_valid", "priority"))
    wishes = ContactWish.objects.filter(debtor=debtor, withdrawn_at=None)
    due_items = list(DueItem.objects.filter(account=account).order_by("sequence"))
    task = (
        Task.objects.filter(state="open", creditor_id__in=creditor_ids, debtor=debtor)
        .filter(Q(account=account) | Q(account__isnull=True))
        .order_by("created_at")
        .first()
    )
    enrolment = (
        Enrolment.objects.filter(account=account, state="active").select_related("strategy").first()
    )
    act = _propose(account, agreements, holds, conversation, points, task, enrolment, today)
    segments = segment_names({account.creditor_id})
    may_see = access.may("see_addresses", account.creditor_id)
    country_zone = COUNTRIES[debtor.country].timezone if debtor.country in COUNTRIES else zone
    return AccountView(
        account=account,
        debtor=debtor,
        zone=zone,
        debtor_zone=debtor.timezone or country_zone,
        may_place=access.may("work_cases", account.creditor_id),
        may_correct=access.may("correct_books", account.creditor_id),
        may_offer=account.state == "active" and access.may("converse", account.creditor_id),
        total=Money(balance.total_minor if balance else 0, account.currency),
        components=[
            (word_of(part.value), Money(components[part], account.currency))
            for part in Component
            if components.get(part)
        ],
        dpd=dpd,
        segment=segments.get((account.creditor_id, account.segment_code), ""),
        tags=_tags(account, agreements, holds),
        wishes=[say_wish(wish) for wish in wishes.order_by("kind")],
        points=list_points(debtor, points, may_see=may_see),
        parties=_list_parties(account),
        due=[_due_item(item, account.currency, today) for item in due_items[:DUE_SHOWN]],
        due_more=max(len(due_items) - DUE_SHOWN, 0),
        deals=[_deal(agreement) for agreement in agreements],
        others=_list_others(account, creditor_ids),
        advice=_advise(act, account, holds, conversation, task),
        ways=list_ways(account, points, holds, enrolment, now),
        conversation=conversation,
        turns=list_turns(conversation, zone),
        days=group_days(get_timeline(creditor_ids=creditor_ids, account_id=account.pk), zone),
        this_year=today.year,
        now=now,
        may_manage=access.may("manage_personal_data", account.creditor_id),
        may_export=access.may("export_evidence", account.creditor_id),
    )


def _list_holds(account: Account, now: datetime) -> list[Hold]:
    return list(
        Hold.objects.filter(
            Q(account=account) | Q(debtor=account.debtor) | Q(person=account.debtor.person),
            Q(until_at__isnull=True) | Q(until_at__gt=now),
            creditor_id=account.creditor_id,
            released_at__isnull=True,
            from_at__lte=now,
        )
        # An agreement being kept holds too; it is told as what it is.
        .exclude(source__startswith="agreement:")
        .order_by("from_at")
    )


def _propose(
    account: Account,
    agreements: Sequence[Agreement],
    holds: Sequence[Hold],
    conversation: Conversation | None,
    points: Sequence[ContactPoint],
    task: Task | None,
    enrolment: Enrolment | None,
    today: date,
) -> NextAct:
    latest = agreements[0] if agreements else None
    due = [
        part.due_on
        for part in (latest.instalments.all() if latest and latest.state == "active" else ())
        if part.state == "due"
    ]
    checkout = (
        PaymentRequest.objects.filter(account=account, state="open")
        .order_by("-requested_at")
        .first()
    )
    link = (
        TrackedLink.objects.filter(account=account, first_opened_at__isnull=False)
        .order_by("-first_opened_at")
        .first()
    )
    return propose(
        Facts(
            today=today,
            state=account.state,
            needs_person=bool(conversation and conversation.needs_person),
            open_task=task.kind if task else "",
            hold_reason=holds[0].reason if holds else "",
            agreement_state=latest.state if latest else "",
            next_due_on=min(due, default=None),
            open_checkout_at=checkout.requested_at if checkout else None,
            visited_at=link.first_opened_at if link else None,
            next_contact_at=enrolment.next_at if enrolment else None,
            is_reachable=any(point.is_valid and point.kind != "address" for point in points),
        )
    )


def _advise(
    act: NextAct,
    account: Account,
    holds: Sequence[Hold],
    conversation: Conversation | None,
    task: Task | None,
) -> Advice:
    talk = reverse("web:conversation", args=[conversation.public_id]) if conversation else ""
    work = reverse("web:task", args=[task.public_id]) if task else ""
    reason = conversation.needs_person_reason if conversation else ""
    hold = reason_text(holds[0].reason) if holds else ""
    words: dict[str, tuple[str, str, str, str]] = {
        "closed": (_("Nothing to do"), state_label(account.state), "", ""),
        "answer": (
            _("Answer the debtor"),
            word_of(reason) if reason else _("The assistant asked for a person."),
            talk,
            _("Open the conversation"),
        ),
        "task": (
            _("Decide the open task"),
            word_of(task.kind) if task else "",
            work,
            _("Open the task"),
        ),
        "leave_alone": (_("Leave this person alone"), hold, "", ""),
        "late_instalment": (
            _("Ask about the part that is late"),
            _("It was due and did not come; after the days of grace the agreement breaks."),
            talk,
            _("Open the conversation") if talk else "",
        ),
        "instalment_soon": (
            _("Wait for the next part"),
            _("It is due in the coming days; the strategy reminds once."),
            "",
            "",
        ),
        "wait_instalment": (
            _("Wait: the agreement is being kept"),
            _("Nothing is due yet. More contacts would only disturb."),
            "",
            "",
        ),
        "unfinished_payment": (
            _("Help to finish the payment"),
            _("The payment page was opened and not finished."),
            talk,
            _("Open the conversation") if talk else "",
        ),
        "new_arrangement": (
            _("Look for an arrangement that can be kept"),
            _("The last agreement was broken. Fewer, smaller parts often hold."),
            talk,
            _("Open the conversation") if talk else "",
        ),
        "find_address": (
            _("Find a way to reach this person"),
            _("No phone and no e-mail of theirs is known to work."),
            "",
            "",
        ),
        "visited": (
            _("Wait for the decision"),
            _("The debtor opened the portal and has not chosen yet."),
            "",
            "",
        ),
        "strategy": (
            _("Let the strategy go on"),
            _("The next contact is planned; the law is checked again when it is sent."),
            "",
            "",
        ),
        "none": (_("Nothing is planned"), _("The account is in no strategy."), "", ""),
    }
    title, why, href, button = words[act.code]
    return Advice(title, why, href, button)


def _tags(
    account: Account, agreements: Sequence[Agreement], holds: Sequence[Hold]
) -> list[tuple[str, str]]:
    tones = {"active": "info", "kept": "good", "broken": "warn"}
    tags = [] if account.state == "active" else [(state_label(account.state), "")]
    if holds:
        tags.append((_("Left alone"), "warn"))
    if agreements and agreements[0].state in tones:
        tags.append((agreement_label(agreements[0].state), tones[agreements[0].state]))
    return tags


def _list_parties(account: Account) -> list[tuple[str, str]]:
    """(role, name) of who else answers for the debt."""
    parties = AccountParty.objects.filter(account=account).exclude(role="holder")
    return [
        (str(PARTIES.get(party.role, party.role)), party.debtor.name)
        for party in parties.select_related("debtor").order_by("role", "pk")
    ]


def _due_item(item: DueItem, currency: str, today: date) -> Due:
    overdue = item.due_on < today
    state = _("past due") if overdue else _("to come")
    return Due(item.due_on, Money(item.amount_minor, currency), state, "warn" if overdue else "")


def _deal(agreement: Agreement) -> Deal:
    tones = {"active": "info", "kept": "good", "broken": "warn", "cancelled": "", "replaced": ""}
    states: dict[str, tuple[str, str]] = {
        "due": (_("to come"), ""),
        "paid": (_("paid"), "good"),
        "missed": (_("missed"), "warn"),
        "cancelled": (_("cancelled"), ""),
    }
    parts = []
    for part in agreement.instalments.all():
        words, tone = states.get(part.state, (part.state, ""))
        parts.append(Due(part.due_on, Money(part.amount_minor, agreement.currency), words, tone))
    kind = word_of(agreement.kind)
    return Deal(
        title=kind[:1].upper() + kind[1:],
        state=agreement_label(agreement.state),
        tone=tones.get(agreement.state, ""),
        total=Money(agreement.total_minor, agreement.currency),
        discount=Money(agreement.discount_minor, agreement.currency),
        parts=parts,
        is_running=agreement.state == "active",
    )


def _list_others(account: Account, creditor_ids: Sequence[int]) -> list[Other]:
    others = list(
        Account.objects.filter(debtor=account.debtor, creditor_id__in=creditor_ids)
        .exclude(pk=account.pk)
        .order_by("number")[:10]
    )
    balances = ledger.list_balances([other.pk for other in others])
    return [
        Other(
            other,
            Money(balances[other.pk].total_minor if other.pk in balances else 0, other.currency),
        )
        for other in others
    ]


def list_stops(debtor_id: int, channel: str) -> list[Forbidden]:
    """The debtor's wishes that hold on `channel`."""
    wishes = OptOut.objects.filter(
        debtor_id=debtor_id, withdrawn_at__isnull=True, purpose="", channel__in=["", channel]
    )
    return [_wish(wish) for wish in wishes]


def _wish(wish: OptOut) -> Forbidden:
    return Forbidden(
        channel_of(wish.channel), _("The debtor asked not to be written to."), "", None
    )
