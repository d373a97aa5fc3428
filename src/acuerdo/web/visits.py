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
from acuerdo.conversations.models import Conversation
from acuerdo.conversations.queries import get_verification
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
    """One opened link. `is_verified` says that this browser proved who is reading."""

    link: TrackedLink
    conversation: Conversation
    is_verified: bool
    is_locked: bool

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
        """The debtor, as sure as we are."""
        level = VerificationLevel.VERIFIED if self.is_verified else VerificationLevel.NONE
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


def visit(*, verified: bool) -> Callable[[VisitView], Callable[..., HttpResponse]]:
    """Find the link, speak its debtor's language, and ask for the proof where `verified`.

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
                    if verified and not found.is_verified:
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
    request: HttpRequest, found: Visit, *, wrong: str = "", status: int = 200
) -> HttpResponse:
    """The one question that comes before everything else."""
    context = found.context(wrong=wrong, locked=found.is_locked, document_help=document_help(found))
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
    conversation = Conversation.objects.filter(debtor_id=link.debtor_id).first()
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
    is_verified = proved_here and state.level is VerificationLevel.VERIFIED
    if not is_verified and _grants(link):
        is_verified = True
    return Visit(link, conversation, is_verified and not state.locked, state.locked)


def _grants(link: TrackedLink) -> bool:
    """A link sent inside a verified conversation is not asked again while it says so."""
    return (
        link.grants_level == VerificationLevel.VERIFIED
        and link.grants_until is not None
        and link.grants_until > clock.now()
    )


def _session_key(link: TrackedLink) -> str:
    return f"portal:{link.pk}"


def _language(request: HttpRequest, debtor: Debtor) -> str:
    """What the visitor chose, else the debtor's; Spanish in the words of the country."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    language = chosen if chosen in dict(settings.LANGUAGES) else debtor.language
    return f"es-{debtor.country.lower()}" if language == "es" else language
