"""Mail that no person wrote: bounces, complaints, automatic answers.

Of a bounce three things are wanted: which message of ours it is about, whether the message is
lost for good, and whether the address is dead or only refused this one. RFC 3464 reports say so;
`flufl.bounce` reads those of servers that write their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

from flufl.bounce import all_failures

from acuerdo.messaging.mail.addresses import find_keys
from acuerdo.messaging.mail.reading import ReadMail

_DAEMON = re.compile(r"(?:mailer-daemon|postmaster|mail-daemon|no-?reply|do-?not-?reply)\b.*@")
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
# RFC 3463: the mailbox or its domain is not there (1.x), is closed (2.1), or has no server (4.4).
# A full mailbox (2.2) or a refusal of what was said (7.x) is no dead address.
_DEAD = re.compile(r"5\.(?:1\.(?:0|1|2|3|6|10)|2\.1|4\.4)$")
_COMPLAINTS = frozenset({"abuse", "fraud", "opt-out", "opt-out-list"})

_AUTO_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Mail-Autoreply",
                 "X-AutoReply-From", "List-Id", "List-Unsubscribe", "Feedback-ID")  # fmt: skip
_BULK = frozenset("auto_reply auto-reply autoreply bulk junk list".split())
_AUTO_SUBJECT = re.compile(
    r"\s*(?:respuesta autom[áa]tica|resposta autom[áa]tica|automatic reply|auto(?:matic)?[- ]?reply"
    r"|autorespuesta|fuera de (?:la )?oficina|out of (?:the )?office|aus[êe]ncia (?:tempor|do)"
    r"|ausente d)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Bounce:
    """`keys` are public ids of ours, the likeliest first; `recipients` the addresses that failed.

    `is_permanent`: the message will not arrive. `is_dead`: nor will any other at this address.
    """

    keys: tuple[str, ...]
    recipients: frozenset[str]
    is_permanent: bool
    is_dead: bool
    detail: str


def read_bounce(mail: ReadMail) -> Bounce | None:
    """What a server says about a mail of ours; None where this is none of its reports."""
    is_report = _report_type(mail) == "delivery-status"
    from_server = mail.header("Return-Path") in ("<>", "") and _DAEMON.match(mail.sender)
    if not (is_report or from_server):
        return None
    temporary, permanent = _failures(mail)
    if not (temporary or permanent):
        return None
    status, detail = _status(mail)
    return Bounce(
        keys=tuple(find_keys(mail.recipients, _told_ids(mail))),
        recipients=permanent or temporary,
        is_permanent=bool(permanent),
        is_dead=bool(permanent) and blames_address(status),
        detail=detail or status,
    )


def blames_address(words: str) -> bool:
    """Whether a permanent failure with these words of a server, in which a status code may stand,
    is the address's fault. A status of 4 is not: the sender gave up on one that may be alive."""
    status = _STATUS.search(words)
    return status is None or _DEAD.match(status[0]) is not None


def read_complaint(mail: ReadMail) -> tuple[str, ...] | None:
    """The keys of the message that somebody called unwanted (ARF, RFC 5965); None: no complaint."""
    if _report_type(mail) != "feedback-report":
        return None
    fields = _fields(mail, "message/feedback-report")
    if fields.get("feedback-type", "abuse").lower() not in _COMPLAINTS:
        return None
    return tuple(find_keys([*_told_addresses(mail), *mail.recipients], _told_ids(mail)))


def is_automatic(mail: ReadMail) -> bool:
    """Whether a program sent this by itself (RFC 3834 and what came before it)."""
    submitted = mail.header("Auto-Submitted").partition(";")[0].strip().lower()
    suppress = mail.header("X-Auto-Response-Suppress").lower()
    return (
        submitted not in ("", "no")
        or suppress not in ("", "none")
        or mail.header("Precedence").strip().lower() in _BULK
        or any(mail.headers(name) for name in _AUTO_HEADERS)
        or "<>" in mail.headers("Return-Path")
        or mail.message.get_content_type() == "multipart/report"
        or _DAEMON.match(mail.sender) is not None
        or _AUTO_SUBJECT.match(mail.subject) is not None
    )


def _report_type(mail: ReadMail) -> str:
    if mail.message.get_content_type() != "multipart/report":
        return ""
    return str(mail.message.get_param("report-type") or "").lower()


def _failures(mail: ReadMail) -> tuple[frozenset[str], frozenset[str]]:
    """The addresses that failed for now and for good."""
    try:
        # Its detectors were written for the older classes of the standard library.
        found = all_failures(message_from_bytes(mail.raw))
    except Exception:
        # A report is input; some detectors trip over broken ones.
        return frozenset(), frozenset()
    temporary, permanent = (
        frozenset(
            one.decode("utf-8", "replace").lower() if isinstance(one, bytes) else str(one).lower()
            for one in group
        )
        for group in found
    )
    return temporary, permanent


def _status(mail: ReadMail) -> tuple[str, str]:
    """The enhanced status code, and the other server's words."""
    fields = _fields(mail, "message/delivery-status")
    words = fields.get("diagnostic-code", "") or (mail.text if not fields else "")
    found = _STATUS.search(fields.get("status", "")) or _STATUS.search(words)
    return (found[0] if found else ""), " ".join(words.split())[:200]


def _fields(mail: ReadMail, media_type: str) -> dict[str, str]:
    """The fields of the first part of this type, all its blocks together, names in lower case."""
    for part in mail.message.walk():
        if part.get_content_type() == media_type:
            payload = part.get_payload()
            blocks = payload if isinstance(payload, list) else [payload]
            text = "\n".join(block.as_string() if isinstance(block, Message) else str(block)
                             for block in blocks)  # fmt: skip
            lines = re.sub(r"\r?\n[ \t]+", " ", text).splitlines()
            pairs = (line.partition(":") for line in lines)
            return {name.strip().lower(): value.strip() for name, colon, value in pairs if colon}
    return {}


def _told(mail: ReadMail) -> Iterator[Message]:
    """The mails of ours that a report brings back, whole or their headers alone."""
    for part in mail.message.walk():
        if part.get_content_type() == "text/rfc822-headers":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                yield message_from_bytes(payload)
        elif part.get_content_type() == "message/rfc822":
            inner = part.get_payload()
            if isinstance(inner, list):
                yield from (one for one in inner if isinstance(one, Message))


def _told_ids(mail: ReadMail) -> list[str]:
    return [str(one.get("Message-ID", "")) for one in _told(mail)]


def _told_addresses(mail: ReadMail) -> list[str]:
    names = ("Reply-To", "Return-Path")
    return [str(one.get(name, "")) for one in _told(mail) for name in names]
