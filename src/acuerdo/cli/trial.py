"""A trial run's providers: the sandbox alone, for one creditor and one process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import transaction

from acuerdo.cli.supervisor import Supervisor, free_port, web_child
from acuerdo.core.postgres import default_data_dir
from acuerdo.creditors.models import Creditor, ProviderAccount
from acuerdo.messaging.actions import keep_for_trial
from acuerdo.messaging.providers import serve_only_by
from acuerdo.workflow.creditors import list_trial_accounts


class Trial:
    """The sandbox of one run; its peers start when something has to reach them."""

    def __init__(self, supervisor: Supervisor, accounts: Mapping[str, ProviderAccount]) -> None:
        self._supervisor = supervisor
        self._accounts = accounts
        self._started = False

    def start(self) -> None:
        """Start the peers, once. Raises ChildSilent."""
        if not self._started:
            self._started = True
            self._supervisor.start()

    def keep(self, message_ids: list[int]) -> None:
        """Mark the messages as a trial's, in the transaction that planned them: no worker and no
        --live ever sends them."""
        keep_for_trial(message_ids=message_ids, accounts=self._accounts)


@contextmanager
def sandboxed(creditor: Creditor) -> Iterator[Trial]:
    """The sandbox as the creditor's only provider, for this process and the length of the block,
    on free ports of loopback. What is configured stays as it is, and messages that wait for it
    stay in the outbox."""
    web, mail = free_port(0), free_port(0)
    logs = default_data_dir() / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    peer = web_child(
        "sandbox",
        "acuerdo.sandbox.asgi:application",
        web,
        {
            "ACUERDO_PROCESS": "sandbox",
            "ACUERDO_SANDBOX_URL": f"http://127.0.0.1:{web}",
            "ACUERDO_SANDBOX_SMTP_PORT": str(mail),
        },
        logs / "sandbox-run.log",
    )
    supervisor = Supervisor(None, [peer])
    with transaction.atomic():
        accounts = list_trial_accounts(creditor=creditor, web_port=web, mail_port=mail)
    try:
        with serve_only_by(creditor.pk, accounts):
            yield Trial(supervisor, accounts)
    finally:
        supervisor.stop()
