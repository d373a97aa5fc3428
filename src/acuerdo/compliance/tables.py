"""The packs as a table for people: what `docs/compliance.md` shows."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from acuerdo.compliance.packs import get_library
from acuerdo.compliance.rules.pack import NOTES, Pack, Rule


def render_rules() -> str:
    """Every rule of every pack as Markdown, by country, in the order of the files."""
    library = get_library()
    packs = [*(library.packs[code] for code in sorted(library.packs)), library.base]
    return "\n".join(line for pack in packs for line in _pack(pack))


def _pack(pack: Pack) -> Iterator[str]:
    yield f"### {pack.names['en']} (`{pack.code}` {pack.version}, {pack.status})"
    yield ""
    yield "| rule | refuses as | source | confidence | in words |"
    yield "|---|---|---|---|---|"
    for rule in pack.rules:
        if rule.kind not in NOTES:
            yield _row(rule)
    yield ""


def _row(rule: Rule) -> str:
    codes = dict.fromkeys((rule.code, *rule.codes.values()))
    source = "ours" if rule.house_default else rule.citation
    words = rule.texts["en"] + (f" (Only with the option `{rule.option}`.)" if rule.option else "")
    return (
        f"| `{rule.id}` | {', '.join(f'`{code}`' for code in codes)} | {source}"
        f" | {rule.confidence} | {words} |"
    )


MARK = "## The rules\n\n"


def renew(text: str) -> str:
    """A document with its table of rules as the packs stand now."""
    return text[: text.index(MARK) + len(MARK)] + render_rules().rstrip() + "\n"


if __name__ == "__main__":
    document = Path(sys.argv[1])
    document.write_text(renew(document.read_text("utf-8")), "utf-8")
