"""Talking to the assistant with a key: what it opens, and what it does not."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from deals_kit import NOW, make_account, make_creditor
from django.db import transaction
from django.test import Client

from acuerdo.agreements.models import Agreement
from acuerdo.conversations.models import Turn
from acuerdo.core.actor import SYSTEM
from acuerdo.creditors.models import Creditor
from acuerdo.identity.errors import NoSuchScope
from acuerdo.identity.keys import create_api_key, revoke_api_key
from acuerdo.identity.models import ApiKey
from acuerdo.portfolio.models import Account


@pytest.fixture
def creditor(db: None) -> Creditor:
    return make_creditor("Banco Ejemplo")


@pytest.fixture
def account(creditor: Creditor) -> Account:
    return make_account(creditor, "A-1001")


def new_key(creditor: Creditor) -> tuple[ApiKey, str]:
    with transaction.atomic():
        return create_api_key(
            creditor=creditor, name="app", scopes=["conversations"], actor=SYSTEM, now=NOW
        )


def post(path: str, secret: str, body: Any = None) -> Any:
    data = body if isinstance(body, str) else json.dumps(body or {})
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    return Client().post(path, data, content_type="application/json", headers=headers)


def open_one(account: Account, secret: str) -> str:
    answer = post(f"/api/accounts/{account.public_id}/conversation", secret)
    assert answer.status_code == 200
    return str(answer.json()["conversation"])


def test_a_program_talks_until_there_is_an_agreement(account: Account) -> None:
    _key, secret = new_key(account.creditor)
    path = f"/api/conversations/{open_one(account, secret)}/turns"
    asked = post(path, secret, {"text": "quiero 3 cuotas", "key": "1"}).json()
    assert asked["commands"] == ["ask_plan"]
    assert not asked["verified"]
    last4 = account.debtor.person.document_last4
    offered = post(path, secret, {"text": last4, "key": "2"}).json()
    assert offered["verified"]
    assert offered["answers"][0]["buttons"][0]["title"] == "Sí, acepto"
    post(path, secret, {"text": "acepto", "key": "3"})
    assert Agreement.objects.get().instalments.count() == 3
    # The same again says nothing twice.
    again = post(path, secret, {"text": "acepto", "key": "3"}).json()
    assert Agreement.objects.count() == 1
    assert Turn.objects.filter(author="debtor").count() == 3
    assert again["answers"]


def test_a_proof_holds_for_one_place(account: Account) -> None:
    _key, secret = new_key(account.creditor)
    path = f"/api/conversations/{open_one(account, secret)}/turns"
    post(path, secret, {"text": "hola", "key": "1", "place": "phone-1"})
    last4 = account.debtor.person.document_last4
    post(path, secret, {"text": last4, "key": "2", "place": "phone-1"})
    other = post(path, secret, {"text": "cuánto debo", "key": "3", "place": "phone-2"}).json()
    assert not other["verified"]
    assert "1.200.000" not in other["answers"][0]["text"].replace("\u00a0", " ")


def test_only_a_standing_key_of_this_creditor_opens_it(account: Account) -> None:
    key, secret = new_key(account.creditor)
    path = f"/api/conversations/{open_one(account, secret)}/turns"
    _other, theirs = new_key(make_creditor("Otro Banco"))
    body = {"text": "hola", "key": "1"}
    for wrong in ("", "ak_wrong", secret[:-1], secret.upper()):
        assert post(path, wrong, body).status_code == 401
    assert post(path, theirs, body).status_code == 404
    assert post(f"/api/accounts/{account.public_id}/conversation", theirs).status_code == 404
    assert post(f"/api/conversations/{uuid4()}/turns", secret, body).status_code == 404
    with transaction.atomic():
        revoke_api_key(key=key, actor=SYSTEM, now=NOW)
    assert post(path, secret, body).status_code == 401
    assert not Turn.objects.exists()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("not json", 422),
        ("[]", 422),
        ({"key": "1"}, 422),
        ({"text": "hola"}, 422),
        ({"text": "hola", "key": "1", "verified": True}, 422),
        ({"text": "x" * 5_000, "key": "1"}, 422),
        ({"text": "hola", "key": "1", "place": "../../etc"}, 422),
        ("x" * 30_000, 413),
    ],
)
def test_what_is_no_turn_is_refused(account: Account, body: Any, status: int) -> None:
    _key, secret = new_key(account.creditor)
    path = f"/api/conversations/{open_one(account, secret)}/turns"
    answer = post(path, secret, body)
    assert answer.status_code == status
    assert answer.json()["error"]["message"]
    assert not Turn.objects.exists()


def test_a_secret_is_kept_as_a_hash_and_for_known_things(creditor: Creditor) -> None:
    key, secret = new_key(creditor)
    assert secret not in str(ApiKey.objects.values().get(pk=key.pk))
    with transaction.atomic(), pytest.raises(NoSuchScope):
        create_api_key(creditor=creditor, name="x", scopes=["money"], actor=SYSTEM, now=NOW)
