"""`acuerdo templates lint FILE`: a text is checked without a database."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from acuerdo.cli.app import app

HEAD = "---\nchannel: {channel}\nlocale: {locale}\npurpose: collection\n---\n"
GOOD = "{{ creditor.name }}: tenemos un mensaje para usted. Responda BAJA y no le escribimos más.\n"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)


def lint(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["templates", "lint", *map(str, arguments)])


def write(path: Path, body: str, channel: str = "sms", locale: str = "es_CO") -> Path:
    path.write_text(HEAD.format(channel=channel, locale=locale) + body, encoding="utf-8")
    return path


def test_a_good_text_is_nothing_to_mend(tmp_path: Path) -> None:
    result = lint(write(tmp_path / "good.txt", GOOD))
    assert (result.exit_code, "nothing to mend" in result.stdout) == (0, True)


def test_a_refused_text_ends_with_one_and_says_where_and_how_to_mend_it(tmp_path: Path) -> None:
    result = lint(write(tmp_path / "bad.txt", GOOD + "\n¿Por qué no ha pagado?"), "--country", "CO")
    assert result.exit_code == 1
    assert "co.reason_for_default · CO · Ley 2300 de 2023, art. 7" in result.stdout
    assert "text, line 8: «Por qué no ha pagado»" in result.stdout
    assert "¿Qué fecha le queda mejor?" in result.stdout


def test_what_is_only_flagged_ends_well(tmp_path: Path) -> None:
    result = lint(write(tmp_path / "text.txt", "{{ creditor.name }}: hola."))
    assert result.exit_code == 0
    assert "flagged · lint.has_opt_out" in result.stdout


def test_the_terminals_language_is_spoken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "pt_BR.UTF-8")
    result = lint(write(tmp_path / "bad.txt", "Último aviso"))
    assert "recusado · base.threat" in result.stdout
    assert "A mensagem contém uma ameaça." in result.stdout


def test_json_is_the_same_for_machines(tmp_path: Path) -> None:
    path = write(tmp_path / "bad.txt", "Último aviso: {{ account.balance }}")
    result = lint(path, "--country", "co, mx", "--json")
    assert result.exit_code == 1
    (template,) = json.loads(result.stdout)["templates"]
    assert (template["name"], template["refused"]) == (str(path), True)
    threat = next(one for one in template["findings"] if one["rule_id"] == "base.threat")
    assert (threat["words"], threat["start"], threat["part"]) == ("Último aviso", 0, "body")
    assert set(threat) == {
        "severity", "rule_id", "code", "citation", "house_default", "countries", "fact", "part",
        "words", "start", "end", "explanation", "suggestion", "insert",
    }  # fmt: skip


def test_a_file_without_a_head_is_a_text_message(tmp_path: Path) -> None:
    path = tmp_path / "plain.txt"
    path.write_text(GOOD, encoding="utf-8")
    assert lint(path, "--country", "CO").exit_code == 0
    assert lint(path).exit_code == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"---\nchannel: sms\nHola", "second ---"),
        (b"---\ncolour: red\n---\nHola", "stand only"),
        (b"---\n- a\n---\nHola", "stand only"),
        (b"---\n{a: [\n---\nHola", "stand only"),
        (b"---\nchannel: fax\n---\nHola", "fax is none of"),
        (b"---\npurpose: fun\n---\nHola", "fun is none of"),
        (b"\xff\xfe\x00", "cannot be read"),
        (b"{{ nobody.knows }}", "nobody.knows"),
        (b"{% if %}", "cannot be used"),
        (b"{% include 'x' %}", "cannot be used"),
    ],
)
def test_what_cannot_be_read_ends_with_two_and_says_why(
    content: bytes, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes(content)
    result = lint(path, "--country", "CO")
    assert result.exit_code == 2
    assert words in " ".join(result.stderr.split())
    assert "Traceback" not in result.output


def test_options_that_make_no_sense_end_with_two(tmp_path: Path) -> None:
    path = write(tmp_path / "good.txt", GOOD)
    for arguments, words in (
        ([], "Name a file"),
        ([path, "--country", "XX"], "no rules for XX"),
        ([tmp_path / "none.txt"], "cannot be read"),
        ([tmp_path], "cannot be read"),
    ):
        result = lint(*arguments)
        assert result.exit_code == 2
        assert words in " ".join(result.stderr.split())


def test_buttons_and_subject_of_the_head_are_read(tmp_path: Path) -> None:
    path = tmp_path / "mail.txt"
    head = "---\nchannel: email\nlocale: es_CO\nsubject: Su deuda\nbuttons: [Pagar]\n---\n"
    path.write_text(head + GOOD, encoding="utf-8")
    result = lint(path)
    assert result.exit_code == 1
    assert "subject: «deuda»" in result.stdout
    assert "button: «Pagar»" in result.stdout
