"""All that compliance does."""

from acuerdo.compliance.actions.attempts import (
    record_inbound_attempt,
    release_attempt,
    release_attempts,
    reserve_attempt,
    reserve_attempts,
    settle_attempt,
    settle_attempts,
)
from acuerdo.compliance.actions.checking import check_contacts, claim_contacts
from acuerdo.compliance.actions.counting import count_refusals
from acuerdo.compliance.actions.holds import place_hold, release_hold
from acuerdo.compliance.actions.wishes import (
    grant_consents,
    obey_stop,
    record_opt_out,
    revoke_consents,
    withdraw_opt_out,
)

__all__ = [
    "check_contacts",
    "claim_contacts",
    "count_refusals",
    "grant_consents",
    "obey_stop",
    "place_hold",
    "record_inbound_attempt",
    "record_opt_out",
    "release_attempt",
    "release_attempts",
    "release_hold",
    "reserve_attempt",
    "reserve_attempts",
    "revoke_consents",
    "settle_attempt",
    "settle_attempts",
    "withdraw_opt_out",
]
