"""What a creditor asks for before it tells anything, and what counts as the right answer."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from acuerdo.conversations.proofs import (
    FACTORS,
    THINGS,
    VerificationPolicy,
    first_on_file,
    read_policy,
)
from acuerdo.conversations.rules import (
    CODES_FROM_AN_ORIGIN,
    CODES_OF_A_CONVERSATION,
    CODES_OF_A_PERSON,
    CODES_TO_AN_ADDRESS,
    CodesSent,
    may_send_code,
    read_birth_dates,
)
from acuerdo.core.vocabulary import VerificationLevel

TWO = VerificationPolicy(first=("document_last4",), second=("code",), balance="claimed")


def test_the_usual_policy_asks_for_the_document_and_then_opens_everything() -> None:
    policy = VerificationPolicy()
    assert policy.open_step(()) == ("document_last4",)
    assert policy.level(("document_last4",)) is VerificationLevel.VERIFIED
    assert policy.open_step(("document_last4",)) == ()
    for thing in THINGS:
        assert policy.allows(thing, "verified")
        assert not policy.allows(thing, "claimed")
        assert not policy.allows(thing, "none")


def test_two_steps_give_two_levels() -> None:
    assert TWO.level(()) is VerificationLevel.NONE
    assert TWO.level(("document_last4",)) is VerificationLevel.CLAIMED
    assert TWO.level(("document_last4", "code")) is VerificationLevel.VERIFIED
    # The second alone is one proof, and the first is still wanted.
    assert TWO.level(("code",)) is VerificationLevel.CLAIMED
    assert TWO.open_step(("code",)) == ("document_last4",)
    assert TWO.allows("balance", "claimed")
    assert not TWO.allows("negotiate", "claimed")


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"first": ()}, "no_proof"),
        ({"first": ("code", "code")}, "proof_twice"),
        ({"second": ("document_last4",)}, "proof_twice"),
        ({"balance": "claimed"}, "one_step_only"),
        (
            {"second": ("code",), "balance": "verified", "negotiate": "claimed"},
            "below_balance",
        ),
        ({"first": ("passport",)}, "literal_error"),
        ({"balance": "none"}, "literal_error"),
        ({"bonus": 1}, "extra_forbidden"),
    ],
)
def test_what_no_policy_may_say(values: dict[str, object], code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        VerificationPolicy.model_validate(values)
    assert code in [error["type"] for error in refused.value.errors()]


@given(st.dictionaries(st.sampled_from(["first", "second", *THINGS, "x"]), st.text(max_size=9)))
def test_unreadable_settings_open_nothing_more(values: dict[str, str]) -> None:
    policy = read_policy({"verification": values})
    for thing in THINGS:
        assert not policy.allows(thing, "none")


@given(st.sets(st.sampled_from(FACTORS)), st.sets(st.sampled_from(FACTORS)))
def test_another_proof_never_lowers_the_level(some: set[str], more: set[str]) -> None:
    assert TWO.level(some | more).rank >= TWO.level(some).rank


def test_of_a_step_the_first_on_file_is_asked() -> None:
    assert first_on_file(("birth_date", "postal_code"), {"postal_code"}) == "postal_code"
    assert first_on_file(("birth_date",), set()) is None


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("12/03/1985", "CO"),
        ("12-3-1985", "BR"),
        ("1985-03-12", "US"),
        ("3/12/1985", "US"),
        ("12031985", "ES"),
        ("12 de marzo de 1985", "CO"),
        ("nací el 12 de março de 1985", "BR"),
        ("March 12th, 1985", "GB"),
        ("12 MAR 1985", "US"),
    ],
)
def test_a_day_of_birth_however_it_is_written(text: str, country: str) -> None:
    assert date(1985, 3, 12) in read_birth_dates(text, country)


@pytest.mark.parametrize(
    "text", ["", "1985", "31/02/1985", "12/03", "99999999", "a b c", "1 2 3 4", "0/0/0"]
)
def test_what_is_no_day_of_birth(text: str) -> None:
    assert read_birth_dates(text, "CO") == []


@given(st.text(max_size=200))
def test_any_text_may_be_given_as_a_day_of_birth(text: str) -> None:
    assert len(read_birth_dates(text, "CO")) <= 1
    assert len(read_birth_dates(text, "US")) <= 2


def test_codes_are_counted_by_all_that_they_share() -> None:
    assert may_send_code(CodesSent())
    assert not may_send_code(CodesSent(by_conversation=CODES_OF_A_CONVERSATION))
    assert not may_send_code(CodesSent(to_address=CODES_TO_AN_ADDRESS))
    assert not may_send_code(CodesSent(to_person=CODES_OF_A_PERSON))
    assert not may_send_code(CodesSent(from_origin=CODES_FROM_AN_ORIGIN))
