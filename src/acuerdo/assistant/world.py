"""The rooms below as the dialogue sees them: facts in, acts out, refusals as outcomes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.db import transaction

from acuerdo.agreements.actions import accept_offer
from acuerdo.agreements.models import Offer
from acuerdo.agreements.queries import asks_capacity
from acuerdo.assistant.bargaining import Bargain, Bargained, list_standings, offers_in
from acuerdo.assistant.dialogue import model
from acuerdo.assistant.dialogue.asked import Answered, AnswerQuestion
from acuerdo.assistant.dialogue.model import AccountFacts, Facts, OfferFacts, Outcome, State
from acuerdo.assistant.exchange import (
    agreed_facts,
    call_back_at,
)
from acuerdo.assistant.faq.asking import answer_question
from acuerdo.assistant.flows.leading import lead_among, list_flows, read_debts
from acuerdo.assistant.knowing import next_pay_day
from acuerdo.assistant.nlu.contract import LANGUAGES
from acuerdo.assistant.packet import build_packet
from acuerdo.cases.actions import create_task, open_case
from acuerdo.cases.rules import KINDS
from acuerdo.compliance.actions import record_opt_out
from acuerdo.compliance.models import OptOut
from acuerdo.compliance.queries import list_holds
from acuerdo.conversations.actions import (
    check_verification_answer,
    forget_verification,
    hand_off,
)
from acuerdo.conversations.checking import issue_code
from acuerdo.conversations.codes import get_code_sent, send_code
from acuerdo.conversations.factors import next_factor, policy_of
from acuerdo.conversations.known import list_known
from acuerdo.conversations.models import Conversation, Turn
from acuerdo.conversations.proofs import Thing
from acuerdo.conversations.queries import (
    VerificationState,
    get_previous_turn,
    get_verification,
    list_decisions,
    name_of_agent,
)
from acuerdo.conversations.rules import DIGITS
from acuerdo.core.actor import Actor
from acuerdo.core.crypto import keyed_hash
from acuerdo.core.errors import AcuerdoError
from acuerdo.core.masks import hint_address
from acuerdo.core.vocabulary import VerificationLevel
from acuerdo.ledger.queries import list_balances
from acuerdo.ledger.rules import Balance
from acuerdo.messaging.actions import create_link
from acuerdo.messaging.links import portal_url
from acuerdo.messaging.models import Message
from acuerdo.portfolio.actions import tell_contact_point
from acuerdo.portfolio.models import Account

logger = structlog.get_logger(__name__)

# A link sent inside a verified conversation opens the portal without asking again, this long.
LINK_GRANTS = timedelta(minutes=30)


class RoomsWorld:
    """One turn's view on one conversation. Writes go through the rooms' actions, each in its own
    savepoint, so that a refusal leaves nothing half done."""

    def __init__(
        self,
        *,
        conversation: Conversation,
        turn: Turn,
        address: str,
        state: State,
        now: datetime,
        stopped: bool = False,
        origin: str = "",
    ) -> None:
        self.conversation = conversation
        self.debtor = conversation.debtor
        self.turn = turn
        self.channel = turn.channel
        self.address = address
        self.now = now
        # What this turn means, by kind of command: read after the world is made.
        self.wishes: tuple[str, ...] = ()
        self.origin = origin
        self._stopped = stopped
        self._flows = list_flows(conversation.creditor_id)
        self._spoken_of = state.account
        self._previous = get_previous_turn(turn)
        self._shown: list[OfferFacts] = list(state.offers)
        self._promises: list[str] = list(state.promises)
        self._case_id: int | None = None
        # Read once, and again after what changes them: nothing else does within a turn's locks.
        self._known: Facts | None = None
        self._proved: VerificationState | None = None
        self._is_fresh = True  # `conversation` has just been read, under its lock
        self._balances: dict[int, Balance] = {}
        self._loaded: dict[str, Account] = {}

    # --- facts ---------------------------------------------------------------------------------

    def facts(self) -> Facts:
        """What may be known now. Debts are read only for somebody who has proved who they are."""
        if self._known is None:
            self._known = self._read()
        return self._known

    def _read(self) -> Facts:
        conversation = self.conversation
        if not self._is_fresh:
            conversation = Conversation.objects.get(pk=conversation.pk)
        self._is_fresh = False
        proof = self._proof()
        policy = policy_of(self.conversation)
        verified = policy.allows("balance", proof.level)
        accounts = self._accounts() if verified or self._flows else []
        default = self._default_account(accounts)
        about = self._spoken_of or default
        leading = lead_among(self._flows, accounts, about, self._creditor_today(), self.now)
        if not verified:
            # What is not loaded cannot be told.
            accounts, default = [], ""
        languages = {str(one): one for one in LANGUAGES}
        language = languages.get(conversation.language, LANGUAGES[0])
        return Facts(
            creditor=self.conversation.creditor.name,
            country=self.debtor.country or self.conversation.creditor.country,
            language=language,
            today=self._creditor_today(),
            level=proof.level.value,
            policy=policy,
            **self._asked(proof),
            locked=proof.locked,
            place=self._place(),
            opted_out=not self._stopped and self._opted_out(),
            owner="agent" if conversation.owner == "agent" else "assistant",
            waiting=conversation.needs_person,
            digits=DIGITS,
            accounts=self._account_facts(accounts, leading.for_person),
            default_account=default,
            flow=leading.flow,
            spoke_with=name_of_agent(self._previous),
            rested=leading.has_rested(self._previous, self.now),
            people_back=leading.people_back(self.conversation.creditor, self.now),
            pay_day=next_pay_day(self.debtor, self.today(), self.now) if verified else None,
        )

    def _asked(self, proof: VerificationState) -> dict[str, Any]:
        """The proof that is wanted next, and where a code for it is on its way."""
        factor = next_factor(self.conversation, proof.proved, speaking_from=self.address)
        if factor is None or proof.level is VerificationLevel.VERIFIED:
            return {}
        if factor != "code":
            return {"factor": factor}
        sent = get_code_sent(**self._speaker(), now=self.now)
        return {"factor": factor, "code_place": sent.place if sent else ""}

    def _speaker(self) -> dict[str, Any]:
        return {
            "conversation": self.conversation,
            "channel": self.channel,
            "address": self.address,
        }

    def today(self) -> date:
        """The debtor's own day: what "tomorrow" is counted from."""
        zone = self.debtor.timezone or self.conversation.creditor.timezone
        return self.now.astimezone(ZoneInfo(zone)).date()

    def _place(self) -> str:
        """A name for channel and address that is of no use to anybody else."""
        return f"{self.channel}:{keyed_hash(self.address)[:16]}"

    def _opted_out(self) -> bool:
        """Whether the debtor asked us, on this channel or on all, not to write."""
        return OptOut.objects.filter(
            debtor=self.debtor, channel__in=("", self.channel), purpose="", withdrawn_at=None
        ).exists()

    def _creditor_today(self) -> date:
        """The day that agreements and books count from."""
        zone = ZoneInfo(self.conversation.creditor.timezone)
        return self.now.astimezone(zone).date()

    def actor(self, level: str = "none") -> Actor:
        return Actor(
            "assistant",
            creditor_id=self.conversation.creditor_id,
            debtor_id=self.debtor.pk,
            verification=level,
        )

    def _accounts(self) -> list[Account]:
        found = Account.objects.filter(debtor=self.debtor, state="active").order_by("due_on", "pk")
        self._loaded = {str(account.public_id): account for account in found}
        self._balances = list_balances([account.pk for account in self._loaded.values()])
        return [one for one in self._loaded.values() if self._balances[one.pk].total_minor > 0]

    def _account_facts(
        self, accounts: list[Account], for_person: Collection[int]
    ) -> tuple[AccountFacts, ...]:
        ids = [account.pk for account in accounts]
        if not ids:
            return ()
        paused = {
            account_id
            for account_id, holds in list_holds(ids, self.now).items()
            if any(hold.reason in KINDS for hold in holds)
        }
        standings = list_standings(accounts, self.now)
        return tuple(
            AccountFacts(
                ref=str(account.public_id),
                product=account.product or account.number,
                balance_minor=self._owed(account),
                currency=account.currency,
                due_on=account.due_on,
                paused=account.pk in paused,
                agreed_next=standings[account.pk].next_part,
                changes_left=standings[account.pk].changes_left,
                asks_capacity=standings[account.pk].asks_capacity,
                for_person=account.pk in for_person,
            )
            for account in accounts
        )

    def _default_account(self, accounts: list[Account]) -> str:
        """The debt that we wrote about last, where the debtor has several."""
        if len(accounts) < 2:
            return str(accounts[0].public_id) if accounts else ""
        by_id = {account.pk: account for account in accounts}
        last = (
            Message.objects.filter(debtor=self.debtor, account_id__in=by_id, sent_at__isnull=False)
            .order_by("-sent_at")
            .values_list("account_id", flat=True)
            .first()
        )
        if last in by_id:
            return str(by_id[last].public_id)
        return ""

    def _account(self, ref: str) -> Account | None:
        """An account of this debtor; another's reference finds nothing."""
        if not ref or ref in self._loaded:
            return self._loaded.get(ref)
        found = Account.objects.select_related("creditor")
        return found.filter(public_id=ref, debtor=self.debtor).first()

    # --- acts ----------------------------------------------------------------------------------

    def perform(self, act: model.Act) -> Outcome:
        """Carry out one act; what a room refuses comes back as Refused."""
        try:
            with transaction.atomic():
                outcome = self._perform(act)
            # These change nothing that is asked again in this turn.
            if not isinstance(outcome, model.Proposed | model.Linked | model.Agreed | Answered):
                self._known = self._proved = None
            return outcome
        except AcuerdoError as error:
            self._known = self._proved = None
            logger.info("act_refused", act=act.kind, code=error.code, turn=self.turn.pk)
            return model.Refused(code=error.code)

    def _perform(self, act: model.Act) -> Outcome:
        if isinstance(act, model.CheckAnswer):
            return self._check(act)
        if isinstance(act, model.SendCode):
            sent = send_code(
                **self._speaker(), actor=self.actor(), now=self.now, origin=self.origin
            )
            return model.CodeSent(place=sent.place)
        if isinstance(act, Bargained):
            return self._bargain(act)
        if isinstance(act, model.Accept):
            return self._accept(act)
        if isinstance(act, model.SendLink):
            return self._link(act)
        if isinstance(act, model.SendForm):
            return self._form(act)
        if isinstance(act, model.OpenCase):
            return self._open_case(act)
        if isinstance(act, model.HandOff):
            return self._hand_off(act)
        if isinstance(act, model.IssueCode):
            code = issue_code(conversation=self.conversation, now=self.now)
            return model.CodeIssued(code=code, url=f"{settings.PUBLIC_URL}/check")
        if isinstance(act, model.SaveContact):
            return self._save_contact(act)
        if isinstance(act, model.CallBack):
            return self._call_back(act)
        if isinstance(act, AnswerQuestion):
            account, verified = self._account_for("balance", act.account), self.facts().verified
            return answer_question(act, debtor=self.debtor, account=account, verified=verified)
        if self._stopped:
            # The stop word was obeyed on its way in, for the channels that it closes.
            return model.Done()
        record_opt_out(
            creditor_id=self.conversation.creditor_id,
            debtor=self.debtor,
            source=f"conversation:{self.conversation.pk}",
            actor=self.actor(),
            now=self.now,
        )
        return model.Done()

    def _check(self, act: model.CheckAnswer) -> Outcome:
        attempt = check_verification_answer(
            **self._speaker(),
            answer=act.characters,
            actor=self.actor(),
            now=self.now,
        )
        return model.Verified(result=attempt.result, tries_left=attempt.tries_left)

    def _bargain(self, act: Bargained) -> Outcome:
        account = self._account_for("negotiate", act.account)
        if account is None:
            return model.Refused(code="not_found")
        actor, owed = self.actor("verified"), self._owed(account)
        bargain = Bargain(account, owed, actor, self.now, self.channel, self.turn.pk)
        outcome = bargain.answer(act)
        self._shown.extend(offers_in(outcome))
        return outcome

    def _accept(self, act: model.Accept) -> Outcome:
        offers = Offer.objects.select_related("account")
        found = offers.filter(public_id=act.offer, account__debtor=self.debtor).first()
        if found is None or self._account_for("negotiate", str(found.account.public_id)) is None:
            return model.Refused(code="not_found")
        agreement = accept_offer(
            offer=found,
            actor=self.actor("verified"),
            now=self.now,
            channel=self.channel,
            key=f"accept:{found.public_id}",
            # What is open was offered while the agreement ran, and was said to take its place.
            replacing=True,
        )
        self._promises.append(str(agreement.public_id))
        return model.Agreed(
            agreement=str(agreement.public_id),
            offer=agreed_facts(agreement, found, self._owed(found.account)),
            url=self._portal(found.account),
        )

    def _owed(self, account: Account) -> int:
        """What is owed in this turn, in minor units: read once, as nothing is posted meanwhile."""
        if account.pk not in self._balances:
            self._balances |= list_balances([account.pk])
        return self._balances[account.pk].total_minor

    def _link(self, act: model.SendLink) -> Outcome:
        account = self._account_for("pay_link", act.account)
        if account is None:
            return model.Refused(code="not_found")
        part = list_standings([account], self.now)[account.pk].next_part
        return model.Linked(
            url=self._portal(account),
            account=act.account,
            amount_minor=part.amount_minor if part else self._owed(account),
            currency=account.currency,
        )

    def _form(self, act: model.SendForm) -> Outcome:
        account = self._account_for("negotiate", act.account)
        if account is None or not asks_capacity(account=account, now=self.now):
            return model.Done()
        return model.FormLinked(url=f"{self._portal(account)}/what-fits")

    def _open_case(self, act: model.OpenCase) -> Outcome:
        account = self._account(act.account)
        if account is None and act.case not in ("wrong_person", "deceased", "complaint"):
            # Nobody is verified yet, so the dialogue knows no account; its protection still
            # reaches the right one, and tells nothing.
            accounts = self._accounts()
            account = self._account(self._default_account(accounts))
        case = open_case(
            kind=act.case,
            debtor=self.debtor,
            account=account,
            reason=self.turn.text[:500],
            channel=self.channel,
            actor=self.actor(),
            now=self.now,
            key=f"turn:{self.turn.pk}:{act.case}",
        )
        self._case_id = case.pk
        if act.case == "wrong_person":
            forget_verification(**self._speaker(), now=self.now)
        return model.Done()

    def _hand_off(self, act: model.HandOff) -> Outcome:
        accounts = self._accounts()
        default = self._account(self._default_account(accounts))
        hand_off(
            conversation=self.conversation,
            reason=act.reason,
            packet=build_packet(
                reason=act.reason,
                level=str(self._proof().level),
                channel=self.channel,
                sequence=self.turn.sequence,
                accounts=accounts,
                debts=read_debts(accounts, self._creditor_today(), self.now),
                offers=self._shown,
                promises=self._promises,
                decisions=list_decisions(self.conversation, self.turn.sequence),
                wishes=self.wishes,
                known=list_known(self.debtor, self.now),
            ),
            account_id=default.pk if default else None,
            case_id=self._case_id,
            actor=self.actor(),
            now=self.now,
        )
        return model.Done()

    def _call_back(self, act: model.CallBack) -> Outcome:
        zone = ZoneInfo(self.debtor.timezone or self.conversation.creditor.timezone)
        due = call_back_at(act.on, act.at, self.now.astimezone(zone))
        create_task(
            kind="callback",
            debtor=self.debtor,
            subject="callback",
            packet={"channel": self.channel, "turn": self.turn.sequence, "next_step": "call_back"},
            due_at=due,
            actor=self.actor(),
            now=self.now,
            key=f"turn:{self.turn.pk}:callback",
        )
        return model.Scheduled(on=due.date(), at=f"{due:%H:%M}" if act.at else "")

    def _save_contact(self, act: model.SaveContact) -> Outcome:
        if not self.facts().allows("change_data"):
            return model.Refused(code="not_verified")
        point = tell_contact_point(
            debtor=self.debtor,
            kind=act.field,
            value=act.value,
            source=f"debtor:{self.channel}",
            actor=self.actor("verified"),
            now=self.now,
        )
        place = point.value if point.kind == "address" else hint_address(point.value)
        return model.ContactSaved(place=place)

    def _account_for(self, thing: Thing, ref: str) -> Account | None:
        """The debtor's account, only for who has proved enough for that thing: the last guard
        before money is talked about, whatever the dialogue decided."""
        is_open = policy_of(self.conversation).allows(thing, self._proof().level)
        return self._account(ref) if is_open else None

    def _proof(self) -> VerificationState:
        if self._proved is None:
            self._proved = get_verification(**self._speaker(), now=self.now)
        return self._proved

    def _portal(self, account: Account) -> str:
        link = create_link(
            creditor_id=self.conversation.creditor_id,
            debtor_id=self.debtor.pk,
            account_id=account.pk,
            channel=self.channel,
            address=self.address,
            grants_level=get_verification(**self._speaker(), now=self.now).level.value,
            grants_until=self.now + LINK_GRANTS,
            now=self.now,
        )
        return portal_url(link)
