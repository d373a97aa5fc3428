"""Who may hear of a debt, as a part of the creditor's file of policies."""

from __future__ import annotations

from typing import Any

import pytest
from deals_kit import NOW, make_creditor

from acuerdo.agreements.files import PolicyFaults, read_file, write_file
from acuerdo.assistant.proof_files import apply_verification
from acuerdo.conversations.proofs import read_policy
from acuerdo.core.actor import SYSTEM
from acuerdo.creditors.models import Creditor

TWO_STEPS = """
verification:
- code: usual
  first: [account_last4]
  second: [code]
  balance: claimed
  negotiate: claimed
"""


def apply(creditor: Creditor, text: str) -> list[str]:
    said: dict[str, Any] = {"creditor": creditor, "actor": SYSTEM, "now": NOW}
    documents = read_file(text)["verification"]
    return [one.outcome for one in apply_verification(documents=documents, **said)]


def test_a_file_gives_back_what_it_took(db: None) -> None:
    bank, other = make_creditor(), make_creditor("Otro Banco")
    assert apply(bank, write_file(bank.pk)) == ["unchanged"]
    assert apply(bank, TWO_STEPS) == ["active"]
    assert apply(bank, TWO_STEPS) == ["unchanged"]
    policy = read_policy(Creditor.objects.get(pk=bank.pk).settings)
    assert (policy.first, policy.second) == (("account_last4",), ("code",))
    assert (policy.balance, policy.change_data) == ("claimed", "verified")
    assert apply(other, write_file(bank.pk)) == ["active"]
    assert read_policy(Creditor.objects.get(pk=other.pk).settings) == policy


@pytest.mark.parametrize(
    ("change", "line", "key"),
    [
        (("first: [account_last4]", "first: []"), 4, "first"),
        (("second: [code]", "second: [account_last4]"), 5, "second"),
        (("second: [code]", "second: []"), 6, "balance"),
        (("negotiate: claimed", "negotiate: none"), 7, "negotiate"),
        (("first: [account_last4]", "first: [mother]"), 4, "first"),
        (("code: usual", "code: other"), 3, "code"),
        (("balance: claimed", "nobody: none"), 6, "nobody"),
    ],
    ids=str,
)
def test_what_is_wrong_is_named_with_its_line(change: tuple[str, str], line: int, key: str) -> None:
    with pytest.raises(PolicyFaults) as raised:
        read_file(TWO_STEPS.replace(*change))
    assert raised.value.faults[0].line == line
    assert key in raised.value.faults[0].key
    assert raised.value.faults[0].message != "literal_error"


def test_no_file_tells_a_debt_without_a_proof() -> None:
    for text in ("balance: none", "balance: ''", "balance: null"):
        with pytest.raises(PolicyFaults):
            read_file(TWO_STEPS.replace("balance: claimed", text))
