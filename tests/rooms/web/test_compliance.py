"""The pages about contact rules: permitted hours, what if, what was prevented, and why."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from deals_kit import NOW, make_account
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pages_kit import Side, login, refuse, withhold

from acuerdo.compliance.actions import (
    check_contacts,
    place_hold,
    record_opt_out,
    reserve_attempts,
    settle_attempt,
)
from acuerdo.compliance.models import Verdict
from acuerdo.compliance.packs import get_library
from acuerdo.compliance.rules import ContactRequest
from acuerdo.core import clock
from acuerdo.core.actor import SYSTEM
from acuerdo.portfolio.models import Account
from acuerdo.reporting.prevented import WEEKS
from acuerdo.web.reads.hours import DAYS, get_hours
from acuerdo.web.reads.places import Place, find_place, list_countries, list_parts, zone_label

HOSTILE = '"><script>alert(1)</script>'


def read(client: Client, name: str, *args: Any, **query: Any) -> str:
    """The page's text, without the head and what is only drawn."""
    response = client.get(reverse(f"web:{name}", args=args), query)
    assert response.status_code == 200, response.status_code
    return str(response.content.decode().partition("<main")[2])


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.fixture
def manager(ours: Side) -> Client:
    return login(ours.users["manager"])


def contact(account: Account, reference: str, at: datetime, channel: str) -> None:
    request = ContactRequest(
        creditor_id=account.creditor_id,
        account_id=account.pk,
        debtor_id=account.debtor_id,
        person_id=account.debtor.person_id,
        channel=channel,
        purpose="collection",
    )
    with transaction.atomic():
        reserve_attempts(places=[(request, reference)], now=at, actor=SYSTEM)
        settle_attempt(reference=reference, outcome="delivered", now=at)


# Permitted hours


def test_the_calendar_names_holidays_and_the_rule_that_closes_a_day(manager: Client) -> None:
    with clock.travel(datetime(2026, 12, 1, 15, tzinfo=UTC)):
        page = words(read(manager, "compliance"))
    assert "Abierto ahora, hasta el 1 dic, 19:00 en Bogotá" in page
    assert "La Inmaculada Concepción · es festivo co.hours" in page
    assert "es domingo co.hours" in page
    assert page.count("07:00–19:00") >= 8
    assert "Ley 2300 de 2023, art. 3" in page


def test_holidays_are_named_in_the_readers_language(manager: Client) -> None:
    manager.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    with clock.travel(datetime(2026, 12, 1, 15, tzinfo=UTC)):
        assert "Immaculate Conception · it is a public holiday" in words(
            read(manager, "compliance")
        )


def test_hours_are_told_in_both_times_where_they_differ(manager: Client) -> None:
    page = words(read(manager, "compliance", country="BR", part="SP", channel="call"))
    assert "Horas en São Paulo" in page
    assert "Su hora (Bogotá)" in page
    assert "08:00–20:00 06:00–18:00" in page
    # One clock is told once.
    assert "Su hora" not in words(read(manager, "compliance", country="CO"))


def test_a_day_without_a_common_hour_says_so() -> None:
    """In every zone from the Azores to the mainland the hours are shorter; none is invented."""
    found = get_hours(
        place=Place("PT", ""),
        channel="call",
        purpose="collection",
        zone="",
        settings={},
        now=NOW,
        language="en",
    )
    one = get_hours(
        place=Place("PT", ""),
        channel="call",
        purpose="collection",
        zone=found.zones[0],
        settings={},
        now=NOW,
        language="en",
    )
    for wide, narrow in zip(one.days, found.days, strict=True):
        assert sum(s.end_minute - s.start_minute for s in narrow.stretches) <= sum(
            s.end_minute - s.start_minute for s in wide.stretches
        )


