"""Every time zone that may be a debtor's, after each change of what it follows from."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from small_portfolio import NOW, place, row

from acuerdo.core.actor import SYSTEM
from acuerdo.core.errors import NotFound
from acuerdo.core.models import Event
from acuerdo.creditors.actions import create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.actions import (
    change_residence,
    declare_location,
    refresh_zones,
    set_usable,
)
from acuerdo.portfolio.errors import PlaceUnknown
from acuerdo.portfolio.models import Account, Debtor
from acuerdo.portfolio.rules import list_zones

pytestmark = pytest.mark.django_db

BOGOTA = "America/Bogota"


@pytest.fixture
def creditor() -> Creditor:
    return create_creditor(actor=SYSTEM, now=NOW, name="Uno", country="CO")


def cells(country: str, part: str = "", phone: str = "", **more: str) -> dict[str, str]:
    return {
        "account": "A-0001", "name": "Ana", "document": "P1234567", "document_type": "Pasaporte",
        "document_country": "CO",
        "phone": phone, "country": country, "departamento": part, "currency": "USD",
        "due_date": "2026-11-01", "total": "100.00", **more,
    }  # fmt: skip


def debtor_of(creditor: Creditor, number: str = "A-0001") -> Debtor:
    return Account.objects.get(creditor=creditor, number=number).debtor


def zones_of(creditor: Creditor, number: str = "A-0001") -> list[str]:
    debtor = debtor_of(creditor, number)
    # Whatever an import wrote is what the action writes.
    assert refresh_zones([debtor.pk]) == 0
    assert not debtor.zone_candidates or debtor.timezone == debtor.zone_candidates[0]
    return debtor.zone_candidates


@pytest.mark.parametrize(
    ("country", "part", "phone", "zones"),
    [
        ("CO", "Antioquia", "3001234567", "America/Bogota"),
        ("CO", "Antioquia", "+34 612 345 678", "America/Bogota Europe/Madrid Africa/Ceuta"
         " Atlantic/Canary"),
        ("BR", "PE", "(81) 3333-4444", "America/Recife America/Noronha"),
        ("BR", "SP", "(97) 98111-2222", "America/Sao_Paulo America/Manaus America/Eirunepe"),
        ("CL", "RM", "61 222 3344", "America/Santiago America/Punta_Arenas"),
        ("CL", "XII Región", "9 8765 4321", "America/Punta_Arenas America/Santiago"
         " America/Coyhaique Pacific/Easter"),
        ("US", "Indiana", "(812) 234-5678", "America/New_York America/Chicago"),
        ("US", "CA", "(270) 433-1234", "America/Los_Angeles America/New_York America/Chicago"),
        ("EC", "Galápagos", "0987654321", "Pacific/Galapagos America/Guayaquil"),
        ("PT", "Açores", "912 345 678", "Atlantic/Azores Europe/Lisbon Atlantic/Madeira"),
        ("MX", "Chihuahua", "656 123 4567", "America/Chihuahua America/Ciudad_Juarez"
         " America/Ojinaga"),
        ("MX", "CDMX", "868 123 4567", "America/Mexico_City America/Matamoros America/Monterrey"),
        ("GB", "Scotland", "07911 123456", "Europe/London"),
        ("AR", "Jujuy", "11 15 2345 6789", "America/Argentina/Jujuy"
         " America/Argentina/Buenos_Aires"),
        ("CO", "", "not a phone", "America/Bogota"),
    ],
)  # fmt: skip
def test_an_import_adds_up_residence_and_phones(
    creditor: Creditor, country: str, part: str, phone: str, zones: str
) -> None:
    place(creditor, [cells(country, part, phone)])
    assert zones_of(creditor) == zones.split()


def test_what_tells_nothing_means_the_whole_country(creditor: Creditor) -> None:
    place(creditor, [cells("US", "New York", "(800) 234-5678")])
    assert set(zones_of(creditor)) == set(list_zones("US"))
    assert debtor_of(creditor).timezone == "America/New_York"
    place(creditor, [cells("BR", "", "(92) 98111-2222", account="A-2", document="P2")])
    assert set(zones_of(creditor, "A-2")) == set(list_zones("BR"))
    # All that we have says Manaus: it is what the debtor is shown.
    assert debtor_of(creditor, "A-2").timezone == "America/Manaus"


def test_all_rows_of_a_debtor_count(creditor: Creditor) -> None:
    place(
        creditor,
        [
            cells("BR", "SP", "11 98765-4321"),
            cells("BR", "AC", "", account="A-0002"),
            cells("BR", "", "", account="A-0003"),
            cells("PE", "", "", account="A-0004"),
        ],
    )
    assert set(zones_of(creditor)) == {
        "America/Sao_Paulo", "America/Rio_Branco", "America/Lima",
    }  # fmt: skip
    assert debtor_of(creditor).subdivision == "BR-SP"


def test_a_later_file_adds_and_moves(creditor: Creditor) -> None:
    place(creditor, [cells("BR", "SP", "11 98765-4321")])
    assert zones_of(creditor) == ["America/Sao_Paulo"]
    # A phone that a later row brings, of this account or a new one.
    place(creditor, [cells("BR", "SP", "68 98111-2222", total="2.00")])
    assert zones_of(creditor) == ["America/Sao_Paulo", "America/Rio_Branco"]
    place(creditor, [cells("BR", "SP", "92 98111-2222", account="A-0002")])
    assert zones_of(creditor) == ["America/Sao_Paulo", "America/Rio_Branco", "America/Manaus"]
    # The debtor moves with the account.
    both = [cells("BR", "MT", total="3.00"), cells("BR", "MT", account="A-0002")]
    place(creditor, both)
    debtor = debtor_of(creditor)
    assert (debtor.country, debtor.subdivision, debtor.timezone) == (
        "BR",
        "BR-MT",
        "America/Cuiaba",
    )
    assert "America/Sao_Paulo" in zones_of(creditor)  # the phone of São Paulo is still there
    # Another country, without a part of it.
    place(creditor, [cells("PE", "", "", total="4.00")])
    account = Account.objects.get(number="A-0001")
    assert (account.country, account.subdivision) == ("PE", "")
    debtor.refresh_from_db()
    assert (debtor.country, debtor.subdivision, debtor.timezone) == ("PE", "", "America/Lima")


def test_a_file_that_does_not_say_where_moves_nobody(creditor: Creditor) -> None:
    place(creditor, [cells("ES", "Canarias")])
    silent = {
        key: value
        for key, value in cells("", "", total="2.00").items()
        if key not in ("country", "departamento")
    }
    assert place(creditor, [silent]).changed == 1
    debtor = debtor_of(creditor)
    assert (debtor.country, debtor.subdivision) == ("ES", "ES-CN")
    assert zones_of(creditor) == ["Atlantic/Canary"]
    # A part is read as one of the creditor's country, which the row does not name.
    assert place(creditor, [{**silent, "departamento": "Antioquia", "total": "3.00"}]).changed == 1
    debtor.refresh_from_db()
    assert (debtor.country, debtor.subdivision) == ("ES", "ES-CN")
    place(creditor, [{**silent, "account": "A-0002"}])
    debtor.refresh_from_db()
    assert (debtor.country, debtor.subdivision) == ("ES", "ES-CN")
    # Its account may be one of Colombia, so that time is observed too.
    assert zones_of(creditor) == ["Atlantic/Canary", BOGOTA]


def test_a_part_that_was_not_known_is_filled(creditor: Creditor) -> None:
    place(creditor, [cells("BR", "")])
    place(creditor, [cells("BR", "AM", account="A-0002")])
    assert zones_of(creditor) == ["America/Manaus", "America/Eirunepe"]


def test_a_verified_residence_is_not_changed_by_files(creditor: Creditor) -> None:
    place(creditor, [cells("BR", "SP")])
    debtor = debtor_of(creditor)
    moved = change_residence(
        creditor_id=creditor.pk, debtor_id=debtor.pk, country="Brasil", subdivision="Acre",
        actor=SYSTEM, now=NOW,
    )  # fmt: skip
    assert (moved.country, moved.subdivision, moved.timezone) == (
        "BR",
        "BR-AC",
        "America/Rio_Branco",
    )
    assert moved.residence_verified_at == NOW
    # What the file said before counts no longer.
    assert zones_of(creditor) == ["America/Rio_Branco"]
    place(creditor, [cells("BR", "SP", total="2.00")])
    assert zones_of(creditor) == ["America/Rio_Branco"]
    # What it says anew is observed, but the law stays that of the residence.
    place(creditor, [cells("BR", "MT", total="3.00")])
    debtor.refresh_from_db()
    assert (debtor.subdivision, debtor.location_subdivision) == ("BR-AC", "BR-MT")
    assert debtor.location_declared_at == NOW
    assert zones_of(creditor) == ["America/Cuiaba", "America/Rio_Branco"]
    assert Event.objects.filter(name="ResidenceChanged").get().refs == [f"debtor:{debtor.pk}"]


def test_a_declared_location_is_observed_beside_the_residence(creditor: Creditor) -> None:
    place(creditor, [cells("CO", "Antioquia", "3001234567")])
    debtor = debtor_of(creditor)

    def declare(country: str, part: str = "") -> Debtor:
        return declare_location(
            creditor_id=creditor.pk, debtor_id=debtor.pk, country=country, subdivision=part,
            actor=SYSTEM, now=NOW,
        )  # fmt: skip

    abroad = declare("España", "Canarias")
    assert (abroad.country, abroad.timezone) == ("CO", "Atlantic/Canary")
    assert zones_of(creditor) == ["Atlantic/Canary", BOGOTA]
    # Files and addresses come and go meanwhile.
    place(creditor, [cells("CO", "Antioquia", "+1 212 555 0123", total="2.00")])
    assert zones_of(creditor) == ["Atlantic/Canary", BOGOTA, "America/New_York"]
    # The last word is the one that counts.
    declare("PE")
    assert zones_of(creditor) == ["America/Lima", BOGOTA, "America/New_York"]
    back = declare("")
    assert (back.timezone, back.location_declared_at) == (BOGOTA, None)
    assert zones_of(creditor) == [BOGOTA, "America/New_York"]
    declare("PE")
    change_residence(
        creditor_id=creditor.pk, debtor_id=debtor.pk, country="CO", subdivision="",
        actor=SYSTEM, now=NOW,
    )  # fmt: skip
    assert zones_of(creditor) == [BOGOTA, "America/New_York"]
    assert Event.objects.filter(name="LocationDeclared").count() == 4


def test_a_stranger_s_phone_tells_nothing_any_more(creditor: Creditor) -> None:
    place(creditor, [cells("CO", "", "+34 912 345 678")])
    debtor = debtor_of(creditor)
    assert zones_of(creditor) == [BOGOTA, "Europe/Madrid"]
    ids = [point.pk for point in debtor.contact_points.all()]
    set_usable(ids=ids, is_usable=False)
    assert zones_of(creditor) == [BOGOTA]
    set_usable(ids=ids, is_usable=True)
    assert zones_of(creditor) == [BOGOTA, "Europe/Madrid"]


def test_places_that_there_are_not(creditor: Creditor) -> None:
    place(creditor, [cells("CO", "Antioquia")])
    debtor = debtor_of(creditor)
    for action in (change_residence, declare_location):
        for country, part in (("Narnia", ""), ("CO", "Macondo"), ("'; DROP", "x")):
            with pytest.raises(PlaceUnknown) as caught:
                action(
                    creditor_id=creditor.pk, debtor_id=debtor.pk, country=country,
                    subdivision=part, actor=SYSTEM, now=NOW,
                )  # fmt: skip
            assert caught.value.http_status == 422
    with pytest.raises(PlaceUnknown):
        change_residence(
            creditor_id=creditor.pk, debtor_id=debtor.pk, country="", actor=SYSTEM, now=NOW
        )
    debtor.refresh_from_db()
    assert (debtor.subdivision, debtor.location_country) == ("CO-ANT", "")


def test_another_creditor_s_debtor_cannot_be_moved(creditor: Creditor) -> None:
    place(creditor, [cells("CO", "Antioquia")])
    debtor = debtor_of(creditor)
    other = create_creditor(actor=SYSTEM, now=NOW, name="Dos", country="CO")
    for action in (change_residence, declare_location):
        with pytest.raises(NotFound):
            action(creditor_id=other.pk, debtor_id=debtor.pk, country="PE", actor=SYSTEM, now=NOW)
    # Nor does the other's file: what one creditor knows, another does not see.
    place(other, [cells("PE", "", "+34 912 345 678")])
    assert debtor_of(other).person_id == debtor.person_id
    assert zones_of(creditor) == [BOGOTA]
    assert zones_of(other) == ["America/Lima", "Europe/Madrid"]


def test_a_set_is_written_only_where_it_differs(creditor: Creditor) -> None:
    place(creditor, [row(f"A-{number:04}") for number in range(20)])
    ids = list(Debtor.objects.values_list("pk", flat=True))
    assert refresh_zones(ids) == 0
    Debtor.objects.filter(pk__in=ids[:3]).update(zone_candidates=[], timezone="")
    assert refresh_zones([*ids, ids[0], 10**12]) == 3
    assert refresh_zones([]) == 0
    assert set(Debtor.objects.values_list("timezone", flat=True)) == {BOGOTA}


@pytest.mark.django_db(transaction=True)
def test_who_was_here_before_gets_all_zones_with_the_update() -> None:
    with transaction.atomic():
        creditor = create_creditor(actor=SYSTEM, now=NOW, name="Uno", country="CO")
    place(creditor, [cells("CO", "", "+34 912 345 678")])
    call_command("migrate", "portfolio", "0002_partitions", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE portfolio_debtor SET zone_candidates = %s", [[BOGOTA]])
    call_command("migrate", "portfolio", verbosity=0)
    with transaction.atomic():
        assert zones_of(creditor) == [BOGOTA, "Europe/Madrid"]
    with pytest.raises(RuntimeError):
        refresh_zones([debtor_of(creditor).pk])
