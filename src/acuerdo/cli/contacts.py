"""`acuerdo contacts`: the contact gate for auditors."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import IO, Annotated, Any, cast, get_args

import typer
from rich.console import Console

from acuerdo.compliance.packs import get_library
from acuerdo.compliance.rules import BadInput, Verdict
from acuerdo.compliance.rules.cases import check_case
from acuerdo.compliance.rules.pack import Library, Reading

app = typer.Typer(no_args_is_help=True, help="The contact gate: check cases, take in the past.")
console = Console(stderr=True, highlight=False)


@app.command()
def check(
    cases: Annotated[Path, typer.Option(help="JSON lines, one case each; - is standard input.")],
    out: Annotated[Path, typer.Option(help="Where the decisions go; - is standard output.")],
    profile: Annotated[
        str,
        typer.Option(help="conservative (protects the debtor) or literal (to the law's letter)."),
    ] = "conservative",
) -> None:
    """Say for each contact case whether it is allowed, why, and when it will be.

    Needs no database. A line that is not a case gets an `error`, and the rest go on.
    """
    if profile not in get_args(Reading):
        raise typer.BadParameter("conservative | literal", param_hint="--profile")
    if str(out) != "-" and out.exists() and cases.exists() and out.samefile(cases):
        raise typer.BadParameter("the same file as --cases", param_hint="--out")
    library = get_library(cast(Reading, profile))
    counts = {"allowed": 0, "refused": 0, "error": 0}
    try:
        with _open(cases, "r") as source, _open(out, "w") as target:
            for answer in _answer(source, library):
                counts["error" if "error" in answer else answer["decision"]] += 1
                target.write(json.dumps(answer, ensure_ascii=False) + "\n")
    except OSError as error:
        console.print(f"{error.filename or out}: {error.strerror}", style="red", markup=False)
        raise typer.Exit(2) from None
    console.print(", ".join(f"{name} {count}" for name, count in counts.items()))


def _open(path: Path, mode: str) -> IO[Any]:
    # A file saved on Windows may begin with a byte order mark.
    encoding = "utf-8-sig" if mode == "r" else "utf-8"
    if str(path) == "-":
        stream = sys.stdin if mode == "r" else sys.stdout
        return open(stream.fileno(), mode, encoding=encoding, errors="replace", closefd=False)
    return path.open(mode, encoding=encoding, errors="replace")


def _answer(lines: IO[str], library: Library) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            case = _DECODER.decode(line)
        except BadInput as bad:
            yield {"id": None, "line": number, "error": bad.what}
            continue
        except (ValueError, RecursionError):
            yield {"id": None, "line": number, "error": "not a line of JSON"}
            continue
        if not isinstance(case, dict):
            yield {"id": None, "line": number, "error": "not an object"}
            continue
        case_id = case.get("id")
        try:
            yield _decision(case_id, check_case(case, library=library))
        except BadInput as bad:
            known = case_id if isinstance(case_id, (str, int)) else None
            yield {"id": known, "line": number, "error": bad.what}


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object. Which of two values of one name is meant must not be guessed."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise BadInput("a name stands twice in one object")
    return found


# NaN and Infinity are no JSON.
_DECODER = json.JSONDecoder(parse_constant=_no_constant, object_pairs_hook=_once_each)


def _decision(case_id: Any, verdict: Verdict) -> dict[str, Any]:
    following = verdict.next_allowed_at
    return {
        "id": case_id,
        "decision": "allowed" if verdict.allowed else "refused",
        "reason_code": verdict.reason_code,
        "rule_id": verdict.rule_id,
        "citation": verdict.citation,
        "next_allowed_at": (
            following.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if following else None
        ),
        "pack_version": f"{verdict.pack} {verdict.pack_version}",
        "house_default": verdict.house_default,
    }
