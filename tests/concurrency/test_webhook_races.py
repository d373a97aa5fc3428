"""The same webhook at the same moment, many times: one of them does the work."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from messaging_kit import NOW, accounts, draft, make_creditor, queue
from sandbox_peer import serve

from acuerdo.compliance.models import OptOut
from acuerdo.core.clock import real_now
from acuerdo.core.crypto import SIGNATURE_HEADER, derive_secret, sign
from acuerdo.core.models import Event
from acuerdo.creditors.models import ProviderAccount
from acuerdo.messaging.models import InboundEvent, Message
from acuerdo.portfolio.models import ContactPoint

pytestmark = pytest.mark.django_db(transaction=True)


def test_ten_at_once() -> None:
    (account,) = accounts(make_creditor())
    (message,) = queue(draft(account, "whatsapp"))
    provider = ProviderAccount.objects.get(creditor=account.creditor, kind="whatsapp")
    Message.objects.update(state="sent", sent_at=NOW, provider_account=provider)
    phone = ContactPoint.objects.get(debtor_id=account.debtor_id, kind="phone").value
    at = real_now().isoformat()
    status = {"type": "message.status", "at": at, "key": str(message.public_id)}
    events = [
        {"id": "i-1", "type": "message.inbound", "at": at, "from": phone, "text": "BAJA"},
        {"id": "s-1", "state": "delivered", **status},
        {"id": "s-2", "state": "read", **status},
    ]
    secret = derive_secret(f"sandbox:{provider.public_id}")

    def post(url: str, number: int) -> int:
        ordered = events[number % 3 :] + events[: number % 3]
        body = json.dumps({"events": ordered}).encode()
        answer = httpx.post(
            f"{url}/webhooks/sandbox/{provider.public_id}",
            content=body,
            headers={SIGNATURE_HEADER: sign(body, secret, real_now())},
            trust_env=False,
            timeout=60,
        )
        return answer.status_code

    with serve("acuerdo.api.urls") as url, ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda number: post(url, number), range(10)))
    assert set(answers) == {200}
    message.refresh_from_db()
    assert message.state == "read"
    assert InboundEvent.objects.filter(kind="text").count() == 1
    assert Event.objects.filter(name="InboundReceived").count() == 1
    assert OptOut.objects.count() == 1
