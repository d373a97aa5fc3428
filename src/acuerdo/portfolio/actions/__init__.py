"""Every change to portfolios."""

from acuerdo.portfolio.actions.addresses import (
    lock_contact_points,
    set_usable,
)
from acuerdo.portfolio.actions.deltas import DeltaReport, FullReport, import_delta, import_full
from acuerdo.portfolio.actions.facts import FactReport, load_fact_mapping
from acuerdo.portfolio.actions.importing import (
    import_file,
    import_intake,
    load_mapping,
    read_rejections,
)
from acuerdo.portfolio.actions.intake import (
    Intake,
    guess_country,
    load_layout,
    open_file,
    read_file,
)
from acuerdo.portfolio.actions.places import change_residence, declare_location, refresh_zones
from acuerdo.portfolio.actions.recalls import decide_recalls, recall_accounts
from acuerdo.portfolio.actions.report import ImportReport
from acuerdo.portfolio.actions.snapshots import append_snapshots
from acuerdo.portfolio.actions.statements import import_statements

__all__ = [
    "FactReport",
    "DeltaReport",
    "FactReport",
    "FullReport",
    "ImportReport",
    "Intake",
    "append_snapshots",
    "change_residence",
    "decide_recalls",
    "declare_location",
    "guess_country",
    "import_delta",
    "import_file",
    "import_full",
    "import_intake",
    "import_statements",
    "load_fact_mapping",
    "load_layout",
    "load_mapping",
    "lock_contact_points",
    "open_file",
    "read_file",
    "read_rejections",
    "recall_accounts",
    "refresh_zones",
    "set_usable",
]
