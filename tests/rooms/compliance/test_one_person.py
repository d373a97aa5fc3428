"""What the law counts per human is counted over debts, creditors and phones; hours hold in every
zone that may be the debtor's."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from contact_kit import local
from django.db import transaction
from small_portfolio import NOW, place, row

from acuerdo.compliance.actions import (
    check_contacts,
    claim_contacts,
    import_do_not_contact,
    settle_attempt,
)
from acuerdo.compliance.models import ContactAttempt
from acuerdo.compliance.models import Verdict as VerdictRow
from acuerdo.compliance.queries import explain_verdict, list_verdicts
from acuerdo.compliance.rules import ContactRequest, Verdict
from acuerdo.core.actor import SYSTEM
from acuerdo.creditors.actions import create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.actions import change_residence, declare_location
from acuerdo.portfolio.models import Account, Person

pytestmark = pytest.mark.django_db


def owing(owner: str, number: str, /, **cells: str) -> Account:
    """An account of Ana at a creditor of that name, who is made where he is missing."""
    creditor = Creditor.objects.filter(name=owner).first() or create_creditor(
        actor=SYSTEM, now=NOW, name=owner, country="CO"
    )
    place(creditor, [row(number, **{"name": "Ana Pérez", **cells})])
    return Account.objects.select_related("debtor").get(creditor=creditor, number=number)


def ask(
    account: Account, channel: str = "sms", now: datetime = NOW, reference: str = ""
) -> Verdict:
    request = ContactRequest(
        creditor_id=account.creditor_id, account_id=account.pk, debtor_id=account.debtor_id,
        channel=channel, purpose="collection", reference=reference,
    )  # fmt: skip
    if reference:
        ((verdict, _permit),) = claim_contacts([request], actor=SYSTEM, now=now)
        if verdict.allowed:
            settle_attempt(reference=reference, outcome="delivered", now=now)
        return verdict
    (verdict,) = check_contacts([request], actor=SYSTEM, now=now, stage="plan")
    return verdict


WAYS = [
    ({"document": "1.023.456.788"}, {"document": "1023456788", "document_type": "NIT"}),
    ({"document": "", "phone": "300 555 0001"}, {"document": "", "phone": "+573005550001"}),
    ({"document": "", "email": "ana@example.com"}, {"document": "", "email": "ANA@example.com "}),
]


@pytest.mark.parametrize(("here", "there"), WAYS)
def test_a_contact_for_one_creditor_counts_for_another(
    here: dict[str, str], there: dict[str, str]
) -> None:
    first = owing("Uno", "A-0001", **here)
    second = owing("Dos", "B-7777", **there)
    assert Person.objects.count() == 1
    assert ask(second).allowed
    assert ask(first, reference="message:1").allowed
    verdict = ask(second)
    assert (verdict.allowed, verdict.reason_code) == (False, "daily_cap")
    tomorrow = NOW + timedelta(days=1)
    assert ask(second, now=tomorrow).allowed
    assert ask(second, "email", tomorrow).reason_code == "one_channel_per_week"
    # And the other way round, on the next day.
    assert ask(second, now=tomorrow, reference="message:2").allowed
    assert ask(first, now=tomorrow).reason_code == "daily_cap"


def test_the_other_creditor_is_shown_a_refusal_and_no_debt() -> None:
    first = owing("Banco Secreto", "SECRET-0001", total="987654.00")
    second = owing("Dos", "B-7777", document="102000001")
    assert ask(first, reference="message:secret").allowed
    verdict = ask(second)
    assert verdict.reason_code == "daily_cap"
    (kept,) = list_verdicts(creditor_ids=[second.creditor_id])
    assert kept.id == verdict.id
    words = explain_verdict(kept, "es").text
    told = f"{verdict} {words} {[getattr(kept, one.attname) for one in kept._meta.fields]}"
    for secret in ("Secreto", "SECRET", "message:secret", "987654", "98765400"):
        assert secret not in told
    # Its row names its own debtor and account alone.
    assert (kept.account_id, kept.debtor_id) == (second.pk, second.debtor_id)
    attempt = ContactAttempt.objects.get()
    assert (attempt.creditor_id, attempt.account_id) == (first.creditor_id, first.pk)
    assert not VerdictRow.objects.filter(
        creditor_id=second.creditor_id, account_id=first.pk
    ).exists()


def test_two_humans_have_counters_of_their_own() -> None:
    first = owing("Uno", "A-0001", document="", phone="3005550001")
    others = [
        owing("Dos", "B-0001", document="", phone="3005550001", name="Luis Pérez"),
        owing("Dos", "B-0002", document="", phone="3005550002"),
        owing("Dos", "B-0003", document="1098765433", phone="3005550001"),
    ]
    assert ask(first, reference="message:1").allowed
    assert [ask(other).allowed for other in others] == [True] * 3


def test_the_forms_of_a_phone_share_the_counters() -> None:
    """Mexico's 1, Brazil's 9 and Argentina's 9 and 15, at three creditors with Colombian law."""
    for country, forms in {
        "MX": ("55 1234 5678", "+52 1 55 1234 5678"),
        "BR": ("11 98765-4321", "+55 11 8765-4321"),
        "AR": ("11 15 2345 6789", "+54 11 2345-6789"),
    }.items():
        accounts = [
            owing(
                f"{country} {index}", f"{country}-{index}", document="", name=f"Ana {country}",
                phone=form if form.startswith("+") else f"+{CODES[country]} {form}", email="",
            )
            for index, form in enumerate(forms)
        ]  # fmt: skip
        assert accounts[0].debtor.person_id == accounts[1].debtor.person_id
        at = local("2026-11-24 12:00")
        assert ask(accounts[0], now=at, reference=f"message:{country}").allowed
        assert ask(accounts[1], now=at).reason_code == "daily_cap"


