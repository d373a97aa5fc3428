"""Every change to portfolios."""

from acuerdo.portfolio.actions.addresses import (
    lock_contact_points,
    set_usable,
    tell_contact_point,
)
from acuerdo.portfolio.actions.databases import is_database, open_query
from acuerdo.portfolio.actions.deltas import DeltaReport, FullReport, import_delta, import_full
from acuerdo.portfolio.actions.duplicates import propose_duplicates
from acuerdo.portfolio.actions.erasing import (
    Forgotten,
    Retention,
    apply_retention,
    erase_debtor,
    get_retention,
    plan_retention,
    set_retention,
)
from acuerdo.portfolio.actions.facts import FactReport, load_fact_mapping
from acuerdo.portfolio.actions.importing import (
    import_file,
    import_intake,
    load_mapping,
    read_rejections,
    read_results,
)
from acuerdo.portfolio.actions.intake import (
    Intake,
    guess_country,
    load_layout,
    open_data,
    open_file,
    read_file,
)
from acuerdo.portfolio.actions.merging import keep_apart, merge_debtors, undo_merge
from acuerdo.portfolio.actions.parties import add_party, remove_party, write_parties
from acuerdo.portfolio.actions.places import change_residence, declare_location, refresh_zones
from acuerdo.portfolio.actions.planning import (
    Asked,
    DeltaLook,
    Look,
    guess_upload_layout,
    plan_delta,
    plan_upload,
    read_first_lines,
)
from acuerdo.portfolio.actions.recalls import decide_recalls, recall_accounts
from acuerdo.portfolio.actions.report import ImportReport
from acuerdo.portfolio.actions.snapshots import append_snapshots
from acuerdo.portfolio.actions.statements import import_statements
from acuerdo.portfolio.actions.uploads import (
    change_mapping,
    confirm_upload,
    discard_old_uploads,
    discard_upload,
    store_upload,
)

__all__ = [
    "Asked",
    "DeltaLook",
    "DeltaReport",
    "FactReport",
    "Forgotten",
    "FullReport",
    "ImportReport",
    "Intake",
    "Look",
    "Retention",
    "add_party",
    "append_snapshots",
    "apply_retention",
    "change_mapping",
    "change_residence",
    "confirm_upload",
    "decide_recalls",
    "declare_location",
    "discard_old_uploads",
    "discard_upload",
    "erase_debtor",
    "get_retention",
    "guess_country",
    "guess_upload_layout",
    "import_delta",
    "import_file",
    "import_full",
    "import_intake",
    "import_statements",
    "is_database",
    "keep_apart",
    "load_fact_mapping",
    "load_layout",
    "load_mapping",
    "lock_contact_points",
    "merge_debtors",
    "open_data",
    "open_file",
    "open_query",
    "plan_delta",
    "plan_retention",
    "plan_upload",
    "propose_duplicates",
    "read_file",
    "read_first_lines",
    "read_rejections",
    "read_results",
    "recall_accounts",
    "refresh_zones",
    "remove_party",
    "set_retention",
    "set_usable",
    "store_upload",
    "tell_contact_point",
    "undo_merge",
    "write_parties",
]
