"""What staff does about people through the pages: merges, copies, erasures, rules."""

from __future__ import annotations

import io
import zipfile

import pytest
from deals_kit import NOW
from django.urls import reverse
from pages_kit import Side, login

from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.actions import Retention, get_retention
from acuerdo.portfolio.models import Account, Debtor, DebtorPair

pytestmark = pytest.mark.django_db


def test_a_pair_is_decided_once(ours: Side) -> None:
    client = login(ours.users["manager"])
    page = client.get(reverse("web:duplicates")).content.decode()
    assert "mismo teléfono" in page
    assert "+573005551001" not in page  # a manager need not see it
    address = reverse("web:decide_pair", args=[ours.pair.public_id])
    assert client.post(address, {"act": "explode"}).status_code == 422
    assert client.post(address, {"act": "merge"}).status_code == 302
    assert client.post(address, {"act": "apart"}).status_code == 409
    assert client.post(address, {"act": "undo"}).status_code == 302
    assert DebtorPair.objects.get(pk=ours.pair.pk).state == "apart"
    assert DebtorPair.objects.get(pk=ours.pair.pk).decided_by == (
        f"user:{ours.users['manager'].pk}"
    )
    assert client.post(reverse("web:look_again")).status_code == 302


def test_a_copy_of_ones_data_is_a_zip_of_files_to_read(ours: Side) -> None:
    client = login(ours.users["administrator"])
    response = client.post(reverse("web:export_personal", args=[ours.account.public_id]))
    assert response["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        kinds = {name.rpartition(".")[2] for name in archive.namelist()}
        html = next(name for name in archive.namelist() if name.endswith(".html"))
        assert "Persona de Banco Ejemplo" in archive.read(html).decode()
    assert {"json", "html"} <= kinds


def test_an_erasure_asks_for_the_number_and_for_closed_accounts(ours: Side) -> None:
    client = login(ours.users["administrator"])
    address = reverse("web:erase_personal", args=[ours.account.public_id])
    assert client.post(address, {"number": "A-1"}).status_code == 422
    assert client.post(address, {"number": "A-1001"}).status_code == 409
    Account.objects.filter(creditor=ours.creditor).update(state="closed", closed_at=NOW)
    assert client.post(address, {"number": " A-1001 "}).status_code == 302
    debtor = Debtor.objects.get(pk=ours.account.debtor_id)
    assert debtor.name == f"#{debtor.pk}"
    # Every page of an erased person still opens.
    for name in ("account", "statement", "personal", "account_wishes"):
        page = client.get(reverse(f"web:{name}", args=[ours.account.public_id]))
        assert page.status_code == 200, name
        assert "Persona de Banco" not in page.content.decode(), name
    conversation = reverse("web:conversation", args=[ours.conversation.public_id])
    assert client.get(conversation).status_code == 200


@pytest.mark.parametrize("typed", ["abc", "0", "29", "-30", "99999999999", "٣٠٠", "30.5"])
def test_rules_are_whole_days(ours: Side, typed: str) -> None:
    client = login(ours.users["administrator"])
    data = {"creditor": str(ours.creditor.pk), "act": "save", "people": typed, "texts": ""}
    assert client.post(reverse("web:retention"), data).status_code == 422
    assert get_retention(Creditor.objects.get(pk=ours.creditor.pk)) == Retention()


def test_rules_are_a_creditors_own(ours: Side, theirs: Side) -> None:
    client = login(ours.users["administrator"])
    data = {"creditor": str(ours.creditor.pk), "act": "save", "people": "365", "texts": ""}
    assert client.post(reverse("web:retention"), data).status_code == 302
    assert get_retention(Creditor.objects.get(pk=ours.creditor.pk)) == Retention(people=365)
    for creditor in (str(theirs.creditor.pk), "", "x"):
        assert (
            client.post(reverse("web:retention"), {**data, "creditor": creditor}).status_code == 404
        )
    Account.objects.filter(creditor=ours.creditor).update(
        state="closed", closed_at=NOW.replace(year=2024)
    )
    assert client.post(reverse("web:retention"), {**data, "act": "apply"}).status_code == 302
    assert not Debtor.objects.filter(creditor=ours.creditor, erased_at=None).exists()
    assert Debtor.objects.filter(creditor=theirs.creditor, erased_at=None).exists()
