"""What a debtor sends to prove a payment is kept where it is what it says, and nowhere else."""

from __future__ import annotations

import sys
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
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
from acuerdo.cases.jobs import keep_mailed, scan_evidence
from acuerdo.cases.models import Case, Evidence
from acuerdo.compliance.models import Hold
from acuerdo.core.actor import SYSTEM, Actor
from acuerdo.core.crypto import encrypt_bytes
from acuerdo.core.errors import NotFound
from acuerdo.core.models import Event
from acuerdo.creditors.actions import connect_provider, create_creditor
from acuerdo.messaging.mail.files import MAX_BYTES, judge_files
from acuerdo.messaging.mail.reading import ReadMail
from acuerdo.messaging.models import InboundMail
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
    account: Account, settings: Any, code: int, state: str
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


def mailed(account: Account, *contents: bytes, minutes: int = 5) -> InboundMail:
    """A mail of the debtor that was read."""
    made = EmailMessage()
    made.set_content("Ya pagué, adjunto el comprobante")
    for content in contents:
        made.add_attachment(content, "application", "octet-stream", filename="pago.png")
    raw = made.as_bytes()
    return InboundMail.objects.create(
        creditor=account.creditor,
        debtor=account.debtor,
        provider_account=connect_provider(
            actor=SYSTEM, now=NOW, creditor=account.creditor, kind="email", provider="smtp",
            name="mail", config={},
        ),
        external_id="m",
        raw_encrypted=encrypt_bytes(raw),
        files=judge_files(ReadMail(raw).files, scans=False),
        received_at=NOW - timedelta(minutes=minutes),
    )  # fmt: skip


def told(name: str, *refs: str) -> Event:
    return Event(name=name, refs=list(refs))


def test_a_mail_brings_its_receipts_to_the_claim(account: Account) -> None:
    contents = (PNG, BAD["svg"], GOOD["application/pdf"], *(PNG + bytes([n]) for n in range(5)))
    mail = mailed(account, *contents)
    event = told("MailHasFiles", f"mail:{mail.pk}")
    keep_mailed(event, now=NOW)
    assert not Evidence.objects.exists()
    case = claim(account)
    for _again in range(2):
        keep_mailed(event, now=NOW)
    kept = list_evidence(case)
    assert [opened(one) for one in kept] == [PNG, GOOD["application/pdf"], *contents[3:6]]


@pytest.mark.parametrize(("minutes", "count"), [(5, 1), (90, 0)])
def test_a_claim_finds_the_mail_that_it_came_in(account: Account, minutes: int, count: int) -> None:
    mailed(account, PNG, minutes=minutes)
    case = claim(account)
    keep_mailed(told("CaseOpened", f"case:{case.pk}", f"debtor:{account.debtor_id}"), now=NOW)
    assert len(list_evidence(case)) == count


def test_a_mail_is_no_receipt_of_another_kind_of_case(account: Account) -> None:
    mailed(account, PNG)
    case = claim(account, "dispute")
    keep_mailed(told("CaseOpened", f"case:{case.pk}", f"debtor:{account.debtor_id}"), now=NOW)
    assert not Evidence.objects.exists()
