"""Who may call the sandbox: a client's account and the secret that belongs to it."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from acuerdo.core.crypto import derive_secret
from acuerdo.sandbox.errors import ApiError

MAX_BODY = 64_000


def secret_of(account_id: str) -> str:
    """The secret that an account shares with the sandbox."""
    return derive_secret(f"sandbox:{account_id}")


def authenticate(request: HttpRequest) -> str:
    """The calling account's id. Raises ApiError 401."""
    account_id = request.headers.get("X-Sandbox-Account", "")
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    given = token.encode(errors="replace")
    wanted = secret_of(account_id).encode()
    if (
        not 0 < len(account_id) <= 64
        or scheme != "Bearer"
        or not hmac.compare_digest(given, wanted)
    ):
        raise ApiError(401, "unauthorized", "Account or token is wrong.")
    return account_id


def read_json(request: HttpRequest) -> dict[str, Any]:
    """The body as an object. Raises ApiError 400 and 413."""
    if len(request.body) > MAX_BODY:
        raise ApiError(413, "too_large", f"A body has at most {MAX_BODY} bytes.")
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise ApiError(400, "unreadable", "The body is not JSON.") from error
    if not isinstance(body, dict):
        raise ApiError(400, "unreadable", "The body is not an object.")
    return body


ApiView = Callable[..., HttpResponse]


def api_view(*methods: str) -> Callable[[ApiView], ApiView]:
    """An endpoint: authenticated, its ApiErrors answered as JSON. The view gets the account id."""

    def decorate(view: ApiView) -> ApiView:
        @csrf_exempt
        @wraps(view)
        def answer(request: HttpRequest, **arguments: Any) -> HttpResponse:
            try:
                if request.method not in methods:
                    raise ApiError(405, "method", f"Use {' or '.join(methods)}.")
                return view(request, authenticate(request), **arguments)
            except ApiError as error:
                return JsonResponse(
                    {"error": {"code": error.code, "message": error.message}}, status=error.status
                )

        return answer

    return decorate
