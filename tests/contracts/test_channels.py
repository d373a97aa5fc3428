"""One suite over every channel adapter in the registry, against real peers on loopback."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import postmark_peer as postmark
import pytest
from sandbox_peer import free_port, serve, serve_mail

from acuerdo.compliance import permits
from acuerdo.compliance.permits import Permit
from acuerdo.core.clock import real_now
from acuerdo.core.crypto import SIGNATURE_HEADER, derive_secret, sign
from acuerdo.core.errors import SignatureRefused
from acuerdo.messaging.channels.base import (
    Account,
    Adapter,
    Button,
    InboundText,
    Outcome,
    Outgoing,
    RawMail,
    StatusState,
    StatusUpdate,
    Unsupported,
)
from acuerdo.messaging.channels.registry import ADAPTERS
from acuerdo.messaging.errors import WebhookUnreadable
from acuerdo.messaging.mail.reading import ReadMail
from acuerdo.sandbox.mail import parse, read_part
from acuerdo.sandbox.models import Mail, PhoneMessage

SECRET = derive_secret("sandbox:acc-1")


@dataclass(frozen=True)
class Peer:
    """A real peer for one adapter: how to reach it, and what it does with which address."""

    account: Account
    good: str
    refused: str
    busy: str
    received: Callable[[], int]


@contextmanager
def _mail_peer() -> Iterator[Peer]:
    with serve_mail() as server:
        config = {
            "host": server.host,
            "port": server.port,
            "from_address": "no-reply@banco.example",
            "reply_to": "hola@banco.example",
            "timeout_seconds": 2,
        }
        yield Peer(
            Account("acc-1", config, "", "Banco Ejemplo"),
            good="ana@example.com",
            refused="refused@example.com",
            busy="later@example.com",
            received=Mail.objects.count,
        )


@contextmanager
def _phone_peer() -> Iterator[Peer]:
    with serve("acuerdo.sandbox.urls") as url:
        yield Peer(
            Account("acc-1", {"base_url": url, "timeout_seconds": 2}, SECRET, "Banco Ejemplo"),
            good="+573001234567",
            refused="+573009999990",
            busy="+573009999991",
            received=PhoneMessage.objects.count,
        )


@contextmanager
def _service_peer() -> Iterator[Peer]:
    with serve("postmark_peer") as url:
        config = {
            "esp": "postmark",
            "options": {"api_url": url},
            "from_address": "no-reply@banco.example",
            "timeout_seconds": 2,
        }
        yield Peer(
            Account("acc-1", config, postmark.SECRET, "Banco Ejemplo"),
            good="ana@example.com",
            refused="refused@example.com",
            busy="later@example.com",
            received=Mail.objects.count,
        )


_PEERS = {"smtp": _mail_peer, "sandbox": _phone_peer, "anymail": _service_peer}


def elsewhere(peer: Peer, host: str, port: int, **config: Any) -> Account:
    """The peer's account at another address, in the words of every adapter."""
    url = f"http://{host}:{port}"
    other = {"base_url": url, "host": host, "port": port, "options": {"api_url": url}, **config}
    return replace(peer.account, config={**peer.account.config, **other})


@pytest.fixture(params=ADAPTERS, ids=lambda adapter: f"{adapter.channel}-{adapter.provider}")
def kind(request: pytest.FixtureRequest) -> type[Adapter]:
    adapter: type[Adapter] = request.param
    return adapter


@pytest.fixture
def peer(kind: type[Adapter], transactional_db: None) -> Iterator[Peer]:
    # An adapter without a peer here fails: a new one brings its own.
    with _PEERS[kind.provider]() as peer:
        yield peer


@pytest.fixture
def adapter(kind: type[Adapter], peer: Peer) -> Iterator[Adapter]:
    with closing(kind(peer.account)) as adapter:
        yield adapter


@pytest.fixture
def offline(kind: type[Adapter]) -> Iterator[Adapter]:
    """An adapter that is only asked to read: no peer, no database."""
    config = {"base_url": "http://127.0.0.1:1", "host": "127.0.0.1", "port": 1, "esp": "postmark"}
    secret = HOOKS[kind.provider]().secret if kind.provider in HOOKS else ""
    with closing(kind(Account("acc-1", config, secret))) as adapter:
        yield adapter


