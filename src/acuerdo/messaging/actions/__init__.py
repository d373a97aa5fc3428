"""All that messaging does."""

from acuerdo.messaging.actions.delivery import deliver_due
from acuerdo.messaging.actions.ending import withhold_ended
from acuerdo.messaging.actions.inbound import (
    mark_processed,
    read_text,
    receive_inbound,
)
from acuerdo.messaging.actions.links import create_link, open_link
from acuerdo.messaging.actions.outbox import MessageDraft, keep_for_trial, queue_messages
from acuerdo.messaging.actions.recording import DeliveryReport, settle_unknown
from acuerdo.messaging.actions.statuses import StatusReport, record_status, record_statuses
from acuerdo.messaging.actions.templates import save_template, seed_templates
from acuerdo.messaging.actions.webhooks import receive_webhook, split_facts

__all__ = [
    "DeliveryReport",
    "MessageDraft",
    "StatusReport",
    "create_link",
    "deliver_due",
    "keep_for_trial",
    "mark_processed",
    "open_link",
    "queue_messages",
    "read_text",
    "receive_inbound",
    "receive_webhook",
    "record_status",
    "record_statuses",
    "save_template",
    "seed_templates",
    "settle_unknown",
    "split_facts",
    "withhold_ended",
]
