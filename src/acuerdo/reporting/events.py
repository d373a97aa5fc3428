"""The names of the events of this room."""

EVIDENCE_EXPORTED = "EvidenceExported"
EXPORT_ASKED = "ExportAsked"
ACCOUNTS_EXPORTED = "AccountsExported"
PERSON_EXPORTED = "PersonExported"