def text(to: str, **changes: Any) -> Outgoing:
    permit = Permit("message:test", "sms", None, permits._SEAL)
    outgoing = Outgoing(permit, to=to, text="Hola Ana.\n.una línea con punto", language="es")
    return replace(outgoing, **changes)


def test_accepted(adapter: Adapter, peer: Peer) -> None:
    key = str(uuid4())
    result = adapter.send(text(peer.good, subject="Hola Aña"), idempotency_key=key)
    assert result.outcome is Outcome.ACCEPTED
    assert result.provider_message_id
    assert peer.received() == 1


def test_many_over_one_adapter(adapter: Adapter, peer: Peer) -> None:
    for _ in range(5):
        result = adapter.send(text(peer.good, subject="x"), idempotency_key=str(uuid4()))
        assert result.outcome is Outcome.ACCEPTED
    assert peer.received() == 5


def test_a_refusal_is_permanent_and_the_next_message_still_goes(
    adapter: Adapter, peer: Peer
) -> None:
    refused = adapter.send(text(peer.refused, subject="x"), idempotency_key=str(uuid4()))
    assert refused.outcome is Outcome.PERMANENT
    assert refused.code
    good = adapter.send(text(peer.good, subject="x"), idempotency_key=str(uuid4()))
    assert (good.outcome, peer.received()) == (Outcome.ACCEPTED, 1)


def test_a_busy_peer_is_temporary(adapter: Adapter, peer: Peer) -> None:
    result = adapter.send(text(peer.busy, subject="x"), idempotency_key=str(uuid4()))
    assert (result.outcome, peer.received()) == (Outcome.TEMPORARY, 0)


def test_nobody_there_is_temporary(kind: type[Adapter], peer: Peer) -> None:
    with closing(kind(elsewhere(peer, "127.0.0.1", free_port()))) as adapter:
        result = adapter.send(text(peer.good, subject="x"), idempotency_key=str(uuid4()))
        assert result.outcome is Outcome.TEMPORARY


def test_silence_is_never_taken_for_a_failure_that_may_be_repeated_blindly(
    kind: type[Adapter], peer: Peer
) -> None:
    """The peer takes the message and never answers: only an idempotent one may be asked again."""
    with _silent(kind.provider) as address:
        account = elsewhere(peer, *address, timeout_seconds=0.5)
        with closing(kind(account)) as adapter:
            result = adapter.send(text(peer.good, subject="x"), idempotency_key=str(uuid4()))
    wanted = Outcome.TEMPORARY if kind.capabilities.idempotent else Outcome.UNKNOWN
    assert result.outcome is wanted


@contextmanager
def _silent(provider: str) -> Iterator[tuple[str, int]]:
    """A peer that reads everything and then says nothing."""
    server = socket.create_server(("127.0.0.1", 0))

    def listen() -> None:
        with ExitStack() as stack:
            try:
                link, _address = server.accept()
            except OSError:
                return
            stack.enter_context(link)
            link.settimeout(5)
            if provider == "smtp":
                link.sendall(b"220 hello\r\n")
                data = b""
                while b"\r\n.\r\n" not in data:
                    part = link.recv(65_536)
                    if not part:
                        return
                    data += part
                    for line in part.split(b"\r\n"):
                        verb = line[:4].upper()
                        if verb in (b"EHLO", b"HELO", b"MAIL", b"RCPT"):
                            link.sendall(b"250 ok\r\n")
                        elif verb == b"DATA":
                            link.sendall(b"354 go\r\n")
            else:
                link.recv(65_536)
            time.sleep(1.5)

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    try:
        yield server.getsockname()
    finally:
        server.close()
        thread.join(timeout=5)


def test_the_same_key_reaches_the_person_once(adapter: Adapter, peer: Peer) -> None:
    if not adapter.capabilities.idempotent:
        with pytest.raises(Unsupported):
            adapter.find("x")
        return
    key = str(uuid4())
    results = [adapter.send(text(peer.good), idempotency_key=key) for _ in range(3)]
    assert {result.outcome for result in results} == {Outcome.ACCEPTED}
    assert len({result.provider_message_id for result in results}) == 1
    assert peer.received() == 1


