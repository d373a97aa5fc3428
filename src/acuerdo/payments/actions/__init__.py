"""Every change to payment requests and payments."""

from acuerdo.payments.actions.confirming import close_request, confirm_payment
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

__all__ = [
    "ReconcileReport",
    "close_request",
    "confirm_payment",
    "create_payment_request",
    "import_payments",
    "look_at_event",
    "look_at_request",
    "open_payment_request",
    "receive_webhook",
    "reconcile_requests",
    "report_payment",
    "reverse_payment",
]
