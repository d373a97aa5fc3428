"""A question about an agreement that is no more: a yes to it agrees to nothing."""

from __future__ import annotations

import pytest

from acuerdo.assistant.commands import AcceptOffer, Affirm, Command, Negate
from acuerdo.assistant.dialogue.model import Pending, State
from acuerdo.assistant.dialogue.negotiate import negotiate
from acuerdo.assistant.rehearsal.world import PracticeWorld


@pytest.mark.parametrize("command", [Affirm(), AcceptOffer(), Negate()])
def test_an_agreement_that_ended_is_not_moved(command: Command) -> None:
    pending = Pending(kind="offer_confirm", offer="move:2026-12-04")
    facts = PracticeWorld(level="verified").facts()
    decision = negotiate(State(pending=pending), (command,), facts)
    assert decision.acts == ()
    assert decision.changes["pending"] is None
    assert [part.template for part in decision.says] == ["open.help"]