def test_a_send_can_be_found_where_the_provider_can_tell(adapter: Adapter, peer: Peer) -> None:
    key = str(uuid4())
    if not adapter.capabilities.findable:
        with pytest.raises(Unsupported):
            adapter.find(key)
        return
    assert adapter.find(key) is None
    sent = adapter.send(text(peer.good), idempotency_key=key)
    found = adapter.find(key)
    assert found is not None
    assert (found.outcome, found.provider_message_id) == (
        Outcome.ACCEPTED,
        sent.provider_message_id,
    )


def test_a_peer_that_cannot_be_asked_is_not_a_peer_that_never_saw_it(
    kind: type[Adapter], peer: Peer
) -> None:
    if not kind.capabilities.findable:
        return
    with closing(kind(elsewhere(peer, "127.0.0.1", free_port()))) as adapter:
        found = adapter.find("x")
        assert found is not None
        assert found.outcome is Outcome.UNKNOWN
    wrong = replace(peer.account, secret="wrong")
    with closing(kind(wrong)) as adapter:
        found = adapter.find("x")
        assert found is not None
        assert found.outcome is Outcome.UNKNOWN


Hook = tuple[dict[str, str], bytes]


@dataclass(frozen=True)
class Hooks:
    """The webhooks of a provider: a report on the message `k-1` and a text, what is not its own,
    and bodies that are proved and make no sense."""

    secret: str
    good: list[Hook]
    forged: list[Hook]
    nonsense: list[Hook]


def _signed(body: bytes, secret: str = SECRET) -> Hook:
    return {SIGNATURE_HEADER.lower(): sign(body, secret, real_now())}, body


def _sandbox_hooks() -> Hooks:
    events: list[dict[str, Any]] = [
        {
            "id": "e-1", "type": "message.status", "at": "2026-03-02T15:00:00+00:00",
            "message_id": "m-1", "key": "k-1", "state": "delivered",
        },
        {
            "id": "e-2", "type": "message.inbound", "at": "2026-03-02T15:00:00+00:00",
            "from": "+573001234567", "channel": "sms", "text": "hola", "button": "human",
        },
        {"id": "e-3", "type": "something.new", "at": "2026-03-02T15:00:00+00:00"},
    ]  # fmt: skip
    headers, body = _signed(json.dumps({"events": events}).encode())
    name = SIGNATURE_HEADER.lower()
    nonsense = [
        b"", b"{", b"[]", b'{"events": 3}', b'{"events": [3]}', b'{"events": [{"id": "x"}]}',
        b'{"events": [{"id": "x", "type": "message.status", "state": "eaten"}]}',
        b'{"events": [{"id": "x", "type": "message.inbound", "at": "yesterday"}]}',
        b"\xff\xfe", b"[" * 100_000,
    ]  # fmt: skip
    return Hooks(
        secret=SECRET,
        good=[(headers, body)],
        forged=[
            ({}, body),
            ({name: ""}, body),
            ({name: headers[name]}, body + b" "),
            _signed(body, "other"),
            ({name: headers[name].replace("v1=", "v0=")}, body),
            ({name: sign(body, SECRET, real_now().replace(year=2020))}, body),
            ({name: "t=9" * 2_000}, body),
            ({name: "t=ñ,v1=ñ"}, body),
        ],
        nonsense=[_signed(body) for body in nonsense],
    )


def _postmark_hooks() -> Hooks:
    proof = postmark.hook_headers()
    report = json.dumps(postmark.delivered("k-1")).encode()
    mail = json.dumps(postmark.inbound("ana@example.com", "hola@banco.example", "hola")).encode()
    nonsense = [b"", b"{", b"[]", b"3", b"\xff\xfe", b"[" * 100_000]
    return Hooks(
        secret=postmark.SECRET,
        good=[(proof, report), (proof, mail)],
        forged=[
            ({"content-type": "application/json"}, report),
            (postmark.hook_headers("hook:other"), report),
            (postmark.hook_headers(""), mail),
            ({**proof, "authorization": "Basic ñ"}, report),
            ({**proof, "authorization": proof["authorization"].replace("Basic", "Bearer")}, mail),
        ],
        nonsense=[(proof, body) for body in nonsense],
    )


