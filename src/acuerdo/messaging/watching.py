"""The worker's watch over mailboxes: one thread per mailbox, over all workers one watch each.

A mailbox is looked into whenever its server tells of something new (IDLE), and now and then
besides. What comes is stored and the place remembered in one transaction, so that a worker that
dies loses nothing and a second look stores nothing twice. A server that cannot be reached is
tried again, ever more slowly.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import structlog
from django.db import DatabaseError, connection, transaction

from acuerdo.core import clock
from acuerdo.creditors.models import ProviderAccount
from acuerdo.messaging.actions.mails import MAX_MAIL, store_mail
from acuerdo.messaging.mailbox import KIND, ImapFolder, MailboxFailed
from acuerdo.messaging.models import MailboxState
from acuerdo.messaging.providers import account_secret

logger = structlog.get_logger(__name__)

Stopping = Callable[[], bool]

# A watch is renewed after each wait; when its worker dies, another takes over so much later.
_LEASE = timedelta(seconds=90)
_WAIT_SECONDS = 30.0
_LIST_SECONDS = 15.0
_SHORTEST_PAUSE, _LONGEST_PAUSE = 1.0, 300.0


def watch_mailboxes(stopping: Stopping) -> None:
    """Watch every active mailbox that no other worker watches, until `stopping`."""
    threads: dict[int, threading.Thread] = {}
    while not stopping():
        try:
            free = _list_free(known=set(threads))
        except DatabaseError:
            logger.exception("mailboxes_unlisted")
            free = []
        for account_id in free:
            threads[account_id] = threading.Thread(
                target=_watch, args=(account_id, stopping), name=f"mailbox-{account_id}"
            )
            threads[account_id].start()
        connection.close()
        _pause(_LIST_SECONDS, stopping)
        threads = {key: thread for key, thread in threads.items() if thread.is_alive()}
    for thread in threads.values():
        thread.join()


def look_into(account: ProviderAccount, folder: ImapFolder) -> int:
    """Store what is new in the folder. Returns how many mails were.

    A mailbox that is looked into for the first time has no past: its mail was for others. Where
    its UIDs were made anew, what came since the last look is gone through again, and known.
    """
    state, _created = MailboxState.objects.get_or_create(provider_account=account)
    if state.uid_validity is None:
        state.last_uid = folder.next_uid - 1
    if state.uid_validity == folder.uid_validity or state.checked_at is None:
        uids = folder.list_after(state.last_uid)
    else:
        uids = folder.list_since((state.checked_at - timedelta(days=1)).date())
    state.uid_validity = folder.uid_validity
    new = 0
    for uid in uids:
        raw = _fetch(folder, uid)
        with transaction.atomic():
            if raw is not None:
                new += store_mail(provider_account=account, raw=raw, now=clock.now()) is not None
            state.last_uid = uid
            state.save(update_fields=["uid_validity", "last_uid"])
    state.checked_at, state.error = clock.real_now(), ""
    state.save(update_fields=["uid_validity", "last_uid", "checked_at", "error"])
    return new


def _fetch(folder: ImapFolder, uid: int) -> bytes | None:
    """A mail, or what is too large to be kept by its headers alone."""
    size = folder.measure(uid)
    if size is None:
        return None
    if size > MAX_MAIL:
        logger.warning("mail_too_large", uid=uid, size=size)
    return folder.fetch(uid, headers_only=size > MAX_MAIL)


def _list_free(known: set[int]) -> list[int]:
    active = ProviderAccount.objects.filter(kind=KIND, is_active=True).exclude(pk__in=known)
    taken = MailboxState.objects.filter(lease_until__gt=clock.real_now())
    return list(
        active.exclude(pk__in=taken.values("provider_account")).values_list("pk", flat=True)
    )


def _take(account_id: int) -> bool:
    """Whether the watch over this mailbox is ours now."""
    with transaction.atomic():
        MailboxState.objects.get_or_create(provider_account_id=account_id)
        state = MailboxState.objects.select_for_update().get(provider_account_id=account_id)
        if state.lease_until is not None and state.lease_until > clock.real_now():
            return False
        state.lease_until = clock.real_now() + _LEASE
        state.save(update_fields=["lease_until"])
        return True


def _watch(account_id: int, stopping: Stopping) -> None:
    """One mailbox, until it is not active any more, or `stopping`."""
    pause = _SHORTEST_PAUSE
    state = MailboxState.objects.filter(provider_account_id=account_id)
    try:
        if not _take(account_id):
            return
        while not stopping():
            account = ProviderAccount.objects.filter(pk=account_id, is_active=True).first()
            if account is None:
                break
            started = time.monotonic()
            try:
                _stay(account, stopping)
            except MailboxFailed as error:
                logger.warning("mailbox_failed", account=account_id, error=str(error))
                state.update(error=str(error)[:200])
            except Exception as error:
                logger.exception("mailbox_broken", account=account_id)
                state.update(error=type(error).__name__)
            if time.monotonic() - started > _LONGEST_PAUSE:
                pause = _SHORTEST_PAUSE
            state.update(lease_until=clock.real_now() + timedelta(seconds=pause) + _LEASE)
            connection.close()
            _pause(pause, stopping)
            pause = min(pause * 2, _LONGEST_PAUSE)
    finally:
        state.update(lease_until=None)
        connection.close()


def _stay(account: ProviderAccount, stopping: Stopping) -> None:
    """Look and wait in turn over one connection until it breaks or the account is changed."""
    folder = ImapFolder(account.config, account_secret(account))
    try:
        while not stopping():
            look_into(account, folder)
            MailboxState.objects.filter(provider_account=account).update(
                lease_until=clock.real_now() + _LEASE
            )
            connection.close()
            folder.wait(stopping, _WAIT_SECONDS)
            now = ProviderAccount.objects.filter(pk=account.pk, is_active=True).first()
            if now is None or now.config != account.config:
                break
    finally:
        folder.close()


def _pause(seconds: float, stopping: Stopping) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and not stopping():
        time.sleep(min(0.2, seconds))
