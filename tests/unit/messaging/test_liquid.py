"""Templates are input: what they may do, and what they may not."""

import time

import pytest

from acuerdo.messaging.errors import FactMissing, TemplateInvalid
from acuerdo.messaging.liquid import check_template, list_paths, nest, render


def test_facts_are_filled_in() -> None:
    facts = nest({"creditor.name": "Banco Ejemplo", "creditor.phone": None, "debtor.name": "Ana"})
    source = "Hola {{ debtor.name }}{% if creditor.phone %}: {{ creditor.phone }}{% endif %}."
    assert render(source, facts) == "Hola Ana."


def test_a_named_fact_is_found_wherever_it_stands() -> None:
    source = "{% if a.b %}{{ c['d'] }}{% else %}{% for x in e.f %}{{ x.g }}{% endfor %}{% endif %}"
    assert list_paths(source) == {"a.b", "c.d", "e.f"}


@pytest.mark.parametrize(
    "source",
    [
        "{{ creditor.nam }}",
        "{{ debt.total }}",
        "{% if debt.total %}x{% endif %}",
        "{% for x in debt.items %}{{ x }}{% endfor %}",
    ],
)
def test_an_unknown_fact_is_an_error_and_never_an_empty_place(source: str) -> None:
    with pytest.raises(FactMissing):
        render(source, nest({"creditor.name": "x"}))


@pytest.mark.parametrize(
    "source",
    [
        "{{ (1..100000000) | join }}",
        "{% for i in (1..100000000) %}x{% endfor %}",
        "{{ x.y | default: (1..100000000) | join }}",
        "{% case x.y %}{% when (1..100000000) %}{% endcase %}",
        "{% if x.y contains (1..100000000) %}{% endif %}",
        "{% assign a = 'x' %}",
        "{% capture a %}x{% endcapture %}",
        "{% include 'secret' %}",
        "{% render 'secret' %}",
        "{% liquid assign a = 1 %}",
        "{% tablerow x in y.z %}{% endtablerow %}",
        "{% increment a %}",
        "{% cycle 'a', 'b' %}",
        "{% echo x.y %}",
        "{{ x.y | safe }}",
        "{{ x.y | times: 99999999 }}",
        "{{ x.y | base64_decode }}",
        "{{ x[y.z] }}",
        "{{ x.y",
        "{% if %}",
        "{{ a }}" + "x" * 8_000,
        "{% if a %}" * 12 + "{% endif %}" * 12,
    ],
)
def test_closed_doors(source: str) -> None:
    started = time.monotonic()
    with pytest.raises(TemplateInvalid):
        check_template(source, known={"x.y", "y.z", "a"})
    assert time.monotonic() - started < 1


def test_loops_and_output_end() -> None:
    many = {"x": {"items": ["a" * 1_000] * 100}}
    with pytest.raises(TemplateInvalid):
        render("{% for a in x.items %}{% for b in x.items %}.{% endfor %}{% endfor %}", many)
    with pytest.raises(TemplateInvalid):
        render("{% for a in x.items %}{{ a }}{% endfor %}", many)


def test_no_way_from_a_text_to_python() -> None:
    facts = nest({"creditor.name": "x"})
    for path in ("creditor.name.__class__", "creditor.__class__", "creditor.name.format"):
        with pytest.raises((FactMissing, TemplateInvalid)):
            render("{{ " + path + " }}", facts)


def test_a_fact_that_looks_like_a_template_stays_a_text() -> None:
    assert render("{{ debtor.name }}", nest({"debtor.name": "{{ debt.total }}"})) == (
        "{{ debt.total }}"
    )


def test_where_the_error_stands() -> None:
    with pytest.raises(TemplateInvalid) as caught:
        list_paths("one\ntwo\n{% foo %}")
    assert caught.value.params["line"] == 3
