"""What follows from what: the one table of event → reactions.

A reaction is the dotted name of a function `(event, *, now)` in some room's `jobs.py`. It runs as
a job, once per event. Those in `DELIVERIES` speak to providers (or ask a reader outside what a text
means) or work for minutes, so they keep their own transactions; all others run inside one, together
with the row that says that they ran.
"""

from __future__ import annotations

from typing import Final

IMPORT = "acuerdo.portfolio.jobs.import_upload"
DELIVER = "acuerdo.messaging.jobs.deliver_queued"
LEAVE = "acuerdo.strategies.jobs.leave_or_pause"
ANSWER = "acuerdo.assistant.jobs.answer_inbound"
TRAIN = "acuerdo.assistant.jobs.train_model"
TEST_FLOW = "acuerdo.assistant.jobs.test_flow"
SCAN = "acuerdo.messaging.jobs.scan_files"
SCAN_EVIDENCE = "acuerdo.cases.jobs.scan_evidence"
KEEP_MAILED = "acuerdo.cases.jobs.keep_mailed"

REACTIONS: Final[dict[str, tuple[str, ...]]] = {
    "PortfolioImported": (
        "acuerdo.strategies.jobs.start_portfolio",
        "acuerdo.portfolio.jobs.propose_after_import",
    ),
    "UploadConfirmed": (IMPORT,),
    "ContactsPlanned": (DELIVER,),
    "MessageQueued": (DELIVER,),
    "MailReceived": ("acuerdo.messaging.jobs.read_mail",),
    "MailHasFiles": (SCAN, KEEP_MAILED),
    "InboundReceived": (ANSWER,),
    "HandOffRequested": ("acuerdo.cases.jobs.create_hand_off_task", LEAVE),
    "ConversationReleased": ("acuerdo.conversations.jobs.ask_after_release",),
    "AgreementReached": (LEAVE, "acuerdo.strategies.jobs.confirm_agreement"),
    "AgreementBroken": ("acuerdo.strategies.jobs.restart",),
    "CaseOpened": (LEAVE, KEEP_MAILED),
    "CaseClosed": ("acuerdo.conversations.jobs.tell_outcome",),
    "EvidenceAdded": (SCAN_EVIDENCE,),
    "OptedOut": (LEAVE,),
    "PaymentConfirmed": (LEAVE, "acuerdo.strategies.jobs.send_receipt"),
    "ExportAsked": ("acuerdo.reporting.jobs.write_asked_export",),
    "TrainingRequested": (TRAIN,),
    "FlowTestRequested": (TEST_FLOW,),
    "PaymentReported": (LEAVE,),
    "AccountsRecalled": (
        "acuerdo.messaging.jobs.withhold_ended",
        "acuerdo.agreements.jobs.cancel_recalled",
        LEAVE,
    ),
    "AccountClosed": ("acuerdo.messaging.jobs.withhold_ended",),
    "PaymentEventReceived": ("acuerdo.payments.jobs.look_at_provider",),
}

DELIVERIES: Final = frozenset(
    {
        IMPORT,
        DELIVER,
        ANSWER,
        SCAN,
        SCAN_EVIDENCE,
        TRAIN,
        TEST_FLOW,
        "acuerdo.payments.jobs.look_at_provider",
    }
)
