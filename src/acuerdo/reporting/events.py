"""The names of the events of this room."""

EVIDENCE_EXPORTED = "EvidenceExported"
