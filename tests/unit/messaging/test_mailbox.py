"""A mailbox whose server misbehaves."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest

from acuerdo.messaging.mailbox import ImapFolder, MailboxFailed


@contextmanager
def imap_server(
    on_idle: Callable[[socket.socket], None], capability: str = "IDLE"
) -> Iterator[int]:
    """A server that knows enough to be opened, until it is told to IDLE."""
    listener = socket.create_server(("127.0.0.1", 0))

    def talk() -> None:
        link, _address = listener.accept()
        with link, link.makefile("rwb", buffering=0) as lines:
            lines.write(f"* OK [CAPABILITY IMAP4rev1 {capability}] hello\r\n".encode())
            for line in lines:
                mark, verb, *_rest = line.decode().split()
                if verb.upper() == "CAPABILITY":
                    lines.write(f"* CAPABILITY IMAP4rev1 {capability}\r\n".encode())
                elif verb.upper() == "STATUS":
                    lines.write(b'* STATUS "INBOX" (UIDVALIDITY 7 UIDNEXT 3)\r\n')
                elif verb.upper() == "UID":
                    lines.write(b"* SEARCH 2\r\n")
                elif verb.upper() == "IDLE":
                    lines.write(b"+ idling\r\n")
                    on_idle(link)
                    return
                lines.write(f"{mark} OK done\r\n".encode())

    thread = threading.Thread(target=talk, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()
        thread.join(timeout=5)


def folder_at(port: int) -> ImapFolder:
    config = {"host": "127.0.0.1", "port": port, "security": "none", "username": "x",
              "timeout_seconds": 2}  # fmt: skip
    return ImapFolder(config, "secret")


def test_a_connection_that_breaks_while_waiting_is_noticed_at_once() -> None:
    hang_up = imap_server(lambda link: link.shutdown(socket.SHUT_RDWR))
    with hang_up as port, closing(folder_at(port)) as folder:
        assert (folder.uid_validity, folder.next_uid) == (7, 3)
        # "3:*" gives the last one even so.
        assert folder.list_after(2) == []
        assert folder.list_after(1) == [2]
        started = time.monotonic()
        with pytest.raises(MailboxFailed):
            folder.wait(lambda: False, seconds=30)
        assert time.monotonic() - started < 3


def test_a_worker_that_stops_does_not_wait_for_the_server() -> None:
    deaf = imap_server(lambda link: time.sleep(1.5))
    with deaf as port, closing(folder_at(port)) as folder:
        started = time.monotonic()
        with pytest.raises(MailboxFailed):
            folder.wait(lambda: time.monotonic() - started > 0.5, seconds=30)
        assert time.monotonic() - started < 5


def test_a_server_without_idle_is_asked_now_and_then() -> None:
    plain = imap_server(lambda link: None, capability="")
    with plain as port, closing(folder_at(port)) as folder:
        started = time.monotonic()
        folder.wait(lambda: False, seconds=0.6)
        assert 0.5 < time.monotonic() - started < 3


def test_silence_at_the_door_is_a_failure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf, pytest.raises(MailboxFailed):
        folder_at(deaf.getsockname()[1])
