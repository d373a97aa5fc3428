"""An agreement in writing: the text that confirms it, and the letter to keep (PDF).

Both are made of the agreement's own rows, so they say what is kept, to the cent and the day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from acuerdo.agreements.models import Agreement
from acuerdo.agreements.queries import local_date
from acuerdo.core.money import Money, format_money
from acuerdo.core.printing import font_faces, print_pdf
from acuerdo.creditors.countries import locale_of

_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Line:
    """One payment, in words."""

    sequence: int
    due_on: str
    amount: str


@dataclass(frozen=True, slots=True)
class Confirmation:
    """All that is said of an agreement, in words of its language. `language` is en, es or pt."""

    language: str
    title: str
    intro: str
    summary: str
    lines: tuple[Line, ...]
    total: str
    notes: tuple[str, ...]
    number: str

    @property
    def text(self) -> str:
        """The whole as plain text, for a message or a mail."""
        rows = [f"{line.due_on}: {line.amount}" for line in self.lines]
        return "\n".join([self.intro, self.summary, "", *rows, "", *self.notes])


def confirm_in_words(agreement: Agreement, language: str = "") -> Confirmation:
    """The agreement in `language`, or its debtor's own."""
    account = agreement.account
    language = (language or account.debtor.language)[:2]
    with translation.override(language):
        locale = locale_of(account.country, language)

        def money(minor: int) -> str:
            return format_money(Money(minor, agreement.currency), locale)

        def day(on: date) -> str:
            return str(format_date(on, "long", locale=locale))

        parts = list(agreement.instalments.order_by("sequence"))
        return Confirmation(
            language=language,
            title=_("What we agreed"),
            intro=_("On %(on)s you and %(creditor)s agreed this about %(account)s.")
            % {
                "on": day(local_date(account, agreement.reached_at)),
                "creditor": agreement.creditor.name,
                "account": f"{account.product} ···{account.number[-4:]}".strip(),
            },
            summary=_summary(agreement, len(parts), money),
            lines=tuple(
                Line(part.sequence, day(part.due_on), money(part.amount_minor)) for part in parts
            ),
            total=money(agreement.total_minor),
            notes=_notes(agreement, money),
            number=str(agreement.public_id),
        )


def _summary(agreement: Agreement, count: int, money: Callable[[int], str]) -> str:
    facts = {
        "total": money(agreement.total_minor),
        "count": count,
        "owed": money(agreement.total_minor + agreement.discount_minor),
    }
    if agreement.kind == "settlement" and count == 1:
        return _("You pay %(total)s instead of %(owed)s, in one payment.") % facts
    if agreement.kind == "settlement":
        return _("You pay %(total)s instead of %(owed)s, in %(count)s payments.") % facts
    if count == 1:
        return _("You pay %(total)s in one payment.") % facts
    return _("You pay %(total)s in %(count)s payments.") % facts


def _notes(agreement: Agreement, money: Callable[[int], str]) -> tuple[str, ...]:
    notes = []
    if agreement.discount_minor:
        notes.append(
            _("With the last payment %(discount)s is let off, and the debt is settled.")
            % {"discount": money(agreement.discount_minor)}
        )
    if agreement.grace_days:
        notes.append(
            ngettext(
                "A payment counts as on time until %(n)s day after its date.",
                "A payment counts as on time until %(n)s days after its date.",
                agreement.grace_days,
            )
            % {"n": agreement.grace_days}
        )
    if agreement.offer.policy.max_rolls:
        notes.append(_("If you cannot keep a date, tell us before it: we look for another."))
    notes.append(_("You can pay, see your receipts and talk to a person on your page with us."))
    return tuple(notes)


def letter_html(agreement: Agreement, language: str = "") -> str:
    """The letter as one HTML document with its fonts and styles in it."""
    said = confirm_in_words(agreement, language)
    creditor = agreement.creditor
    with translation.override(said.language):
        return render_to_string(
            "agreements/letter.html",
            {
                "said": said,
                "creditor": creditor,
                "debtor": agreement.account.debtor,
                "fonts": mark_safe(font_faces()),  # noqa: S308  our own files
            },
        )


def print_letter(agreement: Agreement, language: str = "") -> bytes:
    """The letter as a PDF. Raises PdfUnavailable."""
    return print_pdf(letter_html(agreement, language), seconds=_SECONDS)
