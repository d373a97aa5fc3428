"""Names of what happens here."""

CASE_OPENED = "CaseOpened"
CASE_CLOSED = "CaseClosed"
TASK_CREATED = "TaskCreated"
TASK_COMPLETED = "TaskCompleted"
EVIDENCE_ADDED = "EvidenceAdded"
