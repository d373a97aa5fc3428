import pytest

from acuerdo.core.commands import idempotent
from acuerdo.core.errors import CommandConflict

pytestmark = pytest.mark.django_db


def run(payload: dict[str, object], creditor_id: int = 1) -> tuple[bool, dict[str, object]]:
    with idempotent(
        creditor_id=creditor_id, action="accept_offer", key="k1", payload=payload
    ) as command:
        if not command.done:
            command.result = {"id": 9}
        return command.done, command.result


def test_a_repeat_gets_the_first_answer() -> None:
    assert run({"offer": 3}) == (False, {"id": 9})
    assert run({"offer": 3}) == (True, {"id": 9})


def test_the_same_key_at_another_creditor_is_another_command() -> None:
    run({"offer": 3})
    assert run({"offer": 4}, creditor_id=2) == (False, {"id": 9})


def test_the_same_key_with_other_input_is_an_error() -> None:
    run({"offer": 3})
    with pytest.raises(CommandConflict, match="k1"):
        run({"offer": 4})
