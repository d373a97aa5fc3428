"""Which understander reads the debtors' messages. One place, so that it can be exchanged."""

from __future__ import annotations

from functools import lru_cache

import structlog
from django.conf import settings

from acuerdo.assistant.nlu.contract import Understander
from acuerdo.assistant.nlu.encoder import WrongWeights, check_weights, get_encoder
from acuerdo.assistant.nlu.fused import FusedUnderstander
from acuerdo.assistant.nlu.model import BadModel, get_model
from acuerdo.assistant.nlu.rules import RulesUnderstander

logger = structlog.get_logger(__name__)


@lru_cache(maxsize=1)
def get_understander() -> Understander:
    """Rules and classifier; the rules alone where ACUERDO_NLU=rules or there is no model."""
    if settings.NLU == "rules":
        return RulesUnderstander()
    try:
        check_weights()
        return FusedUnderstander(get_model(), get_encoder())
    except (BadModel, WrongWeights) as problem:
        logger.warning("nlu.rules_only", problem=str(problem))
        return RulesUnderstander()