# Signed when they are asked for: a signature does not keep.
HOOKS = {"sandbox": _sandbox_hooks, "anymail": _postmark_hooks}


def test_webhooks_are_read(offline: Adapter) -> None:
    if not offline.capabilities.receives:
        with pytest.raises(Unsupported):
            offline.parse_webhook({}, b"", at=real_now())
        return
    facts = [
        fact
        for headers, body in HOOKS[offline.provider]().good
        for fact in offline.parse_webhook(headers, body, at=real_now())
    ]
    status, inbound = facts
    assert isinstance(status, StatusUpdate)
    assert (status.key, status.state) == ("k-1", StatusState.DELIVERED)
    if isinstance(inbound, RawMail):
        mail = ReadMail(inbound.raw)
        assert (mail.sender, mail.reply) == ("ana@example.com", "hola")
    else:
        assert isinstance(inbound, InboundText)
        assert (inbound.address, inbound.text) == ("+573001234567", "hola")
        assert inbound.button == "human"


def test_a_wrong_signature_is_refused(offline: Adapter) -> None:
    if not offline.capabilities.receives:
        return
    for headers, body in HOOKS[offline.provider]().forged:
        with pytest.raises(SignatureRefused):
            offline.parse_webhook(headers, body, at=real_now())


def test_signed_nonsense_is_an_error_with_a_name(offline: Adapter) -> None:
    if not offline.capabilities.receives:
        return
    for headers, body in HOOKS[offline.provider]().nonsense:
        with pytest.raises(WebhookUnreadable):
            offline.parse_webhook(headers, body, at=real_now())


def test_hostile_addresses_and_texts_change_nothing_but_themselves(
    adapter: Adapter, peer: Peer
) -> None:
    for to in ("x", "a@b\r\nBcc: evil@example.com", "ñandú@example.com", "", "a b@example.com"):
        result = adapter.send(text(to, subject="x"), idempotency_key=str(uuid4()))
        assert result.outcome is Outcome.PERMANENT, to
    for subject in ("Hola\r\nBcc: evil@example.com", "x" * 5_000):
        result = adapter.send(text(peer.good, subject=subject), idempotency_key=str(uuid4()))
        assert result.outcome in (Outcome.ACCEPTED, Outcome.PERMANENT)
    for mail in Mail.objects.all():
        assert "Bcc" not in parse(bytes(mail.raw))
        assert mail.recipient == peer.good


def test_what_arrives_is_what_was_sent(adapter: Adapter, peer: Peer) -> None:
    key = str(uuid4())
    outgoing = text(
        peer.good,
        subject="Un mensaje para usted: ñ",
        html="<p>Hola</p>",
        buttons=(Button("Sí", "yes"), Button("No", "no")),
        unsubscribe_url="https://acuerdo.example/u/x",
    )
    adapter.send(outgoing, idempotency_key=key)
    if adapter.capabilities.subject:
        message = parse(bytes(Mail.objects.get().raw))
        assert message["Message-ID"] == f"<{key}@banco.example>"
        assert message["Subject"] == outgoing.subject
        assert message["List-Unsubscribe"] == "<https://acuerdo.example/u/x>"
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert "Banco Ejemplo" in message["From"]
        assert read_part(message, "plain").strip().replace("\r\n", "\n") == outgoing.text
        assert read_part(message, "html").strip() == outgoing.html
    else:
        stored = PhoneMessage.objects.get()
        assert stored.text == outgoing.text
        assert stored.idempotency_key == key
        assert len(stored.buttons) == min(2, adapter.capabilities.buttons)


def test_what_an_adapter_cannot_do_it_says(kind: type[Adapter]) -> None:
    capabilities = kind.capabilities
    assert capabilities.findable or not capabilities.idempotent
    assert capabilities.receives or not capabilities.statuses
