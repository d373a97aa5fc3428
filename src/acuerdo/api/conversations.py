"""Talking to the assistant as a program: `POST /api/conversations/<id>/turns` with a key.

For integrations that have the debtor on the line (an app, a chat of the creditor's own) and for
tests. The debtor proves who they are in the conversation, as on any other channel: a key vouches
for nobody.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from acuerdo.api.errors import KeyRefused, TooLarge, Unreadable
from acuerdo.assistant.talking import talk
from acuerdo.conversations.actions import open_conversation
from acuerdo.conversations.models import Conversation, Turn
from acuerdo.conversations.queries import get_verification
from acuerdo.core import clock
from acuerdo.core.actor import Actor
from acuerdo.core.errors import AcuerdoError, NotFound
from acuerdo.core.vocabulary import Channel
from acuerdo.identity.keys import find_api_key
from acuerdo.identity.models import ApiKey
from acuerdo.portfolio.models import Account

MAX_BODY = 20_000
SCOPE = "conversations"


class SaidTurn(BaseModel):
    """One thing that the debtor says. `place` names where, among the places of this key: a proof
    holds for one place alone. The same `key` again says nothing twice."""

    model_config = ConfigDict(extra="forbid")
    text: str = Field(default="", max_length=4_000)
    button: str = Field(default="", max_length=60)
    key: str = Field(min_length=1, max_length=120)
    place: str = Field(default="", max_length=120, pattern=r"^[\w.:@+-]*$")


@csrf_exempt
@require_POST
def open_one(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The conversation with the debtor of an account: 200 with its id."""
    try:
        key = _key(request)
        account = Account.objects.filter(public_id=public_id, creditor=key.creditor).first()
        if account is None:
            raise NotFound(what=_("The account"))
        with transaction.atomic():
            conversation = open_conversation(
                debtor_id=account.debtor_id, actor=_actor(key), now=clock.now()
            )
    except AcuerdoError as error:
        return _refuse(error)
    return JsonResponse({"conversation": str(conversation.public_id)})


@csrf_exempt
@require_POST
def say(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say one thing and get the answers: 200, 401 no key, 404 no conversation, 422 unreadable."""
    try:
        key = _key(request)
        conversation = (
            Conversation.objects.select_related("debtor__creditor")
            .filter(public_id=public_id, creditor=key.creditor)
            .first()
        )
        if conversation is None:
            raise NotFound(what=_("The conversation"))
        said = _read(request)
        address = f"api:{key.public_id}:{said.place}"
        exchange = talk(
            debtor=conversation.debtor,
            channel=Channel.CHAT,
            address=address,
            text=said.text,
            button=said.button,
            source=f"api:{key.public_id}",
            key=f"{conversation.public_id}:{said.key}",
            actor=_actor(key),
            now=clock.now(),
        )
    except AcuerdoError as error:
        return _refuse(error)
    conversation.refresh_from_db()
    proof = get_verification(
        conversation=conversation, channel=Channel.CHAT, address=address, now=clock.now()
    )
    return JsonResponse(
        {
            "turn": exchange.turn.sequence,
            "commands": exchange.turn.understanding.get("commands", []),
            "answers": [_answer(turn) for turn in exchange.answers],
            "language": conversation.language,
            "verified": str(proof.level) == "verified",
            "owner": conversation.owner,
            "needs_person": conversation.needs_person,
        }
    )


def _answer(turn: Turn) -> dict[str, Any]:
    return {"turn": turn.sequence, "text": turn.text, "buttons": turn.buttons}


def _read(request: HttpRequest) -> SaidTurn:
    length = request.headers.get("Content-Length", "")
    if (length.isdigit() and int(length) > MAX_BODY) or len(request.body) > MAX_BODY:
        raise TooLarge(limit=MAX_BODY)
    try:
        said = SaidTurn.model_validate_json(request.body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Unreadable(reason=f"{where} {first['msg']}".strip()) from None
    if not said.text.strip() and not said.button:
        raise Unreadable(reason="text")
    return said


def _key(request: HttpRequest) -> ApiKey:
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    key = find_api_key(secret.strip(), SCOPE) if scheme.lower() == "bearer" else None
    if key is None:
        raise KeyRefused()
    return key


def _actor(key: ApiKey) -> Actor:
    return Actor("provider", f"api:{key.pk}", creditor_id=key.creditor_id)


def _refuse(error: AcuerdoError) -> HttpResponse:
    body = {"error": {"code": error.code, "message": str(error)}}
    return JsonResponse(body, status=error.http_status)
