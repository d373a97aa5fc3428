"""An answer in words: its template filled with facts by name, or none where one is not known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from acuerdo.agreements.files import Fault
from acuerdo.assistant.dialogue.guard import check_text
from acuerdo.assistant.dialogue.replies import locale_for
from acuerdo.assistant.dialogue.values import AnswerValue, ReplyPart
from acuerdo.assistant.faq.documents import FaqDocument
from acuerdo.assistant.models import FaqEntry
from acuerdo.assistant.nlu.contract import LANGUAGES
from acuerdo.core.vocabulary import Channel, Purpose
from acuerdo.creditors.models import Creditor
from acuerdo.messaging.content import collect_message_facts
from acuerdo.messaging.errors import FactMissing, TemplateInvalid
from acuerdo.messaging.facts import FactSubject, is_disclosing, list_facts, read_facts
from acuerdo.messaging.lint.samples import sample_facts
from acuerdo.messaging.liquid import list_paths, nest, render
from acuerdo.messaging.queries import check_content
from acuerdo.messaging.rendering import identity_of

_SECTION = "faq"


@dataclass(frozen=True, slots=True)
class Said:
    """An answer with its facts in it; `facts` are the texts that it was filled with."""

    text: str
    facts: tuple[str, ...]


# --- facts ---------------------------------------------------------------------------------------


def own_facts(creditor: Creditor) -> dict[str, dict[str, str]]:
    """What the creditor gave a name itself: name → language → text."""
    given = creditor.settings.get(_SECTION, {}).get("facts", {})
    return {str(name): dict(texts) for name, texts in sorted(given.items())}


def public_names() -> list[str]:
    """Facts that anybody may hear, of those that every creditor has."""
    return [fact.name for fact in list_facts() if fact.reader and not fact.discloses]


def private_names() -> list[str]:
    """Facts of a debt: said only to who has proved who they are."""
    return [fact.name for fact in list_facts() if fact.reader and fact.discloses]


def say_own(texts: Mapping[str, str], creditor: Creditor, language: str) -> str:
    """A text by language: that of the reader, of the creditor, or the first there is."""
    chain = (language, creditor.language, *LANGUAGES)
    return next((texts[one] for one in chain if texts.get(one)), "")


# --- saying --------------------------------------------------------------------------------------


def language_of(entry: FaqEntry, language: str) -> str:
    """The language in which the entry answers somebody who writes `language`."""
    chain = (language, entry.creditor.language, *LANGUAGES)
    return next((one for one in chain if entry.answers.get(one)), "")


def is_private(entry: FaqEntry, language: str) -> bool:
    """Whether the answer tells of a debt. Asked again of the facts, as what they tell may change
    after the entry was written."""
    answer = entry.answers[language]
    return language in entry.private or _names_a_debt(answer, own_facts(entry.creditor))


def say_answer(entry: FaqEntry, language: str, subject: FactSubject) -> Said:
    """The answer for one reader. Raises FactMissing where a fact that it names is not known:
    an answer with a hole in it is none."""
    source = entry.answers[language]
    paths = list_paths(source)
    own = own_facts(entry.creditor)
    facts: dict[str, str | None] = {
        name: say_own(own[name], entry.creditor, language) for name in paths & own.keys()
    }
    facts |= read_facts(paths - own.keys(), [subject])[subject.key]
    return _fill(source, paths, facts)


def say_sample(source: str, creditor: Creditor, language: str) -> Said:
    """The answer as somebody of the creditor's country might read it."""
    paths = list_paths(source)
    own = own_facts(creditor)
    facts = sample_facts(
        paths - own.keys(),
        identity=identity_of(creditor),
        locale=locale_for(language, creditor.country),
        country=creditor.country,
    )
    facts |= {name: say_own(own[name], creditor, language) for name in paths & own.keys()}
    for name in ("name", "legal_name", "tax_id", "address", "phone", "email"):
        if f"creditor.{name}" in facts:
            facts[f"creditor.{name}"] = getattr(creditor, name) or facts[f"creditor.{name}"]
    return _fill(source, paths, {name: value or f"[{name}]" for name, value in facts.items()})


def _fill(source: str, paths: Iterable[str], facts: Mapping[str, str | None]) -> Said:
    for name in sorted(paths):
        if not facts.get(name):
            raise FactMissing(fact=name)
    known = {name: value for name, value in facts.items() if value}
    return Said(render(source, nest(known)).strip(), tuple(known.values()))


# --- checking ------------------------------------------------------------------------------------


def list_private(document: FaqDocument, creditor: Creditor) -> list[str]:
    """The languages whose answer tells of a debt, by the facts that it names or by its words."""
    own = own_facts(creditor)
    return [
        language
        for language, answer in document.answers.items()
        if _names_a_debt(answer, own) or _speaks_of_a_debt(answer, creditor, language)
    ]


def check_answers(document: FaqDocument, creditor: Creditor, today: date) -> list[Fault]:
    """What is wrong with the answers at this creditor: a fact that nobody knows, a figure that is
    written instead of named, words that would never be let out."""
    faults = []
    for language, answer in document.answers.items():
        message = _why_not(answer, creditor, language, today)
        if message:
            faults.append(Fault(("answers", language), message))
    return faults


def _why_not(answer: str, creditor: Creditor, language: str, today: date) -> str:
    names = {*own_facts(creditor), *public_names(), *private_names()}
    unknown = sorted(list_paths(answer) - names)
    if unknown:
        return _("There is no fact %(name)s.") % {"name": unknown[0]}
    try:
        said = say_sample(answer, creditor, language)
    except (FactMissing, TemplateInvalid) as error:
        return str(error)
    part = ReplyPart(
        template="faq.answer", facts={"answer": AnswerValue(text=said.text, facts=said.facts)}
    )
    written = check_text(said.text, (part,), country=creditor.country, today=today)
    if written:
        words = written[0].partition(" ")[2]
        return _(
            "“%(words)s” is written into the answer. Figures, days, times, addresses of pages and"
            " numbers are named as facts, so that they are right when they are said."
        ) % {"words": words}
    # What stands in the facts is no template: its braces are no names.
    findings = check_content(
        creditor,
        channel=Channel.WHATSAPP,
        locale=language,
        purpose=Purpose.REPLY_TO_DEBTOR_QUERY,
        body=said.text.replace("{", "("),
        countries=[creditor.country],
    )
    refused = next((finding for finding in findings if finding.is_refused), None)
    return refused.explain(get_language() or "en") if refused else ""


def _names_a_debt(answer: str, own: Mapping[str, object]) -> bool:
    return is_disclosing(list_paths(answer) - own.keys())


def _speaks_of_a_debt(answer: str, creditor: Creditor, language: str) -> bool:
    try:
        said = say_sample(answer, creditor, language)
    except (FactMissing, TemplateInvalid):
        return True
    facts = collect_message_facts(
        text=said.text,
        subject="",
        titles=[],
        identity=identity_of(creditor),
        channel=Channel.CHAT,
        country=creditor.country,
    )
    return bool(facts["discloses_debt"])