@pytest.mark.parametrize("country", sorted(get_library().packs))
def test_every_country_has_a_calendar(country: str) -> None:
    for part in ("", *[choice.value for choice in list_parts(country)][:4]):
        found = get_hours(
            place=find_place(country, part),
            channel="sms",
            purpose="collection",
            zone="",
            settings={},
            now=NOW,
            language="pt",
        )
        assert len(found.days) == DAYS
        assert sum(day.is_today for day in found.days) == 1
        assert any(day.stretches for day in found.days)
        for day in found.days:
            assert day.stretches or day.reason or len(found.zones) > 1
            for stretch in day.stretches:
                assert 0 <= stretch.start_minute < stretch.end_minute <= 1440


def test_a_channel_that_is_never_used_shows_no_hours(manager: Client) -> None:
    page = words(read(manager, "compliance", channel="postcard"))
    assert "Rechazado a cualquier hora" in page
    assert "07:00" not in page
    # A visit is refused unless more is known: then the hours matter.
    visit = words(read(manager, "compliance", channel="visit"))
    assert "co.visit" in visit


def test_a_creditors_own_terms_come_on_top(ours: Side, manager: Client) -> None:
    ours.creditor.settings["contact_rules"] = [
        {
            "id": "own.mornings",
            "kind": "window",
            "code": "outside_hours",
            "days": {day: [["09:00", "12:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
            "closed": {},
            "effective_from": "2000-01-01",
            "citation": "Contrato 7",
            "confidence": "house",
            "house_default": True,
            "texts": {"es": "Solo por la mañana.", "pt": "Só de manhã.", "en": "Mornings only."},
        }
    ]
    ours.creditor.save()
    page = words(read(manager, "compliance"))
    assert "09:00–12:00" in page
    assert "07:00–19:00" not in page
    assert "Solo por la mañana." in page


@pytest.mark.parametrize(
    "query",
    [
        {
            "country": HOSTILE,
            "part": HOSTILE,
            "channel": HOSTILE,
            "purpose": HOSTILE,
            "zone": HOSTILE,
        },
        {"country": "ZZ", "channel": "pigeon", "zone": "Mars/Olympus"},
        {"country": "CO", "part": "SP", "zone": "Europe/Madrid", "creditor": "not-a-uuid"},
        {"country": "BR", "part": "unknown"},
    ],
)
def test_a_calendar_of_nonsense_is_the_usual_one(manager: Client, query: dict[str, str]) -> None:
    page = read(manager, "compliance", **query)
    assert "<script>alert" not in page
    assert "07:00" in words(page) or query["country"] == "BR"


def test_places_are_found_and_named() -> None:
    assert find_place("BR", "SP") == Place("BR", "SP")
    assert find_place("BR", "ENG") == Place("BR", "")
    assert find_place("XX", "SP", default="MX") == Place("MX", "")
    assert find_place("", "", default="XX").country in get_library().packs
    assert Place("BR", "SP").jurisdiction == "BR-SP"
    assert {choice.value for choice in list_countries("es")} == set(get_library().packs)
    assert "São Paulo (SP)" in [choice.label for choice in list_parts("BR")]
    assert list_parts("ZZ") == []
    assert zone_label("America/Bogota", "es") == "Bogotá"
    assert zone_label("Not/AZone", "es") == "Not/AZone"


def test_the_tabs_follow_the_role(ours: Side) -> None:
    for role, count in (("agent", 0), ("manager", 4), ("administrator", 4)):
        page = read(login(ours.users[role]), "compliance")
        nav = page.partition('<nav class="subnav"')[2].partition("</nav>")[0]
        assert nav.count("<a ") == count, role


# What if


def test_a_first_look_asks_about_now(manager: Client) -> None:
    page = read(manager, "what_if")
    assert 'value="24/11/2026"' in page
    assert 'value="10:00"' in page
    assert "Permitido" in words(page)
    assert "co.one_channel_a_week" in page  # what each rule that was asked said


def test_a_sunday_is_refused_with_its_rule(manager: Client) -> None:
    page = words(read(manager, "what_if", country="CO", on="29/11/2026", at="10"))
    assert "Rechazado" in page
    assert "Es domingo" in page
    assert "Ley 2300 de 2023, art. 3" in page
    assert "lun 30 nov, 07:00" in page
    assert "esta decide" in page


def past(number: int, at: str, channel: str = "sms", **more: str) -> dict[str, str]:
    fields = {"at": at, "channel": channel, **more}
    return {f"past-{number}-{name}": value for name, value in fields.items()}


def test_contacts_before_are_counted(manager: Client) -> None:
    base = {"country": "CO", "on": "24/11/2026", "at": "15:00"}
    page = words(read(manager, "what_if", **base, **past(0, "24/11/2026 9:30")))
    assert "co.once_a_day" in page
    assert "mié 25 nov, 07:00" in page
    # What did not arrive does not count, and yesterday's does not count for today.
    for row in (
        past(0, "24/11/2026 9:30", outcome="undelivered"),
        past(0, "23/11/2026 9:30", outcome="open"),
    ):
        assert "Permitido" in words(read(manager, "what_if", **base, **row))
    other = words(read(manager, "what_if", **base, **past(3, "23/11/2026 9:30", "email")))
    assert "Esta semana ya se usó otro canal" in other


def test_flags_holds_wishes_and_texts_are_asked_about(manager: Client) -> None:
    base = {"country": "CO", "on": "24/11/2026", "at": "15:00"}
    for query, rule in (
        ({"flag_paid": "on"}, "base.paid"),
        ({"opted_out": "on"}, "base.opt_out"),
        ({"revoked": "on"}, "base.revoked_channel"),
        ({"authorised": "no"}, "co.authorised_channel"),
        ({"authorised": "unknown"}, "co.authorised_channel"),
        ({"hold": "hardship"}, "base.hold"),
        ({"says_asks_reason_for_default": "yes"}, "co.reason_for_default"),
        ({"says_public_display": "yes"}, "base.public_display"),
        ({"age": "17"}, "base.minor_debtor"),
        ({"party": "spouse"}, "base.third_party"),
        ({"wish_from": "18", "wish_to": "19"}, "base.requested_hours"),
        ({"busy_from": "14:00", "busy_to": "16"}, "base.known_inconvenient"),
        ({"stop_on": "23/11/2026"}, "base.stop_received"),
    ):
        page = read(manager, "what_if", **base, **query)
        answer = page.partition('id="answer"')[2].partition("esta decide")[2]
        decided = re.search(r"<code>([\w.]+)</code>", answer)
        assert decided is not None, query
        assert decided[1] == rule, query
        # What was said is still in the form.
        for name, value in query.items():
            field = (
                rf'name="{name}"[^>]*value="{value}"|value="{value}"\s+selected|{name}"[^>]*checked'
            )
            assert re.search(field, page), name


def test_a_hold_ends_when_it_says(manager: Client) -> None:
    query = {"country": "CO", "on": "24/11/2026", "at": "15:00", "hold": "hardship"}
    page = words(read(manager, "what_if", **query, hold_until="26/11/2026 12:00"))
    assert "jue 26 nov, 12:00" in page


def test_rows_are_added_and_removed(manager: Client) -> None:
    base = {"country": "CO", "on": "24/11/2026", "at": "15:00", **past(0, "23/11/2026 9:30")}
    added = read(manager, "what_if", **base, add="1")
    assert added.count('class="past"') == 2
    assert 'name="past-1-at"' in added
    assert 'value="24/11/2026 09:00"' in added
    removed = read(manager, "what_if", **base, **past(1, "22/11/2026 8:00"), remove="0")
    assert removed.count('class="past"') == 1
    assert 'value="22/11/2026 8:00"' in removed
    many = {key: value for n in range(40) for key, value in past(n, "1/1/2026 9").items()}
    full = read(manager, "what_if", country="CO", **many, add="1")
    assert full.count('class="past"') == 20


def test_nothing_is_lost_on_a_bad_input(manager: Client) -> None:
    query = {
        "country": "MX",
        "on": "31/02/2026",
        "at": "25:00",
        "age": "muchos",
        "wish_from": "9",
        "wish_to": "9:00",
        "flag_disputed": "on",
        **past(0, "ayer"),
    }
    page = read(manager, "what_if", **query)
    for value in ("31/02/2026", "25:00", "muchos", "ayer", "9:00"):
        assert f'value="{value}"' in page
    assert re.search(r'name="flag_disputed"[^>]*checked', page)
    assert re.search(r'<option value="MX" selected', page)
    text = words(page)
    assert "Todavía sin respuesta" in text
    for error in ("Esa fecha no existe", "Esa hora no existe", "Esa fecha y hora no existen"):
        assert error in text
    assert "Las horas empiezan y acaban a la vez" in text
    assert page.count('aria-invalid="true"') >= 5


@pytest.mark.parametrize(
    "query",
    [
        {"country": HOSTILE, "on": HOSTILE, "at": HOSTILE, "age": HOSTILE, **past(0, HOSTILE)},
        {"channel": "pigeon", "purpose": "x", "party": "unknown", "creditor_type": "y"},
        {"zone": ["Mars/Olympus", HOSTILE], "hold": "x", "hold_until": "x", "instrument": "x"},
        {"on": "9999999999/1/1", "at": "9" * 300, "age": "9" * 300},
        {"on": "1/1/0001", "at": "00:00"},
        {"on": "31/12/9999", "at": "23:59", **past(9999, "31/12/9999 23:59")},
        {"past-99999-at": "1/1/2026 9", "past--1-at": "x", "past-1-at": "x\x00"},
        {"says_payee": HOSTILE, "flag_number_type": HOSTILE, "remove": HOSTILE, "add": HOSTILE},
    ],
)
def test_hostile_questions_break_nothing(manager: Client, query: dict[str, Any]) -> None:
    page = read(manager, "what_if", **query)
    assert "<script>alert" not in page
    assert 'id="answer"' in page


def test_a_change_of_country_lets_its_parts_and_zones_fall_away(manager: Client) -> None:
    query = {
        "country": "CO",
        "part": "SP",
        "zone": ["America/Manaus"],
        "on": "24/11/2026",
        "at": "10",
    }
    page = read(manager, "what_if", **query)
    assert "Permitido" in words(page)
    assert "America/Manaus" not in page


def test_hours_that_a_change_of_the_clock_skips_or_repeats(manager: Client) -> None:
    skipped = {"country": "ES", "zone": "Europe/Madrid", "on": "28/3/2027", "at": "2:30"}
    assert "Ese día el reloj salta esa hora" in words(read(manager, "what_if", **skipped))
    twice = {"country": "ES", "zone": "Europe/Madrid", "on": "25/10/2026", "at": "2:30"}
    assert "Ese día esa hora se repite" in words(read(manager, "what_if", **twice))


def test_a_question_leaves_no_trace(manager: Client) -> None:
    before = Verdict.objects.count()
    read(manager, "what_if", country="CO", on="29/11/2026", at="10")
    read(manager, "compliance")
    assert Verdict.objects.count() == before


# Why


def test_why_tells_the_rule_the_time_and_what_to_do(ours: Side, manager: Client) -> None:
    verdict_id = refuse(make_account(ours.creditor, "A-9001"), "call")
    page = words(read(manager, "why_verdict", verdict_id))
    assert "Llamada: no se planeó" in page
    assert "El canal no está autorizado" in page
    assert "co.authorised_channel" in page
    assert "Ley 2300 de 2023, art. 2" in page
    assert "De la ley" in page
    assert "Pida el consentimiento" in page
    assert "mar 24 nov, 10:00 Bogotá" in page
    assert "el tiempo solo no lo cambia" in page


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("no_address", "Encuentre una vía que sirva"),
        ("too_late", "Lo que llega tarde no se envía nunca"),
        ("agreement_active", "A quien cumple un acuerdo no se le persigue"),
        ("identity_not_verified", "Que la persona demuestre quién es"),
        ("no_provider", "Pida ayuda a un administrador"),
        ("something_new", "Mire la cuenta"),
    ],
)
def test_messages_withheld_for_another_reason_are_explained(
    ours: Side, manager: Client, code: str, said: str
) -> None:
    message = withhold(ours.account, code, key="another")
    page = words(read(manager, "why_message", message.public_id))
    assert "SMS: no se envió" in page
    assert "Ninguna norma de contacto" in page
    assert said in page
    assert f"palabras de {ours.creditor.name}" in page  # the exact text
    assert "Qué dicen las normas ahora" in page


def test_a_case_is_led_to_its_task(ours: Side, manager: Client) -> None:
    page = read(manager, "why_channel", ours.account.public_id, channel="sms")
    assert reverse("web:task", args=[ours.task.public_id]) in page
    assert "SMS: no se puede usar ahora" in words(page)


def test_the_what_if_form_is_filled_with_the_same_question(ours: Side, manager: Client) -> None:
    """Whatever was refused is refused there too, by the same rule."""
    accounts = [make_account(ours.creditor, f"A-90{number:02}") for number in range(4)]
    contact(accounts[0], "today", NOW - timedelta(hours=1), "sms")
    contact(accounts[1], "week", NOW - timedelta(days=1), "email")
    with transaction.atomic():
        record_opt_out(
            creditor_id=ours.creditor.pk,
            debtor=accounts[2].debtor,
            channel="sms",
            source="sms",
            actor=SYSTEM,
            now=NOW - timedelta(days=1),
        )
    rules = {}
    for account in accounts[:3]:
        verdict_id = refuse(account, "sms")
        page = read(manager, "why_verdict", verdict_id)
        found = re.search(r'href="([^"]*what-if[^"]*)"', page)
        assert found is not None
        answer = manager.get(found[1].replace("&amp;", "&")).content.decode()
        decided = re.search(r"<code>([\w.]+)</code>", answer.partition("esta decide")[2])
        assert decided is not None
        rules[Verdict.objects.get(id=verdict_id).rule_id] = decided[1]
    assert {told: rule for told, rule in rules.items() if told != rule} == {}
    assert set(rules) == {"co.once_a_day", "co.one_channel_a_week", "base.opt_out"}


def test_agents_read_why_without_the_what_if_form(ours: Side) -> None:
    page = read(login(ours.users["agent"]), "why_verdict", ours.verdict.public_id)
    assert "what-if" not in page


def test_an_unknown_channel_is_the_usual_one(ours: Side, manager: Client) -> None:
    page = read(manager, "why_channel", ours.account.public_id, channel=HOSTILE, purpose=HOSTILE)
    assert "<script>alert" not in page
    assert "SMS" in page


# The account


def test_the_account_shows_what_forbids_a_contact_and_until_when(
    ours: Side, manager: Client
) -> None:
    account = make_account(ours.creditor, "A-9001")
    page = words(read(manager, "account", account.public_id))
    assert "¿Se le puede contactar ahora? Sí, por SMS, WhatsApp, Correo Llamada" in page
    assert "el canal no está autorizado ¿Por qué?" in page
    contact(account, "x", NOW - timedelta(hours=1), "sms")
    page = words(read(manager, "account", account.public_id))
    assert "hasta el 25 nov, 07:00" in page
    with transaction.atomic():
        place_hold(
            creditor_id=ours.creditor.pk,
            account_id=account.pk,
            reason="hardship",
            source="x",
            note="Llamó por teléfono",
            actor=SYSTEM,
            now=NOW,
            until_at=NOW + timedelta(days=3),
        )
    page = words(read(manager, "account", account.public_id))
    assert "Sí, por" not in page
    assert "hasta el 27 nov, 10:00 Llamó por teléfono" in page
    assert not Verdict.objects.filter(account_id=account.pk).exists()


def test_the_timeline_leads_to_why(ours: Side, manager: Client) -> None:
    page = read(manager, "account", ours.account.public_id)
    assert reverse("web:why_verdict", args=[ours.verdict.public_id]) in page
    assert reverse("web:why_message", args=[ours.withheld.public_id]) in page


# Prevented, and the rows behind it


def test_figures_lead_to_their_rows(ours: Side, manager: Client) -> None:
    for number in range(3):
        refuse(make_account(ours.creditor, f"A-90{number:02}"), "call")
    page = read(manager, "prevented")
    # The account of the kit is left alone by a case: our own caution.
    assert "Esta semana, hasta ahora, la ley impidió 3 contactos" in words(page)
    figures = re.findall(r'href="(/compliance/not-sent\?[^"]*)">([\d.]+)<', page)
    assert len(figures) > WEEKS
    for address, figure in figures:
        rows = manager.get(address.replace("&amp;", "&")).content.decode()
        assert rows.count("data-drawer href") == int(figure), address
    by_rule = read(manager, "withheld", rule="co.authorised_channel", week="2026-11-23")
    assert by_rule.count("data-drawer") == 3
    assert "Solo se contacta por los canales que la persona autorizó" in by_rule
    assert read(manager, "withheld", source="house").count("data-drawer") == 1
    assert read(manager, "withheld", channel="sms").count("data-drawer") == 0
    assert read(manager, "withheld", week="2026-11-16").count("data-drawer") == 0


def test_the_title_compares_whole_weeks(ours: Side, manager: Client) -> None:
    accounts = [make_account(ours.creditor, f"A-90{number:02}") for number in range(3)]
    for weeks, count in ((1, 3), (2, 2)):
        for account in accounts[:count]:
            refuse_at(account, NOW - timedelta(weeks=weeks))
    page = words(read(manager, "prevented"))
    assert "La semana pasada la ley impidió 3 contactos, un 50 % más que la semana anterior" in (
        page.replace("\N{NO-BREAK SPACE}", " ")
    )


def refuse_at(account: Account, at: datetime) -> None:
    request = ContactRequest(
        creditor_id=account.creditor_id,
        account_id=account.pk,
        debtor_id=account.debtor_id,
        channel="call",
        purpose="collection",
    )
    with transaction.atomic():
        check_contacts([request], actor=SYSTEM, now=at, stage="plan")


def test_messages_withheld_for_another_reason_are_listed_apart(ours: Side, manager: Client) -> None:
    rules, others = read(manager, "withheld"), read(manager, "withheld", kind="messages")
    verdict = reverse("web:why_verdict", args=[ours.verdict.public_id])
    message = reverse("web:why_message", args=[ours.withheld.public_id])
    assert (verdict in rules, message in rules) == (True, False)
    assert (verdict in others, message in others) == (False, True)
    assert read(manager, "withheld", kind="messages", channel="email").count("data-drawer") == 0
    assert read(manager, "withheld", kind="messages", country="BR").count("data-drawer") == 0


def test_an_empty_report_says_what_it_is_for(ours: Side, manager: Client) -> None:
    with clock.travel(NOW + timedelta(days=200)):
        assert "Todavía no se evitó nada" in words(read(manager, "prevented"))
        assert "Todavía no se rechazó nada" in words(read(manager, "withheld"))
        assert "Aquí no se evitó nada" in words(read(manager, "prevented", source="house"))


@pytest.mark.parametrize(
    "query",
    [
        {
            "week": HOSTILE,
            "country": HOSTILE,
            "channel": HOSTILE,
            "rule": HOSTILE,
            "source": HOSTILE,
        },
        {"week": "0001-01-01", "page": "-1"},
        {"week": "9999-12-31", "page": "99999999999"},
        {"page": "0", "kind": HOSTILE, "creditor": HOSTILE},
        {"page": "٣", "rule": "x" * 500},
    ],
)
def test_hostile_filters_break_nothing(manager: Client, query: dict[str, str]) -> None:
    for name in ("prevented", "withheld"):
        for kind in ({}, {"kind": "messages"}):
            assert "<script>alert" not in read(manager, name, **query | kind)
