"""The upload page and files that are none, or not what they seem: an answer in words."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.urls import reverse
from pages_kit import Side, bring, login
from wrong_files import FORMULAS, WRONG

from acuerdo.core import storage
from acuerdo.portfolio.models import Account, Upload
from acuerdo.portfolio.rules.mapping import Mapping
from acuerdo.web.views import imports

pytestmark = pytest.mark.django_db


def send(side: Side, name: str, data: bytes, kind: str = "place") -> HttpResponse:
    client = login(side.users["manager"])
    file = SimpleUploadedFile(name, data)
    given = {"creditor": str(side.creditor.public_id), "kind": kind, "file": file}
    return client.post(reverse("web:imports"), given, headers={"accept-language": "en"})


@pytest.mark.parametrize(("name", "data", "word"), WRONG, ids=[name for name, *_rest in WRONG])
@pytest.mark.parametrize("kind", ["place", "full", "delta"])
def test_a_wrong_file_is_named(ours: Side, name: str, data: bytes, word: str, kind: str) -> None:
    before = Upload.objects.count()
    response = send(ours, name, data, kind)
    assert response.status_code == 422
    page = response.content.decode()
    assert 'class="notice notice-bad" role="alert"' in page
    assert word in page.lower()
    assert Upload.objects.count() == before


def test_what_is_too_large_is_refused_whatever_the_browser_did(
    ours: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "MAX_BYTES", 1_000)
    page = send(ours, "large.csv", b"account,total\n" + b"x,1\n" * 1_000_000).content.decode()
    assert "4 MB" in page
    assert "512 MB" in page
    assert 'data-max-bytes="1000"' in page


def test_formulas_are_told_of_before_anything_is_written(ours: Side) -> None:
    client = login(ours.users["manager"])
    looked = send(ours, "formulas.csv", FORMULAS.encode())
    page = client.get(looked["Location"], headers={"accept-language": "en"}).content.decode()
    assert "The value is a formula. Export the values alone." in page
    assert "The text is a formula; it was left out." in page
    assert "@SUM(A1)" in page
    assert "=HYPERLINK" not in page.split('id="plan-rows"')[1]
    assert not Account.objects.filter(number="F-3").exists()


def test_a_kind_that_is_none_is_asked_for_again(ours: Side) -> None:
    assert send(ours, "x.csv", b"account,total,days_overdue\nA,1,1\n", "evil").status_code == 422


def test_columns_of_fixed_width_are_entered_and_refused_in_words(ours: Side) -> None:
    client = login(ours.users["manager"])
    text = "".join(f"{n:010}{'Ana':<12}{n * 1234:012}03112026\n" for n in (1, 2, 3))
    upload = bring(ours.creditor, "cartera.txt", text)
    address = reverse("web:upload", args=[upload.public_id])
    page = client.get(address).content.decode()
    assert "data-cut" in page
    columns = {}
    for n, (name, start, length, kind, field) in enumerate(
        [
            ("ref", 1, 10, "text", "account"),
            ("quien", 11, 12, "text", "name"),
            ("debe", 23, 12, "amount:2", "total"),
            ("cuando", 35, 8, "date:ddmmyyyy", "due_on"),
        ]
    ):
        columns |= {f"l{n}_name": name, f"l{n}_from": start, f"l{n}_length": length,
                    f"l{n}_kind": kind, f"h{n}": name, f"f{n}": field}  # fmt: skip
    page = client.post(address, columns).content.decode()
    assert 'do" value="import" disabled' not in page
    upload.refresh_from_db()
    mapping = Mapping.model_validate(upload.mapping)
    assert mapping.layout is not None
    assert mapping.columns["total"] == ["debe"]
    # A new name keeps what the column is; a border that is taken away takes the right column away.
    page = client.post(address, columns | {"l2_name": "saldo total", "cut": "10"}).content.decode()
    upload.refresh_from_db()
    mapping = Mapping.model_validate(upload.mapping)
    assert mapping.layout is not None
    assert [column.name for column in mapping.layout.columns] == ["ref", "saldo total", "cuando"]
    assert (mapping.columns["total"], mapping.columns["name"]) == (["saldo total"], [])
    # What cannot be is said, and nothing is changed.
    for wrong in ({"l1_from": "5"}, {"l1_length": "x"}, {"l1_name": "ref"}, {"l1_kind": "evil"}):
        page = client.post(address, columns | wrong).content.decode()
        assert "notice-bad" in page, wrong
        assert Mapping.model_validate(Upload.objects.get(pk=upload.pk).mapping) == mapping
    assert client.post(address, {"do": "separated"}).status_code == 302
    upload.refresh_from_db()
    assert upload.mapping == {}
    client.post(address, {"do": "fixed"})
    upload.refresh_from_db()
    assert Mapping.model_validate(upload.mapping).layout is not None
    assert storage.load(upload.file_key)
