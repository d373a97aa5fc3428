"""What stood from when until when, from consents and revocations in any order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from acuerdo.compliance.rules.consents import Said, Stood, settle_consents

START = datetime(2026, 1, 1, tzinfo=UTC)


def said(day: int, is_consent: bool = True, purpose: str = "collection", **more: str) -> Said:
    return Said(1, more.pop("channel", "sms"), purpose, START + timedelta(days=day), is_consent)


def spans(*given_: Said) -> list[tuple[str, int, int | None]]:
    def day(at: datetime | None) -> int | None:
        return None if at is None else (at - START).days

    return [
        (one.purpose, (one.granted_at - START).days, day(one.revoked_at))
        for one in settle_consents(given_)
    ]


def test_in_the_order_of_time_and_not_of_the_file() -> None:
    assert spans(said(9), said(5, False), said(1)) == [
        ("collection", 1, 5),
        ("collection", 9, None),
    ]
    assert spans(said(1), said(2), said(3)) == [("collection", 1, None)]
    assert spans(said(1, False)) == []


def test_a_revocation_of_all_purposes_ends_them_all() -> None:
    ends = [said(1), said(2, purpose="commercial_offer"), said(5, False, "")]
    assert spans(*ends) == [("collection", 1, 5), ("commercial_offer", 2, 5)]
    one = [said(1), said(2, purpose="commercial_offer"), said(5, False, "commercial_offer")]
    assert spans(*one) == [("collection", 1, None), ("commercial_offer", 2, 5)]


def test_at_the_same_instant_the_no_comes_last() -> None:
    assert spans(said(1, False), said(1)) == [("collection", 1, 1)]


def test_a_channel_is_its_own() -> None:
    both = settle_consents([said(1), said(1, channel="email"), said(2, False)])
    assert {(one.channel, one.revoked_at is None) for one in both} == {
        ("sms", False), ("email", True),
    }  # fmt: skip


_SAID = st.lists(
    st.builds(
        said,
        st.integers(0, 20),
        st.booleans(),
        st.sampled_from(["collection", "commercial_offer"]),
        channel=st.sampled_from(["sms", "email"]),
    ),
    max_size=30,
)


@given(_SAID, st.randoms())
def test_the_last_word_decides_and_spans_never_overlap(words: list[Said], random: object) -> None:
    shuffled = list(words)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    stood = settle_consents(shuffled)
    by_key: dict[tuple[str, str], list[Stood]] = {}
    for one in stood:
        by_key.setdefault((one.channel, one.purpose), []).append(one)
    for (channel, purpose), own in by_key.items():
        own.sort(key=lambda one: one.granted_at)
        for before, after in pairwise(own):
            assert before.revoked_at is not None
            assert before.revoked_at <= after.granted_at
        matching = [word for word in words if (word.channel, word.purpose) == (channel, purpose)]
        last = max(matching, key=lambda word: (word.at, not word.is_consent))
        assert (own[-1].revoked_at is None) is last.is_consent
