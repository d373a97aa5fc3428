"""What a text tells its reader."""

from pathlib import Path
from time import perf_counter

import pytest
import yaml

from acuerdo.assistant.dialogue import replies
from acuerdo.messaging.content import Identity, collect_message_facts, read_content
from acuerdo.messaging.defaults import list_defaults
from acuerdo.messaging.liquid import nest, render

BANK = Identity("Crédito Andino", "Crédito Andino S.A.", "900.123.456-7", "Calle 1 # 2-3, Bogotá")

HARM = (
    "asks_reason_for_default",
    "contains_threat",
    "threatens_legal_action",
    "refers_to_judicial_act",
    "looks_judicial",
    "impersonates_public_institution",
)

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
        titles=[button["title"] for button in spec.buttons],
        optout_url=str(FACTS["optout.link"]),
        country="US" if spec.locale.endswith("_US") else "CO",
    )
    assert facts["identifies_creditor"]
    assert facts["has_opt_out"]
    for name in ("discloses_debt", *HARM):
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
        for locale in (
            *("es", "es_MX", "es_ES", "es_AR", "es_US"),
            *("pt", "pt_US", "en", "en_US"),
        )
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


@pytest.mark.parametrize(
    "text",
    [
        "No se preocupe, no tiene que ir al juzgado.",
        "Sin embargo, puede llamarnos cuando quiera.",
        "Download our credit card app.",
        "Abrimos la sesión con una citación de Machado.",
        "La demanda de nuestros servicios ha crecido.",
        "Vigilado Superintendencia Financiera de Colombia.",
        "Authorised and regulated by the Financial Conduct Authority.",
        "Recebemos o seu pagamento. Obrigado.",
        "¿Cuál es el motivo de su consulta?",
        "La tasa más baja; la puerta de salir está a la derecha.",
        "",
        "https://acuerdo.example/deuda-juzgado-BAJA-policia",
    ],
)
def test_harmless_words_are_left_alone(text: str) -> None:
    facts = collect_message_facts(text=text, identity=BANK)
    said = {name for name, value in facts.items() if value not in (False, "normal", "creditor")}
    assert said == set()


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("Su de\u200bu\u00adda está ven\u200dcida", "discloses_debt"),
        ("J U Z G A D O", "looks_judicial"),
        ("*ÚLTIMO*   _aviso_", "contains_threat"),
        ("ＤＥＵＤＡ", "discloses_debt"),
        ("le informa\nPOLICÍA NACIONAL: preséntese", "impersonates_public_institution"),
    ],
)
def test_words_in_disguise_are_seen(text: str, fact: str) -> None:
    assert collect_message_facts(text=text, identity=BANK)[fact]


def test_a_condition_takes_the_comfort_out_of_a_denial() -> None:
    for calm, threat in (
        ("No habrá ninguna demanda.", "No habrá ninguna demanda si usted paga hoy."),
        ("Não há nenhum processo.", "Não haverá processo se você pagar hoje."),
        ("There will be no lawsuit.", "There will be no lawsuit if you pay today."),
    ):
        assert not collect_message_facts(text=calm, identity=BANK)["contains_threat"], calm
        assert collect_message_facts(text=threat, identity=BANK)["contains_threat"], threat


def test_quotes_are_the_exact_words_where_they_stand() -> None:
    text = "Hola Ana.\nEste es el Último  Aviso: pague ya."
    content = read_content(text=text, subject="Su DEUDA", identity=BANK)
    (threat,) = content.quotes["contains_threat"]
    assert threat.words == text[threat.start : threat.end] == "Último  Aviso"
    assert {quote.part for quote in content.quotes["discloses_debt"]} == {"subject", "body"}


def test_the_readers_and_the_senders_names_are_nobodys_words() -> None:
    court = Identity("Juzgado & Deuda S.A.", address="Calle del Tribunal 3")
    text = "Hola Mora. Le escribe Juzgado & Deuda S.A., Calle del Tribunal 3."
    facts = collect_message_facts(text=text, identity=court, quiet=("Mora",))
    assert facts["identifies_creditor"]
    assert facts["supplier_address"]
    assert not facts["discloses_debt"]
    assert not facts["refers_to_judicial_act"]


def test_an_agency_is_named_beside_the_creditor() -> None:
    agency = Identity("Banco Uno", firm="Recupera Sur")
    one = collect_message_facts(text="Le escribe Recupera Sur.", identity=agency)
    other = collect_message_facts(text="Le escribe Banco Uno.", identity=agency)
    assert (one["identifies_firm"], one["identifies_creditor"]) == (True, False)
    assert (other["identifies_firm"], other["identifies_creditor"]) == (False, True)
    assert collect_message_facts(text="Banco Uno", identity=Identity("Banco Uno"))[
        "identifies_firm"
    ]


