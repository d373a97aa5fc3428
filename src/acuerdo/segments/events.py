"""Names of what happens here."""

SEGMENTS_ASSIGNED = "SegmentsAssigned"
