"""Why a row was rejected or warned of, in words, and the file that goes back to its sender."""

from __future__ import annotations

import csv
import io

import polars as pl
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

REASONS: dict[str, str | Promise] = {
    # the row is rejected
    "wrong_number_of_fields": _("The row has more or fewer fields than the header."),
    "line_too_short": _("The line ends before this column is complete."),
    "quote_not_closed": _("A quotation mark is opened and not closed."),
    "undecodable": _("Characters of the row are damaged. Export the file as UTF-8."),
    "missing_value": _("The value is missing."),
    "formula": _("The value is a formula. Export the values alone."),
    "damaged_number": _("A spreadsheet turned the number into powers of ten. Format it as text."),
    "too_long": _("The value is too long."),
    "control_characters": _("The value holds characters that cannot be seen."),
    "unknown_country": _("The country is not known. Use its ISO code, such as CO or MX."),
    "unknown_currency": _("The currency is not known. Use its ISO code, such as COP or EUR."),
    "currency_differs": _("The amount names another currency than the row."),
    "unreadable_amount": _("The value is not an amount."),
    "ambiguous_amount": _(
        "The mark may be a decimal or a thousands mark, and the column uses both. Declare it in"
        " the mapping."
    ),
    "negative_amount": _("The amount is less than zero."),
    "too_many_decimals": _("The amount has more decimals than its currency."),
    "amount_too_large": _("The amount is too large."),
    "total_differs": _("The total is not the sum of principal, interest, fees, costs and taxes."),
    "unreadable_date": _("The value is not a date."),
    "ambiguous_date": _(
        "The date may be day first or month first, and the column uses both. Declare it in the"
        " mapping."
    ),
    "unreadable_number": _("The value is not a whole number."),
    "account_twice": _("The account is in an earlier row with other data. The first stands."),
    "currency_changed": _("The account is in another currency in the books."),
    "debtor_differs": _("The account belongs to a debtor with another document."),
    "account_closed": _(
        "The account was settled and closed here. If more is owed, open it again first."
    ),
    "unknown_account": _("The creditor has no such account."),
    "in_the_future": _("The date is in the future."),
    "unknown_operation": _("The operation is not known."),
    "unknown_component": _("Use principal, interest, fees, costs or taxes."),
    "unknown_status": _("The status is not known."),
    "zero_amount": _("The amount is zero."),
    "reference_twice": _("An earlier row has this reference and says something else."),
    "reference_known": _("A payment with this reference is here with another amount or account."),
    "account_recalled": _("The account was taken back by the creditor."),
    "due_before_promise": _("What was promised falls due before the day of the promise."),
    "promise_known": _("The promise is here with other dates or amounts."),
    "after_placement": _("The date is after the placement: from then on the books tell."),
    "statement_twice": _("An earlier row tells another balance of this account and date."),
    "statement_known": _("Another balance of this account and date is here."),
    # the row is imported, with a warning
    "assumed_country": _("The country is missing; the creditor's was used."),
    "unknown_subdivision": _("The state or province is not known; it was left out."),
    "unknown_language": _("The language is not es, pt or en; the country's was used."),
    "shortened": _("The text was too long and was cut."),
    "missing_name": _("The debtor's name is missing."),
    "bad_check_digit": _("The document's check digit is wrong; it was left out."),
    "unreadable_document": _("The document does not have the form of its type; it was left out."),
    "placeholder_document": _("The document looks made up; it was left out."),
    "bad_phone": _("The phone number is not valid; it will not be used."),
    "bad_email": _("The e-mail address is not valid; it will not be used."),
    "raised_after_payment": _(
        "The file asks for more on an account of which a part was paid here. Check that the"
        " creditor knows of the payment."
    ),
    "formula_left_out": _("The text is a formula; it was left out."),
    "totals_row": _("The row holds a total, not an account; it was left out."),
    "totals_differ": _("The row holds a total that is not the sum of the rows above it."),
    "credit_balance": _("The account is in credit: nothing is owed."),
    "unknown_channel": _("A channel is not known; it was left out."),
}
FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r")


def reason_text(reason: str) -> str:
    """The reason in the active language; an unknown code stands for itself."""
    return str(REASONS.get(reason, reason))


def protect_cell(value: str) -> str:
    """`value` so that no spreadsheet takes it for a formula."""
    return f"'{value}" if value.startswith(FORMULA_MARKS) else value


def write_rejections(rejections: pl.DataFrame) -> bytes:
    """CSV (UTF-8 with BOM, for spreadsheets) of `line`, `column`, `value`, `reason`."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(
        [gettext("line"), gettext("column"), gettext("value"), gettext("reason"), "code"]
    )
    for line, column, value, reason in rejections.iter_rows():
        writer.writerow(
            [line, protect_cell(column), protect_cell(value), reason_text(reason), reason]
        )
    return out.getvalue().encode("utf-8-sig")
