"""A case stops collection until a person has looked, and its end lets it go on."""

from __future__ import annotations

import pytest
from small_portfolio import NOW, place, row

from acuerdo.cases.actions import assign_task, close_case, complete_task, create_task, open_case
from acuerdo.cases.errors import (
    CaseClosedAlready,
    NotOfCreditor,
    TaskDoneAlready,
    UnknownKind,
    UnknownResolution,
)
from acuerdo.cases.jobs import create_hand_off_task
from acuerdo.cases.models import Case, Task
from acuerdo.cases.queries import get_case, get_task, list_open_cases, list_tasks
from acuerdo.cases.rules import KINDS
from acuerdo.compliance.actions import check_contacts
from acuerdo.compliance.models import Hold
from acuerdo.compliance.rules import ContactRequest
from acuerdo.core.actor import SYSTEM, Actor
from acuerdo.core.errors import NotFound
from acuerdo.core.events import publish
from acuerdo.core.models import Event
from acuerdo.creditors.actions import create_creditor
from acuerdo.identity.models import User
from acuerdo.messaging.models import InboundEvent
from acuerdo.portfolio.models import Account, Debtor

pytestmark = pytest.mark.django_db

DEBTOR = Actor("debtor")


@pytest.fixture
def account() -> Account:
    creditor = create_creditor(actor=SYSTEM, now=NOW, name="Banco Uno", country="CO")
    place(creditor, [row("A-0001")])
    return Account.objects.select_related("debtor", "creditor").get()


def dispute(account: Account, key: str = "turn:1") -> Case:
    return open_case(
        kind="dispute",
        debtor=account.debtor,
        account=account,
        reason="no es mía",
        channel="sms",
        actor=DEBTOR,
        now=NOW,
        key=key,
    )


def live_holds() -> list[Hold]:
    return list(Hold.objects.filter(released_at=None))


def test_a_dispute_leaves_the_account_alone_and_makes_a_task(account: Account) -> None:
    case = dispute(account)
    hold = Hold.objects.get()
    assert (hold.account_id, hold.debtor_id, hold.reason) == (account.pk, None, "dispute")
    task = Task.objects.get()
    assert (task.kind, task.case_id, task.subject) == ("review_case", case.pk, "dispute")
    assert task.due_at is not None
    assert task.due_at > NOW
    told = Event.objects.get(name="CaseOpened")
    assert f"account:{account.pk}" in told.refs
    assert "no es mía" not in str(told.data)


def test_the_same_report_again_is_the_same_case(account: Account) -> None:
    assert dispute(account) == dispute(account) == dispute(account, key="turn:2")
    assert (Case.objects.count(), Hold.objects.count(), Task.objects.count()) == (1, 1, 1)


def test_its_end_lets_collection_go_on(account: Account) -> None:
    case = close_case(case=dispute(account), resolution="rejected", actor=SYSTEM, now=NOW)
    assert (case.state, case.resolution) == ("closed", "rejected")
    assert live_holds() == []
    assert Task.objects.get().state == "done"
    assert list_open_cases(account.debtor_id) == []
    with pytest.raises(CaseClosedAlready):
        close_case(case=case, resolution="rejected", actor=SYSTEM, now=NOW)


ENDS = [(kind, end) for kind, known in sorted(KINDS.items()) for end in sorted(known.resolutions)]
STAYS = {
    ("dispute", "upheld"),
    ("complaint", "upheld"),
    ("already_paid", "payment_found"),
    ("hardship", "paused"),
    ("fraud", "confirmed"),
    ("deceased", "confirmed"),
}


@pytest.mark.parametrize(("kind", "resolution"), ENDS)
def test_who_was_right_is_not_brought_back_into_collection(
    account: Account, kind: str, resolution: str
) -> None:
    case = open_case(
        kind=kind, debtor=account.debtor, account=account, actor=DEBTOR, now=NOW, key="turn:1"
    )
    close_case(case=case, resolution=resolution, actor=SYSTEM, now=NOW)
    assert Task.objects.get().state == "done"
    assert bool(live_holds()) is ((kind, resolution) in STAYS)
    request = ContactRequest(
        channel="sms",
        purpose="collection",
        creditor_id=account.creditor_id,
        account_id=account.pk,
        debtor_id=account.debtor_id,
    )
    (verdict,) = check_contacts([request], actor=SYSTEM, now=NOW, stage="plan")
    assert verdict.allowed is ((kind, resolution) not in STAYS)


def wrong_person(account: Account, channel: str) -> None:
    case = open_case(
        kind="wrong_person", debtor=account.debtor, channel=channel, actor=DEBTOR,
        now=NOW, key="turn:1",
    )  # fmt: skip
    close_case(case=case, resolution="address_removed", actor=SYSTEM, now=NOW)


def usable(account: Account) -> list[str]:
    points = account.debtor.contact_points.filter(is_valid=True)
    return sorted(points.values_list("value", flat=True))


