"""The packs as a table for people: what `docs/compliance.md` shows."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from acuerdo.compliance.packs import get_library
from acuerdo.compliance.rules.pack import NOTES, Library, Pack, Rule


def render_rules() -> str:
    """Every rule of every pack as Markdown, by country, in the order of the files."""
    return "\n".join(_library(get_library(), get_library("literal")))


def _library(library: Library, literal: Library) -> Iterator[str]:
    yield from _overview(library)
    for pack in (*(library.packs[code] for code in sorted(library.packs)), library.base):
        other = literal.packs.get(pack.code, literal.base)
        yield from _pack(pack, other, library)


def _overview(library: Library) -> Iterator[str]:
    yield "| place | pack | status | signed off | law | rules (ours) |"
    yield "|---|---|---|---|---|---|"
    for code in sorted(library.packs):
        pack = library.packs[code]
        ours = sum(rule.house_default for rule in pack.rules)
        yield (
            f"| {pack.names['en']} | `{code}` {pack.version} | {pack.status}"
            f" | {pack.signed_off_by or 'not yet'} | {pack.citation or 'none found'}"
            f" | {len(pack.rules) + len(pack.cites)} ({ours}) |"
        )
    yield ""


def _pack(pack: Pack, literal: Pack, library: Library) -> Iterator[str]:
    yield f"### {pack.names['en']} (`{pack.code}` {pack.version}, {pack.status})"
    yield ""
    yield "| rule | refuses as | source | confidence | in force from | in words |"
    yield "|---|---|---|---|---|---|"
    both = {rule.id for rule in pack.rules} & {rule.id for rule in literal.rules}
    for rule in pack.rules:
        if rule.kind not in NOTES:
            yield _row(rule, "" if rule.id in both else "conservative reading")
    for rule in literal.rules:
        if rule.id not in both:
            yield _row(rule, "literal reading")
    for rule in library.common_rules(pack) if pack.cites else ():
        if rule.id in pack.cites:
            yield _row(rule, "common rule, by this law")
    yield ""
    if pack.waives:
        yield f"Replaces the common rules {', '.join(f'`{name}`' for name in sorted(pack.waives))}."
        yield ""


def _row(rule: Rule, remark: str) -> str:
    codes = dict.fromkeys((rule.code, *rule.codes.values()))
    source = rule.citation if not rule.house_default else "ours"
    words = [rule.texts["en"]]
    if rule.subdivisions:
        words.append(f"Only in {', '.join(sorted(rule.subdivisions))}.")
    if rule.option:
        words.append(f"Only with the option `{rule.option}`.")
    if remark:
        words.append(f"({remark})")
    since = "" if rule.effective_from.year <= 2000 else rule.effective_from.isoformat()
    if rule.effective_to:
        since += f" until {rule.effective_to.isoformat()}"
    return (
        f"| `{rule.id}` | {', '.join(f'`{code}`' for code in codes)} | {source}"
        f" | {rule.confidence} | {since} | {' '.join(words)} |"
    )


MARK = "## The rules\n\n"


def renew(text: str) -> str:
    """A document with its table of rules as the packs stand now."""
    return text[: text.index(MARK) + len(MARK)] + render_rules().rstrip() + "\n"


if __name__ == "__main__":
    document = Path(sys.argv[1])
    document.write_text(renew(document.read_text("utf-8")), "utf-8")
