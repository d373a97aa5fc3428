"""Mail that came in: kept whole, then read once, by a reaction.

What a mail is decides what becomes of it: a complaint closes the channel, a bounce is a report on
a message of ours, an automatic answer is nobody's turn, and everything else was written by a
person and goes the way of every inbound text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from acuerdo.core.actor import Actor
from acuerdo.core.crypto import decrypt_bytes, encrypt_bytes
from acuerdo.core.errors import NotFound
from acuerdo.core.events import publish
from acuerdo.core.vocabulary import Channel
from acuerdo.creditors.models import ProviderAccount
from acuerdo.messaging import events, gate
from acuerdo.messaging.actions.complaints import record_complaint
from acuerdo.messaging.actions.inbound import receive_inbound
from acuerdo.messaging.actions.statuses import StatusReport, record_statuses
from acuerdo.messaging.channels.base import Complaint, StatusState
from acuerdo.messaging.mail.addresses import find_keys
from acuerdo.messaging.mail.files import FileState, judge_files
from acuerdo.messaging.mail.reading import AttachedFile, ReadMail
from acuerdo.messaging.mail.reports import Bounce, is_automatic, read_bounce, read_complaint
from acuerdo.messaging.models import InboundEvent, InboundMail, Message
from acuerdo.messaging.scanning import has_scanner, scan

logger = structlog.get_logger(__name__)

MAX_MAIL = 25_000_000
# A person does not write so often; a program that answers our answers does.
_FLOOD = 10
_FLOOD_WINDOW = timedelta(minutes=10)
_LOOKED_FOR = (FileState.KEPT, FileState.WAITING)


def store_mail(
    *, provider_account: ProviderAccount, raw: bytes, now: datetime, external_id: str = ""
) -> InboundMail | None:
    """Keep a mail as it came. None where it came before: the same Message-ID, or, where it has
    none, the same `external_id` of the provider or the same bytes. `MailReceived` has it read."""
    message_id = ReadMail(raw).message_id or external_id
    row, created = InboundMail.objects.get_or_create(
        provider_account=provider_account,
        external_id=hashlib.sha256(message_id.encode() or raw).hexdigest(),
        defaults={
            "creditor_id": provider_account.creditor_id,
            "raw_encrypted": encrypt_bytes(raw),
            "received_at": now,
        },
    )
    if not created:
        return None
    _tell(events.MAIL_RECEIVED, row, now)
    return row


def read_mail(*, mail_id: int, now: datetime) -> str:
    """Read a mail that was kept, once. Returns what it was (`InboundMail.outcome`)."""
    row = (
        InboundMail.objects.select_for_update(of=("self",))
        .select_related("provider_account")
        .get(pk=mail_id)
    )
    if row.processed_at is None:
        row.outcome = _take(row, ReadMail(decrypt_bytes(bytes(row.raw_encrypted))), now)
        row.processed_at = now
        row.save(update_fields=["outcome", "processed_at", "files", "inbound", "debtor"])
        logger.info("mail_read", mail=row.pk, outcome=row.outcome)
    return row.outcome


def scan_files(*, mail_id: int) -> None:
    """Let the virus scanner look at the files of a mail that wait for it. Not in a transaction."""
    row = InboundMail.objects.get(pk=mail_id)
    files = _read_files(row)
    for place, file in enumerate(row.files):
        if file["state"] == FileState.WAITING:
            row.files[place] = {**file, "state": scan(files[place].content).value}
    row.save(update_fields=["files"])


def open_file(mail: InboundMail, place: int) -> AttachedFile:
    """One file of a mail, counted from 0. Raises NotFound where it is not one to be opened."""
    if not 0 <= place < len(mail.files) or mail.files[place]["state"] != FileState.KEPT:
        raise NotFound(what=f"file {place}")
    return _read_files(mail)[place]


def read_contents(mail: InboundMail) -> list[bytes]:
    """The files of a mail that are of a kind to keep. Nobody has scanned them: whoever takes them
    does."""
    pairs = zip(mail.files, _read_files(mail), strict=True)
    return [file.content for said, file in pairs if said["state"] in _LOOKED_FOR]


def read_whole_text(mail: InboundMail) -> str:
    """The whole text of a mail, with all that it quotes."""
    return ReadMail(decrypt_bytes(bytes(mail.raw_encrypted))).text


def _read_files(mail: InboundMail) -> list[AttachedFile]:
    return ReadMail(decrypt_bytes(bytes(mail.raw_encrypted))).files


def _tell(name: str, row: InboundMail, now: datetime) -> None:
    refs = [f"mail:{row.pk}"]
    publish(name, actor=_actor(row), now=now, creditor_id=row.creditor_id, refs=refs)


def _actor(row: InboundMail) -> Actor:
    return Actor("provider", row.provider_account.provider, creditor_id=row.creditor_id)


def _source(row: InboundMail) -> str:
    return f"{row.provider_account.provider}:{row.provider_account.public_id}"


def _take(row: InboundMail, mail: ReadMail, now: datetime) -> str:
    keys = read_complaint(mail)
    if keys is not None:
        return _take_complaint(row, keys, now)
    bounce = read_bounce(mail)
    if bounce is not None:
        return _take_bounce(row, bounce, now)
    if is_automatic(mail):
        return "automatic"
    if not mail.sender:
        return "no_sender"
    return _take_text(row, mail, now)


def _take_complaint(row: InboundMail, keys: Sequence[str], now: datetime) -> str:
    message = _find_message(row, keys)
    if message is None:
        return "unmatched"
    row.debtor_id = message.debtor_id
    complaint = Complaint(row.external_id, key=str(message.public_id))
    record_complaint(complaint=complaint, source=_source(row), actor=_actor(row), now=now)
    return "complaint"


def _take_bounce(row: InboundMail, bounce: Bounce, now: datetime) -> str:
    message = _find_message(row, bounce.keys)
    if message is None:
        return "unmatched"
    row.debtor_id = message.debtor_id
    if not bounce.is_permanent:
        return "delayed"
    report = StatusReport(
        _source(row),
        row.external_id,
        StatusState.FAILED.value,
        public_id=str(message.public_id),
        detail=bounce.detail,
        # Where it was forwarded, the address behind the one we know is dead.
        is_dead=bounce.is_dead and message.address.lower() in bounce.recipients,
    )
    record_statuses(reports=[report], actor=_actor(row), now=now)
    return "bounce"


def _take_text(row: InboundMail, mail: ReadMail, now: datetime) -> str:
    if _is_flooding(row, mail, now) and not gate.is_stop(mail.reply):
        return "flood"
    message = _find_message(row, find_keys(mail.recipients, mail.answered_ids))
    row.files = judge_files(mail.files, scans=has_scanner())
    names = "\n".join(f"📎 {file['name'] or file['media_type']}" for file in row.files)
    inbound = receive_inbound(
        source=_source(row),
        external_id=row.external_id,
        channel=Channel.EMAIL,
        address=mail.sender,
        text=mail.reply or names,
        payload={"mail": row.pk, "files": len(row.files)},
        answers=message,
        creditor_id=row.creditor_id,
        now=now,
        actor=_actor(row),
    )
    if inbound is None:
        return "repeated"
    row.inbound, row.debtor_id = inbound, inbound.debtor_id
    if any(file["state"] in _LOOKED_FOR for file in row.files):
        _tell(events.MAIL_HAS_FILES, row, now)
    return "text" if inbound.debtor_id else "unknown_sender"


def _is_flooding(row: InboundMail, mail: ReadMail, now: datetime) -> bool:
    recent = InboundEvent.objects.filter(
        creditor_id=row.creditor_id,
        channel=Channel.EMAIL,
        address=mail.sender,
        received_at__gt=now - _FLOOD_WINDOW,
    )
    return recent.count() >= _FLOOD


def _find_message(row: InboundMail, keys: Sequence[str]) -> Message | None:
    """The message of this creditor that a mail names first."""
    found = {
        str(message.public_id): message
        for message in Message.objects.filter(creditor_id=row.creditor_id, public_id__in=keys[:50])
    }
    return next((found[key] for key in keys if key in found), None)
