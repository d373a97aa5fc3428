"""`acuerdo contacts check`: what an auditor may hand in, and what comes back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from case_kit import DATA, read_cases
from typer.testing import CliRunner

from acuerdo.cli.app import app

CASE: dict[str, Any] = {
    "id": "X-1",
    "jurisdiction": "CO",
    "channel": "sms",
    "party": "debtor",
    "purpose": "collection",
    "timezone": "America/Bogota",
    "utc_instant": "2026-11-24T15:00:00Z",
    "authorized_channels": ["sms"],
}


def check(tmp_path: Path, text: str | bytes, *options: str) -> list[dict[str, Any]]:
    """The answers to a file with this content."""
    cases, out = tmp_path / "cases.jsonl", tmp_path / "out.jsonl"
    cases.write_bytes(text if isinstance(text, bytes) else text.encode())
    given = ["contacts", "check", "--cases", str(cases), "--out", str(out), *options]
    result = CliRunner().invoke(app, given)
    assert result.exit_code == 0, result.output
    return [strict(line) for line in out.read_text("utf-8").splitlines()]


def strict(line: str) -> Any:
    """JSON without NaN and without Infinity."""
    return json.loads(line, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


def with_(**changes: Any) -> str:
    return json.dumps({**CASE, **changes}) + "\n"


def test_a_good_case_comes_back_with_its_decision(tmp_path: Path) -> None:
    (allowed, refused) = check(tmp_path, with_() + with_(id="X-2", flags={"paid": True}))
    assert allowed["id"] == "X-1"
    assert (allowed["decision"], allowed["reason_code"]) == ("allowed", "ok")
    assert (refused["decision"], refused["rule_id"]) == ("refused", "base.paid")
    names = {"id", "decision", "reason_code", "rule_id", "citation", "next_allowed_at"}
    assert names <= set(allowed)
    assert names <= set(refused)
    (late,) = check(tmp_path, with_(utc_instant="2026-11-25T00:00:00Z"))
    assert late["next_allowed_at"] == "2026-11-25T12:00:00Z"


GARBAGE = [
    "garbage",
    "{",
    '{"id": "X-1"',
    "null",
    "[]",
    "7",
    '"text"',
    "NaN",
    '{"id": "X-1", "flags": {"debtor_age": NaN}}',
    '{"id": Infinity}',
    "[" * 200_000,
    '{"flags": ' * 50_000,
    '{"id": ' + "9" * 5_000 + "}",
    "\x00",
    '{"id": "\t"}',
]


@pytest.mark.parametrize("line", GARBAGE, ids=lambda line: line[:20])
def test_a_line_that_is_no_case_is_an_error_and_the_rest_go_on(tmp_path: Path, line: str) -> None:
    before, wrong, after = check(tmp_path, f"{with_()}{line}\n{with_(id='X-3')}")
    assert (before["decision"], after["decision"]) == ("allowed", "allowed")
    assert wrong["line"] == 2
    assert wrong["id"] is None
    assert wrong["error"]
    assert "decision" not in wrong


def test_empty_lines_are_passed_over(tmp_path: Path) -> None:
    assert len(check(tmp_path, f"\n  \n{with_()}\r\n\n{with_()}\t")) == 2
    assert check(tmp_path, "") == []
    # And counted: an error is found at its line.
    assert check(tmp_path, "\n\nx\n")[0]["line"] == 3


def test_a_mark_of_the_byte_order_and_bytes_of_no_text(tmp_path: Path) -> None:
    (marked,) = check(tmp_path, b"\xef\xbb\xbf" + with_().encode())
    assert marked["decision"] == "allowed"
    wrong, good = check(tmp_path, b'{"id": "\xff\xfe"}\n' + with_().encode())
    assert wrong["error"]
    assert good["decision"] == "allowed"
    (lonely,) = check(tmp_path, with_(id="\ud800"))
    assert (lonely["id"], lonely["decision"]) == ("?", "allowed")


def test_a_huge_line(tmp_path: Path) -> None:
    past = {"channel": "sms", "local_datetime": "2026-11-01T08:00", "outcome": "delivered"}
    many, noted, wrong = check(
        tmp_path,
        with_(history=[past] * 50_000)
        + with_(reason="x" * 5_000_000)
        + with_(flags={"f" * 1_000_000: True}),
    )
    assert many["decision"] == "allowed"
    assert noted["decision"] == "allowed"
    assert wrong["id"] == "X-1"
    assert wrong["error"]


ERRORS: list[dict[str, Any]] = [
    {"id": None},
    {"id": ""},
    {"id": 7},
    {"jurisdiction": 7},
    {"channel": None},
    {"channel": "fax"},
    {"channel": ["sms"]},
    {"party": "cousin"},
    {"purpose": "upsell"},
    {"colour": "red"},
    {"flags": []},
    {"flags": {"payed": True}},
    {"flags": {"paid": 1}},
    {"flags": {"paid": "true"}},
    {"flags": {"paid": None}},
    {"flags": {"debtor_age": 17.5}},
    {"flags": {"debtor_age": True}},
    {"flags": {"debtor_age": -1}},
    {"flags": {"opted_out_channels": "sms"}},
    {"flags": {"opted_out_channels": [["sms"]]}},
    {"flags": {"revoked_channels": ["fax"]}},
    {"flags": {"stop_received_at": "yesterday"}},
    {"flags": {"stop_received_at": "9999-12-31"}},
    {"flags": {"direct_prior_consent_to_additional_calls_at": "9999-12-31T23:59"}},
    {"flags": {"known_inconvenient": {}}},
    {"flags": {"known_inconvenient": {"from": "25:00"}}},
    {"flags": {"known_inconvenient": {"from": "07:00", "instrument": "inside_contract"}}},
    {"flags": {"known_inconvenient": {"from": "0700Z"}}},
    {"flags": {"known_inconvenient": {"from": "07+01"}}},
    {"flags": {"known_inconvenient": {"from": "07:00", "to": "07:00"}}},
    {"flags": {"consumer_requested_window": {"from": "07:00", "instrument": ["x"]}}},
    {"flags": {"consumer_requested_window": {"from": "07:00", "until": "08:00"}}},
    {"message": "text"},
    {"message": {"miranda": True}},
    {"message": {"payee": True}},
    {"message": {"has_opt_out": "yes"}},
    {"utc_instant": "2026-11-24"},
    {"utc_instant": "2026-11-24T15:00:00"},
    {"utc_instant": "2026-02-30T15:00:00Z"},
    {"utc_instant": "24/11/2026"},
    {"utc_instant": "9999-12-31T23:59:59Z"},
    {"utc_instant": "0001-01-01T00:00:00+14:00"},
    {"timezone": 5},
    {"candidate_timezones": "America/Bogota"},
    {"candidate_timezones": [None, 5]},
    {"creditor_type": "pirate"},
    {"debt_id": 5},
    {"authorized_channels": "sms"},
    {"authorized_channels": ["fax"]},
    {"authorized_channels": [["sms"]]},
    {"history": "none"},
    {"history": {"channel": "sms"}},
    {"history": ["sms"]},
    {"history": [{}]},
    {"history": [{"channel": "sms"}]},
    {"history": [{"channel": "sms", "local_datetime": "2026-11-24"}, {"local_datetime": 3}]},
    {"history": [{"channel": "fax", "local_datetime": "2026-11-24T08:00"}]},
    {"history": [{"channel": "sms", "local_datetime": "2026-11-24T25:00"}]},
    {"history": [{"channel": "sms", "local_datetime": "9999-12-31T23:59"}]},
    {"history": [{"channel": "sms", "local_datetime": "2026-11-24T08:00", "outcome": "maybe"}]},
    {"history": [{"channel": "sms", "local_datetime": "2026-11-24T08:00", "colour": "red"}]},
]


@pytest.mark.parametrize("changes", ERRORS, ids=json.dumps)
def test_a_word_or_value_of_no_case_is_an_error(tmp_path: Path, changes: dict[str, Any]) -> None:
    wrong, good = check(tmp_path, with_(**changes) + with_())
    assert wrong["line"] == 1
    assert wrong["id"] == changes.get("id", "X-1")
    assert wrong["error"]
    assert "decision" not in wrong
    assert good["decision"] == "allowed"


@pytest.mark.parametrize("name", sorted(set(CASE) - {"timezone", "authorized_channels"}))
def test_what_every_case_must_say(tmp_path: Path, name: str) -> None:
    (wrong,) = check(tmp_path, json.dumps({key: CASE[key] for key in CASE if key != name}))
    assert name in wrong["error"]


def test_the_names_that_are_not_in_the_form(tmp_path: Path) -> None:
    answers = check(tmp_path, (DATA / "malformed.jsonl").read_bytes())
    assert [one["id"] for one in answers] == [case["id"] for case in read_cases("malformed")]
    assert all(one["error"] for one in answers)


def test_two_values_of_one_name_are_not_chosen_between(tmp_path: Path) -> None:
    twice = with_(flags={"paid": True})[:-2] + ', "flags": {}}\n'
    inner = with_(flags={"paid": True}).replace('"paid": true', '"paid": true, "paid": false')
    for wrong in check(tmp_path, twice + inner):
        assert "twice" in wrong["error"]
        assert "decision" not in wrong


@pytest.mark.parametrize(
    "changes",
    [
        {"jurisdiction": "FR"},
        {"jurisdiction": "co"},
        {"jurisdiction": "CO-ZZZ"},
        {"jurisdiction": "BR-sp"},
        {"jurisdiction": "ES-ZZ"},
        {"jurisdiction": "PE-ZZZ"},
        {"jurisdiction": "US-XX"},
        {"jurisdiction": "BR-São Paulo Capital"},
        {"party": "unknown"},
        {"timezone": "Mars/Olympus"},
        {"timezone": "../../etc/passwd"},
        {"timezone": ""},
        {"timezone": None},
        {"candidate_timezones": ["America/Nowhere"]},
        {"candidate_timezones": [""]},
    ],
    ids=json.dumps,
)
def test_what_cannot_be_judged_is_refused(tmp_path: Path, changes: dict[str, Any]) -> None:
    (answer,) = check(tmp_path, with_(**changes))
    assert (answer["decision"], answer["reason_code"]) == ("refused", "unknown_input")
    assert answer["next_allowed_at"] is None


# How unclear law is read

LITERAL = [
    # Colombia: an unanswered call is no direct contact.
    (
        {
            "channel": "call",
            "authorized_channels": ["call"],
            "history": [
                {"channel": "call", "local_datetime": "2026-11-24T08:00", "outcome": "no_answer"}
            ],
        },
        "daily_cap",
    ),
    # Mexico: hours without days; Sunday.
    (
        {
            "jurisdiction": "MX",
            "timezone": "America/Mexico_City",
            "utc_instant": "2026-11-29T18:00:00Z",
        },
        "weekend",
    ),
    # Peru and Chile: the law speaks of calls and visits, not of messages at night.
    (
        {
            "jurisdiction": "PE",
            "timezone": "America/Lima",
            "utc_instant": "2026-11-25T02:00:00Z",
        },
        "outside_hours",
    ),
    (
        {
            "jurisdiction": "CL",
            "timezone": "America/Santiago",
            "utc_instant": "2026-11-25T01:00:00Z",
        },
        "outside_hours",
    ),
    # Ecuador: one action a day by each means, or in total.
    (
        {
            "jurisdiction": "EC",
            "timezone": "America/Guayaquil",
            "history": [
                {"channel": "call", "local_datetime": "2026-11-24T08:00", "outcome": "no_answer"}
            ],
        },
        "daily_cap",
    ),
]


@pytest.mark.parametrize(("changes", "code"), LITERAL)
def test_the_letter_allows_what_caution_refuses(
    tmp_path: Path, changes: dict[str, Any], code: str
) -> None:
    line = with_(**changes)
    (cautious,) = check(tmp_path, line)
    assert cautious["reason_code"] == code
    assert check(tmp_path, line, "--profile", "conservative") == [cautious]
    (literal,) = check(tmp_path, line, "--profile", "literal")
    assert literal["decision"] == "allowed"


@pytest.mark.parametrize("country", ["CO", "PE", "CL", "MX", "EC"])
def test_what_the_letter_refuses_too(tmp_path: Path, country: str) -> None:
    zone = {"CO": "Bogota", "PE": "Lima", "CL": "Santiago", "MX": "Mexico_City", "EC": "Guayaquil"}
    night = with_(
        jurisdiction=country,
        timezone=f"America/{zone[country]}",
        channel="call",
        authorized_channels=["call"],
        utc_instant="2026-11-25T09:00:00Z",
    )
    (answer,) = check(tmp_path, night, "--profile", "literal")
    assert answer["reason_code"] == "outside_hours"


# Files, streams and exit codes


def run(*given: str, text: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "acuerdo", "contacts", "check", *given],
        input=text,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": "src", "PYTHONIOENCODING": "utf-8"},
        cwd=DATA.parents[2],
        check=False,
    )


def test_from_standard_input_to_standard_output() -> None:
    done = run("--cases", "-", "--out", "-", text=with_() + "x\n" + with_(id="ñ"))
    assert done.returncode == 0, done.stderr
    answers = [strict(line) for line in done.stdout.splitlines()]
    assert [one["id"] for one in answers] == ["X-1", None, "ñ"]
    assert "allowed 2, refused 0, error 1" in done.stderr


def invoke(*given: str) -> int:
    return CliRunner().invoke(app, ["contacts", "check", *given]).exit_code


def test_exit_codes(tmp_path: Path) -> None:
    cases, out = tmp_path / "cases.jsonl", tmp_path / "out.jsonl"
    cases.write_text("x\n", "utf-8")
    good = ("--cases", str(cases), "--out", str(out))
    # Lines that are wrong are answers like others; a file that is not there is a failure.
    assert invoke(*good) == 0
    assert invoke("--cases", str(tmp_path / "none"), "--out", str(out)) == 2
    assert invoke("--cases", str(tmp_path), "--out", str(out)) == 2
    assert invoke("--cases", str(cases), "--out", str(tmp_path / "none" / "out")) == 2
    assert invoke(*good, "--profile", "lenient") == 2
    assert invoke("--cases", str(cases)) == 2


def test_the_cases_are_never_written_over(tmp_path: Path) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text(with_(), "utf-8")
    (tmp_path / "link.jsonl").symlink_to(cases)
    for out in (cases, tmp_path / "link.jsonl"):
        assert invoke("--cases", str(cases), "--out", str(out)) == 2
    assert cases.read_text("utf-8") == with_()
