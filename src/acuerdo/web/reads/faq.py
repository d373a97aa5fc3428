"""What the pages of a FAQ show: entries and how often they were asked, unanswered questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np
from django.db.models import Max, QuerySet, Sum
from django.utils.translation import get_language

from acuerdo.assistant.faq.answers import (
    is_private,
    language_of,
    own_facts,
    private_names,
    public_names,
    say_own,
    say_sample,
)
from acuerdo.assistant.faq.documents import FaqDocument
from acuerdo.assistant.faq.index import rank_entries
from acuerdo.assistant.faq.rules import LEAD, NEAR, group, unpack
from acuerdo.assistant.models import FaqEntry, FaqQuestion
from acuerdo.assistant.nlu.contract import LANGUAGES
from acuerdo.core.errors import AcuerdoError, NotFound
from acuerdo.creditors.models import Creditor
from acuerdo.web.reads.unclear import language_of as name_of_language

# Questions that are looked at together; older ones wait until these are dealt with.
_MOST = 400
_NEAREST = 3


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry of the list."""

    entry: FaqEntry
    question: str
    answer: str
    languages: tuple[tuple[str, bool], ...]  # (code, whether it has an answer)
    times: int
    last_at: datetime | None

    @property
    def is_private(self) -> bool:
        return bool(self.entry.private)


@dataclass(frozen=True, slots=True)
class QuestionGroup:
    """Unanswered questions that are alike, the most asked first."""

    first: FaqQuestion
    others: tuple[FaqQuestion, ...]
    times: int
    last_at: datetime

    @property
    def ids(self) -> str:
        """All of them, as an address names them."""
        return ",".join(str(one.public_id) for one in (self.first, *self.others))


@dataclass(frozen=True, slots=True)
class Named:
    """A fact that an answer may name: how, and what it says now ("" where nobody knows)."""

    name: str
    value: str

    @property
    def written(self) -> str:
        return "{{ " + self.name + " }}"


@dataclass(frozen=True, slots=True)
class Preview:
    """An answer as a debtor would read it, or why it cannot be said."""

    code: str
    language: str
    text: str
    wrong: str = ""
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class Near:
    """An entry that is near a text; `percent` of the nearness of the same words."""

    line: EntryLine
    wording: str
    percent: int
    is_answer: bool
    preview: Preview


def list_lines(creditor: Creditor) -> list[EntryLine]:
    """Every entry, what is asked most first."""
    asked: dict[int, tuple[int, datetime]] = {
        row["entry"]: (row["times"], row["last_at"])
        for row in FaqQuestion.objects.filter(creditor=creditor, entry__isnull=False)
        .values("entry")
        .annotate(times=Sum("times"), last_at=Max("last_at"))
    }
    rows = FaqEntry.objects.filter(creditor=creditor).select_related("creditor").order_by("pk")
    lines = [_line(row, *asked.get(row.pk, ())) for row in rows]
    return sorted(lines, key=lambda line: (not line.entry.is_active, -line.times))


def _line(row: FaqEntry, times: int = 0, last_at: datetime | None = None) -> EntryLine:
    shown = get_language() or "en"
    chain = (shown[:2], row.creditor.language, *LANGUAGES)
    wordings: list[str] = next((row.questions[one] for one in chain if row.questions.get(one)), [])
    return EntryLine(
        entry=row,
        question=wordings[0] if wordings else row.code,
        answer=row.answers.get(language_of(row, shown[:2]), ""),
        languages=tuple((one, bool(row.answers.get(one))) for one in LANGUAGES),
        times=times,
        last_at=last_at,
    )


def get_entry(public_id: UUID, creditor_ids: Sequence[int]) -> FaqEntry:
    """One entry. Raises NotFound alike where it is another creditor's."""
    row = (
        FaqEntry.objects.filter(public_id=public_id, creditor_id__in=creditor_ids)
        .select_related("creditor")
        .first()
    )
    if row is None:
        raise NotFound(what=str(public_id))
    return row


