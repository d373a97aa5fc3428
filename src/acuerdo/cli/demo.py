"""The demo's creditor, its logins, its clock and its portfolio."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from acuerdo.agreements.files import read_file
from acuerdo.cli.example import write_example
from acuerdo.cli.policies import apply_sections
from acuerdo.compliance.queries import next_lawful_hour
from acuerdo.conversations.satisfaction import SatisfactionPolicy, write_policy
from acuerdo.core import clock
from acuerdo.core.actor import SYSTEM
from acuerdo.creditors.models import Creditor
from acuerdo.identity.actions import create_user, grant_role
from acuerdo.portfolio.actions import import_file
from acuerdo.workflow.creditors import open_creditor
from acuerdo.workflow.errors import DemoRefused

NAME = "Banco Ejemplo"
COUNTRIES = ("CO", "MX", "BR", "ES")
LOGINS = (
    ("manager", "manager@example.com", "Marta Gómez"),
    ("agent", "agent@example.com", "Andrés Lima"),
    ("administrator", "admin@example.com", "Ana Ruiz"),
)


def prepare(console: Console, *, fresh: bool) -> None:
    """Make the demo where there is none: creditor, logins, clock, imported portfolio.

    The worker then scores, segments, plans and sends. With a database of the operator's own,
    `fresh` is refused: we do not empty what we did not make. Raises DemoRefused where real
    creditors live in it.
    """
    if real := Creditor.objects.filter(is_synthetic=False).first():
        raise DemoRefused(creditor=real.name)
    if fresh and not settings.DATABASE_URL.startswith("postgresql://acuerdo@/"):
        console.print(_("FRESH=1 is for embedded data. Empty your own database yourself."))
    if Creditor.objects.filter(name=NAME).exists():
        console.print(_("Going on with the data of the earlier demo (FRESH=1 starts over)."))
        return
    now = _start_clock()
    passwords = {email: secrets.token_urlsafe(9) for _role, email, _name in LOGINS}
    with (
        console.status(_("Importing the example portfolio ...")),
        tempfile.TemporaryDirectory() as folder,
        transaction.atomic(),
    ):
        # All or nothing: a demo that is cut off here starts from the beginning.
        creditor = open_creditor(
            actor=SYSTEM,
            now=now,
            name=NAME,
            country="CO",
            kind="bank",
            legal_name="Banco Ejemplo S.A.",
            tax_id="900.123.456-8",
            address="Calle 100 # 8A-55, Bogotá",
            is_synthetic=True,
        )
        for role, email, name in LOGINS:
            add_user(email, name, passwords[email], {creditor: role}, "es", now)
        _give_answers(creditor, now)
        today = now.astimezone(ZoneInfo(creditor.timezone)).date()
        path = write_example(_example(), Path(folder) / "portfolio.csv", today)
        report = import_file(actor=SYSTEM, now=now, creditor=creditor, path=path)
    console.print(
        _("{accepted} accounts imported, {rejected} defective rows rejected.").format(
            accepted=report.accepted, rejected=report.rejected
        )
    )
    _show_logins(console, passwords)


def _give_answers(creditor: Creditor, now: datetime) -> None:
    """Answers to what debtors ask beside their debt, and the question of how it was."""
    documents = read_file(Path(__file__).with_name("demo.yaml").read_text("utf-8"))
    dict(apply_sections(documents, creditor=creditor, actor=SYSTEM, now=now))
    write_policy(creditor=creditor, policy=SatisfactionPolicy(asks=True), actor=SYSTEM, now=now)


def _example() -> Path:
    """The example portfolio: in a checkout, else where the wheel has it."""
    here = Path(__file__).resolve()
    checkout = here.parents[3] / "examples" / "portfolio.csv"
    return checkout if checkout.exists() else here.with_name("portfolio.csv")


def add_user(
    email: str,
    name: str,
    password: str,
    roles: Mapping[Creditor, str],
    language: str = "es",
    now: datetime | None = None,
) -> None:
    """A login with its roles. Raises UserExists."""
    at = now or clock.now()
    with transaction.atomic():
        user = create_user(
            actor=SYSTEM, now=at, email=email, full_name=name, password=password, language=language
        )
        for creditor, role in roles.items():
            grant_role(actor=SYSTEM, now=at, user=user, creditor=creditor, role=role)


def _start_clock() -> datetime:
    """Set the demo clock to the next hour that is lawful in all four countries."""
    lawful = next_lawful_hour(COUNTRIES, clock.now())
    with transaction.atomic():
        clock.set_offset(max(lawful - clock.real_now(), timedelta(0)))
    return max(lawful, clock.now()).astimezone(UTC)


def _show_logins(console: Console, passwords: Mapping[str, str]) -> None:
    table = Table(title=_("Logins (shown once; only hashes are kept)"), title_justify="left")
    for heading in (_("Role"), _("E-mail"), _("Password")):
        table.add_column(heading, no_wrap=True)
    for role, email, _name in LOGINS:
        table.add_row(role, email, passwords[email])
    console.print(table)
