"""What changes a FAQ: entries, named facts, and the questions that came in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from acuerdo.agreements.files import Applied
from acuerdo.assistant import events
from acuerdo.assistant.errors import FactInUse, FaqCodeTaken, FaqRefused
from acuerdo.assistant.faq.answers import check_answers, list_private, own_facts
from acuerdo.assistant.faq.documents import FactDocument, FaqDocument
from acuerdo.assistant.faq.index import encode, find_entry
from acuerdo.assistant.faq.rules import list_wordings, pack
from acuerdo.assistant.models import FaqEntry, FaqQuestion
from acuerdo.core.actor import Actor
from acuerdo.core.events import publish
from acuerdo.creditors.actions import change_settings
from acuerdo.creditors.models import Creditor
from acuerdo.messaging.facts import list_facts
from acuerdo.messaging.liquid import list_paths


def write_entry(
    *,
    creditor: Creditor,
    document: FaqDocument,
    actor: Actor,
    now: datetime,
    entry: FaqEntry | None = None,
) -> FaqEntry:
    """Make the document what `entry` says, or a new entry. Questions that waited for an answer
    and now have one leave the list. Says the same already: nothing changes.

    Raises FaqRefused (with its faults), FaqCodeTaken.
    """
    today = now.astimezone(ZoneInfo(creditor.timezone)).date()
    faults = check_answers(document, creditor, today)
    if faults:
        raise FaqRefused(faults, code=document.code)
    same_code = FaqEntry.objects.filter(creditor=creditor, code=document.code)
    if same_code.exclude(pk=entry.pk if entry else None).exists():
        raise FaqCodeTaken(code=document.code)
    if entry is not None and to_document(entry) == document:
        return entry
    row = FaqEntry.objects.select_for_update().get(pk=entry.pk) if entry else FaqEntry(revision=0)
    vectors = encode(list_wordings(document.questions))
    row.creditor, row.code, row.is_active = creditor, document.code, document.active
    row.questions = {str(key): list(texts) for key, texts in document.questions.items() if texts}
    row.answers = {str(key): text for key, text in document.answers.items()}
    row.private = list_private(document, creditor)
    row.vectors = b"" if vectors is None else pack(vectors)
    row.revision, row.written_by, row.written_at = row.revision + 1, actor.label, now
    row.save()
    _tell(events.FAQ_WRITTEN, row, actor, now, {"active": row.is_active})
    _answer_waiting(creditor.pk)
    return row


def switch_entry(*, entry: FaqEntry, on: bool, actor: Actor, now: datetime) -> FaqEntry:
    """Turn an entry on or off; off, it answers nobody."""
    row = FaqEntry.objects.select_for_update().select_related("creditor").get(pk=entry.pk)
    if row.is_active != on:
        row.is_active, row.revision = on, row.revision + 1
        row.save(update_fields=["is_active", "revision"])
        _tell(events.FAQ_WRITTEN, row, actor, now, {"active": on})
    return row


def dismiss_questions(
    *, creditor: Creditor, public_ids: Sequence[str], actor: Actor, now: datetime
) -> int:
    """Take questions off the list: nobody needs to answer them."""
    rows = FaqQuestion.objects.filter(
        creditor=creditor, public_id__in=list(public_ids), dismissed_at=None
    )
    count = rows.update(dismissed_at=now)
    if count:
        publish(
            events.FAQ_QUESTIONS_DISMISSED,
            actor=actor,
            now=now,
            creditor_id=creditor.pk,
            data={"questions": count},
        )
    return count


def write_facts(
    *, creditor: Creditor, facts: Sequence[FactDocument], actor: Actor, now: datetime
) -> Creditor:
    """Make these the creditor's named facts, all of them. Raises FactInUse where one that is
    missing is named in an answer, or a name is taken by a fact that every creditor has."""
    given = {one.code: {str(key): text for key, text in one.texts.items()} for one in facts}
    taken = sorted(given.keys() & {fact.name.partition(".")[0] for fact in list_facts()})
    if taken:
        raise FactInUse(name=taken[0])
    gone = own_facts(creditor).keys() - given.keys()
    for entry in FaqEntry.objects.filter(creditor=creditor) if gone else ():
        for answer in entry.answers.values():
            missed = sorted(gone & list_paths(answer))
            if missed:
                raise FactInUse(name=missed[0])
    return change_settings(
        creditor=creditor, section="faq", values={"facts": given}, actor=actor, now=now
    )


# --- the same as a file --------------------------------------------------------------------------


def to_document(entry: FaqEntry) -> FaqDocument:
    """What an entry says."""
    return FaqDocument(
        code=entry.code,
        active=entry.is_active,
        questions=entry.questions,
        answers=entry.answers,
    )


def export_entries(creditor_id: int) -> list[dict[str, object]]:
    """Every entry as plain values, in the order in which they were written."""
    rows = FaqEntry.objects.filter(creditor_id=creditor_id).order_by("pk")
    return [to_document(row).model_dump() for row in rows]


def export_facts(creditor_id: int) -> list[dict[str, object]]:
    """The creditor's named facts as plain values."""
    creditor = Creditor.objects.get(pk=creditor_id)
    return [{"code": name, "texts": texts} for name, texts in own_facts(creditor).items()]


def apply_entries(
    *,
    creditor: Creditor,
    documents: Sequence[FaqDocument],
    actor: Actor,
    now: datetime,
    note: str = "",
) -> list[Applied]:
    """Make the entries of a file the creditor's; those that it does not name are left alone."""
    known = {row.code: row for row in FaqEntry.objects.filter(creditor=creditor)}
    applied = []
    for document in documents:
        before = known.get(document.code)
        row = write_entry(creditor=creditor, document=document, entry=before, actor=actor, now=now)
        same = before is not None and before.revision == row.revision
        applied.append(Applied(row.code, row.revision, "unchanged" if same else "active"))
    return applied


def apply_facts(
    *,
    creditor: Creditor,
    documents: Sequence[FactDocument],
    actor: Actor,
    now: datetime,
    note: str = "",
) -> list[Applied]:
    """Give the facts of a file their texts; those that it does not name are left alone."""
    creditor.refresh_from_db(fields=["settings"])
    before = own_facts(creditor)
    named = {one.code: one for one in documents}
    kept = [
        FactDocument(code=name, texts=texts) for name, texts in before.items() if name not in named
    ]
    changed = {
        one.code for one in documents if before.get(one.code) != {**one.model_dump()["texts"]}
    }
    if changed:
        after = write_facts(creditor=creditor, facts=[*kept, *documents], actor=actor, now=now)
        creditor.settings = after.settings
    return [
        Applied(one.code, 1, "active" if one.code in changed else "unchanged") for one in documents
    ]


def _answer_waiting(creditor_id: int) -> None:
    """Questions that an entry answers from now on need nobody any more."""
    for question in FaqQuestion.objects.filter(
        creditor_id=creditor_id, entry=None, dismissed_at=None
    ).order_by("-last_at")[:500]:
        match = find_entry(creditor_id, question.text)
        if match is not None:
            question.entry = FaqEntry.objects.get(public_id=match.entry)
            question.save(update_fields=["entry"])


def _tell(
    name: str, entry: FaqEntry, actor: Actor, now: datetime, data: Mapping[str, object]
) -> None:
    publish(
        name,
        actor=actor,
        now=now,
        creditor_id=entry.creditor_id,
        refs=[f"faq:{entry.pk}"],
        data={"code": entry.code, "revision": entry.revision, **data},
    )