def test_a_strangers_address_is_never_used_again() -> None:
    creditor = create_creditor(actor=SYSTEM, now=NOW, name="Banco Uno", country="CO")
    rows = [row("A-0001", mobile="+573005559999")]
    place(creditor, rows)
    account = Account.objects.select_related("debtor", "creditor").get()
    InboundEvent.objects.create(
        source="sms", external_id="1", kind="text", creditor=creditor, debtor=account.debtor,
        channel="sms", address="573005550001", received_at=NOW,
    )  # fmt: skip
    wrong_person(account, "sms")
    assert usable(account) == ["+573005559999", "persona0001@example.com"]
    assert live_holds() == []
    event = Event.objects.get(name="QuarantineEnded")
    assert event.data == {"outcome": "removed"}
    assert f"debtor:{account.debtor_id}" in event.refs
    place(creditor, [{**rows[0], "total": "1300000.00"}])
    assert usable(account) == ["+573005559999", "persona0001@example.com"]


@pytest.mark.parametrize(
    ("channel", "left"),
    [("sms", ["persona0001@example.com"]), ("email", ["+573005550001"]), ("chat", [])],
)
def test_where_the_address_is_not_known_all_of_its_kind_go(
    account: Account, channel: str, left: list[str]
) -> None:
    wrong_person(account, channel)
    assert usable(account) == left


def test_one_who_has_died_stays_left_alone(account: Account) -> None:
    case = open_case(kind="deceased", debtor=account.debtor, actor=DEBTOR, now=NOW, key="turn:1")
    assert live_holds()[0].debtor_id == account.debtor_id
    close_case(case=case, resolution="confirmed", actor=SYSTEM, now=NOW)
    assert len(live_holds()) == 1


def test_what_is_not_a_case(account: Account) -> None:
    with pytest.raises(UnknownKind):
        open_case(kind="weather", debtor=account.debtor, actor=DEBTOR, now=NOW, key="1")
    with pytest.raises(UnknownResolution):
        close_case(case=dispute(account), resolution="burnt", actor=SYSTEM, now=NOW)
    other = create_creditor(actor=SYSTEM, now=NOW, name="Banco Dos", country="CO")
    place(other, [row("A-0001")])
    stranger = Debtor.objects.get(creditor=other)
    with pytest.raises(NotOfCreditor):
        open_case(kind="dispute", debtor=stranger, account=account, actor=DEBTOR, now=NOW, key="2")


def test_tasks_are_made_once_and_done_once(account: Account) -> None:
    ana = User.objects.create_user("ana@example.com", "x", full_name="Ana")
    for _twice in range(2):
        task = create_task(kind="call", debtor=account.debtor, actor=SYSTEM, now=NOW, key="call:1")
    assert list_tasks([account.creditor_id]) == [task]
    assert assign_task(task=task, user=ana).assignee == ana
    complete_task(task=task, actor=SYSTEM, now=NOW)
    with pytest.raises(TaskDoneAlready):
        complete_task(task=task, actor=SYSTEM, now=NOW)
    assert list_tasks([account.creditor_id]) == []


def hand_off_event(account: Account, reason: str, *refs: str) -> Event:
    return publish(
        "HandOffRequested",
        actor=SYSTEM,
        now=NOW,
        creditor_id=account.creditor_id,
        refs=["conversation:7", f"debtor:{account.debtor_id}", *refs],
        data={"reason": reason, "packet": {"next_step": "answer", "offers_shown": []}},
    )


def test_a_hand_off_makes_one_task_with_its_packet(account: Account) -> None:
    event = hand_off_event(account, "asked", f"account:{account.pk}")
    create_hand_off_task(event, now=NOW)
    create_hand_off_task(event, now=NOW)
    create_hand_off_task(hand_off_event(account, "no_offer"), now=NOW)
    task = Task.objects.get()
    assert (task.kind, task.account_id, task.subject) == ("hand_off", account.pk, "asked")
    assert task.packet == {
        "reason": "no_offer",
        "conversation": 7,
        "next_step": "answer",
        "offers_shown": [],
    }


def test_a_hand_off_because_of_a_case_adds_to_its_task(account: Account) -> None:
    case = dispute(account)
    create_hand_off_task(hand_off_event(account, "dispute", f"case:{case.pk}"), now=NOW)
    task = Task.objects.get()
    assert task.kind == "review_case"
    assert task.packet["conversation"] == 7


def test_another_creditor_finds_nothing(account: Account) -> None:
    case, strangers = dispute(account), [account.creditor_id + 1]
    task = Task.objects.get()
    assert get_case(public_id=case.public_id, creditor_ids=[account.creditor_id]) == case
    assert get_task(public_id=task.public_id, creditor_ids=[account.creditor_id]) == task
    with pytest.raises(NotFound):
        get_case(public_id=case.public_id, creditor_ids=strangers)
    with pytest.raises(NotFound):
        get_task(public_id=task.public_id, creditor_ids=strangers)
    create_hand_off_task(
        Event(
            name="HandOffRequested",
            creditor_id=strangers[0],
            refs=[f"debtor:{account.debtor_id}"],
            data={},
        ),
        now=NOW,
    )
    assert Task.objects.count() == 1
