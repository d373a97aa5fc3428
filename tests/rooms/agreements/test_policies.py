"""Policies are written, approved, put into and taken out of force, on a page or from a file."""

from __future__ import annotations

import json
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import pytest
from deals_kit import NOW, make_account, make_creditor, offer
from django.db import transaction
from typer.testing import CliRunner

from acuerdo.agreements.actions import (
    approve_policy,
    decline_policy,
    require_two,
    retire_policy,
    write_policy,
)
from acuerdo.agreements.documents import Levers, PolicyDocument
from acuerdo.agreements.errors import FourEyes, PolicySettled
from acuerdo.agreements.models import OfferPolicy
from acuerdo.agreements.policies import to_document
from acuerdo.agreements.queries import list_offers, to_policy
from acuerdo.agreements.versions import list_active, list_versions
from acuerdo.cli.app import app
from acuerdo.core.actor import Actor
from acuerdo.core.models import Event
from acuerdo.creditors.models import Creditor

pytestmark = pytest.mark.django_db

WRITER = Actor("user", "1", role="manager")
OTHER = Actor("user", "2", role="administrator")
NINE = "max_instalments: 9\n    max_settlement_parts: 3"  # of the policy `late` alone


@pytest.fixture
def creditor() -> Creditor:
    return make_creditor(ladder=True)


def late(creditor: Creditor) -> OfferPolicy:
    return OfferPolicy.objects.get(creditor=creditor, code="late", is_active=True)


def changed(creditor: Creditor, instalments: int = 12) -> PolicyDocument:
    document = to_document(late(creditor))
    data = document.model_dump(exclude_none=True)
    data["levers"]["max_instalments"] = instalments
    return PolicyDocument.model_validate(data)


def write(creditor: Creditor, document: PolicyDocument, actor: Actor = WRITER) -> OfferPolicy:
    with transaction.atomic():
        return write_policy(
            creditor=creditor, document=document, actor=actor, now=NOW, note="  longer\nplans "
        )


def approve(policy: OfferPolicy, actor: Actor) -> OfferPolicy:
    with transaction.atomic():
        return approve_policy(policy=policy, actor=actor, now=NOW + timedelta(hours=1))


def test_every_seeded_policy_is_a_document(creditor: Creditor) -> None:
    for row in list_active(OfferPolicy, creditor.pk):
        document = to_document(row)
        assert document.code == row.code
        for authority in ("assistant", "agent", "supervisor"):
            assert to_policy(row, "COP", authority).max_discount_percent >= row.max_discount_percent


def test_a_new_version_waits_and_then_replaces_the_one_before(creditor: Creditor) -> None:
    account = make_account(creditor, dpd=120)
    first = late(creditor)
    row = write(creditor, changed(creditor))
    assert (row.version, row.is_waiting, row.note) == (2, True, "longer plans")
    assert late(creditor) == first
    assert max(terms.count for terms in list_offers(account_id=account.pk, now=NOW)) == 9
    made = offer(account, kind="plan", count=9)
    approve(row, WRITER)
    assert late(creditor).pk == row.pk
    assert max(terms.count for terms in list_offers(account_id=account.pk, now=NOW)) == 12
    assert [one.version for one in list_versions(row)] == [2, 1]
    made.refresh_from_db()
    assert (made.state, made.policy) == ("open", first)
    names = Event.objects.filter(name__startswith="Policy").values_list("name", flat=True)
    assert list(names.order_by("occurred_at")) == ["PolicyWritten", "PolicyApproved"]


def test_saying_the_same_again_writes_nothing(creditor: Creditor) -> None:
    row = write(creditor, to_document(late(creditor)))
    assert (row.version, row.is_active) == (1, True)
    assert OfferPolicy.objects.filter(code="late").count() == 1


def test_a_second_draft_withdraws_the_first(creditor: Creditor) -> None:
    one, two = write(creditor, changed(creditor)), write(creditor, changed(creditor, 6))
    assert two.version == 3
    with pytest.raises(PolicySettled):
        approve(one, OTHER)
    approve(two, OTHER)
    with pytest.raises(PolicySettled):
        approve(two, OTHER)
    assert late(creditor).max_instalments == 6


