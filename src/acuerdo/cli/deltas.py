"""`acuerdo import --full` and `--delta`: a whole portfolio compared, or what changed of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from acuerdo.cli.running import import_facts
from acuerdo.core.actor import SYSTEM
from acuerdo.creditors.actions import record_run
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.actions import Intake, import_delta, import_full
from acuerdo.portfolio.rules.limits import read_limits
from acuerdo.portfolio.rules.mapping import Mapping as FileMapping
from acuerdo.strategies.jobs import prepare
from acuerdo.workflow.creditors import open_creditor

_LABELS = {
    "place": gettext_noop("Accounts"),
    "payment": gettext_noop("Payments"),
    "adjustment": gettext_noop("Adjustments"),
    "status": gettext_noop("Statuses"),
    "recall": gettext_noop("Recalls"),
    "close": gettext_noop("Closed"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What kind of file it is, and the shares that it may end and change (percent; None: as the
    creditor's settings say)."""

    kind: Literal["full", "delta"]
    recall_percent: int | None = None
    change_percent: int | None = None


def take_in_changes(
    asked: Asked,
    intake: Intake,
    owed: Creditor | tuple[str, str],
    mapping: FileMapping,
    now: datetime,
    progress: Any,
    *,
    trial: bool,
) -> dict[str, Any]:
    """The file in, in the caller's transaction; the object that `--json` prints, but for
    `dry_run`, with the creditor's `country`."""
    creditor = (
        owed
        if isinstance(owed, Creditor)
        else open_creditor(actor=SYSTEM, now=now, name=owed[0], country=owed[1])
    )
    prepare(creditor_id=creditor.pk)
    limits = read_limits(creditor.settings)
    if asked.recall_percent is not None:
        limits = replace(limits, recall_percent=asked.recall_percent)
    if asked.change_percent is not None:
        limits = replace(limits, change_percent=asked.change_percent)
    given: dict[str, Any] = {
        "actor": SYSTEM,
        "now": now,
        "creditor": creditor,
        "intake": intake,
        "mapping": mapping,
        "limits": limits,
        "progress": progress,
        "trial": trial,
    }
    if asked.kind == "full":
        full = import_full(**given)
        facts = {
            **import_facts(creditor, now, full.placed),
            "persons": full.placed.persons,
            "recalls": full.to_json()["recalls"],
        }
    else:
        at = now.astimezone(ZoneInfo(creditor.timezone)).isoformat(timespec="seconds")
        facts = {"creditor": creditor.name, "as_of": at, **import_delta(**given).to_json()}
    record_run(creditor=creditor, now=now)
    return {**facts, "country": creditor.country}


def change_lines(facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What a full file or a delta did besides importing, for a person: label and text."""
    if "recalls" in facts:
        yield (
            _("Proposed recalls"),
            _("{missing} active accounts are not in the file, {proposed} of them newly").format(
                **facts["recalls"]
            ),
        )
    for name, counts in facts.get("operations", {}).items():
        yield _(_LABELS.get(name, name)), _("{done} done, {known} as before").format(**counts)
