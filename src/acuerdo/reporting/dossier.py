"""All that is kept about one person at a creditor, to be handed to that person."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cryptography.fernet import InvalidToken
from django.db import connection, transaction
from django.db.models import BinaryField, Model
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from acuerdo import __version__
from acuerdo.core.actor import Actor
from acuerdo.core.crypto import decrypt_bytes
from acuerdo.core.errors import NotFound
from acuerdo.core.events import publish
from acuerdo.core.money import Money, format_money
from acuerdo.core.printing import PdfUnavailable, font_faces, print_pdf
from acuerdo.creditors.countries import locale_of
from acuerdo.ledger.queries import list_balances, list_statement
from acuerdo.portfolio.models import Account, Debtor, DebtorPair
from acuerdo.reporting.events import PERSON_EXPORTED
from acuerdo.reporting.evidence.collecting import plain
from acuerdo.reporting.queries import get_timeline

PATIENCE_SECONDS: Final = 60.0
# Rows about others, or of our own housekeeping.
_NOT_THEIRS: Final = (DebtorPair,)
_SECRETS: Final = frozenset({"token", "document_hash", "row_digest", "input_hash"})
# Who else answers for a debt is somebody else's data.
_ABOUT_OTHERS: Final = frozenset({"party_added", "party_removed"})


@dataclass(frozen=True, slots=True)
class Dossier:
    """`files` by name: JSON, HTML, and PDF where one could be made; `no_pdf` why there is none."""

    stem: str
    files: dict[str, bytes]
    rows: int
    no_pdf: PdfUnavailable | None = None


def export_person(
    *, creditor_ids: Sequence[int], debtor_id: int, actor: Actor, now: datetime, language: str = ""
) -> Dossier:
    """Everything about one debtor: every row of any room that is theirs as JSON, and the same in
    words as HTML and PDF. `language` is es, pt or en, the debtor's where empty.

    Keys of portal addresses and hashes are left out; what is encrypted at rest is written out.
    Not inside a transaction, as printing takes a while. Raises NotFound for a debtor of no creditor
    of `creditor_ids`.
    """
    debtor = (
        Debtor.objects.filter(pk=debtor_id, creditor_id__in=list(creditor_ids))
        .select_related("person", "creditor")
        .first()
    )
    if debtor is None:
        raise NotFound(what=f"debtor {debtor_id}")
    tables = _collect(debtor)
    stem = f"person-{debtor.public_id}-{now:%Y%m%dT%H%M%SZ}"
    document = {
        "file": str(uuid7()),
        "made_at": plain(now),
        "software": f"acuerdo {__version__}",
        "creditor": debtor.creditor.name,
        "person": _row(debtor.person),
        "rows": tables,
        "statements": _statements(debtor),
    }
    html = _to_html(debtor, now, language or debtor.language)
    files = {
        f"{stem}.json": json.dumps(document, ensure_ascii=False, indent=1).encode(),
        f"{stem}.html": html.encode(),
    }
    if not connection.in_atomic_block:
        connection.close()  # others may use it while this one waits for the printer
    no_pdf: PdfUnavailable | None = None
    try:
        files[f"{stem}.pdf"] = print_pdf(html, seconds=PATIENCE_SECONDS)
    except PdfUnavailable as error:
        no_pdf = error
    count = sum(map(len, tables.values()))
    with transaction.atomic():
        publish(
            PERSON_EXPORTED,
            actor=actor,
            now=now,
            creditor_id=debtor.creditor_id,
            refs=[f"debtor:{debtor.pk}"],
            data={"rows": count, "pdf": no_pdf is None},
        )
    return Dossier(stem, files, count, no_pdf)


def _collect(debtor: Debtor) -> dict[str, list[dict[str, Any]]]:
    """Every row that points at the debtor, or at such a row, by model."""
    found: dict[str, dict[Any, dict[str, Any]]] = {}
    open_rows: list[Model] = [debtor]
    while open_rows:
        row = open_rows.pop()
        table = found.setdefault(row._meta.label, {})
        if row.pk in table:
            continue
        table[row.pk] = _row(row)
        open_rows += _children(row, debtor)
    return {
        label: [rows[pk] for pk in sorted(rows, key=str)] for label, rows in sorted(found.items())
    }


def _children(row: Model, debtor: Debtor) -> Iterator[Model]:
    """Rows that point at `row`, but for those of another debtor: a co-debtor's messages about one
    account are the co-debtor's."""
    for relation in row._meta.related_objects:
        model = relation.related_model
        if isinstance(model, str) or model in _NOT_THEIRS or model is Debtor:
            continue
        columns = {field.attname for field in model._meta.concrete_fields}
        rows = model._base_manager.filter(**{relation.field.name: row.pk})
        if "debtor_id" in columns:
            rows = rows.filter(debtor_id=debtor.pk)
        yield from rows.order_by("pk")


def _row(instance: Model) -> dict[str, Any]:
    """All its columns; what is encrypted in the clear, and no key to anything."""
    said: dict[str, Any] = {}
    for column in instance._meta.concrete_fields:
        value = getattr(instance, column.attname)
        if column.attname in _SECRETS:
            continue
        if not isinstance(column, BinaryField):
            said[column.attname] = plain(value)
        elif value and column.attname.endswith("_encrypted"):
            said[column.attname.removesuffix("_encrypted")] = _read(value)
    return said


def _read(value: bytes | memoryview) -> str | None:
    """A text as it is, a picture or a PDF as Base64."""
    try:
        data = decrypt_bytes(bytes(value))
    except InvalidToken:
        return None
    try:
        return data.decode()
    except UnicodeDecodeError:
        return b64encode(data).decode()


def _statements(debtor: Debtor) -> dict[str, list[dict[str, Any]]]:
    """The books of each account, as the statement has them."""
    return {
        account.number: [
            {
                "entry": line.booked.entry_id,
                "kind": line.booked.kind,
                "on": line.booked.effective_on.isoformat(),
                "posted_at": plain(line.booked.posted_at),
                "memo": line.booked.memo,
                "change_minor": line.change_minor,
                "owed_minor": line.balance.total_minor,
                "currency": line.balance.currency,
            }
            for line in list_statement(account.pk)
        ]
        for account in Account.objects.filter(debtor=debtor).order_by("pk")
    }


def _to_html(debtor: Debtor, now: datetime, language: str) -> str:
    locale = locale_of(debtor.country, language)
    with translation.override(language):
        accounts = list(Account.objects.filter(debtor=debtor).order_by("number"))
        balances = list_balances([account.pk for account in accounts])
        document = debtor.person.document_encrypted
        context = {
            "language": language,
            "fonts": mark_safe(font_faces()),  # noqa: S308  our own files
            "title": _("What we know about you"),
            "creditor": debtor.creditor,
            "debtor": debtor,
            "document": _read(document) if document else "",
            "made_on": f"{now:%Y-%m-%d}",
            "points": debtor.contact_points.order_by("kind", "priority", "id"),
            "accounts": [
                (
                    account,
                    format_money(Money(balances[account.pk].total_minor, account.currency), locale),
                )
                for account in accounts
            ],
            "items": [
                item
                for item in get_timeline(
                    creditor_ids=[debtor.creditor_id], debtor_id=debtor.pk, limit=10_000
                )
                if item.kind not in _ABOUT_OTHERS
            ],
        }
        return render_to_string("reporting/dossier.html", context)
