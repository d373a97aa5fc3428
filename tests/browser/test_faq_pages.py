"""Questions and answers, and satisfaction, in a real browser: looks, a try, an answer written."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browser_kit import HEIGHTS, LANGUAGES, log_in, look, look_through, open_browser, watch
from deals_kit import NOW, FakeProvider
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from pages_kit import Side, make_side
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from acuerdo.assistant.faq.actions import apply_entries, apply_facts
from acuerdo.assistant.faq.documents import read_entry, read_fact
from acuerdo.assistant.faq.index import encode
from acuerdo.assistant.faq.rules import pack
from acuerdo.assistant.models import FaqEntry, FaqQuestion
from acuerdo.conversations.models import Satisfaction
from acuerdo.core import clock
from acuerdo.core.actor import SYSTEM
from acuerdo.payments.providers import registry
from acuerdo.web import assets

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(assets.asset_url("work.css") is None, reason="the assets are not built"),
]

FACTS = (
    {
        "code": "office_address",
        "texts": {"es": "Calle 72 # 10-34, piso 5, Bogotá", "en": "Calle 72 # 10-34, 5th floor"},
    },
    {
        "code": "payment_methods",
        "texts": {
            "es": "PSE, tarjeta débito o crédito, y efectivo en corresponsales",
            "pt": "PSE, cartão de débito ou crédito e dinheiro em correspondentes",
            "en": "PSE, debit or credit card, and cash at partner shops",
        },
    },
)
ENTRIES = (
    {
        "code": "offices",
        "questions": {
            "es": ["¿Dónde quedan sus oficinas?", "¿Tienen una sucursal donde pueda ir?"],
            "pt": ["Onde ficam os escritórios de vocês?"],
            "en": ["Where are your offices?"],
        },
        "answers": {
            "es": "Nos encuentra en {{ office_address }}. Con gusto le atendemos.",
            "pt": "Estamos em {{ office_address }}. Será um prazer atender você.",
            "en": "You find us at {{ office_address }}. You are welcome any time.",
        },
    },
    {
        "code": "methods",
        "questions": {
            "es": ["¿Qué medios de pago reciben?", "¿Puedo pagar con tarjeta de crédito?"],
            "pt": ["Quais formas de pagamento vocês aceitam?"],
        },
        "answers": {
            "es": "Puede pagar con {{ payment_methods }}.",
            "pt": "Você pode pagar com {{ payment_methods }}.",
        },
    },
    {
        "code": "credit_number",
        "questions": {"es": ["¿Cuál es el número de mi crédito?"]},
        "answers": {"es": "El número de su crédito es {{ account.number }}."},
    },
)
ASKED = (
    ("¿tienen parqueadero para clientes?", "es", 9),
    ("vocês têm estacionamento para clientes?", "pt", 4),
    ("is there a parking lot for customers", "en", 1),
    ("¿me regalan puntos por pagar a tiempo?", "es", 3),
    ("¿puedo cambiar el titular del crédito?", "es", 1),
)


@pytest.fixture(autouse=True)
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(registry.PROVIDERS, "fake", FakeProvider)
    monkeypatch.setattr(settings, "DEMO", True)
    FakeProvider.reset()
    with clock.travel(NOW):
        yield


@pytest.fixture
def side() -> Side:
    """One creditor with entries, named facts, and questions that nobody answered."""
    side = make_side("Banco Ejemplo", "A-1001")
    facts = [read_fact(one) for one in FACTS]
    entries = [read_entry(one) for one in ENTRIES]
    with transaction.atomic():
        apply_facts(creditor=side.creditor, documents=facts, actor=SYSTEM, now=NOW)
        apply_entries(creditor=side.creditor, documents=entries, actor=SYSTEM, now=NOW)
    for text, language, times in ASKED:
        vectors = encode([text])
        assert vectors is not None
        FaqQuestion.objects.create(
            creditor=side.creditor, turn=side.unclear.turn, text=text, fingerprint=text[:60],
            language=language, times=times, vector=pack(vectors), first_at=NOW, last_at=NOW,
        )  # fmt: skip
    answered = FaqEntry.objects.get(code="methods")
    FaqQuestion.objects.create(
        creditor=side.creditor, entry=answered, turn=side.unclear.turn, text="cómo pago",
        fingerprint="x", language="es", times=31, first_at=NOW, last_at=NOW,
    )  # fmt: skip
    score(side)
    return side


def score(side: Side) -> None:
    """Answers to how a conversation was, and some that never came."""
    given = (5, 5, 4, 4, 4, 3, 1, None, None)
    for place, value in enumerate(given):
        Satisfaction.objects.create(
            conversation=side.conversation, channel=("chat", "whatsapp", "sms")[place % 3],
            language="es" if place % 4 else "pt", owner="agent" if place % 3 == 1 else "assistant",
            asked_at=NOW, answered_at=NOW if value else None, score=value,
            comment={0: "me atendieron rápido", 6: "tuve que repetir todo"}.get(place, ""),
        )  # fmt: skip


def addresses(side: Side) -> list[str]:
    return [
        reverse("web:faq"),
        reverse("web:faq_questions"),
        reverse("web:faq_facts"),
        reverse("web:faq_entry", args=[FaqEntry.objects.get(code="offices").public_id]),
        reverse("web:new_faq"),
        reverse("web:satisfaction"),
    ]


@pytest.mark.parametrize("width", HEIGHTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_they_are_sound_in_every_language_and_width(
    live_server: LiveServer, browser: Browser, side: Side, language: str, width: int
) -> None:
    context = open_browser(browser, live_server, language, width)
    page = context.new_page()
    log_in(page, live_server, side, "manager")
    wrong = watch(page)
    seen = [live_server.url + address for address in addresses(side)]
    assert look_through(page, seen, language, with_axe=language == "es") == {}
    assert [line for line in wrong if "ERR_FAILED" not in line] == []
    context.close()


def test_a_question_is_tried_and_one_asked_in_vain_is_answered(
    live_server: LiveServer, browser: Browser, side: Side
) -> None:
    page = open_browser(browser, live_server, "es", 1440).new_page()
    log_in(page, live_server, side, "manager")
    page.goto(live_server.url + reverse("web:faq"))
    page.fill("#try-text", "oi, onde fica o escritório de vocês?")
    page.get_by_role("button", name="Probar").click()
    expect(page.locator("#tried")).to_contain_text("Estamos em Calle 72 # 10-34")
    assert look(page) == []
    page.get_by_role("link", name="Preguntado sin respuesta").click()
    first = page.locator(".unclear").first
    expect(first).to_contain_text("¿tienen parqueadero para clientes?")
    expect(first).to_contain_text("14 veces")
    first.get_by_role("link", name="Escribir la respuesta").click()
    expect(page.locator("#q-pt")).to_have_value("vocês têm estacionamento para clientes?")
    page.fill("#a-es", "Sí, en {{ office_address }}, y cuesta $ 5.000.")
    page.locator("#code").focus()
    expect(page.locator("#a-es-wrong")).to_contain_text("5.000")
    page.fill("#a-es", "Sí, lo hay en {{ office_address }}.")
    page.locator("#code").focus()
    expect(page.locator(".bubble-like").first).to_contain_text("Calle 72 # 10-34")
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("tienen_parqueadero")
    page.goto(live_server.url + reverse("web:faq_questions"))
    expect(page.locator("main")).not_to_contain_text("parqueadero")