CODES = {"MX": "52", "BR": "55", "AR": "54"}


@pytest.mark.parametrize(
    ("head", "listed", "is_hers"),
    [
        ("nit", "1023456788", True),
        ("tipo_documento,documento", "NIT,1023456788", True),
        ("tipo_documento,documento", "CC,1.023.456.788", True),
        ("documento", "C.C. 1023456788", True),
        ("documento", "1023456789", False),
        ("tipo_documento,documento", "NIT,900123456", False),
    ],
)
def test_a_list_names_a_human_by_any_writing_of_the_document(
    tmp_path: Path, head: str, listed: str, is_hers: bool
) -> None:
    account = owing("Uno", "A-0001", document="1023456788")
    path = tmp_path / "list.csv"
    path.write_text(f"{head}\n{listed}\n", encoding="utf-8")
    with transaction.atomic():
        report = import_do_not_contact(
            creditor=account.creditor, path=path, source="list", actor=SYSTEM, now=NOW
        )
    assert report.matched == int(is_hers)
    assert ask(account).allowed is not is_hers
    # Whoever comes later is known by another document of the same human.
    later = owing("Uno", "A-0002", document="1023456788", document_type="TI")
    assert later.debtor_id == account.debtor_id


def test_hours_hold_in_every_zone_that_may_be_the_debtor_s() -> None:
    """Colombia's 07:00 to 19:00, where a phone of the Canaries may be five hours ahead."""
    plain = owing("Uno", "A-0001")
    roaming = owing("Uno", "A-0002", phone="+34 928 123 456")
    morning, noon, evening = (local(f"2026-11-24 {at}") for at in ("07:30", "12:00", "18:30"))
    assert [ask(plain, now=at).allowed for at in (morning, noon, evening)] == [True] * 3
    assert [ask(roaming, now=at).allowed for at in (morning, noon, evening)] == [True, True, False]
    verdict = ask(roaming, now=evening)
    assert verdict.reason_code.startswith("outside_hours")
    assert verdict.next_allowed_at == local("2026-11-25 07:00")
    # The last hour that is lawful in both.
    assert ask(roaming, now=local("2026-11-24 13:59")).allowed
    assert not ask(roaming, now=local("2026-11-24 14:00")).allowed


def test_a_declared_location_is_heeded_at_once() -> None:
    account = owing("Uno", "A-0001")
    evening = local("2026-11-24 18:30")
    who = {"creditor_id": account.creditor_id, "debtor_id": account.debtor_id}
    assert ask(account, now=evening).allowed
    declare_location(**who, country="ES", subdivision="Canarias", actor=SYSTEM, now=NOW)
    abroad = ask(account, now=evening)
    assert abroad.reason_code.startswith("outside_hours")
    assert abroad.pack == "CO"
    declare_location(**who, country="", actor=SYSTEM, now=NOW)
    assert ask(account, now=evening).allowed
    change_residence(**who, country="ES", subdivision="Canarias", actor=SYSTEM, now=NOW)
    verdict = ask(account, now=evening)
    assert (verdict.pack, verdict.allowed) == ("ES", False)


@pytest.mark.parametrize(
    ("part", "phone", "at", "zone", "allowed"),
    [
        # Recife is UTC-3, Noronha UTC-2, Manaus UTC-4, its far west and Acre UTC-5; no state lets
        # anybody be contacted before 08:00 or forbids it at 10:00.
        ("PE", "81 3333-4444", "07:30", "America/Recife", False),
        ("PE", "81 3333-4444", "10:00", "America/Recife", True),
        ("SP", "68 98111-2222", "09:30", "America/Sao_Paulo", False),
        ("SP", "97 98111-2222", "09:30", "America/Sao_Paulo", False),
        ("SP", "97 98111-2222", "12:00", "America/Sao_Paulo", True),
        ("SP", "92 98111-2222", "08:30", "America/Sao_Paulo", False),
        ("SP", "92 98111-2222", "11:00", "America/Sao_Paulo", True),
        ("AM", "92 98111-2222", "08:30", "America/Manaus", False),
        ("AM", "97 98111-2222", "08:30", "America/Manaus", False),
        ("AM", "97 98111-2222", "11:00", "America/Manaus", True),
    ],
)
def test_brazilian_phones_of_the_far_east_and_west(
    part: str, phone: str, at: str, zone: str, allowed: bool
) -> None:
    account = owing(
        "Uno", "A-0001", country="BR", departamento=part, phone=phone, currency="BRL",
        document="390.533.447-05", document_type="CPF",
    )  # fmt: skip
    assert ask(account, now=local(f"2026-11-24 {at}", zone)).allowed is allowed
