"""Why a whole file is refused. A single bad row never is one of these: see `reasons.py`."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from acuerdo.core.errors import AcuerdoError


class ImportRefused(AcuerdoError):
    """Nothing of the file was imported. The base of every refusal of a file."""

    code = "import_refused"
    http_status = 422
    message = _("The file was not imported.")


class FileMissing(ImportRefused):
    code = "file_missing"
    message = _("{name} cannot be read as a file. Check the path and the permissions.")


class FileEmpty(ImportRefused):
    code = "file_empty"
    message = _("The file has no data rows. Export it again with a header and at least one row.")


class FileTooLarge(ImportRefused):
    code = "file_too_large"
    message = _("The file has {megabytes} MB; the limit is {limit} MB. Split it into parts.")


_KINDS: dict[str, str | Promise] = {
    "zip": _("a zip archive"),
    "pdf": _("a PDF document"),
    "archive": _("a compressed archive"),
    "picture": _("a picture"),
    "parquet": _("a Parquet file"),
    "database": _("a database"),
    "document": _("a formatted document"),
    "page": _("a web page"),
    "xml": _("an XML document"),
    "binary": _("binary data"),
    "encoding": _("text in an unknown encoding"),
    "lines": _("text whose lines cannot be told apart"),
}


class NotText(ImportRefused):
    """`kind` is a key of _KINDS: what the file seems to be."""

    code = "not_text"
    message = _(
        "The file is no table but {kind}. Export the accounts as CSV (UTF-8) or as an Excel"
        " workbook (.xlsx) and try again."
    )

    def __init__(self, kind: str) -> None:
        super().__init__(kind=_KINDS[kind])


class WorkbookLocked(ImportRefused):
    code = "workbook_locked"
    message = _(
        "The Excel workbook is protected by a password. Take the password off (File, Info, Protect"
        " workbook), save it and try again."
    )


class WorkbookHasMacros(ImportRefused):
    code = "workbook_has_macros"
    message = _(
        "The Excel workbook holds macros, which are never opened here. Save it as an Excel workbook"
        " without macros (.xlsx) and try again."
    )


class WorkbookOld(ImportRefused):
    code = "workbook_old"
    message = _(
        "The Excel workbook has an old or binary format (.xls, .xlsb). Save it as an Excel workbook"
        " (.xlsx) and try again."
    )


class WorkbookTooLarge(ImportRefused):
    code = "workbook_too_large"
    message = _(
        "Unpacked, the Excel workbook has {megabytes} MB; the limit is {limit} MB. Export it as"
        " CSV, or split it into parts."
    )


class SheetMissing(ImportRefused):
    """`name` is what the mapping says, `found` the names of the workbook's sheets."""

    code = "sheet_missing"
    message = _("The workbook has no sheet called {name}. It has: {found}.")


class FileDamaged(ImportRefused):
    """`problem` is what the reader of its format said."""

    code = "file_damaged"
    message = _("The file is damaged and cannot be read: {problem}. Export it again.")


class TooManyRows(ImportRefused):
    code = "too_many_rows"
    message = _("There are {count} rows; the limit is {limit}. Split them into parts.")


class CellTooLong(ImportRefused):
    code = "cell_too_long"
    message = _("A value in column {column} has more than {limit} bytes. Check the export.")


class LineTooLong(ImportRefused):
    code = "line_too_long"
    message = _(
        "Line {line} has {length} bytes; the limit is {limit}. The file is damaged, or its lines"
        " do not end where they should. Export it again."
    )


class TooManyColumns(ImportRefused):
    code = "too_many_columns"
    message = _(
        "The header has {count} columns; the limit is {limit}. Export only the columns that are"
        " to be imported."
    )


class HeaderNotRecognised(ImportRefused):
    """`missing` are names of fields, `found` the headers of the file."""

    code = "header_not_recognised"
    message = _(
        "No column was recognised for: {missing}. The header has: {found}. Name the columns in a"
        ' mapping file under `columns`, for instance `columns: {{account: "Loan no."}}`.'
    )


class HeaderAmbiguous(ImportRefused):
    code = "header_ambiguous"
    message = _(
        "Several columns could be {field}: {found}. Say which one in a mapping file under"
        ' `columns`, for instance `columns: {{{field}: "{first}"}}`.'
    )


