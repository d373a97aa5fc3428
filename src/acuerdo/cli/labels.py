"""`acuerdo labels export`: what people said that unclear messages mean, as data."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import IO, Annotated, Any

import typer
from django.utils.translation import gettext as _
from rich.console import Console

from acuerdo.cli.run import DONE, UNREADABLE
from acuerdo.cli.stack import use_demo, with_database
from acuerdo.core.postgres import default_data_dir

app = typer.Typer(no_args_is_help=True, help="What people taught the assistant.")
errors = Console(stderr=True, highlight=False)


@app.callback()
def labels() -> None:
    """What people taught the assistant."""


@app.command()
def export(
    out: Annotated[Path, typer.Option(help="Where the lines go; - is standard output.")],
    creditor: Annotated[str, typer.Option(help="Of this creditor alone, by its name.")] = "",
    demo: Annotated[bool, typer.Option("--demo", help="In the data of `acuerdo demo`.")] = False,
) -> None:
    """Write all labels as JSON lines in the form of the project's samples; personal data is masked.

    Exit code: 0 done, 2 there is no such creditor or the file cannot be written.
    """
    with with_database(use_demo() if demo else default_data_dir()):
        code = _export(out, creditor)
    raise typer.Exit(code)


def _export(out: Path, name: str) -> int:
    from acuerdo.assistant.teaching.samples import export_samples
    from acuerdo.creditors.models import Creditor

    ids: list[int] | None = None
    if name:
        ids = list(Creditor.objects.filter(name=name).values_list("pk", flat=True))
        if not ids:
            known = ", ".join(Creditor.objects.order_by("name").values_list("name", flat=True))
            told = _("no creditor is called {name}; there are: {known}")
            errors.print(told.format(name=name, known=known or "-"), style="red", markup=False)
            return UNREADABLE
    count = 0
    try:
        with _open(out) as target:
            for sample in export_samples(ids):
                target.write(json.dumps(sample, ensure_ascii=False) + "\n")
                count += 1
    except OSError as error:
        errors.print(f"--out {out}: {error.strerror}", style="red", markup=False)
        return UNREADABLE
    errors.print(_("Labels written: {count}").format(count=count))
    return DONE


def _open(path: Path) -> IO[Any]:
    if str(path) == "-":
        return open(sys.stdout.fileno(), "w", encoding="utf-8", closefd=False)
    return path.open("w", encoding="utf-8")
