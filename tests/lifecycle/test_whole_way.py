"""The whole way of a datum with the clock walked by the test: placement, contact, negotiation,
payment, closure. Real providers' ways throughout: HTTP out, signed webhooks in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest
from django.db import transaction
from sandbox_peer import serve, serve_mail
from small_portfolio import NOW, place, row

from acuerdo.agreements.models import Agreement, Instalment
from acuerdo.cases.models import Task
from acuerdo.conversations.actions import send_agent_turn, take_over
from acuerdo.conversations.known import list_known
from acuerdo.conversations.models import AskedQuestion, Conversation
from acuerdo.core import clock
from acuerdo.core.actor import SYSTEM, Actor
from acuerdo.core.money import Money
from acuerdo.creditors.models import Creditor
from acuerdo.identity.models import User
from acuerdo.ledger.queries import get_balance, recompute_balances
from acuerdo.messaging.models import Message
from acuerdo.payments.actions import create_payment_request, open_payment_request
from acuerdo.payments.models import Payment
from acuerdo.portfolio.models import Account
from acuerdo.reporting.queries import get_dashboard, get_funnel, get_timeline
from acuerdo.sandbox import callbacks
from acuerdo.sandbox.models import PhoneMessage
from acuerdo.strategies.models import Enrolment
from acuerdo.workflow import schedule
from acuerdo.workflow.creditors import open_creditor
from acuerdo.workflow.worker import drain

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = "+573005550001"  # of the account A-0001
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
# The business's ticks at a pace that a test can wait for.
_STEP = timedelta(hours=6)
_TICKS = tuple(schedule.Tick(tick.function, _STEP) for tick in schedule.TICKS)


@dataclass
class World:
    """The creditor's business and the world outside, at one instant that only goes forward."""

    creditor: Creditor
    now: datetime
    sandbox: str
    seen: list[str] = field(default_factory=list)

    def do(self, action: Callable[[], Any]) -> Any:
        """A minute later something happens; then all that follows from it, here and outside."""
        self.now += timedelta(minutes=1)
        with clock.travel(self.now):
            result = action()
            self.settle()
        return result

    def settle(self) -> None:
        """Run reactions and let the outside world report, until nothing is left to do."""
        for _round in range(20):
            if not drain() + callbacks.send_due():
                return
        raise AssertionError("the world does not come to rest")

    def walk(self, until: datetime) -> None:
        """Every tick up to `until`, each at its own instant. What fails is raised."""
        for instant, ticks in schedule.due_between(self.now, until, _TICKS):
            self.now = instant
            with clock.travel(instant):
                for tick in ticks:
                    schedule.resolve(tick.function)(now=instant)
                self.settle()
        self.now = until

    def post(self, page: str, form: str = "", **fields: str) -> httpx.Response:
        """Open a page of the sandbox and send its form, as a browser would."""
        with httpx.Client(base_url=self.sandbox, trust_env=False, timeout=20) as browser:
            answer = browser.get(page)
            answer.raise_for_status()
            token = _TOKEN.search(answer.text)
            assert token is not None
            return browser.post(form or page, data={"csrfmiddlewaretoken": token[1], **fields})

    def say(self, text: str) -> str:
        """The first debtor writes on the phone; gives what came back, '' for nothing."""
        received = PhoneMessage.objects.filter(direction="in", phone=PHONE)
        thread = received.latest("pk")
        page = f"/phone/{thread.phone}/{thread.channel}/{thread.account_id}"
        assert self.do(lambda: self.post(page, f"{page}/reply", text=text)).status_code == 302
        answer = received.latest("pk")
        return answer.text.replace("\xa0", " ") if answer.pk != thread.pk else ""

    def chat(self, link: str, text: str) -> str:
        """The debtor writes into the web chat of a link; gives the page that comes back."""

        def write() -> httpx.Response:
            with httpx.Client(trust_env=False, timeout=20, follow_redirects=True) as browser:
                page = browser.get(f"{link}/chat")
                token = _TOKEN.search(page.text)
                assert token is not None
                form = {"csrfmiddlewaretoken": token[1], "text": text, "key": text}
                return browser.post(f"{link}/chat", data=form)

        answer = self.do(write)
        assert answer.status_code == 200
        return str(answer.text).replace("\xa0", " ")

    def pay(self, account: Account, amount: Money, ending: str, key: str) -> None:
        """The debtor pays at the hosted checkout, or does not."""
        debtor = Actor("debtor", str(account.debtor_id), self.creditor.pk)

        def request() -> str:
            with transaction.atomic():
                made = create_payment_request(
                    account=account,
                    amount=amount,
                    agreement=Agreement.objects.filter(account=account, state="active").first(),
                    actor=debtor,
                    now=self.now,
                    key=key,
                    channel="whatsapp",
                    return_url="http://127.0.0.1:1/p/x",
                )
            return open_payment_request(made.pk, now=self.now)

        address = self.do(request)
        page = urljoin(self.sandbox, address)
        self.do(lambda: self.post(page, f"{page}/{ending}"))


