"""What a machine can see of the house: floors, sizes, readmes, who writes and who reads time."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import ForeignKey

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "acuerdo"
ROOMS = sorted(path.parent.name for path in SOURCE.glob("*/__init__.py"))
MODULES = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
LONGEST = 500
SMTP = "messaging/channels/email/smtp/adapter.py"

FLOORS = {
    name: floor
    for floor, names in enumerate(
        (
            "core",
            "creditors ledger",
            "identity",
            "portfolio",
            "compliance",
            "messaging",
            "agreements conversations cases",
            "payments",
            "scoring segments",
            "strategies assistant",
            "reporting simulation",
            "workflow",
            "web api cli sandbox",
            "config",
        )
    )
    for name in names.split()
}


def named(path: Path) -> str:
    return str(path.relative_to(SOURCE))


def test_the_import_contracts_hold() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_room_has_a_floor_and_a_readme() -> None:
    assert set(ROOMS) == set(FLOORS)
    assert [room for room in ROOMS if not (SOURCE / room / "README.md").exists()] == []


def test_a_foreign_key_points_down() -> None:
    """import-linter does not see foreign keys that are written as strings."""
    upward = []
    for model in apps.get_models():
        room = model._meta.app_label
        for field in model._meta.get_fields():
            if room in FLOORS and isinstance(field, ForeignKey):
                target = field.related_model._meta.app_label
                own = target == room or FLOORS.get(target, 99) < FLOORS[room]
                if not own and target not in ("auth", "contenttypes"):
                    upward.append(f"{model.__name__}.{field.name} → {target}")
    assert upward == []


@pytest.mark.django_db
def test_the_migrations_say_what_the_models_say() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_no_module_is_longer_than_its_limit() -> None:
    lengths = {named(path): len(path.read_text().splitlines()) for path in MODULES}
    assert {name: n for name, n in lengths.items() if n > LONGEST} == {}


@pytest.mark.parametrize(
    ("pattern", "allowed"),
    [
        # Time is an argument: only the clock reads it.
        (r"timezone\.now\(|datetime\.now\(|datetime\.utcnow\(|date\.today\(", {"core/clock.py"}),
        # Nobody sends a mail or opens a socket but an adapter or the sandbox.
        (r"^\s*(import smtplib|from smtplib)|send_mail\(", {SMTP}),
    ],
)
def test_what_only_one_place_may_do(pattern: str, allowed: set[str]) -> None:
    found = {named(path) for path in MODULES if re.search(pattern, path.read_text(), re.MULTILINE)}
    assert found - allowed == set()


def test_only_deliveries_and_adapters_speak_to_the_network() -> None:
    speakers = {
        named(path)
        for path in MODULES
        if re.search(r"^\s*(import httpx|from httpx)", path.read_text(), re.MULTILINE)
    }
    homes = (
        "messaging/channels/",
        "messaging/vendors/",
        "payments/providers/",
        "assistant/advice/",
        "sandbox/",
        "cli/",
    )
    assert {name for name in speakers if not name.startswith(homes)} == set()


def test_a_door_never_writes() -> None:
    """Every write is an action: a view or a job never saves a row itself."""
    writes = re.compile(r"\.save\(|\.objects\.(create|bulk_create|update_or_create)\(|\.delete\(\)")
    doors = [path for path in MODULES if path.relative_to(SOURCE).parts[0] in ("web", "api")]
    doors += [path for path in MODULES if path.name == "jobs.py"]
    assert {named(path) for path in doors if writes.search(path.read_text())} == set()


def test_nothing_in_the_repository_names_a_package_registry() -> None:
    hosts = re.compile("|".join(("pypi" + r"\.org", "python" + "hosted", "registry" + r"\.npmjs")))
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    texts = ((name, ROOT / name) for name in listed.stdout.splitlines())
    found = [
        name
        for name, path in texts
        if path.is_file() and hosts.search(path.read_text(errors="ignore"))
    ]
    assert found == []
