"""The lint of a template: what it refuses, what it flags, and that its advice helps."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from acuerdo.compliance.packs import get_library, get_policy
from acuerdo.compliance.rules import ContactRequest, check_contact
from acuerdo.compliance.rules.facts import MESSAGE_FACTS
from acuerdo.creditors.countries import COUNTRIES
from acuerdo.messaging.content import CALL_ONLY, Identity, collect_message_facts
from acuerdo.messaging.content.reading import NOTICE_COUNTRIES
from acuerdo.messaging.defaults import TemplateSpec, list_defaults
from acuerdo.messaging.errors import TemplateInvalid
from acuerdo.messaging.lint import Finding, lint_template
from acuerdo.messaging.lint.check import CALM, _all_advice
from acuerdo.messaging.lint.variants import MAX_VARIANTS
from acuerdo.messaging.liquid import nest, render
from acuerdo.messaging.rules import locale_chain

BANK = Identity("Crédito Andino", "Crédito Andino S.A.", "900.123.456-7", "Calle 1 # 2-3, Bogotá")
STOP = "Responda BAJA y no le escribimos más."
CALM_TEXT = "{{ creditor.name }}: tenemos un mensaje para usted. {{ portal.link }} " + STOP


def lint(body: str, **given: Any) -> tuple[Finding, ...]:
    fields = {
        "channel": "sms",
        "purpose": "collection",
        "locale": "es",
        "countries": ("CO",),
        "identity": BANK,
    }
    return lint_template(body=body, **{**fields, **given})


def rules(findings: tuple[Finding, ...], severity: str = "refused") -> set[str]:
    return {finding.rule_id for finding in findings if finding.severity == severity}


def test_a_calm_text_gets_no_finding() -> None:
    assert lint(CALM_TEXT) == ()


# The default texts, wherever they may be used.


def users() -> dict[str, set[str]]:
    """The countries in which each locale of the defaults is the one that is taken."""
    locales = {spec.locale for spec in list_defaults()}
    found: dict[str, set[str]] = {locale: set() for locale in locales}
    for country in get_library().packs:
        for language in ("es", "pt", "en"):
            chain = locale_chain(language, country)
            found[next(locale for locale in chain if locale in locales)].add(country)
    return found


USERS = users()


def test_every_country_has_a_default_in_every_language() -> None:
    assert {country for countries in USERS.values() for country in countries} == set(
        get_library().packs
    )
    assert all(USERS.values())


@pytest.mark.parametrize("spec", list_defaults(), ids=lambda s: f"{s.code}-{s.channel}-{s.locale}")
def test_default_texts_pass_in_every_country_that_uses_them(spec: TemplateSpec) -> None:
    findings = lint(
        spec.body,
        subject=spec.subject,
        buttons=spec.buttons,
        channel=spec.channel,
        purpose=spec.purpose,
        locale=spec.locale,
        countries=USERS[spec.locale],
    )
    assert findings == ()


def test_a_creditor_of_which_little_is_known_can_use_them_all_the_same() -> None:
    for spec in list_defaults():
        findings = lint(
            spec.body,
            subject=spec.subject,
            buttons=spec.buttons,
            channel=spec.channel,
            purpose=spec.purpose,
            locale=spec.locale,
            countries=USERS[spec.locale],
            identity=Identity("Crédito Andino"),
        )
        assert not rules(findings), (spec.code, spec.locale, findings)


# What is refused.


@pytest.mark.parametrize(
    ("body", "given", "rule", "words"),
    [
        ("Su deuda. " + STOP, {}, "base.identity", "deuda"),
        ("{{ account.balance }} " + STOP, {}, "base.identity", "{{ account.balance }}"),
        ("¿Por qué no ha pagado?", {}, "co.reason_for_default", "Por qué no ha pagado"),
        ("Último aviso", {}, "base.threat", "Último aviso"),
        ("POLICÍA NACIONAL: preséntese", {}, "base.impersonation", "POLICÍA NACIONAL: preséntese"),
        ("CITACIÓN\nPreséntese", {"channel": "letter"}, "base.looks_judicial", "CITACIÓN"),
        ("El juez decidió", {"countries": ("CL",)}, "cl.refers_to_court", "juez"),
        ("Hola", {"countries": ("MX",)}, "mx.identification", ""),
        (
            "Consigne en la cuenta a nombre de Recupera Sur.",
            {"countries": ("MX",)},
            "mx.payee",
            "a nombre de Recupera Sur.",
        ),
        ("Hola", {"countries": ("US",)}, "us.opt_out_notice", ""),
        ("Hola", {"countries": ("US",)}, "us.mini_miranda", ""),
        ("Llame al 806 55 50 10", {"countries": ("ES",)}, "base.premium_number", "806 55 50 10"),
        ("Hola", {"channel": "postcard"}, "base.public_display", ""),
        ("El sector mora", {"channel": "voicemail"}, "base.voicemail", "sector mora"),
        ("Su cuota venció", {"channel": "push"}, "base.identity", "cuota venció"),
        ("Su deuda", {"countries": ("BR",)}, "br.supplier", ""),
        (
            "Hola, soy Ana Ruiz.",
            {"countries": ("ES",), "channel": "call", "purpose": "commercial_offer"},
            "es.offer_introduced",
            "",
        ),
    ],
)
def test_what_the_gate_would_refuse_is_refused(
    body: str, given: dict[str, Any], rule: str, words: str
) -> None:
    found = [one for one in lint(body, **given) if one.is_refused and one.rule_id == rule]
    assert words in {one.words for one in found}
    for one in found:
        assert one.countries
        assert {one.explain(language) for language in ("es", "pt", "en")}
        if one.start is not None:
            assert body[one.start : one.end] == one.words


@pytest.mark.parametrize("channel", ["email", "letter"])
def test_a_subject_line_tells_nothing_even_to_a_verified_reader(channel: str) -> None:
    findings = lint("Hola", subject="Su deuda", channel=channel, purpose="servicing")
    assert "lint.subject" in rules(findings)
    assert "lint.subject" not in rules(lint("Hola", subject="Su cuenta", channel=channel))


def test_a_notification_tells_nothing_even_to_a_verified_reader() -> None:
    assert "lint.preview" in rules(lint("Su deuda", channel="push", purpose="servicing"))


def test_a_button_is_read_too() -> None:
    (finding,) = lint(CALM_TEXT, buttons=[{"title": "Pagar deuda"}])[:1]
    assert (finding.part, finding.is_refused) == ("button", True)


# What is flagged.


def test_what_only_a_verified_reader_gets_is_flagged() -> None:
    findings = lint("{{ creditor.name }}: su saldo es {{ account.balance }}", purpose="servicing")
    assert rules(findings) == set()
    assert rules(findings, "flagged") == {"base.identity"}


def test_our_own_cautions_are_flagged() -> None:
    assert rules(lint("{{ creditor.name }}: hola."), "flagged") == {"lint.has_opt_out"}
    assert rules(lint("Hola. " + STOP), "flagged") == {"lint.identifies_creditor"}
    assert rules(lint(CALM_TEXT + " Es urgente."), "flagged") == {"lint.urgency"}
    loud = "{{ creditor.name }}: TENEMOS UN MENSAJE PARA USTED SOBRE SU CUENTA. " + STOP
    assert rules(lint(loud), "flagged") == {"lint.shouting"}


def test_a_law_of_one_country_is_good_advice_in_another() -> None:
    asks = "{{ creditor.name }}: ¿cuál fue el motivo del impago? " + STOP
    assert "lint.asks_reason_for_default" in rules(lint(asks, countries=("CL",)), "flagged")
    both = lint(asks, countries=("CL", "CO"))
    assert "co.reason_for_default" in rules(both)
    assert "lint.asks_reason_for_default" not in rules(both, "flagged")


def test_a_formal_demand_may_announce_the_suit_and_says_when_it_will_not_leave() -> None:
    body = "{{ creditor.name }}: si no hay respuesta se presentará la demanda. " + STOP
    assert "base.threat" in rules(lint(body))
    demand = lint(body, purpose="pre_action_demand")
    assert "base.threat" not in rules(demand)
    assert "lint.threatens_legal_action" in rules(demand, "flagged")


def test_a_rule_of_one_part_of_a_country_is_flagged_there_and_refused_where_it_is_named() -> None:
    agency = Identity("Banco Uno", firm="Recupera Sur")
    body = "{{ creditor.name }}: tenemos un mensaje. " + STOP
    whole = lint(body, countries=("AR",), identity=agency, locale="es_AR")
    part = lint(body, countries=("AR-C",), identity=agency, locale="es_AR")
    for findings, severity in ((whole, "flagged"), (part, "refused")):
        (found,) = [one for one in findings if one.rule_id == "ar.referral_caba"]
        assert (found.severity, found.countries) == (severity, ("AR-C",))
    named = body.replace("creditor.name", "creditor.agency_name")
    assert "ar.referral_caba" not in rules(lint(named, countries=("AR-C",), identity=agency))


def test_the_creditors_own_rules_are_asked_too() -> None:
    rule = {
        "id": "own.no_plans", "kind": "stop", "code": "prohibited_content",
        "when": {"message.offers_payment_plan": True}, "effective_from": "2026-01-01",
        "citation": "", "confidence": "house", "house_default": True,
        "texts": {"es": "Sin planes.", "pt": "Sem planos.", "en": "No plans."},
    }  # fmt: skip
    policy = get_policy(json.dumps([rule]))
    body = "{{ creditor.name }}: hay opciones. " + STOP
    assert rules(lint(body)) == set()
    assert rules(lint(body, policy=policy)) == {"own.no_plans"}


# Liquid: whatever a text can become.

THREATS = [
    "{% if debtor.first_name %}Hola{% else %}Último aviso{% endif %}",
    "{% if debtor.first_name %}Último aviso{% endif %}",
    "{% unless debtor.first_name %}Último aviso{% endunless %}",
    "{% if debtor.first_name == 'x' %}a{% elsif account.product == 'y' %}Último aviso{% endif %}",
    "{% case account.product %}{% when 'a' %}Hola{% when 'b', 'c' %}Último aviso{% endcase %}",
    "{% case account.product %}{% when 'a' %}Hola{% else %}Último aviso{% endcase %}",
    "{% for x in debtor.first_name %}Último aviso{% endfor %}",
    "{% for x in debtor.first_name %}{{ x }}{% else %}Último aviso{% endfor %}",
    "{{ debtor.first_name | default: 'Último aviso' }}",
    "{{ 'ÚLTIMO AVISO' | downcase }}",
    "{% if debtor.first_name %}{% if creditor.phone %}{% else %}Último aviso{% endif %}{% endif %}",
    "{% if debtor.first_name contains 'a' and creditor.phone %}x{% else %}Último aviso{% endif %}",
    "Últ{% comment %}x{% endcomment %}imo aviso",
]


@pytest.mark.parametrize("body", THREATS)
def test_a_threat_in_any_branch_is_found(body: str) -> None:
    assert "base.threat" in rules(lint(CALM_TEXT + body))


@pytest.mark.parametrize("body", THREATS)
def test_the_same_template_without_it_passes(body: str) -> None:
    calm = body.replace("Último aviso", "Buen día").replace("ÚLTIMO AVISO", "HOLA")
    calm = (
        calm.replace("Últ", "Bu")
        .replace("imo aviso", "eno")
        .replace("account.product", "creditor.email")
    )
    assert rules(lint(CALM_TEXT + calm)) == set()


def test_a_comment_is_never_read() -> None:
    assert lint(CALM_TEXT + "{% comment %}Último aviso{% endcomment %}") == ()


def test_what_the_creditor_says_of_itself_decides_its_own_conditions() -> None:
    body = "{% if creditor.tax_id %}" + CALM_TEXT + "{% else %}Último aviso{% endif %}"
    assert lint(body) == ()
    assert "base.threat" in rules(lint(body, identity=Identity("Crédito Andino")))


def test_the_same_condition_is_decided_the_same_way_throughout() -> None:
    body = (
        "{{ creditor.name }}: hola. {% if debtor.first_name %}" + STOP + "{% endif %}"
        "{% unless debtor.first_name %}" + STOP + "{% endunless %}"
    )
    assert lint(body) == ()


def test_words_in_one_branch_do_not_stand_for_the_other() -> None:
    body = "{{ creditor.name }}: hola. {% if debtor.first_name %}" + STOP + "{% endif %}"
    assert rules(lint(body), "flagged") == {"lint.has_opt_out"}
    assert "us.opt_out_notice" in rules(lint(body, countries=("US",)))


def test_more_texts_than_can_be_read_are_refused() -> None:
    facts = ["debtor.first_name", "creditor.phone", "creditor.email"]
    ifs = "".join(
        f"{{% if {fact} == '{number}' %}}{number}{{% endif %}}"
        for number in range(3)
        for fact in facts
    )
    assert 2 ** (3 * len(facts)) > MAX_VARIANTS
    assert rules(lint(CALM_TEXT + ifs)) == {"lint.branches"}
    few = "".join(f"{{% if {fact} %}}a{{% endif %}}" for fact in facts)
    assert lint(CALM_TEXT + few) == ()


@pytest.mark.parametrize(
    "body", ["{{ x", "{% include 'x' %}", "{{ (1..9) | join }}", "a" * 9_000, "{% if %}"]
)
def test_what_cannot_be_rendered_is_said_so(body: str) -> None:
    with pytest.raises(TemplateInvalid):
        lint(body)


def test_words_around_a_fact_are_found_in_the_source() -> None:
    body = CALM_TEXT + " {% if debtor.first_name %}Aténgase, {{ debtor.first_name }}{% endif %}"
    body += " Sabemos dónde {{ debtor.first_name }} trabaja."
    for finding in lint(body):
        if finding.start is not None:
            assert body[finding.start : finding.end] == finding.words
    assert any(finding.words.startswith("Sabemos dónde") for finding in lint(body))


@pytest.mark.parametrize("countries", [(), ("XX",), ("US", "XX")])
def test_without_a_country_what_holds_everywhere_is_asked(countries: tuple[str, ...]) -> None:
    assert {"base.threat"} <= rules(lint("Último aviso", countries=countries))


# Advice.


def test_every_fact_of_every_rule_has_advice_in_every_language() -> None:
    read = {
        name.partition(".")[2]
        for rule in get_library().rules
        for name in rule.reads
        if name.startswith("message.")
    }
    for name in (read | set(CALM)) - CALL_ONLY:
        entry = _all_advice()[name]
        assert set(entry["advice"]) == {"es", "pt", "en"}, name
        assert all(entry["advice"].values()), name
        if entry["insert"]:
            assert {"es", "pt", "en"} <= set(entry["insert"]), name
    for name, entry in _all_advice().items():
        assert set(entry.get("own", {"es": "", "pt": "", "en": ""})) == {"es", "pt", "en"}, name


MISSING = [
    ("has_opt_out", "US", "sms", "collection"),
    ("has_opt_out", "US", "email", "collection"),
    ("mini_miranda", "US", "whatsapp", "collection"),
    ("identifies_creditor", "MX", "sms", "collection"),
    ("identifies_creditor", "ES", "email", "collection"),
    ("identifies_firm", "US", "email", "collection"),
    ("states_commercial_purpose", "ES", "call", "commercial_offer"),
]


@pytest.mark.parametrize("locale", ["es", "es_AR", "pt", "en"])
@pytest.mark.parametrize(("fact", "country", "channel", "purpose"), MISSING)
def test_the_sentence_to_insert_mends_what_was_missing(
    fact: str, country: str, channel: str, purpose: str, locale: str
) -> None:
    given = {"countries": (country,), "channel": channel, "purpose": purpose, "locale": locale}
    body = "X."
    (found,) = [one for one in lint(body, **given) if one.is_refused and one.fact == fact]
    assert found.insert
    assert found.suggest("es") != found.suggest("en")
    mended = lint(f"{found.insert} {body}", **given)
    assert fact not in {one.fact for one in mended}
    # What is put in is itself beyond reproach.
    assert {one.rule_id for one in mended} <= {one.rule_id for one in lint(body, **given)}


@pytest.mark.parametrize("locale", ["es", "pt", "en"])
def test_the_line_of_the_supplier_mends_a_brazilian_document(locale: str) -> None:
    given = {"countries": ("BR",), "locale": locale, "channel": "letter"}
    (found,) = [one for one in lint("Sua dívida.", **given) if one.rule_id == "br.supplier"]
    mended = lint(f"Sua dívida. {found.insert}", **given)
    assert "br.supplier" not in rules(mended)
    unknown = lint(f"Sua dívida. {found.insert}", **given, identity=Identity("Banco"))
    assert "br.supplier" in rules(unknown)


# The lint and the gate are of one mind.


@pytest.mark.parametrize("country", sorted(get_library().packs))
@pytest.mark.parametrize(
    "body",
    [
        "Hola",
        CALM_TEXT,
        "Su deuda",
        "Último aviso",
        "El juez decidió",
        "¿Por qué no ha pagado?",
        "POLICÍA: preséntese",
        "Consigne en la cuenta a nombre de Recupera Sur.",
        "This is an attempt to collect a debt. {{ creditor.name }}. Reply STOP",
    ],
)
def test_what_is_refused_is_what_the_gate_refuses_for_its_content(
    body: str, country: str, midday: datetime
) -> None:
    text = render(body, nest({"creditor.name": BANK.name, "portal.link": "https://example.test"}))
    for channel in ("sms", "email", "whatsapp", "letter"):
        facts = collect_message_facts(
            text=text, identity=BANK, channel=channel, purpose="collection", country=country
        )
        verdicts = [
            check_contact(
                ContactRequest(
                    channel=channel,
                    purpose="collection",
                    jurisdiction=country,
                    zones=(COUNTRIES[country].timezone,),
                    authorised_channels=frozenset({channel}),
                    flags={"identity_verified": False, "tcpa_consent": True},
                    message=message,
                ),
                [],
                midday,
            )
            for message in (facts, {name: CALM[name] for name in facts})
        ]
        assert verdicts[1].allowed, verdicts[1]
        refused = rules(lint(body, countries=(country,), channel=channel))
        assert bool(refused) is not verdicts[0].allowed
        if not verdicts[0].allowed:
            assert verdicts[0].rule_id in refused


@pytest.fixture(scope="module")
def midday() -> datetime:
    return datetime(2026, 12, 15, 16, tzinfo=UTC)


# Facts.


def test_the_lint_knows_every_fact_of_a_text() -> None:
    assert set(CALM) == set(MESSAGE_FACTS) - CALL_ONLY


def test_every_fact_of_a_text_is_supplied_to_the_gate() -> None:
    for channel in ("sms", "whatsapp", "email", "letter", "push", "chat"):
        facts = collect_message_facts(text="Hola", identity=BANK, channel=channel)
        assert set(facts) == set(MESSAGE_FACTS) - CALL_ONLY


def test_the_notice_is_prescribed_where_the_packs_say_so() -> None:
    asking = {
        code
        for code, pack in get_library().packs.items()
        if any("message.mini_miranda" in rule.reads for rule in pack.rules)
    }
    assert asking == NOTICE_COUNTRIES
