"""From a creditor's provider accounts to adapters that can speak."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet

from acuerdo.core.crypto import decrypt, derive_secret
from acuerdo.core.errors import NotFound
from acuerdo.creditors.models import ProviderAccount
from acuerdo.messaging.channels.base import Account, Adapter, Inbound, Unsupported
from acuerdo.messaging.channels.registry import open_adapter
from acuerdo.messaging.models import Message


def account_secret(provider_account: ProviderAccount) -> str:
    """The secret shared with the provider: the stored one, else one derived for this account.

    The derived one is what the sandbox uses, which knows the account by its public id alone.
    """
    stored = bytes(provider_account.secret_encrypted or b"")
    secret = decrypt(stored) if stored else ""
    return secret or derive_secret(f"{provider_account.provider}:{provider_account.public_id}")


def describe(provider_account: ProviderAccount) -> Account:
    """What an adapter needs to know of an account (`creditor` should be loaded)."""
    return Account(
        public_id=str(provider_account.public_id),
        config=provider_account.config,
        secret=account_secret(provider_account),
        sender_name=provider_account.creditor.name,
    )


def open_for(provider_account: ProviderAccount) -> Adapter:
    """The adapter of an account. Raises UnknownProvider; the caller closes it."""
    return open_adapter(
        provider_account.kind, provider_account.provider, describe(provider_account)
    )


def read_webhook(
    provider_account: ProviderAccount,
    headers: Mapping[str, str],
    body: bytes,
    *,
    at: datetime,
) -> list[Inbound]:
    """What a provider says in a webhook (header names in lower case), proved by its signature.

    `at` is the machine's time. Raises SignatureRefused, WebhookUnreadable, and NotFound where
    this provider sends none.
    """
    with closing(open_for(provider_account)) as adapter:
        try:
            return adapter.parse_webhook(headers, body, at=at)
        except Unsupported as error:
            raise NotFound(what=provider_account.provider) from error


def webhook_url(provider_account: ProviderAccount) -> str:
    """Where the provider reports to."""
    return (
        f"{settings.PUBLIC_URL}/webhooks/{provider_account.provider}/{provider_account.public_id}"
    )


# The name of an account at a trial run's sandbox, which is never active.
TRIAL_NAME = "Trial run"
_only: dict[int, Mapping[str, ProviderAccount]] = {}


@contextmanager
def serve_only_by(creditor_id: int, accounts: Mapping[str, ProviderAccount]) -> Iterator[None]:
    """Within the block, in this process, the creditor has `accounts` (by channel) and no other:
    a trial run leaves what is configured alone and reaches nobody."""
    _only[creditor_id] = accounts
    try:
        yield
    finally:
        del _only[creditor_id]


def list_served(messages: QuerySet[Message], creditor_id: int | None) -> QuerySet[Message]:
    """Of `messages`, those that this process may send: a trial run those of trial runs, everybody
    else all others. What waits for a real provider is not swallowed by a sandbox, and what was
    planned for a trial reaches nobody."""
    accounts = ProviderAccount.objects.filter(name=TRIAL_NAME, is_active=False)
    if creditor_id is None:
        return messages.exclude(provider_account__in=list(accounts))
    mine = list(accounts.filter(creditor_id=creditor_id))
    messages = messages.filter(creditor_id=creditor_id)
    if creditor_id in _only:
        return messages.filter(provider_account__in=mine)
    return messages.exclude(provider_account__in=mine)


def active_accounts(creditor_ids: Collection[int]) -> dict[tuple[int, str], ProviderAccount]:
    """(creditor, kind) → the active account."""
    accounts = ProviderAccount.objects.filter(
        creditor_id__in=creditor_ids, is_active=True
    ).select_related("creditor")
    found = {
        (account.creditor_id, account.kind): account
        for account in accounts
        if account.creditor_id not in _only
    }
    for creditor_id in _only.keys() & set(creditor_ids):
        for kind, account in _only[creditor_id].items():
            found[creditor_id, kind] = account
    return found
