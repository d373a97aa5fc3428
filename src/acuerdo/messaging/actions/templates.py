"""Templates: seeded for a new creditor, checked when saved, never changed under a message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from acuerdo.core.actor import Actor
from acuerdo.core.events import publish
from acuerdo.messaging.defaults import list_defaults
from acuerdo.messaging.facts import list_facts
from acuerdo.messaging.liquid import check_template
from acuerdo.messaging.models import Template


def seed_templates(*, creditor_id: int, actor: Actor, now: datetime) -> int:
    """Give a creditor the default texts it does not have yet. Returns how many are new.

    A code, channel and locale that exists in any version is left alone, so that what a creditor
    changed or switched off stays so.
    """
    known = set(
        Template.objects.filter(creditor_id=creditor_id).values_list("code", "channel", "locale")
    )
    specs = [
        spec
        for spec in list_defaults()
        if (spec.code, spec.channel.value, spec.locale) not in known
    ]
    Template.objects.bulk_create(
        (
            Template(
                creditor_id=creditor_id,
                code=spec.code,
                channel=spec.channel.value,
                locale=spec.locale,
                purpose=spec.purpose.value,
                subject=spec.subject,
                body=spec.body,
                buttons=list(spec.buttons),
            )
            for spec in specs
        ),
        ignore_conflicts=True,
    )
    if specs:
        publish(
            "TemplatesSeeded",
            actor=actor,
            now=now,
            creditor_id=creditor_id,
            data={"templates": len(specs)},
        )
    return len(specs)


def save_template(
    *,
    creditor_id: int,
    code: str,
    channel: str,
    locale: str,
    purpose: str,
    body: str,
    actor: Actor,
    now: datetime,
    subject: str = "",
    buttons: Sequence[dict[str, str]] = (),
) -> Template:
    """A new version of a template; the one before stays for the messages that used it.

    Raises TemplateInvalid where it cannot be rendered or names a fact that nobody knows.
    """
    known = [fact.name for fact in list_facts()]
    check_template(subject, known)
    check_template(body, known)
    versions = Template.objects.select_for_update().filter(
        creditor_id=creditor_id, code=code, channel=channel, locale=locale
    )
    last = max((template.version for template in versions), default=0)
    versions.update(is_active=False)
    template = Template.objects.create(
        creditor_id=creditor_id,
        code=code,
        channel=channel,
        locale=locale,
        version=last + 1,
        purpose=purpose,
        subject=subject,
        body=body,
        buttons=list(buttons),
    )
    publish(
        "TemplateSaved",
        actor=actor,
        now=now,
        creditor_id=creditor_id,
        refs=[f"template:{template.pk}"],
        data={"code": code, "channel": channel, "locale": locale, "version": last + 1},
    )
    return template
