"""Logs as JSON lines, personal data masked whatever a caller passes."""

from __future__ import annotations

import logging
import re
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from acuerdo.core.masks import mask_keys

_NAMED = frozenset(
    "name full_name phone address email document text body subject password token secret"
    " authorization cookie".split()
)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,255}")
# A date and the seconds of a time stay: they name nobody.
_DIGITS = re.compile(r"(?<![\w:-])(?!\d{4}-\d\d-\d\d\b)\+?\d[\d .()-]{6,18}\d(?![\w-])")


def mask_personal_data(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace what names or reaches a person, fields by name, e-mails and long numbers by look,
    and the keys in the addresses of the portal."""
    return {key: _masked(key, value) for key, value in event.items()}


def _masked(key: str, value: Any) -> Any:
    if key in _NAMED:
        return "***"
    if isinstance(value, str) and key not in ("timestamp", "logger", "level"):
        return _DIGITS.sub("***", _EMAIL.sub("***", mask_keys(value)))
    if isinstance(value, dict):
        return {name: _masked(str(name), part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_masked(key, part) for part in value)
    return value


def configure_logging(*, level: int, readable: bool) -> None:
    """Send our logs and those of libraries through one chain to stderr."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.format_exc_info,
        mask_personal_data,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    last: Processor = (
        structlog.dev.ConsoleRenderer() if readable else structlog.processors.JSONRenderer()
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for noisy in ("httpx", "httpcore", "mail.log", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
