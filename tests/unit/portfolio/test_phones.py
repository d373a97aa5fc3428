"""One number, however it is written: the phones of thirteen countries."""

from __future__ import annotations

import random
import re

import phonenumbers
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneNumberType

from acuerdo.portfolio.rules.phones import (
    list_phone_variants,
    normalise_phone,
    read_phones,
    with_other_form,
)

COUNTRIES = "AR BR CL CO CR EC ES GB MX PE PT US ZA".split()

# country → E.164 → how people and systems write it there, `|` between them.
WRITTEN = {
    "AR": {
        "+5491123456789": "11 15 2345 6789|011 15 2345-6789|(011) 15-2345-6789|+54 9 11 2345 6789"
        "|+54 9 11 2345-6789|5491123456789|0054 9 11 2345 6789|+54 11 15 2345 6789|9 11 2345 6789"
        "|0 11 15 2345 6789|54 11 15 2345 6789|+54 (9) 11 2345 6789|+54 (011) 15 2345 6789"
        "|0054 11 15 2345 6789|+54 9 11 15 2345 6789|Cel. 011 15 2345-6789",
        "+541123456789": "11 2345 6789|011 2345 6789|1123456789|+54 11 2345 6789|541123456789"
        "|(011) 2345-6789|1123456789.0",
        "+5493512345678": "351 15 234 5678|0351 15 234-5678|+54 9 351 234 5678|351 152345678",
        "+5492901456789": "2901 15 456789|02901 15-456789|+54 9 2901 45-6789",
    },
    "BR": {
        "+5511987654321": "11 98765-4321|(11) 98765-4321|11987654321|+55 11 98765-4321"
        "|5511987654321|0055 11 98765 4321|011 98765-4321|0 11 98765-4321|11 8765-4321"
        "|+55 11 8765-4321|551187654321|0 15 11 98765-4321|0XX11 98765-4321|(0xx11) 98765-4321"
        "|01187654321|0 15 11 8765 4321|+55 (0) 11 98765-4321|+55 011 98765-4321"
        "|(011) 8765-4321|11 9 8765-4321|+55 (11) 9.8765-4321|1187654321.0|11987654321.0",
        "+551134567890": "11 3456-7890|(11) 3456-7890|+55 11 3456 7890|551134567890|1134567890.0",
        "+5555987654321": "55 98765-4321|5587654321|55 8765 4321|+55 55 8765 4321|5555987654321",
    },
    "CL": {
        "+56987654321": "9 8765 4321|987654321|+56 9 8765 4321|56987654321|0056 9 8765 4321"
        "|09 8765 4321|0 9 8765 4321|(9) 87654321|(56) 9 8765-4321|09-87654321"
        "|+56 (9) 87654321|98765 4321|+56-9-87654321|+56 09 8765 4321",
        "+56222345678": "2 2234 5678|22 234 5678|(2) 2234 5678|02 2234 5678|+56 2 2234 5678"
        "|222345678|56222345678|+56 (02) 2234 5678",
        "+56612223344": "61 222 3344|(61) 2223344|061 222 3344|+56 61 2 223344",
    },
    "CO": {
        "+573001234567": "300 123 45 67|3001234567|+57 300 1234567|573001234567"
        "|0057 300 123 4567|(+57) 300-123-4567|+57 (300) 123 4567|03 300 123 4567|033001234567"
        "|300.123.4567|+57-300-123-4567|00573001234567|Cel. 300 123 4567|Tel: 3001234567"
        "|３００１２３４５６７|300\u00a0123\u00a04567|+ 57 300 123 4567|WhatsApp +573001234567"
        "|3001234567.0|300 1234567 ext 12|teléfono móvil 3001234567|tel:+573001234567",
        "+576012345678": "601 234 5678|(601) 234 5678|6012345678|+57 601 2345678|(1) 234 5678"
        "|1 2345678|+57 1 2345678|+57 (1) 234-5678|03 1 2345678|0312345678|57 1 2345678"
        "|(60) 1 2345678|fijo 1 2345678",
    },
    "CR": {
        "+50688881234": "8888 1234|88881234|+506 8888 1234|50688881234|00506 8888-1234"
        "|(506) 8888-1234|8888-1234",
        "+50622221234": "2222-1234|+506 2222 1234|22221234",
    },
    "EC": {
        "+593987654321": "0987654321|098 765 4321|987654321|+593 98 765 4321|593987654321"
        "|00593 987654321|+593 0987654321|+593 (0)98 765 4321|09 8765 4321",
        "+59322345678": "02 234 5678|(02) 234-5678|+593 2 2345678|22345678|022345678",
    },
    "ES": {
        "+34612345678": "612 345 678|612345678|+34 612 34 56 78|34612345678|0034 612345678"
        "|(+34) 612345678|00 34 612 345 678|612-34-56-78|612.345.678",
        "+34912345678": "91 234 56 78|912345678|+34 91 234 5678|(91) 234 56 78",
    },
    "GB": {
        "+447911123456": "07911 123456|07911123456|+44 7911 123456|447911123456"
        "|0044 7911 123456|+44 (0)7911 123456|+44 07911 123456|7911123456|00 44 (0) 7911 123456",
        "+442071234567": "020 7123 4567|(020) 7123 4567|+44 20 7123 4567|+44 (0)20 7123 4567",
    },
    "MX": {
        "+525512345678": "55 1234 5678|5512345678|+52 55 1234 5678|+52 1 55 1234 5678"
        "|5215512345678|525512345678|044 55 1234 5678|045 55 1234 5678|01 55 1234 5678"
        "|1 55 1234 5678|0052 55 1234 5678|0052 1 55 1234 5678|(55) 1234-5678"
        "|+52 (55) 1234 5678|+52 (1) 55 1234 5678|(+52) 1 55 1234 5678|+52 044 55 1234 5678"
        "|+52 01 55 1234 5678|52 1 55 1234 5678|5512345678.0",
    },
    "PE": {
        "+51987654321": "987 654 321|987654321|+51 987 654 321|51987654321|0051 987654321"
        "|(+51) 987654321|0987654321|+51 9 8765 4321",
        "+5112345678": "01 234 5678|(01) 234-5678|1 2345678|+51 1 234 5678|+51 01 2345678"
        "|0051 1 2345678|12345678",
        "+5144234567": "(044) 234567|044 234567|44 234567|+51 44 234567",
    },
    "PT": {
        "+351912345678": "912 345 678|912345678|+351 912 345 678|351912345678|00351 912 345 678"
        "|(+351) 912345678|91 234 56 78",
        "+351212345678": "21 234 5678|212345678|+351 212345678",
    },
    "US": {
        "+12025550123": "(202) 555-0123|202-555-0123|202.555.0123|2025550123|1 202 555 0123"
        "|12025550123|+1 202 555 0123|+1 (202) 555-0123|001 202 555 0123|011 1 202 555 0123"
        "|1-202-555-0123|202 555 0123 x12|202-555-0123 ext. 4|Cell: 202 555 0123|2025550123.0",
    },
    "ZA": {
        "+27821234567": "082 123 4567|0821234567|+27 82 123 4567|27821234567|0027 82 123 4567"
        "|+27 (0)82 123 4567|821234567|(082) 123-4567",
        "+27111234567": "011 123 4567|+27 11 123 4567|(011) 123 4567",
    },
}


