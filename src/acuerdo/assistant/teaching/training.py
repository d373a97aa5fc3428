"""The training itself: a child process, watched from the worker, one at a time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import structlog
from django.conf import settings
from django.db import transaction

from acuerdo.assistant.models import ModelVersion
from acuerdo.assistant.nlu.examples import TRAINING, Example
from acuerdo.assistant.nlu.model import BadModel, load_model, pack_model, save_model
from acuerdo.assistant.nlu.retrain import FIGURES
from acuerdo.assistant.teaching.samples import example_of, list_labels
from acuerdo.assistant.teaching.versions import get_live_version, keep_training
from acuerdo.assistant.understanders import get_pipeline
from acuerdo.core import clock
from acuerdo.core.actor import SYSTEM

logger = structlog.get_logger(__name__)

_SHOWN = 300


class TrainingFailed(RuntimeError):
    """The child ended without a model; the text is the last line that it said."""


@dataclass(frozen=True, slots=True)
class Trained:
    """What a training made."""

    weights: bytes
    description: dict[str, Any]
    figures: dict[str, Any]


def run_training(version_id: int, *, now: datetime) -> None:
    """Train the version that waits, and keep it. A second run, after a crash, begins again; one
    beside another does nothing. What fails is kept with the version, not raised: the same labels
    would fail again."""
    with _alone() as alone:
        if not alone:
            return
        version = ModelVersion.objects.filter(pk=version_id, state__in=("waiting", "training"))
        if not version.update(state="training", percent=0, alive_at=clock.real_now()):
            return

        def tell(percent: int) -> None:
            version.update(percent=percent, alive_at=clock.real_now())

        try:
            live = get_live_version()
            trained = train_apart([example_of(label) for label in list_labels()], tell)
        except (TrainingFailed, BadModel, OSError) as problem:
            logger.exception("training_failed", version=version_id)
            version.update(state="failed", problem=str(problem)[:_SHOWN])
            return
        with transaction.atomic():
            keep_training(
                version=ModelVersion.objects.select_for_update().get(pk=version_id),
                weights=trained.weights,
                description=trained.description,
                figures=trained.figures,
                based_on=live.number if live else 0,
                actor=SYSTEM,
                now=now,
            )


def train_apart(
    labels: Sequence[Example], tell: Callable[[int], None], examples: Path = TRAINING
) -> Trained:
    """Train in a child process, and compare with the version at work. Raises TrainingFailed."""
    with tempfile.TemporaryDirectory(prefix="acuerdo-training-") as name:
        folder = Path(name)
        save_model(get_pipeline().model, folder / "live")
        given = folder / "labels.jsonl"
        given.write_text("".join(json.dumps(asdict(one)) + "\n" for one in labels), "utf-8")
        with given.open("rb") as stdin, (folder / "said").open("w+b") as said:
            child = subprocess.Popen(  # noqa: S603 (our own module)
                [sys.executable, "-m", "acuerdo.assistant.nlu.retrain", "new", "live", examples],
                cwd=folder,
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
                env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(sys.path)},
            )
            with child:
                assert child.stdout is not None
                for line in child.stdout:
                    tell(int(line))
            if child.returncode:
                said.seek(0)
                words = said.read().decode(errors="replace").strip().splitlines()
                raise TrainingFailed(words[-1] if words else f"exit {child.returncode}")
        weights, description = pack_model(load_model(folder / "new"))
        figures = json.loads((folder / "new" / FIGURES).read_text("utf-8"))
        return Trained(weights, description, figures)


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether no other training runs. The lock lives on a connection of its own, so that a process
    that is killed lets go of it."""
    with psycopg.connect(settings.DATABASE_URL, autocommit=True) as link:
        row = link.execute("SELECT pg_try_advisory_lock(hashtext('acuerdo training'))").fetchone()
        yield bool(row and row[0])
