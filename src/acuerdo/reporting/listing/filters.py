"""What a reader asked of the list of accounts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

# Names as they stand in an address; those of the fields.
_NAMES = {"text": "q"}
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Filters:
    """Empty means all. Amounts are in major units of `currency`, as text of digits and a point."""

    text: str = ""
    creditor: str = ""  # a creditor's public id
    segment: str = ""
    state: str = ""
    bucket: str = ""
    country: str = ""
    agent: str = ""  # a user's id: whose conversation it is
    step: str = ""  # planned | today | paused | none: what the strategy does next
    currency: str = ""
    least: str = ""
    most: str = ""
    only: str = ""  # held, contacted, promised, …: the rows behind a figure

    @classmethod
    def read(cls, params: Mapping[str, str]) -> Filters:
        """From an address or a stored query; what is not known is left out."""
        said = {
            field.name: str(params.get(_NAMES.get(field.name, field.name), ""))
            for field in fields(cls)
        }
        # NUL is no text to PostgreSQL.
        return cls(
            **{name: text.replace("\0", " ").strip()[:_LONGEST] for name, text in said.items()}
        )

    def write(self) -> dict[str, str]:
        """As parameters of an address, without the empty ones."""
        return {_NAMES.get(name, name): value for name, value in asdict(self).items() if value}

    @property
    def any(self) -> bool:
        """Whether something narrows the list."""
        return bool(self.write())

    @property
    def has_more(self) -> bool:
        """Whether one of the rarer filters is set."""
        rarer = (self.creditor, self.country, self.step, self.agent, self.currency)
        return any((*rarer, self.least, self.most))


def _clean(text: str) -> str:
    """NUL is no text to PostgreSQL."""
    return text.replace("\0", " ").strip()[:_LONGEST]
