"""Borders of a fixed width text: guessed, set, taken away."""

from __future__ import annotations

import hypothesis.strategies as st
from hypothesis import given

from acuerdo.portfolio.rules.cutting import guess_layout, looks_fixed, toggle_border
from acuerdo.portfolio.rules.layouts import Layout

LINES = ["0001 Ana Ruiz   12", "0002 Luis       34", "0003 Eva M. Gil 56"]


def places(layout: Layout) -> list[tuple[int, int]]:
    return [(column.start, column.end) for column in layout.columns]


def test_a_column_begins_behind_a_blank_of_every_line() -> None:
    assert places(guess_layout(LINES)) == [(1, 5), (6, 16), (17, 18)]
    assert places(guess_layout([])) == [(1, 1)]
    assert places(guess_layout(["", "   "])) == [(1, 1)]
    # More than a hundred columns are no guess.
    assert len(guess_layout([" x" * 200]).columns) == 1


def test_a_border_is_set_and_taken_away_by_the_same_click() -> None:
    layout = guess_layout(LINES)
    split = toggle_border(layout, 2)
    assert places(split) == [(1, 2), (3, 5), (6, 16), (17, 18)]
    assert split.columns[0].name == layout.columns[0].name
    assert places(toggle_border(split, 2)) == places(layout)
    assert len({column.name for column in split.columns}) == 4


def test_what_belonged_to_no_column_becomes_one() -> None:
    layout = Layout.model_validate(
        {"columns": [{"name": "a", "from": 1, "length": 2}, {"name": "b", "from": 9, "length": 2}]}
    )
    assert places(toggle_border(layout, 2)) == [(1, 2), (3, 8), (9, 10)]
    assert places(toggle_border(layout, 5)) == [(1, 2), (6, 8), (9, 10)]
    assert places(toggle_border(layout, 10)) == places(layout)


@given(st.lists(st.integers(0, 60), max_size=60))
def test_columns_never_overlap_whatever_is_clicked(clicks: list[int]) -> None:
    layout = guess_layout(LINES)
    for at in clicks:
        layout = toggle_border(layout, at)
        Layout.model_validate(layout.model_dump(by_alias=True))
        assert places(layout)[0][0] == 1
        assert places(layout)[-1][1] == 18


def test_lines_of_one_length_look_cut_by_position() -> None:
    assert looks_fixed(["x" * 30] * 3 + ["total"])
    assert not looks_fixed(["x" * 10] * 3)
    assert not looks_fixed(["x" * n for n in range(20, 30)])
    assert not looks_fixed([])
