"""Pure rules of portfolios: reading files, and how old a debt is."""

from acuerdo.portfolio.rules.addresses import ADDRESS_KINDS, list_spellings
from acuerdo.portfolio.rules.dpd import (
    BUCKETS,
    DuePart,
    Pause,
    bucket,
    bucket_of,
    bucket_range,
    days_past_due,
)
from acuerdo.portfolio.rules.phones import list_phone_variants, normalise_phone
from acuerdo.portfolio.rules.places import default_language, list_zones
from acuerdo.portfolio.rules.zones import list_phone_zones

__all__ = [
    "ADDRESS_KINDS",
    "BUCKETS",
    "DuePart",
    "Pause",
    "bucket",
    "bucket_of",
    "bucket_range",
    "days_past_due",
    "default_language",
    "list_phone_variants",
    "list_phone_zones",
    "list_spellings",
    "list_zones",
    "normalise_phone",
]
