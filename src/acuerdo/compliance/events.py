"""What this room tells the others."""

OPTED_OUT = "OptedOut"
OPT_OUT_WITHDRAWN = "OptOutWithdrawn"
CONSENTS_GRANTED = "ConsentsGranted"
CONSENTS_REVOKED = "ConsentsRevoked"
HOLD_PLACED = "HoldPlaced"
HOLD_RELEASED = "HoldReleased"
