"""What the contact rules keep of people."""

from __future__ import annotations

from acuerdo.compliance.models import ContactWish, Hold, OptOut, Quarantine
from acuerdo.portfolio.personal import Personal, register_personal


def register() -> None:
    """Consents, opt-outs, holds, counted contacts and verdicts are proof, and stay; the words in
    which somebody said so do not."""
    register_personal(
        Personal(OptOut, {"text": ""}),
        Personal(ContactWish, {"text": ""}),
        Personal(Hold, {"note": ""}),
        Personal(Quarantine, {"source": "", "ended_why": ""}),
    )
