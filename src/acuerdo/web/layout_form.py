"""The columns of a fixed width text as the mapping page sends them.

`l<n>_name`, `l<n>_from`, `l<n>_length` and `l<n>_kind` are those of column n; one without a length
is taken away. `cut` is a border that was set or taken away on the picture of the lines, after so
many characters. `record_from`, `record_length` and `record_value` say which lines are rows.
"""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from pydantic import ValidationError

from acuerdo.portfolio.errors import LayoutInvalid
from acuerdo.portfolio.rules.cutting import toggle_border
from acuerdo.portfolio.rules.layouts import Layout
from acuerdo.portfolio.rules.text import MAX_COLUMNS


def read_layout_form(data: QueryDict) -> tuple[Layout, dict[str, str]]:
    """The layout, and what columns that have another name now were called. Raises
    LayoutInvalid."""
    columns, renamed = [], {}
    for number in range(MAX_COLUMNS):
        told = {key: str(data.get(f"l{number}_{key}") or "").strip() for key in _KEYS}
        if not told["from"] or not told["length"]:
            continue
        name = told["name"] or data.get(f"h{number}", "")
        renamed[data.get(f"h{number}", "")] = name
        columns.append(
            {"name": name, "from": told["from"], "length": told["length"], **_kind(told["kind"])}
        )
    document: dict[str, Any] = {"columns": columns}
    if data.get("record_value", "").strip():
        document["record"] = {
            "from": data.get("record_from", ""),
            "length": data.get("record_length", ""),
            "value": data.get("record_value", "").strip(),
        }
    try:
        layout = Layout.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        problem = f"{place}: {first['msg']}" if place else first["msg"]
        raise LayoutInvalid(problem=problem) from None
    cut = data.get("cut", "")
    if cut.isascii() and cut.isdecimal() and len(cut) < 6:
        layout = toggle_border(layout, int(cut))
    return layout, renamed


_KEYS = ("name", "from", "length", "kind")


def _kind(text: str) -> dict[str, Any]:
    kind, _, detail = text.partition(":")
    if kind == "amount" and detail:
        return {"type": kind, "decimals": detail}
    return {"type": kind or "text", "format": detail or None}