@pytest.mark.parametrize(
    ("text", "country", "kind"),
    [
        ("Llame al 806 55 50 10", "ES", "premium"),
        ("Llame al 900 555 010", "ES", "toll_free"),
        ("Llame al 900 555 010 o al 91 555 01 00", "ES", "normal"),
        ("Call 1-900-555-0100", "US", "premium"),
        ("Su NIT es 900.123.456-7", "MX", "normal"),
        ("Pague $ 900.123.4567", "MX", "normal"),
        ("Cuenta 9001234567", "MX", "normal"),
        ("Sin números", "", "normal"),
    ],
)
def test_numbers_to_call_are_of_the_readers_country(text: str, country: str, kind: str) -> None:
    facts = collect_message_facts(
        text=text, identity=BANK, country=country, figures=("9001234567",)
    )
    assert facts["callback_number_type"] == kind


def test_a_payee_is_the_creditor_or_somebody_else() -> None:
    for text, payee in (
        ("Consigne en la cuenta a nombre de Crédito Andino S.A.", "creditor"),
        ("Consigne en la cuenta a nombre de Recupera Sur.", "collection_agency"),
        ("Le llegará una carta a nombre de Ana Gómez.", "creditor"),
    ):
        assert collect_message_facts(text=text, identity=BANK)["payee"] == payee


def test_a_header_alone_is_no_notice() -> None:
    url = "https://acuerdo.example/u/abc"
    for text, told in (("Hola", False), (f"Hola. {url}", True)):
        facts = collect_message_facts(text=text, identity=BANK, optout_url=url)
        assert facts["has_opt_out"] is told
    facts = collect_message_facts(text="Hola", titles=("BAJA",), identity=BANK)
    assert facts["has_opt_out"]


def test_the_notice_that_the_law_prescribes_discloses_only_where_it_does_not() -> None:
    text = "This is an attempt to collect a debt."
    for country, discloses in (("US", False), ("GB", True)):
        facts = collect_message_facts(text=text, identity=BANK, country=country)
        assert facts["mini_miranda"]
        assert facts["discloses_debt"] is discloses
    more = f"{text} You owe $20."
    assert collect_message_facts(text=more, identity=BANK, country="US")["discloses_debt"]


def test_to_announce_a_suit_is_no_threat_where_that_is_the_purpose() -> None:
    text = "Si no hay respuesta se presentará la demanda."
    demand = collect_message_facts(text=text, identity=BANK, purpose="pre_action_demand")
    assert (demand["threatens_legal_action"], demand["contains_threat"]) == (True, False)
    assert collect_message_facts(text=text, identity=BANK, purpose="collection")["contains_threat"]
    worse = collect_message_facts(
        text="Irá a la cárcel.", identity=BANK, purpose="pre_action_demand"
    )
    assert worse["contains_threat"]


def test_public_channels_show_whatever_they_carry() -> None:
    for channel, shown in (("postcard", True), ("social_public", True), ("letter", False)):
        facts = collect_message_facts(text="Hola", identity=BANK, channel=channel)
        assert facts["public_display"] is shown


@pytest.mark.parametrize("text", ["a " * 8_000, "no " * 8_000, "(" * 16_000, "pague\n" * 3_000])
def test_a_hostile_text_is_read_in_no_time(text: str) -> None:
    start = perf_counter()
    collect_message_facts(text=text, identity=BANK)
    assert perf_counter() - start < 5


REPLIES = Path(replies.__file__).with_name("templates")


@pytest.mark.parametrize("language", ["es", "es_AR", "es_MX", "pt", "en"])
def test_what_the_assistant_says_is_taken_for_what_it_is(language: str) -> None:
    catalogue = yaml.safe_load((REPLIES / "catalogue.yaml").read_text("utf-8"))
    texts = yaml.safe_load((REPLIES / f"{language}.yaml").read_text("utf-8"))
    assert texts
    for name, text in texts.items():
        said = text if isinstance(text, str) else " ".join(text)
        facts = collect_message_facts(text=said.replace("{creditor}", BANK.name), identity=BANK)
        harm = {fact for fact in HARM if facts[fact]}
        assert not harm, (name, harm)
        # What one may have meant is said only inside the question about it.
        reply = "repair.meant" if name.startswith("meant.") else name
        if not catalogue.get(reply, {}).get("verified"):
            assert not facts["discloses_debt"], name


def test_the_creditors_own_name_discloses_nothing() -> None:
    assert not collect_message_facts(text="Un mensaje de CREDITO ANDINO", identity=BANK)[
        "discloses_debt"
    ]


def test_used_facts_disclose_whatever_the_words_are() -> None:
    facts = collect_message_facts(text="Son mil doscientos", identity=BANK, discloses=True)
    assert facts["discloses_debt"]
