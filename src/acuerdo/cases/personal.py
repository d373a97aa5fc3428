"""What cases and tasks keep of people."""

from __future__ import annotations

from acuerdo.cases.models import Case, Evidence, Task
from acuerdo.portfolio.personal import Personal, register_personal


def register() -> None:
    """That there was a case, and how it ended, stays; what was said in it does not."""
    register_personal(
        Personal(Case, {"reason": ""}),
        Personal(Task, {"subject": "", "packet": {}}),
        Personal(Evidence, {"content_encrypted": b"", "digest": ""}, at="added_at"),
    )
