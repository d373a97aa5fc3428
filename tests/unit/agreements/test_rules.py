from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from acuerdo.agreements.rules import Assessment, DuePart, PaidAmount, assess

START = date(2026, 12, 1)
PARTS = [
    DuePart(1, date(2026, 12, 1), 1000),
    DuePart(2, date(2027, 1, 4), 1000),
    DuePart(3, date(2027, 2, 1), 1000),
]


def look(paid: list[tuple[date, int]], today: date, tolerance: int = 0) -> Assessment:
    return assess(
        PARTS,
        [PaidAmount(on, minor) for on, minor in paid],
        today=today,
        grace_days=3,
        tolerance_minor=tolerance,
    )


def states(found: Assessment) -> list[str]:
    return [part.state for part in found.parts]


def test_nothing_paid_is_active_until_the_grace_is_over() -> None:
    assert look([], date(2026, 12, 4)).state == "active"
    broken = look([], date(2026, 12, 5))
    assert (broken.state, broken.broken_on) == ("broken", date(2026, 12, 5))
    assert states(broken) == ["missed", "due", "due"]


def test_a_payment_within_the_grace_keeps_it() -> None:
    found = look([(date(2026, 12, 4), 1000)], date(2026, 12, 20))
    assert (found.state, states(found)) == ("active", ["paid", "due", "due"])


def test_part_of_an_instalment_is_not_the_instalment() -> None:
    found = look([(date(2026, 12, 1), 600)], date(2026, 12, 3))
    assert found.parts[0].paid_minor == 600
    assert states(found) == ["due", "due", "due"]
    assert look([(date(2026, 12, 1), 600)], date(2026, 12, 5)).state == "broken"


def test_tolerance_forgives_a_little_once_and_not_a_whole_instalment() -> None:
    nearly = [(date(2026, 12, 1), 995)]
    assert states(look(nearly, date(2026, 12, 2), 10))[0] == "paid"
    assert states(look(nearly, date(2026, 12, 2), 1))[0] == "due"
    # Five short each time: the second time it is ten in all, the third fifteen.
    thrice = [(part.due_on, 995) for part in PARTS]
    assert states(look(thrice, date(2027, 2, 1), 10)) == ["paid", "paid", "due"]
    assert states(look([], date(2026, 12, 1), 5000)) == ["due", "due", "due"]


def test_all_at_once_keeps_it_early() -> None:
    found = look([(date(2026, 11, 25), 3500)], date(2026, 11, 25))
    assert (found.state, found.remaining_minor) == ("kept", 0)
    assert {part.paid_on for part in found.parts} == {date(2026, 11, 25)}


def test_what_comes_after_it_broke_pays_the_debt_not_the_agreement() -> None:
    found = look([(date(2026, 12, 10), 3000)], date(2026, 12, 10))
    assert (found.state, found.broken_on) == ("broken", date(2026, 12, 5))
    assert [part.paid_minor for part in found.parts] == [0, 0, 0]


payments = st.lists(
    st.tuples(st.integers(-20, 100).map(lambda n: START + timedelta(days=n)), st.integers(1, 2000)),
    max_size=6,
)


@given(payments, st.integers(-20, 120), st.integers(0, 50))
def test_an_assessment_adds_up_and_never_heals(
    paid: list[tuple[date, int]], days: int, tolerance: int
) -> None:
    today = START + timedelta(days=days)
    found = look(paid, today, tolerance)
    assert found == look(list(reversed(paid)), today, tolerance)
    covered = sum(part.paid_minor for part in found.parts)
    assert covered + found.remaining_minor == 3000
    assert covered <= sum(minor for on, minor in paid if on <= today)
    if found.state == "kept":
        assert found.remaining_minor <= tolerance
    later = look(paid, today + timedelta(days=7), tolerance)
    if found.state == "broken":
        assert (later.state, later.broken_on) == ("broken", found.broken_on)
    if found.state == "kept":
        assert later.state == "kept"
