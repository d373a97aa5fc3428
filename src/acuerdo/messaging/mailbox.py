"""One folder of one mailbox over IMAP, only ever read: no flag is set, nothing is moved.

Configuration: `host`, `port`, `security` (`tls`, `starttls`, `none`), `username`, `folder`
(INBOX), `timeout_seconds`. The account's secret is the password.
"""

from __future__ import annotations

import imaplib
import re
import ssl
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxLoginError

KIND = "mailbox"
PROVIDER = "imap"

# Where a server cannot IDLE, it is asked so often.
_POLL_SECONDS = 15
_LOOK_SECONDS = 0.5
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class MailboxFailed(Exception):
    """The server cannot be reached, or refuses; the words are for people."""


class ImapFolder:
    """An open folder. Everything raises MailboxFailed for what a server or a network may do."""

    def __init__(self, config: Mapping[str, Any], secret: str) -> None:
        self._folder = str(config.get("folder") or "INBOX")
        try:
            self._box = _connect(config)
            try:
                self._box.login(str(config["username"]), secret, initial_folder=None)
                self._box.folder.set(self._folder, readonly=True)
                status = self._box.folder.status(self._folder, ["UIDVALIDITY", "UIDNEXT"])
            except BaseException:
                self.close()
                raise
        except MailboxLoginError as error:
            raise MailboxFailed("login refused") from error
        except (OSError, imaplib.IMAP4.error, ImapToolsError) as error:
            raise MailboxFailed(_words(error)) from error
        self.uid_validity = int(status["UIDVALIDITY"])
        self.next_uid = int(status["UIDNEXT"])

    def list_after(self, uid: int) -> list[int]:
        """The UIDs above `uid`, rising."""
        # "7:*" names the last mail even where its UID is below 7.
        return [one for one in self._search(f"UID {uid + 1}:*") if one > uid]

    def list_since(self, day: date) -> list[int]:
        """The UIDs of what came on `day` or later, rising."""
        return self._search(f"SINCE {day:%d}-{_MONTHS[day.month - 1]}-{day.year}")

    def measure(self, uid: int) -> int | None:
        """The size of a mail in bytes; None where it is gone by now."""
        found = _SIZE.search(b" ".join(self._fetch(uid, "(RFC822.SIZE)")))
        return int(found[1]) if found else None

    def fetch(self, uid: int, *, headers_only: bool = False) -> bytes | None:
        """A mail as it came; None where it is gone by now."""
        what = "(BODY.PEEK[HEADER])" if headers_only else "(BODY.PEEK[])"
        parts = self._fetch(uid, what)
        return parts[1] if len(parts) > 1 else None

    def wait(self, stopping: Callable[[], bool], seconds: float) -> None:
        """Until something happens in the folder, or `seconds` are over, or `stopping`. A server
        may hang up after half an hour (RFC 2177), a firewall sooner."""
        try:
            if "IDLE" not in self._box.client.capabilities:
                _pause(stopping, min(seconds, _POLL_SECONDS))
                self._box.client.noop()
                return
            end = time.monotonic() + seconds
            with self._box.idle as idle:
                while time.monotonic() < end and not stopping():
                    looked = time.monotonic()
                    if idle.poll(timeout=_LOOK_SECONDS):
                        break
                    if time.monotonic() - looked < _LOOK_SECONDS / 2:
                        # Readable, and nothing to read: the other side is gone.
                        raise MailboxFailed("connection lost")
        except (OSError, imaplib.IMAP4.error, ImapToolsError) as error:
            raise MailboxFailed(_words(error)) from error

    def close(self) -> None:
        try:
            self._box.logout()
        except (OSError, imaplib.IMAP4.error, ImapToolsError):
            with suppress(OSError):
                self._box.client.shutdown()

    def _search(self, criteria: str) -> list[int]:
        try:
            return sorted(int(uid) for uid in self._box.uids(criteria))
        except (OSError, imaplib.IMAP4.error, ImapToolsError, ValueError) as error:
            raise MailboxFailed(_words(error)) from error

    def _fetch(self, uid: int, what: str) -> list[bytes]:
        """The pieces of the server's answer: what it says before the mail, then the mail."""
        try:
            kind, data = self._box.client.uid("FETCH", str(uid), what)
        except (OSError, imaplib.IMAP4.error) as error:
            raise MailboxFailed(_words(error)) from error
        if kind != "OK":
            raise MailboxFailed(f"FETCH: {kind}")
        pieces: list[bytes] = []
        for part in data:
            if isinstance(part, tuple):
                pieces += part
            elif isinstance(part, bytes):
                pieces.append(part)
        return pieces


# As IMAP writes them, whatever language the machine speaks.
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def _connect(config: Mapping[str, Any]) -> BaseMailBox:
    host = str(config["host"])
    security = str(config.get("security", "tls"))
    port = int(config.get("port", 993 if security == "tls" else 143))
    timeout = float(config.get("timeout_seconds", 30))
    if security == "none":
        return MailBoxUnencrypted(host, port, timeout=timeout)
    context = ssl.create_default_context()
    if security == "starttls":
        return MailBoxStartTls(host, port, timeout=timeout, ssl_context=context)
    return MailBox(host, port, timeout=timeout, ssl_context=context)


def _pause(stopping: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and not stopping():
        time.sleep(_LOOK_SECONDS)


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:200]