@pytest.fixture
def world(settings: Any) -> Iterator[World]:
    with ExitStack() as stack:
        settings.SANDBOX_URL = stack.enter_context(serve("acuerdo.sandbox.urls"))
        settings.PUBLIC_URL = stack.enter_context(serve("acuerdo.config.urls"))
        settings.SANDBOX_SMTP_PORT = stack.enter_context(serve_mail()).port
        settings.ALLOWED_HOSTS = ["*"]
        with transaction.atomic():
            creditor = open_creditor(actor=SYSTEM, now=NOW, name="Banco Uno", country="CO")
        yield World(creditor, NOW, settings.SANDBOX_URL)


def owed(account: Account) -> int:
    return get_balance(account.pk).total_minor


def kinds(account: Account, world: World) -> list[str]:
    """The timeline's kinds, the oldest first."""
    items = get_timeline(creditor_ids=[world.creditor.pk], account_id=account.pk)
    assert all(item.title for item in items)
    return [item.kind for item in reversed(items)]


def test_from_a_row_in_a_file_to_a_closed_account(world: World) -> None:
    world.do(lambda: place(world.creditor, [row("A-0001", dpd=20), row("A-0002", dpd=60)]))
    account = Account.objects.get(number="A-0001")
    assert account.segment_code == "early"
    first = Message.objects.get(account=account)
    assert (first.state, first.channel) == ("delivered", "whatsapp")

    assert "1.200.000" not in world.say("quiero pagar en 3 cuotas")
    assert "1.200.000" not in world.say("9999")  # not the last four of the document
    offered = world.say("0001")
    assert "$ 400.000" in offered
    agreed = world.say("sí, acepto")
    assert settings_link(agreed)
    agreement = Agreement.objects.get(account=account)
    assert [part.amount_minor for part in agreement.instalments.all()] == [40_000_000] * 3
    assert Enrolment.objects.get(account=account).state == "paused"

    parts = list(Instalment.objects.filter(agreement=agreement).order_by("sequence"))
    price = Money(parts[0].amount_minor, account.currency)
    world.pay(account, price, "decline", key="p0")
    assert owed(account) == 120_000_000
    for part in parts:
        morning = datetime.combine(part.due_on, NOW.time(), NOW.tzinfo)
        if morning > world.now and part.sequence < 3:  # the last one is paid early
            world.walk(morning)
        world.pay(account, price, "pay", key=f"p{part.sequence}")
        part.refresh_from_db()
        assert part.state == "paid"
        assert owed(account) == 120_000_000 - 40_000_000 * part.sequence

    receipts = Message.objects.filter(template__code="payment_confirmation")
    assert [receipt.state for receipt in receipts] == ["delivered"] * 3
    account.refresh_from_db()
    agreement.refresh_from_db()
    assert (account.state, agreement.state) == ("closed", "kept")
    assert recompute_balances([account.pk])[account.pk].total_minor == 0
    assert Enrolment.objects.get(account=account).state == "exited"
    quiet_since = Message.objects.filter(debtor=account.debtor).count()
    world.walk(world.now + timedelta(days=3))
    assert Message.objects.filter(debtor=account.debtor).count() == quiet_since

    told = kinds(account, world)
    order = ["placed", "scored", "segment", "enrolled", "message_read", "said_debtor",
             "verification_failed", "verified", "offered", "agreed", "payment_declined", "paid",
             "agreement_kept", "closed"]  # fmt: skip
    positions = [told.index(kind) for kind in order]
    assert positions == sorted(positions), told
    assert told.count("paid") == told.count("instalment_paid") == 3
    check_figures(world)


def settings_link(text: str) -> str:
    """The address in a text, '' for none."""
    found = re.search(r"https?://\S+", text)
    return found[0] if found else ""


def check_figures(world: World) -> None:
    with clock.travel(world.now):
        board = get_dashboard([world.creditor.pk], world.now)
    funnel = get_funnel([world.creditor.pk])
    assert [stage.count for stage in funnel.accounts] == [2, 2, 1, 1]
    assert next(stage.count for stage in funnel.messages) == 2
    assert funnel.messages[-1].count == 1
    assert funnel.balances == (Money(120_000_000, "COP"),)
    assert board.money_in[0].placed == Money(240_000_000, "COP")
    assert sum(figure.paid for figure in board.segments) == 1
    assert get_dashboard([], world.now).accounts == 0


