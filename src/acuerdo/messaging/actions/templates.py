"""Templates: seeded for a new creditor, checked when saved, never changed under a message."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from acuerdo.core.actor import Actor
from acuerdo.core.events import publish
from acuerdo.creditors.models import Creditor
from acuerdo.messaging.defaults import list_defaults
from acuerdo.messaging.errors import TemplateRefused
from acuerdo.messaging.facts import list_facts
from acuerdo.messaging.lint import Finding
from acuerdo.messaging.liquid import check_template
from acuerdo.messaging.models import Template
from acuerdo.messaging.queries import check_content, list_template_countries


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
    countries: Collection[str] | None = None,
) -> Template:
    """A new version of a template; the one before stays for the messages that used it.

    It is checked against the packs of `countries`, by default `list_template_countries`. What is
    flagged stays on the row as `findings`. Raises TemplateInvalid where it cannot be rendered or
    names a fact that nobody knows, TemplateRefused where the gate would never let it out.
    """
    known = [fact.name for fact in list_facts()]
    check_template(subject, known)
    check_template(body, known)
    creditor = Creditor.objects.get(pk=creditor_id)
    if countries is None:
        countries = list_template_countries(creditor, code=code, channel=channel, locale=locale)
    findings = check_content(
        creditor,
        channel=channel,
        locale=locale,
        purpose=purpose,
        subject=subject,
        body=body,
        buttons=buttons,
        countries=countries,
    )
    if any(finding.is_refused for finding in findings):
        raise TemplateRefused(findings)
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
        findings=[_kept(finding) for finding in findings],
    )
    publish(
        "TemplateSaved",
        actor=actor,
        now=now,
        creditor_id=creditor_id,
        refs=[f"template:{template.pk}"],
        data={
            "code": code,
            "channel": channel,
            "locale": locale,
            "version": last + 1,
            "flagged": sorted({finding.rule_id for finding in findings}),
        },
    )
    return template


def _kept(finding: Finding) -> dict[str, object]:
    return {
        "rule_id": finding.rule_id,
        "fact": finding.fact,
        "part": finding.part,
        "words": finding.words,
        "countries": list(finding.countries),
    }