class AmountsAmbiguous(ImportRefused):
    code = "amounts_ambiguous"
    message = _(
        "The amounts in column {column} can be read in two ways: {example} may be a thousand or a"
        " decimal. Say which mark is the decimal one in a mapping file, for instance"
        ' `decimal: {{"{column}": ","}}` (or ".").'
    )


class AmountsMixed(ImportRefused):
    code = "amounts_mixed"
    message = _(
        "Column {column} mixes two ways to write amounts, such as {comma} and {point}. Say which"
        ' one counts in a mapping file, for instance `decimal: {{"{column}": ","}}`; rows that'
        " do not follow it are then rejected."
    )


class DatesAmbiguous(ImportRefused):
    code = "dates_ambiguous"
    message = _(
        "The dates in column {column} can be read day first or month first: {example}. Say which"
        ' in a mapping file, for instance `dates: {{"{column}": day_first}}` (or month_first).'
    )


class DatesMixed(ImportRefused):
    code = "dates_mixed"
    message = _(
        "Column {column} mixes dates written day first and month first, such as {day_first} and"
        " {month_first}. Say which one counts in a mapping file, for instance"
        ' `dates: {{"{column}": day_first}}`; rows that do not follow it are then rejected.'
    )


class MappingInvalid(ImportRefused):
    code = "mapping_invalid"
    message = _("The mapping file cannot be used: {problem}.")


class InboxInvalid(AcuerdoError):
    code = "inbox_invalid"
    http_status = 422
    message = _(
        "{folder} cannot be watched. Give the whole path of a folder, or s3://, gs:// or az:// with"
        " a bucket and a prefix, that acuerdo may write to and that no other creditor has."
    )


class InboxUnreachable(AcuerdoError):
    code = "inbox_unreachable"
    http_status = 503
    message = _("The watched folder cannot be reached now. What waits in it goes on waiting.")


class FileRecallsTooMuch(AcuerdoError):
    code = "file_recalls_too_much"
    http_status = 409
    message = _(
        "The file leaves out or ends {count} of {total} active accounts; {percent} % are allowed."
        " Nothing was changed. Check that the file is whole, or allow more."
    )


class FileChangesTooMuch(AcuerdoError):
    code = "file_changes_too_much"
    http_status = 409
    message = _(
        "The file changes {count} of {total} active accounts; {percent} % are allowed. Nothing was"
        " changed. Check the file, or allow more."
    )


class SourceFailed(ImportRefused):
    """`problem` is what the database said, without its password."""

    code = "source_failed"
    message = _("The query could not be answered: {problem}.")


class UploadGone(AcuerdoError):
    code = "upload_gone"
    http_status = 409
    message = _("{name} is imported or discarded already. Upload it again to import it anew.")


class PlaceUnknown(AcuerdoError):
    """`place` is what was said: a country, or a part and its country."""

    code = "place_unknown"
    http_status = 422
    message = _(
        "{place} is not a known place. Give the country, and its state or province where known, by"
        " name or by ISO code."
    )


class LayoutInvalid(ImportRefused):
    code = "layout_invalid"
    message = _("The layout file cannot be used: {problem}.")


class NotProposed(AcuerdoError):
    code = "not_proposed"
    http_status = 409
    message = _("This was decided meanwhile. Load the page again to see how it stands.")


class UndoLaterFirst(AcuerdoError):
    code = "undo_later_first"
    http_status = 409
    message = _("This person was merged with another one since. Undo that merge first.")


class PartyInvalid(AcuerdoError):
    """`field` is what cannot be right."""

    code = "party_invalid"
    http_status = 422
    message = _("{field} cannot be right. Check how it is written.")


class ImportRuns(AcuerdoError):
    code = "import_runs"
    http_status = 409
    message = _("A file of this creditor is being read. Try again in a few minutes.")


class HolderStays(AcuerdoError):
    code = "holder_stays"
    http_status = 409
    message = _("The holder of an account is not taken off it.")


class StillCollected(AcuerdoError):
    code = "still_collected"
    http_status = 409
    message = _(
        "An account of this person is open, so their data are still needed. They can be erased when"
        " every account is closed or recalled."
    )


class RetentionInvalid(AcuerdoError):
    code = "retention_invalid"
    http_status = 422
    message = _("Give a whole number of days, {least} to {most}, or nothing for no rule.")


class UnreadableContact(AcuerdoError):
    code = "unreadable_contact"
    http_status = 422
    message = _("This is no phone, e-mail or address that can be used.")
