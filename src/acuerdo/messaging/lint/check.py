"""A template in every text that it can become, against the rules of content of every pack."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from itertools import combinations
from typing import Any

import yaml

from acuerdo.compliance.packs import get_library
from acuerdo.compliance.rules import ContactRequest
from acuerdo.compliance.rules.facts import ANSWERS, FLAGS, OUTREACH
from acuerdo.compliance.rules.pack import PHASES, Policy, Rule
from acuerdo.core.vocabulary import Channel, Party, Purpose
from acuerdo.messaging.content import CALL_ONLY, Content, Identity, Quote, read_content
from acuerdo.messaging.facts import is_disclosing
from acuerdo.messaging.html import to_plain
from acuerdo.messaging.lint.findings import FLAGGED, REFUSED, Finding
from acuerdo.messaging.lint.samples import KNOWN, OPTOUT_URL, own_facts, sample_facts
from acuerdo.messaging.lint.variants import TooManyVariants, list_variants
from acuerdo.messaging.liquid import list_paths

# A text that nothing can be said against.
CALM: Mapping[str, bool | str] = {
    "discloses_debt": False,
    "identifies_creditor": True,
    "identifies_firm": True,
    "identifies_agent": True,
    "supplier_name": True,
    "supplier_address": True,
    "supplier_tax_id": True,
    "has_opt_out": True,
    "mini_miranda": True,
    "states_commercial_purpose": True,
    "asks_reason_for_default": False,
    "offers_payment_plan": False,
    "looks_judicial": False,
    "refers_to_judicial_act": False,
    "contains_threat": False,
    "threatens_legal_action": False,
    "impersonates_public_institution": False,
    "callback_number_type": "normal",
    "payee": "creditor",
    "public_display": False,
}
# Facts that are our business where no pack speaks of them.
_DOUBTFUL = ("asks_reason_for_default", "threatens_legal_action", "refers_to_judicial_act", "payee")
# Messages of these kinds may be written for a reader who has been verified.
_VERIFIABLE = ANSWERS | {Purpose.SERVICING, Purpose.FRAUD_ALERT, Purpose.STATUTORY_NOTICE}
_WRITTEN = frozenset(
    {
        Channel.SMS,
        Channel.WHATSAPP,
        Channel.TELEGRAM,
        Channel.MESSENGER,
        Channel.INSTAGRAM,
        Channel.EMAIL,
    }
)
_OUTSIDE = frozenset({Channel.EMAIL, Channel.LETTER})
_MOST_FLAGS = 3
_OUTPUT = re.compile(r"\{\{.*?\}\}")


@dataclass(frozen=True, slots=True)
class _Draft:
    """A template as it is given to the lint."""

    parts: Mapping[str, str]
    titles: tuple[str, ...]
    channel: str
    purpose: str
    locale: str
    identity: Identity
    policy: Policy | None


@dataclass(frozen=True, slots=True)
class _Text:
    """One text of it, as it is read in one country."""

    country: str
    content: Content
    samples: tuple[str, ...]
    disclosing: frozenset[str]

    def quotes(self, fact: str) -> tuple[Quote, ...]:
        return self.content.quotes.get(fact, ())


def lint_template(
    *,
    subject: str = "",
    body: str,
    buttons: Sequence[Mapping[str, str]] = (),
    channel: str,
    purpose: str,
    locale: str,
    countries: Collection[str] = (),
    identity: Identity,
    policy: Policy | None = None,
) -> tuple[Finding, ...]:
    """What is wrong with a template in `countries` (`CO`, `AR-C`), the worst first.

    Every branch of its conditions is read, with sample facts for what is not known before there
    is a reader. Without a country only what holds everywhere is asked, and a country without a
    pack counts as none. `policy` are the creditor's own rules. Needs no database. Raises
    TemplateInvalid where it cannot be rendered at all.
    """
    draft = _Draft(
        parts={"subject": subject, "body": body},
        titles=tuple(str(button.get("title", "")) for button in buttons),
        channel=channel,
        purpose=purpose,
        locale=locale,
        identity=identity,
        policy=policy,
    )
    known = get_library().packs
    places = sorted({place for place in countries if place.partition("-")[0] in known}) or [""]
    findings: dict[tuple[str, ...], Finding] = {}
    try:
        for place in places:
            for text in _texts(draft, place):
                for finding in _judge(draft, text, place):
                    key = (*finding.kind, finding.part, finding.words)
                    before = findings.setdefault(key, finding)
                    worse = finding if finding.is_refused else before
                    together = sorted({*before.countries, *finding.countries})
                    findings[key] = replace(worse, countries=tuple(together))
    except TooManyVariants:
        tangled = _own("lint.branches", "branches", REFUSED)
        findings = {(tangled.rule_id,): tangled}
    return tuple(sorted(_without_echoes(findings.values()), key=_order))


def _order(finding: Finding) -> tuple[bool, str, int, str]:
    return not finding.is_refused, finding.part, finding.start or 0, finding.rule_id


def _without_echoes(findings: Collection[Finding]) -> Iterator[Finding]:
    """What is refused need not be flagged again for the same words."""
    refused = [one for one in findings if one.is_refused]
    for finding in findings:
        if finding.is_refused or not any(_repeats(finding, one) for one in refused):
            yield finding


def _repeats(flagged: Finding, refused: Finding) -> bool:
    if flagged.fact == refused.fact and flagged.words == refused.words:
        return True
    if flagged.start is None or flagged.end is None or flagged.part != refused.part:
        return False
    if refused.start is None or refused.end is None or refused.fact == "discloses_debt":
        return False
    return refused.start <= flagged.start and flagged.end <= refused.end


def _texts(draft: _Draft, place: str) -> Iterator[_Text]:
    """The texts of a draft as they are read in one place, each once."""
    sources = (draft.parts["subject"], draft.parts["body"])
    paths = frozenset().union(*(list_paths(source) for source in sources))
    country = place.partition("-")[0]
    facts = sample_facts(paths, identity=draft.identity, locale=draft.locale, country=country)
    own = own_facts(draft.identity, country)
    samples = tuple(str(value) for name, value in facts.items() if name not in own and value)
    for subject, body in list_variants(sources, facts, KNOWN):
        content = read_content(
            text=to_plain(body.strip()),
            subject=" ".join(subject.split())[:200],
            titles=draft.titles,
            identity=draft.identity,
            channel=draft.channel,
            purpose=draft.purpose,
            country=country,
            quiet=samples,
            optout_url=OPTOUT_URL,
            discloses=is_disclosing(paths),
        )
        told = frozenset(path for path in paths if is_disclosing([path]))
        yield _Text(country, content, samples, told)


def _judge(draft: _Draft, text: _Text, place: str) -> Iterator[Finding]:
    """What the packs say to one text, and then what we say where they are silent."""
    told: list[Finding] = []
    for rule, severity, where, texts in _refusals(draft, text, place):
        for fact in _culprits(rule, draft, text, place):
            told += [
                Finding(
                    severity=severity,
                    rule_id=rule.id,
                    code=rule.code,
                    citation=rule.citation,
                    house_default=rule.house_default,
                    countries=(where,) if where else (),
                    fact=fact,
                    texts=texts,
                    advice=_advice(fact)["advice"],
                    insert=_insert(fact, draft),
                    **words,
                )
                for words in _words(draft, text, fact)
            ]
    yield from told
    refused = {(one.fact, one.words) for one in told if one.is_refused}
    for finding in _ours(draft, text, {one.fact for one in told}):
        if (finding.fact, finding.words) not in refused:
            yield replace(finding, countries=(place,) if place else ())


def _refusals(
    draft: _Draft, text: _Text, place: str
) -> Iterator[tuple[Rule, str, str, Mapping[str, str]]]:
    """The rules against a text: with how heavily, where, and the words of the refusal."""
    asked: set[str] = set()
    for where in [place, *_parts_of(place)]:
        for rule in _rules(draft, where):
            if rule.id in asked or not _minds(rule, draft, text, where, {}):
                continue
            asked.add(rule.id)
            if where != place:
                yield rule, FLAGGED, where, _in_cases(rule)
            elif draft.purpose in _VERIFIABLE and not _minds(
                rule, draft, text, where, {"identity_verified": True}
            ):
                yield rule, FLAGGED, where, _advice("lint.verified")["own"]
            else:
                yield rule, REFUSED, where, rule.texts
    if asked & {"base.identity"} or not place:
        return
    for rule in _rules(draft, place):
        if rule.id not in asked and any(
            _minds(rule, draft, text, place, flags) for flags in _circumstances(rule)
        ):
            yield rule, FLAGGED, place, _in_cases(rule)


def _in_cases(rule: Rule) -> Mapping[str, str]:
    opening = _advice("lint.cases")["own"]
    return {
        language: opening[language] + words[:1].lower() + words[1:]
        for language, words in rule.texts.items()
    }


def _rules(draft: _Draft, place: str) -> Iterator[Rule]:
    """The rules of content that speak of such a message."""
    library = get_library()
    if place:
        rules: Sequence[Rule] = library.rules_for(
            place, draft.channel, draft.purpose, Party.DEBTOR, draft.policy
        )
    else:
        rules = [
            rule
            for rule in library.base.rules
            if rule.kind in PHASES and rule.concerns("", draft.channel, draft.purpose, Party.DEBTOR)
        ]
    for rule in rules:
        if rule.kind == "stop" and rule.effective_to is None and _content_of(rule):
            yield rule


def _content_of(rule: Rule) -> list[str]:
    """The facts of a text that a rule looks at."""
    names = sorted(name.partition(".")[2] for name in rule.reads if name.startswith("message."))
    return [name for name in names if name not in CALL_ONLY]


def _parts_of(place: str) -> list[str]:
    """The parts of a whole country that have rules of content of their own."""
    pack = get_library().packs.get(place)
    if pack is None:
        return []
    parts = {part for rule in pack.rules if _content_of(rule) for part in rule.subdivisions}
    return sorted(f"{place}-{part}" for part in parts if len(part) <= 3)


def _circumstances(rule: Rule) -> Iterator[dict[str, bool]]:
    """The states of a debt and a debtor that a rule looks at, a few at a time."""
    names = sorted(name.partition(".")[2] for name in rule.reads if name.startswith("flags."))
    flags = [name for name in names if FLAGS[name] == "bool"]
    for count in range(1, min(len(flags), _MOST_FLAGS) + 1):
        for chosen in combinations(flags, count):
            yield dict.fromkeys(chosen, True)


def _minds(
    rule: Rule,
    draft: _Draft,
    text: _Text,
    place: str,
    flags: Mapping[str, bool],
    facts: Mapping[str, bool | str] | None = None,
) -> bool:
    """Whether a rule refuses the text, and for what it says: it would let a calm one out."""

    def is_on(message: Mapping[str, bool | str]) -> bool:
        return rule.is_on(
            ContactRequest(
                channel=draft.channel,
                purpose=draft.purpose,
                jurisdiction=place,
                flags={"identity_verified": False, **flags},
                message=message,
            )
        )

    return is_on(text.content.facts if facts is None else facts) and not is_on(CALM)


def _culprits(rule: Rule, draft: _Draft, text: _Text, place: str) -> list[str]:
    """The facts of the text that brought the rule into play."""
    facts = text.content.facts
    wrong = [name for name in _content_of(rule) if facts[name] != CALM[name]]
    missing = [name for name in wrong if CALM[name] is True]

    def still_minds(mended: Collection[str]) -> bool:
        calmer = {**facts, **{name: CALM[name] for name in mended}}
        return _minds(rule, draft, text, place, {}, calmer)

    if missing and not still_minds(missing):
        for name in tuple(missing):
            rest = [one for one in missing if one != name]
            missing = missing if still_minds(rest) else rest
        # One line often mends several: it is asked for once.
        by_line = {_insert(name, draft): name for name in reversed(missing)}
        if not draft.identity.firm and "identifies_creditor" in missing:
            by_line.pop(_insert("identifies_firm", draft), None)
        return sorted(by_line.values())
    return [name for name in wrong if name not in missing] or wrong


def _words(draft: _Draft, text: _Text, fact: str) -> Iterator[dict[str, Any]]:
    """Where the words of a fact stand in the template; once without words where it has none."""
    quotes = text.quotes(fact)
    found = False
    for quote in quotes:
        inside = any(
            other is not quote
            and other.part == quote.part
            and other.start <= quote.start
            and quote.end <= other.end
            and (other.end - other.start) > (quote.end - quote.start)
            for other in quotes
        )
        if not inside:
            found = True
            yield _locate(draft, text, quote)
    if fact == "discloses_debt":
        for part, source in draft.parts.items():
            for output in _OUTPUT.finditer(source):
                if any(path in output.group() for path in text.disclosing):
                    found = True
                    yield _place(part, output.group(), *output.span())
    if not found:
        yield _place("", "", None, None)


def _locate(draft: _Draft, text: _Text, quote: Quote) -> dict[str, Any]:
    """The place of quoted words in the source of the template, whose outputs were filled in."""
    if quote.part == "button":
        return _place("button", quote.words, None, None)
    source = draft.parts[quote.part]
    pieces = re.split("|".join(map(re.escape, text.samples)) or r"(?!)", quote.words)
    pattern = r"\{\{.*?\}\}".join(
        r"\s+".join(re.escape(word) for word in re.split(r"\s+", piece)) for piece in pieces
    )
    hit = re.search(pattern, source)
    if hit is None:
        return _place(quote.part, quote.words, None, None)
    return _place(quote.part, hit.group(), *hit.span())


def _place(part: str, words: str, start: int | None, end: int | None) -> dict[str, Any]:
    return {"part": part, "words": words, "start": start, "end": end}


def _ours(draft: _Draft, text: _Text, told: Collection[str]) -> Iterator[Finding]:
    """What we say to a text of which no pack spoke, or spoke too late."""
    facts = text.content.facts
    for fact in _DOUBTFUL:
        if facts[fact] != CALM[fact] and fact not in told:
            for words in _words(draft, text, fact):
                yield _own(f"lint.{fact}", fact, FLAGGED, draft, words)
    pressing = draft.purpose in OUTREACH
    if pressing and draft.channel in _WRITTEN:
        for fact in ("has_opt_out", "identifies_creditor"):
            if not facts[fact] and not {fact, "identifies_firm"} & set(told):
                yield _own(f"lint.{fact}", fact, FLAGGED, draft)
    if facts["discloses_debt"]:
        for words in _words(draft, text, "discloses_debt"):
            if draft.channel in _OUTSIDE and words["part"] == "subject":
                yield _own("lint.subject", "discloses_debt", REFUSED, draft, words)
            elif draft.channel == Channel.PUSH:
                yield _own("lint.preview", "discloses_debt", REFUSED, draft, words)
    for doubt, found in text.content.doubts.items():
        for quote in found:
            words = _locate(draft, text, quote)
            yield _own(f"lint.{doubt}", doubt, FLAGGED, draft, words)


def _own(
    rule_id: str,
    fact: str,
    severity: str,
    draft: _Draft | None = None,
    words: Mapping[str, Any] | None = None,
) -> Finding:
    """A finding of ours: from the advice on the check itself, or on the fact."""
    data = _advice(rule_id) or _advice(fact)
    advice = data.get("advice") or _advice(fact)["advice"]
    return Finding(
        severity=severity,
        rule_id=rule_id,
        code=fact,
        citation="",
        house_default=True,
        countries=(),
        fact=fact,
        texts=data["own"],
        advice=advice,
        insert=_insert(fact, draft) if draft else "",
        **(words or _place("", "", None, None)),
    )


def _insert(fact: str, draft: _Draft) -> str:
    """A sentence for the template, in its own language."""
    data = _advice(fact)
    by_channel = data.get(f"insert_{draft.channel}") or data.get("insert") or {}
    return str(by_channel.get(draft.locale) or by_channel.get(draft.locale[:2]) or "")


def _advice(name: str) -> dict[str, Any]:
    return _all_advice().get(name, {})


@lru_cache(maxsize=1)
def _all_advice() -> dict[str, dict[str, Any]]:
    data: dict[str, dict[str, Any]] = yaml.safe_load(
        (files(__package__) / "advice.yaml").read_text("utf-8")
    )
    return data
