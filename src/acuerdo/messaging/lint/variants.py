"""Every text that a template can become: each branch of each condition taken and not taken.

A condition over facts that are known (the creditor's own) is decided by them. Any other is
decided both ways, the same way wherever it stands in the template again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TextIO, cast

from liquid import BoundTemplate, StrictUndefined
from liquid.ast import BlockNode
from liquid.builtin.expressions import Path
from liquid.builtin.tags.case_tag import CaseNode, CaseTag, MultiExpressionBlockNode
from liquid.builtin.tags.for_tag import ForNode, ForTag
from liquid.builtin.tags.if_tag import IfNode, IfTag
from liquid.builtin.tags.unless_tag import UnlessNode, UnlessTag
from liquid.context import RenderContext
from liquid.exceptions import LiquidError
from liquid.expression import Expression

from acuerdo.messaging.errors import TemplateInvalid
from acuerdo.messaging.liquid import ClosedEnvironment, nest

# So many texts are read; nobody can oversee a template that becomes more.
MAX_VARIANTS = 256


class TooManyVariants(Exception):
    """The conditions of the template make more texts than can be read."""


def list_variants(
    sources: Sequence[str], facts: Mapping[str, str | None], known: frozenset[str]
) -> Iterator[tuple[str, ...]]:
    """The finished `sources` (subject, body) in every way that conditions allow, each once.

    `facts` are samples of all facts, `known` the names of those that are no samples. Raises
    TemplateInvalid as rendering does, TooManyVariants past MAX_VARIANTS.
    """
    choices = _Choices()
    environment = _Branching(choices, known, facts)
    try:
        templates = [environment.from_string(source) for source in sources]
        nested = nest(facts)
        seen: set[tuple[str, ...]] = set()
        for _number in range(MAX_VARIANTS):
            texts = tuple(_render(template, nested) for template in templates)
            if texts not in seen:
                seen.add(texts)
                yield texts
            if not choices.advance():
                return
    except LiquidError as error:
        raise TemplateInvalid(reason=str(error).splitlines()[0], line=1) from error
    raise TooManyVariants


def _render(template: BoundTemplate, facts: Mapping[str, Any]) -> str:
    return str(template.render(**facts))


class _Choices:
    """One way through the decisions of a template, and then the next way."""

    def __init__(self) -> None:
        self._path: list[tuple[int, int]] = []
        self._taken: dict[str, int] = {}
        self._next = 0

    def pick(self, name: str, options: int) -> int:
        """Which of `options` the decision called `name` takes this time."""
        key = f"{name}/{options}"
        if key not in self._taken:
            if self._next == len(self._path):
                self._path.append((0, options))
            self._taken[key] = self._path[self._next][0]
            self._next += 1
        return self._taken[key]

    def advance(self) -> bool:
        """Whether there is a way that was not gone yet; then it is the next one."""
        self._taken, self._next = {}, 0
        while self._path:
            taken, options = self._path.pop()
            if taken + 1 < options:
                self._path.append((taken + 1, options))
                return True
        return False


class _Branching(ClosedEnvironment):
    """Liquid in which what is decided at delivery is decided by `choices`."""

    def __init__(
        self, choices: _Choices, known: frozenset[str], facts: Mapping[str, str | None]
    ) -> None:
        super().__init__(undefined=StrictUndefined, strict_filters=True, autoescape=False)
        self.choices = choices
        self.known = known
        own = {facts[name] for name in known if name in facts}

        def default(value: object, other: object = "") -> object:
            if value in own:
                return value or other
            return (value, other)[choices.pick(f"default {value} {other}", 2)]

        for tag in (_IfTag, _UnlessTag, _CaseTag, _ForTag):
            self.add_tag(tag)
        self.add_filter("default", default)

    def holds(self, condition: Expression, context: RenderContext) -> bool:
        if all(".".join(map(str, path)) in self.known for path in _paths(condition)):
            return bool(condition.evaluate(context))
        return self.choices.pick(str(condition), 2) == 0


def _paths(expression: Expression) -> Iterator[Sequence[object]]:
    pending = [expression]
    while pending:
        one = pending.pop()
        if isinstance(one, Path):
            yield one.path
        pending.extend(one.children())


def _of(context: RenderContext) -> _Branching:
    return cast(_Branching, context.env)


class _IfNode(IfNode):
    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        return _first_that_holds(self, context, buffer, negated=False)


class _UnlessNode(UnlessNode):
    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        return _first_that_holds(self, context, buffer, negated=True)


def _first_that_holds(
    node: IfNode | UnlessNode, context: RenderContext, buffer: TextIO, *, negated: bool
) -> int:
    environment = _of(context)
    if environment.holds(node.condition, context) is not negated:
        return _block(node.consequence, context, buffer)
    for other in node.alternatives:
        if environment.holds(other.expression, context):
            return _block(other.block, context, buffer)
    return _block(node.default, context, buffer)


def _block(block: BlockNode | None, context: RenderContext, buffer: TextIO) -> int:
    return int(block.render(context, buffer)) if block else 0


class _CaseNode(CaseNode):
    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        environment = _of(context)
        if all(".".join(map(str, path)) in environment.known for path in _paths(self.expression)):
            return int(super().render_to_output(context, buffer))
        whens = [one for one in self.blocks if isinstance(one, MultiExpressionBlockNode)]
        others = [one for one in self.blocks if not isinstance(one, MultiExpressionBlockNode)]
        taken = environment.choices.pick(f"case {self.expression}", len(whens) + 1)
        blocks = [whens[taken].block] if taken < len(whens) else others
        return sum(_block(block, context, buffer) for block in blocks)


class _ForNode(ForNode):
    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        environment = _of(context)
        if environment.choices.pick(f"for {self.expression}", 2) == 0:
            return int(super().render_to_output(context, buffer))
        return _block(self.default, context, buffer)


class _IfTag(IfTag):
    node_class = _IfNode


class _UnlessTag(UnlessTag):
    node_class = _UnlessNode


class _CaseTag(CaseTag):
    node_class = _CaseNode


class _ForTag(ForTag):
    node_class = _ForNode
