"""Every change to payment requests and payments."""

from acuerdo.payments.actions.accruing import CreditorAccrual, accrue_accounts
from acuerdo.payments.actions.claims import accept_claim
from acuerdo.payments.actions.confirming import close_request, confirm_payment
from acuerdo.payments.actions.correcting import BY_HAND, adjust_debt, give_back, undo_entry
from acuerdo.payments.actions.history import import_payments
from acuerdo.payments.actions.hooks import receive_webhook
from acuerdo.payments.actions.looking import (
    ReconcileReport,
    look_at_event,
    look_at_request,
    reconcile_requests,
)
from acuerdo.payments.actions.reporting import report_payment
from acuerdo.payments.actions.requesting import create_payment_request, open_payment_request
from acuerdo.payments.actions.reversing import reverse_payment
from acuerdo.payments.actions.settings import set_bearing

__all__ = [
    "BY_HAND",
    "CreditorAccrual",
    "ReconcileReport",
    "accept_claim",
    "accrue_accounts",
    "adjust_debt",
    "close_request",
    "confirm_payment",
    "create_payment_request",
    "give_back",
    "import_payments",
    "look_at_event",
    "look_at_request",
    "open_payment_request",
    "receive_webhook",
    "reconcile_requests",
    "report_payment",
    "reverse_payment",
    "set_bearing",
    "undo_entry",
]
