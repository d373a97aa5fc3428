"""A policy as a document: what a file says and what a page's form sends, checked the same way.

The keys are those of the levers in `negotiation`; amounts are in major units ("20000" pesos), as
people write them. `read_file` names the line and the key of everything that is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from acuerdo.agreements.negotiation import LEVERS, is_wider
from acuerdo.agreements.texts import describe_fault
from acuerdo.core.money import Money, exponent

LARGEST: Final = 200_000  # characters
_CURRENCY = re.compile(r"[A-Z]{3}")

Percent = Annotated[Decimal, Field(ge=0, le=100, max_digits=5, decimal_places=2)]
Days = Annotated[int, Field(ge=0, le=365)]
Parts = Annotated[int, Field(ge=1, le=120)]
Amount = Annotated[Decimal, Field(ge=0, le=10**12)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Levers(_Part):
    """What the assistant may give, in the order in which it is given."""

    max_first_due_days: Days = 15
    min_down_percent: Percent = Decimal(0)
    max_instalments: Parts = 1
    max_settlement_parts: Parts = 1
    max_fees_percent: Percent = Decimal(100)
    max_interest_percent: Percent = Decimal(100)
    max_principal_percent: Percent = Decimal(100)
    max_discount_percent: Percent = Decimal(0)


class SomeLevers(_Part):
    """Levers that differ; those left out are the same."""

    max_first_due_days: Days | None = None
    min_down_percent: Percent | None = None
    max_instalments: Parts | None = None
    max_settlement_parts: Parts | None = None
    max_fees_percent: Percent | None = None
    max_interest_percent: Percent | None = None
    max_principal_percent: Percent | None = None
    max_discount_percent: Percent | None = None

    def given(self) -> dict[str, Decimal]:
        """Those that were named."""
        named = ((lever, getattr(self, lever)) for lever in LEVERS)
        return {lever: Decimal(value) for lever, value in named if value is not None}


class PolicyDocument(_Part):
    """One policy: whom it is for, how far each authority may go, and how that is given away."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    segment: Annotated[str, Field(max_length=40, pattern=r"^[a-z0-9_]*$")] = ""
    dpd_from: Annotated[int, Field(ge=-365, le=20_000)] | None = None
    dpd_to: Annotated[int, Field(ge=-365, le=20_000)] | None = None
    levers: Levers = Levers()
    opening: SomeLevers = SomeLevers()
    agent: SomeLevers = SomeLevers()
    supervisor: SomeLevers = SomeLevers()
    rounds: Annotated[int, Field(ge=0, le=10)] = 0
    shape: Annotated[Decimal, Field(ge=Decimal("0.05"), le=10, decimal_places=2)] = Decimal("0.4")
    annual_percent: Percent = Decimal(0)
    min_instalment: dict[str, Amount] = {}
    tolerance: dict[str, Amount] = {}
    offer_valid_days: Annotated[int, Field(ge=1, le=90)] = 5
    grace_days: Annotated[int, Field(ge=0, le=60)] = 3
    max_rolls: Annotated[int, Field(ge=0, le=12)] = 1
    max_roll_days: Annotated[int, Field(ge=0, le=30)] = 7
    max_renegotiations: Annotated[int, Field(ge=0, le=12)] = 1
    asks_capacity: bool = False
    max_disposable_percent: Percent = Decimal(100)

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> PolicyDocument:
        faults = [*self._of_days(), *self._of_levers(), *self._of_amounts()]
        if faults:
            raise ValidationError.from_exception_data("PolicyDocument", faults)
        return self

    def _of_days(self) -> Iterator[Any]:
        if self.dpd_from is not None and self.dpd_to is not None and self.dpd_from > self.dpd_to:
            yield _fault(("dpd_to",), "before_from", self.dpd_to)

    def _of_levers(self) -> Iterator[Any]:
        """An opening gives no more than the assistant may, and each authority no less than the
        one before it."""
        for lever in LEVERS:
            widest = Decimal(getattr(self.levers, lever))
            opening = getattr(self.opening, lever)
            if opening is not None and is_wider(lever, Decimal(opening), widest):
                yield _fault(("opening", lever), "opening_wider", opening)
            for holder in ("agent", "supervisor"):
                value = getattr(getattr(self, holder), lever)
                if value is None:
                    continue
                if is_wider(lever, widest, Decimal(value)):
                    yield _fault((holder, lever), "authority_narrower", value)
                widest = Decimal(value)

    def _of_amounts(self) -> Iterator[Any]:
        for name in ("min_instalment", "tolerance"):
            for currency, amount in getattr(self, name).items():
                if not _CURRENCY.fullmatch(currency):
                    yield _fault((name, currency), "no_currency", currency)
                elif amount != amount.quantize(Decimal(1).scaleb(-exponent(currency))):
                    yield _fault((name, currency), "too_fine", amount)

    def minor(self, name: str) -> dict[str, int]:
        """`min_instalment` or `tolerance` in minor units by currency."""
        return {
            currency: Money.from_decimal(amount, currency).minor
            for currency, amount in getattr(self, name).items()
        }


