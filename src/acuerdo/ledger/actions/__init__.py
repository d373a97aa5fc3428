"""The only ways into the books. Entries are never changed: they are reversed."""

from acuerdo.ledger.actions.accruing import AccrualReport, Bearer, accrue_debts
from acuerdo.ledger.actions.bulk import POSTING_COLUMNS
from acuerdo.ledger.actions.closing import refund_credit, take_out_debts
from acuerdo.ledger.actions.payments import PAYMENT_COLUMNS, post_payment, post_payments
from acuerdo.ledger.actions.posting import post_entry, reverse_entry
from acuerdo.ledger.actions.sets import post_entries
from acuerdo.ledger.actions.settling import settle_debts
from acuerdo.ledger.actions.writing import list_specs

__all__ = [
    "PAYMENT_COLUMNS",
    "POSTING_COLUMNS",
    "AccrualReport",
    "Bearer",
    "accrue_debts",
    "list_specs",
    "post_entries",
    "post_entry",
    "post_payment",
    "post_payments",
    "refund_credit",
    "reverse_entry",
    "settle_debts",
    "take_out_debts",
]
