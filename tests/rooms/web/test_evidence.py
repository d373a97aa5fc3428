"""One click on the account's page: the evidence file of its debtor."""

from __future__ import annotations

import io
import sys
import zipfile
from typing import Any

import pytest
from django.urls import reverse
from pages_kit import ROLES, Side, login

from acuerdo.core import printing
from acuerdo.core.models import Event
from acuerdo.identity.rules import may
from acuerdo.reporting import actions
from acuerdo.reporting.actions import seal_keys
from acuerdo.reporting.evidence.verification import Seal, read, verify


def click(side: Side, role: str, account: Any = None) -> Any:
    public_id = (account or side.account).public_id
    return login(side.users[role]).post(reverse("web:evidence", args=[public_id]))


def unpack(response: Any) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    asked: dict[str, Any] = {}

    def keep(html: str, *, seconds: float) -> bytes:
        asked.update(html=html, seconds=seconds)
        return b"%PDF-1.7 not printed here"

    monkeypatch.setattr(actions, "print_pdf", keep)
    return asked


def test_one_click_gives_a_sealed_file_and_leaves_a_trace(
    ours: Side, printed: dict[str, Any]
) -> None:
    response = click(ours, "manager")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/zip"
    assert response["Cache-Control"] == "no-store"
    stem = f"evidence-{ours.account.debtor.public_id}-20261124T150000Z"
    assert response["Content-Disposition"] == f'attachment; filename="{stem}.zip"'
    files = unpack(response)
    assert list(files) == [f"{stem}.json", f"{stem}.pdf"]
    report = verify(read(files[f"{stem}.json"]), keys=seal_keys(), find=files.get)
    assert (report.is_whole, report.seal) == (True, Seal.GOOD)
    assert "palabras de Banco Ejemplo" in files[f"{stem}.json"].decode()
    event = Event.objects.get(name="EvidenceExported")
    assert event.actor == f"user:{ours.users['manager'].pk}"
    assert event.data["head"] == report.head
    assert printed["seconds"] <= 60
    assert ours.users["manager"].full_name in printed["html"]


@pytest.mark.parametrize("role", ROLES)
def test_the_button_is_there_for_those_who_may(ours: Side, role: str) -> None:
    page = login(ours.users[role]).get(reverse("web:account", args=[ours.account.public_id]))
    address = reverse("web:evidence", args=[ours.account.public_id])
    assert (address in page.content.decode()) is may(role, "export_evidence")


def test_an_agent_and_another_creditor_s_manager_get_nothing(
    ours: Side, theirs: Side, printed: dict[str, Any]
) -> None:
    assert click(ours, "agent").status_code == 403
    refused = click(ours, "manager", theirs.account)
    assert refused.status_code == 404
    assert "Persona de" not in refused.content.decode()
    assert not printed
    assert not Event.objects.filter(name="EvidenceExported").exists()


def test_to_look_is_not_to_export(ours: Side) -> None:
    """A link or a picture cannot make somebody's browser export a file."""
    client = login(ours.users["manager"])
    address = reverse("web:evidence", args=[ours.account.public_id])
    assert client.get(address).status_code == 405
    client.handler.enforce_csrf_checks = True
    assert client.post(address).status_code == 403
    assert not Event.objects.filter(name="EvidenceExported").exists()


def test_without_the_libraries_the_json_comes_with_their_names(
    ours: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    poor = 'print(\'{"libpango-1.0": "libpango-1.0-0"}\'); raise SystemExit(3)'
    monkeypatch.setattr(printing, "COMMAND", (sys.executable, "-c", poor))
    files = unpack(click(ours, "administrator"))
    json_name, note = files
    assert json_name.endswith(".json")
    assert note == "no-pdf.txt"
    assert "libpango-1.0" in files[note].decode()
    assert verify(read(files[json_name]), keys=seal_keys()).is_whole
