"""The stream that tells the pages that something changed."""

from __future__ import annotations

from collections.abc import AsyncIterator

from asgiref.sync import sync_to_async
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from acuerdo.identity.models import User
from acuerdo.web.access import read_access
from acuerdo.web.live import get_hub


async def live(request: HttpRequest) -> HttpResponseBase:
    """Server-sent events: the names of what happened at the user's creditors.

    The position to resume from comes in Last-Event-ID, or in `after` from a new EventSource.
    """
    creditor_ids = await sync_to_async(_read_creditor_ids)(request)
    if creditor_ids is None:
        return HttpResponse(status=403)
    last_id = request.headers.get("Last-Event-ID") or request.GET.get("after", "")
    response = StreamingHttpResponse(
        _encode(get_hub().stream(creditor_ids, last_id)), content_type="text/event-stream"
    )
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


async def _encode(chunks: AsyncIterator[str]) -> AsyncIterator[bytes]:
    async for chunk in chunks:
        yield chunk.encode()


def _read_creditor_ids(request: HttpRequest) -> frozenset[int] | None:
    """Authorise, and give the connection back before the stream: it lasts for minutes."""
    try:
        if not isinstance(request.user, User):
            return None
        roles = read_access(request.user).roles
        return frozenset(roles) or None
    finally:
        connection.close()
