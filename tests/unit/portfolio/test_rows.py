from datetime import date

import pytest

from acuerdo.portfolio.errors import AmountsAmbiguous, DatesAmbiguous, HeaderNotRecognised
from acuerdo.portfolio.rules.mapping import Mapping, read_mapping
from acuerdo.portfolio.rules.rows import Reading, find_most_frequent_country, read_rows
from acuerdo.portfolio.rules.text import open_source

TODAY = date(2026, 11, 24)


def read(text: str, mapping: str = "") -> Reading:
    return read_rows(
        open_source(text.encode()),
        mapping=read_mapping(mapping) if mapping else Mapping(),
        registered={},
        country="CO",
        currency="COP",
        as_of_on=TODAY,
    )


def reasons(reading: Reading) -> list[tuple[int, str, str, str]]:
    return list(reading.rejections.iter_rows())


def test_the_smallest_file_takes_the_creditor_s_country_and_currency() -> None:
    reading = read("cuenta,saldo,dias_mora\nA,100.50,10\nB,7,-3\n")
    first, second = reading.accounts.to_dicts()
    assert (first["currency"], first["country"], first["language"]) == ("COP", "CO", "es")
    assert (first["principal"], first["due_on"]) == (10050, date(2026, 11, 14))
    assert second["due_on"] == date(2026, 11, 27)
    assert reading.rejections.is_empty()


def test_currency_follows_the_country_of_the_row() -> None:
    reading = read("cuenta,saldo,vencimiento,pais\nA,1.5,2026-01-31,México\nB,2.5,2026-01-31,BRA\n")
    assert reading.accounts["currency"].to_list() == ["MXN", "BRL"]
    assert reading.accounts["language"].to_list() == ["es", "pt"]


def test_a_total_gives_the_principal_or_must_be_the_sum() -> None:
    head = "cuenta,saldo_total,intereses,vencimiento\n"
    assert read(head + "A,10.50,0.50,2026-01-31\n").accounts["principal"][0] == 1000
    assert reasons(read(head + "A,1.50,2.50,2026-01-31\n")) == [
        (2, "saldo_total", "1.50", "total_differs")
    ]
    both = "cuenta,capital,intereses,saldo_total,vencimiento\n"
    assert read(both + "A,10.50,0.50,11.00,2026-01-31\n").accounts.height == 1
    assert read(both + "A,10.50,0.50,,2026-01-31\n").accounts.height == 1
    assert reasons(read(both + "A,10.50,x,11.00,2026-01-31\n")) == [
        (2, "intereses", "x", "unreadable_amount")
    ]


def test_an_empty_amount_is_missing_not_zero() -> None:
    reading = read("cuenta,saldo,vencimiento\nA,,2026-01-31\nB,5.5,2026-01-31\n")
    assert reasons(reading) == [(2, "saldo", "", "missing_value")]
    assert reading.accounts["number"].to_list() == ["B"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",5.5,2026-01-31,CO,COP", "missing_value"),
        ("1.23E+15,5.5,2026-01-31,CO,COP", "damaged_number"),
        ("A" * 65 + ",5.5,2026-01-31,CO,COP", "too_long"),
        ("A\u202e,5.5,2026-01-31,CO,COP", "control_characters"),
        ("A,n/a,2026-01-31,CO,COP", "unreadable_amount"),
        ("A,5.5,,CO,COP", "missing_value"),
        ("A,5.5,soon,CO,COP", "unreadable_date"),
        ("A,5.5,2026-01-31,Narnia,COP", "unknown_country"),
        ("A,5.5,2026-01-31,CO,PESO", "unknown_currency"),
        ("A,5.5,2026-01-31,CO,", "missing_value"),
        ("A,5.5,2026-01-31,CO", "wrong_number_of_fields"),
    ],
)
def test_a_bad_row_stops_no_other(row: str, reason: str) -> None:
    head = "cuenta,saldo,vencimiento,pais,moneda\n"
    reading = read(f"{head}G,1.5,2026-01-31,CO,COP\n{row}\nH,2.5,2026-01-31,CO,COP\n")
    assert reading.accounts["number"].to_list() == ["G", "H"]
    assert [(found[0], found[3]) for found in reasons(reading)] == [(3, reason)]
    assert (reading.read, reading.rejected) == (3, 1)


