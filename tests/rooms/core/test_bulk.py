from datetime import UTC, date, datetime

import polars as pl
import pytest
from django.db import connection

from acuerdo.core.bulk import copy_frame, copy_rows, read_frame, staging

pytestmark = pytest.mark.django_db

COLUMNS = {"n": "bigint", "t": "text", "d": "date", "b": "boolean", "z": "timestamptz"}
HOSTILE = ["", "\\N", "\\.", 'say "hi",\nthen go', "NULL", "a\tb", "ñ€😀", "=1+1"]


def test_every_text_comes_back_as_it_went() -> None:
    at = datetime(2026, 11, 24, 10, 0, 0, 123456, tzinfo=UTC)
    frame = pl.DataFrame(
        {
            "n": [*range(len(HOSTILE)), None],
            "t": [*HOSTILE, None],
            "d": [date(2026, 2, 28)] * len(HOSTILE) + [None],
            "b": [True, False] * (len(HOSTILE) // 2) + [None],
            "z": [at] * len(HOSTILE) + [None],
        }
    )
    with staging("probe", COLUMNS) as table:
        assert copy_frame(table, frame) == frame.height
        with connection.cursor() as cursor:
            cursor.execute("SELECT z FROM probe WHERE n = 0")
            assert cursor.fetchone() == (at,)
        schema = {"n": pl.Int64, "t": pl.String, "d": pl.Date, "b": pl.Boolean}
        back = read_frame("SELECT n, t, d, b FROM probe ORDER BY n", None, schema)
        assert back.equals(frame.drop("z"))


def test_no_rows_are_a_frame_of_the_same_shape() -> None:
    with staging("probe", COLUMNS):
        back = read_frame("SELECT n FROM probe WHERE n > %s", [5], {"n": pl.Int64})
        assert back.schema == {"n": pl.Int64}
        assert copy_rows("probe", ["n", "t"], [(6, "x"), (7, None)]) == 2
        assert read_frame("SELECT n FROM probe", None, {"n": pl.Int64}).height == 2
