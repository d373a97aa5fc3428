"""What a debtor sends to prove a payment is kept where it is what it says, and nowhere else."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from pytest_django.fixtures import SettingsWrapper
from receipts_kit import BAD, GOOD, PNG, POLYGLOT
from small_portfolio import NOW, place, row

from acuerdo.cases.actions import close_case, open_case
from acuerdo.cases.errors import (
    EvidenceNotTaken,
    EvidenceTooLarge,
    EvidenceTooMany,
    EvidenceTypeRefused,
)
from acuerdo.cases.evidence import (
    MAX_EVIDENCE,
    add_evidence,
    find_claim,
    list_evidence,
    open_evidence,
)
from acuerdo.cases.jobs import scan_evidence
from acuerdo.cases.models import Case, Evidence
from acuerdo.compliance.models import Hold
from acuerdo.core.actor import SYSTEM, Actor
from acuerdo.core.errors import NotFound
from acuerdo.core.models import Event
from acuerdo.creditors.actions import create_creditor
from acuerdo.messaging.mail.files import MAX_BYTES
from acuerdo.portfolio.models import Account

pytestmark = pytest.mark.django_db

DEBTOR = Actor("debtor", "7")


@pytest.fixture
def account() -> Account:
    creditor = create_creditor(actor=SYSTEM, now=NOW, name="Banco Uno", country="CO")
    place(creditor, [row("A-0001")])
    return Account.objects.select_related("debtor", "creditor").get()


def claim(account: Account, kind: str = "already_paid", *, known: bool = True) -> Case:
    return open_case(
        kind=kind,
        debtor=account.debtor,
        account=account if known else None,
        actor=DEBTOR,
        now=NOW,
        key=f"{kind}:{known}",
    )


def send(case: Case, content: bytes) -> Evidence:
    return add_evidence(case=case, content=content, actor=DEBTOR, now=NOW)


def opened(row: Evidence) -> bytes:
    return open_evidence(public_id=row.public_id, creditor_ids=[row.creditor_id])[1]


@pytest.mark.parametrize("media_type", GOOD)
def test_a_receipt_is_kept_as_it_came_but_encrypted(account: Account, media_type: str) -> None:
    case = claim(account)
    kept = send(case, GOOD[media_type])
    assert (kept.media_type, kept.size, kept.state) == (media_type, len(GOOD[media_type]), "kept")
    stored = bytes(Evidence.objects.get().content_encrypted)
    assert GOOD[media_type][:8] not in stored
    assert opened(kept) == GOOD[media_type]
    event = Event.objects.get(name="EvidenceAdded")
    assert f"case:{case.pk}" in event.refs
    assert event.data == {"media_type": media_type, "size": kept.size}
    assert Hold.objects.filter(account=account, released_at=None).exists()


@pytest.mark.parametrize("what", BAD)
def test_what_is_no_picture_and_no_pdf_is_refused(account: Account, what: str) -> None:
    with pytest.raises(EvidenceTypeRefused):
        send(claim(account), BAD[what])
    assert not Evidence.objects.exists()


def test_a_file_may_be_as_large_as_the_limit_and_no_larger(account: Account) -> None:
    case = claim(account)
    with pytest.raises(EvidenceTooLarge):
        send(case, PNG + b"\0" * (MAX_BYTES + 1 - len(PNG)))
    assert send(case, PNG + b"\0" * (MAX_BYTES - len(PNG))).size == MAX_BYTES


def test_five_are_enough_and_the_same_one_again_is_one(account: Account) -> None:
    case = claim(account)
    for number in range(MAX_EVIDENCE):
        first = send(case, PNG + bytes([number]))
        assert send(case, PNG + bytes([number])) == first
    with pytest.raises(EvidenceTooMany):
        send(case, PNG + b"more")
    assert len(list_evidence(case)) == MAX_EVIDENCE


def test_only_an_open_claim_takes_receipts(account: Account) -> None:
    with pytest.raises(EvidenceNotTaken):
        send(claim(account, "dispute"), PNG)
    case = claim(account)
    assert find_claim(account.debtor_id, account.pk) == case
    close_case(case=case, resolution="not_found", actor=SYSTEM, now=NOW)
    with pytest.raises(EvidenceNotTaken):
        send(case, PNG)
    assert find_claim(account.debtor_id) is None


def test_a_claim_before_the_account_was_known_is_about_all_of_them(account: Account) -> None:
    vague = claim(account, known=False)
    assert find_claim(account.debtor_id, account.pk) == vague
    exact = claim(account)
    assert find_claim(account.debtor_id, account.pk) == exact


def test_another_creditor_finds_nothing(account: Account) -> None:
    kept = send(claim(account), POLYGLOT)
    with pytest.raises(NotFound):
        open_evidence(public_id=kept.public_id, creditor_ids=[kept.creditor_id + 1])
    with pytest.raises(NotFound):
        open_evidence(public_id=kept.public_id, creditor_ids=[])


@pytest.mark.parametrize(
    ("code", "state"), [(0, "kept"), (1, "infected"), (2, "unscanned")], ids=str
)
def test_nobody_opens_what_the_scanner_has_not_found_clean(
    account: Account, settings: SettingsWrapper, code: int, state: str
) -> None:
    settings.VIRUS_SCAN = (
        f"{sys.executable} -c 'import sys; sys.exit({code} if sys.stdin.buffer.read() else 9)'"
    )
    kept = send(claim(account), PNG)
    assert kept.state == "waiting"
    with pytest.raises(NotFound):
        opened(kept)
    event: Any = Event.objects.get(name="EvidenceAdded")
    for _again in range(2):
        scan_evidence(event, now=NOW)
    kept.refresh_from_db()
    assert kept.state == state
    assert bool(kept.content_encrypted) is (state != "infected")
    if state == "kept":
        assert opened(kept) == PNG
    else:
        with pytest.raises(NotFound):
            opened(kept)
