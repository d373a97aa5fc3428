"""The sandbox's process: its pages and API, the mail server, and the webhooks' loop.

Start it with `ACUERDO_PROCESS=sandbox granian --interface asgi acuerdo.sandbox.asgi:application`
and one worker, because the mail server's port is taken once.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "acuerdo.config.settings")
os.environ.setdefault("ACUERDO_PROCESS", "sandbox")

import structlog
from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.db import connection

django_application = get_asgi_application()

from acuerdo.sandbox import callbacks, mail  # noqa: E402  (models need Django set up)

logger = structlog.get_logger(__name__)

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_PAUSE_SECONDS = 0.25


async def application(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
    """Django for requests; start and stop of the peers for the lifespan."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
    else:
        await django_application(scope, receive, send)  # type: ignore[arg-type]


async def _live(receive: Receive, send: Send) -> None:
    peers: list[asyncio.Task[None]] = []
    server: asyncio.Server | None = None
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            try:
                server = await mail.serve("127.0.0.1", settings.SANDBOX_SMTP_PORT)
            except OSError as error:
                reason = f"the mail port {settings.SANDBOX_SMTP_PORT} is taken: {error}"
                await send({"type": "lifespan.startup.failed", "message": reason})
                return
            peers = [asyncio.create_task(_send_webhooks())]
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            for task in peers:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
            if server is not None:
                server.close()
                await server.wait_closed()
            await send({"type": "lifespan.shutdown.complete"})
            return


async def _send_webhooks() -> None:
    """Send what is due, for ever: a failure is logged and tried again."""
    while True:
        try:
            taken = await sync_to_async(_send_some, thread_sensitive=False)()
        except Exception:
            logger.exception("webhooks_failed")
            taken = 0
        await asyncio.sleep(0 if taken else _PAUSE_SECONDS)


def _send_some() -> int:
    try:
        return callbacks.send_due()
    finally:
        connection.close()
