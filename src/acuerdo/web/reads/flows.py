"""What the pages of conversation flows show: the list, the run over the scripts, a trial."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from acuerdo.agreements.versions import list_active, list_waiting
from acuerdo.assistant.flows.documents import FlowDocument, read_document
from acuerdo.assistant.flows.scope import Scope
from acuerdo.assistant.models import ConversationFlow
from acuerdo.assistant.rehearsal.checking import Report, Result
from acuerdo.core.money import Money, format_money
from acuerdo.creditors.models import Creditor
from acuerdo.web.flow_form import stage_labels, step_labels
from acuerdo.web.reads.accounts import segment_names

SHOWN: Final = 12
"""How many scripts of each kind are listed at most."""

PROBLEMS: Final[dict[str, str | Promise]] = {
    "too_early": gettext_lazy("tells of a debt before the proof"),
    "two_questions": gettext_lazy("asks two questions at once"),
    "blocked": gettext_lazy("says a figure, date or link that is no fact"),
    "not_silent": gettext_lazy("answers where it has to be silent"),
    "protection_lost": gettext_lazy("does not act on what protects the debtor"),
    "not_replayed": gettext_lazy("cannot be replayed"),
}


@dataclass(frozen=True, slots=True)
class FlowLine:
    """A flow in the list."""

    row: ConversationFlow
    scope: str
    begins: str
    people: str


@dataclass(frozen=True, slots=True)
class ScriptLine:
    """A script that is answered otherwise, or unsafely."""

    result: Result
    problems: str


@dataclass(frozen=True, slots=True)
class RunView:
    """The run of a version over the scripted conversations."""

    row: ConversationFlow
    under_way: bool
    scripts: int
    same: int
    changed: int
    unsafe: int
    worst: list[ScriptLine]
    others: list[ScriptLine]
    more: int


def list_lines(creditor: Creditor) -> tuple[list[FlowLine], list[FlowLine]]:
    """Those in force in the order in which they are asked, and those that wait."""
    names = list_segments(creditor)
    return (
        [_line(row, names, creditor) for row in list_active(ConversationFlow, creditor.pk)],
        [_line(row, names, creditor) for row in list_waiting(ConversationFlow, creditor.pk)],
    )


def list_segments(creditor: Creditor) -> dict[str, str]:
    """The creditor's segments: code → name."""
    return {code: name for (_pk, code), name in segment_names({creditor.pk}).items()}


def _line(row: ConversationFlow, names: dict[str, str], creditor: Creditor) -> FlowLine:
    document = read_document(row.document)
    labels = step_labels()
    rules = [scope_words(rule, names, creditor.country) for rule in document.hand_over]
    return FlowLine(
        row,
        scope_words(document.whom, names, creditor.country),
        ", ".join(labels[step] for step in document.steps),
        "; ".join(rules),
    )


def scope_words(scope: Scope, names: dict[str, str], country: str) -> str:
    """For which debts something holds."""
    parts = [", ".join(names.get(code, code) for code in scope.segments), ", ".join(scope.products)]
    if scope.dpd_from is not None:
        parts.append(_("from day %(n)s past due") % {"n": scope.dpd_from})
    if scope.dpd_to is not None:
        parts.append(_("until day %(n)s past due") % {"n": scope.dpd_to})
    locale = f"es_{country}"
    for template, amounts in (
        (_("from %(amount)s"), scope.balance_from),
        (_("up to %(amount)s"), scope.balance_to),
    ):
        for currency, amount in amounts.items():
            shown = format_money(Money.from_decimal(amount, currency), locale)
            parts.append(template % {"amount": shown})
    stages = stage_labels()
    parts += [stages[stage] for stage in scope.legal_stages]
    return " · ".join(part for part in parts if part) or _("every debt")


def view_run(row: ConversationFlow) -> RunView:
    """How far the run is, and what it found."""
    report = Report.model_validate(row.test_report) if row.test_report else Report(scripts=0)
    unsafe = [_script(one) for one in report.results if one.outcome == "unsafe"]
    changed = [_script(one) for one in report.results if one.outcome == "changed"]
    return RunView(
        row=row,
        under_way=row.test_state in ("waiting", "running"),
        scripts=report.scripts,
        same=report.count("same"),
        changed=len(changed),
        unsafe=len(unsafe),
        worst=unsafe[:SHOWN],
        others=changed[:SHOWN],
        more=max(0, len(unsafe) - SHOWN) + max(0, len(changed) - SHOWN),
    )


def _script(result: Result) -> ScriptLine:
    words = [str(PROBLEMS.get(code, code)) for code in result.problems]
    return ScriptLine(result, ", ".join(words))


def usual_debt(document: FlowDocument, currency: str) -> tuple[Money, int]:
    """The debt that a first trial begins with: one that the flow is for."""
    whom = document.whom
    least, most = whom.balance_from.get(currency), whom.balance_to.get(currency)
    usual = 1_200_000 if currency in ("COP", "CLP", "ARS", "PYG") else 1_200
    amount = Money.from_decimal(usual, currency)
    if most is not None and amount.to_decimal() > most:
        amount = Money.from_decimal(most, currency)
    if least is not None and amount.to_decimal() < least:
        amount = Money.from_decimal(least, currency)
    dpd = 45
    if whom.dpd_to is not None:
        dpd = min(dpd, whom.dpd_to)
    if whom.dpd_from is not None:
        dpd = max(dpd, whom.dpd_from)
    return amount, dpd
