"""`acuerdo evidence --debtor ID --out DIR`, and `acuerdo evidence verify PATH`."""

from __future__ import annotations

import os
import secrets
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import structlog
import typer
from django.core.exceptions import ImproperlyConfigured
from django.db import ProgrammingError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from environs.exceptions import EnvError
from rich.console import Console

from acuerdo.cli.language import use_language
from acuerdo.cli.stack import use_demo, with_database
from acuerdo.core.errors import NotFound, StartFailed
from acuerdo.core.postgres import default_data_dir

if TYPE_CHECKING:
    from acuerdo.reporting.evidence.verification import Finding, Report

# What the exit code says, as for `run`.
DONE, UNREADABLE, BROKEN, FAILED = 0, 2, 3, 4
_PATIENCE_SECONDS = 1_800.0
_SHOWN = 50
_LARGEST_BYTES = 1 << 30

logger = structlog.get_logger(__name__)
app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Export all that is known of a debtor's contacts, and check such a file.",
)
console = Console(highlight=False, soft_wrap=True)
errors = Console(stderr=True, highlight=False, soft_wrap=True)

_Debtor = Annotated[str, typer.Option(help="The debtor's id, public or internal.")]
_Out = Annotated[Path | None, typer.Option(help="The folder to write to; made where missing.")]
_Lang = Annotated[str, typer.Option(help="es, pt or en; else the creditor's language.")]
_Demo = Annotated[bool, typer.Option("--demo", help="In the data of `acuerdo demo`.")]


@app.callback(invoke_without_command=True)
def evidence(
    context: typer.Context,
    debtor: _Debtor = "",
    out: _Out = None,
    lang: _Lang = "",
    demo: _Demo = False,
) -> None:
    """Export all that is known of a debtor's contacts, and check such a file."""
    if context.invoked_subcommand is None:
        export(debtor, out, lang, demo)


@app.command()
def export(debtor: _Debtor = "", out: _Out = None, lang: _Lang = "", demo: _Demo = False) -> None:
    """Write the evidence file of one debtor: JSON, and a PDF where this machine can print one.

    Exit code: 0 done (also without the PDF; what is missing is on stderr), 2 an option cannot be
    understood or there is no such debtor, 4 something failed.
    """
    if not debtor or out is None:
        raise typer.BadParameter("--debtor ID --out DIR")
    if lang not in ("", "es", "pt", "en"):
        raise typer.BadParameter("--lang es, pt, en")
    data = use_demo() if demo else default_data_dir()
    try:
        with with_database(data):
            code = _export(debtor, out, lang)
    except (EnvError, ImproperlyConfigured, StartFailed):
        raise  # told by `main`, for every command
    except ProgrammingError as error:
        logger.error("export_failed", exc_info=error)
        errors.print(
            _("There are no data of this version here. Those of the demo are reached with --demo."),
            style="red",
            markup=False,
        )
        code = FAILED
    except Exception as error:
        logger.error("export_failed", exc_info=error)
        errors.print(str(error).strip() or type(error).__name__, style="red", markup=False)
        code = FAILED
    raise typer.Exit(code)


def _export(debtor: str, out: Path, lang: str) -> int:
    from acuerdo.core import clock
    from acuerdo.core.actor import SYSTEM
    from acuerdo.creditors.models import Creditor
    from acuerdo.reporting.actions import export_evidence
    from acuerdo.reporting.evidence.collecting import find_debtor

    try:
        out.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        errors.print(f"--out {out}: {error.strerror}", style="red", markup=False)
        return UNREADABLE
    everybody = list(Creditor.objects.values_list("pk", flat=True))
    try:
        found = find_debtor(everybody, debtor)
    except NotFound as error:
        errors.print(str(error), style="red", markup=False)
        return UNREADABLE
    made = export_evidence(
        creditor_ids=everybody,
        debtor_id=found.pk,
        actor=SYSTEM,
        now=clock.now(),
        language=lang,
        limit=None,
        seconds=_PATIENCE_SECONDS,
    )
    for name, data in made.files.items():
        # Personal data: for who runs the command alone, and never over a file that is there.
        handle = os.open(out / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        console.print(str(out / name), markup=False)
    records = ngettext("{count} record", "{count} records", made.records)
    console.print(records.format(count=made.records), markup=False)
    console.print(_("Head {head}").format(head=made.head), markup=False)
    if made.no_pdf is not None:
        errors.print(str(made.no_pdf), style="yellow", markup=False)
    return DONE


@app.command()
def verify(
    path: Annotated[Path, typer.Argument(help="The JSON file, its folder, or the ZIP of both.")],
    head: Annotated[
        str, typer.Option(help="The head as the paper or the audit trail has it.")
    ] = "",
    sealed: Annotated[
        bool, typer.Option("--sealed", help="Fail where the seal's key is not at hand.")
    ] = False,
    demo: Annotated[bool, typer.Option("--demo", help="With the key of `acuerdo demo`.")] = False,
) -> None:
    """Say whether an evidence file is as it was made, or which record was altered, is missing, was
    added or moved. Needs no database.

    Exit code: 0 whole, 2 not an evidence file, 3 broken (or --sealed and no key).
    """
    if demo:
        use_demo()
    _make_no_key()
    use_language()
    from acuerdo.reporting.actions import seal_keys
    from acuerdo.reporting.evidence import verification

    codes = set()
    for case in _cases(path):
        try:
            document = verification.read(case.data)
        except verification.Unreadable:
            errors.print(
                _("{name} is not an evidence file.").format(name=_shown(case.name)),
                style="red",
                markup=False,
            )
            codes.add(UNREADABLE)
            continue
        report = verification.verify(document, keys=seal_keys(), head=head, find=case.find)
        codes.add(_tell(case.name, report, sealed=sealed))
    if not codes:
        errors.print(
            _("There is no evidence file in {path}.").format(path=_shown(str(path))),
            style="red",
            markup=False,
        )
        codes.add(UNREADABLE)
    raise typer.Exit(max(codes))


def _make_no_key() -> None:
    """An auditor's machine has no key, and to read a file must not make one: what the settings
    want is given a key that nothing was ever sealed with."""
    kept = not os.environ.get("DATABASE_URL") and (default_data_dir() / "secret-key").exists()
    if not os.environ.get("ACUERDO_SECRET_KEYS") and not kept:
        os.environ["ACUERDO_SECRET_KEYS"] = secrets.token_urlsafe(48)


@dataclass(frozen=True, slots=True)
class _Case:
    """One file to check, and how to find one that lies beside it."""

    name: str
    data: bytes
    find: Callable[[str], bytes | None]


def _cases(path: Path) -> Iterator[_Case]:
    """The evidence files at `path`. What cannot be opened is one that cannot be read."""
    try:
        if path.is_dir():
            for inner in sorted([*path.glob("*.json"), *path.glob("*.zip")]):
                yield from _cases(inner)
        elif zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                parts = archive.infolist()
                if sum(part.file_size for part in parts) > _LARGEST_BYTES:
                    raise OSError("too large")
                files = {part.filename: archive.read(part) for part in parts}
            for name, data in files.items():
                if name.endswith(".json"):
                    yield _Case(name, data, files.get)
        else:
            yield _Case(path.name, path.read_bytes(), partial(_read, path.parent))
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError):
        yield _Case(path.name, b"", partial(_read, path.parent))


