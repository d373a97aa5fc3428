"""`acuerdo evidence`: one command writes the file, another says whether it is as it was made."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from django.db import ProgrammingError, transaction
from evidence_kit import minutes
from small_portfolio import NOW, place, row
from typer.testing import CliRunner

import acuerdo
from acuerdo.cli import evidence as cli
from acuerdo.cli.app import app
from acuerdo.core import clock, printing
from acuerdo.core.actor import SYSTEM
from acuerdo.core.errors import StartFailed
from acuerdo.core.models import Event
from acuerdo.portfolio.models import Debtor
from acuerdo.reporting import actions
from acuerdo.reporting.evidence.chain import Chained, Draft, chain, close, digest, write
from acuerdo.workflow.creditors import open_creditor

SOURCE = Path(acuerdo.__file__).resolve().parents[1]
PAPER = b"%PDF-1.7 not printed here"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    with clock.travel(minutes(60)):
        yield


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "print_pdf", lambda _html, seconds: PAPER)


@pytest.fixture
def debtor(transactional_db: None) -> Debtor:
    with transaction.atomic():
        creditor = open_creditor(actor=SYSTEM, now=NOW, name="Banco Uno", country="CO")
    place(creditor, [row("A-0001"), row("A-0002")])
    return Debtor.objects.order_by("pk")[0]


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A folder with a small evidence file and its paper, as an export leaves it."""
    drafts = [Draft("2026-11-24T15:00:00Z", "message", {"body": f"hola {n}"}) for n in range(6)]
    chained = chain({"debtor": {"name": "Ana"}}, drafts)
    return write_file(tmp_path / "made", "evidence-1", chained)


def write_file(folder: Path, stem: str, chained: Chained) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / f"{stem}.pdf").write_bytes(PAPER)
    closed = close(chained, {f"{stem}.pdf": digest(PAPER)}, actions.seal_keys()[0])
    (folder / f"{stem}.json").write_bytes(write(closed))
    return folder


def invoke(*words: str) -> Result:
    return CliRunner().invoke(app, ["evidence", *words])


def verify(path: Path | str, *options: str) -> Result:
    return invoke("verify", str(path), *options)


def json_of(folder: Path) -> Path:
    (found,) = folder.glob("*.json")
    return found


def change(folder: Path, how: Callable[[Any], Any]) -> None:
    path = json_of(folder)
    document = json.loads(path.read_bytes())
    how(document)
    path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")


@pytest.mark.parametrize("command", [(), ("export",)])
def test_one_command_writes_what_only_its_user_may_read(
    debtor: Debtor, printed: None, tmp_path: Path, command: tuple[str, ...]
) -> None:
    out = tmp_path / "deep" / "folder"
    result = invoke(*command, "--debtor", str(debtor.public_id), "--out", str(out))
    assert result.exit_code == 0, result.output
    stem = f"evidence-{debtor.public_id}-20261124T160000Z"
    assert sorted(path.name for path in out.iterdir()) == [f"{stem}.json", f"{stem}.pdf"]
    for path in out.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert str(path) in result.output.replace("\n", "")
    document = json.loads(json_of(out).read_bytes())
    assert document["header"]["debtor"]["id"] == debtor.pk
    assert document["header"]["language"] == "es"
    assert f"Head {document['closing']['head']}" in result.output
    assert Event.objects.get(name="EvidenceExported").actor == "system"


def test_the_paper_is_whole_where_a_person_waits_for_nothing(
    debtor: Debtor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, Any] = {}

    def note(chained: Any, **options: Any) -> str:
        asked.update(options)
        return ""

    monkeypatch.setattr(actions, "to_html", note)
    monkeypatch.setattr(actions, "print_pdf", lambda _html, seconds: PAPER)
    arguments = ("--debtor", str(debtor.pk), "--out", str(tmp_path), "--lang", "pt")
    assert invoke(*arguments).exit_code == 0
    assert asked["limit"] is None
    assert json.loads(json_of(tmp_path).read_bytes())["header"]["language"] == "pt"


