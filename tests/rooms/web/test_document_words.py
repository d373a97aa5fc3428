"""Which document the portal asks for, in the words of its own country."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from pages_kit import Side, make_link

from acuerdo.portfolio.models import Person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("country", "kind", "words"),
    [
        ("CO", "CC", "cédula de ciudadanía"),
        ("ES", "DNI", "con la letra"),
        # The same letters are another document elsewhere.
        ("AR", "DNI", "sin puntos ni guiones"),
        ("PT", "CC", "sin puntos ni guiones"),
        ("", "", "sin puntos ni guiones"),
    ],
)
def test_a_document_is_asked_for_in_the_words_of_its_country(
    ours: Side, country: str, kind: str, words: str
) -> None:
    Person.objects.filter(pk=ours.account.debtor.person_id).update(
        document_country=country, document_type=kind
    )
    link = make_link(ours.account)
    body = Client().get(reverse("web:portal", args=[link.token])).content.decode()
    assert words in body
