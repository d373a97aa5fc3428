from datetime import date, timedelta
from pathlib import Path

from acuerdo.cli.example import ANCHOR, write_example
from acuerdo.portfolio.rules.mapping import Mapping
from acuerdo.portfolio.rules.rows import read_rows
from acuerdo.portfolio.rules.text import open_source

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "portfolio.csv"


def test_on_its_own_day_the_example_is_the_file(tmp_path: Path) -> None:
    written = write_example(EXAMPLE, tmp_path / "portfolio.csv", ANCHOR)
    assert written.read_bytes() == EXAMPLE.read_bytes()


def test_on_any_other_day_the_debts_are_as_old(tmp_path: Path) -> None:
    for today in (ANCHOR - timedelta(days=500), ANCHOR + timedelta(days=1000), date(2028, 2, 29)):
        written = write_example(EXAMPLE, tmp_path / "portfolio.csv", today)
        reading = read_rows(
            open_source(written.read_bytes()),
            mapping=Mapping(),
            registered={},
            country="CO",
            currency="COP",
            as_of_on=today,
        )
        ages = [(today - due_on).days for due_on in reading.accounts["due_on"]]
        assert len(ages) == 1000
        assert min(ages) == -10
        assert 390 < max(ages) <= 400
        assert (reading.rejected, reading.duplicates) == (11, 1)