def test_where_two_are_asked_for_the_writer_cannot_approve(creditor: Creditor) -> None:
    with transaction.atomic():
        require_two(creditor=creditor, required=True, actor=OTHER, now=NOW)
    row = write(creditor, changed(creditor))
    with pytest.raises(FourEyes):
        approve(row, WRITER)
    assert late(creditor).version == 1
    assert approve(row, OTHER).approved_by == "user:2"
    with transaction.atomic():
        require_two(creditor=creditor, required=False, actor=OTHER, now=NOW)
    assert approve(write(creditor, changed(creditor, 5)), WRITER).is_active


def test_a_draft_is_declined_and_a_policy_taken_out_of_force(creditor: Creditor) -> None:
    row = write(creditor, changed(creditor))
    with transaction.atomic():
        decline_policy(policy=row, actor=OTHER, now=NOW)
    with pytest.raises(PolicySettled):
        approve(row, OTHER)
    with transaction.atomic():
        retire_policy(policy=late(creditor), actor=OTHER, now=NOW)
    with pytest.raises(PolicySettled), transaction.atomic():
        retire_policy(policy=row, actor=OTHER, now=NOW)
    account = make_account(creditor, dpd=120)
    assert list_offers(account_id=account.pk, now=NOW) == []


def test_another_name_is_another_policy_asked_last(creditor: Creditor) -> None:
    document = PolicyDocument(code="legal", dpd_from=400, levers=Levers(max_instalments=24))
    row = approve(write(creditor, document), OTHER)
    assert (row.version, row.position) == (1, 7)
    assert list_active(OfferPolicy, creditor.pk)[-1] == row


# --- from a file


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setattr("acuerdo.cli.policies.with_database", lambda _data: nullcontext())


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["policy", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.usefixtures("here")
def test_a_file_goes_out_and_comes_back(creditor: Creditor, tmp_path: Path) -> None:
    path = tmp_path / "policies.yaml"
    assert run("export", path, "--creditor", creditor.name)[0] == 0
    assert run("check", path) == (0, "8 documents, nothing to mend\n", "")
    code, out, _err = run("apply", path, "--creditor", creditor.name)
    assert (code, out.count("unchanged")) == (0, 8)
    text = path.read_text("utf-8")
    path.write_text(text.replace(NINE, NINE.replace("9", "10")), "utf-8")
    code, out, _err = run("apply", path, "--creditor", creditor.name, "--json", "--note", "more")
    outcomes = {one["code"]: one["outcome"] for one in json.loads(out)["policies"]}
    assert (code, outcomes["late"], outcomes["mid"]) == (0, "active", "unchanged")
    assert (late(creditor).max_instalments, late(creditor).note) == (10, "more")
    assert run("export", "--creditor", creditor.name)[1] == path.read_text("utf-8")


@pytest.mark.usefixtures("here")
def test_a_file_with_a_fault_changes_nothing(creditor: Creditor, tmp_path: Path) -> None:
    path = tmp_path / "policies.yaml"
    run("export", path, "--creditor", creditor.name)
    text = path.read_text("utf-8").replace(NINE, NINE.replace("9", "-9"))
    path.write_text(text.replace("grace_days: 3", "grace_days: 4"), "utf-8")
    line = text.splitlines().index("    max_instalments: -9") + 1
    code, _out, err = run("apply", path, "--creditor", creditor.name)
    assert code == 1
    assert f"line {line}: policies.5.levers.max_instalments: It is 1 at least." in err
    assert set(OfferPolicy.objects.values_list("version", flat=True)) == {1}
    code, out, _err = run("check", path, "--json")
    assert (code, json.loads(out)["faults"][0]["line"]) == (1, line)


@pytest.mark.usefixtures("here")
def test_where_two_are_asked_for_a_file_waits(creditor: Creditor, tmp_path: Path) -> None:
    with transaction.atomic():
        require_two(creditor=creditor, required=True, actor=OTHER, now=NOW)
    path = tmp_path / "policies.yaml"
    run("export", path, "--creditor", creditor.name)
    path.write_text(path.read_text("utf-8").replace("grace_days: 3", "grace_days: 4"), "utf-8")
    _code, out, _err = run("apply", path, "--creditor", creditor.name)
    assert out.count("waits for approval") == 7
    assert late(creditor).grace_days == 3


@pytest.mark.usefixtures("here")
def test_what_cannot_be_read_is_said(creditor: Creditor, tmp_path: Path) -> None:
    assert run("check", tmp_path / "none.yaml")[0] == 2
    assert run("export", "--creditor", "Nadie")[0] == 2
    path = tmp_path / "policies.yaml"
    path.write_bytes(b"\xff\xfe")
    assert run("apply", path, "--creditor", creditor.name)[0] == 2
