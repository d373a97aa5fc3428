"""Versions of the model: which there are, which is at work, what the fixed test set says of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from acuerdo.assistant.advice.use import Figures, get_figures
from acuerdo.assistant.models import ModelVersion, Promotion
from acuerdo.assistant.nlu.intents import RISK
from acuerdo.assistant.teaching.rules import RISK_FLOOR, Loss, list_losses
from acuerdo.assistant.teaching.versions import get_live_version
from acuerdo.core.errors import NotFound
from acuerdo.creditors.models import Creditor
from acuerdo.web.reads.meanings import Words, meaning_of
from acuerdo.web.reads.unclear import language_of

_SHOWN = 50
_STATES: dict[str, Words] = {
    "waiting": gettext_lazy("waits for its turn"),
    "training": gettext_lazy("is being trained"),
    "ready": gettext_lazy("trained"),
    "failed": gettext_lazy("failed"),
}


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of the list."""

    version: ModelVersion
    state: str
    by: str
    is_live: bool
    primary: float | None
    losses: int


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure before and after: percentages, but for the calibration error. `better` is None
    where nothing changed."""

    label: str
    before: float
    after: float
    is_error: bool = False

    @property
    def difference(self) -> float:
        return self.after - self.before

    @property
    def better(self) -> bool | None:
        shown = round(self.difference, 3 if self.is_error else 1)
        return None if not shown else (shown < 0) == self.is_error


@dataclass(frozen=True, slots=True)
class LossRow:
    """A risk that is found less often."""

    label: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version with its comparison, where it has been trained."""

    version: ModelVersion
    state: str
    by: str
    is_live: bool
    under_way: bool
    messages: int
    figures: list[FigureRow]
    risks: list[FigureRow]
    losses: list[LossRow]
    too_many: bool


@dataclass(frozen=True, slots=True)
class PromotionRow:
    """Who put which version to work when; number 0 is the one shipped."""

    number: int
    public_id: UUID | None
    by: str
    at: datetime
    confirmed: bool


def is_everywhere(creditor_ids: Sequence[int]) -> bool:
    """Whether these are all creditors there are: the model reads the messages to each of them."""
    return not Creditor.objects.exclude(pk__in=creditor_ids).exists()


def list_versions() -> list[VersionRow]:
    """The newest first."""
    live = get_live_version()
    found = ModelVersion.objects.defer("weights").select_related("requested_by")[:_SHOWN]
    return [
        VersionRow(
            version=version,
            state=_state(version),
            by=str(version.requested_by or ""),
            is_live=version == live,
            primary=_percent(version.figures["after"], "primary") if version.figures else None,
            losses=len(list_losses(version.figures)) if version.figures else 0,
        )
        for version in found
    ]


def list_promotions() -> list[PromotionRow]:
    """The newest first."""
    found = Promotion.objects.order_by("-pk").select_related("promoted_by", "version")
    return [
        PromotionRow(
            number=row.version.number if row.version else 0,
            public_id=row.version.public_id if row.version else None,
            by=str(row.promoted_by or ""),
            at=row.promoted_at,
            confirmed=row.confirmed,
        )
        for row in found.defer("version__weights")[:10]
    ]


def get_version(public_id: UUID) -> ModelVersion:
    """One version without its weights. Raises NotFound."""
    found = (
        ModelVersion.objects.defer("weights")
        .select_related("requested_by")
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise NotFound(what=_("The version"))
    return found


def view_version(version: ModelVersion) -> VersionView:
    """What its page shows."""
    losses: list[Loss] = list_losses(version.figures) if version.figures else []
    before, after = version.figures.get("before", {}), version.figures.get("after", {})
    return VersionView(
        version=version,
        state=_state(version),
        by=str(version.requested_by or ""),
        is_live=version == get_live_version(),
        under_way=version.state in ("waiting", "training"),
        messages=int(after.get("messages", 0)),
        figures=_figures(before, after) if after else [],
        risks=_risks(before, after) if after else [],
        losses=[
            LossRow(meaning_of(loss.intent), 100 * loss.before, 100 * loss.after) for loss in losses
        ],
        too_many=any(loss.after < RISK_FLOOR for loss in losses),
    )


def get_under_way() -> ModelVersion | None:
    """The version that is being trained, where one is."""
    return ModelVersion.objects.defer("weights").filter(state__in=("waiting", "training")).first()


def _figures(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[FigureRow]:
    rows = [_row(_("Main meaning right"), before, after, "primary")]
    rows += [
        FigureRow(
            f"… {language_of(language)}",
            _percent(before["by_language"], language),
            _percent(after["by_language"], language),
        )
        for language in after["by_language"]
    ]
    names = {
        "top3": _("Right one among the first three"),
        "acted": _("Acted on by itself"),
        "right_where_acted": _("Right where acted on"),
        "out_of_scope_recall": _("Out of scope found"),
    }
    rows += [_row(label, before, after, name) for name, label in names.items()]
    error = "calibration_error"
    rows.append(FigureRow(_("Calibration error"), before[error], after[error], is_error=True))
    return rows


def _risks(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[FigureRow]:
    return [
        _row(meaning_of(intent), before["risk_recall"], after["risk_recall"], intent)
        for intent in RISK
    ]


def _row(label: str, before: Mapping[str, Any], after: Mapping[str, Any], name: str) -> FigureRow:
    return FigureRow(label, _percent(before, name), _percent(after, name))


def _percent(figures: Mapping[str, Any], name: str) -> float:
    return 100 * float(figures.get(name, 0.0))


def _state(version: ModelVersion) -> str:
    return str(_STATES.get(version.state, version.state))


@dataclass(frozen=True, slots=True)
class Advice:
    """The language model that is set up, and what it gave and cost."""

    name: str
    figures: Figures


def get_advice(now: datetime) -> Advice | None:
    """None where no language model is set up."""
    if not settings.LLM_URL:
        return None
    return Advice(settings.LLM_MODEL or settings.LLM_KIND, get_figures(today=now.date()))