def _read(folder: Path, name: str) -> bytes | None:
    """A file of this very folder, whatever the name says."""
    path = folder / name
    if path.name != name or not path.is_file():
        return None
    return path.read_bytes()


def _tell(name: str, report: Report, *, sealed: bool) -> int:
    """Say what was found. Gives the exit code."""
    from acuerdo.reporting.evidence.verification import Seal

    unsealed = sealed and report.seal is Seal.NO_KEY
    if report.is_whole:
        text = ngettext(
            "{name} is whole: {count} record.", "{name} is whole: {count} records.", report.records
        )
        console.print(text.format(name=_shown(name), count=report.records), markup=False)
        console.print(_("Head {head}").format(head=report.head), markup=False)
    else:
        errors.print(
            _("{name} is not as it was made:").format(name=_shown(name)), style="red", markup=False
        )
        for finding in report.findings[:_SHOWN]:
            errors.print(f"  {_words(finding)}", markup=False)
        if len(report.findings) > _SHOWN:
            errors.print(f"  … {len(report.findings) - _SHOWN}", markup=False)
    if report.seal is Seal.GOOD:
        console.print(_("The seal was made with a key of this installation."), markup=False)
    elif report.seal is Seal.NO_KEY:
        errors.print(
            _(
                "Only the chain was checked: the key that the seal names is not here. If this"
                " installation is said to have made the file, it did not, or its key was taken"
                " off the list."
            ),
            style="red" if unsealed else "yellow",
            markup=False,
        )
    for paper in report.documents:
        if report.is_whole:
            console.print(
                _("{name} is the one that was made with it.").format(name=_shown(paper)),
                markup=False,
            )
    for paper in report.absent:
        errors.print(
            _("{name} is not beside it and was not checked.").format(name=_shown(paper)),
            style="yellow",
            markup=False,
        )
    return DONE if report.is_whole and not unsealed else BROKEN


def _words(finding: Finding) -> str:
    from acuerdo.reporting.evidence.verification import Fault

    if finding.fault is Fault.MISSING and finding.until != finding.number:
        text = _("Records {number} to {until} are missing.")
    elif finding.fault is Fault.ADDED and finding.number is None:
        text = _("What stands at place {place} is no record.")
    else:
        text = {
            Fault.ALTERED: _("Record {number} was altered (it stands at place {place})."),
            Fault.REWRITTEN: _(
                "Record {number} was rewritten and its hash made anew: it is not the one that the"
                " next is chained to. Records before it may have been rewritten with it."
            ),
            Fault.MISSING: _("Record {number} is missing."),
            Fault.ADDED: _("A record was added at place {place}; it calls itself {number}."),
            Fault.MOVED: _("Record {number} was moved: it stands at place {place}."),
            Fault.HEADER: _("The header was altered."),
            Fault.CLOSING: _("The closing was altered, and vouches for no record."),
            Fault.PART: _("The part {name} is missing or does not belong here."),
            Fault.SEAL: _(
                "The seal does not fit: somebody without the key changed the file or made it anew."
            ),
            Fault.HEAD: _("The head is not the one that was given."),
            Fault.DOCUMENT: _("{name} is not the file that was made with it."),
        }[finding.fault]
    return text.format(
        number=finding.number,
        until=finding.until,
        place=finding.place,
        name=_shown(finding.name),
    )


def _shown(name: str) -> str:
    """A name as a terminal may show it: a hostile one could steer it."""
    return "".join(char if char.isprintable() else "?" for char in name)[:200]
