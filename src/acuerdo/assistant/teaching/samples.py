"""Labels as data: as examples for the training, and as samples to take along."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from acuerdo.assistant.models import UnclearMessage
from acuerdo.assistant.nlu.examples import Example
from acuerdo.assistant.nlu.export import read_text
from acuerdo.assistant.teaching import rules


def list_labels(creditor_ids: Sequence[int] | None = None) -> Iterable[UnclearMessage]:
    """The labelled messages (of these creditors), the oldest decision first: the newest wins."""
    found = UnclearMessage.objects.filter(state=rules.LABELLED)
    if creditor_ids is not None:
        found = found.filter(creditor_id__in=creditor_ids)
    return found.select_related("turn").order_by("decided_at", "pk")


def example_of(message: UnclearMessage) -> Example:
    """A label as the training reads it. One conversation is one writer, whom cross-validation
    never splits."""
    return Example(
        text=" ".join(message.text.split()),
        intents=tuple(message.intents),
        language=message.language,
        variety=rules.variety_of(message.language, message.country),
        style=rules.style_of(message.channel),
        writer=f"conversation-{message.turn.conversation_id}",
        pending=message.pending,
    )


def export_samples(creditor_ids: Sequence[int] | None = None) -> Iterator[dict[str, Any]]:
    """The labels in the form of the project's samples, one by one.

    The intent is a person's word; `entities` are what the grammar reads in the masked text.
    """
    for message in list_labels(creditor_ids):
        said_on = message.turn.occurred_at.date()
        yield {
            "id": f"label-{message.public_id}",
            "lang": message.language,
            "variety": rules.variety_of(message.language, message.country),
            "channel": message.channel,
            "text": message.text,
            "intents": list(message.intents),
            "primary": message.intents[0],
            "acceptable": [],
            "entities": read_text(message.text, country=message.country, ref_date=said_on),
            "tags": ["label", message.reason],
            "ref_date": said_on.isoformat(),
            "pending": message.pending,
        }
