"""`acuerdo run`: a file becomes accounts, scores, segments and first contacts; twice is once."""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import psycopg
import pytest
from click.testing import Result
from deals_kit import agree
from django.conf import settings
from django.db import OperationalError, connection, transaction
from small_portfolio import NOW, row
from typer.testing import CliRunner

from acuerdo.agreements.models import Agreement
from acuerdo.cli import running
from acuerdo.cli.app import app
from acuerdo.cli.errors import LiveNotNow
from acuerdo.cli.supervisor import ChildSilent, Supervisor
from acuerdo.core import clock
from acuerdo.core.actor import SYSTEM
from acuerdo.creditors.models import Creditor, ProviderAccount
from acuerdo.messaging.actions import deliver_due
from acuerdo.messaging.models import Message
from acuerdo.portfolio.models import Account
from acuerdo.sandbox.models import Mail, PhoneMessage
from acuerdo.workflow.creditors import has_real_provider, open_creditor
from acuerdo.workflow.worker import is_running

pytestmark = pytest.mark.django_db(transaction=True)

KEYS = [
    "creditor", "as_of", "file", "rows", "rejections", "warnings", "accounts", "balances",
    "segments", "planned", "sent", "withheld", "failed", "unknown", "seconds",
]  # fmt: skip
EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "portfolio.csv"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    return


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def invoke(file: Path | str, *options: str, creditor: str = "Banco Uno") -> Result:
    return CliRunner().invoke(app, ["run", str(file), "--creditor", creditor, *options])


def run(file: Path | str, *options: str, code: int = 0, creditor: str = "Banco Uno") -> Any:
    result = invoke(file, "--json", *options, creditor=creditor)
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def test_the_example_portfolio_runs_and_the_second_time_nothing_happens() -> None:
    first = run(EXAMPLE, "--as-of", "2026-11-24T16:30:00-03:00")
    assert list(first) == KEYS
    assert first["creditor"] == "Banco Uno"
    assert first["as_of"] == "2026-11-24T14:30:00-05:00"  # Colombia is the most frequent
    assert list(first["file"]) == ["encoding", "separator", "decimal", "date_order"]
    assert list(first["rows"]) == ["read", "accepted", "rejected", "duplicates", "warnings"]
    assert first["rows"]["accepted"] >= 1000
    assert first["rows"]["rejected"] == len({fault["line"] for fault in first["rejections"]}) > 0
    assert set(first["rejections"][0]) == {"line", "column", "value", "reason"}
    assert first["accounts"]["new"] == first["rows"]["accepted"]
    assert set(first["balances"]) == {"COP", "MXN", "BRL", "EUR"}
    parts = first["balances"]["COP"]
    assert parts["total_minor"] == sum(
        parts[f"{name}_minor"] for name in ("principal", "interest", "fees", "costs", "taxes")
    )
    assert sum(first["segments"].values()) == first["rows"]["accepted"]
    assert set(first["sent"]) == {"sms", "whatsapp", "email"}
    check_sum(first)
    phones, mails = PhoneMessage.objects.count(), Mail.objects.count()
    assert phones == first["sent"]["sms"] + first["sent"]["whatsapp"]
    assert mails == first["sent"]["email"]

    second = run(EXAMPLE, "--as-of", "2026-11-24T16:30:00-03:00")
    assert second["accounts"] == {
        "new": 0, "changed": 0, "unchanged": first["accounts"]["new"]
    }  # fmt: skip
    assert second["planned"] == 0
    assert second["sent"] == {}
    assert (PhoneMessage.objects.count(), Mail.objects.count()) == (phones, mails)


def check_sum(report: Any) -> None:
    kinds = [sum(report[name].values()) for name in ("sent", "withheld", "failed")]
    assert report["planned"] == sum(kinds) + report["unknown"]


