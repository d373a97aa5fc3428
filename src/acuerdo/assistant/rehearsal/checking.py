"""A flow over all scripted conversations: what it answers differently, and what it must not.

A difference is what a flow is for, and a person looks at it. Unsafe is what may never be, however
a conversation is led: something of a debt said too early, two questions, a text that the guard
stops, a stop, death, dispute, complaint or wrong person that is no longer acted on, or nobody
called where somebody was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from acuerdo.assistant.dialogue.flow import Flow
from acuerdo.assistant.dialogue.model import Act, HandOff, OpenCase, RecordOptOut
from acuerdo.assistant.nlu.contract import Understander
from acuerdo.assistant.rehearsal.scripts import Played, list_scripts, play

Outcome = Literal["same", "changed", "unsafe"]

_PROTECTIVE: Final = frozenset({"dispute", "already_paid", "complaint", "deceased", "wrong_person"})


class Difference(BaseModel):
    """Where a script goes another way first: what was said, what answers as a rule (template ids),
    and what the flow answers."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    say: str
    expected: tuple[str, ...]
    said: tuple[str, ...]
    text: str


class Result(BaseModel):
    """One script. `problems`: codes of `scripts.Line`, and protection_lost, not_replayed."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    outcome: Outcome
    problems: tuple[str, ...] = ()
    difference: Difference | None = None


class Report(BaseModel):
    """All scripts: how many there are, and those that are not answered as a rule."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    scripts: int
    results: tuple[Result, ...] = ()

    def count(self, outcome: Outcome) -> int:
        """How many scripts ended so."""
        if outcome == "same":
            return self.scripts - len(self.results)
        return sum(result.outcome == outcome for result in self.results)

    @property
    def is_safe(self) -> bool:
        return self.count("unsafe") == 0


def rehearse(
    flow: Flow,
    understander: Understander,
    *,
    overrides: Mapping[str, Mapping[str, str]] | None = None,
    tell: Callable[[int], None] = lambda _percent: None,
) -> Report:
    """Play every script with the flow and with the product's own. `tell` hears of progress, in per
    cent."""
    scripts = list_scripts()
    results = []
    for number, script in enumerate(scripts, 1):
        usual = play(script, understander)
        played = play(script, understander, flow, overrides)
        result = compare(usual, played)
        if result.outcome != "same":
            results.append(result)
        tell(number * 100 // len(scripts))
    return Report(scripts=len(scripts), results=tuple(results))


def compare(usual: Played, played: Played) -> Result:
    """What the flow made of one script."""
    problems = [problem for line in played.lines for problem in line.problems]
    if _protection(usual) - _protection(played):
        problems.append("protection_lost")
    if not played.replays:
        problems.append("not_replayed")
    difference = _difference(usual, played, bool(problems))
    if problems:
        return Result(
            id=played.id,
            outcome="unsafe",
            problems=tuple(dict.fromkeys(problems)),
            difference=difference,
        )
    if difference is not None:
        return Result(id=played.id, outcome="changed", difference=difference)
    return Result(id=played.id, outcome="same")


def _protection(played: Played) -> Counter[str]:
    """The acts that protect a person. Any call for a person stands for any other."""
    found: Counter[str] = Counter()
    for act in played.world.acts:
        name = _protective(act)
        if name:
            found[name] = 1
    return found


def _protective(act: Act) -> str:
    if isinstance(act, RecordOptOut):
        return "opt_out"
    if isinstance(act, OpenCase) and act.case in _PROTECTIVE:
        return act.case
    return "person" if isinstance(act, HandOff) and act.reason == "asked" else ""


def _difference(usual: Played, played: Played, worst: bool) -> Difference | None:
    """The first line with a problem where there is `worst`, else the first answered otherwise."""
    for before, line in zip(usual.lines, played.lines, strict=True):
        if (worst and line.problems) or (not worst and line.said != before.said):
            return Difference(say=line.say, expected=before.said, said=line.said, text=line.text)
    return None
