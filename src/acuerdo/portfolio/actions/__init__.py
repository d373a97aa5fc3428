"""Every change to portfolios."""

from acuerdo.portfolio.actions.addresses import (
    lock_contact_points,
    set_usable,
)
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
from acuerdo.portfolio.actions.merging import keep_apart, merge_debtors, undo_merge
from acuerdo.portfolio.actions.parties import add_party, remove_party, write_parties
from acuerdo.portfolio.actions.places import change_residence, declare_location, refresh_zones
from acuerdo.portfolio.actions.report import ImportReport
from acuerdo.portfolio.actions.snapshots import append_snapshots

__all__ = [
    "Forgotten",
    "ImportReport",
    "Intake",
    "Retention",
    "add_party",
    "append_snapshots",
    "apply_retention",
    "change_residence",
    "declare_location",
    "erase_debtor",
    "get_retention",
    "guess_country",
    "import_file",
    "import_intake",
    "keep_apart",
    "load_layout",
    "load_mapping",
    "lock_contact_points",
    "merge_debtors",
    "open_file",
    "plan_retention",
    "propose_duplicates",
    "read_file",
    "read_rejections",
    "refresh_zones",
    "remove_party",
    "set_retention",
    "set_usable",
    "undo_merge",
    "write_parties",
]