def test_a_file_is_never_written_over(debtor: Debtor, printed: None, tmp_path: Path) -> None:
    arguments = ("--debtor", str(debtor.pk), "--out", str(tmp_path))
    assert invoke(*arguments).exit_code == 0
    assert verify(tmp_path).exit_code == 0
    before = json_of(tmp_path).read_bytes()
    assert invoke(*arguments).exit_code == 4
    assert json_of(tmp_path).read_bytes() == before


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--debtor", "1"),
        ("--out", "x"),
        ("--debtor", "1", "--out", "x", "--lang", "fr"),
        ("--debtor", "no-such", "--out", "{tmp}/x"),
        ("--debtor", "987654", "--out", "{tmp}/x"),
        ("--debtor", "01a2328c-8686-7000-8006-d877125bcc1b", "--out", "{tmp}/x"),
        ("--debtor", "1", "--out", "{tmp}/a-file"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_two(
    debtor: Debtor, printed: None, tmp_path: Path, words: tuple[str, ...]
) -> None:
    (tmp_path / "a-file").write_text("in the way")
    result = invoke(*(word.format(tmp=tmp_path) for word in words))
    assert result.exit_code == 2
    assert result.stderr
    assert not list(tmp_path.rglob("*.json"))
    assert not Event.objects.filter(name="EvidenceExported").exists()


def test_what_fails_says_so_with_four(
    debtor: Debtor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any, **_options: Any) -> None:
        raise RuntimeError("the database was lost")

    monkeypatch.setattr(actions, "export_evidence", broken)
    result = invoke("--debtor", str(debtor.pk), "--out", str(tmp_path))
    assert result.exit_code == 4
    assert "the database was lost" in result.stderr


def test_where_nothing_was_set_up_the_demo_is_pointed_at(
    debtor: Debtor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def empty(*_args: Any, **_options: Any) -> None:
        raise ProgrammingError('relation "portfolio_debtor" does not exist')

    monkeypatch.setattr(actions, "export_evidence", empty)
    result = invoke("--debtor", str(debtor.pk), "--out", str(tmp_path))
    assert result.exit_code == 4
    assert "--demo" in result.stderr
    assert "relation" not in result.stderr.splitlines()[-1]


@pytest.mark.parametrize("command", [("--debtor", "1", "--out", "{tmp}/out"), ("verify", "{tmp}")])
def test_the_demo_s_own_data_are_asked_for_by_name(
    printed: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("ACUERDO_DATA", str(tmp_path))
    monkeypatch.setenv("ACUERDO_DEMO", "")
    places: list[Path] = []

    @contextmanager
    def note(data: Path) -> Iterator[None]:
        places.append(data)
        raise StartFailed("no database here")
        yield

    monkeypatch.setattr(cli, "with_database", note)
    invoke(*(word.format(tmp=tmp_path) for word in command), "--demo")
    assert os.environ["ACUERDO_DATA"] == str(tmp_path / "demo")
    assert os.environ["ACUERDO_DEMO"] == "1"
    assert places == ([] if command[0] == "verify" else [tmp_path / "demo"])


def test_without_the_libraries_the_json_is_written_and_they_are_named(
    debtor: Debtor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    poor = 'print(\'{"libpango-1.0": "libpango-1.0-0"}\'); raise SystemExit(3)'
    monkeypatch.setattr(printing, "COMMAND", (sys.executable, "-c", poor))
    result = invoke("--debtor", str(debtor.pk), "--out", str(tmp_path))
    assert result.exit_code == 0
    assert [path.suffix for path in tmp_path.iterdir()] == [".json"]
    assert "this machine lacks: libpango-1.0." in result.stderr
    assert "apt-get install libpango-1.0-0" in result.stderr
    assert verify(tmp_path).exit_code == 0


def test_a_whole_file_is_called_whole_in_every_shape(made: Path, tmp_path: Path) -> None:
    archive = tmp_path / "from-the-page.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in made.iterdir():
            file.write(path, path.name)
    for path in (made, json_of(made), archive):
        result = verify(path)
        assert result.exit_code == 0, result.output
        said = result.stdout.replace("\n", " ")
        assert "is whole: " in said
        assert "The seal was made with a key of this installation." in said
        assert ".pdf is the one that was made with it." in said
        assert result.stderr == ""
    for paper in made.glob("*.pdf"):
        paper.unlink()
    alone = verify(made)
    assert alone.exit_code == 0
    assert "is not beside it and was not checked" in alone.stderr.replace("\n", " ")


def move(document: Any) -> None:
    records = document["records"]
    records[1], records[2] = records[2], records[1]


@pytest.mark.parametrize(
    ("how", "said"),
    [
        (lambda d: d["records"][2]["body"].update(x=1), "Record 3 was altered (it stands at place"),
        (lambda d: d["records"].pop(1), "Record 2 is missing."),
        (lambda d: d["records"].__delitem__(slice(0, 3)), "Records 1 to 3 are missing."),
        (lambda d: d["records"].insert(1, d["records"][0]), "A record was added at place"),
        (lambda d: d["records"].append("x"), "is no record."),
        (move, "was moved: it stands at place"),
        (lambda d: d["header"]["debtor"].update(name="Otra"), "The header was altered."),
        (lambda d: d["closing"].update(records=1), "The closing was altered"),
        (lambda d: d.update(seal="0" * 64), "The seal does not fit"),
        (lambda d: d.update({"\x1b[31mred": 1}), "The part ?[31mred is missing or does not belong"),
    ],
)
def test_a_broken_file_is_told_how_with_three(
    made: Path, how: Callable[[Any], Any], said: str
) -> None:
    change(made, how)
    result = verify(made)
    assert result.exit_code == 3
    assert said in result.stderr
    assert "is not as it was made" in result.stderr.replace("\n", " ")
    assert "is whole" not in result.output
    assert "\x1b" not in result.output


def test_very_many_faults_are_not_all_told(made: Path) -> None:
    change(made, lambda document: document["records"].extend(["x"] * 200))
    result = verify(made)
    assert result.exit_code == 3
    assert len(result.stderr.splitlines()) < 60
    assert "… 150" in result.stderr


def test_another_paper_than_the_one_that_was_made_breaks_it(made: Path) -> None:
    (paper,) = made.glob("*.pdf")
    paper.write_bytes(PAPER + b" and a word more")
    result = verify(made)
    assert result.exit_code == 3
    assert "is not the file that was made with it." in result.stderr.replace("\n", " ")


def test_the_head_on_the_paper_is_compared(made: Path) -> None:
    head = json.loads(json_of(made).read_bytes())["closing"]["head"]
    assert verify(made, "--head", head).exit_code == 0
    other = verify(made, "--head", "0" * 64)
    assert other.exit_code == 3
    assert "The head is not the one that was given." in other.stderr


@pytest.mark.parametrize(
    "make",
    [
        lambda path: path.mkdir(),
        lambda path: path.write_text("no evidence at all"),
        lambda path: path.write_bytes(b"PK\x03\x04 not really"),
        lambda path: path.write_text('{"format": "another"}'),
        lambda path: None,
        lambda path: (path.mkdir(), (path / "some.json").write_text("[]")),
        lambda path: (path.mkdir(), (path / "some.zip").write_text("PK")),
    ],
)
def test_what_is_no_evidence_is_told_so_with_two(
    tmp_path: Path, make: Callable[[Path], Any]
) -> None:
    path = tmp_path / "thing"
    make(path)
    result = verify(path)
    assert result.exit_code == 2
    assert "evidence file" in result.stderr


def test_one_broken_file_among_whole_ones_is_three(made: Path) -> None:
    write_file(made, "evidence-2", chain({"debtor": {"name": "Eva"}}, []))
    assert verify(made).exit_code == 0
    (made / "readme.json").write_text("{}")
    assert verify(made).exit_code == 2
    first = made / "evidence-1.json"
    first.write_text(first.read_text("utf-8").replace("hola 3", "hola 4"), "utf-8")
    assert verify(made).exit_code == 3


def test_it_needs_neither_database_nor_key_and_makes_none(made: Path, tmp_path: Path) -> None:
    """On an auditor's machine: the chain is checked, the seal cannot be."""
    nowhere = tmp_path / "nowhere"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ACUERDO_")}
    environment = {
        **kept,
        "ACUERDO_DATA": str(nowhere),
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
        "DJANGO_SETTINGS_MODULE": "acuerdo.config.settings",
        "PYTHONPATH": str(SOURCE),
    }

    def run(*options: str, **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "acuerdo", "evidence", "verify", str(made), *options]
        return subprocess.run(
            command, env=environment | more, capture_output=True, text=True, check=False
        )

    done = run()
    assert done.returncode == 0, done.stderr
    assert "is whole" in done.stdout
    assert "Only the chain was checked" in done.stderr
    assert not nowhere.exists()
    assert run("--sealed").returncode == 3
    change(made, lambda document: document["records"].pop())
    broken = run(LANG="es_CO.UTF-8")
    assert broken.returncode == 3
    assert "Falta el registro" in broken.stderr
