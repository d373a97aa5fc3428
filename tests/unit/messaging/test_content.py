"""What a text tells its reader."""

import pytest

from acuerdo.messaging.content import Identity, collect_message_facts
from acuerdo.messaging.defaults import list_defaults
from acuerdo.messaging.liquid import nest, render

BANK = Identity("Crédito Andino", "Crédito Andino S.A.", "900.123.456-7", "Calle 1 # 2-3, Bogotá")

FACTS: dict[str, object] = {
    "creditor.name": BANK.name,
    "creditor.legal_name": BANK.legal_name,
    "creditor.tax_id": BANK.tax_id,
    "creditor.address": BANK.address,
    "creditor.phone": "+57 601 555 0100",
    "debtor.first_name": "Ana",
    "portal.link": "https://acuerdo.example/p/Deuda-mora_BAJA",
    "optout.link": "https://acuerdo.example/u/abc",
}


@pytest.mark.parametrize("spec", list_defaults(), ids=lambda s: f"{s.code}-{s.channel}-{s.locale}")
def test_default_texts_are_calm_and_tell_a_stranger_nothing(spec) -> None:  # type: ignore[no-untyped-def]
    text = render(spec.body, nest(FACTS))
    facts = collect_message_facts(
        text=text,
        subject=render(spec.subject, nest(FACTS)),
        identity=BANK,
        optout_url=str(FACTS["optout.link"]),
    )
    assert facts["identifies_creditor"]
    assert facts["has_opt_out"]
    for name in (
        "discloses_debt",
        "asks_reason_for_default",
        "contains_threat",
        "threatens_legal_action",
        "refers_to_judicial_act",
        "looks_judicial",
        "impersonates_public_institution",
    ):
        assert not facts[name], name
    assert str(FACTS["portal.link"]) in text
    assert "{" not in text
    if spec.locale == "pt":
        assert facts["supplier_name"]
        assert facts["supplier_tax_id"]
        assert facts["supplier_address"]


def test_default_texts_cover_every_code_in_every_channel_and_locale() -> None:
    specs = list_defaults()
    codes = {spec.code for spec in specs}
    assert {(s.code, s.channel, s.locale) for s in specs} == {
        (code, channel, locale)
        for code in codes
        for channel in ("sms", "whatsapp", "email")
        for locale in ("es", "es_MX", "es_ES", "es_AR", "pt", "en")
    }
    assert len(specs) == len({(s.code, s.channel, s.locale) for s in specs})
    for spec in specs:
        assert len(spec.buttons) <= 3
        assert all(len(button["title"]) <= 20 for button in spec.buttons)


def test_texts_still_read_well_where_optional_facts_are_empty() -> None:
    facts = FACTS | dict.fromkeys(
        ("creditor.tax_id", "creditor.address", "creditor.phone", "debtor.first_name")
    )
    for spec in list_defaults():
        text = render(spec.body, nest(facts))
        assert "None" not in text
        assert ", ," not in text
        assert " ." not in text


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("Usted debe pagar su deuda", "discloses_debt"),
        ("Tiene un valor de $ 1.250.000", "discloses_debt"),
        ("Sua dívida está em aberto", "discloses_debt"),
        ("Pague R$ 120,50 hoje", "discloses_debt"),
        ("1.200 pesos", "discloses_debt"),
        ("Your balance is ready", "discloses_debt"),
        ("SALDO", "discloses_debt"),
        ("¿Por qué no ha pagado?", "asks_reason_for_default"),
        ("Cuéntenos el motivo del no pago", "asks_reason_for_default"),
        ("por que você não pagou?", "asks_reason_for_default"),
        ("Why haven't you paid?", "asks_reason_for_default"),
        ("Último aviso", "contains_threat"),
        ("Será reportado a centrales", "contains_threat"),
        ("iniciaremos una demanda", "threatens_legal_action"),
        ("penhora de bens", "contains_threat"),
        ("Notificación del juzgado 3", "refers_to_judicial_act"),
        ("La Superintendencia le informa", "impersonates_public_institution"),
        ("Responda BAJA", "has_opt_out"),
        ("responda sair", "has_opt_out"),
    ],
)
def test_words_are_seen(text: str, fact: str) -> None:
    assert collect_message_facts(text=text, identity=BANK)[fact]


def test_the_creditors_own_name_discloses_nothing() -> None:
    assert not collect_message_facts(text="Un mensaje de CREDITO ANDINO", identity=BANK)[
        "discloses_debt"
    ]


def test_used_facts_disclose_whatever_the_words_are() -> None:
    facts = collect_message_facts(text="Son mil doscientos", identity=BANK, discloses=True)
    assert facts["discloses_debt"]
