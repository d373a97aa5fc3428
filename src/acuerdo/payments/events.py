"""Names of what happens here."""

PAYMENT_REQUESTED = "PaymentRequested"
CHECKOUT_OPENED = "CheckoutOpened"
PAYMENT_EVENT_RECEIVED = "PaymentEventReceived"
PAYMENT_CONFIRMED = "PaymentConfirmed"
PAYMENT_DECLINED = "PaymentDeclined"
PAYMENT_EXPIRED = "PaymentExpired"
PAYMENT_REFUSED = "PaymentRefused"
