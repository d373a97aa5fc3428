"""Cases of contacts and what the law makes of them, as auditors and counsel write them down."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from case_kit import read_cases

from acuerdo.compliance.packs import get_library
from acuerdo.compliance.rules import BadInput
from acuerdo.compliance.rules.cases import check_case
from acuerdo.compliance.rules.facts import REASON_CODES

FILES = ("samples", "cases_latin_america", "cases_latin_america_more", "cases_elsewhere")
CASES = [case for name in FILES for case in read_cases(name)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_case_comes_out_as_the_law_has_it(case: dict[str, Any]) -> None:
    verdict = check_case(case, library=get_library())
    decision = "allowed" if verdict.allowed else "refused"
    assert (decision, verdict.reason_code) == (case["expected"], case["reason_code"])
    assert verdict.allowed == verdict.reason_code.startswith("ok")
    assert not (verdict.allowed and verdict.next_allowed_at)


def test_no_case_is_written_down_twice() -> None:
    ids = [case["id"] for case in CASES]
    assert len(ids) == len(set(ids)) == 778
    assert {case["reason_code"] for case in CASES} <= REASON_CODES


def test_a_case_says_its_moment_in_one_voice() -> None:
    """The local time, which people read, is the instant that decides."""
    names = (*FILES, "boundaries", "boundaries_literal")
    told = [one for name in names for one in read_cases(name) if one["local_datetime"]]
    known = [one for one in told if one.get("timezone") not in {None, "America/Nowhere"}]
    assert len(known) > 2000
    for case in known:
        at = datetime.fromisoformat(case["utc_instant"]).astimezone(ZoneInfo(case["timezone"]))
        told = f"{case['local_datetime']} {case['weekday']}"
        assert f"{at:%Y-%m-%dT%H:%M %a}" == told, case["id"]


@pytest.mark.parametrize("case", read_cases("malformed"), ids=lambda case: case["id"])
def test_a_name_that_is_not_in_the_form_is_an_error(case: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        check_case(case, library=get_library())
