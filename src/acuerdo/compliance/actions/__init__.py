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
from acuerdo.compliance.actions.consents import grant_consent, grant_consents, revoke_consents
from acuerdo.compliance.actions.counting import count_refusals
from acuerdo.compliance.actions.history import HistoryReport, import_history
from acuerdo.compliance.actions.holds import place_hold, release_hold
from acuerdo.compliance.actions.lists import (
    ListReport,
    import_do_not_contact,
    remember_stop,
    stop_listed,
)
from acuerdo.compliance.actions.quarantine import (
    CLEARED,
    REMOVED,
    end_quarantine,
    end_quarantines,
    quarantine_contact_points,
)
from acuerdo.compliance.actions.wishes import (
    obey_stop,
    record_opt_out,
    record_wish,
    withdraw_opt_out,
    withdraw_wish,
)

__all__ = [
    "CLEARED",
    "REMOVED",
    "HistoryReport",
    "ListReport",
    "check_contacts",
    "claim_contacts",
    "count_refusals",
    "end_quarantine",
    "end_quarantines",
    "grant_consent",
    "grant_consents",
    "import_do_not_contact",
    "import_history",
    "obey_stop",
    "place_hold",
    "quarantine_contact_points",
    "record_inbound_attempt",
    "record_opt_out",
    "record_wish",
    "release_attempt",
    "release_attempts",
    "release_hold",
    "remember_stop",
    "reserve_attempt",
    "reserve_attempts",
    "revoke_consents",
    "settle_attempt",
    "settle_attempts",
    "stop_listed",
    "withdraw_opt_out",
    "withdraw_wish",
]
