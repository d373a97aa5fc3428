"""Whether this process can do its work."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from acuerdo import __version__


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 where the database answers, else 503. Says nothing that a stranger could use."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "no database"}, status=503)
    return JsonResponse({"status": "ok", "version": __version__})
