"""Every change to portfolios."""

from acuerdo.portfolio.actions.addresses import invalidate_contact_points
from acuerdo.portfolio.actions.importing import (
    guess_country,
    import_file,
    load_mapping,
    read_rejections,
)
from acuerdo.portfolio.actions.places import change_residence, declare_location, refresh_zones
from acuerdo.portfolio.actions.report import ImportReport
from acuerdo.portfolio.actions.snapshots import append_snapshots

__all__ = [
    "ImportReport",
    "append_snapshots",
    "change_residence",
    "declare_location",
    "guess_country",
    "import_file",
    "invalidate_contact_points",
    "load_mapping",
    "read_rejections",
    "refresh_zones",
]