def test_what_is_not_authorised_is_withheld_unless_it_is_declared(tmp_path: Path) -> None:
    rows = [row(f"A-{number:04d}", authorised_channels="") for number in range(1, 6)]
    for one in rows:
        del one["authorised_channels"]
    file = write(tmp_path / "cartera.csv", rows)
    report = run(file, "--as-of", "2026-11-24")
    assert report["as_of"] == "2026-11-24T10:00:00-05:00"
    assert report["withheld"] == {"channel_not_authorized": 5}
    check_sum(report)
    declared = ("--authorised", "sms, email", "--authorised-source", "contract, clause 12")
    report = run(file, "--as-of", "2026-11-24", *declared)
    assert report["accounts"]["unchanged"] == 5
    assert report["sent"] == {"sms": 5}
    assert ProviderAccount.objects.filter(name="Trial run", is_active=True).count() == 0


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01\x02\x03garbage\xff\xfe" * 40,
        b"PK\x03\x04" + b"\x00" * 60,
        b"a" * 1_000_000,
        ",".join(f"c{number}" for number in range(200)).encode() + b"\n1,2\n",
        b"uno,dos\n1,2\n",
    ],
    ids=["empty", "garbage", "zip", "long-line", "200-columns", "no-headers"],
)
def test_what_cannot_be_read_ends_with_two_and_changes_nothing(
    tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "cartera.csv"
    file.write_bytes(content)
    for options in ((), ("--country", "CO")):
        result = invoke(file, "--json", *options)
        assert result.exit_code == 2
        assert result.stdout == ""
        assert len(result.stderr.strip()) > 20
    assert not Creditor.objects.exists()


def test_a_missing_file_and_wrong_options_end_with_two(tmp_path: Path) -> None:
    file = write(tmp_path / "cartera.csv", [row("A-0001")])
    for options in (
        ("--as-of", "tomorrow"),
        ("--country", "ZZ"),
        ("--authorised", "fax", "--authorised-source", "x"),
        ("--authorised", "sms"),
        ("--mapping", str(tmp_path / "none.yaml")),
    ):
        assert invoke(file, *options).exit_code == 2, options
    assert invoke(tmp_path / "none.csv").exit_code == 2
    assert not Creditor.objects.exists()


def test_a_file_of_which_every_row_is_rejected_ends_with_two(tmp_path: Path) -> None:
    file = write(tmp_path / "cartera.csv", [row("A-0001", total="many"), row("A-0002", total="-")])
    report = run(file, "--as-of", "2026-11-24", code=2)
    assert report["rows"]["accepted"] == 0
    assert report["rows"]["rejected"] == 2
    assert not Account.objects.exists()


def test_time_does_not_run_backwards_and_live_is_now(tmp_path: Path) -> None:
    file = write(tmp_path / "cartera.csv", [row("A-0001")])
    run(file, "--as-of", "2026-11-24")
    assert invoke(file, "--as-of", "2026-11-23").exit_code == 3
    before = Message.objects.count()
    past = (clock.real_now() - timedelta(days=1)).isoformat()
    refused = invoke(file, "--as-of", past, "--live", creditor="Banco Dos")
    assert refused.exit_code == 3
    assert "--live" in refused.stderr
    assert Message.objects.count() == before
    assert not Creditor.objects.filter(name="Banco Dos").exists()


def test_a_running_worker_is_not_disturbed(tmp_path: Path) -> None:
    file = write(tmp_path / "cartera.csv", [row("A-0001")])
    with psycopg.connect(settings.DATABASE_URL, autocommit=True) as worker:
        worker.execute("SELECT pg_advisory_lock_shared(hashtext('acuerdo worker'))")
        assert invoke(file, "--as-of", "2026-11-24").exit_code == 3
        assert not Creditor.objects.exists()


def test_neither_a_worker_nor_a_second_run_starts_in_between(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(tmp_path / "cartera.csv", [row("A-0001", authorised_channels="")])
    kept_off = []

    def look(creditor: Creditor, now: Any) -> Any:
        connection.close()  # as deliveries do
        with psycopg.connect(settings.DATABASE_URL, autocommit=True) as worker:
            free = worker.execute(
                "SELECT pg_try_advisory_lock_shared(hashtext('acuerdo worker'))"
            ).fetchone()
        kept_off.append((free, invoke(file, "--as-of", "2026-11-24").exit_code))
        return decide(creditor, now)

    decide = running._decide
    monkeypatch.setattr(running, "_decide", look)
    run(file, "--as-of", "2026-11-24")
    assert kept_off == [((False,), 3)]
    # The lock ends with its session, which the server closes after the client has gone.
    until = time.monotonic() + 10
    while is_running():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_what_an_earlier_run_left_claimed_is_asked_about_and_not_sent_again(
    tmp_path: Path,
) -> None:
    rows = [row("A-0001", authorised_channels="email"), row("A-0002")]
    file = write(tmp_path / "cartera.csv", rows)
    assert sum(run(file, "--as-of", "2026-11-24")["sent"].values()) == 2
    arrived = (PhoneMessage.objects.count(), Mail.objects.count())
    Message.objects.update(state="claimed", lease_until=clock.real_now() + timedelta(minutes=5))
    second = run(file, "--as-of", "2026-11-24")
    # A mail server cannot be asked; the sandbox knows what it took.
    assert second["unknown"] == 1
    assert second["sent"] == {"whatsapp": 1}
    check_sum(second)
    assert (PhoneMessage.objects.count(), Mail.objects.count()) == arrived


def test_a_promise_that_was_not_kept_is_broken_by_the_next_run(tmp_path: Path) -> None:
    file = write(tmp_path / "cartera.csv", [row("A-0001", authorised_channels="")])
    run(file, "--as-of", "2026-11-24")
    agree(Account.objects.get(), kind="promise", on=date(2026, 11, 26))
    run(file, "--as-of", "2026-12-10")
    assert Agreement.objects.get().state == "broken"


def test_live_wants_a_provider_that_is_not_the_sandbox(tmp_path: Path) -> None:
    file = write(tmp_path / "cartera.csv", [row("A-0001", authorised_channels="")])
    refused = invoke(file, "--live")
    assert refused.exit_code == 3
    assert not Creditor.objects.exists()
    now = clock.real_now()
    with transaction.atomic():
        creditor = open_creditor(actor=SYSTEM, now=now, name="Banco Uno", country="CO")
    assert not has_real_provider(creditor=creditor)
    refused = invoke(file, "--live")
    assert refused.exit_code == 3
    assert "sandbox" in refused.stderr
    assert not Account.objects.exists()
    mail = ProviderAccount.objects.filter(kind="email")
    mail.update(name="Ours", config={**mail.get().config, "port": 25})
    assert not has_real_provider(creditor=creditor)  # its sender is still the sandbox's
    mail.update(config={"host": "192.0.2.1", "port": 25, "from_address": "a@bank.example"})
    assert has_real_provider(creditor=creditor)


def test_live_compares_with_the_real_time(monkeypatch: pytest.MonkeyPatch) -> None:
    ahead = clock.real_now() + timedelta(days=5)
    monkeypatch.setattr(clock, "now", lambda: ahead)
    zone = ZoneInfo("America/Bogota")
    assert running.find_instant("", None, zone, live=True) < ahead - timedelta(days=4)
    with pytest.raises(LiveNotNow):
        running.find_instant(ahead.isoformat(), None, zone, live=True)


def test_what_fails_after_the_import_ends_with_four_and_tells_what_was_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(tmp_path / "cartera.csv", [row("A-0001")])

    def silent(_self: Any) -> None:
        raise ChildSilent("{name} does not answer", name="sandbox")

    with monkeypatch.context() as broken:
        broken.setattr(Supervisor, "start", silent)
        result = invoke(file, "--json", "--as-of", "2026-11-24")
        assert result.exit_code == 4
        assert "sandbox does not answer" in result.stderr
        report = json.loads(result.stdout)
        assert list(report) == KEYS
        assert report["accounts"]["new"] == 1
        assert sum(report["failed"].values()) == report["planned"] == 1
    # A worker or --live does not send what was planned for a trial; the next trial does.
    assert deliver_due(now=NOW + timedelta(hours=1), actor=SYSTEM).total == 0
    assert Message.objects.get().state == "planned"
    assert run(file, "--as-of", "2026-11-24")["sent"] == {"whatsapp": 1}


def test_a_database_that_does_not_answer_ends_with_four_in_the_reader_s_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(tmp_path / "cartera.csv", [row("A-0001")])
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    for language, words in (("es_CO", "no responde ninguna"), ("pt_BR", "nenhum banco de dados")):
        monkeypatch.setenv("LANG", language)
        result = invoke(file, "--json")
        assert (result.exit_code, result.stdout) == (4, "")
        assert words in result.stderr.replace("\n", " ")


def test_what_nobody_expected_ends_with_four(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_arguments: Any, **_options: Any) -> Any:
        raise OperationalError("the connection is closed")

    file = write(tmp_path / "cartera.csv", [row("A-0001")])
    monkeypatch.setattr(running, "take_in", lost)
    result = invoke(file, "--json", "--as-of", "2026-11-24")
    assert (result.exit_code, result.stdout) == (4, "")
    assert "The run failed: the connection is closed" in result.stderr


def test_what_is_configured_is_not_used_without_live(tmp_path: Path) -> None:
    file = write(tmp_path / "cartera.csv", [row("A-0001", authorised_channels="email")])
    run(file, "--as-of", "2026-11-24")
    creditor = Creditor.objects.get()
    ProviderAccount.objects.filter(kind="email", is_active=True).update(
        config={"host": "192.0.2.1", "port": 25, "from_address": "a@example.com"}, name="Real"
    )
    write(file, [row("A-0001", authorised_channels="email"), row("A-0002")])
    waits = Message.objects.get(creditor=creditor)
    waits.pk, waits.public_id, waits.key, waits.state = None, uuid4(), "answer", "planned"
    waits.provider_account = None  # as an agent's answer: nobody has tried to send it yet
    waits.body, waits.template = "Buenos días", None
    waits.save(force_insert=True)
    report = run(file, "--as-of", (NOW + timedelta(hours=1)).isoformat())
    assert Message.objects.get(key="answer").state == "planned"
    assert report["accounts"] == {"new": 1, "changed": 0, "unchanged": 1}
    assert report["failed"] == {}
    assert sum(report["sent"].values()) == 1
    assert (
        ProviderAccount.objects.get(creditor=creditor, kind="email", is_active=True).name == "Real"
    )


def test_a_person_reads_a_summary(tmp_path: Path) -> None:
    file = write(tmp_path / "cartera.csv", [row("A-0001"), row("A-0002", total="x")])
    result = invoke(file, "--as-of", "2026-11-24")
    assert result.exit_code == 0
    for words in ("Banco Uno", "1 accepted, 1 rejected", "early 1", "$ 1.200.000", "Planned"):
        assert words in result.stdout.replace("\xa0", " ")


def test_days_later_a_changed_file_goes_on_where_the_first_ended(tmp_path: Path) -> None:
    file = write(tmp_path / "cartera.csv", [row("A-0001"), row("A-0002"), row("A-0003")])
    first = run(file, "--as-of", "2026-11-24")
    assert first["sent"] == {"whatsapp": 3}
    write(file, [row("A-0001"), row("A-0002", total="0.00"), row("A-0003", total="300000.00")])
    later = run(file, "--as-of", "2026-12-01")
    assert later["accounts"]["changed"] >= 1
    assert later["balances"]["COP"]["total_minor"] == 150_000_000
    assert sum(later["sent"].values()) == 2  # who owes nothing any more is not written to
    check_sum(later)
