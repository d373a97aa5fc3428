"""What the fields of a portfolio file are called, in the order in which a person looks for them."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

GROUPS: tuple[tuple[str | Promise, dict[str, str | Promise]], ...] = (
    (
        _("The debt"),
        {
            "account": _("Account number"),
            "part": _("Invoice or instalment"),
            "total": _("Total owed"),
            "principal": _("Principal"),
            "interest": _("Interest"),
            "fees": _("Fees"),
            "costs": _("Collection costs"),
            "taxes": _("Taxes"),
            "due_on": _("Due date"),
            "days_overdue": _("Days overdue"),
            "opened_on": _("Opened on"),
            "currency": _("Currency"),
            "product": _("Product"),
        },
    ),
    (
        _("The debtor"),
        {
            "name": _("Full name"),
            "first_name": _("First names"),
            "last_name": _("Last names"),
            "document": _("Document number"),
            "document_type": _("Type of document"),
            "check_digit": _("Check digit"),
            "document_country": _("Country of the document"),
            "birth_on": _("Date of birth"),
            "language": _("Language"),
        },
    ),
    (
        _("How to reach them"),
        {
            "phone": _("Phone"),
            "area_code": _("Area code"),
            "email": _("E-mail"),
            "address": _("Address"),
            "city": _("City"),
            "postal_code": _("Postal code"),
            "country": _("Country"),
            "subdivision": _("State or province"),
            "authorised_channels": _("Authorised channels"),
        },
    ),
    (_("Other"), {"synthetic": _("Marked synthetic")}),
)
LABELS: dict[str, str | Promise] = {
    name: label for _group, fields in GROUPS for name, label in fields.items()
}
CHANGES: tuple[str | Promise, dict[str, str | Promise]] = (
    _("The change"),
    {
        "operation": _("What the row asks for"),
        "amount": _("Amount"),
        "component": _("Part of the debt"),
        "paid_on": _("Paid on"),
        "on_date": _("Date of the change"),
        "reference": _("Reference"),
        "status": _("Status"),
        "status_on": _("Date of the status"),
    },
)
"""Fields of deltas."""
OPERATIONS: dict[str, str | Promise] = {
    "place": _("Accounts"),
    "payment": _("Payments"),
    "adjustment": _("Adjustments"),
    "status": _("Statuses"),
    "recall": _("Recalls"),
    "close": _("Closed"),
}
LABELS |= CHANGES[1]
CERTAINTIES: dict[str, tuple[str | Promise, str, str]] = {
    "declared": (_("Set by hand"), "info", "hand"),
    "word": (_("Sure"), "good", "check"),
    "likeness": (_("Likely"), "good", "check"),
    "last_resort": (_("Please check"), "warn", "eye"),
    "unclear": (_("Choose one"), "bad", "circle-alert"),
    "": (_("Not used"), "", ""),
}
"""Certainty of a guess → words, tone, symbol."""
STATES: dict[str, tuple[str | Promise, str]] = {
    "taken": (_("Comes in"), "good"),
    "part": (_("Part of the account"), "good"),
    "duplicate": (_("Duplicate"), ""),
    "total": (_("Total"), ""),
    "rejected": (_("Stays out"), "bad"),
}
"""What becomes of a row → words, tone."""


def field_label(name: str) -> str:
    """A field in words; one of another room without words stands for itself."""
    return str(LABELS.get(name, name.replace("_", " ").capitalize()))


def operation_label(name: str) -> str:
    """What rows of a delta ask for, in words."""
    return str(OPERATIONS.get(name, name.replace("_", " ").capitalize()))
