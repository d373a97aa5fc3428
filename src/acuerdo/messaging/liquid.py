"""Templates: Liquid with its doors closed.

A template is written by a creditor's staff, so it is input. It gets text facts and nothing else:
no objects of ours, no loading of other templates, no assignment, no ranges (python-liquid does
not count `{{ (1..100000000) | join }}` as a loop), a short list of filters without `safe`, and
limits on size, nesting, loops and output. An unknown name is an error, never an empty string.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from liquid import BoundTemplate, Environment, StrictUndefined
from liquid.ast import Node
from liquid.builtin.expressions import Path
from liquid.builtin.expressions.primitive import RangeLiteral
from liquid.context import RenderContext
from liquid.exceptions import LiquidError, UndefinedError
from liquid.expression import Expression

from acuerdo.messaging.errors import FactMissing, TemplateInvalid

MAX_SOURCE = 8_000
MAX_OUTPUT = 32_000

TAGS = frozenset({"if", "unless", "case", "for", "break", "continue", "comment", "#"})
FILTERS = frozenset(
    "capitalize default downcase escape first join last size strip truncate".split()
)
# What the parser itself registers tags for: plain text, `{{ }}`, and the error for the rest.
_INTERNAL_TAGS = frozenset({"content", "output", "illegal", "literal"})


class ClosedEnvironment(Environment):
    """Liquid without the doors that a template could leave by."""

    block_nesting_limit = 8
    context_depth_limit = 8
    loop_iteration_limit = 200
    local_namespace_limit = 10_000
    output_stream_limit = MAX_OUTPUT

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        super().setup_tags_and_filters(extra=False)
        for name in list(self.tags):
            if name not in TAGS and name.lower() not in _INTERNAL_TAGS:
                del self.tags[name]
        for name in list(self.filters):
            if name not in FILTERS:
                del self.filters[name]


_NAME = re.compile(r"[a-z_][a-z0-9_.]*", re.IGNORECASE)
_environment = ClosedEnvironment(undefined=StrictUndefined, strict_filters=True, autoescape=False)


@lru_cache(maxsize=1_024)
def _parse(source: str) -> BoundTemplate:
    if len(source) > MAX_SOURCE:
        reason = format_lazy(_("it is longer than {limit} characters"), limit=MAX_SOURCE)
        raise TemplateInvalid(reason=reason, line=1)
    try:
        template = _environment.from_string(source)
    except LiquidError as error:
        raise TemplateInvalid(reason=_reason(error), line=_line(error)) from error
    for expression in _expressions(template):
        if isinstance(expression, RangeLiteral):
            raise TemplateInvalid(
                reason=_("ranges like (1..9) are not allowed"), line=_token_line(expression, source)
            )
    for name in template.filter_names():
        if name not in FILTERS:
            reason = format_lazy(_("there is no filter {name}"), name=name)
            raise TemplateInvalid(reason=reason, line=1)
    return template


@lru_cache(maxsize=1_024)
def list_paths(source: str) -> frozenset[str]:
    """The facts that a template names, as dotted paths (`creditor.name`).

    Names that a `for` gives itself are left out. Raises TemplateInvalid where it cannot be used,
    a path reached by a computed name (`creditor[x]`) included, for nobody could check it.
    """
    template = _parse(source)
    for expression in _expressions(template):
        if isinstance(expression, Path) and not all(
            isinstance(part, str | int) for part in expression.path
        ):
            raise TemplateInvalid(
                reason=_("a fact must be named by its name"), line=_token_line(expression, source)
            )
    return frozenset(
        ".".join(str(part) for part in segments) for segments in template.global_variable_segments()
    )


def check_template(source: str, known: Iterable[str]) -> frozenset[str]:
    """The facts of a template, all of which must be in `known`. Raises TemplateInvalid."""
    paths = list_paths(source)
    unknown = sorted(paths - set(known))
    if unknown:
        reason = format_lazy(_("nobody knows the fact {fact}"), fact=unknown[0])
        raise TemplateInvalid(reason=reason, line=1)
    return paths


def render(source: str, facts: Mapping[str, Any]) -> str:
    """The text of a template. `facts` are nested mappings of texts, as `nest` makes them.

    Raises FactMissing where a named fact is not there, TemplateInvalid for everything else.
    """
    template = _parse(source)
    try:
        return template.render(**facts)
    except UndefinedError as error:
        named = _NAME.search(str(error))
        raise FactMissing(fact=named.group() if named else "?") from error
    except LiquidError as error:
        raise TemplateInvalid(reason=_reason(error), line=_line(error)) from error


def nest(facts: Mapping[str, object]) -> dict[str, Any]:
    """`{"creditor.name": "X"}` → `{"creditor": {"name": "X"}}`, for the template's dots."""
    nested: dict[str, Any] = {}
    for path, value in facts.items():
        *parents, leaf = path.split(".")
        place = nested
        for parent in parents:
            place = place.setdefault(parent, {})
        place[leaf] = value
    return nested


def _expressions(template: BoundTemplate) -> Iterator[Expression]:
    """Every expression anywhere in the template, operands and filter arguments included."""
    context = RenderContext(template)
    nodes: list[Node] = list(template.nodes)
    while nodes:
        node = nodes.pop()
        nodes.extend(node.children(context))
        pending = list(node.expressions())
        while pending:
            expression = pending.pop()
            yield expression
            pending.extend(expression.children())


def _reason(error: LiquidError) -> str:
    return str(error).splitlines()[0]


def _line(error: LiquidError) -> int:
    try:
        place = error.context()
    except (AttributeError, ValueError):
        return 1
    return int(place[0]) if place else 1


def _token_line(expression: Expression, source: str) -> int:
    start = getattr(expression.token, "start_index", 0)
    return source.count("\n", 0, start) + 1