def as_a_column(texts: list[str], country: str) -> list[tuple[str, bool]]:
    frame = read_phones(pl.Series(texts, dtype=pl.String), pl.Series([country] * len(texts)))
    return [(value, is_valid) for value, is_valid in frame.iter_rows()]


@pytest.mark.parametrize(
    ("country", "e164"), [(country, e164) for country in WRITTEN for e164 in WRITTEN[country]]
)
def test_one_number_one_by_one_and_as_a_column(country: str, e164: str) -> None:
    texts = WRITTEN[country][e164].split("|")
    expected = [(text, (e164, True)) for text in texts]
    assert [(text, normalise_phone(text, country)) for text in texts] == expected
    assert list(zip(texts, as_a_column(texts, country), strict=True)) == expected


def test_every_country_is_there() -> None:
    assert set(WRITTEN) == set(COUNTRIES)


ABROAD = [
    ("+52 1 55 1234 5678", "US", "+525512345678"),
    ("011 52 55 1234 5678", "US", "+525512345678"),
    ("(+52) 55 1234 5678", "CO", "+525512345678"),
    ("0057 300 123 4567", "ES", "+573001234567"),
    ("+57 1 234 5678", "MX", "+576012345678"),
    ("+55 11 8765 4321", "PT", "+5511987654321"),
    ("0055 11 8765 4321", "PT", "+5511987654321"),
    # Not a carrier's number and Peru or Kazakhstan behind it.
    ("0055 51 96923-4567", "BR", "+5551969234567"),
    ("0057 301 163 9567", "CO", "+573011639567"),
    ("+54 11 15 2345 6789", "CL", "+5491123456789"),
    ("+54 9 11 15 2345 6789", "CL", "+5491123456789"),
    ("+56 09 8765 4321", "AR", "+56987654321"),
    ("+1 202 555 0123", "CO", "+12025550123"),
    ("+44 (0)7911 123456", "ZA", "+447911123456"),
]


