"""The contact gate as pure functions: no Django, no clock, no database.

`check_contact` judges one contact, `check_contacts_pure` a set, `next_lawful_hour` looks for a
moment at which all of several countries may be contacted, `is_stop` reads stop words.
"""

from acuerdo.compliance.rules.check import check_contact, check_contacts_pure
from acuerdo.compliance.rules.facts import (
    ActiveHold,
    BadInput,
    ContactRequest,
    History,
    PastContact,
    Verdict,
)
from acuerdo.compliance.rules.hours import next_lawful_hour
from acuerdo.compliance.rules.stopwords import Stop, find_stop

__all__ = [
    "ActiveHold",
    "BadInput",
    "ContactRequest",
    "History",
    "PastContact",
    "Stop",
    "Verdict",
    "check_contact",
    "check_contacts_pure",
    "find_stop",
    "next_lawful_hour",
]
