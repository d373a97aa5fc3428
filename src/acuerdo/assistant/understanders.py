"""Which understander reads the debtors' messages. One place, so that it can be exchanged."""

from __future__ import annotations

import threading
from contextlib import suppress
from functools import lru_cache
from typing import Literal

import structlog
from django.conf import settings

from acuerdo.assistant.advice.contract import Adviser
from acuerdo.assistant.advice.intent_service import IntentService, Shape
from acuerdo.assistant.advice.openai_endpoint import OpenAIEndpoint
from acuerdo.assistant.models import ModelVersion, Promotion
from acuerdo.assistant.nlu.contract import Understander
from acuerdo.assistant.nlu.encoder import WrongWeights, check_weights, get_encoder
from acuerdo.assistant.nlu.fused import FusedUnderstander
from acuerdo.assistant.nlu.model import BadModel, Model, get_model, unpack_model
from acuerdo.assistant.nlu.pipeline import Pipeline
from acuerdo.assistant.nlu.rules import RulesUnderstander

logger = structlog.get_logger(__name__)

_RULES = RulesUnderstander()


def get_understander() -> Understander:
    """Rules and classifier; the rules alone where ACUERDO_NLU=rules or there is no model.

    Which version is at work is asked for every message, one row of the database, so that all
    processes change over with the promotion; what it weighs is loaded once.
    """
    if settings.NLU == "rules":
        return _RULES
    try:
        return _fused(get_live_id())
    except (BadModel, WrongWeights) as problem:
        logger.warning("nlu.rules_only", problem=str(problem))
        return _RULES


def get_adviser() -> Adviser | None:
    """The reader outside that the operator has set up (LLM_URL); None where there is none."""
    if not settings.LLM_URL:
        return None
    return _adviser(settings.LLM_KIND, settings.LLM_URL, settings.LLM_KEY, settings.LLM_MODEL)


def warm_up() -> None:
    """Load the reader beside the start of a server, so that the first debtor need not wait. What
    goes wrong is told at the first message."""

    def load() -> None:
        get_adviser()
        if settings.NLU != "rules":
            with suppress(BadModel, WrongWeights):
                _fused(None)

    if settings.NLU != "rules" or settings.LLM_URL:
        threading.Thread(target=load, name="reader", daemon=True).start()


def get_pipeline() -> Pipeline:
    """The version at work, for what is shown to people. Raises BadModel, WrongWeights."""
    check_weights()
    return Pipeline(_model(get_live_id()), get_encoder())


def get_live_id() -> int | None:
    """The version that was promoted last; None for the one shipped."""
    return Promotion.objects.order_by("-pk").values_list("version_id", flat=True).first()


@lru_cache(maxsize=1)
def _adviser(kind: Shape | Literal["openai"], url: str, key: str, model: str) -> Adviser:
    if kind == "openai":
        return OpenAIEndpoint(url, key, model)
    return IntentService(kind, url, key)


@lru_cache(maxsize=2)
def _fused(version_id: int | None) -> FusedUnderstander:
    check_weights()
    return FusedUnderstander(_model(version_id), get_encoder())


@lru_cache(maxsize=2)
def _model(version_id: int | None) -> Model:
    """The model of a version; the shipped one where this code cannot use it any more."""
    if version_id is not None:
        version = ModelVersion.objects.get(pk=version_id)
        try:
            return unpack_model(bytes(version.weights or b""), version.description)
        except BadModel as problem:
            logger.warning("nlu.version_unusable", version=version.number, problem=str(problem))
    return get_model()
