"""Every change to portfolios."""

from acuerdo.portfolio.actions.addresses import (
    lock_contact_points,
    set_usable,
)
from acuerdo.portfolio.actions.databases import is_database, open_query
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
from acuerdo.portfolio.actions.places import change_residence, declare_location, refresh_zones
from acuerdo.portfolio.actions.report import ImportReport
from acuerdo.portfolio.actions.snapshots import append_snapshots
from acuerdo.portfolio.actions.uploads import (
    Look,
    change_mapping,
    confirm_upload,
    discard_upload,
    plan_upload,
    store_upload,
)

__all__ = [
    "ImportReport",
    "Intake",
    "Look",
    "append_snapshots",
    "change_mapping",
    "change_residence",
    "confirm_upload",
    "declare_location",
    "discard_upload",
    "guess_country",
    "import_file",
    "import_intake",
    "is_database",
    "load_layout",
    "load_mapping",
    "lock_contact_points",
    "open_data",
    "open_file",
    "open_query",
    "plan_upload",
    "read_file",
    "read_rejections",
    "read_results",
    "refresh_zones",
    "set_usable",
    "store_upload",
]
