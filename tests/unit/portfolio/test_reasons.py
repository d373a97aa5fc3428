import csv
import io
import re
from pathlib import Path

import polars as pl
import pytest

import acuerdo.portfolio.rules as rules
from acuerdo.portfolio.reasons import REASONS, protect_cell, reason_text, write_rejections


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_cell_is_a_formula(value: str) -> None:
    assert protect_cell(value) == "'" + value
    frame = pl.DataFrame({"line": [2], "column": [value], "value": [value], "reason": ["too_long"]})
    rows = list(csv.reader(io.StringIO(write_rejections(frame).decode("utf-8-sig"), newline="")))
    assert rows[1][1:3] == ["'" + value, "'" + value]
    assert rows[1][4] == "too_long"


def test_every_reason_that_the_rules_give_has_a_text() -> None:
    folder = Path(rules.__file__).parent
    given = set()
    for path in folder.glob("*.py"):
        given |= set(re.findall(r'pl\.lit\("([a-z]+(?:_[a-z]+)+)"\)', path.read_text()))
    assert len(given) > 20
    assert given <= set(REASONS)
    assert reason_text("too_long") != "too_long"
