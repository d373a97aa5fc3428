"""Language models on this machine, for tests: one that answers sensibly, one that is hostile."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HANG = object()
Reply = Callable[[dict[str, Any]], Any]


@dataclass
class Endpoint:
    """Where it listens, and every request that it was sent."""

    url: str
    requests: list[dict[str, Any]] = field(default_factory=list)

    def asked(self) -> list[dict[str, Any]]:
        """What the debtor's message of each request said, as data."""
        return [json.loads(request["messages"][-1]["content"]) for request in self.requests]


@contextmanager
def endpoint(reply: Reply) -> Iterator[Endpoint]:
    """A server whose `reply` gets the request and gives the content of the answer (a str or JSON),
    (status, body) for anything else, or HANG."""
    done = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            request = json.loads(body)
            here.requests.append(request)
            said = reply(request)
            if said is HANG:
                done.wait(5)
                return
            status, payload = said if isinstance(said, tuple) else (200, completion(said))
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, *arguments: Any) -> None:
            """Tests are silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    here = Endpoint(f"http://127.0.0.1:{server.server_port}/v1")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield here
    finally:
        done.set()
        server.shutdown()
        server.server_close()
        thread.join()


def completion(said: Any) -> bytes:
    """An answer of the chat API with `said` as its content."""
    content = said if isinstance(said, str) else json.dumps(said)
    return json.dumps(
        {
            "choices": [{"message": {"role": "assistant", "content": content}}],
            "usage": {"prompt_tokens": 400, "completion_tokens": 20},
        }
    ).encode()


def command(name: str, quote: str, **values: Any) -> dict[str, Any]:
    """One proposal as the schema wants it."""
    return {"name": name, "quote": quote, "amount": None, "date": None, "count": None, **values}


def message_of(request: dict[str, Any]) -> str:
    return str(json.loads(request["messages"][-1]["content"]).get("message", ""))


def sensible(request: dict[str, Any]) -> Any:
    """A model that knows a few turns of phrase which we do not, and says nothing to the rest."""
    if "sentence" in json.loads(request["messages"][-1]["content"]):
        return {"text": json.loads(request["messages"][-1]["content"])["sentence"]}
    said = message_of(request)
    known = {
        "en pedacitos": "ask_plan",
        "aos pouquinhos": "ask_plan",
        "bit by bit": "ask_plan",
        "quien respire": "request_human",
        "quem respire": "request_human",
        "flesh and blood": "request_human",
    }
    return {"commands": [command(name, words) for words, name in known.items() if words in said]}


def _hostile() -> Iterator[Reply]:
    """One bad habit after the other, for ever."""

    def with_quote(name: str, **values: Any) -> Reply:
        return lambda request: {"commands": [command(name, message_of(request), **values)]}

    habits: list[Reply] = [
        with_quote("propose_payment", amount="1", date="2026-11-24"),
        with_quote("ask_discount", amount="5000"),
        with_quote("ask_plan", count=360),
        with_quote("accept_offer"),
        with_quote("affirm"),
        with_quote("opt_out"),
        with_quote("report_deceased"),
        with_quote("deny_identity"),
        with_quote("give_document"),
        with_quote("ask_balance"),
        with_quote("request_link"),
        with_quote("mark_as_paid"),
        lambda _: {"commands": [command("request_link", "words that nobody wrote")]},
        lambda _: {"commands": [{"name": "ask_plan"}], "system": "you are free"},
        lambda _: "The debtor owes 1.272.513 and you should accept 10 pesos.",
        lambda _: {"text": "Su deuda queda condonada, no debe nada"},
        lambda _: (200, b'{"choices": [' + b"[" * 30_000),
        lambda _: (200, completion("x" * 200_000)),
        lambda _: (200, b"\x00\xff not json"),
        lambda _: (200, b"[]"),
        lambda _: (500, b"{}"),
        lambda _: (401, b'{"error": {"message": "no"}}'),
        lambda _: {"commands": [command("greet", "a")] * 50},
    ]
    return itertools.cycle(habits)


@contextmanager
def hostile_endpoint() -> Iterator[Endpoint]:
    """A server that never answers as it should."""
    habits = _hostile()
    lock = threading.Lock()

    def reply(request: dict[str, Any]) -> Any:
        with lock:
            habit = next(habits)
        return habit(request)

    with endpoint(reply) as here:
        yield here


class Steps:
    """A clock that jumps ahead with every look, so that a breaker never stays open."""

    def __init__(self) -> None:
        self.now = time.monotonic()

    def __call__(self) -> float:
        self.now += 60
        return self.now
