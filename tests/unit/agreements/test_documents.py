"""Policies as files: what is wrong is named with its line and its key."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acuerdo.agreements.documents import (
    Levers,
    PolicyDocument,
    SomeLevers,
    read_document,
    write_document,
)
from acuerdo.agreements.files import PolicyFaults, dump, read_file

FILE = """\
policies:
- code: late
  dpd_from: 91
  dpd_to: 180
  levers:
    max_first_due_days: 15
    min_down_percent: 10
    max_instalments: 9
    max_discount_percent: 15
  opening: {max_discount_percent: 5}
  agent: {max_discount_percent: 20}
  supervisor: {max_discount_percent: 30, min_down_percent: 0}
  rounds: 3
  shape: 0.4
  min_instalment:
    COP: 20000
    EUR: 15.50
"""


def faults(text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(PolicyFaults) as wrong:
        read_file(text)
    return [(fault.line, fault.key, fault.message) for fault in wrong.value.faults]


def test_a_file_is_read_as_it_stands() -> None:
    (document,) = read_file(FILE)["policies"]
    assert document.levers.max_instalments == 9
    assert document.opening.given() == {"max_discount_percent": Decimal(5)}
    assert document.minor("min_instalment") == {"COP": 2_000_000, "EUR": 1_550}
    assert (document.shape, document.grace_days) == (Decimal("0.4"), 3)


percents = st.decimals(0, 100, places=2)
documents = st.builds(
    PolicyDocument,
    code=st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True),
    dpd_from=st.none() | st.integers(-30, 90),
    dpd_to=st.none() | st.integers(91, 900),
    levers=st.builds(
        Levers,
        max_instalments=st.integers(1, 60),
        max_discount_percent=st.decimals(20, 40, places=2),
        max_fees_percent=percents,
    ),
    opening=st.builds(SomeLevers, max_discount_percent=st.decimals(0, 19, places=2)),
    supervisor=st.builds(SomeLevers, max_discount_percent=st.decimals(41, 100, places=2)),
    rounds=st.integers(0, 10),
    shape=st.decimals("0.05", 3, places=2),
    min_instalment=st.dictionaries(st.sampled_from(["COP", "EUR"]), st.integers(0, 10**6)),
    asks_capacity=st.booleans(),
)


@given(st.lists(documents, min_size=1, max_size=3, unique_by=lambda one: one.code))
def test_what_is_written_is_read_back_the_same(written: list[PolicyDocument]) -> None:
    text = dump({"policies": [write_document(one) for one in written]})
    read = read_file(text)["policies"]
    assert read == written
    assert dump({"policies": [write_document(one) for one in read]}) == text


@pytest.mark.parametrize(
    ("old", "new", "line", "key"),
    [
        ("max_instalments: 9", "max_instalments: many", 8, "levers.max_instalments"),
        ("max_instalments: 9", "max_instalments: 0", 8, "levers.max_instalments"),
        ("max_instalments: 9", "max_instalment: 9", 8, "levers.max_instalment"),
        ("min_down_percent: 10", "min_down_percent: 101", 7, "levers.min_down_percent"),
        ("min_down_percent: 10", "min_down_percent: .nan", 7, "levers.min_down_percent"),
        ("dpd_to: 180", "dpd_to: 18", 4, "dpd_to"),
        ("opening: {max_disc", "opening: {max_fees_percent: 1, max_disc", 0, ""),
        (
            "opening: {max_discount_percent: 5}",
            "opening: {max_discount_percent: 16}",
            10,
            "opening.max_discount_percent",
        ),
        (
            "agent: {max_discount_percent: 20}",
            "agent: {max_discount_percent: 14}",
            11,
            "agent.max_discount_percent",
        ),
        (
            "supervisor: {max_discount_percent: 30, min_down_percent: 0}",
            "supervisor: {max_discount_percent: 19}",
            12,
            "supervisor.max_discount_percent",
        ),
        ("COP: 20000", "peso: 20000", 16, "min_instalment.peso"),
        ("EUR: 15.50", "EUR: 15.505", 17, "min_instalment.EUR"),
        ("code: late", "code: Late Ones", 2, "code"),
        ("- code: late\n", "- segment: ''\n", 2, "code"),
        ("rounds: 3", "rounds: [1, 2]", 13, "rounds"),
        ("levers:\n", "levers: 7\n  was:\n", 5, "levers"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(old: str, new: str, line: int, key: str) -> None:
    assert old in FILE
    text = FILE.replace(old, new)
    if not line:
        assert read_file(text)
        return
    found = faults(text)
    assert (line, f"policies.0.{key}") in [one[:2] for one in found]
    assert all(message for _line, _key, message in found)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "policies: {}",
        "policies: [7]",
        "policies: [\n",
        "\tpolicies: []",
        "a: &a [1]\npolicies: *a",
        "policies: !!python/object/apply:os.system ['true']",
        "policies: []\nmore: 1",
        "policies: [{code: " + "9" * 5000 + "}]",
        "policies: [{code: 2026-99-99}]",
        "policies: " + "[" * 5000,
        "policies: " + "[" * 5000 + "]" * 5000,
        "x" * 400_001,
        FILE + FILE.partition("\n")[2],  # the same policy again
        FILE.replace("rounds: 3", "rounds: 3\n  rounds: 4"),
    ],
)
def test_what_is_no_file_of_policies_is_refused(text: str) -> None:
    assert faults(text)


def test_a_form_names_the_field() -> None:
    with pytest.raises(PolicyFaults) as wrong:
        read_document({"code": "late", "levers": {"max_instalments": "x"}, "grace_days": 99})
    assert [fault.key for fault in wrong.value.faults] == ["levers.max_instalments", "grace_days"]