# --- asked and not answered ----------------------------------------------------------------------


def unanswered(creditor: Creditor) -> QuerySet[FaqQuestion]:
    """Questions that nobody answered and nobody put away, the newest first."""
    return FaqQuestion.objects.filter(creditor=creditor, entry=None, dismissed_at=None).order_by(
        "-last_at"
    )


def list_groups(creditor: Creditor) -> list[QuestionGroup]:
    """The unanswered questions, those that are alike together, the most asked first."""
    rows = list(unanswered(creditor).select_related("turn__conversation")[:_MOST])
    rows.sort(key=lambda row: -row.times)
    known = [row for row in rows if row.vector]
    groups = [[row] for row in rows if not row.vector]
    if known:
        vectors = np.concatenate([unpack(bytes(row.vector), 1) for row in known])
        groups += [[known[place] for place in members] for members in group(vectors)]
    found = [
        QuestionGroup(
            first=members[0],
            others=tuple(members[1:]),
            times=sum(row.times for row in members),
            last_at=max(row.last_at for row in members),
        )
        for members in groups
    ]
    return sorted(found, key=lambda one: (-one.times, -one.last_at.timestamp()))


def wordings_of(creditor: Creditor, ids: str) -> dict[str, list[str]]:
    """The unanswered questions of an address, by language, to begin an entry with."""
    wanted = []
    for part in ids.split(",")[:40]:
        try:
            wanted.append(UUID(part))
        except ValueError:
            continue
    found: dict[str, list[str]] = {}
    for row in unanswered(creditor).filter(public_id__in=wanted).order_by("-times"):
        found.setdefault(row.language, []).append(" ".join(row.text.split())[:200])
    return found


# --- trying --------------------------------------------------------------------------------------


def list_named(creditor: Creditor) -> tuple[list[Named], list[Named]]:
    """(what anybody may hear, what waits for the proof): the facts of answers."""
    language = (get_language() or creditor.language)[:2]
    own = own_facts(creditor)
    open_to_all = [Named(name, say_own(texts, creditor, language)) for name, texts in own.items()]
    for name in public_names():
        _room, _dot, attribute = name.partition(".")
        value = getattr(creditor, attribute, "") if name.startswith("creditor.") else ""
        open_to_all.append(Named(name, str(value or "")))
    return open_to_all, [Named(name, "") for name in private_names()]


def preview(source: str, creditor: Creditor, language: str, *, private: bool) -> Preview:
    """An answer with sample facts in it."""
    try:
        text = say_sample(source, creditor, language).text
    except AcuerdoError as error:
        return Preview(language, str(name_of_language(language)), "", str(error))
    return Preview(language, str(name_of_language(language)), text, is_private=private)


def preview_all(document: FaqDocument, creditor: Creditor, private: Sequence[str]) -> list[Preview]:
    """The answers of an entry in their languages."""
    return [
        preview(answer, creditor, language, private=language in private)
        for language, answer in document.answers.items()
    ]


def try_text(creditor: Creditor, text: str, language: str) -> list[Near]:
    """The entries nearest to what somebody might write; the first may be the answer."""
    ranked = rank_entries(creditor.pk, text)[:_NEAREST]
    rows = {
        str(row.public_id): row
        for row in FaqEntry.objects.filter(
            creditor=creditor, public_id__in=[match.entry for match in ranked]
        ).select_related("creditor")
    }
    second = ranked[1].similarity if len(ranked) > 1 else 0.0
    found = []
    for place, match in enumerate(ranked):
        row = rows[match.entry]
        spoken = language_of(row, language)
        near = match.similarity >= NEAR and match.similarity - second >= LEAD
        found.append(
            Near(
                line=_line(row),
                wording=match.wording,
                percent=round(100 * max(0.0, min(1.0, match.similarity))),
                is_answer=place == 0 and (near or match.similarity == 1.0),
                preview=preview(
                    row.answers[spoken], creditor, spoken, private=is_private(row, spoken)
                ),
            )
        )
    return found
