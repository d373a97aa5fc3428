"""What a debtor authorised and wished, addresses at rest, and contacts from before us."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from acuerdo.compliance.models import Consent, ContactAttempt, ContactWish, OptOut, Quarantine
from acuerdo.core.vocabulary import Purpose
from acuerdo.reporting.texts import channel_of, outcome_of, say_wish, word_of
from acuerdo.reporting.timeline.scope import Scope, make_item, mask
from acuerdo.reporting.types import TimelineItem


def list_consents(scope: Scope) -> Iterator[TimelineItem]:
    """What the debtor authorised, and what they took back."""
    for consent in Consent.objects.filter(debtor_id=scope.debtor.pk)[: scope.per_source]:
        offers = consent.purpose == Purpose.COMMERCIAL_OFFER
        yield make_item(
            "authorised",
            consent.granted_at,
            consent.pk,
            "debtor",
            params={"channel": channel_of(consent.channel), "source": consent.source},
            body=consent.text,
            details=[
                (_("Purpose"), word_of(consent.purpose) if offers else ""),
                (
                    _("Withdrawn"),
                    scope.moment(consent.revoked_at) if consent.revoked_at is not None else "",
                ),
                (_("Reason"), consent.revoked_why),
            ],
        )


def list_opt_outs(scope: Scope) -> Iterator[TimelineItem]:
    """What the debtor does not want, and what they want again."""
    for wish in OptOut.objects.filter(debtor_id=scope.debtor.pk)[: scope.per_source]:
        channel = {"channel": channel_of(wish.channel)}
        yield make_item(
            "opted_out",
            wish.opted_out_at,
            wish.pk,
            "debtor",
            params=channel,
            body=wish.text,
            details=[
                (_("Purpose"), word_of(wish.purpose) if wish.purpose else ""),
                (_("Source"), wish.source),
            ],
            tone="warn",
        )
        if wish.withdrawn_at is not None:
            yield make_item(
                "opted_in",
                wish.withdrawn_at,
                wish.pk,
                wish.withdrawn_by or "debtor",
                params=channel,
                details=[(_("Source"), wish.withdrawn_why)],
            )


def list_wishes(scope: Scope) -> Iterator[TimelineItem]:
    """Hours and the channel that suit the debtor."""
    for wish in ContactWish.objects.filter(debtor_id=scope.debtor.pk)[: scope.per_source]:
        said = {"wish": say_wish(wish)}
        yield make_item(
            "wished",
            wish.wished_at,
            wish.pk,
            wish.recorded_by,
            params=said,
            body=wish.text,
            details=[(_("Source"), wish.source)],
        )
        if wish.withdrawn_at is not None and wish.withdrawn_why:
            yield make_item(
                "wish_ended",
                wish.withdrawn_at,
                wish.pk,
                wish.withdrawn_by,
                params=said,
                details=[(_("Source"), wish.withdrawn_why)],
            )


def list_addresses(scope: Scope) -> Iterator[TimelineItem]:
    """Addresses that rested because a wrong person answered there."""
    rows = Quarantine.objects.filter(debtor_id=scope.debtor.pk).select_related("contact_point")
    for row in rows[: scope.per_source]:
        address = {"address": mask(row.contact_point.value)}
        yield make_item(
            "address_rests", row.since_at, row.pk, row.placed_by, params=address, tone="warn"
        )
        if row.ended_at is not None:
            kind = "address_used" if row.outcome == "cleared" else "address_removed"
            yield make_item(kind, row.ended_at, row.pk, row.ended_by, params=address)


def list_before(scope: Scope) -> Iterator[TimelineItem]:
    """Contacts that were made before the portfolio came to us, as the creditor told them."""
    rows = ContactAttempt.objects.filter(
        debtor_id=scope.debtor.pk, reference__startswith="history:"
    ).order_by("-occurred_at")
    for row in rows[: scope.per_source]:
        inbound = row.direction == "inbound"
        yield make_item(
            "wrote_before" if inbound else "contacted_before",
            row.occurred_at,
            row.pk,
            "debtor" if inbound else "system",
            account_id=row.account_id,
            params={"channel": channel_of(row.channel)},
            details=[(_("Outcome"), outcome_of(row.outcome) if row.outcome else "")],
        )
