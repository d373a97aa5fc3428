"""The stage: creditors, and one debt per persona and attempt, placed by the real import."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
from django.db import transaction

from acuerdo.agreements.actions import seed_policies
from acuerdo.core.actor import SYSTEM
from acuerdo.creditors.actions import create_creditor
from acuerdo.portfolio.actions import import_file
from acuerdo.portfolio.models import Account
from acuerdo.simulation.rules.debtors.personas import HOMES, Persona, draw_persona
from acuerdo.simulation.rules.people import make_people

PRODUCT = "Simulated loan"


@dataclass(frozen=True, slots=True)
class Cast:
    """A persona in one of its attempts, on a debt of its own."""

    persona: Persona
    attempt: int
    account: Account


def stage(
    *, personas: int, attempts: int, seed: int, now: datetime, label: str = "assistant"
) -> list[Cast]:
    """Draw `personas` and place a debt for each of their `attempts`, in a transaction per country.

    `label` keeps apart the debts of two runs on one database.
    """
    drawn = [draw_persona(number, seed, now.date()) for number in range(personas)]
    for home in HOMES:
        living = [one for one in drawn if one.home is home]
        if living:
            _place(living, attempts, label, now)
    return list_cast(personas=personas, attempts=attempts, seed=seed, now=now, label=label)


def list_cast(
    *, personas: int, attempts: int, seed: int, now: datetime, label: str = "assistant"
) -> list[Cast]:
    """What `stage` placed with the same arguments, by persona and attempt."""
    accounts = Account.objects.filter(number__startswith=f"{label}-")
    placed = {one.number: one for one in accounts.select_related("debtor__person", "creditor")}
    drawn = [draw_persona(number, seed, now.date()) for number in range(personas)]
    return [
        Cast(persona, attempt, placed[_number(label, persona, attempt)])
        for persona in drawn
        for attempt in range(attempts)
    ]


def _place(personas: Sequence[Persona], attempts: int, label: str, now: datetime) -> None:
    home = personas[0].home
    parts = [(persona, attempt) for persona in personas for attempt in range(attempts)]
    serial = np.array([persona.number * attempts + attempt for persona, attempt in parts])
    numbers = [_number(label, persona, attempt) for persona, attempt in parts]
    people = make_people(home.country, serial, np.random.default_rng(0))
    frame = people.drop("idioma").with_columns(
        numero_credito=pl.Series(numbers),
        producto=pl.lit(PRODUCT),
        moneda=pl.lit(home.currency),
        idioma=pl.lit(home.language),
        saldo_total=pl.Series([f"{persona.balance.to_decimal():.2f}" for persona, _ in parts]),
        fecha_vencimiento=pl.Series([_due(persona, now.date()) for persona, _ in parts]),
    )
    with tempfile.TemporaryDirectory() as folder, transaction.atomic():
        path = Path(folder) / "debtors.csv"
        frame.write_csv(path, separator=";")
        creditor = create_creditor(
            actor=SYSTEM, now=now, name=f"{label.title()} {home.country}", country=home.country
        )
        seed_policies(creditor_id=creditor.pk)
        import_file(actor=SYSTEM, now=now, creditor=creditor, path=path)


def _number(label: str, persona: Persona, attempt: int) -> str:
    return f"{label}-{persona.number}-{attempt}"


def _due(persona: Persona, today: date) -> str:
    return (today - timedelta(days=persona.days_past_due)).isoformat()


def last4_of(cast: Cast) -> str:
    """What the debtor proves with."""
    return cast.account.debtor.person.document_last4