def test_a_promise_that_is_not_kept_starts_a_new_conversation(world: World) -> None:
    world.do(lambda: place(world.creditor, [row("A-0001", dpd=20)]))
    account = Account.objects.get()
    for text in ("quiero pagar en 3 cuotas", "0001", "sí, acepto"):
        world.say(text)
    agreement = Agreement.objects.get()
    first = agreement.instalments.order_by("sequence")[0]
    deadline = datetime.combine(first.due_on, NOW.time(), NOW.tzinfo)
    world.walk(deadline + timedelta(days=agreement.grace_days + 12))
    agreement.refresh_from_db()
    assert agreement.state == "broken"
    codes = list(
        Message.objects.filter(account=account, state__in=["delivered", "read"])
        .exclude(template=None)
        .order_by("pk")
        .values_list("template__code", flat=True)
    )
    assert codes[0] == "first_contact"
    assert "broken_promise" in codes
    assert codes.count("broken_promise") == 1
    assert "promise_reminder" not in codes[codes.index("broken_promise") :]
    told = kinds(account, world)
    assert told.index("agreement_broken") < len(told) - 1 - told[::-1].index("enrolled")


def test_from_the_phone_to_the_web_chat_to_an_agent_nothing_is_asked_twice(world: World) -> None:
    world.do(lambda: place(world.creditor, [row("A-0001", dpd=20)]))
    debtor = Account.objects.get().debtor
    world.say("quiero pagar en 3 cuotas")
    world.say("0001")
    world.say("me pagan el 27 de cada mes")
    link = settings_link(world.say("mejor mándeme el link para pagar"))

    # The same person on a page: known, and with the pay day that the phone was told.
    page = world.chat(link, "puedo pagar 300 mil")
    assert "27 de noviembre" in page
    assert "$ 300.000" in page
    assert "documento de identidad" not in page.rsplit("puedo pagar 300 mil", 1)[1]
    world.chat(link, "quiero hablar con una persona")

    # An agent finds it all on the screen and in the packet.
    conversation = Conversation.objects.get()
    packet = Task.objects.get(kind="hand_off").packet
    good = {one["kind"] for one in packet["known"] if one["good"]}
    assert {"identity", "pay_day", "name", "phone"} <= good
    known = {one.kind: one.value for one in reversed(list_known(debtor, world.now))}
    assert known["pay_day"] == "27"
    agent = User.objects.create_user("agent@banco.example", "x" * 20)

    def answer(text: str) -> None:
        with transaction.atomic():
            take_over(conversation=conversation, user=agent, actor=SYSTEM, now=world.now)
            send_agent_turn(
                conversation=conversation,
                user=agent,
                text=text,
                key=text,
                actor=SYSTEM,
                now=world.now,
            )

    world.do(lambda: answer("Hola, soy Ana. Veo que le pagan el 27: lo dejamos para ese día."))
    asked = AskedQuestion.objects.order_by("pk")
    assert [(one.kind, one.asked_by) for one in asked] == [("identity", "assistant")]
    assert not asked.filter(was_known=True).exists()

    # Whoever asks all the same is counted.
    world.do(lambda: answer("¿Qué día le pagan?"))
    last = asked.last()
    assert last is not None
    assert (last.kind, last.asked_by, last.was_known) == ("pay_day", "agent", True)


def test_who_says_stop_is_never_written_to_again(world: World) -> None:
    world.do(lambda: place(world.creditor, [row("A-0001", dpd=20)]))
    world.say("BAJA")
    reached = ["sent", "delivered", "read"]
    count = Message.objects.filter(state__in=reached).count()
    world.walk(world.now + timedelta(days=8))
    assert Message.objects.filter(state__in=reached).count() == count
    assert Enrolment.objects.get().state == "exited"
    assert "opted_out" in kinds(Account.objects.get(), world)


def test_a_dispute_stops_the_plan_and_waits_for_a_person(world: World) -> None:
    world.do(lambda: place(world.creditor, [row("A-0001", dpd=20)]))
    world.say("no reconozco esta deuda")
    account = Account.objects.get()
    assert Enrolment.objects.get(account=account).state == "paused"
    before = Message.objects.count()
    world.walk(world.now + timedelta(days=8))
    assert Message.objects.count() == before
    assert Conversation.objects.get().needs_person
    told = kinds(account, world)
    assert {"case_opened", "held", "task_created"} <= set(told)
    board = get_dashboard([world.creditor.pk], world.now)
    assert {notice.code for notice in board.needs_person} >= {"tasks", "cases"}
    assert board.waiting[0].debtor_name == account.debtor.name
    assert not Payment.objects.exists()