@pytest.mark.parametrize(("text", "country", "e164"), ABROAD)
def test_numbers_of_another_country_than_the_debtor_s(text: str, country: str, e164: str) -> None:
    assert normalise_phone(text, country) == (e164, True)
    assert as_a_column([text], country) == [(e164, True)]


@pytest.mark.parametrize(
    "text",
    [
        "abc", "123", "no tiene", "+57 12", "0000000000", "'; DROP", "2345678", "15 2345 6789",
        "+1 3001234567", "30012345678", "911", "+57+3001234567", "300-1234567-8",
        # Whose number is it? Not the debtor's, or not only.
        "mamá 3001234567", "3001234567 (vecina)", "Ref. 300 123 4567", "3001234567 Ana",
        "1-800-FLOWERS", "3001234567 / 3007654321", "3001234567 3007654321",
    ],
)  # fmt: skip
def test_bad_phones_stay_as_they_came(text: str) -> None:
    assert normalise_phone(text, "CO") == (text, False)
    assert as_a_column([text], "CO") == [(text, False)]


@given(st.sampled_from(COUNTRIES), st.from_regex(r"[0-9]{7,13}", fullmatch=True))
@settings(max_examples=400, deadline=None)
def test_a_column_says_valid_only_where_the_library_does(country: str, digits: str) -> None:
    ((value, is_valid),) = as_a_column([digits], country)
    assert (value, is_valid) == normalise_phone(digits, country)
    if is_valid:
        assert phonenumbers.is_valid_number(phonenumbers.parse(value))


@given(st.text(max_size=40), st.sampled_from([*COUNTRIES, "", "XX"]))
@settings(max_examples=300, deadline=None)
def test_any_text_is_a_number_or_stays_as_it_is(text: str, country: str) -> None:
    value, is_valid = normalise_phone(text, country)
    assert value == text.strip()[:60] if not is_valid else re.fullmatch(r"\+[1-9]\d{6,14}", value)


# Numbers made at random

MADE = [PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE]
NEEDS_ZERO = {"AR", "BR", "EC", "GB", "PE", "ZA"}


