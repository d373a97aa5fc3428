"""The page of satisfaction: figures of the reader's creditors, and when it is asked."""

from __future__ import annotations

from typing import Any

import pytest
from deals_kit import NOW
from django.test import Client
from django.urls import reverse
from pages_kit import Side, login

from acuerdo.conversations.models import Satisfaction
from acuerdo.conversations.satisfaction import read_policy
from acuerdo.core import clock
from acuerdo.creditors.models import Creditor

PAGE = "web:satisfaction"


@pytest.fixture
def client(ours: Side) -> Client:
    return login(ours.users["manager"])


def rate(side: Side, *scores: int | None, comment: str = "") -> None:
    for score in scores:
        Satisfaction.objects.create(
            conversation=side.conversation, channel="chat", language="es", owner="assistant",
            asked_at=NOW, answered_at=NOW, score=score, comment=comment,
        )  # fmt: skip


def test_figures_are_of_the_readers_creditors_alone(
    client: Client, ours: Side, theirs: Side
) -> None:
    rate(ours, 4, 5, None)
    rate(theirs, 1, 1, 1, comment="palabras de Caja Vecina")
    with clock.travel(NOW):
        for query in ({}, {"creditor": str(theirs.creditor.public_id), "days": "7"}):
            body = client.get(reverse(PAGE), query).content.decode()
            assert "4,5 de 5" in body
            assert "2 de 3" in body
            assert "Caja Vecina" not in body


def test_words_are_text(client: Client, ours: Side) -> None:
    rate(ours, 2, comment="<b>mal</b>")
    with clock.travel(NOW):
        body = client.get(reverse(PAGE)).content.decode()
    assert "&lt;b&gt;mal&lt;/b&gt;" in body


def send(client: Client, side: Side, **data: str) -> Any:
    return client.post(reverse(PAGE), {"creditor": str(side.creditor.public_id), **data})


def test_the_policy_is_changed_at_the_own_creditor(
    client: Client, ours: Side, theirs: Side
) -> None:
    wanted = {"asks": "on", "every_days": "45", "quiet_minutes": "90"}
    assert send(client, ours, **wanted).status_code == 302
    policy = read_policy(Creditor.objects.get(pk=ours.creditor.pk).settings)
    assert policy.model_dump() == {"asks": True, "every_days": 45, "quiet_minutes": 90}
    assert send(client, theirs, **wanted).status_code == 404
    assert read_policy(Creditor.objects.get(pk=theirs.creditor.pk).settings).asks is False


@pytest.mark.parametrize("days", ["0", "-1", "400", "soon", ""])
def test_a_policy_that_makes_no_sense_is_refused(client: Client, ours: Side, days: str) -> None:
    assert send(client, ours, asks="on", every_days=days, quiet_minutes="60").status_code == 422
    assert read_policy(Creditor.objects.get(pk=ours.creditor.pk).settings).asks is False