def test_what_is_weak_is_a_warning() -> None:
    reading = read(
        "cuenta,saldo,vencimiento,nombre,telefono,correo,cedula,idioma,departamento\n"
        "A,5.5,2026-01-31,Ana,12,ana@,000,klingon,Narnia\n"
        "B,5.5,2026-01-31,Eva,3001234567,EVA@Example.com,1023456788,pt-BR,antioquia\n"
    )
    assert reading.accounts.height == 2
    assert set(reading.warnings["reason"]) == {
        "bad_phone", "bad_email", "placeholder_document", "unknown_language", "unknown_subdivision",
    }  # fmt: skip
    assert set(reading.warnings["line"]) == {2}
    assert reading.accounts["document"].to_list() == [None, "1023456788"]
    assert reading.accounts["language"].to_list() == ["es", "pt"]
    assert reading.contacts.filter(line=3)["value"].to_list() == [
        "+573001234567",
        "eva@example.com",
    ]


@pytest.mark.parametrize(
    "email", ["a@b", "a b@example.com", "@example.com", "a@exa_mple.com", "a@-x.com", "a,b@x.com"]
)
def test_what_is_no_email(email: str) -> None:
    reading = read(f'cuenta;saldo;vencimiento;correo\nA;5,5;2026-01-31;"{email}"\n')
    assert reading.warnings["reason"].to_list() == ["bad_email"]


def test_duplicates_are_counted_and_contradictions_rejected() -> None:
    head = "cuenta,saldo,vencimiento\n"
    reading = read(head + "A,1.5,2026-01-31\nA,1.5,2026-01-31\nA,2.5,2026-01-31\n")
    assert (reading.accounts.height, reading.duplicates) == (1, 1)
    assert reasons(reading) == [(4, "cuenta", "A", "account_twice")]
    assert reading.accounts["principal"].to_list() == [150]


def test_a_rejected_row_does_not_stand_before_a_good_one() -> None:
    reading = read("cuenta,saldo,vencimiento\nA,x,2026-01-31\nA,1.5,2026-01-31\n")
    assert reading.accounts["line"].to_list() == [3]


def test_an_ambiguous_column_is_refused_with_how_to_declare_it() -> None:
    with pytest.raises(AmountsAmbiguous) as caught:
        read("cuenta,saldo,vencimiento\nA,1.234,2026-01-31\n")
    assert 'decimal: {"saldo": ","}' in str(caught.value)
    declared = read("cuenta,saldo,vencimiento\nA,1.234,2026-01-31\n", 'decimal: {"saldo": ","}')
    assert declared.accounts["principal"].to_list() == [123400]
    with pytest.raises(DatesAmbiguous) as dates:
        read("cuenta,saldo,vencimiento\nA,1.5,01/02/2026\n")
    assert 'dates: {"vencimiento": day_first}' in str(dates.value)
    assert read("cuenta,saldo,vencimiento\nA,1.5,01/02/2026\n", "dates: day_first").accounts[
        "due_on"
    ].to_list() == [date(2026, 2, 1)]


def test_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(HeaderNotRecognised) as caught:
        read("asdf,qwer\n1,2\n")
    assert {"account", "principal", "due_on"} <= set(caught.value.params["missing"].split(", "))
    with pytest.raises(HeaderNotRecognised):
        read("cuenta,saldo,vencimiento\nA,1.5,2026-01-31\n", "columns: {account: Loan}")
    with pytest.raises(HeaderNotRecognised):
        read("cuenta,saldo,vencimiento\nA,1.5,2026-01-31\n", "columns: {acount: cuenta}")


