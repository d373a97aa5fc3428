"""`acuerdo understand`: what messages mean, without a database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Annotated, Any

import typer
from django.utils.translation import gettext as _
from rich.console import Console

from acuerdo.assistant.nlu.encoder import WrongWeights, get_encoder
from acuerdo.assistant.nlu.explain import Explanation, explain
from acuerdo.assistant.nlu.model import BadModel, get_model
from acuerdo.assistant.nlu.pipeline import BadRequest, Pipeline, Request, parse_request
from acuerdo.cli.language import use_language
from acuerdo.core.clock import real_now

_BATCH = 64
console = Console(stderr=True, highlight=False)


def understand(
    source: Annotated[
        Path | None, typer.Option("--in", help="JSON lines, one message each; - is standard input.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Where the answers go; - is standard output.")
    ] = None,
    explained: Annotated[
        str | None, typer.Option("--explain", help="One text, and why it is read as it is.")
    ] = None,
    lang: Annotated[str, typer.Option(help="With --explain: the conversation's language.")] = "",
    pending: Annotated[str, typer.Option(help="With --explain: what was asked before.")] = "",
) -> None:
    """Say what debtors' messages mean: intents, values, and whether they are sure enough to act on.

    A line that is not a message gets an `error`, and the rest go on.
    """
    use_language()
    if (explained is None) == (source is None):
        raise typer.BadParameter(_("Give either --in with --out or --explain."))
    if source is not None and out is None:
        raise typer.BadParameter(_("Say with --out where the answers go."))
    try:
        pipeline = Pipeline(get_model(), get_encoder())
        if explained is not None:
            request = parse_request(
                {"id": "", "text": explained, "lang": lang, "pending_question": pending}
            )
            for line in _described(explain(pipeline, request)):
                typer.echo(line)
            return
        assert source is not None
        assert out is not None
        counts = dict.fromkeys(("acted", "understood", "again", "errors"), 0)
        with _open(source, "r") as lines, _open(out, "w") as target:
            for answer in _answers(lines, pipeline):
                counts[_kind(answer)] += 1
                target.write(json.dumps(answer, ensure_ascii=False) + "\n")
    except (BadModel, WrongWeights) as problem:
        console.print(str(problem), style="red", markup=False)
        raise typer.Exit(2) from None
    except OSError as error:
        console.print(f"{error.filename}: {error.strerror}", style="red", markup=False)
        raise typer.Exit(2) from None
    told = _("acted on {acted}, understood {understood}, to ask again {again}, errors {errors}")
    console.print(told.format(**counts))


def _kind(answer: dict[str, Any]) -> str:
    if "error" in answer:
        return "errors"
    if answer["act"]:
        return "acted"
    return "understood" if answer["intents"] else "again"


def _open(path: Path, mode: str) -> IO[Any]:
    if str(path) == "-":
        stream = sys.stdin if mode == "r" else sys.stdout
        return open(stream.fileno(), mode, encoding="utf-8", errors="replace", closefd=False)
    return path.open(mode, encoding="utf-8", errors="replace")


def _answers(lines: Iterable[str], pipeline: Pipeline) -> Iterator[dict[str, Any]]:
    """One answer per line that is not blank, in the order of the lines."""
    today = real_now().date()
    parsed = (_parsed(number, line) for number, line in enumerate(lines, start=1) if line.strip())
    while batch := list(islice(parsed, _BATCH)):
        requests = [one for one in batch if isinstance(one, Request)]
        answers = iter(pipeline.understand(requests, today))
        for one in batch:
            yield next(answers) if isinstance(one, Request) else one


def _parsed(number: int, line: str) -> Request | dict[str, Any]:
    given: Any = None
    try:
        given = json.loads(line)
        return parse_request(given)
    except BadRequest as bad:
        name = given.get("id") if isinstance(given, dict) else None
        return {"id": name, "line": number, "error": str(bad)}
    except (ValueError, RecursionError):
        return {"id": None, "line": number, "error": "not a line of JSON"}


def _described(found: Explanation) -> Iterator[str]:
    yield f"{_('Text')}: {found.text}"
    if found.mended != found.text:
        yield f"{_('Read as')}: {found.mended}"
    yield f"{_('Language')}: {found.language}"
    yield f"{_('Means')}: {', '.join(found.intents) or _('not clear, ask again')}"
    verdict = _("sure enough to act on") if found.act else _("not sure enough to act on")
    yield f"{_('Confidence')}: {found.confidence:.2f}, {verdict} ({found.acts_from:.2f})"
    yield f"{_('Considered')}: " + ", ".join(
        f"{intent} {share:.2f}" for intent, share in found.probabilities.items()
    )
    yield f"{_('By its meaning alone')}: {found.by_meaning}"
    yield f"{_('By its words alone')}: {found.by_words}"
    yield f"{_('Rules')}:"
    for match in found.rules:
        yield f"  {match.rule}: “{match.words}”"
    yield f"{_('Clauses')}:"
    for clause in found.clauses:
        yield f"  “{clause.text}”: {clause.intent} {clause.probability:.2f}"
    other = _("Words that spoke for it (+) or for {other} (-)").format(other=found.top3[1])
    yield f"{other}:"
    yield "  " + ", ".join(f"{word.name} {word.weight:+.1f}" for word in found.words)
    yield "  " + ", ".join(f"{cue.name} {cue.weight:+.1f}" for cue in found.cues)
    yield f"{_('Nearest examples of the training')}:"
    for near in found.neighbours:
        yield f"  {near.similarity:.2f} “{near.text}” ({', '.join(near.intents)})"
