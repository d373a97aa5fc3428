"""`acuerdo templates`: what the contact gate would say to a text, for authors without a page."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
import yaml
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rich.console import Console

from acuerdo.cli.language import use_language
from acuerdo.cli.stack import with_database
from acuerdo.compliance.packs import get_library
from acuerdo.core.errors import AcuerdoError, StartFailed
from acuerdo.core.postgres import default_data_dir
from acuerdo.core.vocabulary import Channel, Purpose
from acuerdo.messaging.content import Identity

if TYPE_CHECKING:
    from acuerdo.creditors.models import Creditor
    from acuerdo.messaging.lint import Finding

app = typer.Typer(no_args_is_help=True, help="The texts that are sent.")
console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)

CLEAN, REFUSED, UNREADABLE = 0, 1, 2
_HEAD = "---"
# Whoever lints a text before there is a creditor.
_SOMEBODY = Identity(
    name="Banco Ejemplo",
    legal_name="Banco Ejemplo S.A.",
    tax_id="12.345.678/0001-95",
    address="Calle Mayor 1",
)


@dataclass(frozen=True, slots=True)
class Text:
    """A template in a file: lines of `key: value` between two `---`, and then its body."""

    name: str
    body: str
    subject: str = ""
    buttons: tuple[dict[str, str], ...] = ()
    channel: str = "sms"
    locale: str = "es"
    purpose: str = "collection"
    first_line: int = 1


class Unreadable(Exception):
    """The file or an option is wrong; the text, in the reader's language, says how."""


@app.callback()
def templates() -> None:
    """The texts that are sent."""


@app.command()
def lint(
    file: Annotated[
        Path | None,
        typer.Argument(help="A text, with channel, locale, purpose and subject between two ---."),
    ] = None,
    creditor: Annotated[
        str, typer.Option(help="Lint this creditor's templates, or FILE as if it were one.")
    ] = "",
    country: Annotated[str, typer.Option(help="Where the texts are used: CO,BR or AR-C.")] = "",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object on stdout.")
    ] = False,
) -> None:
    """Say what the contact gate would refuse in a text, where, why, and how to mend it.

    Without --country a file is checked for the country of its locale (es_CO), and a creditor's
    template for the countries of its debtors. Only --creditor needs the database.

    Exit code: 0 nothing is refused, 1 something is, 2 the file or an option cannot be read.
    """
    use_language()
    try:
        places = _read_places(country)
        if creditor:
            with with_database(default_data_dir()):
                checked = _lint_of(creditor, file, places)
        elif file:
            text = read_text(file)
            checked = [(text, _check(text, _SOMEBODY, places))]
        else:
            raise Unreadable(_("Name a file, or a creditor with --creditor."))
    except (Unreadable, AcuerdoError, StartFailed) as error:
        _fail(str(error))
    if as_json:
        _print_json(checked)
    else:
        for text, findings in checked:
            _print(text, findings)
    if any(finding.is_refused for _text, findings in checked for finding in findings):
        raise typer.Exit(REFUSED)


def _fail(text: str) -> NoReturn:
    errors.print(text, style="red", markup=False)
    raise typer.Exit(UNREADABLE)


def _read_places(country: str) -> tuple[str, ...]:
    places = tuple(part.strip().upper() for part in country.split(",") if part.strip())
    known = get_library().packs
    for place in places:
        if place.partition("-")[0] not in known:
            raise Unreadable(
                _("There are no rules for {country}; there are for {known}.").format(
                    country=place, known=", ".join(sorted(known))
                )
            )
    return places


def read_text(file: Path) -> Text:
    """The template in a file. Raises Unreadable."""
    try:
        source = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", "") or "UTF-8"
        raise Unreadable(
            _("{file} cannot be read: {reason}").format(file=file, reason=reason)
        ) from None
    head: Any = {}
    body = source
    if source.startswith(f"{_HEAD}\n"):
        top, line, body = source.removeprefix(f"{_HEAD}\n").partition(f"\n{_HEAD}\n")
        if not line:
            raise Unreadable(_("{file}: the second --- is missing.").format(file=file))
        try:
            head = yaml.safe_load(top) or {}
        except yaml.YAMLError:
            head = None
    allowed = {"subject", "buttons", "channel", "locale", "purpose"}
    if not isinstance(head, dict) or not allowed.issuperset(head):
        raise Unreadable(
            _("{file}: between the two --- stand only {keys}.").format(
                file=file, keys=", ".join(sorted(allowed))
            )
        )
    buttons = head.pop("buttons", None) or []
    text = Text(
        name=str(file),
        body=body,
        first_line=source[: len(source) - len(body)].count("\n") + 1,
        buttons=tuple({"title": str(title)} for title in buttons)
        if isinstance(buttons, list)
        else ({"title": str(buttons)},),
        **{key: str(value) for key, value in head.items()},
    )
    for value, words in ((text.channel, Channel), (text.purpose, Purpose)):
        if value not in list(words):
            raise Unreadable(
                _("{file}: {value} is none of {known}.").format(
                    file=file, value=value, known=", ".join(words)
                )
            )
    return text


