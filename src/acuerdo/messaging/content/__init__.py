"""What a finished text tells its reader: the message facts that the contact gate asks for.

Two sources, the stricter wins: the facts that the template used (a fact knows whether it
discloses), and the words themselves, by lexicons in es, pt and en. The lexicons are wide on
purpose: a harmless text taken for a disclosing one waits for a verified reader; the opposite
tells a stranger about somebody's debt. `tests/data/messaging/content_*.jsonl` says how wide.
"""

from acuerdo.messaging.content.folding import fold
from acuerdo.messaging.content.reading import (
    CALL_ONLY,
    Content,
    Quote,
    collect_message_facts,
    read_content,
)
from acuerdo.messaging.content.sender import Identity

__all__ = [
    "CALL_ONLY",
    "Content",
    "Identity",
    "Quote",
    "collect_message_facts",
    "fold",
    "read_content",
]