def test_hostile_text_becomes_plain_text() -> None:
    reading = read(
        "cuenta;saldo;vencimiento;nombre;direccion\n"
        'A;5,5;2026-01-31;"Ana\u202e\u200b  Gil\x07";"=HYPERLINK(""http://x"")"\n'
    )
    assert reading.accounts["name"][0] == "Ana Gil"
    assert reading.contacts["value"].to_list() == ['=HYPERLINK("http://x")']


def test_names_come_in_one_or_two_columns() -> None:
    head = "cuenta,saldo,vencimiento,nombres,apellidos\n"
    assert (
        read(head + "A,1.5,2026-01-31,Ana María,Gil Ruiz\n").accounts["name"][0]
        == "Ana María Gil Ruiz"
    )


def test_the_most_frequent_country() -> None:
    text = "cuenta,pais\nA,MX\nB,Brasil\nC,BR\nD,??\n"
    assert find_most_frequent_country(open_source(text.encode()), Mapping()) == "BR"
    assert find_most_frequent_country(open_source(b"cuenta,x\nA,1\n"), Mapping()) == ""


def test_a_mapping_may_leave_a_column_out_and_name_it_loosely() -> None:
    head = "cuenta,capital,saldo total,vencimiento\nA,1.5,9.9,2026-01-31\n"
    assert reasons(read(head)) == [(2, "saldo total", "9.9", "total_differs")]
    assert read(head, "columns: {total: []}").accounts["principal"].to_list() == [150]
    assert read(head, "columns: {total: [], principal: CAPITAL}").accounts.height == 1


def test_several_columns_of_one_component_add_up() -> None:
    reading = read(
        "NRO. OBLIGACION;IDENTIFICACION;NOMBRE CLIENTE;TELEFONO CELULAR;SALDO A CAPITAL;"
        "INTERESES CORRIENTES;INTERESES MORA;OTROS;SALDO TOTAL;DIAS MORA;FECHA ULTIMO PAGO\n"
        "001;1023456788;Ana;3001234567;100,50;1,25;2,25;;104,00;35;01/02/2026\n"
    )
    [row] = reading.accounts.to_dicts()
    assert (row["number"], row["principal"], row["interest"], row["fees"]) == ("001", 10050, 350, 0)
    assert row["due_on"] == date(2026, 10, 20)
    assert reading.unused == ("FECHA ULTIMO PAGO",)


def test_an_area_code_stands_in_the_column_before_its_number() -> None:
    reading = read(
        "conta,ddd,telefone,ddd_2,telefone_2,celular,saldo,dias_mora,pais\n"
        "A,011,987654321,21,3456-7890,11912345678,5,1,BR\n"
        "B,11,11987654322,,+5511987654323,x,5,1,BR\n"
    )
    contacts = reading.contacts.sort("line", "priority").select("line", "value", "is_valid")
    assert contacts.rows() == [
        (2, "+5511987654321", True),
        (2, "+552134567890", True),
        (2, "+5511912345678", True),
        (3, "+5511987654322", True),
        (3, "+5511987654323", True),
        (3, "x", False),
    ]


def test_months_overdue_say_since_when_it_is_due() -> None:
    reading = read(
        "cuenta,saldo,meses_mora\nA,1.5,2\nB,2.5,-1\nC,3.5,0\nD,4.5,x\nE,5.5,601\nF,6.5,\n"
    )
    assert reading.accounts["due_on"].to_list() == [date(2026, 9, 24), TODAY, TODAY]
    assert reasons(reading) == [
        (5, "meses_mora", "x", "unreadable_number"),
        (6, "meses_mora", "601", "unreadable_number"),
        (7, "meses_mora", "", "missing_value"),
    ]


def test_a_total_below_zero_is_a_fault_unless_it_may_be_a_credit() -> None:
    text = "cuenta,saldo,dias_mora\nA,-100.50,10\nB,7.00,3\n"
    assert reasons(read(text)) == [(2, "saldo", "-100.50", "negative_amount")]
    reading = read(text, "credit_balances: true")
    assert reading.rejections.is_empty()
    assert reading.accounts.select("principal", "credit").rows() == [(0, 10050), (700, 0)]
    assert reading.warnings["reason"].to_list() == ["credit_balance"]
