"""What messaging knows. Read-only."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime

from acuerdo.compliance.packs import get_policy
from acuerdo.creditors.models import Creditor
from acuerdo.messaging.errors import LinkUnknown
from acuerdo.messaging.links import OPT_OUT, is_token
from acuerdo.messaging.lint import Finding, lint_template
from acuerdo.messaging.models import Template, TrackedLink
from acuerdo.messaging.rendering import identity_of
from acuerdo.portfolio.models import Debtor


def get_link(*, token: str, now: datetime, purpose: str = "portal") -> TrackedLink:
    """The link behind `token`, with its creditor, debtor and account; nothing is counted.

    Raises LinkUnknown where it never was, serves another purpose, or is over. One that stops mail
    is never over: the wish to be left alone has no last day.
    """
    found = TrackedLink.objects.select_related("creditor", "debtor", "account")
    if purpose != OPT_OUT:
        found = found.filter(expires_at__gt=now)
    link = found.filter(token=token, purpose=purpose).first() if is_token(token) else None
    if link is None:
        raise LinkUnknown()
    return link


def check_content(
    creditor: Creditor,
    *,
    channel: str,
    locale: str,
    purpose: str,
    body: str,
    countries: Collection[str],
    subject: str = "",
    buttons: Sequence[dict[str, str]] = (),
) -> tuple[Finding, ...]:
    """What the lint says to a text of this creditor: with its name, and its own rules too."""
    rules = creditor.settings.get("contact_rules")
    return lint_template(
        subject=subject,
        body=body,
        buttons=buttons,
        channel=channel,
        purpose=purpose,
        locale=locale,
        countries=countries,
        identity=identity_of(creditor),
        policy=get_policy(json.dumps(rules)) if rules else None,
    )


def list_template_countries(
    creditor: Creditor, *, code: str, channel: str, locale: str
) -> tuple[str, ...]:
    """Where a template is used: its locale's own country, else the creditor's and its debtors'
    but for those that have the text in a locale of their own (`es_MX` before `es`)."""
    _language, _line, own = locale.partition("_")
    if own:
        return (own,)
    owned = Debtor.objects.filter(creditor=creditor).values_list("country", flat=True).distinct()
    nearer = Template.objects.filter(
        creditor=creditor,
        code=code,
        channel=channel,
        is_active=True,
        locale__startswith=f"{locale}_",
    ).values_list("locale", flat=True)
    served = {name.partition("_")[2] for name in nearer}
    return tuple(sorted({creditor.country, *owned} - served - {""}))