def _fault(loc: tuple[str, ...], code: str, value: object) -> Any:
    return {"type": PydanticCustomError(code, code), "loc": loc, "input": value}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where (a path of keys, a line of the file from 1, 0 without a file)
    and why, in words."""

    path: tuple[str | int, ...]
    message: str
    line: int = 0

    @property
    def key(self) -> str:
        return ".".join(str(part) for part in self.path)


class PolicyFaults(Exception):
    """The document or file cannot be a policy; `faults` say why."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = list(faults)


def read_document(data: Mapping[str, Any]) -> PolicyDocument:
    """A document from plain values. Raises PolicyFaults."""
    try:
        return PolicyDocument.model_validate(data)
    except ValidationError as error:
        raise PolicyFaults(_faults_of(error)) from None


def _faults_of(error: ValidationError) -> list[Fault]:
    return [
        Fault(tuple(one["loc"]), describe_fault(one["type"], one.get("ctx") or {}))
        for one in error.errors(include_url=False)
    ]


# --- files ---------------------------------------------------------------------------------------


def read_file(text: str) -> list[PolicyDocument]:
    """The policies of a YAML file, in their order. Raises PolicyFaults, with lines."""
    if len(text) > LARGEST:
        raise PolicyFaults([Fault((), describe_fault("too_large", {}), 1)])
    lines: dict[tuple[str | int, ...], int] = {}
    try:
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text)):
            raise PolicyFaults([Fault((), describe_fault("alias", {}), 1)])
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        faults = list(_walk(root, (), lines)) if root else []
        data = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise PolicyFaults([Fault((), describe_fault("no_yaml", {}), line)]) from None
    if faults:
        raise PolicyFaults(faults)
    if not isinstance(data, dict) or not isinstance(data.get("policies"), list):
        raise PolicyFaults([Fault(("policies",), describe_fault("no_policies", {}), 1)])
    faults = [
        Fault((key,), describe_fault("extra_forbidden", {}), lines[(key,)])
        for key in data
        if key != "policies"
    ]
    documents, codes = [], set()
    for number, one in enumerate(data["policies"]):
        place: tuple[str | int, ...] = ("policies", number)
        try:
            document = read_document(one if isinstance(one, dict) else {})
        except PolicyFaults as wrong:
            faults += [_placed(fault, place, lines) for fault in wrong.faults]
            continue
        if document.code in codes:
            fault = Fault(("code",), describe_fault("code_twice", {}))
            faults.append(_placed(fault, place, lines))
        codes.add(document.code)
        documents.append(document)
    if faults:
        raise PolicyFaults(sorted(faults, key=lambda fault: fault.line))
    return documents


def _placed(
    fault: Fault, place: tuple[str | int, ...], lines: Mapping[tuple[str | int, ...], int]
) -> Fault:
    """The fault with the line of its key, or of the nearest key around it that the file has."""
    path = (*place, *fault.path)
    around = path
    while around not in lines and around:
        around = around[:-1]
    return Fault(path, fault.message, lines.get(around, 1))


def _walk(
    node: yaml.Node, path: tuple[str | int, ...], lines: dict[tuple[str | int, ...], int]
) -> Iterator[Fault]:
    """The line of every key, and the keys that stand twice."""
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            yield from _walk(item, (*path, number), lines)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            place = (*path, str(key.value))
            if place in lines:
                yield Fault(place, describe_fault("key_twice", {}), key.start_mark.line + 1)
            lines[place] = key.start_mark.line + 1
            yield from _walk(value, place, lines)


def write_file(documents: Sequence[PolicyDocument]) -> str:
    """The policies as YAML that `read_file` reads back to the same."""
    return str(
        yaml.safe_dump(
            {"policies": [_plain(document) for document in documents]},
            sort_keys=False,
            allow_unicode=True,
            width=100,
        )
    )


def _plain(document: PolicyDocument) -> dict[str, Any]:
    shown = document.model_dump(exclude_none=True)
    return {
        key: _number(value)
        for key, value in shown.items()
        if value != {} or key == "min_instalment"
    }


def _number(value: Any) -> Any:
    """Decimals as the shortest number that is exactly them."""
    if isinstance(value, dict):
        return {key: _number(one) for key, one in value.items()}
    if isinstance(value, Decimal):
        whole = value == value.to_integral_value()
        return int(value) if whole else float(value)
    return value
