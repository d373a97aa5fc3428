"""Conversations: the list, one thread, taking over, answering, giving back."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from acuerdo.conversations import actions
from acuerdo.conversations import queries as conversations_room
from acuerdo.conversations.models import Conversation
from acuerdo.core import clock
from acuerdo.core.errors import AcuerdoError
from acuerdo.core.vocabulary import VerificationLevel
from acuerdo.reporting.texts import channel_of
from acuerdo.web.access import StaffRequest, page
from acuerdo.web.reads import conversations as reading
from acuerdo.web.reads.account import list_stops
from acuerdo.web.reads.accounts import list_debtor_accounts
from acuerdo.web.reads.handover import read_handover
from acuerdo.web.reads.known import list_known_views, written_choices
from acuerdo.web.reads.tasks import list_tasks
from acuerdo.web.reads.ways import Forbidden


@require_GET
@page("see_accounts")
def conversations(request: StaffRequest) -> HttpResponse:
    """The list, with nothing chosen yet."""
    return render(request, "web/conversations.html", _list_context(request) | {"talk": None})


@require_GET
@page("see_accounts")
def listing(request: StaffRequest) -> HttpResponse:
    """The list alone, asked for when something changed."""
    return render(request, "web/parts/conversation_list.html", _list_context(request))


@require_GET
@page("see_accounts")
def conversation(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The list and one thread."""
    talk = reading.get_conversation(public_id, request.creditor_ids)
    context = _list_context(request) | _thread_context(request, talk) | _facts(request, talk)
    return render(request, "web/conversations.html", context | {"open_id": talk.public_id})


@require_GET
@page("see_accounts")
def thread(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The thread alone, asked for when something was said."""
    talk = reading.get_conversation(public_id, request.creditor_ids)
    return render(request, "web/parts/thread.html", _thread_context(request, talk))


@require_POST
@page("see_accounts")
def take_over(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """From now on this person answers, and the assistant is silent."""
    talk = reading.get_conversation(public_id, request.creditor_ids)
    actor = request.access.actor(talk.creditor_id, "converse")
    with transaction.atomic():
        actions.take_over(conversation=talk, user=request.user, actor=actor, now=clock.now())
    return redirect("web:conversation", public_id)


@require_POST
@page("see_accounts")
def release(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Give the conversation back to the assistant."""
    talk = reading.get_conversation(public_id, request.creditor_ids)
    actor = request.access.actor(talk.creditor_id, "converse")
    with transaction.atomic():
        actions.release(conversation=talk, actor=actor, now=clock.now())
    messages.success(request, _("The assistant answers again, knowing all that was said."))
    return redirect("web:conversation", public_id)


@require_POST
@page("see_accounts")
def say(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Answer as a person. What was typed is shown again where it could not be sent."""
    talk = reading.get_conversation(public_id, request.creditor_ids)
    actor = request.access.actor(talk.creditor_id, "converse")
    text = request.POST.get("text", "")
    try:
        with transaction.atomic():
            actions.send_agent_turn(
                conversation=talk,
                user=request.user,
                text=text,
                key=f"say:{request.POST.get('key', '') or uuid4()}",
                actor=actor,
                now=clock.now(),
            )
    except AcuerdoError as error:
        messages.error(request, str(error))
        context = _list_context(request) | _thread_context(request, talk) | _facts(request, talk)
        context |= {"open_id": talk.public_id, "say_text": text}
        return render(request, "web/conversations.html", context, status=error.http_status)
    return redirect("web:conversation", public_id)


def _list_context(request: StaffRequest) -> dict[str, Any]:
    only = request.GET.get("only", "")
    rows = reading.list_conversations(request.creditor_ids, only=only, user_id=request.user.pk)
    asked = request.GET.get("open", "")
    opened = next((row for row in rows if str(row.conversation.public_id) == asked), None)
    return {
        "section": "conversations",
        "rows": rows,
        "only": only,
        "open_id": opened.conversation.public_id if opened else None,
        "tabs": [("", _("All conversations")), ("person", _("Need a person")), ("mine", _("Mine"))],
    }


def _thread_context(request: StaffRequest, talk: Conversation) -> dict[str, Any]:
    zone = talk.creditor.timezone
    return {
        "talk": talk,
        "turns": reading.list_turns(talk, zone),
        "zone": zone,
        "only": request.GET.get("only", ""),
        "can_converse": request.access.may("converse", talk.creditor_id),
        "can_teach": request.access.may("teach_assistant", talk.creditor_id),
        "is_mine": talk.owner == "agent" and talk.agent_id == request.user.pk,
        "say_key": str(uuid4()),
        "say_text": "",
        "stopped": _stop(talk),
        "talk_channel": channel_of(talk.channel) if talk.channel else "",
        "talk_level": _level(talk),
        "talk_proved": _proof(talk) is VerificationLevel.VERIFIED,
    }


def _facts(request: StaffRequest, talk: Conversation) -> dict[str, Any]:
    tasks = list_tasks(request.creditor_ids, clock.now(), debtor_id=talk.debtor_id)
    return {
        "talk_accounts": list_debtor_accounts(talk.debtor_id, request.creditor_ids, clock.now()),
        "talk_known": list_known_views(talk.debtor, clock.now()),
        "fact_kinds": written_choices(),
        "talk_tasks": tasks,
        "handover": read_handover([row.task for row in tasks]),
    }


def _stop(talk: Conversation) -> Forbidden | None:
    """What keeps even an answer of ours back: the debtor's wish, on this channel or all."""
    return next(iter(list_stops(talk.debtor_id, talk.channel)), None)


def _level(talk: Conversation) -> str:
    """How sure we are who speaks from the last address, in words."""
    names = {
        VerificationLevel.NONE: _("not verified"),
        VerificationLevel.CLAIMED: _("says it is them"),
        VerificationLevel.VERIFIED: _("verified"),
    }
    return names[_proof(talk)]


def _proof(talk: Conversation) -> VerificationLevel:
    return conversations_room.get_verification_level(talk, talk.channel, talk.address, clock.now())
