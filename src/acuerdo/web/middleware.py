"""Refusals become pages. Sync and async views alike."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from acuerdo.core.errors import AcuerdoError
from acuerdo.web.views.errors import show_refusal

Next = Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]


class RefusalMiddleware:
    """An AcuerdoError that no view caught is shown in its own words with its own status."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Django asks here before it makes a 500 of it."""
        return show_refusal(request, error) if isinstance(error, AcuerdoError) else None
