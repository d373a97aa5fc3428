"""What a creditor's debts bear, as a page: the law beside the fields, an example, versions."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from deals_kit import NOW, make_creditor
from django.test import Client
from django.urls import reverse
from pages_kit import login, make_user

from acuerdo.core import clock
from acuerdo.core.actor import SYSTEM
from acuerdo.core.models import Event
from acuerdo.creditors.actions import create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.ledger.errors import SchemeInvalid
from acuerdo.payments.actions import set_bearing

pytestmark = pytest.mark.django_db

FORMS = {
    f"{name}-{key}": value
    for name in ("rule", "max")
    for key, value in (("INITIAL_FORMS", "0"), ("MIN_NUM_FORMS", "0"), ("MAX_NUM_FORMS", "60"))
} | {"rule-TOTAL_FORMS": "1", "max-TOTAL_FORMS": "1"}
GENERAL = {"g-start": "placement", "g-allocation": "fees_first", "max-0-kind": "effective"}
RULE = {
    "rule-0-component": "interest", "rule-0-annual_percent": "24,36 %", "rule-0-kind": "simple",
    "rule-0-day_count": "actual/365", "rule-0-every": "month", "rule-0-on": "principal",
}  # fmt: skip
CEILING = {
    "max-0-from_on": "2026-01-01", "max-0-until_on": "2026-12-31", "max-0-annual_percent": "20",
    "max-0-kind": "nominal", "max-0-source": "Resolución 9",
}  # fmt: skip
WHOLE = {**FORMS, **GENERAL, **RULE}


@pytest.fixture(autouse=True)
def at_ten() -> Any:
    with clock.travel(NOW):
        yield


@pytest.fixture
def creditor() -> Creditor:
    return make_creditor("Banco Ejemplo")


@pytest.fixture
def admin(creditor: Creditor) -> Client:
    return login(make_user("admin@example.com", creditor, "administrator"))


def plain(answer: Any) -> str:
    text = unescape(answer.content.decode()).replace("\xa0", " ")
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def look(client: Client, creditor: Creditor, status: int = 200) -> str:
    address = reverse("web:accruals", args=[creditor.public_id])
    answer = client.get(address, headers={"accept-language": "en"})
    assert answer.status_code == status
    return plain(answer)


def send(client: Client, creditor: Creditor, act: str = "save", **said: Any) -> Any:
    address = reverse("web:accruals", args=[creditor.public_id])
    return client.post(address, {"act": act, **said}, headers={"accept-language": "en"})


def settings(creditor: Creditor) -> dict[str, Any]:
    creditor.refresh_from_db()
    return dict(creditor.settings)


def test_a_rule_is_saved_and_stands_in_the_form(admin: Client, creditor: Creditor) -> None:
    before = settings(creditor)
    assert send(admin, creditor, **WHOLE).status_code == 302
    assert settings(creditor) == {
        **before,
        "accrual": {
            "rules": [
                {
                    "component": "interest", "annual_percent": "24.36", "on": ["principal"],
                    "day_count": "actual/365", "every": "month",
                }
            ]
        },
        "allocation": "fees_first",
    }  # fmt: skip
    event = Event.objects.get(name="SettingsChanged", data__section="accrual")
    assert event.actor.startswith("user:")
    answer = admin.get(reverse("web:accruals", args=[creditor.public_id]))
    assert 'value="24.36"' in answer.content.decode()
    shown = look(admin, creditor)
    assert "Interest 24.36% simple" in shown
    # The same again is no version.
    again = {**WHOLE, "rule-INITIAL_FORMS": "1"}
    assert send(admin, creditor, **again).status_code == 302
    assert Event.objects.filter(name="SettingsChanged").count() == 1


def test_fees_maxima_order_and_switches(admin: Client, creditor: Creditor) -> None:
    said = {
        **WHOLE, **CEILING, "rule-TOTAL_FORMS": "2", "rule-1-component": "fees",
        "rule-1-fixed": "20.000", "rule-1-times": "1", "rule-1-kind": "simple",
        "rule-1-day_count": "actual/365", "rule-1-every": "month", "rule-1-on": "principal",
        "g-start": "due", "g-bears_under_hold": "on", "g-allocation": "oldest_first",
        "g-order_0": "interest", "g-order_1": "principal",
    }  # fmt: skip
    assert send(admin, creditor, **said).status_code == 302
    kept = settings(creditor)
    assert kept["accrual"]["rules"][1] == {
        "component": "fees", "on": ["principal"], "day_count": "actual/365", "every": "month",
        "fixed_minor": {"COP": 2_000_000}, "times": 1,
    }  # fmt: skip
    assert kept["accrual"]["ceilings"] == [
        {
            "from_on": "2026-01-01", "until_on": "2026-12-31", "annual_percent": "20",
            "effective": False, "source": "Resolución 9",
        }
    ]  # fmt: skip
    assert (kept["accrual"]["start"], kept["accrual"]["bears_under_hold"]) == ("due", True)
    assert kept["allocation_order"] == ["interest", "principal"]


def test_the_example_is_cut_to_the_maximum_and_names_days_without_one(
    admin: Client, creditor: Creditor
) -> None:
    debt = {"owed": "1.000.000", "since": "2026-05-31"}
    shown = plain(send(admin, creditor, "look", **WHOLE, **debt))
    assert "is not here: nothing is borne until it is entered below" in shown
    assert "No maximum is known for these days" in shown
    assert "Nothing is borne" in shown
    shown = plain(send(admin, creditor, "look", **{**WHOLE, **CEILING}, **debt))
    assert "Maximum on" in shown
    assert "20% nominal" in shown
    # 20 % a year on 1,000,000 for June: 30 / 365 of it, not the 24.36 % that was asked for.
    assert "16.438" in shown
    assert re.search(r"1\.083\.83[56]", shown), shown
    assert "accrual" not in settings(creditor)


def test_rules_taken_away_leave_nothing_borne(admin: Client, creditor: Creditor) -> None:
    send(admin, creditor, **WHOLE)
    gone = {**WHOLE, "rule-INITIAL_FORMS": "1", "rule-0-DELETE": "on"}
    assert send(admin, creditor, **gone).status_code == 302
    assert "accrual" not in settings(creditor)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"rule-0-annual_percent": "much"}, "Write a percentage"),
        ({"rule-0-annual_percent": "-1"}, "Write a percentage"),
        ({"rule-0-annual_percent": "NaN"}, "Write a percentage"),
        ({"rule-0-annual_percent": "1e99"}, "Write a percentage"),
        (
            {"rule-0-annual_percent": "", "rule-0-kind": "compound"},
            "Give a rate, an amount or a share",
        ),
        ({"rule-0-on": "interest"}, "A part is not borne on itself"),
        ({"rule-0-on": []}, "Choose at least one part"),
        ({"rule-0-fixed": "ten"}, "Write an amount"),
        ({"rule-0-share_percent": "101"}, "Write a percentage"),
        ({"rule-0-from_on": "2026-02-01", "rule-0-until_on": "2026-01-01"}, "before the beginning"),
        ({"rule-0-day_count": "lunar"}, "lunar"),
        ({"g-order_0": "fees", "g-order_1": "fees"}, "Name each part once"),
        ({"g-allocation": "mine"}, "mine"),
        ({**CEILING, "max-0-source": ""}, "Please fill this in"),
        ({**CEILING, "rule-0-DELETE": "on"}, "limit nothing without one"),
        ({"rule-TOTAL_FORMS": "x"}, ""),
        ({"rule-TOTAL_FORMS": "5000"}, ""),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    admin: Client, creditor: Creditor, said: dict[str, Any], words: str
) -> None:
    answer = send(admin, creditor, **{**WHOLE, **said})
    assert answer.status_code == 422
    assert words in plain(answer)
    assert "accrual" not in settings(creditor)


@pytest.mark.parametrize("debt", [{"owed": "x", "since": "y"}, {"owed": "0", "since": ""},
                                  {"owed": "1", "since": "1900-01-01"}])  # fmt: skip
def test_an_example_that_cannot_be(admin: Client, creditor: Creditor, debt: dict[str, str]) -> None:
    answer = send(admin, creditor, "look", **WHOLE, **debt)
    assert answer.status_code == 200
    assert "Write an amount" in plain(answer)


def test_a_manager_reads_and_tries(creditor: Creditor) -> None:
    manager = login(make_user("manager@example.com", creditor, "manager"))
    assert "administrators change it" in look(manager, creditor)
    assert send(manager, creditor, "look", **WHOLE).status_code == 200
    assert send(manager, creditor, **WHOLE).status_code == 403
    assert "accrual" not in settings(creditor)


@pytest.mark.parametrize(
    ("country", "words"),
    [
        ("CL", "Comisión para el Mercado Financiero"),
        ("BR", "By law at most 2% of what is owed"),
        ("ZA", "All that is borne comes to 100% of the principal at most"),
        ("MX", "No general maximum is known to us"),
    ],
)
def test_each_countrys_law_is_told(country: str, words: str) -> None:
    creditor = create_creditor(actor=SYSTEM, now=NOW, name=f"Lender {country}", country=country)
    admin = login(make_user("admin@example.com", creditor, "administrator"))
    assert words in look(admin, creditor)


def test_settings_that_cannot_be_read_are_shown_and_not_saved(creditor: Creditor) -> None:
    creditor.settings = {"accrual": {"rules": [{"annual_percent": "lots"}]}}
    creditor.save()
    admin = login(make_user("admin@example.com", creditor, "administrator"))
    assert "Something cannot be read" in look(admin, creditor)
    with pytest.raises(SchemeInvalid):
        set_bearing(
            creditor=creditor, accrual=creditor.settings["accrual"], allocation="fees_first",
            allocation_order=[], actor=SYSTEM, now=NOW,
        )  # fmt: skip
