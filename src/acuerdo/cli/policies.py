"""`acuerdo policy`: what a creditor decides, as a file that lives in version control."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rich.console import Console

from acuerdo.cli.language import use_language
from acuerdo.cli.stack import use_demo, with_database
from acuerdo.core.errors import AcuerdoError, StartFailed
from acuerdo.core.postgres import default_data_dir

if TYPE_CHECKING:
    from acuerdo.agreements.files import Applied, Fault
    from acuerdo.creditors.models import Creditor

app = typer.Typer(no_args_is_help=True, help="What a creditor decides, as a file.")
console = Console(highlight=False, soft_wrap=True)
errors = Console(stderr=True, highlight=False, soft_wrap=True)

DONE, WRONG, UNREADABLE = 0, 1, 2

_File = Annotated[Path, typer.Argument(help="A YAML file as export writes it.")]
_Creditor = Annotated[str, typer.Option(help="The creditor's name.")]
_Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]
_Demo = Annotated[bool, typer.Option("--demo", help="In the data of `acuerdo demo`.")]


@app.callback()
def policy() -> None:
    """What a creditor decides, as a file: policies of offers, conversation flows, …"""


@app.command()
def export(
    creditor: _Creditor,
    file: Annotated[Path | None, typer.Argument(help="Where to write; else to stdout.")] = None,
    demo: _Demo = False,
) -> None:
    """Write what is in force, each section in the order in which it is asked.

    Exit code: 0 written, 2 there is no such creditor or the file cannot be written.
    """
    _begin(demo)
    try:
        with with_database(default_data_dir()):
            from acuerdo.agreements.files import write_file

            text = write_file(_find(creditor).pk)
        if file is None:
            sys.stdout.write(text)
        else:
            file.write_text(text, encoding="utf-8")
    except (AcuerdoError, StartFailed, OSError) as error:
        _fail(str(error))


@app.command()
def check(file: _File, as_json: _Json = False) -> None:
    """Say whether a file can be applied, and what is wrong in which line. Needs no database.

    Exit code: 0 nothing is wrong, 1 something is, 2 the file cannot be read.
    """
    use_language()
    documents = _read(file, as_json)
    if as_json:
        listed = {key: [one.code for one in listed] for key, listed in documents.items()}
        _print_json({**listed, "faults": []})
        return
    count = sum(len(listed) for listed in documents.values())
    text = ngettext("{n} document, nothing to mend", "{n} documents, nothing to mend", count)
    console.print(text.format(n=count), style="green", markup=False)


@app.command()
def apply(
    file: _File,
    creditor: _Creditor,
    note: Annotated[str, typer.Option(help="Why, for the list of versions.")] = "",
    demo: _Demo = False,
    as_json: _Json = False,
) -> None:
    """Make what a file lists the creditor's; what it does not name is left alone.

    All of them or none. They wait for approval on the page where the creditor wants two persons.

    Exit code: 0 applied, 1 something is wrong in the file, 2 it cannot be read or there is no such
    creditor.
    """
    _begin(demo)
    documents = _read(file, as_json)
    try:
        with with_database(default_data_dir()):
            from acuerdo.core import clock
            from acuerdo.core.actor import SYSTEM

            with transaction.atomic():
                found, now = _find(creditor), clock.now()
                applied = dict(
                    apply_sections(documents, creditor=found, actor=SYSTEM, now=now, note=note)
                )
    except (AcuerdoError, StartFailed) as error:
        _fail(str(error))
    if as_json:
        _print_json({key: [asdict(one) for one in listed] for key, listed in applied.items()})
        return
    words = {
        "unchanged": _("unchanged"),
        "waiting": _("waits for approval"),
        "active": _("in force"),
    }
    for one in chain.from_iterable(applied.values()):
        console.print(f"{one.code} v{one.version}: {words[one.outcome]}", markup=False)


def apply_sections(
    documents: dict[str, list[Any]], **how: Any
) -> Iterator[tuple[str, list[Applied]]]:
    """Each section of the file, one after the other."""
    from acuerdo.agreements.files import list_sections

    for section in list_sections():
        if section.key in documents:
            yield section.key, section.apply(documents=documents[section.key], **how)


def _begin(demo: bool) -> None:
    if demo:
        use_demo()
    use_language()


def _find(name: str) -> Creditor:
    from acuerdo.core.errors import NotFound
    from acuerdo.creditors.models import Creditor

    found = Creditor.objects.filter(name=name).first()
    if found is None:
        raise NotFound(what=name)
    return found


def _read(file: Path, as_json: bool) -> dict[str, list[Any]]:
    from acuerdo.agreements.files import PolicyFaults, read_file

    try:
        return read_file(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", "") or "UTF-8"
        _fail(_("{file} cannot be read: {reason}").format(file=file, reason=reason))
    except PolicyFaults as wrong:
        if as_json:
            _print_json({"faults": [_fault_json(fault) for fault in wrong.faults]})
        else:
            for fault in wrong.faults:
                place = _("line {line}").format(line=fault.line)
                errors.print(f"{file}, {place}: {fault.key}: {fault.message}", markup=False)
        raise typer.Exit(WRONG) from None


def _fault_json(fault: Fault) -> dict[str, object]:
    return {"line": fault.line, "key": fault.key, "message": fault.message}


def _print_json(document: object) -> None:
    json.dump(document, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


def _fail(text: str) -> NoReturn:
    errors.print(text, style="red", markup=False)
    raise typer.Exit(UNREADABLE)
