"""Who stands at the portal's door: a link, perhaps a proof, and the debt that it is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _

from acuerdo.conversations import actions as conversations
from acuerdo.conversations.codes import get_code_sent
from acuerdo.conversations.factors import policy_of
from acuerdo.conversations.models import Conversation
from acuerdo.conversations.proofs import Thing, VerificationPolicy
from acuerdo.conversations.queries import get_next_factor, get_verification
from acuerdo.core import clock
from acuerdo.core.actor import Actor
from acuerdo.core.errors import NotFound
from acuerdo.core.vocabulary import Channel, VerificationLevel
from acuerdo.creditors.models import Creditor
from acuerdo.messaging.models import TrackedLink
from acuerdo.portfolio.models import Account, Debtor

# The portal is a chat that is read: what is proved on it holds for this link alone.
CHANNEL = Channel.CHAT.value


@dataclass(frozen=True, slots=True)
class Visit:
    """One opened link. `level` is what this browser proved of who is reading."""

    link: TrackedLink
    conversation: Conversation
    level: VerificationLevel
    is_locked: bool
    policy: VerificationPolicy

    @property
    def is_verified(self) -> bool:
        """Whether the reader may hear of the debt."""
        return self.allows("balance")

    def allows(self, thing: Thing) -> bool:
        """Whether the reader has proved enough for that."""
        return self.policy.allows(thing, self.level)

    @property
    def debtor(self) -> Debtor:
        return self.link.debtor

    @property
    def creditor(self) -> Creditor:
        return self.link.creditor

    @property
    def address(self) -> str:
        """What the conversation knows this visitor's place by."""
        return f"link:{self.link.pk}"

    @property
    def actor(self) -> Actor:
        """The debtor, as sure as the creditor wants to be of who agrees to something."""
        enough = self.allows("negotiate")
        level = VerificationLevel.VERIFIED if enough else VerificationLevel.NONE
        return Actor(
            "debtor",
            id=str(self.debtor.pk),
            creditor_id=self.creditor.pk,
            debtor_id=self.debtor.pk,
            verification=level.value,
        )

    def context(self, **more: Any) -> dict[str, Any]:
        """What every page of the portal shows."""
        return {
            "link": self.link,
            "creditor": self.creditor,
            "verified": self.is_verified,
            "zone": self.debtor.timezone or self.creditor.timezone,
            "language_code": (translation.get_language() or "en")[:2],
            **more,
        }


VisitView = Callable[..., HttpResponse]


def visit(
    *, verified: bool, thing: Thing = "balance"
) -> Callable[[VisitView], Callable[..., HttpResponse]]:
    """Find the link, speak its debtor's language, and where `verified` ask for the proofs that
    `thing` takes.

    A link that never was and one that is over look alike. Pages are kept in no cache and name
    no other site where they come from: the address is a key.
    """

    def decorate(view: VisitView) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, token: str, *args: Any, **kwargs: Any) -> HttpResponse:
            link = find_link(token)
            if link is None:
                response = render(request, "web/portal/gone.html", status=404)
            else:
                with translation.override(_language(request, link.debtor)):
                    found = _enter(request, link)
                    if verified and not found.allows(thing):
                        response = show_question(request, found)
                    else:
                        response = view(request, found, *args, **kwargs)
            response["Cache-Control"] = "no-store"
            response["Referrer-Policy"] = "same-origin"
            response["X-Robots-Tag"] = "noindex, nofollow"
            return response

        return guarded

    return decorate


def find_link(token: str) -> TrackedLink | None:
    """The link of the portal behind `token`, while it is valid."""
    return (
        TrackedLink.objects.select_related("creditor", "debtor__person", "account")
        .filter(token=token, purpose="portal", expires_at__gt=clock.now())
        .first()
    )


def show_question(
    request: HttpRequest, found: Visit, *, wrong: str = "", note: str = "", status: int = 200
) -> HttpResponse:
    """The one question that comes before everything else: the proof that is wanted now."""
    place: dict[str, Any] = {
        "conversation": found.conversation,
        "channel": CHANNEL,
        "address": found.address,
    }
    factor = get_next_factor(**place, now=clock.now())
    sent = get_code_sent(**place, now=clock.now()) if factor == "code" else None
    context = found.context(
        wrong=wrong,
        note=note,
        locked=found.is_locked,
        factor=factor or found.policy.first[0],
        code_place=sent.place if sent else "",
        document_help=document_help(found),
    )
    return render(request, "web/portal/verify.html", context, status=status)


def document_help(found: Visit) -> str:
    """Which document is meant, in the words of its country."""
    names = {
        ("CO", "CC"): _("Your citizenship card (cédula de ciudadanía), its last 4 digits."),
        ("MX", "CURP"): _("Your CURP, its last 4 characters."),
        ("MX", "RFC"): _("Your RFC, its last 4 characters."),
        ("BR", "CPF"): _("Your CPF, its last 4 digits."),
        ("ES", "DNI"): _("Your DNI, its last 4 characters, the letter included."),
        ("ES", "NIE"): _("Your NIE, its last 4 characters, the letter included."),
    }
    generic = _("As it stands on the document, without dots or dashes.")
    person = found.debtor.person
    return names.get((person.document_country, person.document_type), generic)


def remember(request: HttpRequest, found: Visit) -> None:
    """This browser has answered the question."""
    request.session[_session_key(found.link)] = True


def choose_account(found: Visit, asked: str) -> Account | None:
    """The debt that the page is about: the one asked for, the link's, else the oldest one."""
    own = Account.objects.filter(debtor=found.debtor, creditor=found.creditor).select_related(
        "creditor", "debtor"
    )
    if asked:
        try:
            return own.filter(public_id=UUID(asked)).first()
        except ValueError:
            raise NotFound(what=asked[:40]) from None
    if found.link.account_id is not None:
        return own.filter(pk=found.link.account_id).first()
    return own.order_by("state", "due_on").first()


def _enter(request: HttpRequest, link: TrackedLink) -> Visit:
    now = clock.now()
    system = Actor("debtor", id=str(link.debtor_id), creditor_id=link.creditor_id)
    address = f"link:{link.pk}"
    known = Conversation.objects.select_related("creditor", "debtor__person")
    conversation = known.filter(debtor_id=link.debtor_id).first()
    if conversation is None:
        with transaction.atomic():
            conversation = conversations.open_conversation(
                debtor_id=link.debtor_id,
                # Where we wrote to the debtor is where a person of ours answers.
                channel=link.channel,
                address=link.address,
                actor=system,
                now=now,
            )
    state = get_verification(conversation=conversation, channel=CHANNEL, address=address, now=now)
    proved_here = bool(request.session.get(_session_key(link)))
    level = max(
        state.level if proved_here else VerificationLevel.NONE,
        granted_level(link),
        key=lambda one: one.rank,
    )
    if state.locked:
        level = VerificationLevel.NONE
    return Visit(link, conversation, level, state.locked, policy_of(conversation))


def granted_level(link: TrackedLink) -> VerificationLevel:
    """A link sent inside a proven conversation is not asked again while it says so."""
    if link.grants_until is None or link.grants_until <= clock.now():
        return VerificationLevel.NONE
    return VerificationLevel(link.grants_level or VerificationLevel.NONE)


def _session_key(link: TrackedLink) -> str:
    return f"portal:{link.pk}"


def _language(request: HttpRequest, debtor: Debtor) -> str:
    """What the visitor chose, else the debtor's; Spanish in the words of the country."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    language = chosen if chosen in dict(settings.LANGUAGES) else debtor.language
    return f"es-{debtor.country.lower()}" if language == "es" else language
