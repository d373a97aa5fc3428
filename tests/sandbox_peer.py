"""The sandbox as a peer of tests: a real HTTP server and a real mail server on loopback."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from aiosmtpd.controller import Controller
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.db import connections
from django.http.response import HttpResponseBase

from acuerdo.sandbox.mail import sink


class _Handler(WSGIHandler):
    """Django under another URLconf than the settings', so that two faces live in one process."""

    def __init__(self, urlconf: str) -> None:
        super().__init__()
        self._urlconf = urlconf

    def get_response(self, request: WSGIRequest) -> HttpResponseBase:
        request.urlconf = self._urlconf  # type: ignore[attr-defined]
        try:
            return super().get_response(request)
        finally:
            connections.close_all()


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


@contextmanager
def serve(urlconf: str) -> Iterator[str]:
    """Serve `urlconf` on a free port of loopback; gives the base address."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), _Quiet)
    server.set_app(_Handler(urlconf))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass(frozen=True)
class MailServer:
    host: str
    port: int


@contextmanager
def serve_mail(handler: Any = None) -> Iterator[MailServer]:
    """The sandbox's mail server (or one with another `handler`) on a free port."""
    port = free_port()
    controller = Controller(handler or sink(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield MailServer("127.0.0.1", port)
    finally:
        controller.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