def make_numbers(country: str, count: int) -> list[str]:
    """Valid numbers of a country, in neighbouring pairs that differ in one digit, as E.164."""
    rng = random.Random(f"acuerdo {country}")
    found: dict[str, None] = {}
    while len(found) < count:
        sample = phonenumbers.example_number_for_type(country, rng.choice(MADE))
        national = list(phonenumbers.national_significant_number(sample))
        for _change in range(rng.randrange(1, len(national))):
            national[rng.randrange(len(national))] = rng.choice("0123456789")
        near = [*national]
        near[rng.randrange(len(near))] = rng.choice("0123456789")
        code = phonenumbers.country_code_for_region(country)
        for digits in (national, near):
            text = f"+{code}{''.join(digits)}"
            number = phonenumbers.parse(text)
            kind = phonenumbers.number_type(number)
            if phonenumbers.is_valid_number_for_region(number, country) and (
                kind in (*MADE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
            ):
                found[normalise_phone(text, "")[0]] = None
    return list(found)


def write(e164: str, country: str) -> list[str]:
    """The ways to write a number that hold for every number of its country."""
    number = phonenumbers.parse(e164)
    code = str(number.country_code)
    national = phonenumbers.national_significant_number(number)
    forms = phonenumbers.PhoneNumberFormat
    ways = [
        e164,
        e164[1:],
        "00" + e164[1:] if country != "US" else "011" + e164[1:],
        f"+{code} {national}",
        f"(+{code}) {national[:3]}-{national[3:]}",
        f"+ {code} {' '.join(national)}",
        phonenumbers.format_number(number, forms.INTERNATIONAL),
        phonenumbers.format_number(number, forms.NATIONAL),
        phonenumbers.format_number(number, forms.RFC3966),
        *([f"0{national}", f"+{code} (0){national}"] if country in NEEDS_ZERO else []),
        *list_phone_variants(e164),
    ]
    if not (country == "AR" and national.startswith("9")):
        ways += [national, national[:2] + " " + national[2:], national[:3] + "." + national[3:]]
    if country == "AR" and national.startswith("9"):
        # 15 stands after the area, whose length the library knows.
        area = phonenumbers.length_of_geographical_area_code(
            phonenumbers.parse(f"+54{national[1:]}")
        ) or len(phonenumbers.format_number(number, forms.INTERNATIONAL).split()[2])
        ways.append(f"0{national[1 : 1 + area]} 15 {national[1 + area :]}")
    return ways


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_writing_of_a_number_is_that_number_and_no_other(country: str) -> None:
    numbers = make_numbers(country, 300)
    texts = [(e164, text) for e164 in numbers for text in write(e164, country)]
    values = as_a_column([text for _e164, text in texts], country)
    read: dict[str, set[str]] = {}
    for (e164, text), (value, is_valid) in zip(texts, values, strict=True):
        assert (value, is_valid) == normalise_phone(text, country), text
        assert is_valid, (e164, text)
        read.setdefault(list_phone_variants(e164)[0], set()).add(list_phone_variants(value)[0])
    assert all(found == {own} for own, found in read.items())
    # Of the neighbours none was taken for the other.
    assert len(read) == len({list_phone_variants(e164) for e164 in numbers}) > 250


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("+525512345678", "+5215512345678"),
        ("+541123456789", "+5491123456789"),
        ("+5511987654321", "+551187654321"),
    ],
)
def test_variants_are_one_number(one: str, other: str) -> None:
    assert list_phone_variants(one) == list_phone_variants(other)
    assert {one, other} == set(list_phone_variants(one))


@pytest.mark.parametrize(
    "e164",
    ["+573001234567", "+551134567890", "+12025550123", "+34612345678", "+56987654321", "", "+"],
)
def test_others_have_one_form(e164: str) -> None:
    assert list_phone_variants(e164) == (e164,)


def test_the_other_form_that_a_stored_phone_may_have() -> None:
    frame = pl.DataFrame(
        [
            ("phone", "+541123456789", "+5491123456789"),
            ("phone", "+5491123456789", "+541123456789"),
            ("phone", "+525512345678", None),
            ("phone", "+5511987654321", None),
            ("phone", "+573001234567", None),
            ("phone", "sin teléfono", None),
            ("email", "+541123456789", None),
        ],
        schema=["kind", "value", "expected"],
        orient="row",
    )
    assert with_other_form(frame)["other"].to_list() == frame["expected"].to_list()
    for _kind, value, other in frame.head(2).iter_rows():
        assert {value, other} == set(list_phone_variants(value))
