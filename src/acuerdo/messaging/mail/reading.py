"""A mail as its receiver needs it: who wrote, what, in answer to what, and what hangs on it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses
from functools import cached_property
from typing import Any

from acuerdo.messaging.mail.markup import to_text
from acuerdo.messaging.mail.reply import strip_reply

# What a hostile mail may nest and repeat.
_MAX_PARTS = 200
_MAX_DEPTH = 20
_MAX_BODY = 500_000
_REPLY_PREFIX = re.compile(r"\s*(?:re|rv|res|enc|fwd?|sv|aw)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)
_ADDRESSED = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
_ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+")


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file of a mail: its name as the sender gave it, its declared type, its bytes."""

    name: str
    media_type: str
    content: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


class ReadMail:
    """A raw mail, read on demand. Nothing in it can make a property raise."""

    def __init__(self, raw: bytes) -> None:
        message = message_from_bytes(raw, policy=default)
        if not isinstance(message, EmailMessage):
            raise TypeError("the default policy makes EmailMessage")
        self.raw = raw
        self.message = message

    def header(self, name: str) -> str:
        """The first header of this name, on one line; empty where there is none."""
        return next(iter(self.headers(name)), "")

    def headers(self, name: str) -> list[str]:
        try:
            values = self.message.get_all(name, [])
        except Exception:
            # The parser of Python's own header registry fails on some broken headers, in any way.
            values = [
                value for key, value in self.message.raw_items() if key.lower() == name.lower()
            ]
        return [" ".join(_clean(str(value)).split()) for value in values]

    @property
    def message_id(self) -> str:
        return self.header("Message-ID").strip("<> ")

    @property
    def subject(self) -> str:
        return self.header("Subject")

    @property
    def sender(self) -> str:
        """The address in From, in lower case; empty where there is no readable one."""
        return next(iter(_addresses(self.headers("From"))), "")

    @property
    def recipients(self) -> list[str]:
        """Every address that this mail was brought to or addressed to, in lower case."""
        found = (value for name in _ADDRESSED for value in self.headers(name))
        return list(dict.fromkeys(_addresses(found)))

    @property
    def answered_ids(self) -> list[str]:
        """The Message-IDs that this mail answers, the nearest first."""
        found = [*self.headers("In-Reply-To"), *self.headers("References")]
        ids = re.findall(r"<([^<>\s]{1,250})>", " ".join(found))
        return list(dict.fromkeys(ids[:1] + ids[:0:-1]))

    @cached_property
    def text(self) -> str:
        """The whole text as the sender's program shows it, quotes included."""
        parts = [_read_text(part) for part in _bodies(self.message)]
        return "\n".join(part for part in parts if part.strip())

    @cached_property
    def reply(self) -> str:
        """What the person wrote. A subject that answers nothing is theirs too."""
        own = strip_reply(self.text)
        if self.answered_ids or _REPLY_PREFIX.match(self.subject):
            return own
        return "\n\n".join(part for part in (self.subject.strip(), own) if part)

    @cached_property
    def files(self) -> list[AttachedFile]:
        found = []
        for part, _depth in _walk(self.message):
            if _is_file(part):
                name = " ".join(_clean(part.get_filename() or "").split())
                found.append(AttachedFile(name[:200], part.get_content_type(), _content(part)))
        return found


def _clean(text: str) -> str:
    """`text` as a database takes it: no NUL, no half of a character."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _addresses(values: Any) -> Iterator[str]:
    for _name, address in getaddresses(list(values)):
        if _ADDRESS.fullmatch(address):
            yield address.lower()


def _walk(message: EmailMessage) -> Iterator[tuple[EmailMessage, int]]:
    """The parts that hold something, with their depth. A mail within the mail is one of them."""
    stack = [(message, 0)]
    count = 0
    while stack and count < _MAX_PARTS:
        part, depth = stack.pop()
        count += 1
        if part.get_content_maintype() == "multipart" and depth < _MAX_DEPTH:
            children = [child for child in part.iter_parts() if isinstance(child, EmailMessage)]
            stack += [(child, depth + 1) for child in reversed(children)]
        else:
            yield part, depth


def _is_file(part: EmailMessage) -> bool:
    if part.get_content_disposition() == "attachment" or part.get_filename():
        return True
    return part.get_content_maintype() not in ("text", "multipart")


def _bodies(message: EmailMessage, depth: int = 0) -> Iterator[EmailMessage]:
    """The texts of a mail in their order: of alternatives the plain one, if it says anything."""
    if depth > _MAX_DEPTH:
        return
    if message.get_content_maintype() != "multipart":
        if message.get_content_maintype() == "text" and not _is_file(message):
            yield message
        return
    children = [part for part in message.iter_parts() if isinstance(part, EmailMessage)]
    if message.get_content_subtype() == "alternative":
        choices = [list(_bodies(child, depth + 1)) for child in children[:10]]
        choices.sort(key=lambda parts: not any(_is_plain(part) for part in parts))
        said = [parts for parts in choices if any(_read_text(part).strip() for part in parts)]
        yield from said[0] if said else []
        return
    for child in children[:_MAX_PARTS]:
        yield from _bodies(child, depth + 1)


def _is_plain(part: EmailMessage) -> bool:
    return part.get_content_type() == "text/plain"


def _content(part: EmailMessage) -> bytes:
    if part.get_content_maintype() == "message":
        return b"\n".join(
            bytes(child) for child in part.iter_parts() if isinstance(child, EmailMessage)
        )
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _read_text(part: EmailMessage) -> str:
    """The text of one part, whatever its charset says."""
    data = _content(part)[:_MAX_BODY]
    charset = str(part.get_param("charset") or "utf-8")
    try:
        text = data.decode(charset)
    except (LookupError, ValueError):
        text = data.decode("utf-8", "replace")
    text = _clean(text.replace("\r\n", "\n"))
    if part.get_content_subtype() == "html":
        return to_text(text)
    if str(part.get_param("format") or "").lower() == "flowed":
        return _unflow(text, delete_space=str(part.get_param("delsp") or "").lower() == "yes")
    return text


def _unflow(text: str, *, delete_space: bool) -> str:
    """Lines that a program broke (RFC 3676: they end in a space) made whole again."""
    lines: list[str] = []
    flows = False
    for line in text.split("\n"):
        line = line.removeprefix(" ") if line.startswith(" ") else line
        if flows and not line.startswith(">"):
            lines[-1] += line
        else:
            lines.append(line)
        flows = line.endswith(" ") and line != "-- " and not line.startswith(">")
        if flows and delete_space:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)
