"""The rule packs of this installation: read once, checked against their schema."""

from __future__ import annotations

import json
import re
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from acuerdo.compliance.rules.calendar import Override
from acuerdo.compliance.rules.pack import Library, Policy, Reading, compile_library, compile_policy

_HOLIDAYS = "holidays.yaml"


class _TextLoader(yaml.SafeLoader):
    """YAML without guesses: 07:00 and 2023-10-10 are text, and so is NO."""


_TextLoader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("tag:yaml.org,2002:bool", r"^(?:true|false)$", "tf"),
    ("tag:yaml.org,2002:int", r"^(?:0|[1-9][0-9]*)$", "0123456789"),
    ("tag:yaml.org,2002:null", r"^null$", "n"),
):
    _TextLoader.add_implicit_resolver(_tag, re.compile(_pattern), list(_first))


def read_documents() -> list[dict[str, Any]]:
    """The data of every pack, as it stands in the files. Raises ValueError on a wrong form."""
    documents = []
    for entry in sorted(files(__package__).iterdir(), key=lambda one: one.name):
        if entry.name.endswith(".yaml") and entry.name != _HOLIDAYS:
            document = parse_yaml(entry.read_text("utf-8"))
            error = next(_validator().iter_errors(document), None)
            if error is not None:
                raise ValueError(f"{entry.name}: {error.json_path}: {error.message}")
            documents.append(document)
    return documents


@lru_cache(maxsize=2)
def _validator(part: str = "") -> Draft202012Validator:
    schema = json.loads((files(__package__) / "schema.json").read_text("utf-8"))
    if part:
        schema = {"$defs": schema["$defs"], "$ref": part}
    return Draft202012Validator(schema)


def parse_yaml(text: str) -> Any:
    """A YAML document in which only true, false and whole numbers are not text."""
    return yaml.load(text, Loader=_TextLoader)  # noqa: S506 - a safe loader, stricter


def read_overrides() -> list[Override]:
    """The days that differ from the holiday library."""
    rows = parse_yaml((files(__package__) / _HOLIDAYS).read_text("utf-8"))["overrides"]
    return [
        Override(
            country=row["country"],
            subdivision=row.get("subdivision", ""),
            on=date.fromisoformat(row["date"]),
            add=row["op"] == "add",
            citation=row["citation"],
        )
        for row in rows
    ]


def get_library(reading: Reading = "conservative") -> Library:
    """All packs, compiled. The same object for the life of the process.

    `literal` reads unclear law to the letter: for auditors, never for contacts.
    """
    return _compiled(reading)


@lru_cache(maxsize=2)
def _compiled(reading: Reading) -> Library:
    return compile_library(read_documents(), read_overrides(), reading)


@lru_cache(maxsize=1024)
def get_policy(rules: str) -> Policy:
    """A creditor's own rules, given as JSON: a list in the form of a pack's rules, whose ids begin
    with `own.`. They can only add refusals. Raises ValueError on a wrong form."""
    try:
        data = json.loads(rules)
    except RecursionError:
        raise ValueError("too deep") from None
    if not isinstance(data, list):
        raise ValueError("own rules are a list")
    for rule in data:
        error = next(_validator("#/$defs/rule").iter_errors(rule), None)
        if error is not None:
            raise ValueError(f"{error.json_path}: {error.message}")
        if not rule["id"].startswith("own.") or not rule["house_default"]:
            raise ValueError(f"{rule['id']}: a creditor's own rule is called own.… and is no law")
    if len({rule["id"] for rule in data}) < len(data):
        raise ValueError("two own rules have the same id")
    return compile_policy(data)
