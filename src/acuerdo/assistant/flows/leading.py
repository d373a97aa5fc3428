"""Which flow leads a conversation, and which debts its creditor leaves to people."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from acuerdo.agreements.versions import list_active
from acuerdo.assistant.dialogue.flow import Flow
from acuerdo.assistant.dialogue.model import Opening
from acuerdo.assistant.flows.documents import FlowDocument, read_document
from acuerdo.assistant.flows.hours import next_opening
from acuerdo.assistant.flows.scope import Debt
from acuerdo.assistant.models import ConversationFlow
from acuerdo.compliance.queries import list_holds
from acuerdo.compliance.rules.calendar import Calendar
from acuerdo.conversations.models import Turn
from acuerdo.core.money import Money
from acuerdo.creditors.models import Creditor
from acuerdo.ledger.queries import list_balances
from acuerdo.portfolio.models import Account
from acuerdo.portfolio.queries import list_days_past_due


@dataclass(frozen=True, slots=True)
class Lead:
    """The flow that leads, and the accounts (ids) that a person negotiates. None: the product's
    own, which leaves no debt to people by its size."""

    document: FlowDocument | None = None
    for_person: frozenset[int] = frozenset()

    @property
    def flow(self) -> Flow:
        return self.document.to_flow() if self.document else Flow()

    def people_back(self, creditor: Creditor, now: datetime) -> Opening | None:
        """When people answer again, where the flow says when they do and it is not now."""
        if self.document is None or self.document.people is None:
            return None
        there = now.astimezone(ZoneInfo(creditor.timezone))
        return next_opening(self.document.people, there, partial(_is_holiday, creditor.country))

    def has_rested(self, previous: Turn | None, now: datetime) -> bool:
        """Whether nothing was said since for as long as the flow waits."""
        hours = self.document.silence.forget_after_hours if self.document else None
        if hours is None or previous is None:
            return False
        return now - previous.occurred_at >= timedelta(hours=hours)


def _is_holiday(country: str, day: date) -> bool:
    try:
        return Calendar(country).is_holiday(day, "")
    except (KeyError, NotImplementedError):
        return False  # a country without a calendar


def list_flows(creditor_id: int) -> list[FlowDocument]:
    """The flows in force, in the order in which they are asked."""
    rows = list_active(ConversationFlow, creditor_id)
    return [read_document(row.document) for row in rows]


def read_debts(accounts: Sequence[Account], today: date, now: datetime) -> dict[int, Debt]:
    """What conditions look at, by account."""
    ids = [account.pk for account in accounts]
    balances = list_balances(ids)
    overdue = list_days_past_due(ids, today)
    holds = list_holds(ids, now)
    return {
        account.pk: Debt(
            segment=account.segment_code,
            product=account.product,
            dpd=overdue[account.pk],
            balance=Money(balances[account.pk].total_minor, account.currency),
            holds=frozenset(hold.reason for hold in holds.get(account.pk, ())),
        )
        for account in accounts
    }


def lead(
    flows: Sequence[FlowDocument], debts: Mapping[int, Debt], spoken_of: Collection[int] = ()
) -> Lead:
    """The flow of the debt that is spoken of (`spoken_of`: its id, where it is known), else of the
    largest; and for each debt, by its own flow, whether a person negotiates it. Pure."""
    if not flows:
        return Lead()
    chosen = {pk: _first(flows, debt) for pk, debt in debts.items()}
    kept = frozenset(
        pk
        for pk, document in chosen.items()
        if document and any(rule.fits(debts[pk]) for rule in document.hand_over)
    )
    largest_first = sorted(debts, key=lambda pk: -debts[pk].balance.minor)
    about = [pk for pk in spoken_of if pk in debts] or largest_first
    if not about:
        return Lead(next((one for one in flows if one.whom.is_everybody), None))
    return Lead(chosen[about[0]], kept)


def lead_among(
    flows: Sequence[FlowDocument],
    accounts: Sequence[Account],
    about: str,
    today: date,
    now: datetime,
) -> Lead:
    """`lead` for a debtor's accounts; `about` is the public id of the one that is spoken of."""
    if not flows:
        return Lead()
    spoken_of = [account.pk for account in accounts if str(account.public_id) == about]
    return lead(flows, read_debts(accounts, today, now), spoken_of)


def _first(flows: Sequence[FlowDocument], debt: Debt) -> FlowDocument | None:
    return next((flow for flow in flows if flow.whom.fits(debt)), None)
