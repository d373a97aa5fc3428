"""What a creditor decides, as one YAML file: a list of documents per section.

Rooms register their sections in `ready()` (policies here, others above), so that the file has as
many as there are. `read_file` names the line and the key of everything that is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, Protocol, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError

from acuerdo.agreements.texts import describe_fault
from acuerdo.core.actor import Actor
from acuerdo.creditors.models import Creditor

LARGEST: Final = 400_000  # characters

_Path = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where (a path of keys, a line of the file from 1, 0 without a file)
    and why, in words."""

    path: _Path
    message: str
    line: int = 0

    @property
    def key(self) -> str:
        return ".".join(str(part) for part in self.path)


class PolicyFaults(Exception):
    """The document or file cannot be read; `faults` say why."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = list(faults)


# --- sections ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of one document of a file: unchanged, waiting (for approval) or active."""

    code: str
    version: int
    outcome: str


class Apply(Protocol):
    """Makes the documents of a section the creditor's, in the file's order."""

    def __call__(
        self,
        *,
        creditor: Creditor,
        documents: Sequence[Any],
        actor: Actor,
        now: datetime,
        note: str = "",
    ) -> list[Applied]: ...


@dataclass(frozen=True, slots=True)
class Section:
    """One list of the file: how one of its documents is read (raising PolicyFaults), what is in
    force at a creditor (plain values, in order), and how a list is put into force. A document has
    a `code`, which names it."""

    key: str
    read: Callable[[Mapping[str, Any]], Any]
    export: Callable[[int], list[dict[str, Any]]]
    apply: Apply


_sections: dict[str, Section] = {}


def register_section(section: Section) -> None:
    """Called once per section, when Django starts."""
    _sections[section.key] = section


def list_sections() -> list[Section]:
    """Every section, in the order in which it is written."""
    return list(_sections.values())


# --- documents -----------------------------------------------------------------------------------


def read_model(model: type[Model], data: Mapping[str, Any]) -> Model:
    """`data` as a document of that kind. Raises PolicyFaults."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise PolicyFaults(
            [
                Fault(tuple(one["loc"]), describe_fault(one["type"], one.get("ctx") or {}))
                for one in error.errors(include_url=False)
            ]
        ) from None


def fault(loc: _Path, code: str, value: object, **facts: object) -> Any:
    """A fault that a document's own check found, for `ValidationError.from_exception_data`."""
    return {"type": PydanticCustomError(code, code, facts or None), "loc": loc, "input": value}


def plain(value: Any) -> Any:
    """Values as a file has them: decimals as the shortest number that is exactly them."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, Decimal):
        whole = value == value.to_integral_value()
        return int(value) if whole else float(value)
    return value


# --- files ---------------------------------------------------------------------------------------


def read_file(text: str) -> dict[str, list[Any]]:
    """The documents of each section that the file has, in their order. Raises PolicyFaults."""
    data, lines = _load(text)
    if not isinstance(data, dict) or not data.keys() & _sections.keys():
        raise PolicyFaults([Fault((next(iter(_sections)),), describe_fault("no_section", {}), 1)])
    faults: list[Fault] = []
    found: dict[str, list[Any]] = {}
    for key, listed in data.items():
        section = _sections.get(key)
        if section is None:
            faults.append(Fault((key,), describe_fault("extra_forbidden", {}), lines[(key,)]))
        elif not isinstance(listed, list):
            faults.append(Fault((key,), describe_fault("no_list", {}), lines[(key,)]))
        else:
            found[key] = list(_read_list(section, listed, lines, faults))
    if faults:
        raise PolicyFaults(sorted(faults, key=lambda one: one.line))
    return found


def _read_list(
    section: Section, listed: list[Any], lines: Mapping[_Path, int], faults: list[Fault]
) -> Iterator[Any]:
    codes: set[str] = set()
    for number, one in enumerate(listed):
        place = (section.key, number)
        try:
            document = section.read(one if isinstance(one, dict) else {})
        except PolicyFaults as wrong:
            faults += [_placed(found, place, lines) for found in wrong.faults]
            continue
        if document.code in codes:
            twice = Fault(("code",), describe_fault("code_twice", {}))
            faults.append(_placed(twice, place, lines))
        codes.add(document.code)
        yield document


def _load(text: str) -> tuple[Any, dict[_Path, int]]:
    """What the file says, and the line of every key. Raises PolicyFaults."""
    if len(text) > LARGEST:
        raise PolicyFaults([Fault((), describe_fault("too_large", {}), 1)])
    lines: dict[_Path, int] = {}
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
    return data, lines


def _placed(found: Fault, place: _Path, lines: Mapping[_Path, int]) -> Fault:
    """The fault with the line of its key, or of the nearest key around it that the file has."""
    path = (*place, *found.path)
    around = path
    while around not in lines and around:
        around = around[:-1]
    return Fault(path, found.message, lines.get(around, 1))


def _walk(node: yaml.Node, path: _Path, lines: dict[_Path, int]) -> Iterator[Fault]:
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


def write_file(creditor_id: int) -> str:
    """All that is in force at a creditor, as YAML that `read_file` reads back to the same."""
    return dump({section.key: section.export(creditor_id) for section in list_sections()})


def dump(lists: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """Lists of plain values as YAML; one that is empty is left out."""
    shown = {key: list(listed) for key, listed in lists.items() if listed}
    return str(yaml.safe_dump(shown, sort_keys=False, allow_unicode=True, width=100))
