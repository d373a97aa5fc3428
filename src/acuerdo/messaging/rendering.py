"""From outbox rows to finished texts: templates, facts and links of a whole batch at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from acuerdo.core.errors import AcuerdoError
from acuerdo.core.vocabulary import Channel
from acuerdo.creditors.models import Creditor
from acuerdo.messaging.channels.base import Button, Capabilities, fit_text
from acuerdo.messaging.content import Identity, collect_message_facts
from acuerdo.messaging.errors import FactMissing
from acuerdo.messaging.facts import FactSubject, is_disclosing, read_facts
from acuerdo.messaging.html import Brand, to_html, to_plain
from acuerdo.messaging.links import OPT_OUT, make_links, optout_url, portal_url
from acuerdo.messaging.liquid import list_paths, nest, render
from acuerdo.messaging.models import Message
from acuerdo.messaging.notices import with_notice
from acuerdo.messaging.rules import first_name, locale_of

logger = structlog.get_logger(__name__)

PORTAL_LINK = "portal.link"
OPTOUT_LINK = "optout.link"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished text and what it tells its reader (the gate's message facts)."""

    subject: str
    text: str
    html: str
    buttons: tuple[Button, ...]
    unsubscribe_url: str
    facts: dict[str, bool | str]


@dataclass(slots=True)
class Batch:
    """`done` by message id, and for the rest the error that kept it from being rendered."""

    done: dict[int, Rendered] = field(default_factory=dict)
    errors: dict[int, AcuerdoError] = field(default_factory=dict)


def render_messages(
    messages: Sequence[Message], *, capabilities: Mapping[int, Capabilities], now: datetime
) -> Batch:
    """Render every message, with all facts read now.

    A message with a template gets its text from it; one without (a reply) keeps its own. Facts
    in `context` (name → text) win over registered ones: they are what the author knew and we
    cannot read again. Needs `creditor`, `debtor`, `account` and `template` loaded; writes the
    links that the texts carry, in the caller's transaction.
    """
    batch = Batch()
    used: dict[int, frozenset[str]] = {}
    for message in messages:
        try:
            used[message.pk] = _paths(message)
        except AcuerdoError as error:
            batch.errors[message.pk] = error
    ready = [message for message in messages if message.pk in used]
    facts = _read(ready, used, batch.errors)
    ready = [message for message in ready if message.pk not in batch.errors]
    links = make_links([m for m in ready if PORTAL_LINK in used[m.pk]], purpose="portal", now=now)
    # Every mail can be stopped by its header, whatever its text says.
    stops = make_links(
        [m for m in ready if m.channel == Channel.EMAIL or OPTOUT_LINK in used[m.pk]],
        purpose=OPT_OUT,
        now=now,
    )
    for message in ready:
        known = facts[message.pk]
        if message.pk in links:
            known[PORTAL_LINK] = portal_url(links[message.pk])
        stop = optout_url(stops[message.pk]) if message.pk in stops else ""
        if stop:
            known[OPTOUT_LINK] = stop
        try:
            batch.done[message.pk] = _finish(
                message, known, used[message.pk], stop, capabilities[message.pk]
            )
        except AcuerdoError as error:
            batch.errors[message.pk] = error
    return batch


def identity_of(creditor: Creditor) -> Identity:
    """Who writes: the creditor, through the agency that its settings name as `agency_name`."""
    return Identity(
        name=creditor.name,
        legal_name=creditor.legal_name,
        tax_id=creditor.tax_id,
        address=creditor.address,
        firm=str(creditor.settings.get("agency_name", "")),
    )


def _paths(message: Message) -> frozenset[str]:
    if message.template is None:
        return frozenset()
    return list_paths(message.template.subject) | list_paths(message.template.body)


def _read(
    messages: Sequence[Message],
    used: dict[int, frozenset[str]],
    errors: dict[int, AcuerdoError],
) -> dict[int, dict[str, str | None]]:
    """Each message's facts: one reading per fact for all the messages that use it.

    A reader with a bug keeps the messages that need its fact, and no others.
    """
    facts: dict[int, dict[str, str | None]] = {message.pk: {} for message in messages}
    by_name: dict[str, list[FactSubject]] = {}
    for message in messages:
        for name in used[message.pk]:
            by_name.setdefault(name, []).append(_subject(message))
    for name, subjects in by_name.items():
        try:
            read = read_facts([name], subjects)
        except (TypeError, ValueError, LookupError, AttributeError):
            logger.exception("fact_unreadable", fact=name)
            errors.update({subject.key: FactMissing(fact=name) for subject in subjects})
            continue
        for key, known in read.items():
            facts[key].update(known)
    for message in messages:
        given = message.context.get("facts", {})
        facts[message.pk].update({str(name): str(value) for name, value in given.items()})
    return facts


def _subject(message: Message) -> FactSubject:
    debtor = message.debtor
    language = message.template.locale if message.template else message.language
    return FactSubject(
        key=message.pk,
        creditor_id=message.creditor_id,
        debtor_id=message.debtor_id,
        account_id=message.account_id,
        locale=locale_of(language, debtor.country),
        timezone=debtor.timezone or message.creditor.timezone,
    )


def _finish(
    message: Message,
    known: dict[str, str | None],
    used: frozenset[str],
    stop: str,
    capabilities: Capabilities,
) -> Rendered:
    """Raises FactMissing or TemplateInvalid."""
    creditor = message.creditor
    nested = nest(known)
    if message.template is None:
        subject, buttons = message.subject, message.buttons
        body = with_notice(message.body, country=message.debtor.country, language=message.language)
    else:
        subject = render(message.template.subject, nested)
        body = render(message.template.body, nested)
        buttons = message.buttons or message.template.buttons
    subject = " ".join(subject.split())[:200]
    wanted = tuple(
        Button(
            str(button["title"]),
            str(button.get("payload") or button.get("id") or button["title"]),
        )
        for button in buttons
    )
    body, shown = fit_text(body.strip(), wanted, capabilities)
    text = to_plain(body)
    facts = collect_message_facts(
        text=text,
        subject=subject,
        titles=[button.title for button in shown],
        identity=identity_of(creditor),
        channel=message.channel,
        purpose=message.purpose,
        country=message.debtor.country,
        quiet=(first_name(message.debtor.name),),
        figures=(message.account.number,) if message.account else (),
        optout_url=stop,
        discloses=is_disclosing(used) or bool(message.context.get("discloses")),
    )
    html = ""
    if message.channel == Channel.EMAIL:
        brand = Brand(creditor.name, creditor.hue)
        html = to_html(body, brand=brand, language=message.language[:2], subject=subject)
    return Rendered(
        subject=subject,
        text=text,
        html=html,
        buttons=shown,
        unsubscribe_url=stop,
        facts=facts,
    )
