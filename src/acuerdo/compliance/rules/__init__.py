"""The contact gate as pure functions: no Django, no clock, no database.

`check_contact` judges one contact and `list_opinions` says what each rule thinks of it,
`judge_set` judges a set of any size, `list_openings`, `explain_day` and `next_lawful_hour` look
ahead, `find_stop` reads stop words.
"""

from acuerdo.compliance.rules.check import (
    Opinion,
    check_contact,
    list_opinions,
)
from acuerdo.compliance.rules.facts import (
    ActiveHold,
    BadInput,
    ContactRequest,
    History,
    PastContact,
    Verdict,
)
from acuerdo.compliance.rules.hours import explain_day, list_openings, next_lawful_hour
from acuerdo.compliance.rules.judging import SetVerdicts, judge_set
from acuerdo.compliance.rules.sets import ContactSet
from acuerdo.compliance.rules.stopwords import Stop, find_stop

__all__ = [
    "ActiveHold",
    "BadInput",
    "ContactRequest",
    "ContactSet",
    "History",
    "Opinion",
    "PastContact",
    "SetVerdicts",
    "Stop",
    "Verdict",
    "check_contact",
    "explain_day",
    "find_stop",
    "judge_set",
    "list_openings",
    "list_opinions",
    "next_lawful_hour",
]