def _check(text: Text, identity: Identity, places: Sequence[str]) -> tuple[Finding, ...]:
    from acuerdo.messaging.facts import list_facts
    from acuerdo.messaging.lint import lint_template
    from acuerdo.messaging.liquid import check_template

    own = text.locale.partition("_")[2]
    if not places and not own:
        raise Unreadable(_("Say where the text is used: --country CO,BR."))
    known = [fact.name for fact in list_facts()]
    check_template(text.subject, known)
    check_template(text.body, known)
    return lint_template(
        subject=text.subject,
        body=text.body,
        buttons=text.buttons,
        channel=text.channel,
        purpose=text.purpose,
        locale=text.locale,
        countries=places or (own,),
        identity=identity,
    )


def _lint_of(
    name: str, file: Path | None, places: Sequence[str]
) -> list[tuple[Text, tuple[Finding, ...]]]:
    """The file, or every active template, as this creditor's."""
    from acuerdo.creditors.models import Creditor
    from acuerdo.messaging.models import Template
    from acuerdo.messaging.queries import list_template_countries

    creditor = Creditor.objects.filter(name=name).first()
    if creditor is None:
        known = ", ".join(Creditor.objects.values_list("name", flat=True)) or "-"
        raise Unreadable(
            _("no creditor is called {name}; there are: {known}").format(name=name, known=known)
        )
    if file:
        text = read_text(file)
        own = list_template_countries(creditor, code="", channel=text.channel, locale=text.locale)
        return [(text, _check_of(creditor, text, places or own))]
    rows = Template.objects.filter(creditor=creditor, is_active=True)
    checked = []
    for row in rows.order_by("code", "channel", "locale"):
        own = list_template_countries(
            creditor, code=row.code, channel=row.channel, locale=row.locale
        )
        text = Text(
            name=str(row),
            body=row.body,
            subject=row.subject,
            buttons=tuple(row.buttons),
            channel=row.channel,
            locale=row.locale,
            purpose=row.purpose,
        )
        checked.append((text, _check_of(creditor, text, places or own)))
    return checked


def _check_of(creditor: Creditor, text: Text, places: Sequence[str]) -> tuple[Finding, ...]:
    from acuerdo.messaging.queries import check_content

    return check_content(
        creditor,
        channel=text.channel,
        locale=text.locale,
        purpose=text.purpose,
        subject=text.subject,
        body=text.body,
        buttons=text.buttons,
        countries=places,
    )


def _print_json(checked: Sequence[tuple[Text, tuple[Finding, ...]]]) -> None:
    language = get_language() or "en"
    document = {
        "templates": [
            {
                "name": text.name,
                "refused": any(finding.is_refused for finding in findings),
                "findings": [finding.to_json(language) for finding in findings],
            }
            for text, findings in checked
        ]
    }
    json.dump(document, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


def _print(text: Text, findings: Sequence[Finding]) -> None:
    if not findings:
        console.print(
            f"{text.name}: {_('nothing to mend')}", style="green", markup=False, soft_wrap=True
        )
        return
    language = get_language() or "en"
    console.print(text.name, style="bold", markup=False, soft_wrap=True)
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.severity, *finding.kind), []).append(finding)
    for group in groups.values():
        finding = group[0]
        title = _("refused") if finding.is_refused else _("flagged")
        where = ", ".join(finding.countries)
        source = finding.citation or (_("our own rule") if finding.house_default else "")
        colour = "red" if finding.is_refused else "yellow"
        head = " · ".join(part for part in (title, finding.rule_id, where, source) if part)
        console.print(f"  {head}", style=colour, markup=False, soft_wrap=True)
        lines = [f"{_place(text, one)}«{one.words}»" for one in group if one.words]
        for line in (*lines, finding.explain(language), f"→ {finding.suggest(language)}"):
            console.print(f"    {line}", markup=False, soft_wrap=True)
        if finding.insert:
            console.print(f"      {finding.insert}", style="cyan", markup=False, soft_wrap=True)


def _place(text: Text, finding: Finding) -> str:
    """The part and its line, where the words stand in one piece."""
    names = {"subject": _("subject"), "body": _("text"), "button": _("button")}
    name = names.get(finding.part, "")
    if finding.part != "body" or finding.start is None:
        return f"{name}: " if name else ""
    line = text.body.count("\n", 0, finding.start) + text.first_line
    return _("{part}, line {line}: ").format(part=name, line=line)
