"""The names of the events of this room."""

EVIDENCE_EXPORTED = "EvidenceExported"
EXPORT_ASKED = "ExportAsked"
ACCOUNTS_EXPORTED = "AccountsExported"
EXPORTS_REMOVED = "ExportsRemoved"
PERSON_EXPORTED = "PersonExported"
