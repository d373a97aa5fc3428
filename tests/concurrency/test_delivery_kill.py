"""Workers die in the middle of a delivery: nothing is lost, nothing arrives twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connections
from messaging_kit import NOW, accounts, draft, make_creditor, peers, queue

from acuerdo.compliance.models import ContactAttempt
from acuerdo.core import clock
from acuerdo.core.actor import SYSTEM
from acuerdo.messaging.actions import deliver_due, settle_unknown
from acuerdo.messaging.models import Message
from acuerdo.sandbox.models import Mail, PhoneMessage

pytestmark = pytest.mark.django_db(transaction=True)

_WORKER = f"""
import django
django.setup()
from datetime import datetime
from acuerdo.core.actor import SYSTEM
from acuerdo.messaging.actions import deliver_due
deliver_due(now=datetime.fromisoformat({NOW.isoformat()!r}), actor=SYSTEM)
"""


def start_worker() -> subprocess.Popen[bytes]:
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "ACUERDO_PROCESS": "worker"}
    return subprocess.Popen([sys.executable, "-c", _WORKER], env=env)


def arrived() -> int:
    return PhoneMessage.objects.count() + Mail.objects.count()


def test_kill_9_during_delivery() -> None:
    """Kills at random moments; then the janitor, then the rest is delivered."""
    chance = random.Random(20261124)
    messages, kills = 150, 4
    with peers() as where:
        made = accounts(make_creditor(**where), messages)
        channels = ("sms", "email", "whatsapp")
        queue(*(draft(a, channels[number % 3]) for number, a in enumerate(made)))
        for kill in range(kills):
            worker = start_worker()
            threshold = arrived() + chance.randint(1, 20)
            deadline = time.monotonic() + 60
            while arrived() < threshold and worker.poll() is None:
                assert time.monotonic() < deadline, f"worker {kill} did nothing"
                time.sleep(0.002)
            time.sleep(chance.random() * 0.02)
            worker.send_signal(signal.SIGKILL)
            worker.wait()
        # What was on its way into the sandbox when the last worker died.
        time.sleep(0.5)
        assert Message.objects.filter(state="claimed").exists()
        lapsed = clock.real_now() - timedelta(seconds=1)
        Message.objects.filter(state="claimed").update(lease_until=lapsed)
        settle_unknown(now=NOW, actor=SYSTEM)
        deliver_due(now=NOW, actor=SYSTEM)

    states = Counter(Message.objects.values_list("channel", "state"))
    assert {state for _channel, state in states} <= {"sent", "unknown"}
    # Who can be asked leaves no doubt.
    assert states["sms", "unknown"] == states["whatsapp", "unknown"] == 0
    got = Counter(PhoneMessage.objects.values_list("idempotency_key", flat=True))
    got.update(key.partition("@")[0] for key in Mail.objects.values_list("message_id", flat=True))
    assert max(got.values()) == 1, "a message arrived twice"
    for message in Message.objects.all():
        if message.state == "sent":
            assert got[str(message.public_id)] == 1, "a message was lost"
        else:
            assert message.reason_code == "cut_off"
    attempts = ContactAttempt.objects.exclude(state="released")
    assert attempts.count() == messages
    assert set(attempts.values_list("state", flat=True)) == {"settled"}


def test_two_workers_share_the_work() -> None:
    with peers() as where:
        queue(*(draft(account) for account in accounts(make_creditor(**where), 60)))
        workers = [start_worker(), start_worker()]
        for worker in workers:
            assert worker.wait(timeout=90) == 0
    connections.close_all()
    assert PhoneMessage.objects.count() == 60
    assert Message.objects.filter(state="sent", attempts=1).count() == 60
    assert ContactAttempt.objects.count() == 60
